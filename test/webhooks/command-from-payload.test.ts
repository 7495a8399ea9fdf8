import { expect, test } from 'vitest';
import { type Delivery, deliveryId } from '../../src/domain/index.ts';
import { commandFromPayload, type PayloadRules } from '../../webhooks/index.ts';
import { containing } from '../support/containing.ts';
import { fixture } from './support.ts';

const RULES: PayloadRules = { label: 'fleet', allowedBots: ['triage[bot]'], ownLogin: 'fleet-director[bot]' };

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
