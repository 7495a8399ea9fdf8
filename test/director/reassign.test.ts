import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCommandKind } from '../../src/agents/index.ts';
import { cycle } from '../../src/director/cycle.ts';
import { createDirector, type DirectorPorts, type Fleet } from '../../src/director/index.ts';
import { place } from '../../src/director/place.ts';
import { prepare } from '../../src/director/prepare.ts';
import {
  type ActionEffect,
  actionId,
  cancelTask,
  DEFAULT_RULES,
  err,
  failTask,
  type Host,
  intendAction,
  type NewTask,
  ok,
  type Session,
  type Task,
  type TaskId,
} from '../../src/domain/index.ts';
import { openLocalPlace, type Place } from '../fleet/places.ts';
import { type FleetState, openFleetState, QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';

const NEVER = new AbortController().signal;

/** Writes down what it does and stays until somebody ends it. */
const AGENT = `#!/bin/sh
echo "half of it" > "work-of-$FLEET_TASK"
printf 'ready\\n> '
while read -r line; do printf '> '; done
`;

type Stage = AsyncDisposable & {
  readonly state: FleetState;
  readonly here: Place;
  readonly host: Host;
  readonly ports: DirectorPorts;
  readonly git: (...words: readonly string[]) => string;
  /** A task whose agent has begun to work. */
  begin(task?: Partial<NewTask>): Promise<{ task: TaskId; session: Session }>;
  intend(session: Session, effect: ActionEffect): Promise<void>;
  pass(session: Session): Promise<void>;
  task(id: TaskId): Promise<Task>;
  sessions(): Promise<readonly string[]>;
};

async function openStage(change: (fleet: Fleet) => Fleet = (fleet) => fleet): Promise<Stage> {
  const here = await openLocalPlace();
  const state = await openFleetState();
  const remote = join(here.home, 'remote');
  const program = join(here.home, 'agent.sh');
  mkdirSync(remote);
  writeFileSync(program, AGENT, { mode: 0o755 });
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-C', remote, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      env: { PATH: process.env.PATH, HOME: here.home },
      encoding: 'utf8',
    }).trim();
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'one');
  await state.store.saveProject({ ...state.project, cloneUrl: remote });
  const host = await state.addHost({ ...here.host, capacity: 1 });
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
      alertChannel: null,
      pollEveryMs: 60_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
    },
    log: QUIET,
    digest: state.digest,
    now: state.clock.now,
    newId: state.newId,
  };
  const found = <T>(value: T | null | undefined): T => {
    if (value == null) throw new Error('it is not there');
    return value;
  };
  return {
    state,
    here,
    host,
    ports,
    git,
    async begin(wanted = {}) {
      const { id } = await state.addTask({ agent: 'script', ...wanted });
      await place(ports);
      const session = found((await state.store.openSessions()).find((each) => each.task === id));
      await prepare(ports, session.id, NEVER);
      const live = found(await state.store.findSession(session.id));
      const file = join(found(live.worktree), `work-of-T${id}`);
      await until(() => readFileSync(file, 'utf8') !== '', {
        withinMs: 10_000,
        what: 'the agent’s first work',
      });
      return { task: id, session: live };
    },
    intend: async (session, effect) => {
      const { id, task, generation } = session;
      await state.store.addAction(
        intendAction(
          { id: actionId(state.newId()), task, session: id, generation, effect, by: state.ann.id },
          state.clock.now(),
        ),
      );
    },
    pass: async (session) => {
      state.clock.advance(1_000);
      expect(await cycle(ports, session.id, NEVER)).toBe('done');
    },
    task: async (id) => found(await state.store.findTask(id)),
    sessions: async () => {
      const listed = await here.fleet.list(host, NEVER);
      return listed.ok ? listed.value.map(({ name }) => name) : [];
    },
    async [Symbol.asyncDispose]() {
      await state[Symbol.asyncDispose]();
      await here[Symbol.asyncDispose]();
    },
  };
}

const asked = (host: Host): ActionEffect => ({
  kind: 'reassign-task',
  because: 'asked',
  from: host.id,
  to: null,
  makesRoomFor: null,
});

test('work is saved to the branch, the agent is ended, and only then the task goes back to the queue', async () => {
  await using stage = await openStage();
  const { state, host } = stage;
  const { task, session } = await stage.begin();
  await stage.intend(session, asked(host));
  await stage.pass(session);

  expect(stage.git('show', `${session.branch}:work-of-T${task}`)).toBe('half of it');
  expect(await stage.sessions()).toEqual([]);
  expect(await stage.task(task)).toMatchObject({
    state: 'queued',
    unplacedBecause: `taken off ${host.name}`,
  });
  expect(await state.store.actionsOfTasks([task])).toMatchObject([{ state: 'succeeded' }]);
  const events = await state.store.eventsOfTask(task, 9);
  expect(events.slice(-2)).toMatchObject([
    { kind: 'work-saved', branch: session.branch, files: 1, isPushed: true },
    { kind: 'task-requeued', by: state.ann.id },
  ]);

  // The next agent goes on where this one was.
  await place(stage.ports);
  const next = (await state.store.openSessions()).find((each) => each.task === task);
  expect(next).toMatchObject({ branch: session.branch });
  expect(next?.id).not.toBe(session.id);
});

test.each<readonly [string, Partial<Record<'saveWork' | 'end' | 'list', 'unreachable' | 'refused'>>, string]>(
  [
    ['work that cannot be saved leaves the agent as it is, and says so', { saveWork: 'refused' }, 'failed'],
    ['a host that does not answer while work is saved ends nothing', { saveWork: 'unreachable' }, 'started'],
    ['an end that nobody confirms requeues nothing', { end: 'unreachable' }, 'started'],
    ['nor does a list that does not come', { list: 'unreachable' }, 'started'],
  ],
)('%s', async (_, faults, state) => {
  let areFaulty = true;
  const fault = (host: Host, kind: 'unreachable' | 'refused' | undefined) => {
    if (!areFaulty || kind === undefined) return null;
    return kind === 'refused'
      ? err({ kind, host: host.id, exitCode: 1, stderr: 'disk full' })
      : err({ kind, host: host.id, detail: 'no route' });
  };
  await using stage = await openStage((fleet) => ({
    ...fleet,
    saveWork: async (host, work, signal) =>
      fault(host, faults.saveWork) ?? (await fleet.saveWork(host, work, signal)),
    end: async (host, name, signal) => fault(host, faults.end) ?? (await fleet.end(host, name, signal)),
    list: async (host, signal) => fault(host, faults.list) ?? (await fleet.list(host, signal)),
  }));
  const { task, session } = await stage.begin();
  await stage.intend(session, asked(stage.host));
  await stage.pass(session);
  expect((await stage.task(task)).state).toBe('running');
  expect(await stage.state.store.actionsOfTasks([task])).toMatchObject([{ state }]);
  if (state === 'failed') {
    expect(await stage.sessions()).toEqual([session.name]);
    expect((await stage.state.store.eventsOfTask(task, 9)).at(-1)).toMatchObject({
      kind: 'action-failed',
      why: 'its work could not be saved (disk full), so its agent goes on',
    });
    return;
  }
  areFaulty = false;
  await stage.pass(session);
  expect((await stage.task(task)).state).toBe('queued');
  expect(stage.git('show', `${session.branch}:work-of-T${task}`)).toBe('half of it');
});

test('a critical task takes the place of the least urgent one, whose work is saved, in the same cycle', async () => {
  await using stage = await openStage();
  const { state, ports } = stage;
  const low = await stage.begin({ priority: 'low' });
  const urgent = await state.addTask({ agent: 'script', priority: 'critical' });
  await place(ports);
  // Asked twice it makes room once.
  await place(ports);
  expect(await state.store.actionsOfTasks([low.task])).toMatchObject([
    {
      state: 'intended',
      by: null,
      effect: { kind: 'reassign-task', because: 'urgent', makesRoomFor: urgent.id },
    },
  ]);
  expect(await stage.task(urgent.id)).toMatchObject({ unplacedBecause: 'room is being made for it' });
  // Whoever waits as well does not get the place in between.
  await state.addTask({ agent: 'script', priority: 'critical' });

  await stage.pass(low.session);

  expect(await stage.task(low.task)).toMatchObject({
    state: 'queued',
    unplacedBecause: `gave its place on ${stage.host.name} to T${urgent.id}, which is critical`,
  });
  expect(stage.git('show', `${low.session.branch}:work-of-T${low.task}`)).toBe('half of it');
  expect(await stage.task(urgent.id)).toMatchObject({ state: 'assigned', host: stage.host.id });
  expect(await state.store.openSessions()).toMatchObject([{ task: urgent.id, state: 'preparing' }]);
  const decisions = await state.store.decisionsOfTasks([low.task, urgent.id], 50);
  expect(decisions.map(({ decision }) => `${decision.reasoner} ${decision.kind}`)).toContain(
    'preemption reassign-task',
  );
});

test('nobody gives its place to a critical task that waits no more', async () => {
  await using stage = await openStage();
  const { state, ports } = stage;
  const low = await stage.begin({ priority: 'low' });
  const urgent = await state.addTask({ agent: 'script', priority: 'critical' });
  await place(ports);
  await state.store.saveTask(cancelTask(urgent, state.ann.id, state.clock.now()));

  await stage.pass(low.session);
  expect(await state.store.actionsOfTasks([low.task])).toMatchObject([
    { state: 'dropped', why: `T${urgent.id} waits for a place no more` },
  ]);
  expect((await stage.task(low.task)).state).toBe('running');
  expect(await stage.sessions()).toEqual([low.session.name]);
});

test('a task whose host is gone starts elsewhere when a person says so, and what is left on that host is saved and ended when it is back', async () => {
  let isAway = false;
  const calls: string[] = [];
  await using stage = await openStage((fleet) => ({
    ...fleet,
    look: async (host, request, signal) =>
      isAway
        ? err({ kind: 'unreachable', host: host.id, detail: 'no route' })
        : await fleet.look(host, request, signal),
    saveWork: async (host, work, signal) => {
      calls.push('save');
      return await fleet.saveWork(host, work, signal);
    },
    end: async (host, name, signal) => {
      calls.push('end');
      return await fleet.end(host, name, signal);
    },
  }));
  const { task, session } = await stage.begin();
  await stage.intend(session, {
    kind: 'reassign-task',
    because: 'host-gone',
    from: stage.host.id,
    to: null,
    makesRoomFor: null,
  });
  isAway = true;
  await stage.pass(session);
  expect(await stage.task(task)).toMatchObject({
    state: 'queued',
    unplacedBecause: `${stage.host.name} is gone`,
  });
  expect(calls).toEqual([]);

  // It comes back, and its agent never stopped.
  isAway = false;
  expect(await stage.sessions()).toContain(session.name);
  const stopping = new AbortController();
  const director = createDirector(stage.ports, async () => ok(undefined), stopping.signal);
  await stage.state.jobs.work({ cycle: director.handlers.cycle });
  const running = director.run();
  await until(async () => !(await stage.sessions()).includes(session.name), {
    withinMs: 20_000,
    what: 'the end of the agent that was left there',
  });
  stopping.abort();
  await running;
  await stage.state.jobs.stop();
  expect(calls).toEqual(['save', 'end']);
  expect(stage.git('show', '--stat', session.branch)).toContain(`work-of-T${task}`);
  expect(await stage.state.store.eventsOfTask(task, 10)).toContainEqual(
    expect.objectContaining({ kind: 'reported', because: 'left-over', by: null }),
  );
});

test('a stuck task is asked about once, and the question is withdrawn when it moves again', async () => {
  await using stage = await openStage();
  const { state, ports } = stage;
  const { session } = await stage.begin();
  const store = {
    ...state.store,
    stuckSessions: async () => new Map([[session.id, state.clock.now()]]),
  };
  await place({ ...ports, store });
  expect(await state.store.openApprovals()).toMatchObject([
    {
      subject: {
        kind: 'choose',
        options: [{ label: 'Restart the agent' }, { label: 'Start it elsewhere' }, { label: 'Leave it' }],
      },
    },
  ]);
  await place(ports);
  expect(await state.store.openApprovals()).toEqual([]);
});

test('how tasks ended on a host is remembered, and changes where the next one goes', async () => {
  await using state = await openFleetState();
  const { store } = state;
  const { now } = state.clock;
  const good = await state.addHost({ name: 'good', capacity: 2 });
  const bad = await state.addHost({ name: 'bad', capacity: 3 });
  for (const _ of [1, 2, 3, 4]) {
    const { task, session } = await state.addRunningTask(bad, { brief: 'Fix the login' });
    await store.transaction((tx) => tx.saveTask(failTask(task, 'it broke', [], now())));
    await store.saveSession({ ...session, state: 'ended' });
  }
  expect(await store.trackRecords()).toEqual([
    { work: 'fix', host: bad.id, agent: 'claude', succeeded: 0, failed: 4 },
  ]);

  const fix = await state.addTask({ brief: 'Fix the logout' });
  const feature = await state.addTask({ brief: 'Add a logout' });
  const { digest, newId } = state;
  await place({ store, settings: { rulesOf: () => DEFAULT_RULES }, digest, now, newId });
  expect(await store.findTask(fix.id)).toMatchObject({ state: 'assigned', host: good.id });
  expect(await store.findTask(feature.id)).toMatchObject({ state: 'assigned', host: bad.id });
  const decisions = await store.decisionsOfTasks([fix.id], 9);
  expect(decisions).toMatchObject([{ decision: { reasoner: 'assignment', why: 'good has room for 2' } }]);
});
