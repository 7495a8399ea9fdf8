import { type KnownOverlap, type SessionId, sessionId, type TaskId, taskId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { inArray, sql } from './drizzle.ts';
import { overlaps, taskFiles, transcripts } from './schema.ts';

/** Of a push; a file that is known already stays. */
export async function addTaskFiles(
  connection: Connection,
  task: TaskId,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  await connection
    .insert(taskFiles)
    .values(paths.map((path) => ({ task, path })))
    .onConflictDoNothing();
}

/** Files that were pushed to the branches of these tasks. */
export async function filesOfTasks(
  connection: Connection,
  ids: readonly TaskId[],
): Promise<ReadonlyMap<TaskId, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await connection
    .select()
    .from(taskFiles)
    .where(inArray(taskFiles.task, [...ids]));
  const files = new Map<TaskId, string[]>();
  for (const { task, path } of rows) files.set(taskId(task), [...(files.get(taskId(task)) ?? []), path]);
  return files;
}

/** Files that the transcripts of these sessions say were changed, as the agents wrote them. */
export async function filesOfSessions(
  connection: Connection,
  ids: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await connection
    .select({
      session: transcripts.session,
      files: sql<unknown>`coalesce(${transcripts.digest} -> 'changedFiles', '[]'::jsonb)`,
    })
    .from(transcripts)
    .where(inArray(transcripts.session, [...ids]));
  return new Map(rows.map(({ session, files }) => [sessionId(session), textsOf(files)]));
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** Between any of these. */
export async function overlapsOf(
  connection: Connection,
  ids: readonly TaskId[],
): Promise<readonly KnownOverlap[]> {
  if (ids.length === 0) return [];
  const rows = await connection
    .select()
    .from(overlaps)
    .where(sql`${inArray(overlaps.one, [...ids])} and ${inArray(overlaps.other, [...ids])}`);
  return rows.map(overlapFromRow);
}

/** What people know or said of two tasks takes the place of what they did before. */
export async function saveOverlap(connection: Connection, overlap: KnownOverlap): Promise<void> {
  const { one, other, isSameBranch, state, held } = overlap;
  const changed = { files: [...overlap.files], isSameBranch, state, held };
  await connection
    .insert(overlaps)
    .values({ one, other, ...changed })
    .onConflictDoUpdate({ target: [overlaps.one, overlaps.other], set: changed });
}

function overlapFromRow(row: typeof overlaps.$inferSelect): KnownOverlap {
  const { one, other, state, held } = row;
  if (state !== 'told' && state !== 'held' && state !== 'released') {
    throw new Error(`the overlap of ${one} and ${other} cannot be read: unknown state ${state}`);
  }
  return { ...row, one: taskId(one), other: taskId(other), state, held: held === null ? null : taskId(held) };
}
