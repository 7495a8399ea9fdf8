import { expect, test } from 'vitest';
import type { Request } from '../../src/commands/index.ts';
import { createSlackPeople } from '../../src/slack/out/people.ts';
import { containing } from '../support/containing.ts';
import { openReachedApp } from './reached-app.ts';

const request = (externalId: string): Request => ({
  from: { source: 'slack', externalId, name: externalId },
  place: { kind: 'slack', channel: 'C0FLEET', threadTs: null },
  ask: { kind: 'words', words: 'status' },
});

test('a member is known by name, and asked for once in a while', async () => {
  let minutes = 0;
  await using reached = await openReachedApp('http');
  const people = createSlackPeople(reached.app.client, () => new Date(minutes * 60_000));
  for (minutes of [0, 5, 10, 20]) {
    expect(await people.recognise(request('U0ANA'))).toMatchObject({
      ok: true,
      value: { from: { name: 'Ana' } },
    });
  }
  expect(reached.slack.calls.filter(({ method }) => method === 'users.info')).toHaveLength(2);
});

test('who is no member is told so', async () => {
  await using reached = await openReachedApp('http');
  const people = createSlackPeople(reached.app.client, () => new Date());
  expect(await people.recognise(request(reached.slack.bot.userId))).toMatchObject({
    ok: false,
    error: { kind: 'stranger', sentence: containing('members') },
  });
});

test.each([
  [{ kind: 'error', error: 'missing_scope' } as const, { kind: 'refused', why: containing('reinstall') }],
  [{ kind: 'rate-limited', retryAfterSeconds: 3 } as const, { kind: 'retry', afterMs: 3000 }],
])('when Slack does not say who it is, nobody is let in: %o', async (failure, error) => {
  await using reached = await openReachedApp('http');
  reached.slack.failNext('users.info', failure);
  const people = createSlackPeople(reached.app.client, () => new Date());
  expect(await people.recognise(request('U0ANA'))).toMatchObject({ ok: false, error });
  expect(await people.recognise(request('U0ANA'))).toMatchObject({ ok: true });
});

test('a request from elsewhere passes', async () => {
  await using reached = await openReachedApp('http');
  const people = createSlackPeople(reached.app.client, () => new Date());
  const fromShell: Request = {
    ...request('root'),
    from: { source: 'shell', externalId: 'root', name: 'root' },
  };
  expect(await people.recognise(fromShell)).toEqual({ ok: true, value: fromShell });
});
