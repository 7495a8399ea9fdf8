import type {
  Action,
  Actor,
  ActorId,
  ActorSource,
  Approval,
  ApprovalId,
  ApprovalStep,
  DeliveryId,
  DeliverySource,
  Discovery,
  EndedPause,
  Event,
  Host,
  HostFacts,
  HostId,
  Job,
  KnownOverlap,
  Objective,
  Observation,
  OpenApproval,
  OpenPause,
  PermissionMode,
  Project,
  ProjectId,
  ProjectRules,
  Reading,
  Replay,
  RepoName,
  Result,
  Role,
  Round,
  RoundId,
  SeenSession,
  Session,
  SessionId,
  Step,
  StoredDecision,
  StoredEvent,
  StyledScreen,
  Task,
  TaskId,
  TaskState,
  Thread,
  ThreadId,
  TranscriptDigest,
  Watch,
  WatchId,
} from '../domain/index.ts';
import type { LimitTables } from '../limits/index.ts';

/** What commands read and change. Inside a transaction the same words, all or nothing. */
export interface CommandTables extends LimitTables {
  nextTaskId(): Promise<TaskId>;
  findTask(id: TaskId): Promise<Task | null>;
  /** Keeps the task from changing until the transaction ends. */
  lockTask(id: TaskId): Promise<Task | null>;
  addTask(step: Step<Task>): Promise<void>;
  saveTask(step: Step<Task>): Promise<void>;
  tasksInStates(states: readonly TaskState[]): Promise<readonly Task[]>;
  /** What people know of overlaps between any of these. */
  overlapsOf(ids: readonly TaskId[]): Promise<readonly KnownOverlap[]>;
  saveOverlap(overlap: KnownOverlap): Promise<void>;
  /** Files of a push to its branch. */
  addTaskFiles(task: TaskId, paths: readonly string[]): Promise<void>;
  recentlyEndedTasks(limit: number): Promise<readonly Task[]>;
  /** Oldest try first. */
  tasksOfThread(thread: ThreadId): Promise<readonly Task[]>;
  taskOnBranch(repo: RepoName, branch: string): Promise<Task | null>;

  addThread(thread: Thread): Promise<void>;
  threadOfIssue(repo: RepoName, issue: number): Promise<Thread | null>;
  threadOfMessage(channel: string, ts: string): Promise<Thread | null>;
  findThread(id: ThreadId): Promise<Thread | null>;

  findSession(id: SessionId): Promise<Session | null>;
  openSessions(): Promise<readonly Session[]>;
  openSessionsOn(host: HostId): Promise<readonly Session[]>;
  addSession(session: Session): Promise<void>;
  lastObservation(id: SessionId): Promise<{
    readonly observation: Observation;
    readonly readings: readonly Reading[];
    readonly screen: readonly string[];
    readonly since: Date;
    readonly lastSeenAt: Date;
  } | null>;
  /** What its agent wrote down of the conversation, and when that was read. Null: nothing was read. */
  transcriptOf(id: SessionId): Promise<{ readonly digest: TranscriptDigest; readonly readAt: Date } | null>;

  /** Null: the director decides by itself. */
  openPause(): Promise<OpenPause | null>;
  /** Keeps others from pausing and resuming until the transaction ends. */
  lockDirector(): Promise<{ readonly pause: OpenPause | null }>;
  addPause(pause: OpenPause): Promise<void>;
  savePause(pause: EndedPause): Promise<void>;
  /** The newest ones, newest last. */
  decisionsOfTasks(ids: readonly TaskId[], limit: number): Promise<readonly StoredDecision[]>;
  /** Oldest first. */
  actionsOfTasks(ids: readonly TaskId[]): Promise<readonly Action[]>;

  nextRoundId(): Promise<RoundId>;
  addRound(round: Round): Promise<void>;
  findRound(id: RoundId): Promise<Round | null>;
  /** Newest first. */
  recentRounds(limit: number): Promise<readonly Round[]>;

  listHosts(): Promise<readonly Host[]>;
  findHost(id: HostId): Promise<Host | null>;
  hostNamed(name: string): Promise<Host | null>;
  /** Keeps the host from changing, and others from filling it, until the transaction ends. */
  lockHost(id: HostId): Promise<Host | null>;
  addHost(host: Host): Promise<void>;
  saveHost(host: Host): Promise<void>;
  /** What is known of hosts beside how they are reached, in the order they were added. */
  hostFacts(): Promise<readonly HostFacts[]>;
  /** Every host that a provider ever listed, removed ones too. */
  inventoryOf(
    provider: string,
  ): Promise<readonly { readonly host: Host; readonly told: Pick<HostFacts, 'absentSince'> }[]>;
  /** The machine that answers in a host's place is the host from now on. False: none does. */
  acceptStranger(host: HostId): Promise<boolean>;
  /** Of one host, or of all: then each session once. */
  seenSessions(host: HostId | null): Promise<readonly SeenSession[]>;
  seenSession(host: HostId, name: string): Promise<SeenSession | null>;

  /** Begins it; its message is posted soon. */
  addWatch(watch: Watch): Promise<void>;
  findWatch(id: WatchId): Promise<Watch | null>;
  openWatches(): Promise<readonly Watch[]>;
  /** False: it had ended before. */
  endWatch(id: WatchId, why: string): Promise<boolean>;

  listProjects(): Promise<readonly Project[]>;
  findProject(id: ProjectId): Promise<Project | null>;
  projectOfRepo(repo: RepoName): Promise<Project | null>;
  addProject(project: Project): Promise<void>;
  saveProject(project: Project): Promise<void>;
  /** Oldest issue first. */
  openObjectives(project: ProjectId): Promise<readonly Objective[]>;
  /** Older news than what is known changes nothing. */
  saveObjective(objective: Objective): Promise<void>;

  actorOf(identity: { readonly source: ActorSource; readonly externalId: string }): Promise<Actor | null>;
  saveActor(actor: Actor, at: Date): Promise<Actor>;
  actorsById(ids: readonly ActorId[]): Promise<ReadonlyMap<ActorId, Actor>>;
  /** Further accounts of the same person. */
  accountsOf(id: ActorId): Promise<readonly Pick<Actor, 'source' | 'externalId'>[]>;

  findApproval(id: ApprovalId): Promise<Approval | null>;
  lockApproval(id: ApprovalId): Promise<Approval | null>;
  openApprovals(): Promise<readonly Approval[]>;
  approvalsOfTasks(ids: readonly TaskId[]): Promise<readonly Approval[]>;
  /** False: the same question is open already. */
  addApproval(step: ApprovalStep & { readonly next: OpenApproval }): Promise<boolean>;
  /** Ends it, unless it has ended already: the first end counts. */
  saveApproval(step: ApprovalStep): Promise<void>;
  addAction(action: Action): Promise<boolean>;
  saveAction(action: Action): Promise<void>;

  /** In place of what the configuration says of this scope. */
  setBudgetCap(scope: string, capUsd: number, by: ActorId, at: Date): Promise<void>;
  /** Lets the limits of an account end at a moment that may be past. Value: how many would have ended later. */
  liftAccountLimits(account: string, until: Date): Promise<number>;

  addEvents(events: readonly Event[]): Promise<void>;
  eventsOfTask(task: TaskId, limit: number): Promise<readonly StoredEvent[]>;
  enqueue(job: Job): Promise<void>;
  /** False: this delivery's request was carried out before. */
  finishDelivery(key: DeliveryKey, outcome: string, at: Date): Promise<boolean>;
}

export interface CommandStore extends CommandTables {
  transaction<T>(work: (tx: CommandTables) => Promise<T>): Promise<T>;
}

export type DeliveryKey = { readonly source: DeliverySource; readonly id: DeliveryId };

/** Looks at a live screen, of any session of a host. An error is one sentence. */
export interface Screens {
  /** @param lines how many of the last lines, with what scrolled away; null: what is to be seen */
  read(host: Host, name: string, lines: number | null): Promise<Result<ScreenShot, string>>;
}

/** Lines are redacted, and so is `styled`: the visible screen with its colours. */
export type ScreenShot = { readonly lines: readonly string[]; readonly styled: StyledScreen };

/** Asks GitHub about a repository. An error is one sentence that says what to do. */
export interface Repositories {
  look(
    repo: RepoName,
  ): Promise<Result<{ readonly cloneUrl: string; readonly defaultBranch: string }, string>>;
}

/** Asks the chat whether the bot may post somewhere. An error is one sentence that says what to do. */
export interface Channels {
  mayPost(channel: string): Promise<Result<void, string>>;
}

/** Who is in groups that are kept elsewhere. An error is one sentence that says what to do. */
export interface Groups {
  /** Slack's ids of people. */
  slackGroup(group: string): Promise<Result<readonly string[], string>>;
  /** Logins on GitHub, in their one form. */
  codeOwners(repo: RepoName): Promise<Result<readonly string[], string>>;
}

/** Tries a host before it is added. An error is one sentence. */
export interface HostCheck {
  reach(host: Host): Promise<Result<void, string>>;
}

/** Those who know which hosts there are. */
export interface HostProviders {
  /** Asks them all now. Null: they take longer, and what they list is stored when it comes. */
  refresh(): Promise<readonly Discovery[] | null>;
  /** Whether the configuration keeps a host of this provider excluded. */
  keepsExcluded(provider: string, host: string): boolean;
  /** Whether the configuration names this very host. */
  writesDown(host: string): boolean;
  /** The ones that find hosts by themselves. */
  readonly finders: readonly string[];
}

/** What a person asked an agent first, redacted, and the agent's own id of that conversation. */
export type FirstRequest = { readonly text: string | null; readonly conversation: string | null };

/** What agents wrote down of their conversations. */
export interface Transcripts {
  firstRequest(host: Host, seen: SeenSession): Promise<FirstRequest>;
}

/** Decisions of the model, made once more. */
export interface Replays {
  /** Within minutes. `policy` null: the rules that hold. An error is one sentence. */
  run(asked: {
    readonly since: Date;
    readonly model: string | null;
    readonly policy: string | null;
  }): Promise<Result<Replay, string>>;
}

export type CommandPorts = {
  readonly replays: Replays;
  readonly store: CommandStore;
  readonly screens: Screens;
  readonly transcripts: Transcripts;
  readonly repositories: Repositories;
  readonly hostCheck: HostCheck;
  readonly hostProviders: HostProviders;
  readonly channels: Channels;
  readonly groups: Groups;
  readonly settings: CommandSettings;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly now: () => Date;
  readonly newId: () => string;
};

export type CommandSettings = {
  /** Kinds of agents that can be started. */
  readonly agents: readonly string[];
  /** Of them, those whose command line does not say what they may do without asking. */
  readonly agentsWithoutModes: readonly string[];
  /** What agents may do without asking where a task says nothing else. */
  readonly permissionMode: PermissionMode;
  readonly defaultAgent: string;
  readonly rulesOf: (project: ProjectId) => ProjectRules;
  /** Channel for tasks that start outside Slack when their project names none. */
  readonly defaultChannel: string | null;
  /** The word people type: `/fleet`. */
  readonly commandName: string;
  /** What the configuration says of a person. */
  readonly roleOf: (identity: { readonly source: ActorSource; readonly externalId: string }) => Role;
  /** Whether anybody was named as approver: if not, people answer for their own tasks. */
  readonly hasNamedApprovers: boolean;
  /** Whether a model may be asked about this project's tasks. */
  readonly asksModel: (project: ProjectId) => boolean;
};
