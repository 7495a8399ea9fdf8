import type { Event, StoredEvent, TaskId, ThreadId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { asc, eq, sql } from './drizzle.ts';
import { events } from './schema.ts';

export async function insertEvents(connection: Connection, happened: readonly Event[]): Promise<void> {
  if (happened.length === 0) return;
  await connection.insert(events).values(
    happened.map((event) => ({
      task: event.task,
      thread: event.thread,
      kind: event.kind,
      at: event.at,
      data: event,
    })),
  );
}

export async function eventsOfThread(
  connection: Connection,
  thread: ThreadId,
): Promise<readonly StoredEvent[]> {
  const rows = await connection
    .select()
    .from(events)
    .where(eq(events.thread, thread))
    .orderBy(asc(events.sequence));
  return rows.map(eventFromRow);
}

/** Newest last, at most `limit`. */
export async function eventsOfTask(
  connection: Connection,
  task: TaskId,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const rows = await connection
    .select()
    .from(events)
    .where(eq(events.task, task))
    .orderBy(sql`${events.sequence} desc`)
    .limit(limit);
  return rows.map(eventFromRow).reverse();
}

function eventFromRow({ data, at, sequence }: typeof events.$inferSelect): StoredEvent {
  if (data.kind === 'task-locked') {
    // JSON keeps a moment as text.
    return { ...data, at, sequence, until: data.until === null ? null : new Date(data.until) };
  }
  return { ...data, at, sequence };
}
