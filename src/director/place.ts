import {
  assignTask,
  branchName,
  type Host,
  NEW_SESSION,
  type QueuedTask,
  type Session,
  sessionId,
  sessionName,
} from '../domain/index.ts';
import type { DirectorPorts } from './ports.ts';
import { type Assignment, assign } from './reason/index.ts';

/** Gives waiting tasks their hosts: each assignment is one transaction, so a crash between two loses none. */
export async function place(ports: DirectorPorts): Promise<void> {
  const { store } = ports;
  const queued = (await store.tasksInStates(['queued'])).filter((task) => task.state === 'queued');
  if (queued.length === 0) return;
  if ((await store.openPause()) !== null) {
    for (const task of queued) await carryOut(ports, { kind: 'leave', task, why: PAUSED });
    return;
  }
  const sessions = await store.openSessions();
  const stopped = await store.stoppedHosts();
  const loads = (await store.listHosts()).map((host) => ({
    host: stopped.has(host.id) ? { ...host, reach: STOPPED } : host,
    sessions: sessions.filter((session) => session.host === host.id).length,
  }));
  for (const assignment of assign(queued, loads)) await carryOut(ports, assignment);
}

const PAUSED = 'the director is paused; `status` says why, and `resume` lets it go on';

/** Whatever was found when it was last looked at: it is off by now. */
const STOPPED: Host['reach'] = { state: 'unreachable', since: new Date(0), why: 'it is stopped' };

async function carryOut({ store, now, newId }: DirectorPorts, assignment: Assignment): Promise<void> {
  await store.transaction(async (tx) => {
    const task = await tx.lockTask(assignment.task.id);
    if (task?.state !== 'queued') return;
    if (assignment.kind === 'leave') {
      if (task.unplacedBecause === assignment.why) return;
      await tx.saveTask({ next: { ...task, unplacedBecause: assignment.why }, events: [] });
      await tx.enqueue({ kind: 'notify', thread: task.thread, notBefore: null });
      return;
    }
    // A pause that began since holds this back too; its own job says why.
    if ((await tx.lockDirector()).pause !== null) return;
    const { host } = assignment;
    // Another process may have filled, drained or removed it since the loads were counted.
    const current = await tx.lockHost(host.id);
    const used = (await tx.openSessions()).filter((each) => each.host === host.id).length;
    if (current?.state !== 'active' || used >= current.capacity) return tx.enqueue({ kind: 'place' });
    const session = newSession(task, sessionId(newId()), host.id, now());
    await tx.saveTask(
      assignTask(
        task,
        { host: host.id, hostName: host.name, session: session.id, branch: session.branch },
        now(),
      ),
    );
    await tx.addSession(session);
    await tx.enqueue({ kind: 'prepare', session: session.id });
  });
}

function newSession(task: QueuedTask, id: Session['id'], host: Session['host'], at: Date): Session {
  return {
    ...NEW_SESSION,
    id,
    task: task.id,
    host,
    name: sessionName(task.id, task.thread),
    agent: task.agent,
    branch: branchName(task.id, task.thread, task.brief),
    state: 'preparing',
    createdAt: at,
  };
}
