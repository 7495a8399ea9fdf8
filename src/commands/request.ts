import type {
  ActorSource,
  ApprovalId,
  ButtonRequest,
  Card,
  Objective,
  Priority,
  ProjectId,
  PullRequest,
  RepoName,
  TaskId,
} from '../domain/index.ts';

/** Where a request came from, and so where its answer goes. */
export type Place =
  | { readonly kind: 'slack'; readonly channel: string; readonly threadTs: string | null }
  | { readonly kind: 'issue'; readonly repo: RepoName; readonly issue: number }
  | { readonly kind: 'shell' };

/** Who asks, as the source names them. Roles are looked up, never taken from the request. */
export type Identity = { readonly source: ActorSource; readonly externalId: string; readonly name: string };

/** A request a person or a service made, before anyone looked whether it may be done. */
export type Request = {
  readonly from: Identity;
  readonly place: Place;
  readonly ask: Ask;
};

export type Ask =
  /** `/fleet …`, a mention, the command line: everything after the command's name. */
  | { readonly kind: 'words'; readonly words: string }
  /** The add form, filled in. */
  | {
      readonly kind: 'add-form';
      readonly brief: string;
      readonly project: ProjectId;
      readonly priority: Priority;
      readonly agent: string | null;
      readonly host: string | null;
    }
  /** The reason form, filled in: a no, and what the agent is told with it. */
  | { readonly kind: 'reason-form'; readonly approval: ApprovalId; readonly reason: string }
  | { readonly kind: 'button'; readonly button: ButtonRequest }
  /** Plain words in a thread: for the agent, when the thread is a task's. */
  | { readonly kind: 'thread-reply'; readonly words: string }
  | { readonly kind: 'open-home' }
  | {
      readonly kind: 'issue-labelled';
      readonly repo: RepoName;
      readonly issue: number;
      readonly title: string;
      readonly body: string;
      readonly url: string;
    }
  | { readonly kind: 'issue-unlabelled'; readonly repo: RepoName; readonly issue: number }
  | {
      /** An issue changed that is an objective, or was one. */
      readonly kind: 'objective-told';
      readonly repo: RepoName;
      readonly objective: Omit<Objective, 'project'>;
    }
  | {
      readonly kind: 'branch-pushed';
      readonly repo: RepoName;
      readonly branch: string;
      /** Paths in the repository that its commits touch. */
      readonly files: readonly string[];
    }
  | {
      readonly kind: 'pull-request-opened';
      readonly repo: RepoName;
      readonly branch: string;
      readonly pullRequest: PullRequest;
    };

/** What the one who asked gets to see. Only they see it, unless it says otherwise; on an issue nothing but the thread's comment is shown. */
export type Answer =
  | { readonly kind: 'card'; readonly card: Card }
  | { readonly kind: 'add-form'; readonly form: AddForm }
  | { readonly kind: 'reason-form'; readonly form: ReasonForm }
  /** For everybody who reads the place where it was asked: what it attaches cannot be shown to one person alone. */
  | { readonly kind: 'posted'; readonly card: Card }
  /** A look that is out of date at once: ask again after a while, until the one who asked has seen enough. */
  | {
      readonly kind: 'live';
      readonly card: Card;
      readonly againAfterMs: number;
      /** What to ask then, word by word, until an answer is not live any more. Left out: the same again, for as long as somebody looks. */
      readonly next?: readonly string[];
    }
  | { readonly kind: 'home'; readonly cards: readonly Card[] }
  /** The thread says it all. */
  | { readonly kind: 'nothing' };

export type AddForm = {
  readonly brief: string;
  readonly projects: readonly { readonly id: ProjectId; readonly repo: RepoName }[];
  readonly agents: readonly string[];
  readonly hosts: readonly string[];
};

/** `about`: what the agent wants to do, in a few words, redacted. */
export type ReasonForm = { readonly approval: ApprovalId; readonly about: string };

/** Why a request was not carried out, in one sentence that says what to do next. */
export type Refusal = {
  readonly kind:
    | 'bad-words'
    | 'not-allowed'
    | 'no-such-task'
    | 'no-such-project'
    | 'no-such-host'
    | 'no-such-session'
    | 'ambiguous'
    | 'wrong-state'
    | 'already-answered'
    | 'expired'
    | 'unavailable';
  readonly sentence: string;
  readonly task?: TaskId;
};
