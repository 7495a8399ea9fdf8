import type { AgentKind, Launch, LaunchOptions } from '../agents/index.ts';
import {
  failTask,
  type Host,
  hasEnded,
  isLive,
  mayActOn,
  type Result,
  requeueTask,
  type Session,
  type SessionId,
  startTask,
  type Task,
} from '../domain/index.ts';
import { limitsOfSession } from '../limits/index.ts';
import { closeSession, endOrRelease } from './act/index.ts';
import { withClaim } from './claim.ts';
import { rememberReach } from './learn/index.ts';
import { describeFailure } from './perceive/index.ts';
import type { DirectorPorts, HostFailure } from './ports.ts';
import { mayResume } from './resume.ts';

// Longer than a clone may take.
const CLAIM_MS = 600_000;

/**
 * Makes a session real: the workspace, then the agent in it. Every step finds what an earlier try has done, so it can be cut off
 * anywhere and run again. `busy`: another worker is at it.
 */
export function prepare(ports: DirectorPorts, id: SessionId, signal: AbortSignal): Promise<'done' | 'busy'> {
  return withClaim(ports, id, CLAIM_MS, async (session) => {
    if (session?.state !== 'preparing') return;
    const task = await ports.store.findTask(session.task);
    const host = await ports.store.findHost(session.host);
    if (task === null) throw new Error(`session ${session.id} has no task`);
    // Its row cannot be read, and the store has told of that.
    if (host === null) return;
    if (hasEnded(task)) await undo(ports, session, host, signal);
    else if (session.isAdopted) await takeOver(ports, task, session, host, signal);
    // The poll asks again when that is over. A restart was asked for by a person.
    else if (await isHeldBack(ports, task, session, host)) return;
    else if (session.generation > 1 || (await ports.store.openPause()) === null)
      await make(ports, task, session, host, signal);
  });
}

/** Also a restart that a person asked for would only meet the limit again. */
async function isHeldBack(
  { store, settings, now }: DirectorPorts,
  task: Task,
  session: Session,
  host: Host,
): Promise<boolean> {
  const rules = settings.rulesOf(task.project);
  const { holds } = await limitsOfSession(store, rules, task, session, host, now());
  // A session begins because somebody said so, whatever turns it had.
  return holds.some(({ kind }) => kind !== 'turns');
}

async function make(
  ports: DirectorPorts,
  task: Task,
  session: Session,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { store, fleet, agents, settings } = ports;
  const project = await store.findProject(task.project);
  const kind = agents.get(session.agent);
  if (project === null) return giveUp(ports, session, 'its project was removed', []);
  if (kind === undefined)
    return giveUp(ports, session, `the agent ${session.agent} is not configured any more`, []);

  const worktree = await fleet.prepare(
    host,
    {
      repo: project.repo,
      cloneUrl: project.cloneUrl,
      defaultBranch: project.defaultBranch,
      branch: session.branch,
    },
    signal,
  );
  if (signal.aborted) return;
  if (!worktree.ok) return notNow(ports, session, host, worktree.error);

  // An agent may refuse the id of a conversation it has begun before.
  const sessionUuid = session.generation === 1 ? session.id : ports.newId();
  const { words, env, files } = launchOf(kind, session, {
    permissionMode: task.permissionMode ?? settings.permissionMode,
    sessionUuid,
  });
  const launched = await fleet.launch(
    host,
    {
      session: session.id,
      generation: session.generation,
      name: session.name,
      worktree: worktree.value,
      words,
      env: { ...env, FLEET_TASK: `T${task.id}` },
      files,
      prompt: task.brief,
    },
    signal,
  );
  if (signal.aborted) return;
  if (!launched.ok) {
    const what = `${kind.title} could not be started`;
    if (isRefusal(launched.error))
      return giveUp(ports, session, `${what} on ${host.name}`, linesOf(launched.error));
    // It may have started all the same, and only the answer was lost: this session is tried again on this host until it answers.
    await rememberReach(
      store,
      host,
      { isReachable: false, why: describeFailure(launched.error) },
      ports.now(),
    );
    return;
  }

  await goLive(ports, task, { ...session, worktree: worktree.value });
}

/** A conversation that goes on has its brief already. */
function launchOf(kind: AgentKind, session: Session, options: LaunchOptions): Launch {
  const { conversation } = session;
  return kind.resume === null || conversation === null || !mayResume(kind, session)
    ? kind.launch(options)
    : kind.resume({ ...options, conversation });
}

/** A session that a person began is marked as ours, and nothing else is done to it. */
async function takeOver(
  ports: DirectorPorts,
  task: Task,
  session: Session,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { store, now } = ports;
  if (!mayActOn(host)) return giveUp(ports, session, `${host.name} is excluded`, []);
  const marked = await markAnew(ports, session, host, signal);
  if (signal.aborted) return;
  if (marked.ok) return goLive(ports, task, session);
  if (isRefusal(marked.error)) {
    return giveUp(ports, session, 'its session could not be adopted', linesOf(marked.error));
  }
  // The poll tries again until the host answers.
  const why = describeFailure(marked.error);
  await rememberReach(store, host, { isReachable: false, why }, now());
}

/** Also where the mark of an earlier adoption was left behind, because its host did not answer when that ended. */
async function markAnew(
  { store, fleet }: DirectorPorts,
  session: Session,
  host: Host,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const marked = await fleet.mark(host, session.name, session.id, signal);
  if (marked.ok || marked.error.kind !== 'refused') return marked;
  const listed = await fleet.list(host, signal);
  const holder = listed.ok ? listed.value.find(({ name }) => name === session.name)?.session : null;
  const earlier = holder === null || holder === undefined ? null : await store.findSession(holder);
  if (earlier?.state !== 'ended') return marked;
  const unmarked = await fleet.unmark(host, session.name, earlier.id, signal);
  return unmarked.ok ? fleet.mark(host, session.name, session.id, signal) : unmarked;
}

/** Its agent runs: from now on it is looked at. */
async function goLive({ store, now }: DirectorPorts, task: Task, session: Session): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    if (current?.state !== 'preparing') return;
    const fresh = await tx.lockTask(task.id);
    if (fresh === null || !isLive(fresh)) {
      // Cancelled in the meantime: the next preparation ends what was started.
      await tx.enqueue({ kind: 'prepare', session: session.id });
      return;
    }
    await tx.saveSession({ ...current, state: 'live', worktree: session.worktree });
    if (fresh.state === 'assigned') await tx.saveTask(startTask(fresh, now()));
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}

/** The task is over before its agent was seen: whatever was started is ended. */
async function undo(ports: DirectorPorts, session: Session, host: Host, signal: AbortSignal): Promise<void> {
  const ended = await endOrRelease(ports.fleet, host, session, signal);
  // A host that does not answer is asked again by the poll.
  if (!ended.ok) return;
  await ports.store.transaction((tx) =>
    closeSession(tx, { task: session.task, session: session.id }, null, ports.now()),
  );
}

/** A host that does not answer fails nothing: the task goes back to the queue. What the host refused is the task's failure. */
async function notNow(
  ports: DirectorPorts,
  session: Session,
  host: Host,
  failure: HostFailure,
): Promise<void> {
  if (isRefusal(failure)) {
    return giveUp(ports, session, `its workspace could not be made on ${host.name}`, linesOf(failure));
  }
  const why = describeFailure(failure);
  const { store, now } = ports;
  await rememberReach(store, host, { isReachable: false, why }, now());
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    const task = await tx.lockTask(session.task);
    if (current?.state !== 'preparing' || task === null) return;
    // A restart under way belongs to this host and its workspace: the poll tries again until it answers.
    if (session.generation > 1) return;
    if (isLive(task)) await tx.saveTask(requeueTask(task, `${host.name} does not answer (${why})`, now()));
    await closeSession(tx, { task: task.id, session: session.id }, null, now());
  });
}

async function giveUp(
  ports: DirectorPorts,
  session: Session,
  why: string,
  tail: readonly string[],
): Promise<void> {
  const { store, now } = ports;
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    const task = await tx.lockTask(session.task);
    if (current === null || task === null) return;
    if (isLive(task)) await tx.saveTask(failTask(task, why, tail, now()));
    await closeSession(tx, { task: task.id, session: session.id }, null, now());
  });
}

/** The host did answer: trying again would change nothing. */
function isRefusal({ kind }: HostFailure): boolean {
  return kind === 'refused' || kind === 'missing-program' || kind === 'no-session';
}

const linesOf = (failure: HostFailure): readonly string[] => describeFailure(failure).split('\n');
