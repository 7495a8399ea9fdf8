import {
  failTask,
  type Host,
  hasEnded,
  isLive,
  requeueTask,
  type Session,
  type SessionId,
  startTask,
  type Task,
} from '../domain/index.ts';
import { closeSession } from './act/index.ts';
import { withClaim } from './claim.ts';
import { rememberReach } from './learn/index.ts';
import { describeFailure } from './perceive/index.ts';
import type { DirectorPorts, HostFailure } from './ports.ts';

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
    if (task === null || host === null) throw new Error(`session ${session.id} has no task or no host`);
    if (hasEnded(task)) await undo(ports, session, host, signal);
    else await make(ports, task, session, host, signal);
  });
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

  const { words, env, files } = kind.launch({
    permissionMode: settings.permissionMode,
    // An agent may refuse the id of a conversation it has begun before.
    sessionUuid: session.generation === 1 ? session.id : ports.newId(),
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

  const at = ports.now();
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    if (current?.state !== 'preparing') return;
    const now = await tx.lockTask(task.id);
    if (now === null || !isLive(now)) {
      // Cancelled in the meantime: the next preparation ends what was started.
      await tx.enqueue({ kind: 'prepare', session: session.id });
      return;
    }
    await tx.saveSession({ ...current, state: 'live', worktree: worktree.value });
    if (now.state === 'assigned') await tx.saveTask(startTask(now, at));
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}

/** The task is over before its agent was seen: whatever was started is ended. */
async function undo(ports: DirectorPorts, session: Session, host: Host, signal: AbortSignal): Promise<void> {
  const ended = await ports.fleet.end(host, session.name, signal);
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
