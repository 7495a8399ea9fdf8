import {
  assignTask,
  branchName,
  type Decision,
  type Host,
  NEW_SESSION,
  type QueuedTask,
  type Session,
  sessionId,
  sessionName,
} from '../../domain/index.ts';
import { startHolds } from '../../limits/index.ts';
import type { DirectorPorts, DirectorTables } from '../ports.ts';

/** What starting a task needs. */
export type PlacingPorts = Pick<DirectorPorts, 'now' | 'newId'> & {
  readonly settings: Pick<DirectorPorts['settings'], 'rulesOf'>;
};

/**
 * Gives a waiting task its session on a host, which the preparation makes real. False: the host takes nothing, has no room by now, or its
 * account has reached a limit since.
 * `task` is locked by the caller.
 */
export async function placeTask(
  { settings, now, newId }: PlacingPorts,
  tx: DirectorTables,
  task: QueuedTask,
  host: Host,
  decided: Pick<Decision, 'reasoner' | 'why' | 'confidence'>,
): Promise<boolean> {
  const holdOn = await startHolds(tx, settings.rulesOf, [task], now());
  if (holdOn(task, host) !== null) return false;
  // Another process may have filled, drained or removed it since the loads were counted.
  const current = await tx.lockHost(host.id);
  const used = (await tx.openSessions()).filter((each) => each.host === host.id).length;
  if (current?.state !== 'active' || used >= current.capacity) return false;
  const before = task.resumes === undefined ? null : await tx.findSession(task.resumes);
  const session = newSession(task, sessionId(newId()), host.id, now(), before);
  await tx.saveTask(
    assignTask(
      task,
      { host: host.id, hostName: host.name, session: session.id, branch: session.branch },
      now(),
    ),
  );
  await tx.addSession(session);
  const decision: Decision = { ...decided, kind: 'place-task', host: host.id };
  await tx.recordDecision(session, decision, { kind: 'proceed' }, now());
  await tx.enqueue({ kind: 'prepare', session: session.id });
  return true;
}

/** @param before the session that it goes on with; null: none. Its conversation and its files are on the host where it was. */
function newSession(
  task: QueuedTask,
  id: Session['id'],
  host: Session['host'],
  at: Date,
  before: Session | null,
): Session {
  const known = before?.host === host ? before : null;
  return {
    ...NEW_SESSION,
    id,
    task: task.id,
    host,
    name: sessionName(task.id, task.thread),
    agent: task.agent,
    branch: known?.branch ?? branchName(task.id, task.thread, task.brief),
    conversation: known?.conversation ?? null,
    state: 'preparing',
    createdAt: at,
  };
}
