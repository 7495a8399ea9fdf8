import { z } from 'zod';
import {
  type Health,
  type HostFacts,
  type HostId,
  type HostIdentity,
  hostId,
  type SeenSession,
  type SessionId,
  type Stranger,
  seenOnce,
  sessionId,
} from '../src/domain/index.ts';
import { type Connection, rowsOf } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { and, asc, eq, isNotNull, sql } from './drizzle.ts';
import {
  healthShape,
  identityShape,
  linesShape,
  observationShape,
  placeShape,
  readingsShape,
  strangerShape,
} from './json-shapes.ts';
import { hostFacts, hosts, seenSessions } from './schema.ts';

/** What a look at a host changed, written together. */
export type SeenChanges = {
  /** New, or not as they were. */
  readonly sessions: readonly SeenSession[];
  /** Nobody wants to know of them any more. */
  readonly forgotten: readonly string[];
  /** Null: these were not asked for this time. */
  readonly host: {
    readonly identity: HostIdentity;
    /** Null: nothing new is known of it. */
    readonly health: Health | null;
    readonly lookedAt: Date;
  } | null;
};

/**
 * Keeps what a look brought, in one statement: nothing is written when nothing changed.
 * @param watch the lease under which it was looked. False: somebody else watches the host now, and nothing was stored.
 */
export async function recordLook(
  connection: Connection,
  watch: { readonly host: HostId; readonly owner: string; readonly generation: number },
  { sessions, forgotten, host }: SeenChanges,
): Promise<boolean> {
  if (sessions.length === 0 && forgotten.length === 0 && host === null) return true;
  const rows = await rowsOf(
    connection,
    sql`
      with held as (
        select id from hosts
        where id = ${watch.host} and watched_by = ${watch.owner} and watch_generation = ${watch.generation}
      ), facts as (
        insert into host_facts (host, identity, health, looked_at)
        select held.id, told.identity, told.health, told.looked_at
        from held, jsonb_to_recordset(${JSON.stringify(host === null ? [] : [factsJson(host)])}::text::jsonb)
          as told (identity jsonb, health jsonb, looked_at timestamptz)
        on conflict (host) do update set
          identity = excluded.identity, health = coalesce(excluded.health, host_facts.health),
          looked_at = excluded.looked_at, stranger = null
      ), forgotten as (
        delete from seen_sessions using held
        where host = held.id
          and name in (select jsonb_array_elements_text(${JSON.stringify(forgotten)}::text::jsonb))
      ), seen as (
        insert into seen_sessions (
          host, name, tmux_id, session, windows, is_attached, created_at, place, agent, agent_version,
          pull_request_url, observation, readings, screen, observed_at, since, unchanged_since, stuck_since, presence)
        select
          held.id, name, tmux_id, session, windows, is_attached, created_at, place, agent, agent_version,
          pull_request_url, observation, readings, screen, observed_at, since, unchanged_since, stuck_since, presence
        from held, jsonb_to_recordset(${JSON.stringify(sessions.map(rowFromSeen))}::text::jsonb) as told (
          name text, tmux_id text, session text, windows integer, is_attached boolean, created_at timestamptz,
          place jsonb, agent text, agent_version text, pull_request_url text, observation jsonb, readings jsonb,
          screen jsonb, observed_at timestamptz, since timestamptz, unchanged_since timestamptz,
          stuck_since timestamptz, presence text)
        on conflict (host, name) do update set
          tmux_id = excluded.tmux_id, session = excluded.session, windows = excluded.windows,
          is_attached = excluded.is_attached, created_at = excluded.created_at, place = excluded.place,
          agent = excluded.agent, agent_version = excluded.agent_version,
          pull_request_url = excluded.pull_request_url, observation = excluded.observation,
          readings = excluded.readings, screen = excluded.screen, observed_at = excluded.observed_at,
          since = excluded.since, unchanged_since = excluded.unchanged_since,
          stuck_since = excluded.stuck_since, presence = excluded.presence
      )
      select id from held`,
  );
  return rows.length > 0;
}

/**
 * Of one host, or of all: then sessions that two hosts reach are told once. In the order of hosts and names.
 * A session in the last look was seen by it, also where nothing of it changed.
 */
/** Those that are there and stuck, and since when. */
export async function stuckSessions(connection: Connection): Promise<ReadonlyMap<SessionId, Date>> {
  const { session, stuckSince } = seenSessions;
  const rows = await connection
    .select({ session, stuckSince })
    .from(seenSessions)
    .where(and(eq(seenSessions.presence, 'present'), isNotNull(session), isNotNull(stuckSince)));
  return new Map(
    rows.flatMap((row) =>
      row.session === null || row.stuckSince === null
        ? []
        : [[sessionId(row.session), row.stuckSince] as const],
    ),
  );
}

export async function listSeenSessions(
  connection: Connection,
  report: ReportDamage,
  host: HostId | null,
): Promise<readonly SeenSession[]> {
  const rows = await connection
    .select({ seen: seenSessions, lookedAt: hostFacts.lookedAt })
    .from(seenSessions)
    .innerJoin(hosts, eq(hosts.id, seenSessions.host))
    .leftJoin(hostFacts, eq(hostFacts.host, seenSessions.host))
    .where(host === null ? sql`${hosts.state} <> 'removed'` : eq(seenSessions.host, host))
    .orderBy(asc(hosts.createdAt), asc(hosts.name), asc(seenSessions.name));
  const sessions = readableRows(
    rows,
    'seen_sessions',
    ({ seen }) => `${seen.host} ${seen.name}`,
    seenFromRow,
    report,
  );
  if (host !== null) return sessions;
  return seenOnce(
    sessions,
    (await listHostFacts(connection, report)).map((facts) => ({
      id: facts.host,
      identity: facts.identity,
    })),
  );
}

export async function findSeenSession(
  connection: Connection,
  report: ReportDamage,
  host: HostId,
  name: string,
): Promise<SeenSession | null> {
  const rows = await connection
    .select({ seen: seenSessions, lookedAt: hostFacts.lookedAt })
    .from(seenSessions)
    .leftJoin(hostFacts, eq(hostFacts.host, seenSessions.host))
    .where(and(eq(seenSessions.host, host), eq(seenSessions.name, name)));
  const [seen] = readableRows(
    rows,
    'seen_sessions',
    (row) => `${row.seen.host} ${row.seen.name}`,
    seenFromRow,
    report,
  );
  return seen ?? null;
}

/** Of every host in use that something is known of, in the order they were added. */
export async function listHostFacts(
  connection: Connection,
  report: ReportDamage,
): Promise<readonly HostFacts[]> {
  const rows = await connection
    .select({ facts: hostFacts })
    .from(hostFacts)
    .innerJoin(hosts, eq(hosts.id, hostFacts.host))
    .where(sql`${hosts.state} <> 'removed'`)
    .orderBy(asc(hosts.createdAt), asc(hosts.name));
  return readableRows(
    rows,
    'host_facts',
    ({ facts }) => facts.host,
    ({ facts }) => factsFromRow(facts),
    report,
  );
}

/** What a provider says of a host. `staleSince`: since when it could not be asked again. */
export async function recordInventory(
  connection: Connection,
  told: Pick<
    HostFacts,
    'host' | 'provider' | 'region' | 'isRunning' | 'toldSessions' | 'staleSince' | 'absentSince'
  >,
): Promise<void> {
  await connection.insert(hostFacts).values(told).onConflictDoUpdate({ target: hostFacts.host, set: told });
}

/** Counts an answer of another machine. True: it is the first of that machine in a row, so people do not know of it yet. */
export async function recordMisroute(
  connection: Connection,
  host: HostId,
  stranger: Stranger,
): Promise<boolean> {
  const [before] = await connection.select().from(hostFacts).where(eq(hostFacts.host, host));
  const known = before?.stranger === undefined ? null : strangerShape.safeParse(before.stranger);
  const isKnown =
    known?.success === true &&
    known.data.identity.machineId === stranger.identity.machineId &&
    known.data.identity.hostKey === stranger.identity.hostKey &&
    known.data.identity.hostName === stranger.identity.hostName;
  await connection
    .insert(hostFacts)
    .values({ host, stranger, misroutedLooks: 1 })
    .onConflictDoUpdate({
      target: hostFacts.host,
      set: {
        misroutedLooks: sql`${hostFacts.misroutedLooks} + 1`,
        ...(isKnown ? {} : { stranger }),
      },
    });
  return !isKnown;
}

/** From now on the machine that answers in its place is this host. False: none does. */
export async function acceptStranger(connection: Connection, host: HostId): Promise<boolean> {
  const accepted = await connection
    .update(hostFacts)
    .set({ identity: sql`stranger -> 'identity'`, stranger: null })
    .where(and(eq(hostFacts.host, host), sql`stranger is not null and stranger <> 'null'::jsonb`))
    .returning({ host: hostFacts.host });
  return accepted.length > 0;
}

/** Since when a host pushes nothing any more; null: it does again. */
export async function recordSilence(
  connection: Connection,
  host: HostId,
  silentSince: Date | null,
): Promise<void> {
  await connection
    .insert(hostFacts)
    .values({ host, silentSince })
    .onConflictDoUpdate({ target: hostFacts.host, set: { silentSince } });
}

const presence = z.enum(['present', 'missing']);

function seenFromRow({
  seen: row,
  lookedAt,
}: {
  readonly seen: typeof seenSessions.$inferSelect;
  readonly lookedAt: Date | null;
}): SeenSession {
  const isPresent = presence.parse(row.presence) === 'present';
  return {
    ...row,
    host: hostId(row.host),
    session: row.session === null ? null : sessionId(row.session),
    place: placeShape.nullable().parse(row.place),
    observation: observationShape.parse(row.observation),
    readings: readingsShape.parse(row.readings),
    screen: linesShape.parse(row.screen),
    observedAt: isPresent && lookedAt !== null && lookedAt > row.observedAt ? lookedAt : row.observedAt,
    presence: isPresent ? 'present' : 'missing',
  };
}

function factsFromRow(row: typeof hostFacts.$inferSelect): HostFacts {
  return {
    ...row,
    host: hostId(row.host),
    toldSessions: linesShape.parse(row.toldSessions),
    identity: identityShape.nullable().parse(row.identity),
    health: healthShape.nullable().parse(row.health),
    stranger: strangerShape.nullable().parse(row.stranger),
  };
}

function factsJson({ identity, health, lookedAt }: NonNullable<SeenChanges['host']>) {
  return { identity, health, looked_at: lookedAt };
}

function rowFromSeen(seen: SeenSession) {
  return {
    name: seen.name,
    tmux_id: seen.tmuxId,
    session: seen.session,
    windows: seen.windows,
    is_attached: seen.isAttached,
    created_at: seen.createdAt,
    place: seen.place,
    agent: seen.agent,
    agent_version: seen.agentVersion,
    pull_request_url: seen.pullRequestUrl,
    observation: seen.observation,
    readings: seen.readings,
    screen: seen.screen,
    observed_at: seen.observedAt,
    since: seen.since,
    unchanged_since: seen.unchangedSince,
    stuck_since: seen.stuckSince,
    presence: seen.presence,
  };
}
