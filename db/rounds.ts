import {
  actorId,
  ROUND_KINDS,
  type Round,
  type RoundId,
  roundId,
  type ThreadId,
  threadId,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { desc, eq, max, sql } from './drizzle.ts';
import { rounds } from './schema.ts';

type Row = typeof rounds.$inferSelect;

const ROUND_NUMBER_LOCK = 7_021_735;

/** One more than the last. Use it inside the transaction that adds the round. */
export async function nextRoundId(connection: Connection): Promise<RoundId> {
  await connection.execute(sql`select pg_advisory_xact_lock(${ROUND_NUMBER_LOCK})`);
  const [row] = await connection.select({ last: max(rounds.id) }).from(rounds);
  return roundId((row?.last ?? 0) + 1);
}

export async function insertRound(connection: Connection, round: Round): Promise<void> {
  await connection.insert(rounds).values(rowFromRound(round));
}

export async function updateRound(connection: Connection, round: Round): Promise<void> {
  const { id, ...rest } = rowFromRound(round);
  await connection.update(rounds).set(rest).where(eq(rounds.id, id));
}

export async function findRound(connection: Connection, id: RoundId): Promise<Round | null> {
  const [row] = await connection.select().from(rounds).where(eq(rounds.id, id));
  return row === undefined ? null : roundFromRow(row);
}

/** Newest first. */
export async function recentRounds(connection: Connection, limit: number): Promise<readonly Round[]> {
  const rows = await connection.select().from(rounds).orderBy(desc(rounds.id)).limit(limit);
  return rows.map(roundFromRow);
}

/** The round that is told in a thread. */
export async function roundOfThread(connection: Connection, id: ThreadId): Promise<Round | null> {
  const [row] = await connection.select().from(rounds).where(eq(rounds.thread, id));
  return row === undefined ? null : roundFromRow(row);
}

function rowFromRound({ by, ...round }: Round): Row {
  return { ...round, askedBy: by };
}

function roundFromRow({ id, kind, askedBy, thread, ...row }: Row): Round {
  return {
    ...row,
    id: roundId(id),
    kind: ROUND_KINDS.find((each) => each === kind) ?? 'dry-run',
    by: actorId(askedBy),
    thread: thread === null ? null : threadId(thread),
  };
}
