import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PGlite, type PGliteInterface } from '@electric-sql/pglite';
import postgres from 'postgres';
import { err, ok, type Result } from '../src/domain/index.ts';
import type { PgDatabase, PgQueryResultHKT, SQL } from './drizzle.ts';
import { overPglite, overPgliteMigrator, overServer, overServerMigrator } from './drizzle.ts';
import * as schema from './schema.ts';

/** A drizzle database or an open transaction of one. */
export type Connection = PgDatabase<PgQueryResultHKT, typeof schema>;

/** Runs a statement of our own wording. The two drivers wrap its rows differently. */
export async function rowsOf(connection: Connection, statement: SQL): Promise<readonly unknown[]> {
  const answer: unknown = await connection.execute(statement);
  const rows = typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : answer;
  if (Array.isArray(rows)) return rows.map((row: unknown) => row);
  throw new Error('the database driver answered with something that has no rows');
}

/** Where the state is: a Postgres server, or PGlite (Postgres inside this process) in a folder; `memory://` keeps nothing. */
export type DatabaseLocation =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'embedded'; readonly dataDir: string; readonly template?: Blob };

export type Database = {
  readonly kind: DatabaseLocation['kind'];
  readonly connection: Connection;
  /** What pg-boss runs its statements through: a client of its own, because drizzle changes the parsers of the one it is given. */
  readonly queue: QueueConnection;
  readonly migrate: () => Promise<void>;
  /** Answers when the database does; throws when it does not. */
  readonly ping: () => Promise<void>;
  /** The migrated state as an archive that a new embedded database can start from; embedded only. */
  readonly dump: () => Promise<Blob>;
  readonly close: () => Promise<void>;
};

export type QueueConnection =
  | { readonly kind: 'server'; readonly client: postgres.Sql }
  | { readonly kind: 'embedded'; readonly pglite: PGliteInterface };

export type DatabaseFault =
  | { readonly kind: 'in-use'; readonly dataDir: string; readonly by: string }
  | { readonly kind: 'unreachable'; readonly detail: string };

const MIGRATIONS = join(import.meta.dirname, 'migrations');
const SERVER_CONNECTIONS = 8;
const QUEUE_CONNECTIONS = 4;
const CONNECT_TIMEOUT_S = 10;
const MIGRATION_LOCK = 7_021_733;

export function openDatabase(location: DatabaseLocation): Promise<Result<Database, DatabaseFault>> {
  return location.kind === 'server'
    ? openServer(location.url)
    : openEmbedded(location.dataDir, location.template);
}

async function openServer(url: string): Promise<Result<Database, DatabaseFault>> {
  const quiet = { onnotice: () => undefined, connect_timeout: CONNECT_TIMEOUT_S };
  if (!URL.canParse(url)) return err({ kind: 'unreachable', detail: 'its address is no URL' });
  const client = postgres(url, { ...quiet, max: SERVER_CONNECTIONS });
  const queueClient = postgres(url, { ...quiet, max: QUEUE_CONNECTIONS });
  const close = async () => {
    await Promise.all([client.end({ timeout: 5 }), queueClient.end({ timeout: 5 })]);
  };
  try {
    await client`select 1`;
  } catch (cause) {
    await close();
    return err({ kind: 'unreachable', detail: reasonOf(cause) });
  }
  const connection = overServer.drizzle(preparing(client), { schema });
  return ok({
    kind: 'server',
    connection,
    queue: { kind: 'server', client: queueClient },
    migrate: async () => {
      // Processes that start at the same time migrate one after the other.
      const reserved = await queueClient.reserve();
      try {
        await reserved`select pg_advisory_lock(${MIGRATION_LOCK})`;
        await overServerMigrator.migrate(connection, { migrationsFolder: MIGRATIONS });
      } finally {
        await reserved`select pg_advisory_unlock(${MIGRATION_LOCK})`;
        reserved.release();
      }
    },
    ping: async () => {
      await queueClient`select 1`;
    },
    dump: () => Promise.reject(new Error('only an embedded database can be dumped')),
    close,
  });
}

/**
 * The same questions are asked again and again: each is parsed once for each connection then, and asked in one round trip in place of two.
 * Drizzle asks for that only where a query is given a name.
 */
function preparing<T extends postgres.Sql | postgres.TransactionSql>(client: T): T {
  return new Proxy(client, {
    get(target, name): unknown {
      if (name === 'unsafe') {
        return (query: string, parameters: never[] = [], options: object = {}) =>
          target.unsafe(query, parameters, { ...options, prepare: true });
      }
      if (name === 'begin' && 'begin' in target) {
        return (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
          target.begin((tx) => work(preparing(tx)));
      }
      if (name === 'savepoint' && 'savepoint' in target) {
        return (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
          target.savepoint((tx) => work(preparing(tx)));
      }
      return Reflect.get(target, name);
    },
  });
}

/** What the server itself says, or else a code such as ECONNREFUSED: a password with a stray `@` in it would be quoted as the host's name. */
function reasonOf(cause: unknown): string {
  if (cause instanceof postgres.PostgresError) return cause.message;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : 'no reason is given';
}

async function openEmbedded(
  dataDir: string,
  template: Blob | undefined,
): Promise<Result<Database, DatabaseFault>> {
  const lock = await lockFolder(dataDir);
  if (!lock.ok) return lock;
  const pglite = await PGlite.create({
    ...(dataDir === MEMORY ? {} : { dataDir: join(dataDir, 'postgres') }),
    ...(template === undefined ? {} : { loadDataDir: template }),
  });
  const connection = overPglite.drizzle(pglite, { schema });
  return ok({
    kind: 'embedded',
    connection,
    queue: { kind: 'embedded', pglite },
    migrate: () => overPgliteMigrator.migrate(connection, { migrationsFolder: MIGRATIONS }),
    ping: async () => {
      await pglite.query('select 1');
    },
    dump: () => pglite.dumpDataDir('none'),
    close: async () => {
      await pglite.close();
      await lock.value();
    },
  });
}

const MEMORY = 'memory://';

/** PGlite itself lets two processes open one folder and corrupt it. The lock file names its holder, so a dead one's is taken over. */
async function lockFolder(dataDir: string): Promise<Result<() => Promise<void>, DatabaseFault>> {
  if (dataDir === MEMORY) return ok(async () => undefined);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'lock');
  const mine = JSON.stringify({ host: hostname(), pid: process.pid, started: await startOf(process.pid) });
  // Written beside and then linked, so that nobody ever reads a lock without its holder.
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        await link(written, file);
        return ok(async () => {
          if ((await readFile(file, 'utf8').catch(() => '')) === mine) await rm(file, { force: true });
        });
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      }
      const holder = await readFile(file, 'utf8').catch(() => '');
      if (await isHeld(holder)) return err({ kind: 'in-use', dataDir, by: describeHolder(holder) });
      await removeStale(file, holder);
    }
  } finally {
    await rm(written, { force: true });
  }
  return err({ kind: 'in-use', dataDir, by: 'another process' });
}

/** Takes a dead lock out of the way. What somebody else has put there in the meantime goes back. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'EEXIST')))
      throw cause;
  } finally {
    await rm(aside, { force: true });
  }
}

type Holder = { readonly host: string; readonly pid: number; readonly started: string };

function parseHolder(written: string): Holder | null {
  try {
    const value: unknown = JSON.parse(written);
    if (typeof value !== 'object' || value === null) return null;
    const { host, pid, started } = value as Record<string, unknown>;
    return typeof host === 'string' && typeof pid === 'number' && typeof started === 'string'
      ? { host, pid, started }
      : null;
  } catch {
    return null;
  }
}

async function isHeld(written: string): Promise<boolean> {
  const holder = parseHolder(written);
  if (holder === null) return false;
  // A shared folder: nobody here can tell whether a process of another machine lives.
  if (holder.host !== hostname()) return true;
  return holder.started !== '' && (await startOf(holder.pid)) === holder.started;
}

function describeHolder(written: string): string {
  const holder = parseHolder(written);
  return holder === null ? 'another process' : `process ${holder.pid} on ${holder.host}`;
}

/** A process's start time, which tells it from a later one of the same number. Empty: there is no such process. Source: proc_pid_stat(5), field 22. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    if (process.platform === 'linux') return '';
    return isAlive(pid) ? 'alive' : '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
