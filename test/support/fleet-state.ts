import { createHash, randomUUID } from 'node:crypto';
import { createStore, type Jobs, openJobs, type Store } from '../../db/index.ts';
import {
  type Actor,
  actorId,
  assignTask,
  type Host,
  hostId,
  type Log,
  NEW_SESSION,
  type NewTask,
  type Project,
  projectId,
  type QueuedTask,
  queueTask,
  type RunningTask,
  type Session,
  sessionId,
  startTask,
  threadId,
} from '../../src/domain/index.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';

export const QUIET: Log = { info() {}, warn() {}, error() {} };

/** The real store on a database of its own, a clock the test turns, and what most tests need to be there. */
export type FleetState = AsyncDisposable & {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly database: TestDatabase['database'];
  readonly clock: { now(): Date; advance(ms: number): void };
  readonly newId: () => string;
  readonly digest: (text: string) => string;
  readonly ann: Actor;
  readonly project: Project;
  addHost(host?: Partial<Host>): Promise<Host>;
  addTask(task?: Partial<NewTask>): Promise<QueuedTask>;
  /** A task with a live session on `host`. */
  addRunningTask(host: Host, task?: Partial<NewTask>): Promise<{ task: RunningTask; session: Session }>;
};

export async function openFleetState({ log = QUIET }: { log?: Log } = {}): Promise<FleetState> {
  const opened = await openTestDatabase();
  const { database } = opened;
  const jobs = await openJobs(database.queue, log);
  let at = Date.UTC(2026, 10, 22, 9);
  const clock = {
    now: () => new Date(at),
    advance: (ms: number) => {
      at += ms;
    },
  };
  const newId = () => randomUUID();
  const store = createStore(database.connection, { jobs, now: clock.now, newId, log });
  const ann = await store.saveActor(
    { id: actorId('ann'), source: 'slack', externalId: 'UANN', name: 'Ann', role: 'admin' },
    clock.now(),
  );
  const project: Project = {
    id: projectId('api'),
    repo: 'acme/api',
    cloneUrl: '/srv/api.git',
    defaultBranch: 'main',
    channel: null,
    agent: 'claude',
  };
  await store.addProject(project);

  async function addTask(task: Partial<NewTask> = {}): Promise<QueuedTask> {
    return store.transaction(async (tx) => {
      const thread = threadId(newId());
      await tx.addThread({ id: thread, slack: { channel: 'C1', messageTs: null }, issue: null });
      const step = queueTask(
        {
          id: await tx.nextTaskId(),
          brief: 'Add a health endpoint',
          project: project.id,
          repo: project.repo,
          priority: 'medium',
          agent: 'claude',
          wantedHost: null,
          permissionMode: null,
          maxTurns: null,
          after: [],
          askedBy: ann.id,
          origin: { kind: 'chat' },
          thread,
          attempt: 1,
          createdAt: clock.now(),
          ...task,
        },
        clock.now(),
      );
      await tx.addTask(step);
      return step.next;
    });
  }

  return {
    store,
    jobs,
    database,
    clock,
    newId,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    ann,
    project,
    async addHost(wanted = {}) {
      const host: Host = {
        id: hostId(newId()),
        name: 'dev1',
        transport: { kind: 'local' },
        capacity: 3,
        state: 'active',
        reach: { state: 'unknown' },
        ...wanted,
      };
      await store.addHost(host);
      return host;
    },
    addTask,
    async addRunningTask(host, wanted) {
      const task = await addTask(wanted);
      const session: Session = {
        ...NEW_SESSION,
        id: sessionId(newId()),
        task: task.id,
        host: host.id,
        name: `fleet-t${task.id}`,
        agent: task.agent,
        worktree: '/srv/work',
        branch: `fleet/t${task.id}-add`,
        state: 'live',
        createdAt: clock.now(),
      };
      const assigned = assignTask(
        task,
        { host: host.id, hostName: host.name, session: session.id, branch: session.branch },
        clock.now(),
      );
      const started = startTask(assigned.next, clock.now());
      await store.transaction(async (tx) => {
        await tx.saveTask(assigned);
        await tx.addSession(session);
        await tx.saveTask(started);
      });
      return { task: started.next, session };
    },
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      await opened[Symbol.asyncDispose]();
    },
  };
}
