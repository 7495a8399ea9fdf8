import { expect, test } from 'vitest';
import { deliveryId, sessionId, threadId } from '../../src/domain/index.ts';
import { openFleetState } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';

const WITHIN = { withinMs: 20_000 };
const S1 = sessionId('s1');

test('a job is there when its transaction is, and only then', async () => {
  await using state = await openFleetState();
  const done: string[] = [];
  await state.jobs.work({
    cycle: async ({ session }) => {
      done.push(session);
    },
  });
  await expect(
    state.store.transaction(async (tx) => {
      await tx.enqueue({ kind: 'cycle', session: sessionId('rolled-back') });
      throw new Error('stop');
    }),
  ).rejects.toThrow('stop');
  expect(await state.jobs.countOpen('cycle')).toBe(0);

  await state.store.transaction((tx) => tx.enqueue({ kind: 'cycle', session: sessionId('committed') }));

  await until(() => done.length > 0, WITHIN);
  expect(done).toEqual(['committed']);
});

test('a wake-up that waits already needs no second one; another key does', async () => {
  await using state = await openFleetState();
  for (const session of ['s1', 's1', 's2', 's1']) {
    await state.store.enqueue({ kind: 'cycle', session: sessionId(session) });
  }
  await state.store.enqueue({ kind: 'place' });
  await state.store.enqueue({ kind: 'place' });
  const at = state.clock.now();
  await state.store.transaction((tx) =>
    tx.acceptDelivery({
      source: 'slack',
      id: deliveryId('d1'),
      kind: 'command',
      payload: {},
      receivedAt: at,
    }),
  );
  expect(
    await state.store.transaction((tx) =>
      tx.acceptDelivery({
        source: 'slack',
        id: deliveryId('d1'),
        kind: 'command',
        payload: {},
        receivedAt: at,
      }),
    ),
  ).toBe(false);
  expect(await state.jobs.countOpen('cycle')).toBe(2);
  expect(await state.jobs.countOpen('place')).toBe(1);
  expect(await state.jobs.countOpen('intake')).toBe(1);
});

test('a wake-up that comes while its job is at work is not lost', async () => {
  await using state = await openFleetState();
  const first = Promise.withResolvers<void>();
  let runs = 0;
  await state.jobs.work({
    cycle: async () => {
      runs += 1;
      if (runs === 1) await first.promise;
    },
  });
  await state.store.enqueue({ kind: 'cycle', session: S1 });
  await until(() => runs === 1, WITHIN);

  await state.store.enqueue({ kind: 'cycle', session: S1 });
  await state.store.enqueue({ kind: 'cycle', session: S1 });
  first.resolve();

  // Two are as good as one: the wake-up that comes while the second is fetched may be a third.
  await until(() => runs >= 2, { ...WITHIN, what: 'the second run' });
  await until(async () => (await state.jobs.countOpen('cycle')) === 0, WITHIN);
});

test('a job that breaks is told to the operator and tried again', async () => {
  const broken: unknown[] = [];
  const log = { info() {}, warn() {}, error: (_: unknown, message: string) => void broken.push(message) };
  await using state = await openFleetState({ log });
  let tries = 0;
  await state.jobs.work({
    notify: async () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
    },
  });
  await state.store.enqueue({ kind: 'notify', thread: threadId('t1'), notBefore: null });
  await until(() => tries === 3, WITHIN);
  await until(async () => (await state.jobs.countOpen('notify')) === 0, WITHIN);
  expect(broken).toEqual(['a job broke and will be tried again', 'a job broke and will be tried again']);
});

test('a job for later waits for its time', async () => {
  await using state = await openFleetState();
  const done: string[] = [];
  await state.jobs.work({
    notify: async ({ thread }) => {
      done.push(thread);
    },
  });
  await state.store.enqueue({
    kind: 'notify',
    thread: threadId('later'),
    notBefore: new Date(Date.now() + 3_600_000),
  });
  await state.store.enqueue({ kind: 'notify', thread: threadId('now'), notBefore: null });
  await until(() => done.length > 0, WITHIN);
  expect(done).toEqual(['now']);
  // The one that is done counts until the queue has heard of it.
  await until(async () => (await state.jobs.countOpen('notify')) === 1, WITHIN);
});

test('a job for soon is begun at its time and not before', async () => {
  await using state = await openFleetState();
  const begun: Date[] = [];
  await state.jobs.work({
    notify: async () => {
      begun.push(new Date());
    },
  });
  const notBefore = new Date(Date.now() + 1_500);
  await state.store.enqueue({ kind: 'notify', thread: threadId('soon'), notBefore });
  const at = await until(() => begun[0], WITHIN);
  expect(at.getTime()).toBeGreaterThanOrEqual(notBefore.getTime());
});

test('a thread that waits for later is told now all the same, and sooner where that is asked for', async () => {
  await using state = await openFleetState();
  const thread = threadId('t1');
  const later = new Date(Date.now() + 3_600_000);
  const sooner = new Date(Date.now() + 1_800_000);
  for (const notBefore of [later, later, sooner]) {
    await state.store.enqueue({ kind: 'notify', thread, notBefore });
  }
  await until(async () => (await state.jobs.countOpen('notify')) === 2, WITHIN);

  let told = 0;
  await state.jobs.work({
    notify: async () => {
      told += 1;
    },
  });
  await state.store.enqueue({ kind: 'notify', thread, notBefore: null });
  await until(() => told === 1, WITHIN);
  await until(async () => (await state.jobs.countOpen('notify')) === 2, WITHIN);
});

test('a job that takes long does not hold up the others of its kind', async () => {
  await using state = await openFleetState();
  const slow = Promise.withResolvers<void>();
  const begun: string[] = [];
  await state.jobs.work({
    prepare: async ({ session }) => {
      begun.push(session);
      if (session === 's1') await slow.promise;
    },
  });
  await state.store.enqueue({ kind: 'prepare', session: S1 });
  await until(() => begun.includes('s1'), WITHIN);
  try {
    await state.store.enqueue({ kind: 'prepare', session: sessionId('s2') });
    await until(() => begun.includes('s2'), { withinMs: 10_000, what: 'the job of the other session' });
  } finally {
    slow.resolve();
  }
});
