import {
  type Approval,
  type ApprovalId,
  type ApprovalPolicy,
  actorId,
  approvalId,
  DEFAULT_POLICY,
  hostId,
  type OpenApproval,
  type SessionId,
  type TaskId,
  taskId,
  threadId,
  type Vote,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, asc, eq, inArray } from './drizzle.ts';
import { policyShape } from './json-shapes.ts';
import { approvals, approvalVotes } from './schema.ts';

type Row = typeof approvals.$inferSelect;

/** False: the same question is open already. */
export async function insertApproval(connection: Connection, approval: Approval): Promise<boolean> {
  const rows = await connection
    .insert(approvals)
    .values(rowFromApproval(approval))
    .onConflictDoNothing()
    .returning();
  return rows.length > 0;
}

/** Ends an open approval. False: it has ended already, also when whoever ends it now read it before that, and stays as it is. */
export async function endApproval(connection: Connection, approval: Approval): Promise<boolean> {
  const { state, choice, answeredBy, why, endedAt } = rowFromApproval(approval);
  const rows = await connection
    .update(approvals)
    .set({ state, choice, answeredBy, why, endedAt })
    .where(and(eq(approvals.id, approval.id), eq(approvals.state, 'open')))
    .returning({ id: approvals.id });
  return rows.length > 0;
}

/** Stores the votes for an approval that is open still. False: it has ended already. */
export async function recordVotes(connection: Connection, { id, votes }: OpenApproval): Promise<boolean> {
  const [open] = await connection
    .select({ id: approvals.id })
    .from(approvals)
    .where(and(eq(approvals.id, id), eq(approvals.state, 'open')))
    .for('no key update');
  if (open === undefined) return false;
  for (const { by: actor, choice, at } of votes) {
    await connection
      .insert(approvalVotes)
      .values({ approval: id, actor, choice, at })
      .onConflictDoUpdate({ target: [approvalVotes.approval, approvalVotes.actor], set: { choice, at } });
  }
  return true;
}

export async function findApproval(connection: Connection, id: ApprovalId): Promise<Approval | null> {
  const rows = await connection.select().from(approvals).where(eq(approvals.id, id));
  return (await withVotes(connection, rows))[0] ?? null;
}

/** Reads an approval and keeps it from changing until the transaction ends: of two clicks one waits and then sees the other's answer. */
export async function lockApproval(connection: Connection, id: ApprovalId): Promise<Approval | null> {
  const [row] = await connection.select().from(approvals).where(eq(approvals.id, id)).for('no key update');
  if (row === undefined) return null;
  return (await withVotes(connection, [row]))[0] ?? null;
}

export async function openApprovals(connection: Connection): Promise<readonly Approval[]> {
  const rows = await connection
    .select()
    .from(approvals)
    .where(eq(approvals.state, 'open'))
    .orderBy(asc(approvals.createdAt));
  return withVotes(connection, rows);
}

export async function approvalsOfTasks(
  connection: Connection,
  ids: readonly TaskId[],
): Promise<readonly Approval[]> {
  if (ids.length === 0) return [];
  const rows = await connection
    .select()
    .from(approvals)
    .where(inArray(approvals.task, [...ids]))
    .orderBy(asc(approvals.createdAt));
  return withVotes(connection, rows);
}

/** The approvals that were asked about one session, oldest first. */
export async function approvalsOfSession(
  connection: Connection,
  task: TaskId,
  session: SessionId,
): Promise<readonly Approval[]> {
  const rows = await connection
    .select()
    .from(approvals)
    .where(eq(approvals.task, task))
    .orderBy(asc(approvals.createdAt));
  const asked = rows.filter(({ subject }) => subject.session === session);
  return withVotes(connection, asked);
}

async function withVotes(connection: Connection, rows: readonly Row[]): Promise<readonly Approval[]> {
  const read = rows.map((row) => ({ row, policy: policyOf(row) }));
  const several = read
    .filter(({ row, policy }) =>
      [policy, ...row.choices.flatMap((each) => each.policy ?? [])].some(({ votes }) => votes > 1),
    )
    .map(({ row }) => row.id);
  const votes =
    several.length === 0
      ? []
      : await connection
          .select()
          .from(approvalVotes)
          .where(inArray(approvalVotes.approval, several))
          .orderBy(asc(approvalVotes.at));
  return read.map(({ row, policy }) =>
    approvalFromRow(
      row,
      policy,
      votes
        .filter(({ approval }) => approval === row.id)
        .map(({ actor, choice, at }) => ({ by: actorId(actor), choice, at })),
    ),
  );
}

/** One that was asked before there were policies has the one that held for all. */
function policyOf({ policy }: Row): ApprovalPolicy {
  return policy === null ? DEFAULT_POLICY : policyShape.parse(policy);
}

function rowFromApproval(approval: Approval): Row {
  return {
    id: approval.id,
    task: approval.task,
    thread: approval.thread,
    subject: approval.subject,
    digest: approval.digest,
    choices: approval.choices,
    requestedBy: approval.requestedBy,
    host: approval.host,
    policy: approval.policy,
    because: approval.because,
    state: approval.state,
    choice: approval.state === 'answered' ? approval.choice : null,
    answeredBy: approval.state === 'answered' ? approval.by : null,
    why: approval.state === 'withdrawn' ? approval.why : null,
    createdAt: approval.createdAt,
    expiresAt: approval.expiresAt,
    endedAt: approval.state === 'open' ? null : approval.at,
  };
}

function approvalFromRow(row: Row, policy: ApprovalPolicy, votes: readonly Vote[]): Approval {
  const common = {
    id: approvalId(row.id),
    task: taskId(row.task),
    thread: threadId(row.thread),
    subject: row.subject,
    digest: row.digest,
    choices: row.choices,
    requestedBy: row.requestedBy === null ? null : actorId(row.requestedBy),
    host: row.host === null ? null : hostId(row.host),
    policy,
    because: row.because,
    votes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
  };
  const broken = (column: string): never => {
    throw new Error(`approval ${row.id} cannot be read: its ${column} does not fit its state ${row.state}`);
  };
  const at = () => row.endedAt ?? broken('ended_at');
  switch (row.state) {
    case 'open':
      return { ...common, state: 'open' };
    case 'answered':
      return {
        ...common,
        state: 'answered',
        choice: row.choice ?? broken('choice'),
        by: actorId(row.answeredBy ?? broken('answered_by')),
        at: at(),
      };
    case 'expired':
      return { ...common, state: 'expired', at: at() };
    case 'withdrawn':
      return { ...common, state: 'withdrawn', why: row.why ?? '', at: at() };
    default:
      return broken('state');
  }
}
