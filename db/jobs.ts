import { type Db, fromDrizzle, fromPglite, PgBoss } from 'pg-boss';
import type postgres from 'postgres';
import {
  approvalId,
  type DeliveryId,
  type Job,
  type JobKind,
  type Log,
  projectId,
  roundId,
  sessionId,
  threadId,
  watchId,
} from '../src/domain/index.ts';
import { type Connection, type QueueConnection, rowsOf } from './connect.ts';
import { type SQL, sql } from './drizzle.ts';

export interface Jobs {
  /** Enqueues within the caller's transaction: the job is there if and only if the change is. */
  enqueue(connection: Connection, job: Job): Promise<void>;
  /** Starts working. A handler that throws is tried again later, with growing pauses. */
  work(
    handlers: { readonly [Kind in JobKind]?: (job: Extract<Job, { kind: Kind }>) => Promise<void> },
  ): Promise<void>;
  /** Jobs of a kind that are not finished. */
  countOpen(kind: JobKind): Promise<number>;
  /** Waits for the running handlers, then stops. */
  stop(): Promise<void>;
}

type QueueRule = {
  /** `short`: one waiting job per key (a wake-up that is already waiting needs no second one). `standard`: every job counts. */
  readonly policy: 'standard' | 'short';
  readonly concurrency: number;
  readonly expireInSeconds: number;
};

const QUEUES: Readonly<Record<JobKind, QueueRule>> = {
  intake: { policy: 'standard', concurrency: 4, expireInSeconds: 120 },
  place: { policy: 'short', concurrency: 1, expireInSeconds: 120 },
  discover: { policy: 'short', concurrency: 1, expireInSeconds: 900 },
  objectives: { policy: 'short', concurrency: 1, expireInSeconds: 300 },
  prepare: { policy: 'short', concurrency: 4, expireInSeconds: 900 },
  cycle: { policy: 'short', concurrency: 4, expireInSeconds: 120 },
  round: { policy: 'short', concurrency: 2, expireInSeconds: 3600 },
  'ask-model': { policy: 'short', concurrency: 2, expireInSeconds: 120 },
  notify: { policy: 'short', concurrency: 3, expireInSeconds: 120 },
  watch: { policy: 'short', concurrency: 3, expireInSeconds: 120 },
  expire: { policy: 'standard', concurrency: 1, expireInSeconds: 60 },
};

export const JOB_KINDS: readonly JobKind[] = [
  'intake',
  'place',
  'discover',
  'objectives',
  'prepare',
  'cycle',
  'round',
  'ask-model',
  'notify',
  'watch',
  'expire',
];
const RETRY_LIMIT = 20;
const RETRY_DELAY_S = 1;
const RETRY_DELAY_MAX_S = 60;
// A job of a process that died is taken over after both: the least pg-boss takes, and the next time it looks for such jobs.
const HEARTBEAT_S = 10;
const SUPERVISE_EVERY_S = 15;
const UNUSED_EVERY_S = 3600;
const KEEP_FINISHED_S = 24 * 3600;
/** How soon a job is begun that nobody was told of: one to be tried again, one of a process that died. One for later is begun in time. */
const LOOK_FOR_DUE_EVERY_MS = 5_000;
/** The same, where there was a job just now. */
const LOOK_AGAIN_AFTER_MS = 1_000;
/** Each worker asks for itself only so often: one look for all of them costs less. */
const BACKSTOP_POLL_S = 60;
const POLL_WITHOUT_NOTICES_S = 1;
const STOP_WITHIN_MS = 15_000;

export async function openJobs(queue: QueueConnection, log: Log): Promise<Jobs> {
  const boss = new PgBoss({
    db: queue.kind === 'server' ? fromServer(queue.client) : fromPglite(queue.pglite),
    ...(queue.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
    useListenNotify: true,
    monitorIntervalSeconds: SUPERVISE_EVERY_S,
    superviseIntervalSeconds: SUPERVISE_EVERY_S,
    // Neither jobs at times of the day nor jobs that wait for others are used here.
    schedule: false,
    flowIntervalSeconds: UNUSED_EVERY_S,
  });
  boss.on('error', (error) => log.error({ error }, 'the job queue reports an error'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'the job queue warns'));
  await boss.start();
  for (const kind of JOB_KINDS) {
    const rule = QUEUES[kind];
    await boss.createQueue(kind, {
      policy: rule.policy,
      notify: true,
      retryLimit: RETRY_LIMIT,
      retryDelay: RETRY_DELAY_S,
      retryBackoff: true,
      retryDelayMax: RETRY_DELAY_MAX_S,
      expireInSeconds: rule.expireInSeconds,
      heartbeatSeconds: HEARTBEAT_S,
      deleteAfterSeconds: KEEP_FINISHED_S,
    });
    // Fills the queue cache: the first send inside a transaction would otherwise look it up outside, and wait for itself on PGlite.
    await boss.findJobs(kind, { id: NOBODY });
  }

  const workers = new Map<JobKind, string[]>();
  /** Value: when the next one is due, in milliseconds; null: none waits for its time. */
  const wakeForDueJobs = async (): Promise<number | null> => {
    // Below 'active' in the order of states are those that wait; pg-boss has an index on just them.
    const { rows } = await boss.getDb().executeSql(
      `select name, count(*) filter (where start_after <= now())::int as due,
        (extract(epoch from min(start_after) filter (where start_after > now()) - now()) * 1000)::float as later_ms
      from pgboss.job where name = any($1::text[]) and state < 'active' group by name`,
      [[...workers.keys()]],
    );
    const waiting = rows as readonly {
      readonly name: JobKind;
      readonly due: number;
      readonly later_ms: number | null;
    }[];
    for (const { name, due } of waiting) {
      for (const worker of (workers.get(name) ?? []).slice(0, due)) boss.notifyWorker(worker);
    }
    if (waiting.some(({ due }) => due > 0)) return LOOK_AGAIN_AFTER_MS;
    const later = waiting.flatMap(({ later_ms }) => later_ms ?? []);
    return later.length === 0 ? null : Math.min(...later);
  };
  const dueLooks = createLooks(wakeForDueJobs, (error) =>
    log.error({ error }, 'the job queue could not be asked what is due'),
  );

  return {
    async enqueue(connection, job) {
      const key = keyOf(job);
      await boss.send(job.kind, dataOf(job), {
        db: fromDrizzle(
          { execute: async (statement) => [...(await rowsOf(connection, statement as SQL))] },
          sql,
        ),
        ...(key === null ? {} : { singletonKey: key }),
        ...startOf(job),
      });
      const { startAfter } = startOf(job);
      dueLooks.within(startAfter === undefined ? LOOK_AGAIN_AFTER_MS : startAfter.getTime() - Date.now());
    },
    async work(handlers) {
      for (const kind of JOB_KINDS) {
        const handler: ((job: never) => Promise<void>) | undefined = handlers[kind];
        if (handler === undefined) continue;
        const ids: string[] = [];
        workers.set(kind, ids);
        for (let nth = 0; nth < QUEUES[kind].concurrency; nth += 1) {
          const id: string = await boss.work(
            kind,
            {
              pollingIntervalSeconds: POLL_WITHOUT_NOTICES_S,
              notifyPollingIntervalSeconds: BACKSTOP_POLL_S,
            },
            async (batch) => {
              for (const each of batch) {
                try {
                  await handler(parseJob(kind, each.data) as never);
                } catch (error) {
                  // A job that is cut off because the process stops did not break; the queue gives it to the next one.
                  if (!(error instanceof Error && error.name === 'AbortError'))
                    log.error({ error, job: kind, data: each.data }, 'a job broke and will be tried again');
                  throw error;
                } finally {
                  // Where there was one there may be more.
                  boss.notifyWorker(id);
                  dueLooks.within(LOOK_AGAIN_AFTER_MS);
                }
              }
            },
          );
          ids.push(id);
        }
      }
      dueLooks.start();
    },
    async countOpen(kind) {
      // The queue's own numbers are some seconds old.
      const { rows } = await boss
        .getDb()
        .executeSql(
          `select count(*)::int as open from pgboss.job where name = $1 and state in ('created', 'retry', 'active')`,
          [kind],
        );
      const [row] = rows as readonly { readonly open: number }[];
      return row?.open ?? 0;
    },
    async stop() {
      await dueLooks.stop();
      await boss.stop({ graceful: true, timeout: STOP_WITHIN_MS, close: false });
    },
  };
}

type Looks = {
  readonly start: () => void;
  /** The next look comes no later; before the start it does nothing. */
  readonly within: (ms: number) => void;
  readonly stop: () => Promise<void>;
};

/** Looks every LOOK_FOR_DUE_EVERY_MS, and sooner when a look says so. */
function createLooks(look: () => Promise<number | null>, onError: (error: unknown) => void): Looks {
  let timer: NodeJS.Timeout | undefined;
  let isOn = false;
  let nextAt = Number.POSITIVE_INFINITY;
  let running = Promise.resolve();
  const begin = async (): Promise<void> => {
    if (!isOn) return;
    nextAt = Number.POSITIVE_INFINITY;
    const soonMs = await look().catch((error: unknown) => {
      if (isOn) onError(error);
      return null;
    });
    within(soonMs ?? LOOK_FOR_DUE_EVERY_MS);
  };
  const within = (ms: number): void => {
    const afterMs = Math.min(Math.max(0, ms), LOOK_FOR_DUE_EVERY_MS);
    const at = performance.now() + afterMs;
    if (!isOn || at >= nextAt) return;
    clearTimeout(timer);
    nextAt = at;
    timer = setTimeout(() => {
      running = running.then(begin);
    }, afterMs);
  };
  return {
    start() {
      isOn = true;
      within(LOOK_AGAIN_AFTER_MS);
    },
    within,
    stop() {
      isOn = false;
      clearTimeout(timer);
      return running;
    },
  };
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

function startOf(job: Job): { startAfter?: Date } {
  if (job.kind === 'expire') return { startAfter: job.at };
  const isForLater = job.kind === 'notify' || job.kind === 'watch';
  return isForLater && job.notBefore !== null ? { startAfter: job.notBefore } : {};
}

function keyOf(job: Job): string | null {
  switch (job.kind) {
    case 'place':
    case 'discover':
      return 'all';
    case 'prepare':
    case 'cycle':
    case 'ask-model':
      return job.session;
    case 'objectives':
      return job.project;
    case 'round':
      return String(job.round);
    case 'notify':
      // One for later must not stand in the way of one for now, nor of one for sooner.
      return job.notBefore === null ? job.thread : `${job.thread}@${job.notBefore.toISOString()}`;
    case 'watch':
      // One that waits for its time, and beside it one for now.
      return job.notBefore === null ? `${job.watch}@once` : job.watch;
    case 'intake':
    case 'expire':
      return null;
  }
}

function dataOf(job: Job): Record<string, string> {
  switch (job.kind) {
    case 'intake':
      return { source: job.source, delivery: job.delivery };
    case 'place':
    case 'discover':
      return {};
    case 'prepare':
    case 'cycle':
    case 'ask-model':
      return { session: job.session };
    case 'objectives':
      return { project: job.project };
    case 'round':
      return { round: String(job.round) };
    case 'notify':
      return { thread: job.thread };
    case 'watch':
      return { watch: job.watch };
    case 'expire':
      return { approval: job.approval, at: job.at.toISOString() };
  }
}

function parseJob(kind: JobKind, data: unknown): Job {
  const fields = data as Readonly<Record<string, string>>;
  const field = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw new Error(`job ${kind} has no ${name}`);
    return value;
  };
  switch (kind) {
    case 'intake':
      return {
        kind,
        source: field('source') === 'github' ? 'github' : 'slack',
        delivery: field('delivery') as DeliveryId,
      };
    case 'place':
    case 'discover':
      return { kind };
    case 'prepare':
    case 'cycle':
    case 'ask-model':
      return { kind, session: sessionId(field('session')) };
    case 'objectives':
      return { kind, project: projectId(field('project')) };
    case 'round':
      return { kind, round: roundId(Number(field('round'))) };
    case 'notify':
      return { kind, thread: threadId(field('thread')), notBefore: null };
    case 'watch':
      return { kind, watch: watchId(field('watch')), notBefore: null };
    case 'expire':
      return { kind, approval: approvalId(field('approval')), at: new Date(field('at')) };
  }
}

/** pg-boss on postgres.js. */
function fromServer(client: postgres.Sql): Db {
  return {
    async executeSql(text, values) {
      const parameters = (values ?? []) as never[];
      const rows =
        parameters.length === 0
          ? await runScript(client, text)
          : await client.unsafe(text, parameters, { prepare: true });
      // Several statements without parameters answer with one list each.
      const flat = Array.isArray(rows[0]) ? (rows as unknown as unknown[][]).flat() : [...rows];
      return { rows: flat };
    },
    async listen(channel, onNotification, onReconnect) {
      const subscription = await client.listen(channel, onNotification, onReconnect);
      return { close: () => subscription.unlisten() };
    },
  };
}

/** Several statements at once may begin a transaction, which has to stay on one connection. */
async function runScript(client: postgres.Sql, script: string): Promise<postgres.RowList<postgres.Row[]>> {
  const reserved = await client.reserve();
  try {
    return await reserved.unsafe(script).simple();
  } catch (cause) {
    // What the script began would stay open for whoever gets the connection next.
    await reserved.unsafe('rollback');
    throw cause;
  } finally {
    reserved.release();
  }
}
