import { and, asc, eq, ne } from 'drizzle-orm';
import { type Host, type HostId, hostId, type Reach } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
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

/** Removed hosts too: old tasks name them. */
export async function findHost(connection: Connection, id: HostId): Promise<Host | null> {
  const [row] = await connection.select().from(hosts).where(eq(hosts.id, id));
  return row === undefined ? null : hostFromRow(row);
}

/** Reads a host and keeps it from changing until the transaction ends: who fills it waits for the one before. */
export async function lockHost(connection: Connection, id: HostId): Promise<Host | null> {
  const [row] = await connection.select().from(hosts).where(eq(hosts.id, id)).for('no key update');
  return row === undefined ? null : hostFromRow(row);
}

export async function hostNamed(connection: Connection, name: string): Promise<Host | null> {
  const [row] = await connection
    .select()
    .from(hosts)
    .where(and(eq(hosts.name, name), ne(hosts.state, 'removed')));
  return row === undefined ? null : hostFromRow(row);
}

/** In the order they were added, without the removed ones. */
export async function listHosts(connection: Connection): Promise<readonly Host[]> {
  const rows = await connection
    .select()
    .from(hosts)
    .where(ne(hosts.state, 'removed'))
    .orderBy(asc(hosts.createdAt), asc(hosts.name));
  return rows.map(hostFromRow);
}

export async function hostNames(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.select({ id: hosts.id, name: hosts.name }).from(hosts);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export function hostFromRow({ id, name, transport, capacity, state, reach }: Row): Host {
  if (state !== 'active' && state !== 'draining' && state !== 'excluded' && state !== 'removed') {
    throw new Error(`host ${name} cannot be read: unknown state ${state}`);
  }
  return { id: hostId(id), name, transport, capacity, state, reach: reachFromJson(reach) };
}

// JSON keeps a moment as text.
function reachFromJson(reach: Reach): Reach {
  return reach.state === 'unknown' ? reach : { ...reach, since: new Date(reach.since) };
}
