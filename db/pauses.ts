import {
  actorId,
  type EndedPause,
  type OpenPause,
  type Pause,
  pauseId,
  type ThreadId,
  threadId,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, eq, gt, isNull } from './drizzle.ts';
import { directors, pauses } from './schema.ts';

const DIRECTOR = 'director';

/** Null: the director decides by itself. */
export async function openPause(connection: Connection): Promise<OpenPause | null> {
  const [row] = await connection.select().from(pauses).where(isNull(pauses.endedAt));
  const pause = row === undefined ? null : pauseFromRow(row);
  return pause?.state === 'open' ? pause : null;
}

/** Keeps others from counting, pausing and resuming until the transaction ends. */
export async function lockDirector(
  connection: Connection,
): Promise<{ readonly failedInRow: number; readonly pause: OpenPause | null }> {
  await connection.insert(directors).values({ id: DIRECTOR, failedInRow: 0 }).onConflictDoNothing();
  const [row] = await connection.select().from(directors).where(eq(directors.id, DIRECTOR)).for('update');
  return { failedInRow: row?.failedInRow ?? 0, pause: await openPause(connection) };
}

export async function saveFailedCycles(connection: Connection, failedInRow: number): Promise<void> {
  await connection.update(directors).set({ failedInRow }).where(eq(directors.id, DIRECTOR));
}

/** Writes nothing where nothing has failed, as almost always. */
export async function forgetFailedCycles(connection: Connection): Promise<void> {
  await connection
    .update(directors)
    .set({ failedInRow: 0 })
    .where(and(eq(directors.id, DIRECTOR), gt(directors.failedInRow, 0)));
}

export async function insertPause(connection: Connection, pause: OpenPause): Promise<void> {
  const { id, by, why, thread, since } = pause;
  await connection.insert(pauses).values({ id, pausedBy: by, why, thread, since });
}

export async function endPause(connection: Connection, pause: EndedPause): Promise<void> {
  const { id, endedBy, endedAt } = pause;
  await connection.update(pauses).set({ endedBy, endedAt }).where(eq(pauses.id, id));
}

/** The pause that is told in a thread. */
export async function pauseOfThread(connection: Connection, id: ThreadId): Promise<Pause | null> {
  const [row] = await connection.select().from(pauses).where(eq(pauses.thread, id));
  return row === undefined ? null : pauseFromRow(row);
}

function pauseFromRow(row: typeof pauses.$inferSelect): Pause {
  const { id, pausedBy, why, thread, since, endedBy, endedAt } = row;
  const common = {
    id: pauseId(id),
    by: pausedBy === null ? null : actorId(pausedBy),
    why,
    thread: thread === null ? null : threadId(thread),
    since,
  };
  return endedBy === null || endedAt === null
    ? { ...common, state: 'open' }
    : { ...common, state: 'ended', endedBy: actorId(endedBy), endedAt };
}
