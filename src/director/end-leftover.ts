import { mayActOn, type Session, taskLabel } from '../domain/index.ts';
import { describeFailure } from './perceive/index.ts';
import type { DirectorPorts, HostFailure } from './ports.ts';

/**
 * Ends an agent that outlived its record: its host was away when its task began elsewhere, or its session was taken for gone. Its work is
 * saved first; what cannot be saved stays in its worktree, and people are told where. A host that stops answering in between is met again by a later look.
 */
export async function endLeftover(
  ports: DirectorPorts,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { store, fleet, now } = ports;
  const host = await store.findHost(session.host);
  if (session.isAdopted || host === null || !mayActOn(host) || (await store.openPause()) !== null) return;
  const listed = await fleet.list(host, signal);
  const there = listed.ok ? listed.value.find((each) => each.session === session.id) : undefined;
  if (there === undefined) return;
  const label = taskLabel(session.task);
  const { worktree, branch } = session;
  const message = `Work in progress of ${label}, saved when its agent on ${host.name} was ended`;
  const saved = worktree === null ? null : await fleet.saveWork(host, { worktree, branch, message }, signal);
  if (saved !== null && !saved.ok && isUnknown(saved.error)) return;
  if (!(await fleet.end(host, there.name, signal)).ok) return;
  const lost = saved === null || saved.ok ? null : describeFailure(saved.error);
  const rest = lost === null ? '' : ` Its work could not be saved (${lost}) and stays in \`${worktree}\`.`;
  await store.transaction(async (tx) => {
    const task = await tx.lockTask(session.task);
    if (task === null) return;
    const about = { task: task.id, thread: task.thread, at: now() };
    const work = saved?.ok === true ? saved.value : null;
    const words = `An agent of ${label} was still there on ${host.name}, and was ended: no task has two.${rest}`;
    await tx.addEvents([
      ...(work === null || (work.files === 0 && work.isPushed)
        ? []
        : [{ ...about, kind: 'work-saved' as const, ...work }]),
      { ...about, kind: 'reported', by: null, because: 'left-over', words, tail: [] },
    ]);
  });
}

/** Whether it was done, nobody can say. */
function isUnknown({ kind }: HostFailure): boolean {
  return kind === 'unreachable' || kind === 'timed-out';
}
