import type {
  AccountLimit,
  Action,
  AgentRequest,
  Approval,
  BudgetStanding,
  endBetween,
  Hold,
  Observation,
  ProjectRules,
  Reading,
  Session,
  Task,
  TmuxServer,
  Turns,
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
  /** What its agent's hooks asked, oldest first. */
  readonly requests: readonly AgentRequest[];
  /** What its agent may do because a person allowed it for the whole task, by `use`. */
  readonly granted: ReadonlySet<string>;
  /** How its agent waits for an answer to its hook: with a dialog of its own on the screen, or without. never: it takes none. */
  readonly asksByHook: 'with-dialog' | 'silently' | 'never';
  readonly rules: ProjectRules;
  /** Whether people were told of the state the agent is in, since it is in it. */
  readonly isTold: boolean;
  /** When the agent was last seen at work since its start; null: it was not, or nobody needs to know. */
  readonly workedAt: Date | null;
  /** A model may be asked about the session now. */
  readonly isModelAtHand: boolean;
  /** What keeps the director from going on of its own accord. */
  readonly holds: readonly Hold[];
  /** The newest usage limit that this session's agent told of; null: none. */
  readonly limit: AccountLimit | null;
  /** Every cap that counts for the task. */
  readonly standings: readonly BudgetStanding[];
  /** Of its task; null: it may have any number. */
  readonly turns: Turns | null;
  readonly now: Date;
};
