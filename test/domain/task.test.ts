import { expect, test } from 'vitest';
import {
  actorId,
  assignTask,
  byUrgency,
  cancelTask,
  completeTask,
  failTask,
  hasEnded,
  isLive,
  isLocked,
  lockTask,
  notePullRequest,
  PRIORITIES,
  placeOf,
  queueTask,
  requeueTask,
  startTask,
  type Task,
  taskId,
  unlockTask,
} from '../../src/domain/index.ts';
import { pick, seeded } from '../support/seeded.ts';
import { ANN, AT, assignedTask, LATER, newTask, PLACE, queuedTask, runningTask } from './tasks.ts';

const PULL_REQUEST = { url: 'https://github.com/acme/api/pull/7', number: 7, title: 'Add it' };

const running = runningTask();
const UNTIL = new Date(Date.UTC(2026, 10, 22, 13));
const BOB = actorId('bob');
const about = { task: running.id, thread: running.thread, at: LATER };

const MOVES: readonly {
  readonly name: string;
  readonly step: { readonly next: Task; readonly events: readonly object[] } | null;
  readonly next: object;
  readonly events: readonly object[];
}[] = [
  {
    name: 'a new task is queued and says who asked',
    step: queueTask(newTask(), LATER),
    next: { ...newTask(), lock: null, state: 'queued', unplacedBecause: null },
    events: [{ ...about, kind: 'task-queued', by: ANN, attempt: 1 }],
  },
  {
    name: 'a queued task is assigned, and nothing of its waiting is left',
    step: assignTask({ ...queuedTask(), unplacedBecause: 'every host is full' }, PLACE, LATER),
    next: {
      ...newTask(),
      lock: null,
      state: 'assigned',
      host: PLACE.host,
      session: PLACE.session,
      branch: PLACE.branch,
      pullRequest: null,
      assignedAt: LATER,
    },
    events: [{ ...about, kind: 'task-assigned', ...PLACE }],
  },
  {
    name: 'an assigned task runs once its agent was seen',
    step: startTask(assignedTask(), LATER),
    next: {
      ...newTask(),
      lock: null,
      state: 'running',
      host: PLACE.host,
      session: PLACE.session,
      branch: PLACE.branch,
      pullRequest: null,
      startedAt: LATER,
    },
    events: [{ ...about, kind: 'task-started', session: PLACE.session }],
  },
  ...[assignedTask(), runningTask()].flatMap((task) => {
    const placed = { host: PLACE.host, session: PLACE.session, branch: PLACE.branch, pullRequest: null };
    return [
      {
        name: `${task.state} → completed`,
        step: completeTask(task, LATER),
        next: { ...newTask(), ...placed, state: 'completed', endedAt: LATER },
        events: [{ ...about, kind: 'task-completed', pullRequest: null }],
      },
      {
        name: `${task.state} → failed, with the last lines in its event only`,
        step: failTask(task, 'it ended with 7', ['npm ERR!'], LATER),
        next: { ...newTask(), ...placed, state: 'failed', why: 'it ended with 7', endedAt: LATER },
        events: [{ ...about, kind: 'task-failed', why: 'it ended with 7', tail: ['npm ERR!'] }],
      },
      {
        name: `${task.state} → cancelled, still knowing its place`,
        step: cancelTask(task, ANN, LATER),
        next: { ...newTask(), placed, state: 'cancelled', by: ANN, endedAt: LATER },
        events: [{ ...about, kind: 'task-cancelled', by: ANN }],
      },
      {
        name: `${task.state} → queued, without its place`,
        step: requeueTask(task, 'dev1 does not answer', LATER),
        next: { ...newTask(), lock: null, state: 'queued', unplacedBecause: 'dev1 does not answer' },
        events: [{ ...about, kind: 'task-requeued', by: null, why: 'dev1 does not answer' }],
      },
    ];
  }),
  {
    name: 'queued → cancelled, without a place',
    step: cancelTask(queuedTask(), ANN, LATER),
    next: { ...newTask(), placed: null, state: 'cancelled', by: ANN, endedAt: LATER },
    events: [{ ...about, kind: 'task-cancelled', by: ANN }],
  },
  {
    name: 'a pull request is noted and the task goes on',
    step: notePullRequest(running, PULL_REQUEST, LATER),
    next: { ...running, pullRequest: PULL_REQUEST },
    events: [{ ...about, kind: 'pull-request-opened', pullRequest: PULL_REQUEST }],
  },
  ...[queuedTask(), assignedTask(), runningTask()].map((task) => ({
    name: `a ${task.state} task is locked by somebody for a time`,
    step: lockTask(task, ANN, UNTIL, LATER),
    next: { ...task, lock: { by: ANN, at: LATER, until: UNTIL, goal: null } },
    events: [{ ...about, kind: 'task-locked', by: ANN, until: UNTIL }],
  })),
  {
    name: 'a locked task is locked anew by whoever says another time',
    step: lockTask({ ...running, lock: { by: ANN, at: AT, until: UNTIL, goal: null } }, BOB, null, LATER),
    next: { ...running, lock: { by: BOB, at: LATER, until: null, goal: null } },
    events: [{ ...about, kind: 'task-locked', by: BOB, until: null }],
  },
  {
    name: 'a lock that is over is followed by a new one for the same time',
    step: lockTask({ ...running, lock: { by: ANN, at: AT, until: LATER, goal: null } }, BOB, LATER, LATER),
    next: { ...running, lock: { by: BOB, at: LATER, until: LATER, goal: null } },
    events: [{ ...about, kind: 'task-locked', by: BOB, until: LATER }],
  },
  {
    name: 'a locked task is unlocked by anybody',
    step: unlockTask({ ...running, lock: { by: ANN, at: AT, until: null, goal: null } }, BOB, LATER),
    next: running,
    events: [{ ...about, kind: 'task-unlocked', by: BOB }],
  },
];

for (const { name, step, next, events } of MOVES) {
  test(name, () => expect(step).toEqual({ next, events }));
}

test('the same lock said twice changes nothing, and neither does unlocking what is not locked', () => {
  for (const until of [UNTIL, null]) {
    const locked = { ...running, lock: { by: ANN, at: AT, until, goal: null } };
    expect(lockTask(locked, BOB, until, LATER)).toBeNull();
  }
  expect(unlockTask(running, BOB, LATER)).toBeNull();
  expect(
    unlockTask({ ...running, lock: { by: ANN, at: AT, until: LATER, goal: null } }, BOB, LATER),
  ).toBeNull();
});

test('a lock goes where its task goes, and ends with its time or its task', () => {
  const lock = { by: ANN, at: AT, until: UNTIL, goal: null };
  const assigned = assignTask({ ...queuedTask(), lock }, PLACE, LATER).next;
  const started = startTask(assigned, LATER).next;
  const requeued = requeueTask(started, 'dev1 does not answer', LATER).next;
  for (const task of [assigned, started, requeued]) {
    expect(task.lock).toEqual(lock);
    expect(isLocked(task, new Date(UNTIL.getTime() - 1))).toBe(true);
    expect(isLocked(task, UNTIL)).toBe(false);
    expect(isLocked({ ...task, lock: { ...lock, until: null } }, new Date(8e15))).toBe(true);
  }
  for (const ended of [
    completeTask(started, LATER).next,
    failTask(started, 'why', [], LATER).next,
    cancelTask(started, ANN, LATER).next,
  ]) {
    expect(isLocked(ended, LATER)).toBe(false);
    expect(ended).not.toHaveProperty('lock');
  }
});

test('the same pull request told twice changes nothing', () => {
  expect(notePullRequest({ ...running, pullRequest: PULL_REQUEST }, PULL_REQUEST, LATER)).toBeNull();
});

test('a second pull request replaces the first, also after the end', () => {
  const ended = completeTask({ ...running, pullRequest: PULL_REQUEST }, LATER).next;
  const second = { ...PULL_REQUEST, number: 8 };
  expect(notePullRequest(ended, second, LATER)?.next).toEqual({ ...ended, pullRequest: second });
});

test('moves that make no sense do not exist', () => {
  // Each line would be a wrong state; the compiler is the one who refuses.
  const illegal = [
    // @ts-expect-error a waiting task has no agent to start
    () => startTask(queuedTask(), AT),
    // @ts-expect-error a running task has its place
    () => assignTask(runningTask(), PLACE, AT),
    // @ts-expect-error a waiting task did nothing that could be complete
    () => completeTask(queuedTask(), AT),
    // @ts-expect-error a waiting task cannot fail
    () => failTask(queuedTask(), 'why', [], AT),
    // @ts-expect-error what has ended is not cancelled
    () => cancelTask(completeTask(runningTask(), AT).next, ANN, AT),
    // @ts-expect-error what has ended is not queued again: a retry is a new task
    () => requeueTask(failTask(runningTask(), 'why', [], AT).next, 'why', AT),
    // @ts-expect-error a cancelled task takes no result
    () => notePullRequest(cancelTask(runningTask(), ANN, AT).next, PULL_REQUEST, AT),
    // @ts-expect-error what has ended is not locked
    () => lockTask(completeTask(runningTask(), AT).next, ANN, null, AT),
  ];
  expect(illegal).toHaveLength(8);
});

test('each state is live, over, or waiting, and knows its place', () => {
  const completed = completeTask(running, LATER).next;
  const table: readonly (readonly [Task, boolean, boolean, boolean])[] = [
    [queuedTask(), false, false, false],
    [assignedTask(), true, false, true],
    [running, true, false, true],
    [completed, false, true, true],
    [failTask(running, 'why', [], LATER).next, false, true, true],
    [cancelTask(queuedTask(), ANN, LATER).next, false, true, false],
    [cancelTask(running, ANN, LATER).next, false, true, true],
  ];
  for (const [task, live, ended, placed] of table) {
    expect([task.state, isLive(task), hasEnded(task), placeOf(task) !== null]).toEqual([
      task.state,
      live,
      ended,
      placed,
    ]);
  }
});

test('the most urgent first, then the oldest, then the lowest number, whatever the order they come in', () => {
  const random = seeded(7);
  const tasks = Array.from({ length: 60 }, (_, index) => ({
    ...queuedTask(),
    id: taskId(index + 1),
    priority: pick(random, PRIORITIES),
    createdAt: new Date(AT.getTime() + Math.floor(random() * 5) * 1000),
  }));
  const shuffled = tasks.map((task) => ({ task, at: random() })).sort((a, b) => a.at - b.at);

  const sorted = shuffled.map(({ task }) => task).sort(byUrgency);

  const rank = (task: (typeof tasks)[number]) =>
    PRIORITIES.indexOf(task.priority) * 1e15 + task.createdAt.getTime() * 100 + task.id;
  for (const [index, task] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next !== undefined) expect(rank(task)).toBeLessThan(rank(next));
  }
});
