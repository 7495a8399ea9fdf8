import { type Hold, quietHold, type Session, type Task } from '../domain/index.ts';
import { limitsOfSession, type SessionLimits } from '../limits/index.ts';
import type { DirectorPorts, DirectorTables } from './ports.ts';

type Means = Pick<DirectorPorts, 'settings' | 'now'> & { readonly store: DirectorTables };

/** Why the director does nothing for a session of its own accord for now. Empty: nothing holds it back. */
export async function holdsFor(means: Means, task: Task, session: Session): Promise<readonly Hold[]> {
  return (await limitsFor(means, task, session)).holds;
}

/** The same, with the caps that some of it comes from. */
export async function limitsFor(
  { store, settings, now }: Means,
  task: Task,
  session: Session,
): Promise<SessionLimits> {
  const rules = settings.rulesOf(task.project);
  const host = await store.findHost(session.host);
  if (host === null) throw new Error(`session ${session.id} has no host`);
  const { standings, turns, holds } = await limitsOfSession(store, rules, task, session, host, now());
  const quiet = quietHold(rules.quietHours, now());
  return { standings, turns, holds: quiet === null ? holds : [...holds, quiet] };
}
