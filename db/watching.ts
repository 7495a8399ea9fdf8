import { type HostId, hostId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, eq, inArray, isNotNull, sql } from './drizzle.ts';
import { hosts } from './schema.ts';

/**
 * Takes or keeps the hosts that nobody else watches, in one statement. A process that stopped renewing has lost its hosts at `until`.
 * Value: the generation under which each is watched; it goes up when the holder changes.
 */
export async function claimWatches(
  connection: Connection,
  owner: string,
  at: Date,
  until: Date,
): Promise<ReadonlyMap<HostId, number>> {
  const rows = await connection
    .update(hosts)
    .set({
      watchedBy: owner,
      watchedUntil: until,
      watchGeneration: sql`${hosts.watchGeneration} + case when ${hosts.watchedBy} is distinct from ${owner} then 1 else 0 end`,
    })
    .where(
      and(
        sql`${hosts.state} <> 'removed'`,
        sql`(${hosts.watchedBy} is null or ${hosts.watchedBy} = ${owner} or ${hosts.watchedUntil} < ${at.toISOString()}::timestamptz)`,
      ),
    )
    .returning({ id: hosts.id, generation: hosts.watchGeneration });
  return new Map(rows.map(({ id, generation }) => [hostId(id), generation]));
}

/** Lets go of everything this process watches: another one need not wait for the lease to run out. */
export async function releaseWatches(connection: Connection, owner: string): Promise<void> {
  await connection
    .update(hosts)
    .set({ watchedBy: null, watchedUntil: null })
    .where(eq(hosts.watchedBy, owner));
}

/** Takes back the leases of processes that are gone. */
export async function releaseWatchesOf(
  connection: Connection,
  isGone: (owner: string) => boolean,
): Promise<void> {
  const held = await connection
    .selectDistinct({ owner: hosts.watchedBy })
    .from(hosts)
    .where(isNotNull(hosts.watchedBy));
  const gone = held.flatMap(({ owner }) => (owner !== null && isGone(owner) ? [owner] : []));
  if (gone.length === 0) return;
  await connection
    .update(hosts)
    .set({ watchedBy: null, watchedUntil: null })
    .where(inArray(hosts.watchedBy, gone));
}
