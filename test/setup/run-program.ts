import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signalProcess } from '../support/processes.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const OWN_PROGRAMS = `${PROJECT}node_modules/.bin`;
const FORCE_AFTER_MS = 10_000;

/** `output` is empty when it was shown as it came. */
export type ProgramRun = {
  exitCode: number | null;
  ended: string;
  output: string;
};

/**
 * Runs one of the project's own programs without input, in the project's folder and in a process group of
 * its own, so that whatever it started ends with it: at the time limit, on Ctrl-C and on SIGTERM.
 */
export async function runProgram(
  name: string,
  words: readonly string[],
  {
    timeoutMs,
    env,
    output,
  }: {
    timeoutMs: number;
    env: Record<string, string>;
    output: 'show' | 'keep';
  },
): Promise<ProgramRun> {
  const child = spawn(`${OWN_PROGRAMS}/${name}`, words, {
    cwd: PROJECT,
    detached: true,
    env: {
      ...process.env,
      ...env,
      PATH: `${OWN_PROGRAMS}${delimiter}${process.env.PATH ?? ''}`,
    },
    stdio: ['ignore', output === 'show' ? 'inherit' : 'pipe', output === 'show' ? 'inherit' : 'pipe'],
  });
  let kept = '';
  const keep = (chunk: Buffer) => {
    kept += chunk.toString();
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);

  let hasRunOutOfTime = false;
  let force: NodeJS.Timeout | undefined;
  const signalGroup = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined) signalProcess(-child.pid, signal);
  };
  const endGroup = () => {
    signalGroup('SIGTERM');
    force ??= setTimeout(() => signalGroup('SIGKILL'), FORCE_AFTER_MS);
  };
  const limit = setTimeout(() => {
    hasRunOutOfTime = true;
    endGroup();
  }, timeoutMs);
  process.on('SIGINT', endGroup);
  process.on('SIGTERM', endGroup);
  try {
    await once(child, 'close');
    const ended = hasRunOutOfTime
      ? `did not end within ${timeoutMs / 1000} s`
      : `ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`;
    return { exitCode: child.exitCode, ended, output: kept };
  } finally {
    clearTimeout(limit);
    clearTimeout(force);
    process.off('SIGINT', endGroup);
    process.off('SIGTERM', endGroup);
  }
}
