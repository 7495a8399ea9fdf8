import {
  actorId,
  hasEnded,
  hostId,
  type Origin,
  PERMISSION_MODES,
  PRIORITIES,
  placeOf,
  projectId,
  type RepoName,
  sessionId,
  type Task,
  type TaskId,
  type TaskLock,
  type TaskState,
  type ThreadId,
  taskId,
  threadId,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows, UnreadableRow } from './damaged.ts';
import { and, asc, desc, eq, inArray, max, sql } from './drizzle.ts';
import { tasks } from './schema.ts';

type Row = typeof tasks.$inferSelect;

const TASK_NUMBER_LOCK = 7_021_734;

/** One more than the last. A sequence would leap after a crash, and people read these numbers. Use it inside the transaction that adds the task. */
export async function nextTaskId(connection: Connection): Promise<TaskId> {
  await connection.execute(sql`select pg_advisory_xact_lock(${TASK_NUMBER_LOCK})`);
  const [row] = await connection.select({ last: max(tasks.id) }).from(tasks);
  return taskId((row?.last ?? 0) + 1);
}

export async function insertTask(connection: Connection, task: Task): Promise<void> {
  await connection.insert(tasks).values(rowFromTask(task));
}

export async function updateTask(connection: Connection, task: Task): Promise<void> {
  const { id, ...rest } = rowFromTask(task);
  await connection.update(tasks).set(rest).where(eq(tasks.id, id));
}

/** Reads a task and keeps it from changing until the transaction ends. */
export async function lockTask(connection: Connection, id: TaskId): Promise<Task | null> {
  const [row] = await connection.select().from(tasks).where(eq(tasks.id, id)).for('no key update');
  return row === undefined ? null : taskFromRow(row);
}

export async function findTask(connection: Connection, id: TaskId): Promise<Task | null> {
  const [row] = await connection.select().from(tasks).where(eq(tasks.id, id));
  return row === undefined ? null : taskFromRow(row);
}

/** Oldest first. */
export async function tasksInStates(
  connection: Connection,
  report: ReportDamage,
  states: readonly TaskState[],
): Promise<readonly Task[]> {
  const rows = await connection
    .select()
    .from(tasks)
    .where(inArray(tasks.state, [...states]))
    .orderBy(asc(tasks.createdAt), asc(tasks.id));
  return readable(rows, report);
}

/** The newest ended tasks, newest first. */
export async function recentlyEndedTasks(
  connection: Connection,
  report: ReportDamage,
  limit: number,
): Promise<readonly Task[]> {
  const rows = await connection
    .select()
    .from(tasks)
    .where(inArray(tasks.state, ['completed', 'failed', 'cancelled']))
    .orderBy(desc(tasks.endedAt))
    .limit(limit);
  return readable(rows, report);
}

/** Oldest first: the last one is the thread's current try. */
export async function tasksOfThread(connection: Connection, thread: ThreadId): Promise<readonly Task[]> {
  const rows = await connection
    .select()
    .from(tasks)
    .where(eq(tasks.thread, thread))
    .orderBy(asc(tasks.attempt));
  return rows.map(taskFromRow);
}

/** The newest task that works, or worked, on a branch. */
export async function taskOnBranch(
  connection: Connection,
  repo: RepoName,
  branch: string,
): Promise<Task | null> {
  const [row] = await connection
    .select()
    .from(tasks)
    .where(and(sql`lower(${tasks.repo}) = lower(${repo})`, eq(tasks.branch, branch)))
    .orderBy(desc(tasks.id))
    .limit(1);
  return row === undefined ? null : taskFromRow(row);
}

function rowFromTask(task: Task): Row {
  const place = placeOf(task);
  const lock = hasEnded(task) ? null : task.lock;
  return {
    id: task.id,
    state: task.state,
    brief: task.brief,
    project: task.project,
    repo: task.repo,
    priority: task.priority,
    agent: task.agent,
    wantedHost: task.wantedHost,
    after: [...task.after],
    permissionMode: task.permissionMode,
    maxTurns: task.maxTurns,
    askedBy: task.askedBy,
    origin: task.origin,
    thread: task.thread,
    attempt: task.attempt,
    resumes: task.resumes ?? null,
    createdAt: task.createdAt,
    why: task.state === 'queued' ? task.unplacedBecause : task.state === 'failed' ? task.why : null,
    host: place?.host ?? null,
    session: place?.session ?? null,
    branch: place?.branch ?? null,
    pullRequest: place?.pullRequest ?? null,
    assignedAt: task.state === 'assigned' ? task.assignedAt : null,
    startedAt: task.state === 'running' ? task.startedAt : null,
    endedAt: 'endedAt' in task ? task.endedAt : null,
    cancelledBy: task.state === 'cancelled' ? task.by : null,
    lockedBy: lock?.by ?? null,
    lockedAt: lock?.at ?? null,
    lockedUntil: lock?.until ?? null,
    lockedGoal: lock?.goal ?? null,
  };
}

/** Null: nobody locked it. */
export function lockFromRow({
  lockedBy,
  lockedAt,
  lockedUntil,
  lockedGoal,
}: Pick<Row, 'lockedBy' | 'lockedAt' | 'lockedUntil' | 'lockedGoal'>): TaskLock | null {
  if (lockedBy === null || lockedAt === null) return null;
  return { by: actorId(lockedBy), at: lockedAt, until: lockedUntil, goal: lockedGoal };
}

function taskFromRow(row: Row): Task {
  const common = {
    id: taskId(row.id),
    brief: row.brief,
    project: projectId(row.project),
    repo: row.repo,
    priority: PRIORITIES.find((each) => each === row.priority) ?? broken(row, 'priority'),
    agent: row.agent,
    wantedHost: row.wantedHost === null ? null : hostId(row.wantedHost),
    after: row.after.map(taskId),
    permissionMode:
      row.permissionMode === null
        ? null
        : (PERMISSION_MODES.find((each) => each === row.permissionMode) ?? broken(row, 'permission_mode')),
    maxTurns: row.maxTurns,
    askedBy: actorId(row.askedBy),
    origin: row.origin satisfies Origin,
    thread: threadId(row.thread),
    attempt: row.attempt,
    ...(row.resumes === null ? {} : { resumes: sessionId(row.resumes) }),
    createdAt: row.createdAt,
  };
  const placed = () => ({
    host: hostId(row.host ?? broken(row, 'host')),
    session: sessionId(row.session ?? broken(row, 'session')),
    branch: row.branch ?? broken(row, 'branch'),
    pullRequest: row.pullRequest,
  });
  switch (row.state) {
    case 'queued':
      return { ...common, lock: lockFromRow(row), state: 'queued', unplacedBecause: row.why };
    case 'assigned':
      return {
        ...common,
        ...placed(),
        lock: lockFromRow(row),
        state: 'assigned',
        assignedAt: row.assignedAt ?? broken(row, 'assigned_at'),
      };
    case 'running':
      return {
        ...common,
        ...placed(),
        lock: lockFromRow(row),
        state: 'running',
        startedAt: row.startedAt ?? broken(row, 'started_at'),
      };
    case 'completed':
      return { ...common, ...placed(), state: 'completed', endedAt: row.endedAt ?? broken(row, 'ended_at') };
    case 'failed':
      return {
        ...common,
        ...placed(),
        state: 'failed',
        why: row.why ?? '',
        endedAt: row.endedAt ?? broken(row, 'ended_at'),
      };
    case 'cancelled':
      return {
        ...common,
        state: 'cancelled',
        placed: row.host === null ? null : placed(),
        by: actorId(row.cancelledBy ?? broken(row, 'cancelled_by')),
        endedAt: row.endedAt ?? broken(row, 'ended_at'),
      };
    default:
      return broken(row, 'state');
  }
}

function readable(rows: readonly Row[], report: ReportDamage): readonly Task[] {
  return readableRows(rows, 'tasks', ({ id }) => String(id), taskFromRow, report);
}

function broken(row: Row, column: string): never {
  throw new UnreadableRow(`task ${row.id} cannot be read: its ${column} does not fit its state ${row.state}`);
}
