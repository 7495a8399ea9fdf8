import type { Action, Approval, Observation, Reading, Session, Task } from '../domain/index.ts';

/** What one look at a session brought. Only a successful look can find a session absent. */
export type Sight =
  | {
      readonly kind: 'seen';
      readonly observation: Observation;
      /** What each source says by itself. */
      readonly readings: readonly Reading[];
      /** The visible screen, redacted, without the blank lines at its end. */
      readonly screen: readonly string[];
      readonly takenAt: Date;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreachable'; readonly why: string };

export type Seen = Extract<Sight, { kind: 'seen' }>;

/** All that a decision about one session rests on. */
export type Situation = {
  readonly task: Task;
  readonly session: Session;
  readonly sight: Sight;
  /** Since when the observation has been the same; the look's own time when it is new or there is none. */
  readonly since: Date;
  /** Intended or started, oldest first. */
  readonly pending: readonly Action[];
  /** Everything done to this session before, oldest first. */
  readonly settled: readonly Action[];
  /** Of this session, oldest first. */
  readonly approvals: readonly Approval[];
  /** Whether people were told of the state the agent is in, since it is in it. */
  readonly isTold: boolean;
  readonly now: Date;
};
