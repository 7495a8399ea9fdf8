import {
  type AccountLimit,
  type ActorId,
  type ProjectId,
  type SessionId,
  type Spend,
  sessionId,
  type TaskId,
  type Tokens,
  type Usage,
  type Used,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, eq, gt, gte, inArray, lte, sql } from './drizzle.ts';
import { accountLimits, budgetCaps, modelCalls, sessions, tasks, usageOfDays } from './schema.ts';

/** Those that end after this moment. */
export async function accountLimitsAfter(
  connection: Connection,
  after: Date,
): Promise<readonly AccountLimit[]> {
  const rows = await connection.select().from(accountLimits).where(gt(accountLimits.until, after));
  return rows.map(limitFromRow);
}

export async function accountLimitOf(connection: Connection, id: SessionId): Promise<AccountLimit | null> {
  const [row] = await connection.select().from(accountLimits).where(eq(accountLimits.session, id));
  return row === undefined ? null : limitFromRow(row);
}

/** Those whose time is over and whose session was not let go on yet; the session lives. */
export async function accountLimitsToEnd(connection: Connection, at: Date): Promise<readonly AccountLimit[]> {
  const rows = await connection
    .select({ limit: accountLimits })
    .from(accountLimits)
    .innerJoin(sessions, eq(sessions.id, accountLimits.session))
    .where(and(lte(accountLimits.until, at), eq(accountLimits.isOver, false), eq(sessions.state, 'live')));
  return rows.map(({ limit }) => limitFromRow(limit));
}

export async function saveAccountLimit(connection: Connection, limit: AccountLimit): Promise<void> {
  const { account, ...rest } = limit;
  const row = { ...rest, account: account.key, title: account.title };
  await connection
    .insert(accountLimits)
    .values(row)
    .onConflictDoUpdate({ target: accountLimits.session, set: row });
}

/** Lets the limits of an account end at a moment that may be past. Value: how many would have ended later. */
export async function liftAccountLimits(connection: Connection, key: string, until: Date): Promise<number> {
  const rows = await connection
    .update(accountLimits)
    .set({ until })
    .where(and(eq(accountLimits.account, key), gt(accountLimits.until, until)))
    .returning({ session: accountLimits.session });
  return rows.length;
}

/**
 * Keeps what a transcript tells of usage so far: what is more than before is of the day of `at`.
 * @param usage its total; input without what was read from the cache
 */
export async function recordUsage(
  connection: Connection,
  session: SessionId,
  file: string,
  usage: Usage,
  at: Date,
): Promise<void> {
  const [before] = await connection
    .select({ ...TOKEN_SUMS, costUsd: sql<number | null>`sum(${usageOfDays.costUsd})::float8` })
    .from(usageOfDays)
    .where(and(eq(usageOfDays.session, session), eq(usageOfDays.file, file)));
  const grown = {
    inputTokens: usage.inputTokens - Number(before?.input ?? 0),
    outputTokens: usage.outputTokens - Number(before?.output ?? 0),
    cacheReadTokens: usage.cacheReadTokens - Number(before?.cacheRead ?? 0),
    cacheWriteTokens: usage.cacheWriteTokens - Number(before?.cacheWrite ?? 0),
    costUsd: usage.costUsd === null ? null : usage.costUsd - (before?.costUsd ?? 0),
  };
  if (Object.values(grown).every((each) => each === 0 || each === null)) return;
  await connection
    .insert(usageOfDays)
    .values({ session, file, day: dayOf(at), ...grown })
    .onConflictDoUpdate({
      target: [usageOfDays.session, usageOfDays.file, usageOfDays.day],
      set: {
        inputTokens: sql`${usageOfDays.inputTokens} + excluded.input_tokens`,
        outputTokens: sql`${usageOfDays.outputTokens} + excluded.output_tokens`,
        cacheReadTokens: sql`${usageOfDays.cacheReadTokens} + excluded.cache_read_tokens`,
        cacheWriteTokens: sql`${usageOfDays.cacheWriteTokens} + excluded.cache_write_tokens`,
        costUsd: sql`coalesce(${usageOfDays.costUsd} + excluded.cost_usd, excluded.cost_usd, ${usageOfDays.costUsd})`,
      },
    });
}

/** Its begin, in UTC. */
function dayOf(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
}

const TOKEN_SUMS = {
  input: sql<string>`coalesce(sum(${usageOfDays.inputTokens}), 0)`,
  output: sql<string>`coalesce(sum(${usageOfDays.outputTokens}), 0)`,
  cacheRead: sql<string>`coalesce(sum(${usageOfDays.cacheReadTokens}), 0)`,
  cacheWrite: sql<string>`coalesce(sum(${usageOfDays.cacheWriteTokens}), 0)`,
};

export async function usageOfTask(connection: Connection, task: TaskId): Promise<readonly Used[]> {
  return usedBy(connection, eq(sessions.task, task));
}

/** Of all its tasks, on this day and since. */
export async function usageOfProject(
  connection: Connection,
  project: ProjectId,
  from: Date,
): Promise<readonly Used[]> {
  return usedBy(connection, and(eq(tasks.project, project), gte(usageOfDays.day, dayOf(from))));
}

async function usedBy(connection: Connection, which: ReturnType<typeof and>): Promise<readonly Used[]> {
  const rows = await connection
    .select({
      agent: sessions.agent,
      isPriced: sql<boolean>`${usageOfDays.costUsd} is not null`,
      costUsd: sql<number>`coalesce(sum(${usageOfDays.costUsd}), 0)::float8`,
      ...TOKEN_SUMS,
    })
    .from(usageOfDays)
    .innerJoin(sessions, eq(sessions.id, usageOfDays.session))
    .innerJoin(tasks, eq(tasks.id, sessions.task))
    .where(which)
    .groupBy(sessions.agent, sql`${usageOfDays.costUsd} is not null`);
  return rows.map(({ agent, isPriced, costUsd, ...sums }) => ({
    agent,
    costUsd,
    unpriced: isPriced ? NO_TOKENS : tokensOf(sums),
  }));
}

const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

function tokensOf({ input, output, cacheRead, cacheWrite }: Record<keyof Tokens, string>): Tokens {
  return {
    input: Number(input),
    output: Number(output),
    cacheRead: Number(cacheRead),
    cacheWrite: Number(cacheWrite),
  };
}

/** What was asked of the model for a project's tasks, from that moment on. */
export async function modelSpend(connection: Connection, project: ProjectId, from: Date): Promise<Spend> {
  const { costUsd, inputTokens, outputTokens, startedAt } = modelCalls;
  const [row] = await connection
    .select({
      usd: sql<number>`coalesce(sum(${costUsd}), 0)::float8`,
      unpriced: sql<string>`coalesce(sum(${inputTokens} + ${outputTokens}) filter (where ${costUsd} is null), 0)`,
    })
    .from(modelCalls)
    .innerJoin(tasks, eq(tasks.id, modelCalls.task))
    .where(and(eq(tasks.project, project), gte(startedAt, from)));
  return { usd: row?.usd ?? 0, unpricedTokens: Number(row?.unpriced ?? 0) };
}

/** Caps that people set, by scope. */
export async function budgetCapsOf(
  connection: Connection,
  scopes: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (scopes.length === 0) return new Map();
  const rows = await connection
    .select()
    .from(budgetCaps)
    .where(inArray(budgetCaps.scope, [...scopes]));
  return new Map(rows.map(({ scope, capUsd }) => [scope, capUsd]));
}

export async function setBudgetCap(
  connection: Connection,
  scope: string,
  capUsd: number,
  setBy: ActorId,
  setAt: Date,
): Promise<void> {
  const row = { scope, capUsd, setBy, setAt };
  await connection.insert(budgetCaps).values(row).onConflictDoUpdate({ target: budgetCaps.scope, set: row });
}

function limitFromRow(row: typeof accountLimits.$inferSelect): AccountLimit {
  const { account, title, ...rest } = row;
  return { ...rest, session: sessionId(row.session), account: { key: account, title } };
}
