import type { HostId, SessionId, TaskId } from './ids.ts';

/**
 * One tmux session with one agent in it, on at most one task.
 *
 * preparing → live: the agent was seen to start. preparing or live → ended: it was ended, or is gone.
 * A restart keeps the session and raises its generation: what was meant for the agent before is not done to the one after.
 */
export type Session = {
  readonly id: SessionId;
  readonly task: TaskId;
  readonly host: HostId;
  /** The tmux session's name. */
  readonly name: string;
  readonly agent: string;
  /** Absolute path on the host; null until the workspace is prepared. */
  readonly worktree: string | null;
  readonly branch: string;
  readonly generation: number;
  /** Successful looks in a row that did not find it. An unreachable host is no look. */
  readonly missedLooks: number;
  readonly state: 'preparing' | 'live' | 'ended';
  readonly createdAt: Date;
};

/** A session is lost when this many successful looks in a row did not find it. */
export const MISSED_LOOKS_UNTIL_LOST = 2;
