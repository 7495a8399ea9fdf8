import {
  type ActionEffect,
  actionId,
  type Decision,
  type Footprint,
  gateInputOf,
  type Host,
  type HostFacts,
  hasEnded,
  intendAction,
  isLive,
  isPending,
  type KnownOverlap,
  pathsIn,
  type QueuedTask,
  type Task,
  type TaskId,
  toldNeighbours,
  withdrawApproval,
} from '../domain/index.ts';
import { startHolds } from '../limits/index.ts';
import { type AskingPorts, askToChoose, placeTask } from './act/index.ts';
import { type GateFacts, gate } from './gate.ts';
import type { DirectorPorts, DirectorTables } from './ports.ts';
import { type AtWork, type FleetDecision, type FleetSituation, reasonForFleet } from './reason/index.ts';

type FleetPorts = AskingPorts & Pick<DirectorPorts, 'store'>;

/** One pass over the whole fleet: who waits, who works, and what is to be done about it. Each decision is one transaction, so a crash between two loses none. */
export async function place(ports: FleetPorts): Promise<void> {
  const { store } = ports;
  const situation = await perceiveFleet(ports);
  if ((await store.openPause()) !== null) {
    for (const task of situation.queued) await leave(ports, task, PAUSED);
    return;
  }
  const failures: unknown[] = [];
  for (const decision of reasonForFleet(situation)) {
    // What breaks keeps nothing else from being done; it is tried again as a whole.
    await carryOut(ports, decision).catch((cause: unknown) => failures.push(cause));
  }
  if (failures.length > 0) throw failures[0];
}

const PAUSED = 'the director is paused; `status` says why, and `resume` lets it go on';

async function perceiveFleet({ store, settings, now }: FleetPorts): Promise<FleetSituation> {
  const tasks = await store.tasksInStates(['queued', 'assigned', 'running']);
  const queued = tasks.filter((task) => task.state === 'queued');
  const sessions = await store.openSessions();
  const stopped = await store.stoppedHosts();
  const hosts = (await store.listHosts()).map((host) =>
    stopped.has(host.id) ? { ...host, reach: STOPPED } : host,
  );
  const questions = await store.approvalsOfTasks(tasks.map(({ id }) => id));
  const stuck = await store.stuckSessions();
  const gone = goneHosts(await store.listHosts(), stopped, await store.hostFacts());
  const actions = await store.actionsOfTasks(tasks.map(({ id }) => id));
  const atWork = tasks.filter(isLive).flatMap((task): AtWork[] => {
    const session = sessions.find(({ id }) => id === task.session);
    const host = hosts.find(({ id }) => id === task.host);
    if (session === undefined || host === undefined) return [];
    return [
      {
        task,
        session,
        host,
        pending: actions.filter((action) => action.session === session.id && isPending(action)),
        couldNotLeave: actions.some(
          ({ session: of, generation, effect, state }) =>
            of === session.id &&
            generation === session.generation &&
            effect.kind === 'reassign-task' &&
            effect.because === 'urgent' &&
            state === 'failed',
        ),
        reported: actions.filter(({ session: of, effect }) => of === session.id && effect.kind === 'report'),
        questions: questions.filter(({ subject }) => subject.session === session.id),
        told: toldNeighbours(actions, session),
        stuckSince: stuck.get(session.id) ?? null,
        goneSince: gone.get(host.id) ?? null,
      },
    ];
  });
  const left = new Map<TaskId, Set<Host['id']>>();
  for (const { task, effect, state } of actions) {
    if (effect.kind !== 'reassign-task' || state !== 'succeeded' || effect.because === 'urgent') continue;
    left.set(task, (left.get(task) ?? new Set()).add(effect.from));
  }
  return {
    queued,
    atWork,
    hosts: hosts.map((host) => ({
      host,
      sessions: sessions.filter((session) => session.host === host.id).length,
    })),
    awaited: await awaitedBy(store, queued),
    left,
    holdOn: await startHolds(store, settings.rulesOf, queued, now()),
    footprints: await footprintsOf(store, queued, atWork),
    overlaps: await store.overlapsOf(tasks.map(({ id }) => id)),
    rulesOf: settings.rulesOf,
    records: await store.trackRecords(),
    now: now(),
  };
}

/** Hosts that do not answer and will not by themselves, and since when. */
function goneHosts(
  hosts: readonly Host[],
  stopped: ReadonlySet<Host['id']>,
  facts: readonly HostFacts[],
): ReadonlyMap<Host['id'], Date> {
  return new Map(
    hosts.flatMap(({ id, reach }) => {
      const isListed = facts.find((each) => each.host === id)?.absentSince == null;
      const isGone = reach.state === 'unreachable' && (stopped.has(id) || !isListed);
      return isGone ? [[id, reach.since] as const] : [];
    }),
  );
}

/** Whatever was found when it was last looked at: it is off by now. */
const STOPPED: Host['reach'] = { state: 'unreachable', since: new Date(0), why: 'it is stopped' };

/** A task that failed and was tried again is what its newest try is. */
async function awaitedBy(
  store: Pick<DirectorTables, 'findTask' | 'tasksOfThread'>,
  queued: readonly QueuedTask[],
): Promise<ReadonlyMap<TaskId, Task>> {
  const awaited = new Map<TaskId, Task>();
  for (const id of new Set(queued.flatMap(({ after }) => after))) {
    const named = await store.findTask(id);
    if (named === null) continue;
    const newest =
      hasEnded(named) && named.state !== 'completed'
        ? (await store.tasksOfThread(named.thread)).at(-1)
        : undefined;
    awaited.set(id, newest ?? named);
  }
  return awaited;
}

/** What is named in a brief, pushed to a branch, or changed by an agent that says so. */
async function footprintsOf(
  store: Pick<DirectorTables, 'filesOfTasks' | 'filesOfSessions' | 'findSession'>,
  queued: readonly QueuedTask[],
  atWork: readonly AtWork[],
): Promise<ReadonlyMap<TaskId, Footprint>> {
  const pushed = await store.filesOfTasks([...queued, ...atWork.map(({ task }) => task)].map(({ id }) => id));
  const changed = await store.filesOfSessions(atWork.map(({ session }) => session.id));
  const named = ({ id, brief, repo }: Task) => [
    ...pathsIn(brief).filter((path) => path !== repo && path !== `${repo}/`),
    ...(pushed.get(id) ?? []),
  ];
  const resumed = new Map<TaskId, string>();
  for (const { id, resumes } of queued) {
    const session = resumes === undefined ? null : await store.findSession(resumes);
    if (session !== null) resumed.set(id, session.branch);
  }
  return new Map<TaskId, Footprint>([
    ...queued.map((task): [TaskId, Footprint] => [
      task.id,
      {
        task: task.id,
        repo: task.repo,
        // Who goes on with a session goes on with its branch; another gets one of its own when it is placed.
        branch: resumed.get(task.id) ?? null,
        files: [...new Set(named(task))],
      },
    ]),
    ...atWork.map(({ task, session }): [TaskId, Footprint] => {
      const own = (changed.get(session.id) ?? []).flatMap((path) => relativeTo(session.worktree, path));
      const files = [...new Set([...named(task), ...own])];
      return [task.id, { task: task.id, repo: task.repo, branch: session.branch, files }];
    }),
  ]);
}

/** Nothing where the file is no part of the repository. */
function relativeTo(worktree: string | null, path: string): readonly string[] {
  if (!path.startsWith('/')) return [path];
  return worktree !== null && path.startsWith(`${worktree}/`) ? [path.slice(worktree.length + 1)] : [];
}

async function carryOut(ports: FleetPorts, decision: FleetDecision): Promise<void> {
  switch (decision.kind) {
    case 'place':
      return start(ports, decision);
    case 'leave':
      return leave(ports, decision.task, decision.why);
    case 'ask':
      return ask(ports, decision);
    case 'report':
      return tell(ports, decision);
    case 'withdraw':
      return withdraw(ports, decision);
    case 'tell-neighbours':
      return tellNeighbours(ports, decision);
    case 'tell-overlap':
      return tellOverlap(ports, decision.overlap);
    case 'reassign':
      return makeRoom(ports, decision);
  }
}

async function start(ports: FleetPorts, decision: Extract<FleetDecision, { kind: 'place' }>): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const task = await tx.lockTask(decision.task.id);
    if (task?.state !== 'queued') return;
    // A pause that began since holds this back too; its own job says why.
    if ((await tx.lockDirector()).pause !== null) return;
    if (!(await placeTask(ports, tx, task, decision.host, decision))) await tx.enqueue({ kind: 'place' });
  });
}

async function leave({ store }: FleetPorts, { id }: QueuedTask, why: string): Promise<void> {
  await store.transaction(async (tx) => {
    const task = await tx.lockTask(id);
    if (task?.state !== 'queued' || task.unplacedBecause === why) return;
    await tx.saveTask({ next: { ...task, unplacedBecause: why }, events: [] });
    await tx.enqueue({ kind: 'notify', thread: task.thread, notBefore: null });
  });
}

async function ask(
  ports: FleetPorts,
  { about, question, options, ...said }: Extract<FleetDecision, { kind: 'ask' }>,
): Promise<void> {
  const { store, now } = ports;
  const { task, session } = about;
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    const live = await tx.lockTask(task.id);
    if (current?.state !== 'live' || current.generation !== session.generation) return;
    if (live === null || !isLive(live)) return;
    const { reasoner, why, confidence } = said;
    const decision: Decision = { reasoner, why, confidence, kind: 'ask-what-to-do', question, options };
    await tx.recordDecision(current, decision, { kind: 'proceed' }, now());
    const screen = (await tx.lastObservation(session.id))?.screen ?? [];
    await askToChoose(
      ports,
      tx,
      { task: live, session: current },
      { question, because: why, options, screen },
    );
  });
}

/** Intended once; the session's own next cycle tells. */
async function tell(
  { store, now, newId }: FleetPorts,
  { about, reason, text, ...said }: Extract<FleetDecision, { kind: 'report' }>,
): Promise<void> {
  const { task, session } = about;
  const { reasoner, why, confidence } = said;
  const decision: Decision = { kind: 'report', because: reason, text, reasoner, why, confidence };
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    if (current?.state !== 'live') return;
    const { generation } = current;
    await tx.recordDecision(current, decision, { kind: 'proceed' }, now());
    const effect = { kind: 'report', because: reason, text } as const;
    const id = actionId(newId());
    await tx.addAction(
      intendAction({ id, task: task.id, session: session.id, generation, effect, by: null }, now()),
    );
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}

async function withdraw(
  { store, now }: FleetPorts,
  { question, why }: Extract<FleetDecision, { kind: 'withdraw' }>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.lockApproval(question.id);
    const step = current === null ? null : withdrawApproval(current, why, now());
    if (step !== null) await tx.saveApproval(step);
  });
}

async function tellOverlap({ store, now }: FleetPorts, overlap: KnownOverlap): Promise<void> {
  await store.transaction(async (tx) => {
    const { one, other, files, isSameBranch, held } = overlap;
    const tasks = [await tx.lockTask(one), await tx.lockTask(other)].filter((each) => each !== null);
    if (tasks.length < 2 || tasks.some(hasEnded)) return;
    await tx.saveOverlap(overlap);
    await tx.addEvents(
      tasks.map((task) => ({
        kind: 'overlap-found',
        task: task.id,
        thread: task.thread,
        at: now(),
        other: task.id === one ? other : one,
        files,
        isSameBranch,
        isHeld: held === task.id,
      })),
    );
  });
}

async function tellNeighbours(
  ports: FleetPorts,
  { about, kind, neighbours, reasoner, why, confidence }: Extract<FleetDecision, { kind: 'tell-neighbours' }>,
): Promise<void> {
  const telling = { kind, neighbours };
  await intend(ports, about, { ...telling, reasoner, why, confidence }, telling);
}

async function makeRoom(
  ports: FleetPorts,
  { victim, makesRoomFor, reasoner, why, confidence }: Extract<FleetDecision, { kind: 'reassign' }>,
): Promise<void> {
  const ending = { kind: 'reassign-task', because: 'urgent', makesRoomFor: makesRoomFor.id } as const;
  const effect = { ...ending, from: victim.host.id, to: null };
  await intend(ports, victim, { ...ending, reasoner, why, confidence }, effect);
}

/** Only intends it: the session's own next cycle looks again and does it. */
async function intend(
  { store, settings, now, newId }: FleetPorts,
  { task, session, host, pending }: AtWork,
  decision: Decision,
  effect: ActionEffect,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    const live = await tx.lockTask(task.id);
    if (current === null || current.state === 'ended' || live === null || !isLive(live)) return;
    const facts: GateFacts = {
      session: current,
      host,
      seen: null,
      generation: session.generation,
      pending,
      pause: (await tx.lockDirector()).pause,
      holds: [],
      rules: settings.rulesOf(task.project),
      now: now(),
    };
    const verdict = gate(decision, facts);
    await tx.recordDecision(current, decision, verdict, now(), gateInputOf(facts, null));
    if (verdict.kind !== 'proceed') return;
    const { generation } = current;
    const action = {
      id: actionId(newId()),
      task: task.id,
      session: session.id,
      generation,
      effect,
      by: null,
    };
    await tx.addAction(intendAction(action, now()));
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}
