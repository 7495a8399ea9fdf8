import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { err, type Host, ok, type Result } from '../domain/index.ts';
import { quoteWords } from '../safety/index.ts';
import { azlinProgram, azlinWords, frameCommand, unframe } from './azlin-words.ts';
import type { HostFailure } from './host-failure.ts';
import { channelWords, sshOf } from './ssh-words.ts';

/** A script of ours. What varies comes as `$1`, `$2` … or on standard input, never inside the text of the script. */
export type ShellScript = {
  readonly script: string;
  readonly words: readonly string[];
  /** What it reads; null: standard input stays open for as long as somebody waits for the script. */
  readonly stdin: string | Uint8Array | null;
  /** Named in the failure when the script ends with 127. */
  readonly program: string;
  readonly limitMs: number;
};

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const STDERR_LINES = 12;
const FENCE_BYTES = 16;

// OpenSSH ends with 255 for a failure of its own (ssh(1), EXIT STATUS), a shell with 127 for a program it does not find (POSIX).
const SSH_FAILED = 255;
const NOT_FOUND = 127;

/**
 * Runs a script on the host and brings its standard output.
 * @param socket where the host's connection takes further channels; null for this machine
 */
export async function runScript(
  host: Host,
  socket: string | null,
  env: NodeJS.ProcessEnv,
  { script, words, stdin, program, limitMs }: ShellScript,
  signal: AbortSignal,
): Promise<Result<string, HostFailure>> {
  signal.throwIfAborted();
  const shell = ['sh', '-c', `${SHELL_START}\n${script}`, 'fleet', ...words];
  const fence = randomBytes(FENCE_BYTES).toString('hex');
  const { file, args, isFramed } = carry(host, socket, env, shell, fence);

  const child = execa(file, args, {
    env,
    extendEnv: false,
    ...(stdin === null ? {} : { input: stdin }),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_BYTES,
    // A group of its own, so that ending it ends what the script started.
    detached: true,
  });
  let hasTimedOut = false;
  const endGroup = () => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const timer = setTimeout(() => {
    hasTimedOut = true;
    endGroup();
  }, limitMs);
  signal.addEventListener('abort', endGroup, { once: true });
  const result = await child.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', endGroup);
  });
  signal.throwIfAborted();

  if (hasTimedOut) return err({ kind: 'timed-out', host: host.id, afterMs: limitMs });
  if (result.code === 'ENOENT')
    return err({ kind: 'missing-program', host: host.id, program: isFramed ? 'azlin' : file });
  const ended = isFramed ? unframe(result.stdout, fence) : result;
  if (ended?.exitCode === undefined || (file === 'ssh' && ended.exitCode === SSH_FAILED)) {
    const detail = lastLines(result.stderr) || 'the connection was lost';
    return err({ kind: 'unreachable', host: host.id, detail });
  }
  const { exitCode, stdout } = ended;
  return resultOf(host, program, { exitCode, stdout, stderr: result.stderr });
}

/** What a script's end means, however it was brought there. */
export function resultOf(
  host: Host,
  program: string,
  {
    exitCode,
    stdout,
    stderr,
  }: { readonly exitCode: number; readonly stdout: string; readonly stderr: string },
): Result<string, HostFailure> {
  if (exitCode === 0) return ok(stdout);
  if (exitCode === NOT_FOUND) return err({ kind: 'missing-program', host: host.id, program });
  return err({ kind: 'refused', host: host.id, exitCode, stderr: lastLines(stderr) });
}

function carry(
  host: Host,
  socket: string | null,
  env: NodeJS.ProcessEnv,
  shell: readonly string[],
  fence: string,
): { readonly file: string; readonly args: readonly string[]; readonly isFramed: boolean } {
  const ssh = sshOf(host.transport);
  if (ssh !== null && socket !== null) {
    return { file: 'ssh', args: channelWords(ssh, socket, `exec ${quoteWords(shell)}`), isFramed: false };
  }
  if (host.transport.kind === 'azlin') {
    const args = azlinWords(host.transport.vm, frameCommand(shell, fence));
    return { file: azlinProgram(env), args, isFramed: true };
  }
  return { file: 'sh', args: shell.slice(1), isFramed: false };
}

/** Every script starts with it. A shell that is not a login shell often lacks the folders that people install agents and tmux in. */
export const SHELL_START = [
  'LC_ALL=C.UTF-8',
  'PATH="$PATH:$HOME/.local/bin:/usr/local/bin:/opt/homebrew/bin"',
  'export LC_ALL PATH',
].join('\n');

export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-STDERR_LINES).join('\n');
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
