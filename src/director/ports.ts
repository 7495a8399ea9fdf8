import type { AgentKind, Launch, PermissionMode } from '../agents/index.ts';
import type {
  Action,
  AgentEvent,
  Approval,
  ApprovalId,
  ApprovalStep,
  Capture,
  Decision,
  Event,
  Health,
  Host,
  HostFacts,
  HostId,
  HostIdentity,
  Job,
  Log,
  Observation,
  OpenApproval,
  OpenPause,
  Place,
  Project,
  ProjectId,
  PullRequest,
  Reach,
  Reading,
  Report,
  Result,
  SeenSession,
  Session,
  SessionId,
  Step,
  StoredEvent,
  Stranger,
  Strategy,
  StrategyId,
  Task,
  TaskId,
  TaskLock,
  TaskState,
  Thread,
  TranscriptDigest,
  Verdict,
} from '../domain/index.ts';
import type { GateRules } from './gate.ts';

/** Why a host did not do what it was asked. Only `no-session` says something about the session. */
export type HostFailure =
  | { readonly kind: 'unreachable'; readonly host: HostId; readonly detail: string }
  | { readonly kind: 'timed-out'; readonly host: HostId; readonly afterMs: number }
  | { readonly kind: 'missing-program'; readonly host: HostId; readonly program: string }
  | { readonly kind: 'no-session'; readonly host: HostId; readonly session: string }
  | { readonly kind: 'refused'; readonly host: HostId; readonly exitCode: number; readonly stderr: string };

/** A session as a host lists it. `session` is the id that Fleet Director wrote on it; null: not one of ours. */
export type ListedSession = { readonly name: string; readonly session: SessionId | null };

/** What one look at a host brings: every session, and the screens that were asked for. */
export type HostLook = {
  readonly identity: HostIdentity;
  readonly health: Health;
  readonly sessions: readonly SessionLook[];
  /** How far the host's clock is ahead of ours, which is what its agents date things by; 0 where they agree. */
  readonly clockAheadMs: number;
  readonly takenAt: Date;
};

export type SessionLook = {
  readonly name: string;
  readonly tmuxId: string;
  readonly session: SessionId | null;
  readonly windows: number;
  readonly isAttached: boolean;
  readonly createdAt: Date;
  /** Null: not asked for, or its folder is gone. */
  readonly place: Place | null;
  /** Null: its screen was not asked for. */
  readonly capture: Capture | null;
  /** Files that agents in it keep about themselves, unread. */
  readonly stateFiles: readonly {
    readonly path: string;
    readonly content: string;
    readonly changedAt: Date;
  }[];
};

export type LookRequest = {
  /** Of which sessions the screen is read, by name. */
  readonly screens: 'all' | readonly string[];
  /** Whether folders, branches and remotes are read too. */
  readonly withPlaces: boolean;
  /** Shell patterns under the home folder. */
  readonly stateFiles: readonly string[];
};

/** One event that an agent's hook wrote down on its host. `end` is where the next one begins, in bytes. */
export type SpooledEvent = {
  readonly session: SessionId;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  readonly event: string;
  /** As the agent sent it: JSON, or not. */
  readonly payload: string;
  readonly at: Date;
};

/** What a task's workspace is made of. */
export type WorkspaceRequest = {
  readonly repo: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly branch: string;
};

/**
 * How an agent is started, and the files that it is given beside its prompt. Its environment also says what a hook needs: FLEET_HOOK,
 * FLEET_SESSION and FLEET_GENERATION.
 */
export type LaunchRequest = Launch & {
  readonly session: SessionId;
  readonly generation: number;
  readonly name: string;
  readonly worktree: string;
  readonly prompt: string;
};

/** Hosts, seen from the director. Every call answers within its own time limit; nothing of a pane's text is ever run. */
export interface Fleet {
  /** Lists the sessions of a host. An empty list is a fact; a host that does not answer is a failure. */
  list(host: Host, signal: AbortSignal): Promise<Result<readonly ListedSession[], HostFailure>>;
  /** Looks at a whole host in one call: who it is, how it is, its sessions and the screens that are asked for. */
  look(host: Host, request: LookRequest, signal: AbortSignal): Promise<Result<HostLook, HostFailure>>;
  /**
   * Events that hooks wrote down since, oldest first, a bounded number at a time. A spool that is gone or was begun anew is read from its start.
   * @param after where reading stopped the last time, in bytes, for each session
   */
  readSpool(
    host: Host,
    after: ReadonlyMap<SessionId, number>,
    signal: AbortSignal,
  ): Promise<Result<readonly SpooledEvent[], HostFailure>>;
  /**
   * What a file gained since: of the newest that a shell pattern under the home folder finds. Only whole lines; `size` is where the next call goes on.
   * @param after the file read the last time and where; another file is read from its start. Null file: there is none.
   */
  readTranscript(
    host: Host,
    pattern: string,
    after: { readonly file: string; readonly size: number } | null,
    signal: AbortSignal,
  ): Promise<
    Result<
      { readonly file: string | null; readonly size: number; readonly lines: readonly string[] },
      HostFailure
    >
  >;
  /** The versions of the programs that these processes run, as far as their packages tell. */
  agentVersions(
    host: Host,
    pids: readonly number[],
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<number, string>, HostFailure>>;
  /** Reads one session: screen, pane facts, processes. */
  read(host: Host, name: string, signal: AbortSignal): Promise<Result<Capture, HostFailure>>;
  /** Writes our id on a session that is there already, and touches nothing else. One that carries another id is refused. */
  mark(host: Host, name: string, session: SessionId, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /** Takes that id off again, and leaves the session as it is. One that does not carry it is a success. */
  unmark(
    host: Host,
    name: string,
    session: SessionId,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  /**
   * Clones or updates the repository and makes a worktree on `branch` from the newest default branch. A second call finds and keeps the first one's work.
   * Value: the worktree's absolute path.
   */
  prepare(host: Host, workspace: WorkspaceRequest, signal: AbortSignal): Promise<Result<string, HostFailure>>;
  /**
   * Starts an agent in a new tmux session that stays, dead, when the agent ends. Twice is once: a session that carries this id already is left alone.
   * Value: whether this call started it.
   */
  launch(
    host: Host,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<Result<{ readonly started: boolean }, HostFailure>>;
  /** Pastes `text` literally (bracketed where the program asked for it), then presses Enter. `ok`: tmux took it. */
  type(host: Host, name: string, text: string, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /** Presses keys by tmux's names, each its own key event. */
  press(
    host: Host,
    name: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  /** Ends a session and everything in it. A session that is not there is a success. */
  end(host: Host, name: string, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /**
   * Calls back with a session's name soon after something in it changed, until the signal aborts. It reconnects by itself;
   * `onLine` is told each time the line is up or down.
   */
  watch(
    host: Host,
    callbacks: {
      readonly onChange: (sessionName: string) => void;
      /** A hook wrote an event down. */
      readonly onEvent?: (session: SessionId | null) => void;
      /** The host says by itself, every few seconds, that it is there. */
      readonly onHeartbeat?: () => void;
      readonly onLine: (
        line: { readonly up: true } | { readonly up: false; readonly failure: HostFailure },
      ) => void;
    },
    signal: AbortSignal,
  ): void;
}

/** Under which a process watches a host. The generation goes up with every other holder. */
export type Lease = { readonly host: HostId; readonly owner: string; readonly generation: number };

/** What a look at a host changed. */
export type SeenChanges = {
  /** New, or not as they were. */
  readonly sessions: readonly SeenSession[];
  readonly forgotten: readonly string[];
  /** Null: the look was at some sessions only. */
  readonly host: {
    readonly identity: HostIdentity;
    readonly health: Health;
    readonly lookedAt: Date;
  } | null;
};

/** What was read of a session's transcript, and where reading stopped. */
export type ReadTranscript = {
  readonly file: string;
  readonly size: number;
  readonly digest: TranscriptDigest;
  /** What its newest lines say of the agent's state; null: nothing. */
  readonly report: Report | null;
  readonly readAt: Date;
};

/** `since`: when its meaning was first seen without a break. */
export type LastObservation = {
  readonly observation: Observation;
  readonly readings: readonly Reading[];
  readonly screen: readonly string[];
  readonly since: Date;
  readonly lastSeenAt: Date;
};

/** What the director reads and changes. Inside a transaction the same words, all or nothing. */
export interface DirectorTables {
  findTask(id: TaskId): Promise<Task | null>;
  lockTask(id: TaskId): Promise<Task | null>;
  saveTask(step: Step<Task>): Promise<void>;
  tasksInStates(states: readonly TaskState[]): Promise<readonly Task[]>;

  findSession(id: SessionId): Promise<Session | null>;
  lockSession(id: SessionId): Promise<Session | null>;
  addSession(session: Session): Promise<void>;
  saveSession(session: Session): Promise<void>;
  openSessions(): Promise<readonly Session[]>;
  openSessionNamed(host: HostId, name: string): Promise<Session | null>;
  /** One worker has a session at a time. False: another one has it. */
  claimSession(id: SessionId, owner: string, at: Date, until: Date): Promise<boolean>;
  releaseSession(id: SessionId, owner: string): Promise<void>;
  /** `since`: when this meaning was first seen without a break. */
  recordObservation(
    session: Session,
    seen: {
      readonly observation: Observation;
      readonly readings: readonly Reading[];
      readonly screen: readonly string[];
      readonly takenAt: Date;
    },
  ): Promise<{ readonly isChange: boolean; readonly since: Date }>;
  lastObservation(id: SessionId): Promise<LastObservation | null>;
  recordDecision(session: Session, decision: Decision, verdict: Verdict, at: Date): Promise<void>;

  /** Null: the director decides by itself. */
  openPause(): Promise<OpenPause | null>;
  /** Keeps others from counting, pausing and resuming until the transaction ends. */
  lockDirector(): Promise<{ readonly failedInRow: number; readonly pause: OpenPause | null }>;
  saveFailedCycles(failedInRow: number): Promise<void>;
  forgetFailedCycles(): Promise<void>;
  addPause(pause: OpenPause): Promise<void>;
  addThread(thread: Thread): Promise<void>;

  /** Sessions that are not over, of one host. */
  openSessionsOn(host: HostId): Promise<readonly Session[]>;
  /** Of these, the ones to which something is to be done: it was intended, or their task is over. */
  sessionsToActOn(ids: readonly SessionId[]): Promise<ReadonlySet<SessionId>>;
  /** Of these, the ones whose task a person locked. The time of a lock may be over. */
  taskLocks(ids: readonly SessionId[]): Promise<ReadonlyMap<SessionId, TaskLock>>;

  /** The newest ones, newest last. */
  agentEvents(id: SessionId, limit: number): Promise<readonly AgentEvent[]>;
  /** Events of one session, in the order of its spool. Value: how many are new. */
  addAgentEvents(events: readonly AgentEvent[]): Promise<number>;
  spoolOffsets(ids: readonly SessionId[]): Promise<ReadonlyMap<SessionId, number>>;
  transcriptOf(id: SessionId): Promise<ReadTranscript | null>;
  saveTranscript(id: SessionId, read: ReadTranscript): Promise<void>;

  /** Takes or keeps the hosts that nobody else watches. Value: the generation under which each is watched. */
  claimWatches(owner: string, at: Date, until: Date): Promise<ReadonlyMap<HostId, number>>;
  releaseWatches(owner: string): Promise<void>;
  hostFacts(): Promise<readonly HostFacts[]>;
  seenSessions(host: HostId | null): Promise<readonly SeenSession[]>;
  seenSession(host: HostId, name: string): Promise<SeenSession | null>;
  /** False: somebody else watches the host now, and nothing was stored. */
  recordLook(watch: Lease, changes: SeenChanges): Promise<boolean>;
  /** True: people do not know of this machine yet. */
  recordMisroute(host: HostId, stranger: Stranger): Promise<boolean>;
  recordSilence(host: HostId, silentSince: Date | null): Promise<void>;

  findHost(id: HostId): Promise<Host | null>;
  /** Keeps the host from changing, and others from filling it, until the transaction ends. */
  lockHost(id: HostId): Promise<Host | null>;
  listHosts(): Promise<readonly Host[]>;
  /** Of which their provider says that they are off. */
  stoppedHosts(): Promise<ReadonlySet<HostId>>;
  recordReach(id: HostId, reach: Reach): Promise<void>;
  findProject(id: ProjectId): Promise<Project | null>;
  listProjects(): Promise<readonly Project[]>;

  approvalsOfSession(task: TaskId, session: SessionId): Promise<readonly Approval[]>;
  lockApproval(id: ApprovalId): Promise<Approval | null>;
  openApprovals(): Promise<readonly Approval[]>;
  /** False: the same question is open already. */
  addApproval(step: ApprovalStep & { readonly next: OpenApproval }): Promise<boolean>;
  /** Ends it, unless it has ended already: the first end counts. */
  saveApproval(step: ApprovalStep): Promise<void>;
  actionsOfTasks(ids: readonly TaskId[]): Promise<readonly Action[]>;
  addAction(action: Action): Promise<boolean>;
  saveAction(action: Action): Promise<void>;

  addEvents(events: readonly Event[]): Promise<void>;
  /** The newest ones, newest last. */
  eventsOfTask(task: TaskId, limit: number): Promise<readonly StoredEvent[]>;
  enqueue(job: Job): Promise<void>;
}

export interface DirectorStore extends DirectorTables {
  transaction<T>(work: (tx: DirectorTables) => Promise<T>): Promise<T>;
}

/** What an agent wants to know, and what it is about. None of it may be taken for instructions. */
export type QuestionForModel = {
  readonly brief: string;
  readonly repo: string;
  readonly question: string;
  /** What the agent's screen shows. */
  readonly screen: readonly string[];
  /** Ways to act that fit what is known, best first. They are our own words. */
  readonly strategies: readonly Strategy[];
};

export type Suggestion = {
  readonly text: string;
  readonly why: string;
  /** One of those that were offered; null: it followed none. */
  readonly strategy: StrategyId | null;
  /** 0 to 1, as the model judges itself. */
  readonly confidence: number;
};

/** Asked only where the rules have no answer; what it says is proposed to people, never done. Answers within its own time limit. */
export interface Model {
  /** `sentence`: why there is no suggestion, for people. */
  suggestAnswer(
    question: QuestionForModel,
    signal: AbortSignal,
  ): Promise<Result<Suggestion, { readonly kind: string; readonly sentence: string }>>;
}

/** Everything the director is given. */
/** Where pull requests are looked up that no webhook told of. Null: there is none. A failure is no news either. */
export interface PullRequests {
  find(repo: string, branch: string): Promise<PullRequest | null>;
}

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
  readonly approvalExpiresAfterMs: number;
  readonly gate: GateRules;
  /** Where people hear of what is no task's. Null: nobody said where. */
  readonly alertChannel: string | null;
  /** A look at every host that nothing else woke. */
  readonly pollEveryMs: number;
  /** A screen that should go on and does not for so long is stuck. */
  readonly stuckAfterMs: number;
  /** A host that pushed signs of life and does not for so long is silent. */
  readonly silentAfterMs: number;
};
