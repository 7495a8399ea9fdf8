import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Health, type Host, hostId, type Log } from '../../src/domain/index.ts';
import { createFleet, type Fleet, type HostLook } from '../../src/fleet/index.ts';
import { openSshd, type SshHost } from '../doubles/sshd.ts';
import { processesWithEnvironment, signalProcess } from '../support/processes.ts';
import { until } from '../support/until.ts';

/** A host with a home and a tmux server of its own, and a fleet that reaches it. Its files are on this machine. */
export type Place = AsyncDisposable & {
  readonly fleet: Fleet;
  readonly host: Host;
  readonly home: string;
  /** A program of this name counts as an agent, here and nowhere else. */
  readonly agentName: string;
  /** Another bot that reaches the same host. */
  openAnother(): Fleet;
  /** What the log was warned of, the newest last. */
  readonly warnings: Readonly<Record<string, unknown>>[];
  /** Runs tmux on the host, not by way of the fleet. */
  tmux(...words: readonly string[]): Promise<string>;
  /** Meanwhile somebody is attached to a session. */
  withClient(target: string, work: () => Promise<void>): Promise<void>;
};

export type SshPlace = Place & { readonly sshd: SshHost; readonly socketDir: string };

const run = promisify(execFile);
const END_WITHIN_MS = 5_000;

export const QUIET: Log = { info() {}, warn() {}, error() {} };

/** How the host is, of a look that asked for it. */
export function healthIn({ health }: HostLook): Health {
  if (health === null) throw new Error('the look does not tell how the host is');
  return health;
}

export function localHost(id = 'here'): Host {
  return {
    id: hostId(id),
    name: id,
    transport: { kind: 'local' },
    capacity: 3,
    state: 'active',
    reach: { state: 'unknown' },
  };
}

/** @param path where its programs are; the usual places when left out */
export async function openLocalPlace({
  path,
  idleAfterMs,
  now,
}: {
  path?: string;
  idleAfterMs?: number;
  /** The clock of the machine that reaches it. */
  now?: () => Date;
} = {}): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-here-'));
  const home = join(folder, 'home');
  const tmuxDir = join(folder, 'tmux');
  mkdirSync(home);
  mkdirSync(tmuxDir, { mode: 0o700 });
  const env = environment({
    HOME: home,
    TMUX_TMPDIR: tmuxDir,
    ...(path === undefined ? {} : { PATH: path }),
  });
  const agentName = `agent-${basename(folder)}`;
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const log = { ...QUIET, warn: (fields: Readonly<Record<string, unknown>>) => void warnings.push(fields) };
  const fleet = openFleet(env, folder, {
    agentName,
    log,
    ...(idleAfterMs === undefined ? {} : { idleAfterMs }),
    ...(now === undefined ? {} : { now }),
  });
  return {
    fleet,
    agentName,
    warnings,
    host: localHost(),
    home,
    tmux: (...words) => tmux(env, words),
    withClient: (target, work) => withClient(env, target, work),
    openAnother: () => openFleet(env, mkdtempSync(join(folder, 'another-')), { agentName }),
    async [Symbol.asyncDispose]() {
      await fleet.close();
      const left = () => processesWithEnvironment('TMUX_TMPDIR', tmuxDir);
      for (const { pid } of left()) signalProcess(pid, 'SIGKILL');
      await until(() => left().length === 0, { withinMs: END_WITHIN_MS, what: 'the end of the tmux server' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How a host is reached behind which an sshd answers, and what the fleet has to know for it. */
export type Way = (sshd: SshHost) => {
  readonly transport: Host['transport'];
  readonly env: Readonly<Record<string, string>>;
};

const BY_SSH: Way = ({ alias, sshConfigFile }) => ({
  transport: { kind: 'ssh', target: alias, port: null, configFile: sshConfigFile },
  env: {},
});

/** @param path folders whose programs the host has before the usual ones */
export async function openSshPlace({
  path = [],
  way = BY_SSH,
}: {
  path?: readonly string[];
  way?: Way;
} = {}): Promise<SshPlace> {
  const sshd = await openSshd({ path });
  const { transport, env: more } = way(sshd);
  const folder = mkdtempSync(join(tmpdir(), 'fleet-ssh-'));
  const env = environment({ HOME: sshd.home, ...more });
  const hostEnv = environment({ HOME: sshd.home, ...sshd.tmuxEnvironment });
  const agentName = `agent-${basename(folder)}`;
  const warnings: Readonly<Record<string, unknown>>[] = [];
  const log = { ...QUIET, warn: (fields: Readonly<Record<string, unknown>>) => void warnings.push(fields) };
  const fleet = openFleet(env, folder, { agentName, log });
  return {
    fleet,
    agentName,
    warnings,
    sshd,
    socketDir: join(folder, 'ssh'),
    host: { ...localHost('dev1'), transport },
    home: sshd.home,
    tmux: (...words) => tmux(hostEnv, words),
    withClient: (target, work) => withClient(hostEnv, target, work),
    openAnother: () => openFleet(env, mkdtempSync(join(folder, 'another-')), { agentName }),
    async [Symbol.asyncDispose]() {
      await fleet.close();
      await sshd.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function openFleet(
  env: NodeJS.ProcessEnv,
  dataDir: string,
  { agentName, ...options }: { agentName?: string; idleAfterMs?: number; log?: Log; now?: () => Date } = {},
): Fleet {
  return createFleet({
    owner: 'test',
    env,
    dataDir,
    agentNames: agentName === undefined ? [] : [agentName],
    now: () => new Date(),
    log: QUIET,
    ...options,
  });
}

export function environment(values: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, FLEET_TEST_RUN: process.env.FLEET_TEST_RUN ?? '', ...values };
}

async function tmux(env: NodeJS.ProcessEnv, words: readonly string[]): Promise<string> {
  const { stdout } = await run('tmux', ['-u', ...words], { env });
  return stdout;
}

async function withClient(env: NodeJS.ProcessEnv, target: string, work: () => Promise<void>): Promise<void> {
  const client = spawn('tmux', ['-C', 'attach-session', '-t', target], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(client, 'exit');
  try {
    await work();
  } finally {
    client.stdin.end();
    await ended;
  }
}
