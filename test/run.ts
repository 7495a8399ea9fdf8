import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endLeftBehind } from './setup/left-behind.ts';
import { migrationsBehindSchema } from './setup/migrations-check.ts';
import { runProgram } from './setup/run-program.ts';
import { prepareSystem } from './setup/system.ts';
import { temporaryFolder } from './setup/temporary-folder.ts';

/**
 * The test command.
 *
 *   npm test               prepares the machine, runs every check and all tests
 *   npm test -- <filter>   runs the tests whose path contains the filter, nothing else
 *   npm run check          runs the checks that need neither databases nor other programs
 *
 * The last line counts every test as one and every other check as one.
 */

type Row = {
  readonly name: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
};

const CHECK_TIMEOUT_MS = 5 * 60_000;
const TESTS_TIMEOUT_MS = 40 * 60_000;

const SOURCES = ['src', 'db', 'webhooks', 'test'];

const projectCounts = z.array(
  z.object({
    project: z.string(),
    passed: z.number(),
    failed: z.number(),
    skipped: z.number(),
  }),
);

async function main(words: readonly string[]): Promise<number> {
  const filters = words.filter((word) => word !== '--static');
  const rows: Row[] = [];

  if (words.includes('--static')) {
    rows.push(...(await runStaticChecks()));
  } else {
    const machine = await runCheck('machine', async () => prepareSystem());
    rows.push(machine);
    if (machine.failed === 0) {
      if (filters.length === 0) rows.push(...(await runStaticChecks()));
      rows.push(...(await runTests(filters)));
    }
  }

  console.log(`\n${renderTable(rows)}\n`);
  const passed = sum(rows.map((row) => row.passed));
  const failed = sum(rows.map((row) => row.failed));
  const skipped = sum(rows.map((row) => row.skipped));
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

async function runStaticChecks(): Promise<Row[]> {
  return [
    await runCheck('format', () => failureOf('biome', ['check', '--error-on-warnings', '.'])),
    await runCheck('lint', () => failureOf('oxlint', ['--type-aware', '--deny-warnings', ...SOURCES])),
    await runCheck('types', () => failureOf('tsc', ['--noEmit', '--project', '.'])),
    await runCheck('dependency rule', () =>
      failureOf('depcruise', ['--config', '.dependency-cruiser.cjs', ...SOURCES]),
    ),
    await runCheck('migrations', async () => migrationsBehindSchema()),
  ];
}

/** Runs vitest, then looks for processes that the tests started and did not end. */
async function runTests(filters: readonly string[]): Promise<Row[]> {
  // Everything temporary is made in here and goes with it, however the tests end. Readable for the user that
  // runs Postgres; the name is short because sockets are made deep inside and their paths end at 108 bytes.
  const folder = mkdtempSync(join(temporaryFolder(), 'fleet-'));
  chmodSync(folder, 0o755);
  const countsFile = join(folder, 'counts.json');
  const mark = randomUUID();
  const startedAt = performance.now();
  try {
    const run = await runProgram('vitest', ['run', '--config', 'test/vitest.config.ts', ...filters], {
      timeoutMs: TESTS_TIMEOUT_MS,
      env: {
        FLEET_TEST_COUNTS: countsFile,
        FLEET_TEST_RUN: mark,
        TMPDIR: folder,
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
      },
      output: 'show',
    });
    const seconds = secondsSince(startedAt);
    const counts = existsSync(countsFile)
      ? projectCounts.parse(JSON.parse(readFileSync(countsFile, 'utf8')))
      : [];
    const rows = counts.map(({ project, ...count }) => ({
      name: `tests: ${project}`,
      seconds,
      ...count,
    }));
    const ran = sum(rows.map((row) => row.passed + row.failed));
    const hasUnseenFailure = run.exitCode !== 0 && rows.every((row) => row.failed === 0);
    if (ran === 0 || hasUnseenFailure) {
      console.log(`vitest: ${run.ended}, ${ran} tests ran`);
      rows.push({
        name: 'tests: vitest itself',
        seconds,
        passed: 0,
        failed: 1,
        skipped: 0,
      });
    }
    return [...rows, await runCheck('nothing left behind', () => endLeftBehind(mark))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A check says what is wrong, or null. */
async function runCheck(name: string, check: () => Promise<string | null>): Promise<Row> {
  const startedAt = performance.now();
  const wrong = await check();
  const seconds = secondsSince(startedAt);
  console.log(`${name}: ${wrong === null ? 'ok' : `FAILED\n${wrong}`}`);
  return {
    name,
    seconds,
    passed: wrong === null ? 1 : 0,
    failed: wrong === null ? 0 : 1,
    skipped: 0,
  };
}

async function failureOf(program: string, words: readonly string[]): Promise<string | null> {
  const run = await runProgram(program, words, {
    timeoutMs: CHECK_TIMEOUT_MS,
    env: {},
    output: 'keep',
  });
  return run.exitCode === 0 ? null : `${run.output.trimEnd()}\n(${program}: ${run.ended})`;
}

function renderTable(rows: readonly Row[]): string {
  const width = Math.max(...rows.map((row) => row.name.length));
  return rows
    .map((row) => {
      const verdict = row.failed === 0 ? 'ok' : 'FAILED';
      const counts = row.passed + row.failed > 1 ? `  ${row.passed} of ${row.passed + row.failed}` : '';
      return `${row.name.padEnd(width)}  ${row.seconds.toFixed(1).padStart(6)} s  ${verdict}${counts}`;
    })
    .join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
