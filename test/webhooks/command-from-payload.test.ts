import { expect, test } from 'vitest';
import { type Delivery, deliveryId } from '../../src/domain/index.ts';
import { commandFromPayload, type PayloadRules } from '../../webhooks/index.ts';
import { containing } from '../support/containing.ts';
import { fixture } from './support.ts';

const RULES: PayloadRules = {
  label: 'fleet',
  objectiveLabel: 'fleet-objective',
  allowedBots: ['triage[bot]'],
  ownLogin: 'fleet-director[bot]',
};

type Fields = Readonly<Record<string, unknown>>;

function delivery(kind: string, payload: unknown): Delivery {
  return {
    source: 'github',
    id: deliveryId('1'),
    kind,
    payload,
    receivedAt: new Date('2026-11-22T12:00:00Z'),
  };
}

/** The recorded payload with some fields of one of its parts changed. */
function changed(kind: string, part: string, fields: Fields): Delivery {
  const payload = fixture(kind);
  return delivery(kind, { ...payload, [part]: { ...parseFields(payload[part]), ...fields } });
}

function parseFields(value: unknown): Fields {
  return value as Fields;
}

const FROM = { source: 'github', externalId: 'octo', name: 'octo' };
const ISSUE_PLACE = { kind: 'issue', repo: 'octo/shop', issue: 1 };

test('the label on an issue asks for a task with its title and body', () => {
  expect(commandFromPayload(delivery('issues.labeled', fixture('issues.labeled')), RULES)).toEqual({
    kind: 'request',
    request: {
      from: FROM,
      place: ISSUE_PLACE,
      ask: {
        kind: 'issue-labelled',
        repo: 'octo/shop',
        issue: 1,
        title: 'Fix the flaky login test',
        body: 'It fails about once in ten runs.\n\nSee the log of yesterday.',
        url: 'http://github.test/octo/shop/issues/1',
      },
    },
  });
});

test('a push tells which files its commits touch, each once', () => {
  expect(commandFromPayload(delivery('push', fixture('push')), RULES)).toEqual({
    kind: 'request',
    request: {
      from: { source: 'github', externalId: 'coding-agent', name: 'coding-agent' },
      place: { kind: 'shell' },
      ask: {
        kind: 'branch-pushed',
        repo: 'octo/shop',
        branch: 'fleet/t1-fix-the-flaky-login-test',
        files: ['test/login.test.js', 'server.js', 'test/sleep.js'],
      },
    },
  });
  const tag = { ...fixture('push'), ref: 'refs/tags/v1' };
  expect(commandFromPayload(delivery('push', tag), RULES)).toEqual({
    kind: 'ignored',
    why: 'it is no branch',
  });
});

test('the label taken off asks to stop', () => {
  expect(commandFromPayload(delivery('issues.unlabeled', fixture('issues.unlabeled')), RULES)).toEqual({
    kind: 'request',
    request: {
      from: FROM,
      place: ISSUE_PLACE,
      ask: { kind: 'issue-unlabelled', repo: 'octo/shop', issue: 1 },
    },
  });
});

const OBJECTIVE = [{ name: 'Fleet-Objective' }];

test.each<[string, string, Fields, string | null]>([
  ['opened with the label', 'issues.opened', {}, 'open'],
  ['closed', 'issues.closed', { state: 'closed' }, 'closed'],
  ['reopened', 'issues.reopened', {}, 'open'],
  ['given another title', 'issues.edited', {}, 'open'],
  ['deleted', 'issues.deleted', {}, 'dropped'],
  ['moved elsewhere', 'issues.transferred', {}, 'dropped'],
  ['without the label, whatever happens to it', 'issues.closed', { labels: [{ name: 'bug' }] }, null],
])('an objective that is %s is told as it is now', (_what, kind, fields, state) => {
  const at = '2026-11-22T12:34:56Z';
  const { payload } = changed('issues.opened', 'issue', {
    labels: OBJECTIVE,
    title: ' Pay\twith cards ',
    updated_at: at,
    ...fields,
  });
  // Also of a bot: who may change an issue is for GitHub to say.
  const by = { sender: { login: 'triage-all[bot]', type: 'Bot' } };
  const read = commandFromPayload(delivery(kind, { ...parseFields(payload), ...by }), RULES);
  if (state === null) return expect(read).toMatchObject({ kind: 'ignored' });
  expect(read).toMatchObject({
    request: {
      place: { kind: 'shell' },
      ask: {
        kind: 'objective-told',
        repo: 'octo/shop',
        objective: { issue: 1, title: 'Pay with cards', state, changedAt: new Date(at) },
      },
    },
  });
});

test.each([
  ['issues.labeled', 'open'],
  ['issues.unlabeled', 'dropped'],
])('the label of objectives in %s makes it %s, and no task', (kind, state) => {
  const label = { name: 'fleet-objective' };
  expect(commandFromPayload(changed(kind, 'label', label), RULES)).toMatchObject({
    request: { ask: { kind: 'objective-told', objective: { state } } },
  });
});

test('an issue opened with both labels is a task; that it is an objective, its own delivery tells', () => {
  const labels = [...OBJECTIVE, { name: 'fleet' }];
  expect(commandFromPayload(changed('issues.opened', 'issue', { labels }), RULES)).toMatchObject({
    request: { ask: { kind: 'issue-labelled' } },
  });
});

test('a login is one account, however GitHub writes it', () => {
  expect(commandFromPayload(changed('issues.labeled', 'sender', { login: 'OctoCat' }), RULES)).toMatchObject({
    request: { from: { externalId: 'octocat', name: 'OctoCat' } },
  });
});

test('a pull request tells its branch', () => {
  expect(commandFromPayload(delivery('pull_request.opened', fixture('pull_request.opened')), RULES)).toEqual({
    kind: 'request',
    request: {
      from: { source: 'github', externalId: 'coding-agent', name: 'coding-agent' },
      place: { kind: 'issue', repo: 'octo/shop', issue: 2 },
      ask: {
        kind: 'pull-request-opened',
        repo: 'octo/shop',
        branch: 'fleet/t1-fix-the-flaky-login-test',
        pullRequest: {
          url: 'http://github.test/octo/shop/pull/2',
          number: 2,
          title: 'Fix the flaky login test',
        },
      },
    },
  });
});

const opened = (fields: Fields) => changed('issues.opened', 'issue', fields);
const labeledBy = (fields: Fields) => changed('issues.labeled', 'sender', fields);

test.each<[string, Delivery, string]>([
  [
    'an issue opened with the label',
    opened({ labels: [{ name: 'bug' }, { name: 'fleet' }] }),
    'issue-labelled',
  ],
  ['the label in other letters', changed('issues.labeled', 'label', { name: 'Fleet' }), 'issue-labelled'],
  ['an issue without a body', changed('issues.labeled', 'issue', { body: null }), 'issue-labelled'],
  ['a label by an allowed bot', labeledBy({ login: 'triage[bot]', type: 'Bot' }), 'issue-labelled'],
  [
    'a pull request of Fleet Director itself',
    changed('pull_request.opened', 'sender', { login: 'fleet-director[bot]', type: 'Bot' }),
    'pull-request-opened',
  ],
  [
    'a pull request opened again',
    { ...delivery('pull_request.reopened', fixture('pull_request.opened')) },
    'pull-request-opened',
  ],
  [
    'a draft that became ready',
    { ...delivery('pull_request.ready_for_review', fixture('pull_request.opened')) },
    'pull-request-opened',
  ],
])('%s is a request', (_what, given, kind) => {
  expect(commandFromPayload(given, RULES)).toMatchObject({ kind: 'request', request: { ask: { kind } } });
});

test.each<[string, Delivery, string]>([
  ['an issue opened without the label', delivery('issues.opened', fixture('issues.opened')), 'label fleet'],
  ['another label', changed('issues.labeled', 'label', { name: 'bug' }), 'label fleet'],
  [
    'another label on an issue that has ours',
    changed('issues.unlabeled', 'label', { name: 'bug' }),
    'label fleet',
  ],
  ['the label on a closed issue', changed('issues.labeled', 'issue', { state: 'closed' }), 'closed'],
  ['the label on a pull request', changed('issues.labeled', 'issue', { pull_request: {} }), 'pull request'],
  ['a label by a bot', labeledBy({ login: 'stale[bot]', type: 'Bot' }), 'bot'],
  ['a label by Fleet Director', labeledBy({ login: 'fleet-director[bot]', type: 'Bot' }), 'itself'],
  ['a label by Fleet Director under a token', labeledBy({ login: 'Fleet-Director[bot]' }), 'itself'],
  [
    'a pull request from a fork',
    changed('pull_request.opened', 'pull_request', {
      head: { ref: 'fleet/t1-fix-the-flaky-login-test', repo: { full_name: 'mallory/shop' } },
    }),
    'fork',
  ],
  [
    'a pull request from a fork that is gone',
    changed('pull_request.opened', 'pull_request', { head: { ref: 'fleet/t1', repo: null } }),
    'fork',
  ],
  [
    'a repository with an odd name',
    changed('issues.labeled', 'repository', { full_name: '../../etc' }),
    'no repository name',
  ],
  ['a payload of another shape', delivery('issues.labeled', { issue: 'x' }), 'not shaped'],
  ['an event that is not handled', delivery('issue_comment.created', {}), 'nothing Fleet Director acts on'],
])('%s is ignored, with the reason', (_what, given, why) => {
  expect(commandFromPayload(given, RULES)).toEqual({ kind: 'ignored', why: containing(why) });
});
