import { expect, test } from 'vitest';
import { assign } from '../../src/director/reason/index.ts';
import {
  byUrgency,
  type Host,
  hostId,
  PRIORITIES,
  type QueuedTask,
  type Reach,
  taskId,
} from '../../src/domain/index.ts';
import { AT, queuedTask } from '../domain/tasks.ts';
import { pick, seeded } from '../support/seeded.ts';

const UNREACHABLE: Reach = { state: 'unreachable', since: AT, why: 'no route' };

const host = (name: string, rest: Partial<Host> = {}): Host => ({
  id: hostId(name),
  name,
  transport: { kind: 'local' },
  capacity: 2,
  state: 'active',
  reach: { state: 'unknown' },
  ...rest,
});

const task = (id: number, rest: Partial<QueuedTask> = {}): QueuedTask => ({
  ...queuedTask(),
  id: taskId(id),
  ...rest,
});

const decided = (queued: readonly QueuedTask[], loads: readonly (readonly [Host, number])[]) =>
  assign(
    queued,
    loads.map(([each, sessions]) => ({ host: each, sessions })),
  ).map((each) => `T${each.task.id} ${each.kind === 'place' ? `→ ${each.host.name}` : each.why}`);

test.each<readonly [string, readonly QueuedTask[], readonly (readonly [Host, number])[], readonly string[]]>([
  ['nothing waits', [], [[host('a'), 0]], []],
  ['no host at all', [task(1)], [], ['T1 no host takes tasks; add one with `hosts add`']],
  [
    'the host with the most room',
    [task(1)],
    [
      [host('a'), 1],
      [host('b'), 0],
    ],
    ['T1 → b'],
  ],
  [
    'one after the other, where there is room',
    [task(1), task(2), task(3)],
    [
      [host('a'), 1],
      [host('b'), 0],
    ],
    ['T1 → b', 'T2 → a', 'T3 → b'],
  ],
  [
    'the most urgent first',
    [task(1, { priority: 'low' }), task(2, { priority: 'critical' })],
    [[host('a'), 1]],
    ['T2 → a', 'T1 every host is full; it starts when an agent ends, or add a host'],
  ],
  [
    'no draining host',
    [task(1)],
    [[host('a', { state: 'draining' }), 0]],
    ['T1 no host takes tasks; add one with `hosts add`'],
  ],
  [
    'no host that does not answer',
    [task(1)],
    [
      [host('a', { reach: UNREACHABLE }), 0],
      [host('b'), 1],
    ],
    ['T1 → b'],
  ],
  [
    'none answers',
    [task(1)],
    [[host('a', { reach: UNREACHABLE }), 0]],
    ['T1 none of the hosts answers; `hosts` says why'],
  ],
  [
    'a pinned task waits for its host and holds nobody back',
    [task(1, { wantedHost: hostId('a'), priority: 'critical' }), task(2)],
    [
      [host('a'), 2],
      [host('b'), 0],
    ],
    ['T1 a is full', 'T2 → b'],
  ],
  [
    'a pinned task is not put elsewhere while its host is away',
    [task(1, { wantedHost: hostId('a') })],
    [
      [host('a', { reach: UNREACHABLE }), 0],
      [host('b'), 0],
    ],
    ['T1 a does not answer'],
  ],
  [
    'a pinned task whose host was removed or drained',
    [task(1, { wantedHost: hostId('a') })],
    [[host('b'), 0]],
    [
      'T1 its host was removed or takes nothing new; resume the host, or cancel the task and add it without --host',
    ],
  ],
  [
    'a host with more than its capacity takes nothing',
    [task(1)],
    [[host('a', { capacity: 1 }), 3]],
    ['T1 every host is full; it starts when an agent ends, or add a host'],
  ],
])('%s', (_, queued, loads, expected) => expect(decided(queued, loads)).toEqual(expected));

test('capacity is never exceeded, nobody waits beside a free host, and nobody is overtaken by a less urgent task', () => {
  const random = seeded(99);
  for (let round = 0; round < 2_000; round += 1) {
    const hosts = Array.from({ length: Math.floor(random() * 4) }, (_unused, index) =>
      host(`h${index}`, {
        capacity: 1 + Math.floor(random() * 3),
        state: random() < 0.8 ? 'active' : 'draining',
        reach: random() < 0.8 ? { state: 'reachable', since: AT } : UNREACHABLE,
      }),
    );
    const loads = hosts.map((each) => ({ host: each, sessions: Math.floor(random() * (each.capacity + 1)) }));
    const queued = Array.from({ length: Math.floor(random() * 8) }, (_unused, index) =>
      task(index + 1, {
        priority: pick(random, PRIORITIES),
        wantedHost: random() < 0.3 ? hostId(`h${Math.floor(random() * 4)}`) : null,
      }),
    );
    const assignments = assign(queued, loads);
    expect(assignments).toHaveLength(queued.length);
    const placedOn = (id: Host['id']) =>
      assignments.filter((each) => each.kind === 'place' && each.host.id === id).length;
    const isOpen = (each: Host) => each.state === 'active' && each.reach.state !== 'unreachable';
    for (const { host: each, sessions } of loads) {
      if (placedOn(each.id) > 0)
        expect([isOpen(each), sessions + placedOn(each.id) <= each.capacity]).toEqual([true, true]);
    }
    const left = assignments.filter((each) => each.kind === 'leave').map((each) => each.task);
    for (const waiting of left) {
      const fits = loads.filter(
        ({ host: each }) => isOpen(each) && (waiting.wantedHost === null || waiting.wantedHost === each.id),
      );
      for (const { host: each, sessions } of fits) {
        expect(sessions + placedOn(each.id)).toBeGreaterThanOrEqual(each.capacity);
        const here = assignments.filter((other) => other.kind === 'place' && other.host.id === each.id);
        for (const other of here) expect(byUrgency(other.task, waiting)).toBeLessThan(0);
      }
    }
    for (const each of assignments) {
      if (each.kind === 'place' && each.task.wantedHost !== null)
        expect(each.host.id).toBe(each.task.wantedHost);
    }
  }
});
