import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program of the system that the tests need, and the Debian package that brings it. */
type Need = { name: string; debianPackage: string; find: () => string | null };

const NEEDS: readonly Need[] = [
  { name: 'tmux', debianPackage: 'tmux', find: () => findProgram('tmux') },
  { name: 'git', debianPackage: 'git', find: () => findProgram('git') },
  { name: 'ps', debianPackage: 'procps', find: () => findProgram('ps') },
  {
    name: 'ssh',
    debianPackage: 'openssh-client',
    find: () => findProgram('ssh'),
  },
  {
    name: 'sshd',
    debianPackage: 'openssh-server',
    find: () => findProgram('sshd'),
  },
  { name: 'chromium', debianPackage: 'chromium', find: findChromium },
  { name: 'postgres', debianPackage: 'postgresql', find: findPostgres },
];

/** Debian keeps servers and versioned programs in folders that are not on everyone's PATH. */
const FOLDERS_BESIDE_PATH = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

const INSTALL_TIMEOUT_MS = 15 * 60_000;

/** Absolute path of a program, or null when this machine does not have it. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...FOLDERS_BESIDE_PATH];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

export function findChromium(): string | null {
  return findProgram('chromium') ?? findProgram('chromium-browser') ?? findProgram('google-chrome');
}

/** The folder that holds both `initdb` and `postgres`, newest version first, or null. */
export function findPostgres(): string | null {
  const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : [];
  const folders = [
    ...versions
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(POSTGRES_VERSIONS, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const holdsBoth = (folder: string) =>
    ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name)));
  return folders.find(holdsBoth) ?? null;
}

/**
 * Sees to it that every program the tests need is here: installs Debian packages when run as root on
 * Debian or Ubuntu. Returns null when all is well, otherwise one line that says what to do.
 */
export function prepareSystem(): string | null {
  const missing = NEEDS.filter((need) => need.find() === null);
  if (missing.length === 0) return null;

  const names = missing.map((need) => need.name).join(', ');
  const packages = missing.map((need) => need.debianPackage);
  const byHand = `missing: ${names}. Install with: sudo apt-get install --no-install-recommends ${packages.join(' ')}`;
  const canInstall = process.getuid?.() === 0 && findProgram('apt-get') !== null;
  if (!canInstall) return byHand;

  console.log(`installing ${packages.join(', ')}`);
  const failure = installPackages(packages);
  if (failure !== null) return `${byHand} (tried, and ${failure})`;
  const stillMissing = missing.filter((need) => need.find() === null).map((need) => need.name);
  return stillMissing.length === 0 ? null : `missing although installed: ${stillMissing.join(', ')}`;
}

function installPackages(packages: readonly string[]): string | null {
  const startServersAgain = keepServersFromStarting();
  try {
    for (const words of [
      ['update', '-q'],
      ['install', '-q', '-y', '--no-install-recommends', ...packages],
    ]) {
      const run = spawnSync('apt-get', words, {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
        timeout: INSTALL_TIMEOUT_MS,
      });
      if (run.status !== 0) {
        const lastLine = `${run.stdout}\n${run.stderr}`.trim().split('\n').at(-1);
        return `apt-get ${words[0]} said: ${run.error?.message ?? lastLine}`;
      }
    }
    return null;
  } finally {
    startServersAgain();
  }
}

/**
 * The packages of Postgres and sshd start a server when they are installed. Debian asks this file first;
 * 101 means "not allowed". Source: Debian's README.policy-rc.d.
 */
function keepServersFromStarting(): () => void {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => {};
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
