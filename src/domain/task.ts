import type { Event } from './event.ts';
import type { ActorId, HostId, ProjectId, SessionId, TaskId, ThreadId } from './ids.ts';
import type { RepoName } from './project.ts';
import type { PullRequest } from './pull-request.ts';
import type { RunLimits } from './run-limits.ts';
import { lockHolds, type TaskLock } from './task-lock.ts';

/** First to last. */
export const PRIORITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Where a task was asked for. An issue's tasks are told apart by `attempt`. */
export type Origin =
  | { readonly kind: 'chat' }
  | { readonly kind: 'shell' }
  | { readonly kind: 'issue'; readonly repo: RepoName; readonly issue: number };

type Common = RunLimits & {
  readonly id: TaskId;
  /** What the agent is told, to the letter. */
  readonly brief: string;
  readonly project: ProjectId;
  readonly repo: RepoName;
  readonly priority: Priority;
  readonly agent: string;
  /** The host the request named; null: any. */
  readonly wantedHost: HostId | null;
  /** Tasks that have to be completed first. Of a task that was tried again, the newest try counts. */
  readonly after: readonly TaskId[];
  readonly askedBy: ActorId;
  readonly origin: Origin;
  readonly thread: ThreadId;
  readonly attempt: number;
  /** The ended session whose conversation, branch and workspace it goes on with; left out: it begins anew. */
  readonly resumes?: SessionId;
  readonly createdAt: Date;
};

type Lockable = {
  /** Null: nobody locked it. One whose time is over stays here: `lockOf` says what holds. */
  readonly lock: TaskLock | null;
};

type Placed = {
  readonly host: HostId;
  readonly session: SessionId;
  readonly branch: string;
  readonly pullRequest: PullRequest | null;
};

/**
 * Work the fleet was asked to do.
 *
 * queued → assigned: a host has room. assigned → running: the agent was seen to start.
 * assigned or running → completed, failed, cancelled; queued → cancelled.
 * assigned or running → queued: its place was lost, or its agent ended for another task or on another host.
 * A lock stays with a task until it ends; a retry begins without one.
 * `unplacedBecause` says what a queued task waits for; null: nothing tried yet.
 */
export type Task =
  | (Common & Lockable & { readonly state: 'queued'; readonly unplacedBecause: string | null })
  | (Common & Lockable & Placed & { readonly state: 'assigned'; readonly assignedAt: Date })
  | (Common & Lockable & Placed & { readonly state: 'running'; readonly startedAt: Date })
  | (Common & Placed & { readonly state: 'completed'; readonly endedAt: Date })
  | (Common & Placed & { readonly state: 'failed'; readonly why: string; readonly endedAt: Date })
  | (Common & { readonly placed: Placed | null } & {
      readonly state: 'cancelled';
      readonly by: ActorId;
      readonly endedAt: Date;
    });

export type TaskState = Task['state'];
export type QueuedTask = Extract<Task, { state: 'queued' }>;
export type AssignedTask = Extract<Task, { state: 'assigned' }>;
export type RunningTask = Extract<Task, { state: 'running' }>;
export type CompletedTask = Extract<Task, { state: 'completed' }>;
export type FailedTask = Extract<Task, { state: 'failed' }>;
export type CancelledTask = Extract<Task, { state: 'cancelled' }>;
export type LiveTask = AssignedTask | RunningTask;

/** The next state and what happened on the way: both are stored in one transaction. */
export type Step<T extends Task> = { readonly next: T; readonly events: readonly Event[] };

export type NewTask = Common;

export function queueTask(task: NewTask, at: Date): Step<QueuedTask> {
  return {
    next: { ...task, lock: null, state: 'queued', unplacedBecause: null },
    events: [
      {
        kind: 'task-queued',
        task: task.id,
        thread: task.thread,
        at,
        by: task.askedBy,
        attempt: task.attempt,
      },
    ],
  };
}

export function assignTask(
  task: QueuedTask,
  place: {
    readonly host: HostId;
    readonly hostName: string;
    readonly session: SessionId;
    readonly branch: string;
  },
  at: Date,
): Step<AssignedTask> {
  const { state: _state, unplacedBecause: _why, ...common } = task;
  const { host, hostName, session, branch } = place;
  return {
    next: { ...common, state: 'assigned', host, session, branch, pullRequest: null, assignedAt: at },
    events: [
      { kind: 'task-assigned', task: task.id, thread: task.thread, at, host, hostName, session, branch },
    ],
  };
}

export function startTask(task: AssignedTask, at: Date): Step<RunningTask> {
  const { state: _state, assignedAt: _at, ...rest } = task;
  return {
    next: { ...rest, state: 'running', startedAt: at },
    events: [{ kind: 'task-started', task: task.id, thread: task.thread, at, session: task.session }],
  };
}

/** The same pull request told twice changes nothing. Null when it is already known. */
export function notePullRequest<T extends LiveTask | CompletedTask | FailedTask>(
  task: T,
  pullRequest: PullRequest,
  at: Date,
): Step<T> | null {
  if (task.pullRequest?.number === pullRequest.number) return null;
  return {
    next: { ...task, pullRequest },
    events: [{ kind: 'pull-request-opened', task: task.id, thread: task.thread, at, pullRequest }],
  };
}

export function completeTask(task: LiveTask, at: Date): Step<CompletedTask> {
  return {
    next: { ...commonOf(task), ...placedOf(task), state: 'completed', endedAt: at },
    events: [
      { kind: 'task-completed', task: task.id, thread: task.thread, at, pullRequest: task.pullRequest },
    ],
  };
}

/** @param tail the last lines of the screen, redacted, oldest first */
export function failTask(task: LiveTask, why: string, tail: readonly string[], at: Date): Step<FailedTask> {
  return {
    next: { ...commonOf(task), ...placedOf(task), state: 'failed', why, endedAt: at },
    events: [{ kind: 'task-failed', task: task.id, thread: task.thread, at, why, tail }],
  };
}

export function cancelTask(task: QueuedTask | LiveTask, by: ActorId, at: Date): Step<CancelledTask> {
  return {
    next: {
      ...commonOf(task),
      placed: task.state === 'queued' ? null : placedOf(task),
      state: 'cancelled',
      by,
      endedAt: at,
    },
    events: [{ kind: 'task-cancelled', task: task.id, thread: task.thread, at, by }],
  };
}

/** @param by who wanted it; null: the director */
export function requeueTask(
  task: LiveTask,
  why: string,
  at: Date,
  by: ActorId | null = null,
): Step<QueuedTask> {
  return {
    next: { ...commonOf(task), lock: task.lock, state: 'queued', unplacedBecause: why },
    events: [{ kind: 'task-requeued', task: task.id, thread: task.thread, at, by, why }],
  };
}

/** The later word counts, whoever says it. Null: it is locked for just as long already. */
export function lockTask<T extends QueuedTask | LiveTask>(
  task: T,
  by: ActorId,
  until: Date | null,
  at: Date,
  goal: string | null = null,
): Step<T> | null {
  const before = lockOf(task, at);
  if (before !== null && before.until?.getTime() === until?.getTime() && before.goal === goal) return null;
  const locked = { kind: 'task-locked', task: task.id, thread: task.thread, at, by, until } as const;
  return {
    next: { ...task, lock: { by, at, until, goal } },
    events: [goal === null ? locked : { ...locked, goal }],
  };
}

/** Null: it is not locked. */
export function unlockTask<T extends QueuedTask | LiveTask>(task: T, by: ActorId, at: Date): Step<T> | null {
  if (!isLocked(task, at)) return null;
  return {
    next: { ...task, lock: null },
    events: [{ kind: 'task-unlocked', task: task.id, thread: task.thread, at, by }],
  };
}

/** The director takes a lock with a goal off by itself: there is nothing to guide any more. */
export function endLock<T extends QueuedTask | LiveTask>(task: T, why: string, at: Date): Step<T> | null {
  if (task.lock === null) return null;
  return {
    next: { ...task, lock: null },
    events: [{ kind: 'lock-ended', task: task.id, thread: task.thread, at, by: null, why }],
  };
}

export function isLocked(task: Task, now: Date): boolean {
  return lockOf(task, now) !== null;
}

/** The lock that holds now; null: none does. */
export function lockOf(task: Task, now: Date): TaskLock | null {
  return hasEnded(task) || task.lock === null || !lockHolds(task.lock, now) ? null : task.lock;
}

export function isLive(task: Task): task is LiveTask {
  return task.state === 'assigned' || task.state === 'running';
}

export function hasEnded(task: Task): task is CompletedTask | FailedTask | CancelledTask {
  return task.state === 'completed' || task.state === 'failed' || task.state === 'cancelled';
}

/** What is known of a task's place, whatever its state; null while it never had one. */
export function placeOf(task: Task): Placed | null {
  switch (task.state) {
    case 'queued':
      return null;
    case 'cancelled':
      return task.placed;
    default:
      return placedOf(task);
  }
}

/** Critical before high before medium before low, then oldest first. */
export function byUrgency(a: QueuedTask, b: QueuedTask): number {
  return (
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
    a.createdAt.getTime() - b.createdAt.getTime() ||
    a.id - b.id
  );
}

function commonOf(task: Common): Common {
  const {
    id,
    brief,
    project,
    repo,
    priority,
    agent,
    wantedHost,
    after,
    permissionMode,
    maxTurns,
    askedBy,
    origin,
    thread,
    attempt,
    resumes,
    createdAt,
  } = task;
  return {
    id,
    brief,
    project,
    repo,
    priority,
    agent,
    wantedHost,
    after,
    permissionMode,
    maxTurns,
    askedBy,
    origin,
    thread,
    attempt,
    ...(resumes === undefined ? {} : { resumes }),
    createdAt,
  };
}

function placedOf({ host, session, branch, pullRequest }: Placed): Placed {
  return { host, session, branch, pullRequest };
}
