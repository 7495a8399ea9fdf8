import { execa } from 'execa';

export type Program = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: StandardInput;
  readonly limitMs: number;
};

/** open: it stays open for as long as somebody waits. */
export type StandardInput =
  | { readonly kind: 'open' | 'nothing' }
  | { readonly kind: 'text'; readonly text: string | Uint8Array };

export type ProgramEnd =
  | { readonly kind: 'missing' }
  | { readonly kind: 'timed-out' }
  | {
      readonly kind: 'ended';
      /** Null: a signal ended it. */
      readonly exitCode: number | null;
      readonly stdout: string;
      readonly stderr: string;
    };

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const STDERR_LINES = 12;

/** Runs a program of this machine. Whoever gives up, or the limit, ends it with everything that it started. */
export async function runProgram(
  { file, args, env, stdin, limitMs }: Program,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  signal.throwIfAborted();
  const child = execa(file, args, {
    env,
    extendEnv: false,
    ...inputOf(stdin),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_BYTES,
    // A group of its own, so that ending it ends what the program started.
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
  if (hasTimedOut) return { kind: 'timed-out' };
  if (result.code === 'ENOENT' || result.code === 'EACCES') return { kind: 'missing' };
  const { exitCode = null, stdout, stderr } = result;
  return { kind: 'ended', exitCode, stdout, stderr };
}

export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-STDERR_LINES).join('\n');
}

function inputOf(stdin: StandardInput) {
  switch (stdin.kind) {
    case 'open':
      return {};
    case 'nothing':
      return { stdin: 'ignore' as const };
    case 'text':
      return { input: stdin.text };
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
