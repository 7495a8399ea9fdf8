import type {
  Action,
  Approval,
  endBetween,
  Observation,
  Reading,
  Session,
  Task,
  TmuxServer,
} from '../domain/index.ts';

/** What one look at a session brought. Only a successful look can find a session absent. */
export type Sight =
  | {
      readonly kind: 'seen';
      readonly observation: Observation;
      /** What each source says by itself. */
      readonly readings: readonly Reading[];
      /** The visible screen, redacted, without the blank lines at its end. */
      readonly screen: readonly string[];
      /** What the session is called now, and where it lives. */
      readonly name: string;
      readonly server: TmuxServer;
      readonly takenAt: Date;
    }
  /** `ended`: what came in between and certainly ended it; null: nothing is known of. */
  | { readonly kind: 'absent'; readonly ended: ReturnType<typeof endBetween> }
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
