import { actorId, hostId, type Watch, type WatchId, watchId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, asc, eq } from './drizzle.ts';
import { watches } from './schema.ts';

export async function insertWatch(connection: Connection, watch: Watch): Promise<void> {
  const { by, state, ...rest } = watch;
  const why = watch.state === 'ended' ? watch.why : null;
  await connection.insert(watches).values({ ...rest, requestedBy: by, state, why });
}

export async function findWatch(connection: Connection, id: WatchId): Promise<Watch | null> {
  const [row] = await connection.select().from(watches).where(eq(watches.id, id));
  return row === undefined ? null : watchFromRow(row);
}

/** Those that are not over, oldest first. */
export async function openWatches(connection: Connection): Promise<readonly Watch[]> {
  const rows = await connection
    .select()
    .from(watches)
    .where(eq(watches.state, 'watching'))
    .orderBy(asc(watches.startedAt));
  return rows.map(watchFromRow);
}

/** Remembers its message and what that shows; nothing else of the watch is touched. */
export async function recordWatchShown(
  connection: Connection,
  id: WatchId,
  shown: Pick<Watch, 'channel' | 'messageTs' | 'shown'>,
): Promise<void> {
  await connection.update(watches).set(shown).where(eq(watches.id, id));
}

/** The first end counts. False: it had ended before. */
export async function endWatch(connection: Connection, id: WatchId, why: string): Promise<boolean> {
  const rows = await connection
    .update(watches)
    .set({ state: 'ended', why })
    .where(and(eq(watches.id, id), eq(watches.state, 'watching')))
    .returning({ id: watches.id });
  return rows.length > 0;
}

function watchFromRow(row: typeof watches.$inferSelect): Watch {
  const { id, host, requestedBy, state, why, ...rest } = row;
  const common = { ...rest, id: watchId(id), host: hostId(host), by: actorId(requestedBy) };
  return state === 'ended' ? { ...common, state, why: why ?? '' } : { ...common, state: 'watching' };
}
