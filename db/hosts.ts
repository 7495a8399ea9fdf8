import { z } from 'zod';
import { type Host, type HostId, hostId, type Reach } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { and, asc, eq, ne } from './drizzle.ts';
import { reachShape, transportShape } from './json-shapes.ts';
import { hosts } from './schema.ts';

type Row = typeof hosts.$inferSelect;

export async function insertHost(connection: Connection, host: Host, at: Date): Promise<void> {
  await connection.insert(hosts).values({ ...host, createdAt: at });
}

export async function updateHost(connection: Connection, host: Host): Promise<void> {
  const { id, name, transport, capacity, state, reach } = host;
  await connection.update(hosts).set({ name, transport, capacity, state, reach }).where(eq(hosts.id, id));
}

export async function recordReach(connection: Connection, id: HostId, reach: Reach): Promise<void> {
  await connection.update(hosts).set({ reach }).where(eq(hosts.id, id));
}

/** Removed hosts too: old tasks name them. Null also where its row cannot be read. */
export async function findHost(
  connection: Connection,
  report: ReportDamage,
  id: HostId,
): Promise<Host | null> {
  const rows = await connection.select().from(hosts).where(eq(hosts.id, id));
  return readable(rows, report)[0] ?? null;
}

/** Reads a host and keeps it from changing until the transaction ends: who fills it waits for the one before. */
export async function lockHost(
  connection: Connection,
  report: ReportDamage,
  id: HostId,
): Promise<Host | null> {
  const rows = await connection.select().from(hosts).where(eq(hosts.id, id)).for('no key update');
  return readable(rows, report)[0] ?? null;
}

export async function hostNamed(
  connection: Connection,
  report: ReportDamage,
  name: string,
): Promise<Host | null> {
  const rows = await connection
    .select()
    .from(hosts)
    .where(and(eq(hosts.name, name), ne(hosts.state, 'removed')));
  return readable(rows, report)[0] ?? null;
}

/** In the order they were added, without the removed ones. */
export async function listHosts(connection: Connection, report: ReportDamage): Promise<readonly Host[]> {
  const rows = await connection
    .select()
    .from(hosts)
    .where(ne(hosts.state, 'removed'))
    .orderBy(asc(hosts.createdAt), asc(hosts.name));
  return readable(rows, report);
}

export async function hostNames(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.select({ id: hosts.id, name: hosts.name }).from(hosts);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** @throws ZodError, of what this version cannot read */
export function hostFromRow({ id, name, transport, capacity, state, reach }: Row): Host {
  return {
    id: hostId(id),
    name,
    transport: transportShape.parse(transport),
    capacity,
    state: z.enum(['active', 'draining', 'excluded', 'removed']).parse(state),
    reach: reachShape.parse(reach),
  };
}

function readable(rows: readonly Row[], report: ReportDamage): readonly Host[] {
  return readableRows(rows, 'hosts', ({ name }) => name, hostFromRow, report);
}
