import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = `${PROJECT}src/main.ts`;
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

/** The Node that the program is made for; the tests themselves may run under another. */
export const NODE = process.version.startsWith('v24.')
  ? process.execPath
  : `${PROJECT}node_modules/.bin/node`;

export type Ended = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** The program as a child process that has said where it is reached. */
export type Program = {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** SIGTERM, as a service manager does. */
  stop(): Promise<Ended>;
  /** SIGKILL: nothing of it runs any more, and it was told nothing. */
  kill(): Promise<void>;
};

type Child = {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly hasEnded: () => boolean;
  readonly stdout: () => string;
  readonly stderr: () => string;
};

/** Runs one of the project's programs to its end. */
export function runToEnd(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<Ended> {
  return spawnNode(words, env, folder).ended;
}

export async function startProgram(
  env: Readonly<Record<string, string>>,
  folder: string,
  words: readonly string[] = [],
): Promise<Program> {
  const child = spawnNode([...startWords(), ...words], env, folder);
  const program: Program = {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    async stop() {
      if (!child.hasEnded()) process.kill(child.pid, 'SIGTERM');
      const force = setTimeout(() => child.hasEnded() || process.kill(child.pid, 'SIGKILL'), STOP_WITHIN_MS);
      const ended = await child.ended;
      clearTimeout(force);
      return ended;
    },
    async kill() {
      if (!child.hasEnded()) process.kill(child.pid, 'SIGKILL');
      await child.ended;
    },
  };
  try {
    await until(
      () => {
        if (child.hasEnded()) return 'ended';
        return /^(?:Open|Listening at) /m.test(child.stdout()) && 'listens';
      },
      { withinMs: START_WITHIN_MS, what: 'the line that says where the program is reached' },
    ).then((seen) => {
      if (seen === 'ended') throw new Error('the program ended before it was reached');
    });
  } catch (cause) {
    await program.kill();
    throw new Error(`the program did not start:\n${child.stdout()}\n${child.stderr()}`, { cause });
  }
  return program;
}

/** What `npm start` gives to Node. */
function startWords(): readonly string[] {
  const [, start = ''] =
    /"start": ".*?\bnode (.*)"/.exec(readFileSync(`${PROJECT}package.json`, 'utf8')) ?? [];
  return start.split(' ').map((word) => (word === 'src/main.ts' ? MAIN : word));
}

function spawnNode(words: readonly string[], env: Readonly<Record<string, string>>, folder: string): Child {
  // What Node has compiled once it need not compile for each of a hundred starts.
  const { NODE_COMPILE_CACHE: cache } = process.env;
  const child = spawn(NODE, words, {
    cwd: folder,
    env: cache === undefined ? env : { ...env, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`${NODE} cannot be started`);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(() => ({ exitCode: child.exitCode, ...output }));
  return {
    pid: child.pid,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
  };
}
