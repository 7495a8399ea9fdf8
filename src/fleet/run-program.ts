import { execa } from 'execa';

export type Program = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** What it reads. open: standard input stays open for as long as somebody waits. */
  readonly stdin: string | Uint8Array | 'open' | 'nothing';
  readonly limitMs: number;
};

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

function inputOf(stdin: Program['stdin']) {
  switch (stdin) {
    case 'open':
      return {};
    case 'nothing':
      return { stdin: 'ignore' as const };
    default:
      return { input: stdin };
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
