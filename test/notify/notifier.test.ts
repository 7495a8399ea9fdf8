import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Card, DEFAULT_RULES, type Job, ok } from '../../src/domain/index.ts';
import { withLimits } from '../../src/limits/index.ts';
import { createNotifier } from '../../src/notify/index.ts';
import type { DeliveryFailure, SurfaceClient } from '../../src/notify/ports.ts';
import { containing } from '../support/containing.ts';
import { openToldThread, quietLog, type ToldThread } from './told-thread.ts';

test('a surface that asks for a pause holds up itself alone, and is left alone until it is over', async () => {
  await using told = await openToldThread();
  const { slack, github, notify, asked, clock } = notifierOf(told);
  slack.fail({ kind: 'retry', afterMs: 60_000, why: 'slow down' });
  await notify();
  expect(github.shown()).toEqual([containing('queued')]);
  const pauseEnds = new Date(clock.ms + 60_000);
  expect(asked).toEqual([{ kind: 'notify', thread: told.thread, notBefore: pauseEnds }]);

  clock.ms += 10_000;
  await told.run();
  await notify();
  expect(github.shown()).toEqual([containing('running')]);
  expect(slack.calls()).toBe(1);
  expect(asked.at(-1)).toMatchObject({ notBefore: pauseEnds });

  clock.ms += 50_000;
  slack.fail(null);
  await notify();
  expect(slack.shown()[0]).toContain('running');
  expect(asked).toHaveLength(2);
});

test('the shortest of two pauses says when to go on', async () => {
  await using told = await openToldThread();
  const { slack, github, notify, asked, clock } = notifierOf(told);
  slack.fail({ kind: 'retry', afterMs: 60_000, why: 'slow down' });
  github.fail({ kind: 'retry', afterMs: 5_000, why: 'slow down' });
  await notify();
  expect(asked).toEqual([{ kind: 'notify', thread: told.thread, notBefore: new Date(clock.ms + 5_000) }]);
});

test('the card says where else the task could not be told, until it can be', async () => {
  await using told = await openToldThread();
  const { slack, github, notify } = notifierOf(told);
  github.fail({ kind: 'refused', why: 'The issue is locked. Unlock it.' });
  await notify();
  expect(slack.card()).toContain('GitHub could not be told: The issue is locked. Unlock it.');
  github.fail(null);
  slack.fail({ kind: 'refused', why: 'Invite me.' });
  await notify();
  expect(slack.card()).toContain('GitHub could not be told');
  slack.fail(null);
  await notify();
  expect(slack.card()).not.toContain('could not be told');
});

test('what Slack refused stands on the card of the issue, and people there hear nothing twice', async () => {
  await using told = await openToldThread();
  const { slack, github, notify } = notifierOf(told);
  slack.fail({ kind: 'refused', why: 'Invite me.' });
  await notify();
  expect(github.card()).toContain('Slack could not be told: Invite me.');
  expect(github.shown()).toHaveLength(1);
  const calls = github.calls();
  await notify();
  expect(github.calls()).toBe(calls);
});

test('after it was told to stop, nothing is asked for again', async () => {
  await using told = await openToldThread();
  const { notify, asked } = notifierOf(told, AbortSignal.abort());
  await notify();
  expect(asked).toEqual([]);
});

function notifierOf(told: ToldThread, signal: AbortSignal = AbortSignal.timeout(30_000)) {
  const clock = { ms: Date.now() };
  const asked: Job[] = [];
  const slack = openSurface();
  const github = openSurface();
  const notify = createNotifier({
    store: {
      ...told.store,
      claim: told.store.claimNotification,
      story: withLimits(
        told.store,
        () => DEFAULT_RULES,
        () => new Date(),
      ),
    },
    surfaces: { slack: slack.client, github: github.client },
    enqueue: async (job) => void asked.push(job),
    now: () => new Date(clock.ms),
    owner: 'one',
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    log: quietLog,
    signal,
  });
  return {
    slack,
    github,
    asked,
    clock,
    notify: () => notify({ kind: 'notify', thread: told.thread, notBefore: null }),
  };
}

/** A surface that shows what it is told, or fails as it is told to. */
function openSurface() {
  const messages = new Map<string, Card>();
  let failure: DeliveryFailure | null = null;
  let calls = 0;
  const show = (id: string, card: Card) => {
    calls += 1;
    if (failure !== null) return { ok: false, error: failure } as const;
    messages.set(id, card);
    return ok({ messageId: id });
  };
  const client: SurfaceClient = {
    post: async (_, { card, marker }) => show(marker, card),
    edit: async (_, messageId, card) => {
      const shown = show(messageId, card);
      return shown.ok ? ok(undefined) : shown;
    },
    find: async () => ok(null),
  };
  return {
    client,
    calls: () => calls,
    fail: (next: DeliveryFailure | null) => {
      failure = next;
    },
    shown: () => [...messages.values()].map((card) => card.summary),
    card: () => JSON.stringify([...messages.values()][0]),
  };
}
