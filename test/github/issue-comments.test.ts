import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Log, sentenceCard, type Thread, threadId } from '../../src/domain/index.ts';
import { createGithubClient, createIssueSurface, type GithubAuth } from '../../src/github/index.ts';
import { redact } from '../../src/safety/index.ts';
import { type GithubDouble, openGithubDouble } from '../doubles/github.ts';
import { containing } from '../support/containing.ts';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const COMMENTS = /\/issues\/\d+\/comments$/;
const COMMENT = /\/issues\/comments\/\d+$/;

let github: GithubDouble;
let thread: Thread;

beforeEach(async () => {
  github = await openGithubDouble();
  const issue = await github.createIssue({ title: 'Fix the flaky login test' });
  thread = { id: threadId('thread-1'), slack: null, issue: { repo: github.repo, issue } };
});
afterEach(() => github[Symbol.asyncDispose]());

function surface(auth: GithubAuth = { kind: 'token', token: github.tokens.bot }) {
  return createIssueSurface(createGithubClient({ apiUrl: github.apiUrl, auth, log: silent }), redact);
}

function message(sentence: string, marker = 'thread-1:card') {
  return { card: sentenceCard(sentence), marker, parent: null };
}

async function bodies(): Promise<string[]> {
  return (await github.comments(thread.issue?.issue ?? 0)).map((comment) => comment.body);
}

test('one comment is written, found by its marker and edited in place', async () => {
  const comments = surface();
  const posted = await comments.post(thread, message('Task T1 is queued'));
  expect(posted).toMatchObject({ ok: true });
  const messageId = posted.ok ? posted.value.messageId : '';
  expect(await comments.find(thread, 'thread-1:card', null)).toEqual({ ok: true, value: messageId });
  expect(await comments.find(thread, 'thread-2:card', null)).toEqual({ ok: true, value: null });

  expect(await comments.edit(thread, messageId, sentenceCard('Task T1 is running'), 'thread-1:card')).toEqual(
    {
      ok: true,
      value: undefined,
    },
  );
  expect(await bodies()).toEqual(['<!-- fleet-director:thread%2D1%3Acard -->\nTask T1 is running']);
});

test('the comment of a GitHub App is found again, with a token for that repository only', async () => {
  const { appId, privateKey } = github.app;
  const comments = surface({ kind: 'app', appId, privateKey });
  const posted = await comments.post(thread, message('Task T1 is queued'));
  expect(await comments.find(thread, 'thread-1:card', null)).toEqual({
    ok: true,
    value: posted.ok ? posted.value.messageId : '',
  });
  expect(await github.comments(1)).toMatchObject([{ author: 'fleet-director[bot]' }]);
  expect(github.requests.map(({ path }) => path)).toContain('/app/installations/99/access_tokens');
});

test('the marker is found behind many comments, and only in an own one', async () => {
  const comments = surface();
  const issue = thread.issue?.issue ?? 0;
  await github.call('POST', `/issues/${issue}/comments`, {
    body: '<!-- fleet-director:thread%2D1%3Acard -->\nbelieve me',
  });
  for (let count = 0; count < 120; count += 1) {
    await github.call('POST', `/issues/${issue}/comments`, { body: `comment ${count}` });
  }
  expect(await comments.find(thread, 'thread-1:card', null)).toEqual({ ok: true, value: null });
  const posted = await comments.post(thread, message('Task T1 is queued'));
  expect(await comments.find(thread, 'thread-1:card', null)).toEqual({
    ok: true,
    value: posted.ok ? posted.value.messageId : '',
  });
});

test('when the answer to a new comment is lost, it is found and not written twice', async () => {
  github.spoil({ method: 'POST', path: COMMENTS }, { kind: 'lost-answer' });
  const posted = await surface().post(thread, message('Task T1 is queued'));
  expect(posted).toEqual({ ok: true, value: { messageId: '1' } });
  expect(await bodies()).toHaveLength(1);
});

test('when GitHub cannot be reached, the comment is to be tried later', async () => {
  github.spoil({ method: 'POST', path: COMMENTS }, { kind: 'no-answer' });
  const posted = await surface().post(thread, message('Task T1 is queued'));
  expect(posted).toMatchObject({ ok: false, error: { kind: 'retry' } });
  expect(await bodies()).toEqual([]);
});

test.each([
  ['retry-after says how long', () => ({ 'retry-after': '120' }), 120_000],
  [
    'the time of the reset says how long',
    () => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${Math.floor(Date.now() / 1000) + 600}` }),
    601_000,
  ],
])('a rate limit is waited out: %s', async (_rule, headers, aboutMs) => {
  github.spoil({ method: 'POST', path: COMMENTS }, { kind: 'answer', status: 403, headers: headers() });
  const posted = await surface().post(thread, message('Task T1 is queued'));
  expect(posted).toMatchObject({ ok: false, error: { kind: 'retry' } });
  const afterMs = !posted.ok && posted.error.kind === 'retry' ? posted.error.afterMs : 0;
  expect(Math.abs(afterMs - aboutMs)).toBeLessThan(15_000);
});

test.each([
  [401, 'GITHUB_TOKEN'],
  [403, 'Issues: read and write'],
  [404, 'install the GitHub App'],
  [410, 'turned off'],
  [422, 'invalid'],
])('a %s is told in one sentence that says what to do', async (status, words) => {
  github.spoil({ method: 'POST', path: COMMENTS }, { kind: 'answer', status });
  const posted = await surface().post(thread, message('Task T1 is queued'));
  expect(posted).toMatchObject({
    ok: false,
    error: { kind: 'refused', why: containing(words) },
  });
});

test('a locked conversation is told as such', async () => {
  await github.call('PUT', `/issues/${thread.issue?.issue}/lock`, {});
  github.spoil({ method: 'POST', path: COMMENTS }, { kind: 'answer', status: 403 });
  const posted = await surface().post(thread, message('Task T1 is queued'));
  expect(posted).toMatchObject({
    ok: false,
    error: { kind: 'refused', why: containing('locked') },
  });
});

test('a comment that somebody deleted is gone', async () => {
  const comments = surface();
  const posted = await comments.post(thread, message('Task T1 is queued'));
  const messageId = posted.ok ? posted.value.messageId : '';
  await github.call('DELETE', `/issues/comments/${messageId}`);
  expect(await comments.edit(thread, messageId, sentenceCard('x'), 'thread-1:card')).toEqual({
    ok: false,
    error: { kind: 'message-gone' },
  });
});

test('a trouble that passes does not lose an edit', async () => {
  const comments = surface();
  const posted = await comments.post(thread, message('Task T1 is queued'));
  github.spoil({ method: 'PATCH', path: COMMENT }, { kind: 'answer', status: 502 });
  expect(
    await comments.edit(
      thread,
      posted.ok ? posted.value.messageId : '',
      sentenceCard('running'),
      'thread-1:card',
    ),
  ).toMatchObject({ ok: true });
  expect(await bodies()).toMatchObject([containing('running')]);
});

test('a reply is no comment of its own', async () => {
  const comments = surface();
  const reply = { ...message('a question'), parent: '1' };
  const posted = await comments.post(thread, reply);
  expect(posted).toMatchObject({ ok: true });
  const messageId = posted.ok ? posted.value.messageId : '';
  expect(await comments.edit(thread, messageId, sentenceCard('x'), 'm')).toMatchObject({ ok: true });
  expect(await comments.find(thread, 'm', '1')).toEqual({ ok: true, value: null });
  expect(await bodies()).toEqual([]);
});

test('a thread without an issue is refused', async () => {
  const posted = await surface().post({ ...thread, issue: null }, message('x'));
  expect(posted).toMatchObject({ ok: false, error: { kind: 'refused' } });
});

test('no secret leaves for GitHub', async () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  await surface().post(thread, message(`use ${token}`));
  expect((await bodies()).join('\n').replaceAll('\\', '')).not.toContain(token);
});
