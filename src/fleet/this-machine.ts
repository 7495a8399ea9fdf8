import { readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** What hosting agents on this machine takes, by the Debian package of the same name. */
const NEEDED = ['tmux', 'git'] as const;

const INSTALL_WITHIN_MS = 180_000;
const ASK_WITHIN_MS = 10_000;

export type MachineReport =
  | { readonly kind: 'ready'; readonly installed: readonly string[]; readonly versions: readonly string[] }
  /** `sentence` says how to install what is missing. */
  | { readonly kind: 'missing'; readonly programs: readonly string[]; readonly sentence: string };

/** Looks for the programs that a local host needs; as root on Debian or Ubuntu it installs what is missing. */
export async function checkThisMachine(
  env: NodeJS.ProcessEnv,
  isRoot: boolean,
  onInstall: (programs: readonly string[]) => void,
): Promise<MachineReport> {
  const missing = await missingPrograms(env);
  if (missing.length === 0) return { kind: 'ready', installed: [], versions: await versions(env) };
  if (isRoot && (await isDebian())) {
    onInstall(missing);
    await install(missing, env);
    const still = await missingPrograms(env);
    if (still.length === 0) return { kind: 'ready', installed: missing, versions: await versions(env) };
    return { kind: 'missing', programs: still, sentence: howTo(still) };
  }
  return { kind: 'missing', programs: missing, sentence: howTo(missing) };
}

/** The agents whose program is on this machine's PATH. */
export async function programsOnPath(
  programs: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const found = await Promise.all(programs.map((program) => isOnPath(program, env)));
  return programs.filter((_, index) => found[index]);
}

async function missingPrograms(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const here = await programsOnPath(NEEDED, env);
  return NEEDED.filter((program) => !here.includes(program));
}

async function isOnPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const asked = await execa('sh', ['-c', 'command -v "$1"', 'sh', program], {
    env,
    extendEnv: false,
    reject: false,
    timeout: ASK_WITHIN_MS,
  });
  return asked.exitCode === 0;
}

async function versions(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const asked = await Promise.all(
    [
      ['tmux', '-V'],
      ['git', '--version'],
    ].map(([program = '', flag = '']) =>
      execa(program, [flag], { env, extendEnv: false, reject: false, timeout: ASK_WITHIN_MS }),
    ),
  );
  return asked.map(({ stdout }) => stdout.replace(' version', '').trim());
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(?:_LIKE)?=.*\b(?:debian|ubuntu)\b/m.test(release);
}

async function install(programs: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    extendEnv: false,
    reject: false,
    timeout: INSTALL_WITHIN_MS,
    stdin: 'ignore',
  } as const;
  const words = ['install', '-y', '-qq', '--no-install-recommends', ...programs];
  const first = await execa('apt-get', words, options);
  if (first.exitCode === 0) return;
  // A machine that never asked has no lists of packages.
  await execa('apt-get', ['update', '-qq'], options);
  await execa('apt-get', words, options);
}

function howTo(programs: readonly string[]): string {
  const names = programs.join(' and ');
  const words = programs.join(' ');
  return process.platform === 'darwin'
    ? `This machine has no ${names}; install with: brew install ${words}`
    : `This machine has no ${names}; install with: sudo apt-get install ${words} (or your system's package manager)`;
}
