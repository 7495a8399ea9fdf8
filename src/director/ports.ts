import type { AgentKind } from '../agents/index.ts';
import type {
  ActorId,
  Advice,
  ApprovalId,
  Log,
  ModelCall,
  ModelQuestion,
  ModelRules,
  PermissionMode,
  ProjectId,
  ProjectRules,
  PullRequest,
  Result,
} from '../domain/index.ts';
import type { Fleet } from './fleet-port.ts';
import type { DirectorStore } from './tables.ts';

export type * from './fleet-port.ts';
export type * from './tables.ts';

/** Asked only where the rules have no answer; what it says passes the gate like everything else. */
export interface Model {
  /** Answers within the time limit of the rules. `sentence`: why there is no advice, for people. The call is told of whatever came of it. */
  decide(
    question: ModelQuestion,
    rules: ModelRules,
    signal: AbortSignal,
  ): Promise<{
    readonly advice: Result<Advice, { readonly kind: string; readonly sentence: string }>;
    readonly call: ModelCall;
  }>;
}

/** Everything the director is given. */
/** Where pull requests are looked up that no webhook told of. Null: there is none. A failure is no news either. */
export interface PullRequests {
  find(repo: string, branch: string): Promise<PullRequest | null>;
}

/** Answers a question in a person's name, as if they had pressed the button. An error is the sentence that they would have read. */
export type AnswerFor = (by: ActorId, approval: ApprovalId, choice: string) => Promise<Result<void, string>>;

export type DirectorPorts = {
  readonly store: DirectorStore;
  readonly fleet: Fleet;
  readonly pullRequests: PullRequests | null;
  readonly agents: ReadonlyMap<string, AgentKind>;
  /** Null: none is configured, and people answer everything. */
  readonly model: Model | null;
  readonly settings: DirectorSettings;
  readonly log: Log;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly now: () => Date;
  readonly newId: () => string;
};

export type DirectorSettings = {
  /** This process among all that share the database. */
  readonly owner: string;
  readonly permissionMode: PermissionMode;
  readonly rulesOf: (project: ProjectId) => ProjectRules;
  /** Where people hear of what is no task's. Null: nobody said where. */
  readonly alertChannel: string | null;
  /** A look at every host that nothing else woke. */
  readonly pollEveryMs: number;
  /** A screen that should go on and does not for so long is stuck. */
  readonly stuckAfterMs: number;
  /** A host that pushed signs of life and does not for so long is silent. */
  readonly silentAfterMs: number;
};
