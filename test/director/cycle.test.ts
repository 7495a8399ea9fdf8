import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rowsOf } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
import { createCommandKind } from '../../src/agents/index.ts';
import { cycle } from '../../src/director/cycle.ts';
import type { DirectorPorts, Fleet } from '../../src/director/index.ts';
import { place } from '../../src/director/place.ts';
import { prepare } from '../../src/director/prepare.ts';
import {
  type ActionEffect,
  APPROVE,
  actionId,
  answerApproval,
  approvalId,
  DEFAULT_RULES,
  endPause,
  err,
  type Host,
  intendAction,
  isAtPrompt,
  openApproval,
  openPause,
  pauseId,
  type Session,
  sessionId,
  startAction,
  type Task,
  type TaskId,
  threadId,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';
import { openLocalPlace, type Place } from '../fleet/places.ts';
import { containing } from '../support/containing.ts';
import { type FleetState, openFleetState, QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';

const NEVER = new AbortController().signal;
const WITHIN = { withinMs: 15_000 };

/**
 * A small program that does what its prompt says: `exit N`; `asks` or `leaves` at the first key that it gets; or reads lines and shows them until
 * somebody ends it.
 */
const AGENT = `#!/bin/sh
case "$1" in
  exit*) echo "last words of $1"; exit "\${1#exit }" ;;
esac
printf 'ready\\n> '
case "$1" in
  asks* | leaves*)
    stty -icanon -echo min 1
    dd bs=1 count=1 >"$HOME/keys" 2>/dev/null
    case "$1" in leaves*) exit 3 ;; esac
    printf '\\nRemove the old build? [y/N] '
    cat >>"$HOME/keys" ;;
esac
while read -r line; do printf 'got %s\\n> ' "$line"; done
`;

type Stage = AsyncDisposable & {
  readonly state: FleetState;
  readonly place: Place;
  readonly ports: DirectorPorts;
  /** Places and starts a task with this prompt. */
  begin(brief: string): Promise<{ task: TaskId; session: Session }>;
  pass(session: Session): Promise<void>;
  task(id: TaskId): Promise<Task>;
  session(session: Session): Promise<Session>;
};

async function openStage(change: (fleet: Fleet) => Fleet = (fleet) => fleet): Promise<Stage> {
  const here = await openLocalPlace();
  const state = await openFleetState();
  const remote = join(here.home, 'remote');
  const program = join(here.home, 'agent.sh');
  mkdirSync(remote);
  writeFileSync(program, AGENT, { mode: 0o755 });
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      env: { PATH: process.env.PATH, HOME: here.home },
    });
  git('init', '-q', '-b', 'main', remote);
  git('-C', remote, 'commit', '-q', '--allow-empty', '-m', 'one');
  await state.store.saveProject({ ...state.project, cloneUrl: remote });
  await state.addHost(here.host);
  const ports: DirectorPorts = {
    store: state.store,
    fleet: change(here.fleet),
    agents: new Map([['script', createCommandKind({ name: 'script', words: [program] })]]),
    pullRequests: null,
    model: null,
    settings: {
      owner: 'test',
      permissionMode: 'ask',
      rulesOf: () => DEFAULT_RULES,
      alertChannel: 'CHOME',
      pollEveryMs: 60_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
    },
    log: QUIET,
    digest: state.digest,
    now: state.clock.now,
    newId: state.newId,
  };
  const found = <T>(value: T | null): T => {
    if (value === null) throw new Error('it is not there');
    return value;
  };
  return {
    state,
    place: here,
    ports,
    async begin(brief) {
      const { id } = await state.addTask({ brief, agent: 'script' });
      await place(ports);
      const session = found((await state.store.openSessions()).find((each) => each.task === id) ?? null);
      await prepare(ports, session.id, NEVER);
      return { task: id, session: found(await state.store.findSession(session.id)) };
    },
    pass: async (session) => {
      state.clock.advance(1_000);
      expect(await cycle(ports, session.id, NEVER)).toBe('done');
    },
    task: async (id) => found(await state.store.findTask(id)),
    session: async ({ id }) => found(await state.store.findSession(id)),
    async [Symbol.asyncDispose]() {
      await state[Symbol.asyncDispose]();
      await here[Symbol.asyncDispose]();
    },
  };
}

/** Passes over the session until its agent is seen to wait: what looks busy before is only its start. */
const rest = (stage: Stage, session: Session) =>
  until(
    async () => {
      await stage.pass(session);
      const seen = await stage.state.store.lastObservation(session.id);
      return seen !== null && isAtPrompt(seen.observation);
    },
    { ...WITHIN, what: 'the agent to rest' },
  );

/** Passes over the session until the task is in this state. */
const reach = (stage: Stage, session: Session, id: TaskId, wanted: Task['state']) =>
  until(
    async () => {
      await stage.pass(session);
      const task = await stage.task(id);
      return task.state === wanted ? task : null;
    },
    { ...WITHIN, what: `the task to be ${wanted}` },
  );

test('an agent that ends well completes its task, and its session is cleared away', async () => {
  await using stage = await openStage();
  const { task, session } = await stage.begin('exit 0');
  expect((await stage.task(task)).state).toBe('running');
  await reach(stage, session, task, 'completed');
  await until(
    async () => {
      await stage.pass(session);
      return (await stage.session(session)).state === 'ended';
    },
    { ...WITHIN, what: 'the end of the session' },
  );
  expect(await stage.ports.fleet.list(stage.place.host, NEVER)).toEqual({ ok: true, value: [] });
  expect(await stage.state.store.openSessions()).toEqual([]);
});

test('an agent that ends badly fails its task with its last words', async () => {
  await using stage = await openStage();
  const { task, session } = await stage.begin('exit 7');
  expect(await reach(stage, session, task, 'failed')).toMatchObject({
    why: 'the agent ended with exit status 7',
  });
  const failed = (await stage.state.store.eventsOfTask(task, 20)).find(
    (event) => event.kind === 'task-failed',
  );
  expect(failed?.kind === 'task-failed' && failed.tail).toContain('last words of exit 7');
});

test('a session that is missing twice fails its task; missing once does not', async () => {
  await using stage = await openStage();
  const { task, session } = await stage.begin('wait');
  await stage.pass(session);
  await stage.place.tmux('kill-session', '-t', `=${session.name}`);
  await stage.pass(session);
  expect((await stage.task(task)).state).toBe('running');
  expect((await stage.session(session)).missedLooks).toBe(1);
  await stage.pass(session);
  expect(await stage.task(task)).toMatchObject({
    state: 'failed',
    why: `the tmux session ${session.name} is gone from the host`,
  });
  await stage.pass(session);
  expect((await stage.session(session)).state).toBe('ended');
});

test('a host that does not answer fails nothing, however often it is looked at', async () => {
  let isAway = false;
  const away = (host: Host) => err({ kind: 'unreachable' as const, host: host.id, detail: 'no route' });
  await using stage = await openStage((fleet) => ({
    ...fleet,
    look: async (host, request, signal) => (isAway ? away(host) : fleet.look(host, request, signal)),
  }));
  const { task, session } = await stage.begin('wait');
  await stage.place.tmux('kill-session', '-t', `=${session.name}`);
  await stage.pass(session);
  isAway = true;
  for (let look = 0; look < 5; look += 1) await stage.pass(session);
  expect((await stage.task(task)).state).toBe('running');
  expect((await stage.session(session)).missedLooks).toBe(1);
  expect((await stage.state.store.findHost(session.host))?.reach).toMatchObject({
    state: 'unreachable',
    why: 'no route',
  });
  isAway = false;
  await stage.pass(session);
  expect((await stage.task(task)).state).toBe('failed');
});

test('when only the answer to a start is lost, the same session is tried again and starts one agent', async () => {
  let isAnswerLost = true;
  await using stage = await openStage((fleet) => ({
    ...fleet,
    launch: async (host, request, signal) => {
      const launched = await fleet.launch(host, request, signal);
      return isAnswerLost
        ? err({ kind: 'unreachable' as const, host: host.id, detail: 'cut off' })
        : launched;
    },
  }));
  const { task, session } = await stage.begin('wait');
  expect(await stage.task(task)).toMatchObject({ state: 'assigned', session: session.id });
  expect((await stage.session(session)).state).toBe('preparing');
  isAnswerLost = false;
  expect(await prepare(stage.ports, session.id, NEVER)).toBe('done');
  expect((await stage.task(task)).state).toBe('running');
  expect(await stage.ports.fleet.list(stage.place.host, NEVER)).toMatchObject({
    value: [{ session: session.id }],
  });
});

test('a pull request that no webhook told of is found when the agent ends', async () => {
  await using stage = await openStage();
  const { task, session } = await stage.begin('exit 0');
  const pullRequest = { url: 'https://github.example/acme/shop/pull/7', number: 7, title: 'Done' };
  const asked: string[] = [];
  const looking: DirectorPorts = {
    ...stage.ports,
    pullRequests: {
      find: async (_repo, branch) => {
        asked.push(branch);
        return pullRequest;
      },
    },
  };
  await until(
    async () => {
      stage.state.clock.advance(1_000);
      await cycle(looking, session.id, NEVER);
      return (await stage.task(task)).state === 'completed';
    },
    { ...WITHIN, what: 'the task to be completed' },
  );
  expect(await stage.task(task)).toMatchObject({ pullRequest });
  expect(asked).toContain(session.branch);
  const told = (await stage.state.store.eventsOfTask(task, 20)).map((event) => event.kind);
  expect(told.slice(-2)).toEqual(['pull-request-opened', 'task-completed']);
});

test('an agent that is not configured any more can still be ended', async () => {
  await using stage = await openStage();
  const { task, session } = await stage.begin('wait');
  await stage.state.store.addAction(
    intendAction(
      {
        id: actionId('end'),
        task,
        session: session.id,
        generation: session.generation,
        effect: { kind: 'end-session', because: 'task-cancelled' },
        by: stage.state.ann.id,
      },
      stage.state.clock.now(),
    ),
  );
  await cycle({ ...stage.ports, agents: new Map() }, session.id, NEVER);
  expect((await stage.task(task)).state).toBe('cancelled');
  expect((await stage.session(session)).state).toBe('ended');
});

test('a host that goes away while a workspace is made gives its task back to the queue', async () => {
  await using stage = await openStage((fleet) => ({
    ...fleet,
    prepare: async (host) => err({ kind: 'timed-out', host: host.id, afterMs: 20_000 }),
  }));
  const { task } = await stage.begin('wait');
  expect(await stage.task(task)).toMatchObject({
    state: 'queued',
    unplacedBecause: 'here does not answer (no answer within 20 s)',
  });
  expect(await stage.state.store.openSessions()).toEqual([]);
  await place(stage.ports);
  expect(await stage.task(task)).toMatchObject({
    unplacedBecause: containing('none of the hosts answers'),
  });
});

test('a workspace that git refuses fails its task with what git said', async () => {
  await using stage = await openStage();
  await stage.state.store.saveProject({ ...stage.state.project, cloneUrl: '/nowhere/at-all' });
  const { task } = await stage.begin('wait');
  expect(await stage.task(task)).toMatchObject({
    state: 'failed',
    why: 'its workspace could not be made on here',
  });
});

test('a preparation that is done twice starts one agent', async () => {
  await using stage = await openStage();
  const { session } = await stage.begin('wait');
  await stage.state.store.saveSession({ ...session, state: 'preparing' });
  await prepare(stage.ports, session.id, NEVER);
  const listed = await stage.ports.fleet.list(stage.place.host, NEVER);
  expect(listed).toMatchObject({ ok: true, value: [{ session: session.id }] });
  expect((await stage.session(session)).state).toBe('live');
});

test('tasks are placed up to the capacity of the host, also by two processes at once', async () => {
  await using stage = await openStage();
  for (let count = 0; count < 5; count += 1) await stage.state.addTask({ agent: 'script' });
  await Promise.all([place(stage.ports), place(stage.ports), place(stage.ports)]);
  expect(await stage.state.store.openSessions()).toHaveLength(stage.place.host.capacity);
  expect(await stage.state.store.tasksInStates(['queued'])).toHaveLength(5 - stage.place.host.capacity);
});

/** Whose looks throw once it is broken, as a fault of ours would. */
async function openBreakable(): Promise<Stage & { breakDown(): void; mend(): void }> {
  let isBroken = false;
  const stage = await openStage((fleet) => ({
    ...fleet,
    look: async (host, request, signal) => {
      if (!isBroken) return fleet.look(host, request, signal);
      const cause = new Error('disk full: ghp_0123456789012345678901234567890123456789');
      throw new Error('the look went wrong', { cause });
    },
  }));
  return {
    ...stage,
    breakDown: () => {
      isBroken = true;
    },
    mend: () => {
      isBroken = false;
    },
  };
}

const failOften = async (stage: Stage, session: Session, times: number) => {
  for (let nth = 0; nth < times; nth += 1)
    await expect(cycle(stage.ports, session.id, NEVER)).rejects.toThrow('the look went wrong');
};

test('five failing cycles in a row pause the director and tell it once; one success resets the count', async () => {
  await using stage = await openBreakable();
  const { store } = stage.state;
  const { session } = await stage.begin('wait');
  stage.breakDown();
  await failOften(stage, session, 4);
  stage.mend();
  await stage.pass(session);
  stage.breakDown();
  await failOften(stage, session, 4);
  expect(await store.openPause()).toBeNull();
  await failOften(stage, session, 3);

  const pause = await store.openPause();
  expect(pause).toMatchObject({
    by: null,
    why: containing(/^5 cycles in a row failed, the last one of T1: disk full: (?!.*ghp_0)/),
  });
  const told = await rowsOf(
    stage.state.database.connection,
    sql`select slack_channel as channel from threads where id not in (select thread from tasks)`,
  );
  expect(told).toEqual([{ channel: 'CHOME' }]);
  expect(await store.story(threadId(pause?.thread ?? ''))).toMatchObject({
    tasks: [],
    pause: { id: pause?.id },
  });
});

test('failing cycles of several processes at the same time pause the director once', async () => {
  await using stage = await openBreakable();
  const sessions = [
    await stage.begin('wait one'),
    await stage.begin('wait two'),
    await stage.begin('wait three'),
  ];
  stage.breakDown();
  const others: DirectorPorts = { ...stage.ports, settings: { ...stage.ports.settings, owner: 'other' } };
  for (const ports of [stage.ports, others])
    await Promise.allSettled(sessions.map(({ session }) => cycle(ports, session.id, NEVER)));
  expect(await stage.state.store.openPause()).not.toBeNull();
  expect(await rowsOf(stage.state.database.connection, sql`select id from pauses`)).toHaveLength(1);
});

test('a host that does not answer is no failing cycle', async () => {
  await using stage = await openStage((fleet) => ({
    ...fleet,
    look: async (host) => err({ kind: 'unreachable', host: host.id, detail: 'no route' }),
  }));
  const { session } = await stage.begin('wait');
  for (let look = 0; look < 6; look += 1) await stage.pass(session);
  expect(await stage.state.store.openPause()).toBeNull();
});

test('while the director is paused it starts, ends and places nothing, sees on, and does what a person asked for', async () => {
  await using stage = await openStage();
  const { store, clock, ann } = stage.state;
  const { task: done, session: ending } = await stage.begin('exit 0');
  const { task: working, session } = await stage.begin('wait');
  const { id: assigned } = await stage.state.addTask({ agent: 'script' });
  await place(stage.ports);
  const preparing = (await store.openSessions()).find((each) => each.task === assigned);
  const pause = openPause({ id: pauseId('p1'), by: ann.id, why: 'deploying', thread: null }, clock.now());
  await store.transaction((tx) => tx.addPause(pause));

  const { id: waiting } = await stage.state.addTask({ agent: 'script' });
  await place(stage.ports);
  expect(await stage.task(waiting)).toMatchObject({ unplacedBecause: containing('the director is paused') });
  await prepare(stage.ports, sessionId(preparing?.id ?? ''), NEVER);
  expect((await stage.task(assigned)).state).toBe('assigned');

  await reach(stage, ending, done, 'completed');
  await stage.pass(ending);
  await stage.pass(ending);
  expect((await stage.session(ending)).state).toBe('live');
  expect((await store.decisionsOfTasks([done], 1))[0]).toMatchObject({
    decision: { kind: 'end-session' },
    verdict: { kind: 'drop', why: 'the director is paused' },
  });

  await rest(stage, session);
  const words = {
    id: actionId('words'),
    task: working,
    session: session.id,
    generation: session.generation,
    effect: { kind: 'type-text' as const, text: 'go on' },
    by: ann.id,
  };
  await store.addAction(intendAction(words, clock.now()));
  await stage.pass(session);
  const typed = (await store.actionsOfTasks([working])).filter(({ id }) => id === words.id);
  expect(typed).toMatchObject([{ state: 'succeeded', startedAt: clock.now(), endedAt: clock.now() }]);

  await store.transaction((tx) => tx.savePause(endPause(pause, ann.id, clock.now())));
  await until(
    async () => {
      await stage.pass(ending);
      return (await stage.session(ending)).state === 'ended';
    },
    { ...WITHIN, what: 'the end of what was held back' },
  );
  await prepare(stage.ports, sessionId(preparing?.id ?? ''), NEVER);
  expect((await stage.task(assigned)).state).toBe('running');
  await place(stage.ports);
  expect((await stage.task(waiting)).state).toBe('assigned');
});

test.for<readonly [string, string]>([
  ['asks', 'the agent asked something just then, so Enter was not pressed'],
  ['leaves', 'just then, so Enter was not pressed'],
])('an agent that %s while it is typed to gets no Enter, and people are told', async ([brief, why]) => {
  await using stage = await openStage();
  const { store, clock, ann, newId } = stage.state;
  const { task, session } = await stage.begin(brief);
  await rest(stage, session);
  const words = {
    id: actionId(newId()),
    task,
    session: session.id,
    generation: session.generation,
    effect: { kind: 'type-text' as const, text: 'go on' },
    by: ann.id,
  };
  await store.addAction(intendAction(words, clock.now()));
  await stage.pass(session);
  expect(await store.actionsOfTasks([task])).toMatchObject([{ state: 'failed', why: containing(why) }]);
  expect(readFileSync(join(stage.place.home, 'keys'), 'utf8')).toBe(brief === 'asks' ? 'go on' : 'g');
});

const CUT_OFF: readonly (readonly [
  string,
  ActionEffect,
  string,
  (stage: Stage, session: Session, task: TaskId) => Promise<void>,
])[] = [
  [
    'an end is carried out again',
    { kind: 'end-session', because: 'task-cancelled' },
    'succeeded',
    async (stage, session, task) => {
      expect((await stage.session(session)).state).toBe('ended');
      expect((await stage.task(task)).state).toBe('cancelled');
    },
  ],
  [
    'a restart is carried out again',
    { kind: 'restart-agent' },
    'succeeded',
    async (stage, session, task) => {
      expect(await stage.session(session)).toMatchObject({ state: 'preparing', generation: 2 });
      expect((await stage.task(task)).state).toBe('running');
    },
  ],
  [
    'words are not typed twice, and people are told',
    { kind: 'type-text', text: 'go on' },
    'failed',
    async (stage, _session, task) => {
      const kinds = (await stage.state.store.eventsOfTask(task, 20)).map((event) => event.kind);
      expect(kinds).toContain('input-refused');
    },
  ],
  [
    'an answer to a dialog that is gone counts as given',
    { kind: 'press-option', dialog: 'x', label: 'Yes', keys: ['1'] },
    'succeeded',
    async () => undefined,
  ],
];

/** An answer that a person has given, for an action to name. */
async function givenAnswer({ state }: Stage, task: TaskId, session: Session): Promise<void> {
  const at = state.clock.now();
  const { thread } = await state.addTask();
  const step = openApproval(
    {
      id: approvalId('given'),
      task,
      thread,
      subject: { kind: 'restart-session', session: session.id, generation: session.generation },
      choices: [{ id: APPROVE, label: 'Yes', style: 'plain' }],
      requestedBy: null,
      ...underPolicy(),
    },
    { digest: () => 'd', at },
  );
  const answered = answerApproval(step.next, APPROVE, state.ann.id, at);
  if (!answered.ok) throw new Error(answered.error.kind);
  await state.store.transaction((tx) => tx.addApproval(step));
  await state.store.saveApproval(answered.value);
}

test.each(CUT_OFF)('after a crash in the middle %s', async (_, effect, outcome, check) => {
  await using stage = await openStage();
  const { task, session } = await stage.begin('wait');
  await rest(stage, session);
  const at = stage.state.clock.now();
  if (effect.kind === 'press-option') await givenAnswer(stage, task, session);
  const intended = intendAction(
    {
      id: actionId('cut-off'),
      task,
      session: session.id,
      generation: session.generation,
      effect,
      by: stage.state.ann.id,
      allowedBy: effect.kind === 'press-option' ? approvalId('given') : null,
    },
    at,
  );
  await stage.state.store.addAction(intended);
  await stage.state.store.saveAction(startAction(intended, at));
  await until(
    async () => {
      await stage.pass(session);
      return (await stage.state.store.actionsOfTasks([task]))[0]?.state === outcome;
    },
    { ...WITHIN, what: `the action to have ${outcome}` },
  );
  await check(stage, session, task);
});

test('an excluded host is looked at, and nothing is placed, typed or ended there until it is included', async () => {
  await using stage = await openStage();
  const { state, ports, place: here } = stage;
  const { task, session } = await stage.begin('wait');
  await rest(stage, session);
  const host = await state.store.findHost(session.host);
  if (host === null) throw new Error('the host is not there');
  await state.store.saveHost({ ...host, state: 'excluded' });

  const intend = (effect: ActionEffect): Promise<boolean> =>
    state.store.addAction(
      intendAction(
        {
          id: actionId(state.newId()),
          task,
          session: session.id,
          generation: session.generation,
          effect,
          by: state.ann.id,
        },
        state.clock.now(),
      ),
    );
  await intend({ kind: 'type-text', text: 'hello there' });
  const waiting = await state.addTask({ brief: 'wait', agent: 'script' });
  await place(ports);
  const seenAt = async () => (await state.store.lastObservation(session.id))?.lastSeenAt.getTime() ?? 0;
  const before = await seenAt();
  await stage.pass(session);
  await stage.pass(session);
  expect(await seenAt()).toBeGreaterThan(before);
  expect(await here.tmux('capture-pane', '-p', '-t', `=${session.name}:`)).not.toContain('hello');
  expect(await state.store.actionsOfTasks([task])).toMatchObject([{ state: 'intended' }]);
  expect(await stage.task(waiting.id)).toMatchObject({ state: 'queued' });

  await state.store.saveHost({ ...host, state: 'active' });
  await until(
    async () => {
      await stage.pass(session);
      return (await state.store.actionsOfTasks([task])).some((action) => action.state === 'succeeded');
    },
    { ...WITHIN, what: 'the words to be typed' },
  );
  expect(await here.tmux('capture-pane', '-p', '-t', `=${session.name}:`)).toContain('got hello there');

  await state.store.saveHost({ ...host, state: 'excluded' });
  await intend({ kind: 'end-session', because: 'task-cancelled' });
  await stage.pass(session);
  expect(await ports.fleet.list(host, NEVER)).toMatchObject({ value: [{ name: session.name }] });
  await intend({ kind: 'restart-agent' });
  await stage.pass(session);
  expect(await stage.session(session)).toMatchObject({ state: 'live', generation: session.generation });
});
