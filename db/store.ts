import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Action,
  type ActorId,
  type Approval,
  type ApprovalStep,
  type Delivery,
  type EndedPause,
  type Event,
  type Host,
  hasEnded,
  type Job,
  type Log,
  lessonOf,
  type OpenApproval,
  type OpenPause,
  type Pause,
  type Project,
  type Round,
  type Session,
  type Step,
  type StoredEvent,
  type Surface,
  type Task,
  type Thread,
  type ThreadId,
  type Watch,
  type WatchId,
} from '../src/domain/index.ts';
import { actionsOfTasks, insertAction, updateAction } from './actions.ts';
import { accountsOf, actorOf, actorsById, replaceIdentities, saveActor } from './actors.ts';
import { addAgentEvents, agentEventsOf, saveTranscript, spoolOffsets, transcriptOf } from './agent-events.ts';
import { addRequest, endRequest, requestsOfSession } from './agent-requests.ts';
import {
  approvalsOfSession,
  approvalsOfTasks,
  endApproval,
  findApproval,
  insertApproval,
  lockApproval,
  openApprovals,
  recordVotes,
} from './approvals.ts';
import type { Connection } from './connect.ts';
import type { ReportDamage } from './damaged.ts';
import { decisionsOfTasks, recordDecision, replayableDecisions } from './decisions.ts';
import { finishDelivery, insertDelivery, openDeliveries, openDelivery } from './deliveries.ts';
import { eventsOfTask, eventsOfThread, insertEvents } from './events.ts';
import {
  findHost,
  hostNamed,
  hostNames,
  insertHost,
  listHosts,
  lockHost,
  recordReach,
  updateHost,
} from './hosts.ts';
import { hostsVersion, inventoryOf, markStale, stoppedHosts } from './inventory.ts';
import type { Jobs } from './jobs.ts';
import {
  accountLimitOf,
  accountLimitsAfter,
  accountLimitsToEnd,
  budgetCapsOf,
  liftAccountLimits,
  modelSpend,
  recordUsage,
  saveAccountLimit,
  setBudgetCap,
  usageOfProject,
  usageOfTask,
} from './limits.ts';
import { insertModelCall, lastModelCall, modelCallsSince } from './model-calls.ts';
import { claimNotification, notificationsOf, recordSent, recordUndeliverable } from './notifications.ts';
import { openObjectives, saveObjective, saveOpenObjectives } from './objectives.ts';
import { addTaskFiles, filesOfSessions, filesOfTasks, overlapsOf, saveOverlap } from './overlaps.ts';
import {
  endPause,
  forgetFailedCycles,
  insertPause,
  lockDirector,
  openPause,
  pauseOfThread,
  saveFailedCycles,
} from './pauses.ts';
import { findProject, insertProject, listProjects, projectOfRepo, updateProject } from './projects.ts';
import { findRound, insertRound, nextRoundId, recentRounds, roundOfThread, updateRound } from './rounds.ts';
import {
  acceptStranger,
  findSeenSession,
  listHostFacts,
  listSeenSessions,
  recordInventory,
  recordLook,
  recordMisroute,
  recordSilence,
  stuckSessions,
} from './seen.ts';
import {
  claimSession,
  endedTurnsOf,
  findSession,
  insertSession,
  lastObservation,
  lastSeenAtWork,
  lockSession,
  openSessionNamed,
  openSessions,
  openSessionsOn,
  recordObservation,
  releaseSession,
  releaseSessionClaims,
  sessionsOfTasks,
  sessionsToActOn,
  taskLocks,
  updateSession,
} from './sessions.ts';
import {
  findTask,
  insertTask,
  lockTask,
  nextTaskId,
  recentlyEndedTasks,
  taskOnBranch,
  tasksInStates,
  tasksOfThread,
  updateTask,
} from './tasks.ts';
import {
  claimThread,
  findThread,
  insertThread,
  recordCardMessage,
  releaseThread,
  releaseThreadClaims,
  threadOfIssue,
  threadOfMessage,
  untoldThreads,
} from './threads.ts';
import { listTrackRecords, recordLesson } from './track-records.ts';
import { endWatch, findWatch, insertWatch, openWatches, recordWatchShown } from './watches.ts';
import { claimWatches, releaseWatches, releaseWatchesOf } from './watching.ts';

/** The tables, with the changes that belong together made together. The same words inside and outside a transaction. */
export type Tables = ReturnType<typeof tablesOn>;

export type Store = Tables & {
  /** All or nothing. Use the tables it hands over: on an embedded database any other would wait for this one to end. */
  readonly transaction: <T>(work: (tx: Tables) => Promise<T>) => Promise<T>;
};

type Means = {
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Pick<Log, 'error'>;
};

export function createStore(connection: Connection, means: Means): Store {
  const damaged = reportOnce(means.log);
  const around = new AsyncLocalStorage<{ isOpen: boolean }>();
  return {
    ...tablesOn(outsideOf(around, connection), means, damaged),
    transaction: async (work) => {
      forbidInside(around);
      const transaction = { isOpen: true };
      try {
        return await connection.transaction((tx) =>
          around.run(transaction, () => work(tablesOn(tx, means, damaged))),
        );
      } finally {
        transaction.isOpen = false;
      }
    },
  };
}

/** The same connection, for use outside of transactions only. */
function outsideOf(around: AsyncLocalStorage<{ isOpen: boolean }>, connection: Connection): Connection {
  return new Proxy(connection, {
    get(target, name, receiver) {
      forbidInside(around);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

/** The embedded Postgres has one connection, so a statement beside an open transaction waits for it, and it for the statement, for ever. */
function forbidInside(around: AsyncLocalStorage<{ isOpen: boolean }>): void {
  if (around.getStore()?.isOpen === true) {
    throw new Error(
      'the store was used beside an open transaction: use the tables that the transaction was given',
    );
  }
}

/** A damaged row is met at every reading, and is told of once. */
function reportOnce(log: Pick<Log, 'error'>): ReportDamage {
  const told = new Set<string>();
  return ({ table, key, why }) => {
    const row = `${table} ${key}`;
    if (told.has(row)) return;
    told.add(row);
    log.error({ table, key, why }, 'a row of the database cannot be read and is left out');
  };
}

function tablesOn(connection: Connection, { jobs, now, newId }: Means, damaged: ReportDamage) {
  /** Binds a table function to this connection. */
  const on =
    <Args extends unknown[], Out>(work: (connection: Connection, ...args: Args) => Promise<Out>) =>
    (...args: Args): Promise<Out> =>
      work(connection, ...args);

  /** The same for those that may meet a row they cannot read. */
  const reading =
    <Args extends unknown[], Out>(
      work: (connection: Connection, report: ReportDamage, ...args: Args) => Promise<Out>,
    ) =>
    (...args: Args): Promise<Out> =>
      work(connection, damaged, ...args);

  const enqueue = (job: Job) => jobs.enqueue(connection, job);

  /** Stores what happened and sees to it that the threads are told. */
  const addEvents = async (happened: readonly Event[]): Promise<void> => {
    await insertEvents(connection, happened);
    for (const thread of new Set(happened.map((event) => event.thread))) {
      await enqueue({ kind: 'notify', thread, notBefore: null });
    }
  };

  const tellThread = async ({ thread }: Pause | Round): Promise<void> => {
    if (thread !== null) await enqueue({ kind: 'notify', thread, notBefore: null });
  };

  return {
    enqueue,
    addEvents,

    nextTaskId: on(nextTaskId),
    findTask: on(findTask),
    lockTask: on(lockTask),
    tasksInStates: reading(tasksInStates),
    recentlyEndedTasks: reading(recentlyEndedTasks),
    tasksOfThread: on(tasksOfThread),
    taskOnBranch: on(taskOnBranch),
    async addTask({ next, events }: Step<Task>): Promise<void> {
      await insertTask(connection, next);
      await addEvents(events);
    },
    /** What its end teaches is kept with it. */
    async saveTask(step: Step<Task>): Promise<void> {
      await updateTask(connection, step.next);
      const lesson = lessonOf(step);
      if (lesson !== null) await recordLesson(connection, lesson);
      await addEvents(step.events);
    },
    addTaskFiles: on(addTaskFiles),
    filesOfTasks: on(filesOfTasks),
    filesOfSessions: on(filesOfSessions),
    overlapsOf: on(overlapsOf),
    saveOverlap: on(saveOverlap),
    recordLesson: on(recordLesson),
    trackRecords: on(listTrackRecords),

    findThread: on(findThread),
    threadOfIssue: on(threadOfIssue),
    threadOfMessage: on(threadOfMessage),
    untoldThreads: on(untoldThreads),
    addThread: (thread: Thread) => insertThread(connection, thread, now()),

    findSession: on(findSession),
    lockSession: on(lockSession),
    openSessions: on(openSessions),
    openSessionsOn: on(openSessionsOn),
    sessionsToActOn: on(sessionsToActOn),
    taskLocks: on(taskLocks),
    openSessionNamed: on(openSessionNamed),
    sessionsOfTasks: on(sessionsOfTasks),
    addSession: (session: Session) => insertSession(connection, session),
    saveSession: (session: Session) => updateSession(connection, session),
    claimSession: on(claimSession),
    releaseSession: on(releaseSession),
    lastObservation: on(lastObservation),
    recordObservation: on(recordObservation),
    recordDecision: on(recordDecision),
    lastSeenAtWork: on(lastSeenAtWork),
    addModelCall: on(insertModelCall),
    lastModelCall: on(lastModelCall),
    modelCallsSince: reading(modelCallsSince),
    decisionsOfTasks: on(decisionsOfTasks),
    replayableDecisions: reading(replayableDecisions),

    openPause: on(openPause),
    lockDirector: on(lockDirector),
    saveFailedCycles: on(saveFailedCycles),
    forgetFailedCycles: on(forgetFailedCycles),
    /** Begins it: what waits is told why, and its thread what happened. */
    async addPause(pause: OpenPause): Promise<void> {
      await insertPause(connection, pause);
      await enqueue({ kind: 'place' });
      await tellThread(pause);
    },
    /** Ends it, and counts anew. */
    async savePause(pause: EndedPause): Promise<void> {
      await endPause(connection, pause);
      await forgetFailedCycles(connection);
      await enqueue({ kind: 'place' });
      await tellThread(pause);
    },

    nextRoundId: on(nextRoundId),
    findRound: on(findRound),
    recentRounds: on(recentRounds),
    /** Stores it, and the job that goes round. */
    async addRound(round: Round): Promise<void> {
      await insertRound(connection, round);
      await enqueue({ kind: 'round', round: round.id });
      await tellThread(round);
    },
    async saveRound(round: Round): Promise<void> {
      await updateRound(connection, round);
      await tellThread(round);
    },

    findHost: reading(findHost),
    lockHost: reading(lockHost),
    hostNamed: reading(hostNamed),
    listHosts: reading(listHosts),
    addHost: (host: Host) => insertHost(connection, host, now()),
    saveHost: (host: Host) => updateHost(connection, host),
    recordReach: on(recordReach),
    inventoryOf: reading(inventoryOf),
    markStale: on(markStale),
    stoppedHosts: on(stoppedHosts),
    hostsVersion: on(hostsVersion),
    claimWatches: on(claimWatches),
    releaseWatches: on(releaseWatches),

    hostFacts: reading(listHostFacts),
    seenSessions: reading(listSeenSessions),
    seenSession: reading(findSeenSession),
    stuckSessions: on(stuckSessions),
    recordLook: on(recordLook),
    recordInventory: on(recordInventory),
    recordMisroute: on(recordMisroute),
    acceptStranger: on(acceptStranger),
    recordSilence: on(recordSilence),

    spoolOffsets: on(spoolOffsets),
    addAgentEvents: on(addAgentEvents),
    agentEvents: reading(agentEventsOf),
    addRequest: on(addRequest),
    endRequest: on(endRequest),
    requestsOfSession: reading(requestsOfSession),
    transcriptOf: reading(transcriptOf),
    saveTranscript: on(saveTranscript),

    accountLimits: on(accountLimitsAfter),
    accountLimitOf: on(accountLimitOf),
    accountLimitsToEnd: on(accountLimitsToEnd),
    saveAccountLimit: on(saveAccountLimit),
    liftAccountLimits: on(liftAccountLimits),
    recordUsage: on(recordUsage),
    usageOfTask: on(usageOfTask),
    endedTurnsOf: on(endedTurnsOf),
    usageOfProject: on(usageOfProject),
    modelSpend: on(modelSpend),
    budgetCaps: on(budgetCapsOf),
    setBudgetCap: on(setBudgetCap),

    /** Stores it, and the job that shows it. */
    async addWatch(watch: Watch): Promise<void> {
      await insertWatch(connection, watch);
      await enqueue({ kind: 'watch', watch: watch.id, notBefore: null });
    },
    findWatch: on(findWatch),
    openWatches: on(openWatches),
    recordWatchShown: on(recordWatchShown),
    /** False: it had ended before. */
    async endWatch(id: WatchId, why: string): Promise<boolean> {
      const isNew = await endWatch(connection, id, why);
      if (isNew) await enqueue({ kind: 'watch', watch: id, notBefore: null });
      return isNew;
    },

    findProject: on(findProject),
    projectOfRepo: on(projectOfRepo),
    listProjects: on(listProjects),
    /** Stores it, and the job that reads what it wants. */
    async addProject(project: Project): Promise<void> {
      await insertProject(connection, project, now());
      await enqueue({ kind: 'objectives', project: project.id });
    },
    saveProject: (project: Project) => updateProject(connection, project),

    openObjectives: on(openObjectives),
    saveObjective: on(saveObjective),
    saveOpenObjectives: on(saveOpenObjectives),

    actorOf: on(actorOf),
    actorsById: on(actorsById),
    saveActor: on(saveActor),
    accountsOf: on(accountsOf),
    replaceIdentities: on(replaceIdentities),

    findApproval: on(findApproval),
    lockApproval: on(lockApproval),
    openApprovals: on(openApprovals),
    approvalsOfTasks: on(approvalsOfTasks),
    approvalsOfSession: on(approvalsOfSession),
    /** Asks, unless the same question is open already. True: it was asked now. */
    async addApproval({ next, events }: ApprovalStep & { readonly next: OpenApproval }): Promise<boolean> {
      const isNew = await insertApproval(connection, next);
      if (isNew) {
        await addEvents(events);
        await enqueue({ kind: 'expire', approval: next.id, at: next.expiresAt });
      }
      return isNew;
    },
    /** Ends a question, or counts a vote, unless it has ended already: the first end counts, and of another nobody is told. */
    async saveApproval({ next, events }: ApprovalStep): Promise<void> {
      const counts = next.state === 'open' ? recordVotes(connection, next) : endApproval(connection, next);
      if (await counts) await addEvents(events);
    },

    actionsOfTasks: on(actionsOfTasks),
    addAction: (action: Action) => insertAction(connection, action),
    saveAction: (action: Action) => updateAction(connection, action),

    eventsOfTask: on(eventsOfTask),

    /** Stores a delivery and the job that works on it. False: it was stored before. */
    async acceptDelivery(delivery: Delivery): Promise<boolean> {
      const isNew = await insertDelivery(connection, delivery);
      if (isNew) await enqueue({ kind: 'intake', source: delivery.source, delivery: delivery.id });
      return isNew;
    },
    openDelivery: on(openDelivery),
    openDeliveries: on(openDeliveries),
    finishDelivery: on(finishDelivery),

    notifications: on(notificationsOf),
    claimNotification: (thread: ThreadId, surface: Surface, key: string) =>
      claimNotification(connection, { id: newId(), thread, surface, key }, now()),
    recordSent: (id: string, sent: { readonly messageId: string; readonly digest: string }) =>
      recordSent(connection, id, sent, now()),
    recordUndeliverable: (id: string, why: string) => recordUndeliverable(connection, id, why, now()),
    async releaseClaims(isGone: (owner: string) => boolean): Promise<void> {
      await releaseSessionClaims(connection, isGone);
      await releaseThreadClaims(connection, isGone);
      await releaseWatchesOf(connection, isGone);
    },
    recordCardMessage: on(recordCardMessage),
    lockThread: (thread: ThreadId, owner: string, forMs: number) =>
      claimThread(connection, thread, owner, now(), new Date(now().getTime() + forMs)),
    unlockThread: on(releaseThread),

    /** Everything that is told of one thread. Null: there is no such thread. */
    async story(id: ThreadId) {
      const thread = await findThread(connection, id);
      if (thread === null) return null;
      const tasks = await tasksOfThread(connection, id);
      const ids = tasks.map((task) => task.id);
      const events = await eventsOfThread(connection, id);
      const approvals = await approvalsOfTasks(connection, ids);
      const actions = await actionsOfTasks(connection, ids);
      const pause = tasks.length === 0 ? await pauseOfThread(connection, id) : null;
      const round = tasks.length === 0 ? await roundOfThread(connection, id) : null;
      return {
        thread,
        pause,
        round,
        tasks,
        sessions: await sessionsOfTasks(connection, ids),
        events,
        approvals,
        actions,
        people: await actorsById(connection, peopleIn(tasks, events, approvals, actions, pause, round)),
        hostNames: await hostNames(connection),
      };
    },
  };
}

function peopleIn(
  tasks: readonly Task[],
  events: readonly StoredEvent[],
  approvals: readonly Approval[],
  actions: readonly Action[],
  pause: Pause | null,
  round: Round | null,
): readonly ActorId[] {
  const named = [
    ...tasks.flatMap((task) => [
      task.askedBy,
      task.state === 'cancelled' ? task.by : null,
      hasEnded(task) ? null : (task.lock?.by ?? null),
    ]),
    ...events.map((event) => ('by' in event ? event.by : null)),
    ...approvals.flatMap((approval) => [
      approval.requestedBy,
      approval.state === 'answered' ? approval.by : null,
      ...approval.votes.map(({ by }) => by),
    ]),
    ...actions.map((action) => action.by),
    pause?.state === 'ended' ? pause.endedBy : null,
    round?.by ?? null,
  ];
  return [...new Set(named.filter((id) => id !== null))];
}
