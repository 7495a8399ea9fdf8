import { type Host, type HostFacts, type HostId, hostId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { and, asc, eq, isNull, ne, sql } from './drizzle.ts';
import { hostFromRow } from './hosts.ts';
import { hostFacts, hosts } from './schema.ts';

/** A host as a provider told of it the last time. */
export type InventoryEntry = {
  readonly host: Host;
  readonly told: Pick<
    HostFacts,
    'provider' | 'region' | 'isRunning' | 'toldSessions' | 'staleSince' | 'absentSince'
  >;
};

/** What belongs to a provider, in the order it was added; removed hosts too. A host that nobody told of was written down. */
export async function inventoryOf(
  connection: Connection,
  report: ReportDamage,
  provider: string,
): Promise<readonly InventoryEntry[]> {
  const rows = await connection
    .select({ host: hosts, facts: hostFacts })
    .from(hosts)
    .leftJoin(hostFacts, eq(hostFacts.host, hosts.id))
    .where(sql`coalesce(${hostFacts.provider}, 'static') = ${provider}`)
    .orderBy(asc(hosts.createdAt), asc(hosts.name));
  const read = ({ host, facts }: (typeof rows)[number]): InventoryEntry => ({
    host: hostFromRow(host),
    told: {
      provider,
      region: facts?.region ?? null,
      isRunning: facts?.isRunning ?? null,
      toldSessions: namesOf(facts?.toldSessions),
      staleSince: facts?.staleSince ?? null,
      absentSince: facts?.absentSince ?? null,
    },
  });
  return readableRows(rows, 'hosts', ({ host }) => host.name, read, report);
}

/** Hosts of which the provider says that they are off: nobody has to try. */
export async function stoppedHosts(connection: Connection): Promise<ReadonlySet<HostId>> {
  const rows = await connection
    .select({ host: hostFacts.host })
    .from(hostFacts)
    .where(eq(hostFacts.isRunning, false));
  return new Set(rows.map(({ host }) => hostId(host)));
}

/** Another text whenever `listHosts` or `stoppedHosts` would say something else; to read those costs more. */
export async function hostsVersion(connection: Connection): Promise<string> {
  const { id, name, transport, capacity, state, reach, createdAt } = hosts;
  const told = sql`(${id}, ${name}, ${transport}, ${capacity}, ${state}, ${reach}, ${createdAt}, ${hostFacts.isRunning})::text`;
  const [row] = await connection
    .select({ version: sql<string | null>`md5(string_agg(${told}, '' order by ${id}))` })
    .from(hosts)
    .leftJoin(hostFacts, eq(hostFacts.host, id));
  return row?.version ?? 'none';
}

/** The provider could not be asked: what it told is as old as it was when that began. */
export async function markStale(connection: Connection, provider: string, since: Date): Promise<void> {
  await connection
    .update(hostFacts)
    .set({ staleSince: since })
    .where(
      and(
        eq(hostFacts.provider, provider),
        isNull(hostFacts.staleSince),
        sql`exists (select 1 from ${hosts} where ${hosts.id} = ${hostFacts.host} and ${ne(hosts.state, 'removed')})`,
      ),
    );
}

function namesOf(json: unknown): readonly string[] {
  return Array.isArray(json) ? json.filter((each) => typeof each === 'string') : [];
}
