import type {
  AccountLimit,
  Action,
  AgentEvent,
  AgentRequest,
  Approval,
  ApprovalId,
  ApprovalStep,
  Decision,
  Event,
  GateInput,
  Health,
  Host,
  HostFacts,
  HostId,
  HostIdentity,
  Job,
  KnownOverlap,
  Lesson,
  Objective,
  Observation,
  OpenApproval,
  OpenPause,
  Project,
  ProjectId,
  Reach,
  Reading,
  Report,
  Round,
  RoundId,
  SeenSession,
  Session,
  SessionId,
  Step,
  StoredEvent,
  StoredModelCall,
  Stranger,
  Task,
  TaskId,
  TaskLock,
  TaskState,
  Thread,
  ThreadId,
  TrackRecord,
  TranscriptDigest,
  Usage,
  Verdict,
} from '../domain/index.ts';
import type { LimitTables } from '../limits/index.ts';
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
    /** Null: nothing new is known of it. */
    readonly health: Health | null;
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

/** `messagesRead`: how many messages the conversation had by then. `decision` null: nobody needed it any more. */
export type LastModelCall = {
  readonly endedAt: Date;
  readonly messagesRead: number;
  readonly decision: Decision | null;
  readonly verdict: Verdict | null;
};

/** What the director reads and changes. Inside a transaction the same words, all or nothing. */
export interface DirectorTables extends LimitTables {
  findTask(id: TaskId): Promise<Task | null>;
  lockTask(id: TaskId): Promise<Task | null>;
  saveTask(step: Step<Task>): Promise<void>;
  tasksInStates(states: readonly TaskState[]): Promise<readonly Task[]>;
  /** Oldest try first. */
  tasksOfThread(thread: ThreadId): Promise<readonly Task[]>;
  /** Files that were pushed to their branches. */
  filesOfTasks(ids: readonly TaskId[]): Promise<ReadonlyMap<TaskId, readonly string[]>>;
  /** Files that their agents changed, as they wrote it down. */
  filesOfSessions(ids: readonly SessionId[]): Promise<ReadonlyMap<SessionId, readonly string[]>>;
  /** What people know of overlaps between any of these. */
  overlapsOf(ids: readonly TaskId[]): Promise<readonly KnownOverlap[]>;
  saveOverlap(overlap: KnownOverlap): Promise<void>;
  /** How tasks ended so far. The end of a task is counted when it is saved. */
  trackRecords(): Promise<readonly TrackRecord[]>;
  /** Counts what is no end of a task. */
  recordLesson(lesson: Lesson): Promise<void>;

  findSession(id: SessionId): Promise<Session | null>;
  lockSession(id: SessionId): Promise<Session | null>;
  addSession(session: Session): Promise<void>;
  saveSession(session: Session): Promise<void>;
  openSessions(): Promise<readonly Session[]>;
  openSessionNamed(host: HostId, name: string): Promise<Session | null>;
  /** One worker has a session at a time. False: another one has it. */
  claimSession(id: SessionId, owner: string, at: Date, until: Date): Promise<boolean>;
  releaseSession(id: SessionId, owner: string): Promise<void>;
  /** `since`: when this meaning was first seen without a break. `isOverruled`: it is not kept, because a later look that is meant something else. */
  recordObservation(
    session: Session,
    seen: {
      readonly observation: Observation;
      readonly readings: readonly Reading[];
      readonly screen: readonly string[];
      readonly takenAt: Date;
    },
  ): Promise<{ readonly isChange: boolean; readonly isOverruled: boolean; readonly since: Date }>;
  lastObservation(id: SessionId): Promise<LastObservation | null>;
  /** `input`: what the gate looked at; left out: nothing, or it is kept with the call of the model. */
  recordDecision(
    session: Session,
    decision: Decision,
    verdict: Verdict,
    at: Date,
    input?: GateInput,
  ): Promise<void>;
  /** When an agent of this generation was last seen at work; null: it was not. */
  lastSeenAtWork(session: Session): Promise<Date | null>;
  addModelCall(call: StoredModelCall): Promise<void>;
  /** About this session. */
  lastModelCall(session: SessionId): Promise<LastModelCall | null>;

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
  /** What hooks asked, oldest first; of the many that ended long ago not all. */
  requestsOfSession(id: SessionId): Promise<readonly AgentRequest[]>;
  /** False: it is known already. */
  addRequest(request: AgentRequest): Promise<boolean>;
  /** Ends it, unless it has ended already. */
  endRequest(session: SessionId, ask: string, state: 'told' | 'over'): Promise<void>;
  spoolOffsets(ids: readonly SessionId[]): Promise<ReadonlyMap<SessionId, number>>;
  transcriptOf(id: SessionId): Promise<ReadTranscript | null>;
  saveTranscript(id: SessionId, read: ReadTranscript): Promise<void>;

  /** The newest one that this session's agent told of; null: none. */
  accountLimitOf(id: SessionId): Promise<AccountLimit | null>;
  /** Of sessions that live: their time is over, and they were not let go on yet. */
  accountLimitsToEnd(at: Date): Promise<readonly AccountLimit[]>;
  saveAccountLimit(limit: AccountLimit): Promise<void>;
  /** @param usage all that this file tells of; input without what was read from the cache */
  recordUsage(id: SessionId, file: string, usage: Usage, at: Date): Promise<void>;

  /** Takes or keeps the hosts that nobody else watches. Value: the generation under which each is watched. */
  claimWatches(owner: string, at: Date, until: Date): Promise<ReadonlyMap<HostId, number>>;
  releaseWatches(owner: string): Promise<void>;
  hostFacts(): Promise<readonly HostFacts[]>;
  seenSessions(host: HostId | null): Promise<readonly SeenSession[]>;
  /** Those that are stuck, and since when. */
  stuckSessions(): Promise<ReadonlyMap<SessionId, Date>>;
  seenSession(host: HostId, name: string): Promise<SeenSession | null>;
  /** False: somebody else watches the host now, and nothing was stored. */
  recordLook(watch: Lease, changes: SeenChanges): Promise<boolean>;
  /** True: people do not know of this machine yet. */
  recordMisroute(host: HostId, stranger: Stranger): Promise<boolean>;
  recordSilence(host: HostId, silentSince: Date | null): Promise<void>;

  findRound(id: RoundId): Promise<Round | null>;
  /** Newest first. */
  recentRounds(limit: number): Promise<readonly Round[]>;
  saveRound(round: Round): Promise<void>;

  findHost(id: HostId): Promise<Host | null>;
  /** Keeps the host from changing, and others from filling it, until the transaction ends. */
  lockHost(id: HostId): Promise<Host | null>;
  listHosts(): Promise<readonly Host[]>;
  /** Of which their provider says that they are off. */
  stoppedHosts(): Promise<ReadonlySet<HostId>>;
  /** Another one whenever either list is another. */
  hostsVersion(): Promise<string>;
  recordReach(id: HostId, reach: Reach): Promise<void>;
  findProject(id: ProjectId): Promise<Project | null>;
  /** Oldest issue first. */
  openObjectives(project: ProjectId): Promise<readonly Objective[]>;
  listProjects(): Promise<readonly Project[]>;

  approvalsOfTasks(ids: readonly TaskId[]): Promise<readonly Approval[]>;
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
