import {
  type AgentEvent,
  type Report,
  type SessionId,
  sessionId,
  type TranscriptDigest,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { desc, eq, inArray, sql } from './drizzle.ts';
import { digestShape, reportShape } from './json-shapes.ts';
import { agentEvents, sessions, transcripts } from './schema.ts';

const EVENTS_KEPT = 300;

/** Where reading each spool stopped, in bytes. */
export async function spoolOffsets(
  connection: Connection,
  ids: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, number>> {
  if (ids.length === 0) return new Map();
  const rows = await connection
    .select({ id: sessions.id, offset: sessions.spoolOffset })
    .from(sessions)
    .where(inArray(sessions.id, [...ids]));
  return new Map(rows.map(({ id, offset }) => [sessionId(id), offset]));
}

/** Keeps events of one session and how far its spool was read with them. An event that is there already stays one. Value: how many are new. */
export async function addAgentEvents(connection: Connection, events: readonly AgentEvent[]): Promise<number> {
  const last = events.at(-1);
  if (last === undefined) return 0;
  return connection.transaction(async (tx) => {
    const added = await tx
      .insert(agentEvents)
      .values([...events])
      .onConflictDoNothing()
      .returning({ id: agentEvents.id });
    await tx.update(sessions).set({ spoolOffset: last.end }).where(eq(sessions.id, last.session));
    await tx.execute(sql`
      delete from agent_events where session = ${last.session} and id <= (
        select id from agent_events where session = ${last.session} order by id desc offset ${EVENTS_KEPT} limit 1)`);
    return added.length;
  });
}

/** The newest ones, newest last. */
export async function agentEventsOf(
  connection: Connection,
  report: ReportDamage,
  id: SessionId,
  limit: number,
): Promise<readonly AgentEvent[]> {
  const rows = await connection
    .select()
    .from(agentEvents)
    .where(eq(agentEvents.session, id))
    .orderBy(desc(agentEvents.id))
    .limit(limit);
  return readableRows(
    rows,
    'agent_events',
    (row) => `${row.session} ${row.start}`,
    ({ id: _id, ...row }): AgentEvent => ({
      ...row,
      session: sessionId(row.session),
      report: reportShape.nullable().parse(row.report),
    }),
    report,
  ).toReversed();
}

/** What was read of a transcript. */
export type ReadTranscript = {
  readonly file: string;
  /** Where reading goes on, in bytes. */
  readonly size: number;
  readonly digest: TranscriptDigest;
  /** What its newest lines say of the agent's state; null: nothing. */
  readonly report: Report | null;
  readonly readAt: Date;
};

/** Null: none was read, or what was kept of it cannot be read any more and it is read anew. */
export async function transcriptOf(
  connection: Connection,
  report: ReportDamage,
  id: SessionId,
): Promise<ReadTranscript | null> {
  const rows = await connection.select().from(transcripts).where(eq(transcripts.session, id));
  const [read] = readableRows(
    rows,
    'transcripts',
    (row) => row.session,
    ({ session: _session, ...row }): ReadTranscript => ({
      ...row,
      digest: digestShape.parse(row.digest),
      report: reportShape.nullable().parse(row.report),
    }),
    report,
  );
  return read ?? null;
}

export async function saveTranscript(
  connection: Connection,
  session: SessionId,
  read: ReadTranscript,
): Promise<void> {
  await connection
    .insert(transcripts)
    .values({ session, ...read })
    .onConflictDoUpdate({ target: transcripts.session, set: read });
}
