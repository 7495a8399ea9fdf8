import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { createDatabase } from '../support/database-server.ts';
import { freePort } from '../support/free-port.ts';
import { isRunning } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { migrateOnce } from './migrated.ts';
import { findPostgres } from './system.ts';

/** Databases of single tests are copies of this one. */
const MIGRATED_DATABASE = 'fleet_migrated';

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS = 5;

/** A Postgres server of our own. `url` leads to its maintenance database. */
export type PostgresServer = AsyncDisposable & {
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
};

/** vitest calls this once before the tests of the project `postgres`, and what it returns after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  try {
    await migrateOnce({ kind: 'server', url: await createDatabase(server.url, MIGRATED_DATABASE) });
  } catch (cause) {
    await server.close();
    throw cause;
  }
  project.provide('database', {
    kind: 'postgres',
    url: server.url,
    template: MIGRATED_DATABASE,
  });
  return () => server.close();
}

/** Starts a private cluster in a temporary folder on a free port of 127.0.0.1. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === null) throw new Error('no Postgres binaries on this machine');
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'fleet-postgres-'));
  if (user !== null) chownSync(folder, user.uid, user.gid);

  const data = join(folder, 'data');
  const words = [
    '-D',
    data,
    '--username=fleet',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  const init = spawnSync(join(programs, 'initdb'), words, {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  });
  if (init.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`initdb failed: ${init.error?.message ?? init.stderr}`);
  }

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawn(join(programs, 'postgres'), [...serverWords(data, port)], {
      ...user,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log = `${log}${chunk.toString()}`.slice(-4_000);
    });
    const url = `postgres://fleet@127.0.0.1:${port}/postgres`;
    const hasStarted = await answersBeforeItEnds(child, url, data);
    if (hasStarted && child.pid !== undefined) return runningServer(child, child.pid, url, folder);
    await end(child);
    if (attempt === PORT_ATTEMPTS) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`postgres did not start: ${log}`);
    }
  }
}

function serverWords(data: string, port: number): readonly string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    // The cluster is thrown away: nothing in it has to survive a power failure.
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Another cluster may have been quicker to take the port, so it is asked which one it is. */
async function answersBeforeItEnds(child: ChildProcess, url: string, data: string): Promise<boolean> {
  try {
    return await until(
      async () => {
        if (hasEnded(child)) return 'ended' as const;
        const client = postgres(url, {
          max: 1,
          connect_timeout: 2,
          onnotice: () => {},
        });
        try {
          const [own] = await client`select current_setting('data_directory') = ${data} as answers`;
          return own?.answers === true && ('answers' as const);
        } finally {
          await client.end({ timeout: 1 });
        }
      },
      { withinMs: START_TIMEOUT_MS, what: 'a connection to Postgres' },
    ).then((seen) => seen === 'answers');
  } catch {
    return false;
  }
}

function runningServer(child: ChildProcess, pid: number, url: string, folder: string): PostgresServer {
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  // The last resorts: whatever ends this process, the cluster must not outlive it.
  const atExit = () => {
    child.kill('SIGQUIT');
    waitForEnd(pid);
    removeFolder();
  };
  const atSignal = (signal: NodeJS.Signals) => {
    process.off(signal, atSignal);
    atExit();
    process.kill(process.pid, signal);
  };
  process.once('exit', atExit);
  process.on('SIGINT', atSignal);
  process.on('SIGTERM', atSignal);

  const close = async () => {
    await end(child);
    removeFolder();
    process.off('exit', atExit);
    process.off('SIGINT', atSignal);
    process.off('SIGTERM', atSignal);
  };
  return { url, pid, close, [Symbol.asyncDispose]: close };
}

/** SIGINT is Postgres' fast shutdown: it ends its clients and then itself. */
async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(force);
}

/** Without giving the thread away: for the moment when this process ends too. */
function waitForEnd(pid: number): void {
  const nobodyWakesUs = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (isRunning(pid) && performance.now() < deadline) Atomics.wait(nobodyWakesUs, 0, 0, 20);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** Postgres refuses to run as root, so root hands it to the first of these users that exists. Null: not root. */
export function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('this runs as root, and there is no user postgres or nobody to hand programs to');
}
