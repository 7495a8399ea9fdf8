import { describe, expect, test } from 'vitest';
import {
  type AtWork,
  type FleetDecision,
  type FleetReasoner,
  type FleetSituation,
  reasonForFleet,
} from '../../src/director/reason/index.ts';
import {
  type Action,
  byUrgency,
  completeTask,
  DEFAULT_RULES,
  failTask,
  type Host,
  hostId,
  type KnownOverlap,
  PRIORITIES,
  type QueuedTask,
  type Reach,
  type ReportReason,
  type RunningTask,
  type Session,
  type ToldNeighbours,
  type TrackRecord,
  taskId,
} from '../../src/domain/index.ts';
import { ANN, AT, LATER, queuedTask, runningTask } from '../domain/tasks.ts';
import { pick, seeded } from '../support/seeded.ts';
import { approvalOf, DIALOG, intended, SESSION } from './situations.ts';

const NOTHING_TO_DO: FleetSituation = {
  queued: [],
  atWork: [],
  hosts: [],
  awaited: new Map(),
  left: new Map(),
  holdOn: () => null,
  footprints: new Map(),
  overlaps: [],
  rulesOf: () => DEFAULT_RULES,
  records: [],
  now: LATER,
};

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

const loadsOf = (loads: readonly (readonly [Host, number])[]) =>
  loads.map(([each, sessions]) => ({ host: each, sessions }));

const placementsOf = (situation: FleetSituation) =>
  reasonForFleet(situation).filter((each) => each.kind === 'place' || each.kind === 'leave');

const decided = (queued: readonly QueuedTask[], loads: readonly (readonly [Host, number])[]) =>
  placementsOf({ ...NOTHING_TO_DO, queued, hosts: loadsOf(loads) }).map(
    (each) => `T${each.task.id} ${each.kind === 'place' ? `→ ${each.host.name}` : each.why}`,
  );

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
    const assignments = placementsOf({ ...NOTHING_TO_DO, queued, hosts: loads });
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

const AT_WORK_SINCE = Date.UTC(2026, 10, 22, 8);

/** A task at work on a host. Of two with the same number of minutes nothing tells which began first. */
function atWork(on: Host, rest: Partial<RunningTask> = {}, more: Partial<Session> = {}): AtWork {
  const running: RunningTask = { ...runningTask(), host: on.id, ...rest };
  const startedAt = new Date(AT_WORK_SINCE + running.id * 60_000);
  const session: Session = { ...SESSION, task: running.id, host: on.id, createdAt: startedAt, ...more };
  return {
    task: running,
    session,
    host: on,
    pending: [],
    couldNotLeave: false,
    reported: [],
    questions: [],
    told: null,
    stuckSince: null,
    goneSince: null,
  };
}

const makingRoomFor = (id: number): Action => ({
  ...intended('reassign-task'),
  effect: { kind: 'reassign-task', because: 'urgent', from: A.id, to: null, makesRoomFor: taskId(id) },
});

const critical = (id: number, rest: Partial<QueuedTask> = {}) => task(id, { priority: 'critical', ...rest });

/** Everything that is decided but what agents are told of each other, in words. */
const allDecided = (situation: Partial<FleetSituation>) =>
  reasonForFleet({ ...NOTHING_TO_DO, ...situation })
    .filter(({ kind }) => kind !== 'tell-neighbours')
    .map(inWords);

const tellings = (situation: Partial<FleetSituation>) =>
  reasonForFleet({ ...NOTHING_TO_DO, ...situation })
    .filter(({ kind }) => kind === 'tell-neighbours')
    .map(inWords);

function inWords(decision: FleetDecision): string {
  switch (decision.kind) {
    case 'place':
      return `T${decision.task.id} → ${decision.host.name}`;
    case 'leave':
      return `T${decision.task.id} waits: ${decision.why}`;
    case 'ask':
      return `T${decision.about.task.id}: ${decision.question} ${decision.options.map(({ label }) => label).join(' / ')}`;
    case 'report':
      return `tell T${decision.about.task.id}: ${decision.text}`;
    case 'withdraw':
      return `withdraw ${decision.question.id}`;
    case 'tell-neighbours':
      return `tell T${decision.about.task.id}: ${decision.why}`;
    case 'tell-overlap': {
      const { one, other, files, state, held } = decision.overlap;
      return `T${one} and T${other} overlap in ${files.join(', ')}: ${state}${held === null ? '' : ` T${held}`}`;
    }
    case 'reassign':
      return `T${decision.victim.task.id} makes room for T${decision.makesRoomFor.id}`;
  }
}

const A = host('a', { capacity: 2 });
const B = host('b', { capacity: 2 });
const FULL = 'every host is full; it starts when an agent ends, or add a host';

describe('a critical task', () => {
  const low = atWork(A, { id: taskId(1), priority: 'low' });
  const high = atWork(A, { id: taskId(2), priority: 'high' });

  test.each<readonly [string, Partial<FleetSituation>, readonly string[]]>([
    [
      'takes the place of the least urgent task when there is no other',
      { queued: [critical(9)], atWork: [high, low], hosts: loadsOf([[A, 2]]) },
      ['T1 makes room for T9', 'T9 waits: room is made for it: T1 goes back to the queue'],
    ],
    [
      'of two that are equally urgent the one that began last gives way',
      {
        queued: [critical(9)],
        atWork: [low, atWork(A, { id: taskId(3), priority: 'low' })],
        hosts: loadsOf([[A, 2]]),
      },
      ['T3 makes room for T9', 'T9 waits: room is made for it: T3 goes back to the queue'],
    ],
    [
      'takes nobody’s place while any host has room',
      {
        queued: [critical(9)],
        atWork: [low, high],
        hosts: loadsOf([
          [A, 2],
          [B, 1],
        ]),
      },
      ['T9 → b'],
    ],
    [
      'does not count room on a host that does not answer, or takes nothing new',
      {
        queued: [critical(9)],
        atWork: [low, high],
        hosts: loadsOf([
          [A, 2],
          [{ ...B, reach: UNREACHABLE }, 0],
          [host('c', { state: 'draining' }), 0],
        ]),
      },
      ['T1 makes room for T9', 'T9 waits: room is made for it: T1 goes back to the queue'],
    ],
    [
      'never takes the place of one that is as urgent',
      {
        queued: [critical(9)],
        atWork: [atWork(A, { id: taskId(1), priority: 'critical' })],
        hosts: loadsOf([[host('a', { capacity: 1 }), 1]]),
      },
      [`T9 waits: ${FULL}`],
    ],
    [
      'never takes the place of one that is locked, begun by a person, or ending anyway',
      {
        queued: [critical(9)],
        atWork: [
          atWork(A, { id: taskId(1), priority: 'low', lock: { by: ANN, at: AT, until: null, goal: null } }),
          atWork(A, { id: taskId(2), priority: 'low' }, { isAdopted: true }),
          { ...atWork(A, { id: taskId(3), priority: 'low' }), pending: [intended('end-session')] },
        ],
        hosts: loadsOf([[host('a', { capacity: 3 }), 3]]),
      },
      [`T9 waits: ${FULL}`],
    ],
    [
      'takes the place of one whose lock is over',
      {
        queued: [critical(9)],
        atWork: [
          atWork(A, { id: taskId(1), priority: 'low', lock: { by: ANN, at: AT, until: AT, goal: null } }),
        ],
        hosts: loadsOf([[host('a', { capacity: 1 }), 1]]),
      },
      ['T1 makes room for T9', 'T9 waits: room is made for it: T1 goes back to the queue'],
    ],
    [
      'two of them take two places, and the third waits',
      {
        queued: [critical(7), critical(8), critical(9)],
        atWork: [low, high],
        hosts: loadsOf([[A, 2]]),
      },
      [
        'T1 makes room for T7',
        'T7 waits: room is made for it: T1 goes back to the queue',
        'T2 makes room for T8',
        'T8 waits: room is made for it: T2 goes back to the queue',
        `T9 waits: ${FULL}`,
      ],
    ],
    [
      'takes nobody’s place where its account has reached a limit',
      {
        queued: [critical(9)],
        atWork: [low],
        hosts: loadsOf([[host('a', { capacity: 1 }), 1]]),
        holdOn: () => ({ kind: 'quota', why: 'the account is at its limit', until: null }),
      },
      ['T9 waits: the account is at its limit'],
    ],
    [
      'waits while room is being made for it, and takes no second place',
      {
        queued: [critical(9)],
        atWork: [
          {
            ...low,
            pending: [makingRoomFor(9)],
          },
          high,
        ],
        hosts: loadsOf([[A, 2]]),
      },
      ['T9 waits: room is being made for it'],
    ],
    [
      'takes a place that became free in the meantime',
      {
        queued: [critical(9)],
        atWork: [{ ...low, pending: [makingRoomFor(9)] }, high],
        hosts: loadsOf([[host('a', { capacity: 3 }), 2]]),
      },
      ['T9 → a'],
    ],
    [
      'leaves alone whose work could not be saved, and takes the next one',
      {
        queued: [critical(9)],
        atWork: [{ ...low, couldNotLeave: true }, high],
        hosts: loadsOf([[A, 2]]),
      },
      ['T2 makes room for T9', 'T9 waits: room is made for it: T2 goes back to the queue'],
    ],
    [
      'takes nobody’s place before it could start',
      {
        queued: [critical(9, { after: [taskId(2)] })],
        awaited: new Map([[taskId(2), high.task]]),
        atWork: [low, high],
        hosts: loadsOf([[A, 2]]),
      },
      ['T9 waits: it comes after T2'],
    ],
    [
      'one that is less urgent takes nobody’s place',
      {
        queued: [task(9, { priority: 'high' })],
        atWork: [low],
        hosts: loadsOf([[host('a', { capacity: 1 }), 1]]),
      },
      [`T9 waits: ${FULL}`],
    ],
  ])('%s', (_, situation, expected) => expect(allDecided(situation)).toEqual(expected));
});

describe('a task that comes after another', () => {
  const first = completeTask({ ...runningTask(), id: taskId(1), host: B.id }, LATER).next;
  const failed = failTask({ ...runningTask(), id: taskId(1), host: B.id }, 'why', [], LATER).next;
  const second = task(2, { after: [taskId(1)] });

  test.each<readonly [string, Partial<FleetSituation>, readonly string[]]>([
    [
      'waits while it is at work',
      { queued: [second], awaited: new Map([[taskId(1), runningTask()]]), hosts: loadsOf([[A, 0]]) },
      ['T2 waits: it comes after T12'],
    ],
    [
      'waits and says so when it failed',
      { queued: [second], awaited: new Map([[taskId(1), failed]]), hosts: loadsOf([[A, 0]]) },
      ['T2 waits: it comes after T1, which failed: `retry T1`, or cancel this one'],
    ],
    [
      'waits when it is not known any more',
      { queued: [second], hosts: loadsOf([[A, 0]]) },
      ['T2 waits: it comes after T1'],
    ],
    [
      'starts where that one was, though another host has more room',
      {
        queued: [second],
        awaited: new Map([[taskId(1), first]]),
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T2 → b'],
    ],
    [
      'starts elsewhere when there is much more room',
      {
        queued: [second],
        awaited: new Map([[taskId(1), first]]),
        hosts: loadsOf([
          [host('a', { capacity: 9 }), 0],
          [B, 1],
        ]),
      },
      ['T2 → a'],
    ],
    [
      'starts where another one is that comes after the same',
      {
        queued: [second],
        awaited: new Map([[taskId(1), { ...first, host: hostId('gone') }]]),
        atWork: [atWork(B, { id: taskId(3), after: [taskId(1)] })],
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T2 → b'],
    ],
  ])('%s', (_, situation, expected) => expect(allDecided(situation)).toEqual(expected));
});

describe('where a task goes', () => {
  const recordOf = (on: Host, succeeded: number, failed: number): TrackRecord => ({
    work: 'feature',
    host: on.id,
    agent: 'claude',
    succeeded,
    failed,
  });

  test.each<readonly [string, Partial<FleetSituation>, readonly string[]]>([
    [
      'not where work like this failed before, though there is more room',
      {
        queued: [task(1)],
        records: [recordOf(A, 0, 4)],
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T1 → b'],
    ],
    [
      'where work like this ended well, though there is less room',
      {
        queued: [task(1)],
        records: [recordOf(B, 6, 0)],
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T1 → b'],
    ],
    [
      'one failure says little',
      {
        queued: [task(1)],
        records: [recordOf(A, 0, 1)],
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T1 → a'],
    ],
    [
      'what another agent, or other work, did there says nothing',
      {
        queued: [task(1)],
        records: [
          { ...recordOf(A, 0, 9), agent: 'codex' },
          { ...recordOf(A, 0, 9), work: 'docs' },
        ],
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T1 → a'],
    ],
    [
      'not back to where it was taken off, unless there is nothing else',
      {
        queued: [task(1)],
        left: new Map([[taskId(1), new Set([A.id])]]),
        hosts: loadsOf([
          [A, 0],
          [B, 1],
        ]),
      },
      ['T1 → b'],
    ],
    [
      'back to where it was taken off when that is all there is',
      { queued: [task(1)], left: new Map([[taskId(1), new Set([A.id])]]), hosts: loadsOf([[A, 0]]) },
      ['T1 → a'],
    ],
  ])('%s', (_, situation, expected) => expect(allDecided(situation)).toEqual(expected));
});

describe('agents at one repository', () => {
  const one = atWork(A, { id: taskId(1) });
  const other = atWork(B, { id: taskId(2) });
  const alone = atWork(A, { id: taskId(3), repo: 'acme/other' });
  const told = (
    about: AtWork,
    neighbours: readonly AtWork[],
    rest: Partial<ToldNeighbours> = {},
  ): AtWork => ({
    ...about,
    told: {
      neighbours: neighbours.map(({ task: { id, brief }, session: { branch, agent }, host: { name } }) => ({
        task: id,
        title: brief,
        branch,
        agent,
        host: name,
        files: [],
      })),
      isRefused: false,
      at: AT,
      ...rest,
    },
  });
  const changed = (about: AtWork): FleetSituation['footprints'] =>
    new Map([
      [about.task.id, { task: about.task.id, repo: about.task.repo, branch: 'x', files: ['b.ts', 'a.ts'] }],
    ]);
  const secondOf = (about: AtWork): AtWork => ({ ...about, pending: [intended('tell-neighbours')] });

  test.each<readonly [string, Partial<FleetSituation>, readonly string[]]>([
    ['one alone is told nothing', { atWork: [one, alone] }, []],
    [
      'two are told of each other',
      { atWork: [one, other, alone] },
      ['tell T1: T2 works on the same repository', 'tell T2: T1 works on the same repository'],
    ],
    ['once', { atWork: [told(one, [other]), told(other, [one])] }, []],
    [
      'another one is told of',
      { atWork: [told(one, [other]), told(other, [one]), atWork(A, { id: taskId(4) })] },
      [
        'tell T1: T2, T4 work on the same repository',
        'tell T2: T1, T4 work on the same repository',
        'tell T4: T1, T2 work on the same repository',
      ],
    ],
    [
      'the one that is left hears that it is alone',
      { atWork: [told(one, [other])] },
      ['tell T1: nobody else works on its repository any more'],
    ],
    [
      'what others change is told later',
      { atWork: [told(one, [other]), told(other, [one])], footprints: changed(other) },
      ['tell T1: T2 works on the same repository'],
    ],
    [
      'and not again and again',
      { atWork: [told(one, [other], { at: LATER }), told(other, [one])], footprints: changed(other) },
      [],
    ],
    ['one that is being told is left alone', { atWork: [secondOf(one), told(other, [one])] }, []],
    [
      'a host that refused is not asked again for the same',
      { atWork: [told(one, [other], { isRefused: true }), told(other, [one])] },
      [],
    ],
    [
      'one that is being prepared is not there yet',
      { atWork: [one, atWork(B, { id: taskId(2) }, { state: 'preparing' })] },
      [],
    ],
    [
      'what a person began is told of, and told nothing',
      { atWork: [one, atWork(B, { id: taskId(2) }, { isAdopted: true })] },
      ['tell T1: T2 works on the same repository'],
    ],
    [
      'nothing is written where nothing may be done',
      { atWork: [one, atWork({ ...B, state: 'excluded' }, { id: taskId(2) })] },
      ['tell T1: T2 works on the same repository'],
    ],
  ])('%s', (_, situation, expected) => expect(tellings(situation)).toEqual(expected));

  test('are told titles on one line, without secrets', () => {
    const secret = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';
    const named = atWork(B, { id: taskId(2), brief: `Paint ${secret}\t\u001b[31mred\nand blue` });
    const [first] = reasonForFleet({ ...NOTHING_TO_DO, atWork: [one, named] });
    const title = first?.kind === 'tell-neighbours' ? first.neighbours[0]?.title : '';
    expect(title).toMatch(/^Paint .* \[31mred$/);
    expect(title).not.toContain(secret);
  });
});

describe('a task whose agent cannot go on', () => {
  const since = new Date(LATER.getTime() - 20 * 60_000);
  const stuck = { ...atWork(A, { id: taskId(1) }), stuckSince: since };
  const gone = { ...atWork(A, { id: taskId(1) }), goneSince: since };
  const askedStuck =
    'T1: The agent of T1 on a has not moved since 2026-11-22 09:40 UTC. What should be done? Restart the agent / Start it elsewhere / Leave it';
  const askedGone =
    'T1: a is gone since 2026-11-22 09:40 UTC. What should become of T1? Start it elsewhere / Wait for a';
  const question = (words: string, rest: object = {}) => ({
    ...approvalOf(DIALOG),
    subject: {
      kind: 'choose' as const,
      session: SESSION.id,
      generation: SESSION.generation,
      question: words,
      options: [
        {
          label: 'Start it elsewhere',
          effect: {
            kind: 'reassign-task' as const,
            because: 'stuck' as const,
            from: A.id,
            to: null,
            makesRoomFor: null,
          },
        },
      ],
      tail: [],
    },
    ...rest,
  });
  const stuckWords = 'The agent of T1 on a has not moved since 2026-11-22 09:40 UTC. What should be done?';
  const locked = { lock: { by: ANN, at: AT, until: null, goal: null } };
  const byHand = { ...stuck, session: { ...stuck.session, isAdopted: true } };
  const away = atWork({ ...A, reach: { ...UNREACHABLE, since } }, { id: taskId(1) });
  const toldStuck =
    'tell T1: The agent of T1 has not moved since 2026-11-22 09:40 UTC. Nothing is done, because a person began it; `snapshot T1` shows its screen.';
  const toldAway =
    'tell T1: a has not answered since 2026-11-22 09:40 UTC (no route). The agent of T1 may go on there; what you write waits until it answers. `reassign T1` takes the task elsewhere once it does.';
  const told = (reason: ReportReason, at: Date): Action => ({
    ...intended('report'),
    effect: { kind: 'report', because: reason, text: 'told' },
    createdAt: at,
  });

  test.each<readonly [string, AtWork, readonly string[]]>([
    ['stuck: people are asked', stuck, [askedStuck]],
    ['once', { ...stuck, questions: [question(stuckWords)] }, []],
    [
      'not again when somebody said to leave it',
      { ...stuck, questions: [question(stuckWords, { state: 'answered' })] },
      [],
    ],
    [
      'again when it is stuck another time',
      { ...stuck, questions: [question('another time', { state: 'answered' })] },
      [askedStuck],
    ],
    [
      'a question about what moves again is withdrawn',
      { ...stuck, stuckSince: null, questions: [question(stuckWords)] },
      ['withdraw a1'],
    ],
    [
      'questions of others are left alone',
      { ...stuck, stuckSince: null, questions: [approvalOf(DIALOG)] },
      [],
    ],
    ['locked: nothing', { ...stuck, task: { ...stuck.task, ...locked } }, []],
    ['begun by a person: they are told', byHand, [toldStuck]],
    ['and once', { ...byHand, reported: [told('stuck', since)] }, []],
    [
      'of each time that it begins',
      { ...byHand, reported: [told('stuck', new Date(since.getTime() - 1))] },
      [toldStuck],
    ],
    [
      'locked, and its host is gone: people are told',
      { ...gone, task: { ...gone.task, ...locked } },
      [
        `tell T1: a is gone since 2026-11-22 09:40 UTC. Nothing is done about T1, because its task is locked; \`unlock T1\` lets me ask where it goes on.`,
      ],
    ],
    ['its host only does not answer, for long: people are told', away, [toldAway]],
    ['and not before that', { ...away, host: { ...A, reach: { ...UNREACHABLE, since: LATER } } }, []],
    ['nor twice', { ...away, reported: [told('no-answer', since)] }, []],
    ['being ended already: nothing', { ...stuck, pending: [intended('reassign-task')] }, []],
    ['not started yet: nothing', { ...stuck, session: { ...stuck.session, state: 'preparing' } }, []],
    ['its host is gone: people are asked', gone, [askedGone]],
    ['only just gone: nothing', { ...gone, goneSince: LATER }, []],
    ['gone and stuck: gone counts', { ...gone, stuckSince: since }, [askedGone]],
    ['at work: nothing', atWork(A, { id: taskId(1) }), []],
  ])('%s', (_, about, expected) => expect(allDecided({ atWork: [about] })).toEqual(expected));
});

describe('tasks that change the same', () => {
  const one = atWork(A, { id: taskId(1) });
  const two = atWork(A, { id: taskId(2) });
  const waiting = task(3);
  const changing = (...changes: readonly (readonly [number, readonly string[]])[]) =>
    new Map(
      changes.map(([id, files]) => [
        taskId(id),
        { task: taskId(id), repo: 'acme/api', branch: `fleet/t${id}`, files },
      ]),
    );
  const known = (rest: Partial<KnownOverlap>): KnownOverlap => ({
    one: taskId(1),
    other: taskId(3),
    files: ['a.ts'],
    isSameBranch: false,
    state: 'told',
    held: null,
    ...rest,
  });
  const room = loadsOf([[host('a', { capacity: 5 }), 0]]);
  const waits =
    'T3 waits: it would change a.ts, as T1 does; it starts when that one ends, or after `release T3`';

  test.each<readonly [string, Partial<FleetSituation>, readonly string[]]>([
    [
      'both at work are told, and both go on',
      { atWork: [one, two], footprints: changing([1, ['a.ts', 'b.ts']], [2, ['a.ts']]) },
      ['T1 and T2 overlap in a.ts: told'],
    ],
    [
      'once, until more is found',
      {
        atWork: [one, two],
        footprints: changing([1, ['a.ts', 'b.ts']], [2, ['a.ts']]),
        overlaps: [known({ other: taskId(2) })],
      },
      [],
    ],
    [
      'and again with everything when more is found',
      {
        atWork: [one, two],
        footprints: changing([1, ['b.ts']], [2, ['b.ts']]),
        overlaps: [known({ other: taskId(2) })],
      },
      ['T1 and T2 overlap in a.ts, b.ts: told'],
    ],
    [
      'one that waits is held, and both are told before it starts',
      { queued: [waiting], atWork: [one], footprints: changing([1, ['a.ts']], [3, ['a.ts']]), hosts: room },
      ['T1 and T3 overlap in a.ts: held T3', waits],
    ],
    [
      'and stays held without another word',
      {
        queued: [waiting],
        atWork: [one],
        footprints: changing([1, ['a.ts']], [3, ['a.ts']]),
        overlaps: [known({ state: 'held', held: taskId(3) })],
        hosts: room,
      },
      [waits],
    ],
    [
      'one that overlaps with two waits for one reason',
      {
        queued: [waiting],
        atWork: [one, two],
        footprints: changing([1, ['a.ts']], [2, ['b.ts']], [3, ['a.ts', 'b.ts']]),
        hosts: room,
      },
      ['T1 and T3 overlap in a.ts: held T3', waits, 'T2 and T3 overlap in b.ts: held T3'],
    ],
    [
      'one that was released starts',
      {
        queued: [waiting],
        atWork: [one],
        footprints: changing([1, ['a.ts']], [3, ['a.ts']]),
        overlaps: [known({ state: 'released' })],
        hosts: room,
      },
      ['T3 → a'],
    ],
    [
      'one starts when the other has ended',
      {
        queued: [waiting],
        footprints: changing([3, ['a.ts']]),
        overlaps: [known({ state: 'held', held: taskId(3) })],
        hosts: room,
      },
      ['T3 → a'],
    ],
    [
      'of two that wait the more urgent starts, and the other waits for it',
      {
        queued: [task(4, { priority: 'low' }), waiting],
        footprints: changing([3, ['a.ts']], [4, ['a.ts']]),
        hosts: room,
      },
      [
        'T3 and T4 overlap in a.ts: held T4',
        'T4 waits: it would change a.ts, as T3 does; it starts when that one ends, or after `release T4`',
        'T3 → a',
      ],
    ],
    [
      'a critical one is told of and starts',
      {
        queued: [critical(3)],
        atWork: [one],
        footprints: changing([1, ['a.ts']], [3, ['a.ts']]),
        hosts: room,
      },
      ['T1 and T3 overlap in a.ts: told', 'T3 → a'],
    ],
    [
      'where the project does not want it, none is held',
      {
        queued: [waiting],
        atWork: [one],
        footprints: changing([1, ['a.ts']], [3, ['a.ts']]),
        rulesOf: () => ({ holdsOverlaps: false }),
        hosts: room,
      },
      ['T1 and T3 overlap in a.ts: told', 'T3 → a'],
    ],
    [
      'one that is held makes nobody give way',
      {
        queued: [critical(3)],
        atWork: [atWork(A, { id: taskId(1), priority: 'low' })],
        footprints: changing([1, ['a.ts']], [3, ['a.ts']]),
        overlaps: [known({ state: 'held', held: taskId(3) })],
        hosts: loadsOf([[host('a', { capacity: 1 }), 1]]),
      },
      [waits],
    ],
  ])('%s', (_, situation, expected) => expect(allDecided(situation)).toEqual(expected));
});

test('reasoners are heard in order, hear what was decided before them, and a new one is one more in the list', () => {
  const heard: (readonly string[])[] = [];
  const listener = (name: string): FleetReasoner => ({
    name,
    decide(_, earlier) {
      heard.push(earlier.map(({ reasoner }) => reasoner));
      return [{ kind: 'leave', task: task(1), reasoner: name, why: `${name} spoke`, confidence: 1 }];
    },
  });
  const decisions = reasonForFleet(NOTHING_TO_DO, [listener('first'), listener('second'), listener('third')]);
  expect(heard).toEqual([[], ['first'], ['first', 'second']]);
  expect(decisions.map(({ why }) => why)).toEqual(['first spoke', 'second spoke', 'third spoke']);
});
