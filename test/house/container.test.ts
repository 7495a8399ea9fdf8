import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startPostgres, unprivilegedUser } from '../setup/postgres.ts';
import { environmentOf, parseDockerfile } from '../support/dockerfile.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/**
 * No container engine here: the steps of Dockerfile and fly.toml are followed by hand in a temporary folder,
 * as another user where this one is root. What the base image and its apt packages bring is not checked.
 */

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD_TIMEOUT_MS = 5 * 60_000;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

const run = promisify(execFile);
const words = z.array(z.string()).nonempty();

const instructions = parseDockerfile(readFileSync(join(PROJECT, 'Dockerfile'), 'utf8'));
const flyApp = z
  .object({
    deploy: z.object({ release_command: z.string() }),
    processes: z.record(z.string(), z.string()),
    http_service: z.object({
      processes: words,
      internal_port: z.number(),
      checks: z.array(z.object({ method: z.string(), path: z.string() })).nonempty(),
    }),
  })
  .parse(parse(readFileSync(join(PROJECT, 'fly.toml'), 'utf8')));

let folder = '';
const image = () => join(folder, 'app');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-container-'));
  chmodSync(folder, 0o755);
  mkdirSync(image());
  for (const { sources } of copies()) {
    for (const source of sources) cpSync(join(PROJECT, source), join(image(), source), { recursive: true });
  }
  // The Node of the base image: the one in node_modules is a development package and is not in the image.
  mkdirSync(join(folder, 'bin'));
  copyFileSync(process.execPath, join(folder, 'bin/node'));
  await run('npm', ['ci', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: image() });
}, BUILD_TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the image takes only files that exist and that .dockerignore lets through', () => {
  const letThrough = readFileSync(join(PROJECT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const sources = copies().flatMap((copy) => copy.sources);

  expect(sources.filter((source) => !existsSync(join(PROJECT, source)))).toEqual([]);
  expect([...letThrough].sort()).toEqual([...sources].sort());
});

test('the image has no development packages and does not run as root', () => {
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ dev: z.boolean().default(false) })) })
    .parse(JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')));
  const forDevelopment = Object.keys(lock.packages).filter((path) => lock.packages[path]?.dev);

  expect(forDevelopment).toContain('node_modules/vitest');
  expect(forDevelopment.filter((path) => existsSync(join(image(), path)))).toEqual([]);
  expect(lastOf('USER')).toBe('node');
});

test('the image listens for the outside on the port it exposes, and keeps its state in its volume', () => {
  expect(environmentOf(instructions)).toMatchObject({
    FLEET_HOST: '0.0.0.0',
    PORT: lastOf('EXPOSE'),
    FLEET_DATA_DIR: lastOf('VOLUME'),
  });
  expect(flyApp.http_service.internal_port).toBe(Number(lastOf('EXPOSE')));
});

test('the container starts, its health check passes, and it ends when told to', {
  timeout: 120_000,
}, async () => {
  const port = await freePort();
  await using container = startInImage(words.parse(JSON.parse(lastOf('CMD'))), { PORT: String(port) });

  await untilTrue(() => passesHealthCheck(port), [container]);

  expect(await container.stop()).toBe(0);
});

test('on Fly the release command migrates, then web and director share the database', {
  timeout: 180_000,
}, async () => {
  await using database = await startPostgres();
  const release = flyApp.deploy.release_command.split(' ');
  expect(await succeedsInImage(release, { DATABASE_URL: database.url })).toBe(true);

  await using running = new AsyncDisposableStack();
  const machines: Container[] = [];
  for (const [name, command] of Object.entries(flyApp.processes)) {
    const port = await freePort();
    const environment = { DATABASE_URL: database.url, PORT: String(port) };
    machines.push(running.use(startInImage(command.split(' '), environment)));
    await untilTrue(() => passesHealthCheck(port), machines);
    if (!flyApp.http_service.processes.includes(name)) continue;
    for (const { method, path } of flyApp.http_service.checks) {
      await untilTrue(async () => (await fetch(`http://127.0.0.1:${port}${path}`, { method })).ok, machines);
    }
  }
  expect(machines.map((machine) => machine.alive())).toEqual(machines.map(() => true));

  for (const machine of machines) expect(await machine.stop()).toBe(0);
});

function copies(): readonly { sources: readonly string[] }[] {
  return instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ rest }) => ({ sources: rest.split(' ').slice(0, -1) }));
}

/** The image's own health check, which is asked of every process whatever its role. */
function passesHealthCheck(port: number): Promise<boolean> {
  const command = words.parse(JSON.parse(lastOf('HEALTHCHECK').replace(/^.*? CMD /, '')));
  return succeedsInImage(command, { PORT: String(port) });
}

function lastOf(name: string): string {
  const found = instructions.findLast((instruction) => instruction.name === name);
  if (found === undefined) throw new Error(`the Dockerfile has no ${name}`);
  return found.rest;
}

/** What a process in the image sees: the image's own settings, its Node, and nothing of this machine's. */
function inImage(environment: Readonly<Record<string, string>>) {
  const data = mkdtempSync(join(folder, 'data-'));
  const user = unprivilegedUser();
  if (user !== null) chownSync(data, user.uid, user.gid);
  return {
    ...user,
    cwd: image(),
    env: {
      ...environmentOf(instructions),
      PATH: `${join(folder, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
      HOME: data,
      FLEET_DATA_DIR: data,
      FLEET_HOST: '127.0.0.1',
      FLEET_TEST_RUN: process.env.FLEET_TEST_RUN ?? '',
      ...environment,
    },
  };
}

async function succeedsInImage(
  [program = '', ...rest]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const child = spawn(program, rest, { ...inImage(environment), stdio: 'ignore' });
  await once(child, 'exit');
  return child.exitCode === 0;
}

type Container = AsyncDisposable & {
  alive: () => boolean;
  output: () => string;
  /** Ends it as a container engine does, and returns its exit code. */
  stop: () => Promise<number | null>;
};

/** Waits for `look` as long as all containers live; what they printed is the reason when it never comes true. */
async function untilTrue(look: () => Promise<boolean>, containers: readonly Container[]): Promise<void> {
  const printed = () => containers.map((container) => container.output()).join('\n');
  const seen = await until(
    async () => {
      if (containers.some((container) => !container.alive())) return 'ended' as const;
      return (await look()) && ('true' as const);
    },
    { withinMs: START_TIMEOUT_MS },
  ).catch((cause: unknown) => {
    throw new Error(`not healthy in time: ${printed()}`, { cause });
  });
  if (seen === 'ended') throw new Error(`ended by itself: ${printed()}`);
}

function startInImage(
  [program = '', ...rest]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Container {
  const child: ChildProcess = spawn(program, rest, {
    ...inImage(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk.toString()}`.slice(-8_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);

  const alive = () => child.exitCode === null && child.signalCode === null;
  const stop = async () => {
    if (alive()) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(force);
    }
    return child.exitCode;
  };
  return {
    alive,
    output: () => output,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}
