import { expect, test } from 'vitest';
import { rowsOf } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
import {
  APPROVE,
  actionId,
  actorId,
  answerApproval,
  approvalId,
  cancelTask,
  completeTask,
  type Dialog,
  endPause,
  intendAction,
  lockTask,
  type Observation,
  openApproval,
  openPause,
  pauseId,
  type Session,
  sessionId,
  taskId,
  threadId,
  withdrawApproval,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';
import { type FleetState, openFleetState } from '../support/fleet-state.ts';

const EVIDENCE = { confidence: 0.9, source: 'screen', rule: 'test', evidence: 'a line' } as const;
const IDLE: Observation = { ...EVIDENCE, state: 'idle' };
const DIALOG: Dialog = {
  promptKind: 'permission',
  question: 'Proceed?',
  options: [
    { label: 'Yes', keys: ['1'] },
    { label: 'No', keys: ['2', 'Enter'] },
  ],
};
const ASKING: Observation = { ...EVIDENCE, state: 'waiting_input', promptKind: 'permission', dialog: DIALOG };

test('tasks that are added at the same time get numbers without gaps, each its own', async () => {
  await using state = await openFleetState();
  const tasks = await Promise.all(Array.from({ length: 12 }, () => state.addTask()));
  expect(tasks.map((task) => task.id).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, at) => at + 1),
  );
});

test('a task that was not stored leaves its number to the next', async () => {
  await using state = await openFleetState();
  await expect(state.addTask({ askedBy: actorId('nobody') })).rejects.toThrow();
  expect((await state.addTask()).id).toBe(1);
});

test('the store is not used beside an open transaction, which on one connection would wait for ever', async () => {
  await using state = await openFleetState();
  const mixed = state.store.transaction(async () => await state.store.listHosts());
  await expect(mixed).rejects.toThrow('use the tables that the transaction was given');
  const nested = state.store.transaction(() => state.store.transaction(async () => undefined));
  await expect(nested).rejects.toThrow('use the tables that the transaction was given');
  await expect(state.store.listHosts()).resolves.toBeInstanceOf(Array);
});

test('a transaction that fails leaves neither its change nor its events nor its jobs', async () => {
  await using state = await openFleetState();
  const task = await state.addTask();
  const before = await state.jobs.countOpen('place');
  await expect(
    state.store.transaction(async (tx) => {
      await tx.saveTask({ next: { ...task, unplacedBecause: 'x' }, events: [] });
      await tx.addEvents([
        {
          kind: 'task-requeued',
          by: null,
          task: task.id,
          thread: task.thread,
          at: state.clock.now(),
          why: 'x',
        },
      ]);
      await tx.enqueue({ kind: 'place' });
      throw new Error('stop');
    }),
  ).rejects.toThrow('stop');
  expect(await state.store.findTask(task.id)).toMatchObject({ unplacedBecause: null });
  expect((await state.store.eventsOfTask(task.id, 9)).map((event) => event.kind)).toEqual(['task-queued']);
  expect(await state.jobs.countOpen('place')).toBe(before);
});

async function liveSession(state: FleetState): Promise<Session> {
  return (await state.addRunningTask(await state.addHost())).session;
}

test('a session is one worker’s at a time', async () => {
  await using state = await openFleetState();
  const { id } = await liveSession(state);
  const claim = (owner: string) =>
    state.store.claimSession(id, owner, state.clock.now(), new Date(state.clock.now().getTime() + 60_000));

  expect((await Promise.all(['one', 'two', 'three'].map(claim))).filter((has) => has)).toHaveLength(1);
  expect(await claim('one')).toBe(false);

  state.clock.advance(60_000);
  expect(await claim('late')).toBe(false);
  state.clock.advance(1);
  expect(await claim('late')).toBe(true);

  await state.store.releaseSession(id, 'one');
  expect(await claim('two')).toBe(false);
  await state.store.releaseSession(id, 'late');
  expect(await claim('two')).toBe(true);
});

test('a thread is told by one process at a time', async () => {
  await using state = await openFleetState();
  const { thread } = await state.addTask();
  expect(await state.store.lockThread(thread, 'one', 1_000)).toBe(true);
  expect(await state.store.lockThread(thread, 'two', 1_000)).toBe(false);
  await state.store.unlockThread(thread, 'two');
  expect(await state.store.lockThread(thread, 'two', 1_000)).toBe(false);
  state.clock.advance(1_001);
  expect(await state.store.lockThread(thread, 'two', 1_000)).toBe(true);
  await state.store.unlockThread(thread, 'two');
  expect(await state.store.lockThread(thread, 'one', 1_000)).toBe(true);
});

test('what a process that is gone had claimed is free again, and nothing else', async () => {
  await using state = await openFleetState();
  const session = await liveSession(state);
  const { thread } = await state.addTask();
  const { thread: other } = await state.addTask();
  const until = new Date(state.clock.now().getTime() + 60_000);
  await state.store.claimSession(session.id, 'gone', state.clock.now(), until);
  await state.store.lockThread(thread, 'gone', 60_000);
  await state.store.lockThread(other, 'alive', 60_000);

  await state.store.releaseClaims((owner) => owner === 'gone');

  expect(await state.store.claimSession(session.id, 'new', state.clock.now(), until)).toBe(true);
  expect(await state.store.lockThread(thread, 'new', 1_000)).toBe(true);
  expect(await state.store.lockThread(other, 'new', 1_000)).toBe(false);
});

test('the same look again is no news, whatever order the database gives its keys', async () => {
  await using state = await openFleetState();
  const session = await liveSession(state);
  const look = (observation: Observation, at = session) => {
    state.clock.advance(1_000);
    return state.store.recordObservation(at, {
      observation,
      readings: [],
      screen: ['$'],
      takenAt: state.clock.now(),
    });
  };

  const first = await look(ASKING);
  expect(first.isChange).toBe(true);
  expect(await look({ ...ASKING, evidence: 'another line', confidence: 0.7 })).toEqual({
    isChange: false,
    isOverruled: false,
    since: first.since,
  });
  expect((await state.store.lastObservation(session.id))?.lastSeenAt).toEqual(state.clock.now());
  expect(
    (await look({ ...ASKING, dialog: { ...DIALOG, question: 'Really?' } } satisfies Observation)).isChange,
  ).toBe(true);
  expect((await look(ASKING)).isChange).toBe(true);
  expect((await look(IDLE)).isChange).toBe(true);
  expect((await look(IDLE)).isChange).toBe(false);
  expect((await look(IDLE, { ...session, generation: 2 })).isChange).toBe(true);
  expect((await state.store.lastObservation(session.id))?.observation).toEqual(IDLE);
});

test('a look that took long does not take back what was seen after it began', async () => {
  await using state = await openFleetState();
  const session = await liveSession(state);
  const look = (observation: Observation, takenAt: Date) =>
    state.store.recordObservation(session, { observation, readings: [], screen: ['$'], takenAt });
  const began = state.clock.now();
  state.clock.advance(2_000);
  const asks = await look(ASKING, state.clock.now());
  expect(await look(IDLE, began)).toEqual({ isChange: false, isOverruled: true, since: asks.since });
  expect(await look(ASKING, began)).toMatchObject({ isChange: false, isOverruled: false });
  expect(await state.store.lastObservation(session.id)).toMatchObject({
    observation: ASKING,
    lastSeenAt: state.clock.now(),
  });
  // By a clock that is behind: another process may watch the host from now on.
  expect((await look(IDLE, new Date(began.getTime() - 60_000))).isChange).toBe(true);
});

test('of each session the last looks and decisions are kept, however many there are of others', async () => {
  await using state = await openFleetState();
  const session = await liveSession(state);
  const other = (await state.addRunningTask(await state.addHost({ name: 'dev2' }))).session;
  const wait = { kind: 'wait', reasoner: 'chain', why: 'at work', confidence: 1 } as const;
  for (let round = 0; round < 60; round += 1) {
    const observation: Observation = round % 2 === 0 ? IDLE : ASKING;
    for (const each of [session, other])
      await state.store.recordObservation(each, {
        observation,
        readings: [],
        screen: [],
        takenAt: state.clock.now(),
      });
  }
  await state.store.recordDecision(session, wait, { kind: 'proceed' }, state.clock.now());
  const count = async (table: string, of: Session) => {
    const [row] = await rowsOf(
      state.database.connection,
      sql`select count(*)::int as count from ${sql.identifier(table)} where session = ${of.id}`,
    );
    return row;
  };
  expect(await count('observations', session)).toEqual({ count: 50 });
  expect(await count('observations', other)).toEqual({ count: 50 });
  expect(await count('decisions', session)).toEqual({ count: 1 });
});

test('of two ends of a question the first counts, and nobody is told of the second', async () => {
  await using state = await openFleetState();
  const { task, session } = await state.addRunningTask(await state.addHost());
  const step = openApproval(
    {
      id: approvalId('a1'),
      task: task.id,
      thread: task.thread,
      subject: { kind: 'cancel-task', session: session.id, generation: 1 },
      choices: [{ id: APPROVE, label: 'Yes', style: 'plain' }],
      requestedBy: null,
      ...underPolicy(),
    },
    { digest: state.digest, at: state.clock.now() },
  );
  await state.store.addApproval(step);
  const [readBefore] = await state.store.approvalsOfTasks([task.id]);
  if (readBefore === undefined) throw new Error('the question was not stored');

  const answered = answerApproval(readBefore, APPROVE, state.ann.id, state.clock.now());
  if (answered.ok) await state.store.saveApproval(answered.value);
  const withdrawn = withdrawApproval(readBefore, 'the agent has ended', state.clock.now());
  if (withdrawn !== null) await state.store.saveApproval(withdrawn);

  expect(await state.store.approvalsOfTasks([task.id])).toMatchObject([{ state: 'answered' }]);
  const kinds = (await state.store.eventsOfTask(task.id, 9)).map((event) => event.kind);
  expect(kinds.filter((kind) => kind.startsWith('approval-'))).toEqual([
    'approval-requested',
    'approval-answered',
  ]);
});

test('a message is claimed once per thread, surface and key', async () => {
  await using state = await openFleetState();
  const { thread } = await state.addTask();
  const claims = await Promise.all(
    Array.from({ length: 5 }, () => state.store.claimNotification(thread, 'slack', 'card')),
  );
  expect(claims.filter((claim) => claim.isNew)).toHaveLength(1);
  expect(new Set(claims.map((claim) => claim.notification.id)).size).toBe(1);
  expect((await state.store.claimNotification(thread, 'github', 'card')).isNew).toBe(true);

  const id = claims[0]?.notification.id ?? '';
  await state.store.recordUndeliverable(id, 'no such channel');
  expect((await state.store.claimNotification(thread, 'slack', 'card')).notification).toMatchObject({
    state: 'undeliverable',
    why: 'no such channel',
  });
  await state.store.recordSent(id, { messageId: '1700.1', digest: 'd' });
  expect(await state.store.notifications(thread, 'slack')).toMatchObject([
    { state: 'sent', messageId: '1700.1', digest: 'd', key: 'card' },
  ]);
});

test('a task and a session that break the rules of the tables are not stored', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const { session, task } = await state.addRunningTask(host);
  await expect(state.store.addSession({ ...session, id: sessionId('second') })).rejects.toThrow();
  await expect(state.addTask({ thread: task.thread })).rejects.toThrow();
  await expect(state.store.addHost({ ...host, capacity: 0, name: 'none' })).rejects.toThrow();
  await expect(state.addHost({ name: host.name })).rejects.toThrow();
  await state.store.saveHost({ ...host, state: 'removed' });
  expect((await state.addHost({ name: host.name })).name).toBe(host.name);
});

test('a task comes back from the database as it went in, in every state', async () => {
  await using state = await openFleetState();
  const { task } = await state.addRunningTask(await state.addHost(), {
    brief: 'Fix "it"\n\t$(id) 🐙',
    origin: { kind: 'issue', repo: 'acme/api', issue: 7 },
  });
  expect(await state.store.findTask(task.id)).toEqual(task);
  expect(await state.store.taskOnBranch('ACME/API', task.branch)).toEqual(task);
  const at = state.clock.now();
  const { state: _state, startedAt: _startedAt, ...rest } = task;
  const { lock, ...unlocked } = rest;
  const { host, session, branch, pullRequest, ...common } = unlocked;
  const forms = [
    { ...rest, state: 'assigned', assignedAt: at },
    { ...unlocked, state: 'completed', endedAt: at },
    { ...unlocked, state: 'failed', why: 'it ended with 7', endedAt: at },
    {
      ...common,
      placed: { host, session, branch, pullRequest },
      state: 'cancelled',
      by: state.ann.id,
      endedAt: at,
    },
    { ...common, placed: null, state: 'cancelled', by: state.ann.id, endedAt: at },
    { ...common, lock, state: 'queued', unplacedBecause: 'every host is full' },
    { ...rest, lock: { by: state.ann.id, at, until: at, goal: null }, state: 'assigned', assignedAt: at },
    { ...rest, lock: { by: state.ann.id, at, until: null, goal: null }, state: 'running', startedAt: at },
  ] as const;
  for (const next of forms) {
    await state.store.saveTask({ next, events: [] });
    expect(await state.store.findTask(task.id)).toEqual(next);
  }
});

test('a lock is known of its session, told with its time, and gone with its task', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const free = await state.addRunningTask(host);
  const { task, session } = await state.addRunningTask(host);
  const at = state.clock.now();
  const until = new Date(at.getTime() + 3_600_000);
  const bob = {
    id: actorId('bob'),
    source: 'shell',
    externalId: 'bob',
    name: 'Bob',
    role: 'operator',
  } as const;
  await state.store.saveActor(bob, at);
  const locked = lockTask(task, bob.id, until, at);
  if (locked === null) throw new Error('it was locked before');
  await state.store.saveTask(locked);

  const ids = [free.session.id, session.id];
  expect(await state.store.taskLocks(ids)).toEqual(
    new Map([[session.id, { by: bob.id, at, until, goal: null }]]),
  );
  expect(await state.store.taskLocks([])).toEqual(new Map());
  expect((await state.store.eventsOfTask(task.id, 1))[0]).toMatchObject({ kind: 'task-locked', until });
  expect((await state.store.story(task.thread))?.people.get(bob.id)?.name).toBe('Bob');

  await state.store.saveTask(completeTask(locked.next, at));
  expect(await state.store.taskLocks(ids)).toEqual(new Map());
});

test.each([
  ["state = 'completed', ended_at = now()", 'of a task that has ended'],
  ['locked_by = null', 'that is nobody’s'],
  ['locked_at = null', 'that was never said'],
])('a row with %s is refused: it would be a lock %s', async (change) => {
  await using state = await openFleetState();
  const { task } = await state.addRunningTask(await state.addHost());
  const locked = lockTask(task, state.ann.id, null, state.clock.now());
  if (locked === null) throw new Error('it was locked before');
  await state.store.saveTask(locked);
  await expect(
    state.database.connection.execute(sql.raw(`update tasks set ${change} where id = ${task.id}`)),
  ).rejects.toThrow();
});

test('a thread whose last event came after its last message is found again', async () => {
  await using state = await openFleetState();
  const { thread } = await state.addTask();
  expect(await state.store.untoldThreads()).toEqual([thread]);
  state.clock.advance(1);
  const { notification } = await state.store.claimNotification(thread, 'slack', 'card');
  expect(await state.store.untoldThreads()).toEqual([thread]);
  await state.store.recordSent(notification.id, { messageId: '1', digest: 'd' });
  expect(await state.store.untoldThreads()).toEqual([]);
});

test('of things that are not there the answer is nothing', async () => {
  await using state = await openFleetState();
  expect(await state.store.findTask(taskId(99))).toBeNull();
  expect(await state.store.findSession(sessionId('none'))).toBeNull();
  expect(await state.store.story(threadId('none'))).toBeNull();
  expect(await state.store.lastObservation(sessionId('none'))).toBeNull();
  expect(await state.store.actionsOfTasks([])).toEqual([]);
  expect(await state.store.actorsById([])).toEqual(new Map());
});

test('a session wants something done while an action waits or its task is over', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const [quiet, busy, over] = [
    await state.addRunningTask(host),
    await state.addRunningTask(host),
    await state.addRunningTask(host),
  ];
  await state.store.addAction(
    intendAction(
      {
        id: actionId('words'),
        task: busy.task.id,
        session: busy.session.id,
        generation: 1,
        effect: { kind: 'type-text', text: 'hello' },
        by: null,
      },
      state.clock.now(),
    ),
  );
  await state.store.saveTask(cancelTask(over.task, state.ann.id, state.clock.now()));
  const ids = [quiet, busy, over].map(({ session }) => session.id);
  expect(await state.store.sessionsToActOn(ids)).toEqual(new Set([busy.session.id, over.session.id]));
  expect(await state.store.sessionsToActOn([])).toEqual(new Set());
});

test('one pause is open at a time, and its end counts failing cycles anew', async () => {
  await using state = await openFleetState();
  const { store, ann, clock } = state;
  const pause = openPause({ id: pauseId('p1'), by: null, why: 'it broke', thread: null }, clock.now());
  expect(await store.openPause()).toBeNull();
  await store.transaction(async (tx) => {
    expect(await tx.lockDirector()).toEqual({ failedInRow: 0, pause: null });
    await tx.saveFailedCycles(5);
    await tx.addPause(pause);
  });
  expect(await store.openPause()).toEqual(pause);
  await expect(store.transaction((tx) => tx.addPause({ ...pause, id: pauseId('p2') }))).rejects.toThrow();
  clock.advance(1_000);
  await store.transaction((tx) => tx.savePause(endPause(pause, ann.id, clock.now())));
  await store.transaction(async (tx) => {
    expect(await tx.lockDirector()).toEqual({ failedInRow: 0, pause: null });
    await tx.addPause({ ...pause, id: pauseId('p2'), by: ann.id });
  });
  expect(await store.openPause()).toMatchObject({ id: 'p2', by: ann.id });
});

test('failing cycles that are counted at the same time are all counted', async () => {
  await using state = await openFleetState();
  const { store } = state;
  await Promise.all(
    Array.from({ length: 4 }, () =>
      store.transaction(async (tx) => {
        const { failedInRow } = await tx.lockDirector();
        await tx.saveFailedCycles(failedInRow + 1);
      }),
    ),
  );
  expect(await store.transaction((tx) => tx.lockDirector())).toMatchObject({ failedInRow: 4 });
  await store.forgetFailedCycles();
  expect(await store.transaction((tx) => tx.lockDirector())).toMatchObject({ failedInRow: 0 });
});
