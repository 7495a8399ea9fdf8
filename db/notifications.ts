import type { Notification, Surface, ThreadId } from '../src/domain/index.ts';
import { threadId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, eq } from './drizzle.ts';
import { notifications } from './schema.ts';

export async function notificationsOf(
  connection: Connection,
  thread: ThreadId,
  surface: Surface,
): Promise<readonly Notification[]> {
  const rows = await connection
    .select()
    .from(notifications)
    .where(and(eq(notifications.thread, thread), eq(notifications.surface, surface)));
  return rows.map(notificationFromRow);
}

/** Writes `claimed` once per (thread, surface, key); the row that stands otherwise. */
export async function claimNotification(
  connection: Connection,
  wanted: { readonly id: string; readonly thread: ThreadId; readonly surface: Surface; readonly key: string },
  at: Date,
): Promise<{ readonly notification: Notification; readonly isNew: boolean }> {
  const [fresh] = await connection
    .insert(notifications)
    .values({ ...wanted, state: 'claimed', claimedAt: at })
    .onConflictDoNothing()
    .returning();
  if (fresh !== undefined) return { notification: notificationFromRow(fresh), isNew: true };
  const [standing] = await connection
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.thread, wanted.thread),
        eq(notifications.surface, wanted.surface),
        eq(notifications.key, wanted.key),
      ),
    );
  if (standing === undefined) throw new Error(`notification ${wanted.key} could be neither written nor read`);
  return { notification: notificationFromRow(standing), isNew: false };
}

export async function recordSent(
  connection: Connection,
  id: string,
  sent: { readonly messageId: string; readonly digest: string },
  at: Date,
): Promise<void> {
  await connection
    .update(notifications)
    .set({ state: 'sent', messageId: sent.messageId, digest: sent.digest, why: null, sentAt: at })
    .where(eq(notifications.id, id));
}

export async function recordUndeliverable(
  connection: Connection,
  id: string,
  why: string,
  at: Date,
): Promise<void> {
  await connection
    .update(notifications)
    .set({ state: 'undeliverable', why, sentAt: at })
    .where(eq(notifications.id, id));
}

function notificationFromRow(row: typeof notifications.$inferSelect): Notification {
  const common = {
    id: row.id,
    thread: threadId(row.thread),
    surface: row.surface === 'github' ? ('github' as const) : ('slack' as const),
    key: row.key,
  };
  if (row.state === 'sent' && row.messageId !== null && row.digest !== null) {
    return { ...common, state: 'sent', messageId: row.messageId, digest: row.digest };
  }
  if (row.state === 'undeliverable') return { ...common, state: 'undeliverable', why: row.why ?? '' };
  return { ...common, state: 'claimed' };
}
