import { createHash, randomUUID } from 'node:crypto';
import { createStore, type Store } from '../../db/index.ts';
import {
  actorId,
  assignTask,
  DEFAULT_RULES,
  type Host,
  hostId,
  type Log,
  NEW_SESSION,
  projectId,
  type QueuedTask,
  queueTask,
  type RunningTask,
  sessionId,
  startTask,
  type ThreadId,
  taskId,
  threadId,
} from '../../src/domain/index.ts';
import { withLimits } from '../../src/limits/index.ts';
import {
  type DeliverThreadWith,
  deliverThread,
  type ThreadDelivery,
} from '../../src/notify/deliver-thread.ts';
import type { SurfaceClient } from '../../src/notify/ports.ts';
import { createRests } from '../../src/notify/rests.ts';
import { createSlackClient } from '../../src/slack/client.ts';
import { createSlackSurface } from '../../src/slack/out/surface.ts';
import type { Message } from '../../src/workspace/slack-state.ts';
import { openSlackDouble, type SlackDouble } from '../doubles/slack.ts';
import { openTestDatabase } from '../support/database.ts';
import { QUIET } from '../support/fleet-state.ts';
import { NO_PICTURES } from '../support/pictures.ts';

export const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A task's thread in a real database, told to a Slack that keeps Slack's rules. */
export type ToldThread = AsyncDisposable & {
  readonly store: Store;
  readonly slack: SlackDouble;
  readonly thread: ThreadId;
  readonly task: QueuedTask;
  /** Starts the task's agent, as far as the thread hears of it. */
  run(): Promise<RunningTask>;
  deliver(owner?: string, more?: Partial<DeliverThreadWith>): Promise<ThreadDelivery>;
  /** What people see of the thread, the card first. */
  shown(): readonly Message[];
};

export async function openToldThread(
  where: { readonly inOtherChannel: boolean } = { inOtherChannel: false },
): Promise<ToldThread> {
  const cleanUp = new AsyncDisposableStack();
  const slack = cleanUp.use(await openSlackDouble({ signingSecret: 'secret' }));
  const { database } = cleanUp.use(await openTestDatabase());
  const store = createStore(database.connection, {
    jobs: { enqueue: async () => {} },
    log: QUIET,
    now: () => new Date(),
    newId: randomUUID,
  });

  const thread = threadId(randomUUID());
  const channel = where.inOtherChannel ? slack.otherChannel : slack.channel;
  const ann = await store.saveActor(
    { id: actorId('ann'), source: 'slack', externalId: 'U0ANA', name: 'Ana', role: 'approver' },
    new Date(),
  );
  const project = projectId('shop');
  await store.addProject({
    id: project,
    repo: 'demo/shop',
    cloneUrl: '/srv/shop.git',
    defaultBranch: 'main',
    channel,
    agent: 'demo',
  });
  await store.addThread({
    id: thread,
    slack: { channel, messageTs: null },
    issue: { repo: 'demo/shop', issue: 3 },
  });
  const host: Host = {
    id: hostId('dev1'),
    name: 'dev1',
    transport: { kind: 'local' },
    capacity: 3,
    state: 'active',
    reach: { state: 'unknown' },
  };
  await store.addHost(host);
  const queued = queueTask(
    {
      id: taskId(12),
      brief: 'Add a health endpoint',
      project,
      repo: 'demo/shop',
      priority: 'high',
      agent: 'demo',
      wantedHost: null,
      permissionMode: null,
      maxTurns: null,
      after: [],
      askedBy: ann.id,
      origin: { kind: 'chat' },
      thread,
      attempt: 1,
      createdAt: new Date(),
    },
    new Date(),
  );
  await store.addTask(queued);

  const client = createSlackClient({
    botToken: slack.bot.token,
    slackApiUrl: slack.apiUrl,
    fetch: null,
    log: quietLog,
  });
  const surface: SurfaceClient = createSlackSurface(client, NO_PICTURES);
  return {
    store,
    slack,
    thread,
    task: queued.next,
    run: async () => {
      const session = sessionId('session-1');
      const branch = 'fleet/t12';
      const assigned = assignTask(
        queued.next,
        { host: host.id, hostName: 'dev1', session, branch },
        new Date(),
      );
      await store.addSession({
        ...NEW_SESSION,
        id: session,
        task: queued.next.id,
        host: host.id,
        name: 'fleet-t12',
        agent: 'demo',
        worktree: null,
        branch,
        state: 'live',
        createdAt: new Date(),
      });
      await store.saveTask(assigned);
      const started = startTask(assigned.next, new Date());
      await store.saveTask(started);
      return started.next;
    },
    deliver: (owner = 'one', more = {}) =>
      deliverThread(thread, {
        store: {
          ...store,
          claim: store.claimNotification,
          story: withLimits(
            store,
            () => DEFAULT_RULES,
            () => new Date(),
          ),
        },
        surfaces: { slack: surface },
        rests: createRests(),
        now: () => new Date(),
        owner,
        digest: (text) => createHash('sha256').update(text).digest('hex'),
        log: quietLog,
        signal: AbortSignal.timeout(30_000),
        ...more,
      }),
    shown: () => slack.messages.filter((message) => message.user === slack.bot.userId),
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}
