import {
  type Decision,
  type ProjectId,
  projectId,
  type SessionId,
  type StoredModelCall,
  sessionId,
  taskId,
  type Verdict,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { and, desc, eq, gte, isNotNull, lt } from './drizzle.ts';
import { modelQuestionShape } from './model-question-shape.ts';
import { modelCalls, tasks } from './schema.ts';

/** What it cost is kept for good; what was asked only for as long as somebody may want to ask it again. */
const QUESTIONS_KEPT_MS = 30 * 24 * 3_600_000;

export async function insertModelCall(connection: Connection, call: StoredModelCall): Promise<void> {
  const { usage, decided, question, ...same } = call;
  await connection.insert(modelCalls).values({
    ...same,
    inputTokens: usage.input,
    outputTokens: usage.output,
    cacheReadTokens: usage.cacheRead,
    cacheWriteTokens: usage.cacheWrite,
    question,
    messagesRead: question.messagesRead,
    decision: decided?.decision ?? null,
    verdict: decided?.verdict ?? null,
  });
  const tooOld = new Date(call.startedAt.getTime() - QUESTIONS_KEPT_MS);
  await connection
    .update(modelCalls)
    .set({ question: null })
    .where(and(lt(modelCalls.startedAt, tooOld), isNotNull(modelCalls.question)));
}

export async function lastModelCall(
  connection: Connection,
  session: SessionId,
): Promise<{
  readonly endedAt: Date;
  readonly messagesRead: number;
  readonly decision: Decision | null;
  readonly verdict: Verdict | null;
} | null> {
  const [row] = await connection
    .select({
      endedAt: modelCalls.endedAt,
      messagesRead: modelCalls.messagesRead,
      decision: modelCalls.decision,
      verdict: modelCalls.verdict,
    })
    .from(modelCalls)
    .where(and(eq(modelCalls.session, session), isNotNull(modelCalls.decision)))
    .orderBy(desc(modelCalls.id))
    .limit(1);
  return row ?? null;
}

/** Decided on since then, newest first, at most `limit`; those that cannot be read are left out and reported. */
export async function modelCallsSince(
  connection: Connection,
  report: ReportDamage,
  since: Date,
  limit: number,
): Promise<{
  readonly calls: readonly (StoredModelCall & { readonly project: ProjectId })[];
  readonly leftOut: number;
}> {
  const which = and(
    gte(modelCalls.startedAt, since),
    isNotNull(modelCalls.question),
    isNotNull(modelCalls.decision),
  );
  const rows = await connection
    .select({ call: modelCalls, project: tasks.project })
    .from(modelCalls)
    .innerJoin(tasks, eq(tasks.id, modelCalls.task))
    .where(which)
    .orderBy(desc(modelCalls.id))
    .limit(limit);
  const count = await connection.$count(modelCalls, which);
  const calls = readableRows(
    rows,
    'model_calls',
    ({ call }) => String(call.id),
    ({ call, project }) => ({ ...callFromRow(call), project: projectId(project) }),
    report,
  );
  return { calls, leftOut: count - rows.length };
}

function callFromRow({ decision, verdict, ...row }: typeof modelCalls.$inferSelect): StoredModelCall {
  return {
    protocol: row.protocol,
    model: row.model,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    tries: row.tries,
    usage: {
      input: row.inputTokens,
      output: row.outputTokens,
      cacheRead: row.cacheReadTokens,
      cacheWrite: row.cacheWriteTokens,
    },
    costUsd: row.costUsd,
    task: taskId(row.task),
    session: sessionId(row.session),
    generation: row.generation,
    question: modelQuestionShape.parse(row.question),
    answer: row.answer,
    decided: decision === null || verdict === null ? null : { decision, verdict },
  };
}
