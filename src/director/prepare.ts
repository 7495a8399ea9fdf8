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
import { rememberReach } from './learn/index.ts';
import { describeFailure } from './perceive/index.ts';
import type { DirectorPorts, HostFailure } from './ports.ts';

// Longer than a clone may take.
const CLAIM_MS = 600_000;

/**
 * Makes a session real: the workspace, then the agent in it. Every step finds what an earlier try has done, so it can be cut off
 * anywhere and run again. `busy`: another worker is at it.
 */
export async function prepare(
  ports: DirectorPorts,
  id: SessionId,
  signal: AbortSignal,
): Promise<'done' | 'busy'> {
  const { store, settings, now } = ports;
  const at = now();
  if (!(await store.claimSession(id, settings.owner, at, new Date(at.getTime() + CLAIM_MS)))) return 'busy';
  try {
    const session = await store.findSession(id);
    const task = session === null ? null : await store.findTask(session.task);
    const host = session === null ? null : await store.findHost(session.host);
    if (session?.state !== 'preparing' || task === null || host === null) return 'done';
    if (hasEnded(task)) await undo(ports, session, host, signal);
    else await make(ports, task, session, host, signal);
    return 'done';
  } finally {
    await store.releaseSession(id, settings.owner);
  }
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
  if (!worktree.ok) return notNow(ports, session, host, 'its workspace could not be made', worktree.error);

  const { words, env } = kind.launch({ permissionMode: settings.permissionMode, sessionUuid: session.id });
  const launched = await fleet.launch(
    host,
    {
      session: session.id,
      name: session.name,
      worktree: worktree.value,
      words,
      env: { ...env, FLEET_TASK: `T${task.id}` },
      prompt: task.brief,
    },
    signal,
  );
  if (signal.aborted) return;
  if (!launched.ok) return notNow(ports, session, host, `${kind.title} could not be started`, launched.error);

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
  if (!ended.ok)
    throw new Error(`the session ${session.name} could not be ended: ${describeFailure(ended.error)}`);
  await ports.store.saveSession({ ...session, state: 'ended' });
  await ports.store.enqueue({ kind: 'place' });
}

/** A host that does not answer fails nothing: the task goes back to the queue. What the host refused is the task's failure. */
async function notNow(
  ports: DirectorPorts,
  session: Session,
  host: Host,
  what: string,
  failure: HostFailure,
): Promise<void> {
  const why = describeFailure(failure);
  if (failure.kind === 'refused' || failure.kind === 'missing-program' || failure.kind === 'no-session') {
    return giveUp(ports, session, `${what} on ${host.name}`, why.split('\n'));
  }
  const { store, now } = ports;
  await rememberReach(store, host, { isReachable: false, why }, now());
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    const task = await tx.lockTask(session.task);
    if (current?.state !== 'preparing' || task === null) return;
    if (session.generation > 1) {
      // A restart under way: the agent belongs to this host and its workspace; try here until it answers.
      throw new Error(`${host.name} does not answer while its agent is restarted: ${why}`);
    }
    await tx.saveSession({ ...current, state: 'ended' });
    if (isLive(task)) await tx.saveTask(requeueTask(task, `${host.name} does not answer (${why})`, now()));
    await tx.enqueue({ kind: 'place' });
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
    await tx.saveSession({ ...current, state: 'ended' });
    if (isLive(task)) await tx.saveTask(failTask(task, why, tail, now()));
    await tx.enqueue({ kind: 'place' });
  });
}
