import {
  type Decision,
  type GateInput,
  projectId,
  type ReplayableDecision,
  type Session,
  type StoredDecision,
  type TaskId,
  taskId,
  type Verdict,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { and, desc, eq, gte, inArray, isNotNull, sql } from './drizzle.ts';
import { gateInputShape } from './json-shapes.ts';
import { decisions, sessions, tasks } from './schema.ts';

/** Of each session. */
const DECISIONS_KEPT = 200;

export async function recordDecision(
  connection: Connection,
  session: Session,
  decision: Decision,
  verdict: Verdict,
  at: Date,
  input: GateInput | null = null,
): Promise<void> {
  await connection.insert(decisions).values({
    session: session.id,
    generation: session.generation,
    kind: decision.kind,
    decision,
    verdict,
    input,
    at,
  });
  await connection.execute(sql`
    delete from decisions where session = ${session.id} and id <= (
      select id from decisions where session = ${session.id} order by id desc offset ${DECISIONS_KEPT} limit 1)`);
}

/** The newest ones, newest last. */
export async function decisionsOfTasks(
  connection: Connection,
  ids: readonly TaskId[],
  limit: number,
): Promise<readonly StoredDecision[]> {
  if (ids.length === 0) return [];
  const rows = await connection
    .select({
      task: sessions.task,
      decision: decisions.decision,
      verdict: decisions.verdict,
      at: decisions.at,
    })
    .from(decisions)
    .innerJoin(sessions, eq(sessions.id, decisions.session))
    .where(inArray(sessions.task, [...ids]))
    .orderBy(desc(decisions.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, task: taskId(row.task) })).reverse();
}

/** Of the rules since then, newest first, at most `limit`; those that cannot be read are left out and reported. */
export async function replayableDecisions(
  connection: Connection,
  report: ReportDamage,
  since: Date,
  limit: number,
): Promise<{ readonly decisions: readonly ReplayableDecision[]; readonly leftOut: number }> {
  const which = and(gte(decisions.at, since), isNotNull(decisions.input));
  const rows = await connection
    .select({ decided: decisions, task: sessions.task, project: tasks.project })
    .from(decisions)
    .innerJoin(sessions, eq(sessions.id, decisions.session))
    .innerJoin(tasks, eq(tasks.id, sessions.task))
    .where(which)
    .orderBy(desc(decisions.id))
    .limit(limit);
  const count = await connection.$count(decisions, which);
  const read = readableRows(
    rows,
    'decisions',
    ({ decided }) => String(decided.id),
    ({ decided: { decision, verdict, input, at }, task, project }) => ({
      decision,
      verdict,
      at,
      task: taskId(task),
      project: projectId(project),
      input: gateInputShape.parse(input),
    }),
    report,
  );
  return { decisions: read, leftOut: count - rows.length };
}
