import type { TmuxServer } from './host-identity.ts';
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
  /** A person began it, and Fleet Director took it over: it is never ended or started anew in that person's place. */
  readonly isAdopted: boolean;
  /** Nothing is done to it before one cycle has only looked. */
  readonly isToBeObservedFirst: boolean;
  /** The agent's own id of the conversation, for going on with it; null: not known. */
  readonly conversation: string | null;
  /** Its hook asks about the end of each turn. */
  readonly isGuided: boolean;
  /** The tmux server it was last seen in; null: not seen yet. */
  readonly server: TmuxServer | null;
  readonly createdAt: Date;
};

export const NEW_SESSION = {
  worktree: null,
  generation: 1,
  missedLooks: 0,
  isAdopted: false,
  isToBeObservedFirst: false,
  conversation: null,
  isGuided: false,
  server: null,
} as const;

/** A session is lost when this many successful looks in a row did not find it. */
export const MISSED_LOOKS_UNTIL_LOST = 2;

/** A name that people can say in a command, and that is no other word of it: letters, digits, `_`, `-`, `+`, `@`, `=`; 64 at most. */
export function isAdoptableName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_@+=-]{0,63}$/.test(name);
}
