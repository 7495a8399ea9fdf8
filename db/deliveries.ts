import { type Delivery, type DeliverySource, deliveryId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, asc, eq, isNull, sql } from './drizzle.ts';
import { deliveries } from './schema.ts';

export type DeliveryKey = Pick<Delivery, 'source' | 'id'>;

/** False: it is here already. */
export async function insertDelivery(connection: Connection, delivery: Delivery): Promise<boolean> {
  const rows = await connection
    .insert(deliveries)
    .values({ ...delivery, doneAt: null, outcome: null })
    .onConflictDoNothing()
    .returning({ id: deliveries.id });
  return rows.length > 0;
}

/** Null: no such delivery, or it is done. */
export async function openDelivery(
  connection: Connection,
  { source, id }: DeliveryKey,
): Promise<Delivery | null> {
  const [row] = await connection.select().from(deliveries).where(isOpen({ source, id }));
  return row === undefined ? null : deliveryFromRow(row);
}

export async function openDeliveries(connection: Connection): Promise<readonly Delivery[]> {
  const rows = await connection
    .select()
    .from(deliveries)
    .where(isNull(deliveries.doneAt))
    .orderBy(asc(deliveries.receivedAt));
  return rows.map(deliveryFromRow);
}

/** Marks a delivery as done. False: it was done before, and what it asked for must not be done again. */
export async function finishDelivery(
  connection: Connection,
  key: DeliveryKey,
  outcome: string,
  at: Date,
): Promise<boolean> {
  const rows = await connection
    .update(deliveries)
    .set({ doneAt: at, outcome })
    .where(isOpen(key))
    .returning({ id: deliveries.id });
  return rows.length > 0;
}

function isOpen({ source, id }: DeliveryKey) {
  return and(eq(deliveries.source, source), eq(deliveries.id, id), sql`${deliveries.doneAt} is null`);
}

function deliveryFromRow({
  source,
  id,
  kind,
  payload,
  receivedAt,
}: typeof deliveries.$inferSelect): Delivery {
  return { source: parseSource(source), id: deliveryId(id), kind, payload, receivedAt };
}

function parseSource(source: string): DeliverySource {
  if (source !== 'slack' && source !== 'github') throw new Error(`unknown delivery source ${source}`);
  return source;
}
