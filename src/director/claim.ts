import type { Session, SessionId } from '../domain/index.ts';
import type { DirectorPorts } from './ports.ts';

/**
 * Works on a session while nobody else does. `busy`: another worker has it.
 * @param forMs longer than the work takes: a claim that is older belongs to a process that died
 */
export async function withClaim(
  { store, settings, now, newId }: Pick<DirectorPorts, 'store' | 'settings' | 'now' | 'newId'>,
  id: SessionId,
  forMs: number,
  work: (session: Session | null) => Promise<void>,
): Promise<'done' | 'busy'> {
  const at = now();
  // Named apart from the other claims of this process: letting go of one must not let go of the next.
  const owner = `${settings.owner}:${newId()}`;
  if (!(await store.claimSession(id, owner, at, new Date(at.getTime() + forMs)))) return 'busy';
  try {
    await work(await store.findSession(id));
    return 'done';
  } finally {
    await store.releaseSession(id, owner);
  }
}
