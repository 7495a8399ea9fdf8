import { hostId, type Lesson, type TrackRecord, type WorkKind } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { sql } from './drizzle.ts';
import { trackRecords } from './schema.ts';

/** Counts in the database, so that two ends at once are two. */
export async function recordLesson(
  connection: Connection,
  { work, host, agent, hasSucceeded }: Lesson,
): Promise<void> {
  const succeeded = hasSucceeded ? 1 : 0;
  const failed = 1 - succeeded;
  await connection
    .insert(trackRecords)
    .values({ work, host, agent, succeeded, failed })
    .onConflictDoUpdate({
      target: [trackRecords.work, trackRecords.host, trackRecords.agent],
      set: {
        succeeded: sql`${trackRecords.succeeded} + ${succeeded}`,
        failed: sql`${trackRecords.failed} + ${failed}`,
      },
    });
}

export async function listTrackRecords(connection: Connection): Promise<readonly TrackRecord[]> {
  const rows = await connection.select().from(trackRecords);
  return rows.flatMap((row) => {
    const work = WORK_KINDS.find((each) => each === row.work);
    // Another version sorts otherwise: what it counted is of no use here.
    return work === undefined ? [] : [{ ...row, work, host: hostId(row.host) }];
  });
}

const WORK_KINDS: readonly WorkKind[] = ['fix', 'test', 'docs', 'upkeep', 'feature', 'other'];
