import { randomBytes } from 'node:crypto';
import { err, type Host, ok, type Result } from '../domain/index.ts';
import { quoteWords } from '../safety/index.ts';
import { azlinProgram, azlinWords, frameCommand, unframe } from './azlin-words.ts';
import type { HostFailure } from './host-failure.ts';
import { lastLines, runProgram } from './run-program.ts';
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

const FENCE_BYTES = 16;

// OpenSSH ends with 255 for a failure of its own (ssh(1), EXIT STATUS), a shell with 127 for a program it does not find (POSIX).
const SSH_FAILED = 255;
const NOT_FOUND = 127;

/** A frame without its end: the connection broke off in between. */
const LOST = { exitCode: null, stdout: '' } as const;

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

  const input = stdin === null ? ({ kind: 'open' } as const) : ({ kind: 'text', text: stdin } as const);
  const ended = await runProgram({ file, args, env, stdin: input, limitMs }, signal);
  switch (ended.kind) {
    case 'timed-out':
      return err({ kind: 'timed-out', host: host.id, afterMs: limitMs });
    case 'missing':
      return err({ kind: 'missing-program', host: host.id, program: isFramed ? 'azlin' : file });
    case 'ended': {
      const { stderr } = ended;
      const { exitCode, stdout } = (isFramed ? unframe(ended.stdout, fence) : ended) ?? LOST;
      if (exitCode === null || (file === 'ssh' && exitCode === SSH_FAILED)) {
        const detail = lastLines(stderr) || 'the connection was lost';
        return err({ kind: 'unreachable', host: host.id, detail });
      }
      return resultOf(host, program, { exitCode, stdout, stderr });
    }
  }
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
