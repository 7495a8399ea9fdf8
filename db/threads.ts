import { type RepoName, type Surface, type Thread, type ThreadId, threadId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, asc, eq, inArray, isNotNull, sql } from './drizzle.ts';
import { events, notifications, threads } from './schema.ts';

export async function insertThread(connection: Connection, thread: Thread, at: Date): Promise<void> {
  await connection.insert(threads).values({
    id: thread.id,
    slackChannel: thread.slack?.channel ?? null,
    slackTs: thread.slack?.messageTs ?? null,
    issueRepo: thread.issue?.repo ?? null,
    issueNumber: thread.issue?.issue ?? null,
    createdAt: at,
  });
}

export async function findThread(connection: Connection, id: ThreadId): Promise<Thread | null> {
  const [row] = await connection.select().from(threads).where(eq(threads.id, id));
  return row === undefined ? null : threadFromRow(row);
}

export async function threadOfIssue(
  connection: Connection,
  repo: RepoName,
  issue: number,
): Promise<Thread | null> {
  const [row] = await connection
    .select()
    .from(threads)
    .where(and(sql`lower(${threads.issueRepo}) = lower(${repo})`, eq(threads.issueNumber, issue)));
  return row === undefined ? null : threadFromRow(row);
}

export async function threadOfMessage(
  connection: Connection,
  channel: string,
  ts: string,
): Promise<Thread | null> {
  const [row] = await connection
    .select()
    .from(threads)
    .where(and(eq(threads.slackChannel, channel), eq(threads.slackTs, ts)));
  return row === undefined ? null : threadFromRow(row);
}

/** The card's own message. On GitHub the comment is found by its notification. */
export async function recordCardMessage(
  connection: Connection,
  id: ThreadId,
  surface: Surface,
  messageId: string,
): Promise<void> {
  if (surface === 'slack')
    await connection.update(threads).set({ slackTs: messageId }).where(eq(threads.id, id));
}

/** One process tells a thread at a time. False: another one is at it. */
export async function claimThread(
  connection: Connection,
  id: ThreadId,
  owner: string,
  at: Date,
  until: Date,
): Promise<boolean> {
  const rows = await connection
    .update(threads)
    .set({ lockedBy: owner, lockedUntil: until })
    .where(
      and(
        eq(threads.id, id),
        sql`(${threads.lockedUntil} is null or ${threads.lockedUntil} < ${at.toISOString()}::timestamptz)`,
      ),
    )
    .returning({ id: threads.id });
  return rows.length > 0;
}

export async function releaseThread(connection: Connection, id: ThreadId, owner: string): Promise<void> {
  await connection
    .update(threads)
    .set({ lockedBy: null, lockedUntil: null })
    .where(and(eq(threads.id, id), eq(threads.lockedBy, owner)));
}

/** Takes back the claims of processes that are gone. */
export async function releaseThreadClaims(
  connection: Connection,
  isGone: (owner: string) => boolean,
): Promise<void> {
  const held = await connection
    .selectDistinct({ owner: threads.lockedBy })
    .from(threads)
    .where(isNotNull(threads.lockedBy));
  const gone = held.flatMap(({ owner }) => (owner !== null && isGone(owner) ? [owner] : []));
  if (gone.length === 0) return;
  await connection
    .update(threads)
    .set({ lockedBy: null, lockedUntil: null })
    .where(inArray(threads.lockedBy, gone));
}

/** Threads with something newer to tell than their last message: what a crash may have left untold. */
export async function untoldThreads(connection: Connection): Promise<readonly ThreadId[]> {
  const rows = await connection
    .select({ id: threads.id })
    .from(threads)
    .where(
      sql`exists (select 1 from ${events} where ${events.thread} = ${threads.id} and ${events.at} > coalesce(
        (select max(${notifications.sentAt}) from ${notifications} where ${notifications.thread} = ${threads.id}), '-infinity'))`,
    )
    .orderBy(asc(threads.createdAt));
  return rows.map(({ id }) => threadId(id));
}

function threadFromRow(row: typeof threads.$inferSelect): Thread {
  return {
    id: threadId(row.id),
    slack: row.slackChannel === null ? null : { channel: row.slackChannel, messageTs: row.slackTs },
    issue:
      row.issueRepo === null || row.issueNumber === null
        ? null
        : { repo: row.issueRepo, issue: row.issueNumber },
  };
}
