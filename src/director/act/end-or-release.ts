import { type Host, mayActOn, ok, type Result, type Session } from '../../domain/index.ts';
import type { Fleet, HostFailure } from '../ports.ts';

/** What Fleet Director began it ends; what a person began stays as it is and is only no longer followed. */
export async function endOrRelease(
  fleet: Pick<Fleet, 'end' | 'unmark' | 'tellNeighbours'>,
  host: Host,
  { id, name, isAdopted }: Session,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  if (isAdopted) return mayActOn(host) ? fleet.unmark(host, name, id, signal) : ok(undefined);
  const ended = await fleet.end(host, name, signal);
  // Nobody is left who would read its list.
  if (ended.ok) await fleet.tellNeighbours(host, id, { list: null, printed: new Map() }, signal);
  return ended;
}
