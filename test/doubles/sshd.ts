import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../setup/system.ts';
import { freePort } from '../support/free-port.ts';
import { descendantsOf, processesWithEnvironment, signalProcess } from '../support/processes.ts';
import { until } from '../support/until.ts';

const START_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS = 5;
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * A host of its own: a real sshd on loopback whose sessions have their own HOME and tmux server.
 * `sshConfigFile` names it, so `ssh -F <sshConfigFile> <alias>` is all a client needs.
 */
export type SshHost = AsyncDisposable & {
  readonly alias: string;
  readonly port: number;
  readonly user: string;
  readonly home: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  readonly sshConfigFile: string;
  /** What to put before a tmux command that should see this host's sessions from outside. */
  readonly tmuxEnvironment: Readonly<Record<string, string>>;
  /** Words before a command that is to run among this host's processes, in its home. */
  readonly enter: readonly string[];
  /** Ends every connection and answers no new one, as when the machine is gone. What runs there goes on. */
  cut(): void;
  /** Connections stay open and nothing comes through them, as when the network is gone. */
  freeze(): void;
  /** Undoes `cut` and `freeze`. */
  restore(): void;
  /** Logins so far, each of them a connection of its own. */
  acceptedConnections(): number;
  /** Ends sshd, tmux and everything else that runs on this host. */
  close(): Promise<void>;
};

/**
 * `path`: folders whose programs the host has besides the usual ones. `home`: an existing folder, which is kept.
 * `hasOwnProcesses`: nobody on the host sees another host's processes; see `canHaveOwnProcesses`.
 */
export type SshHostOptions = {
  alias?: string;
  home?: string;
  path?: readonly string[];
  hasOwnProcesses?: boolean;
};

/** The host's first process is its sshd, and everything on it ends with that one. Source: pid_namespaces(7). */
const OWN_PROCESSES = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** Linux, and only root may, or whoever was given the right. */
export function canHaveOwnProcesses(): boolean {
  const [unshare, ...words] = OWN_PROCESSES;
  return spawnSync(unshare, [...words, 'true'], { stdio: 'ignore' }).status === 0;
}

export async function openSshd({
  alias = 'dev1',
  home,
  path = [],
  hasOwnProcesses = false,
}: SshHostOptions = {}): Promise<SshHost> {
  const sshd = findProgram('sshd');
  if (sshd === null) throw new Error('no sshd on this machine');
  const folder = mkdtempSync(join(tmpdir(), 'fleet-sshd-'));
  const files = writeFiles(folder, home ?? join(folder, 'home'), path);

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    writeFileSync(files.serverConfig, serverConfig(files, port));
    // sshd starts itself again for every connection, which only works from absolute paths.
    const [program, ...before] = hasOwnProcesses ? [...OWN_PROCESSES, sshd] : [sshd];
    const words = [...before, '-D', '-f', files.serverConfig, '-E', files.log];
    const child = spawn(program, words, { stdio: 'ignore' });
    if (await listensBeforeItEnds(child, files.log, port)) {
      const first = hasOwnProcesses ? descendantsOf(child.pid ?? 0)[0]?.pid : undefined;
      const enter = first === undefined ? [] : enterWords(first, files.home);
      return runningHost(child, port, alias, folder, files, enter);
    }
    await endListener(child);
    if (attempt === PORT_ATTEMPTS) {
      const log = readFileSync(files.log, 'utf8');
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`sshd did not start: ${log}`);
    }
  }
}

type HostFiles = Readonly<
  Record<
    | 'home'
    | 'tmux'
    | 'hostKey'
    | 'identity'
    | 'authorizedKeys'
    | 'knownHosts'
    | 'session'
    | 'serverConfig'
    | 'clientConfig'
    | 'log',
    string
  >
>;

function writeFiles(folder: string, home: string, path: readonly string[]): HostFiles {
  const files: HostFiles = {
    home,
    tmux: join(folder, 'tmux'),
    hostKey: join(folder, 'host-key'),
    identity: join(folder, 'identity'),
    authorizedKeys: join(folder, 'authorized-keys'),
    knownHosts: join(folder, 'known-hosts'),
    session: join(folder, 'session'),
    serverConfig: join(folder, 'sshd-config'),
    clientConfig: join(folder, 'ssh-config'),
    log: join(folder, 'log'),
  };
  mkdirSync(home, { recursive: true });
  mkdirSync(files.tmux, { mode: 0o700 });
  writeFileSync(files.log, '');
  for (const key of [files.hostKey, files.identity]) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'fleet test', '-f', key]);
  }
  copyFileSync(`${files.identity}.pub`, files.authorizedKeys);
  writeFileSync(files.session, sessionScript(files, path), { mode: 0o755 });
  // Debian's sshd gives up its rights in this folder, which only the system's own service creates.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  return files;
}

/** Every session passes through this script: it moves the client's command to the host's own home. */
function sessionScript(files: HostFiles, path: readonly string[]): string {
  const environment: Record<string, string> = {
    HOME: files.home,
    TMUX_TMPDIR: files.tmux,
    PATH: [...path, USUAL_PATH].join(':'),
    USER: userInfo().username,
    LOGNAME: userInfo().username,
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    // Left-over processes are found by it, see test/setup/left-behind.ts.
    FLEET_TEST_RUN: process.env.FLEET_TEST_RUN ?? '',
  };
  return [
    '#!/bin/sh',
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'cd "$HOME" || exit 1',
    'if [ -z "$SSH_ORIGINAL_COMMAND" ]; then exec /bin/sh; fi',
    'command=$SSH_ORIGINAL_COMMAND',
    'unset SSH_ORIGINAL_COMMAND SHLVL',
    'exec /bin/sh -c "$command"',
    '',
  ].join('\n');
}

function serverConfig(files: HostFiles, port: number): string {
  return [
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${files.hostKey}`,
    `AuthorizedKeysFile ${files.authorizedKeys}`,
    `ForceCommand ${files.session}`,
    // A bash that sshd starts reads the .bashrc of whoever runs the tests, unless it thinks it is not the first.
    'SetEnv SHLVL=1',
    'PidFile none',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'UseDNS no',
    'PrintMotd no',
    'PrintLastLog no',
    // The folder is made by mkdtemp below a world-writable one.
    'StrictModes no',
    'MaxStartups 100',
    '',
  ].join('\n');
}

function clientConfig(files: HostFiles, alias: string, port: number): string {
  return [
    `Host ${alias}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${files.identity}`,
    '  IdentitiesOnly yes',
    '  IdentityAgent none',
    `  UserKnownHostsFile ${files.knownHosts}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    '',
  ].join('\n');
}

function runningHost(
  listener: ChildProcess,
  port: number,
  alias: string,
  folder: string,
  files: HostFiles,
  enter: readonly string[],
): SshHost {
  const [keyType, key] = readFileSync(`${files.hostKey}.pub`, 'utf8').split(' ');
  writeFileSync(files.knownHosts, `[127.0.0.1]:${port} ${keyType} ${key}\n`);
  writeFileSync(files.clientConfig, clientConfig(files, alias, port));

  const connections = () =>
    listener.pid === undefined
      ? []
      : descendantsOf(listener.pid).filter((each) => each.name.startsWith('sshd'));
  const signalConnections = (signal: NodeJS.Signals) => {
    for (const { pid } of connections()) signalProcess(pid, signal);
  };
  const atExit = () => {
    signalConnections('SIGKILL');
    listener.kill('SIGKILL');
    endEverythingOnHost(files.tmux);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);

  const close = async () => {
    signalConnections('SIGKILL');
    await endListener(listener);
    endEverythingOnHost(files.tmux);
    await until(() => processesWithEnvironment('TMUX_TMPDIR', files.tmux).length === 0, {
      withinMs: END_TIMEOUT_MS,
      what: 'the end of everything on the host',
    });
    rmSync(folder, { recursive: true, force: true });
    process.off('exit', atExit);
  };

  return {
    alias,
    port,
    user: userInfo().username,
    home: files.home,
    identityFile: files.identity,
    knownHostsFile: files.knownHosts,
    sshConfigFile: files.clientConfig,
    tmuxEnvironment: { TMUX_TMPDIR: files.tmux },
    enter,
    cut() {
      // Stopped first, so that it takes no connection between the two.
      listener.kill('SIGSTOP');
      signalConnections('SIGKILL');
    },
    freeze() {
      listener.kill('SIGSTOP');
      signalConnections('SIGSTOP');
    },
    restore() {
      signalConnections('SIGCONT');
      listener.kill('SIGCONT');
    },
    acceptedConnections: () => readFileSync(files.log, 'utf8').split('Accepted publickey').length - 1,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function enterWords(pid: number, home: string): readonly string[] {
  return ['nsenter', '--target', String(pid), '--pid', '--mount', `--wd=${home}`, '--'];
}

/** Whatever was started in a session carries the session's environment, also after the session has ended. */
function endEverythingOnHost(tmux: string): void {
  for (const { pid } of processesWithEnvironment('TMUX_TMPDIR', tmux)) signalProcess(pid, 'SIGKILL');
}

async function endListener(listener: ChildProcess): Promise<void> {
  if (hasEnded(listener)) return;
  const ended = once(listener, 'exit');
  listener.kill('SIGKILL');
  await ended;
}

/** By its log, not by a connection: another host may have been quicker to take the port, and would answer. */
async function listensBeforeItEnds(listener: ChildProcess, log: string, port: number): Promise<boolean> {
  const listens = () => readFileSync(log, 'utf8').includes(`Server listening on 127.0.0.1 port ${port}.`);
  const seen = await until(() => (hasEnded(listener) ? 'ended' : listens() && 'listens'), {
    withinMs: START_TIMEOUT_MS,
    what: 'sshd listening',
  });
  return seen === 'listens';
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
