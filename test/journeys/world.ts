import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, onTestFailed } from 'vitest';
import { z } from 'zod';
import { CLI_PATH, readCliAddress } from '../../src/cli/address.ts';
import { copyDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { openPage } from './page.ts';
import { type Ended, type Program, runToEnd, startProgram } from './program.ts';

const run = promisify(execFile);

const CLI = fileURLToPath(new URL('../../src/cli/fleet.ts', import.meta.url));
const READY_WITHIN_MS = 10_000;
const ENDED_WITHIN_MS = 30_000;
const STDERR_SHOWN = 6_000;

/** A journey starts the program and waits for agents; the machine may be busy with other journeys. */
export const JOURNEY = { timeout: 180_000 } as const;

export type WorldOptions = {
  /** What stands in `fleet.toml`; a function may put into the world's folder what the file names. */
  readonly toml?: string | ((folder: string) => Promise<string>);
  readonly env?: Readonly<Record<string, string>>;
  /** What follows the program's name. */
  readonly words?: readonly string[];
};

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** Looks in often, so that no journey waits for a look. */
export const QUICK = '[fleet]\npoll_seconds = 1\n';

/** A machine of its own for the program: home, tmux server, state, port. Nothing of it is left behind. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const world = await makeWorld(options);
  onTestFailed(() => console.error(`The program said:\n${world.stderr().slice(-STDERR_SHOWN)}`));
  return world;
}

/** One for all tests of a file, which keep out of each other's way in it. */
export function shareWorld(options: WorldOptions = {}): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await makeWorld(options);
  }, JOURNEY.timeout);
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') {
      console.error(`The program said:\n${world?.stderr().slice(-STDERR_SHOWN)}`);
    }
  });
  afterAll(() => world?.[Symbol.asyncDispose]());
  return () => {
    if (world === undefined) throw new Error('the world is opened before the first test');
    return world;
  };
}

async function makeWorld({ toml = QUICK, env = {}, words = [] }: WorldOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-world-'));
  const copy = await copyDatabase();
  const home = join(folder, 'home');
  const tmuxFolder = join(folder, 'tmux');
  const dataDir = copy.location.kind === 'embedded' ? copy.location.dataDir : join(folder, 'data');
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  for (const each of [home, tmuxFolder]) await mkdir(each, { mode: 0o700 });
  await writeFile(join(folder, 'fleet.toml'), typeof toml === 'string' ? toml : await toml(folder));

  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    TMUX_TMPDIR: tmuxFolder,
    TMPDIR: folder,
    LANG: 'C.UTF-8',
    FLEET_TEST_RUN: process.env.FLEET_TEST_RUN ?? '',
    PORT: String(port),
    FLEET_DATA_DIR: dataDir,
    FLEET_CONFIG: join(folder, 'fleet.toml'),
    ...(copy.location.kind === 'server' ? { DATABASE_URL: copy.location.url } : {}),
    ...env,
  };

  const ready = async (): Promise<Program> => {
    const program = await startProgram(environment, folder, words);
    await until(async () => (await fetch(`${origin}/readyz`)).ok, {
      withinMs: READY_WITHIN_MS,
      what: 'readiness',
    });
    return program;
  };

  async function tmux(...words: string[]): Promise<string> {
    try {
      return (await run('tmux', words, { env: environment })).stdout;
    } catch {
      // No server, or nothing by that name.
      return '';
    }
  }

  const sessions = async (): Promise<readonly string[]> =>
    (await tmux('list-sessions', '-F', '#{session_name}'))
      .split('\n')
      .filter((name) => name !== '' && name !== '_fleet');

  const remove = async () => {
    await tmux('kill-server');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    await copy[Symbol.asyncDispose]();
  };

  let program: Program;
  try {
    program = await ready();
  } catch (cause) {
    await remove();
    throw cause;
  }

  return {
    folder,
    home,
    dataDir,
    port,
    environment,
    page: openPage(origin),
    /** The bare repository that the demo's agents push to. */
    bare: join(dataDir, 'demo', 'shop.git'),
    tmux,
    /** The names of the sessions with agents, without the one the fleet watches with. */
    sessions,
    /** Waits until no agent has a session any more. */
    noSessions: () =>
      until(async () => (await sessions()).length === 0, {
        withinMs: ENDED_WITHIN_MS,
        what: 'the end of the agents’ sessions',
      }),
    git: async (...words: string[]): Promise<string> =>
      (await run('git', ['-C', join(dataDir, 'demo', 'shop.git'), ...words], { env: environment })).stdout,
    /** What the command line prints, without a process of its own for each question. */
    ask: (...argv: string[]): Promise<string> => askLikeCli(dataDir, argv),
    /** The command line of the same machine. */
    cli: (...words: string[]): Promise<Ended> => runToEnd([CLI, ...words], environment, folder),
    said: () => program.stdout(),
    stderr: () => program.stderr(),
    pid: () => program.pid,
    kill: () => program.kill(),
    restart: async () => {
      program = await ready();
    },
    stop: () => program.stop(),
    async [Symbol.asyncDispose]() {
      await program.kill();
      await remove();
    },
  };
}

async function askLikeCli(dataDir: string, argv: readonly string[]): Promise<string> {
  const address = readCliAddress(dataDir);
  if (address === null) throw new Error('the program has not said where its command line is answered');
  const response = await fetch(new URL(CLI_PATH, address.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${address.token}` },
    body: JSON.stringify({ argv, user: 'somebody' }),
  });
  return z.object({ text: z.string() }).parse(await response.json()).text;
}
