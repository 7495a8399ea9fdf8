import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

/**
 * The rule has teeth: a small project in which every import is a case, right or wrong, is judged once by the
 * project's own configuration, and each case is compared with what it was told.
 */

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const TIMEOUT_MS = 60_000;

/** The table of ARCHITECTURE.md, written a second time on purpose: the rules are not their own judge. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/agents': ['src/domain'],
  'src/safety': ['src/domain'],
  'src/github': ['src/domain'],
  'src/model': ['src/domain'],
  'src/limits': ['src/domain'],
  'src/commands': ['src/domain', 'src/limits', 'src/safety'],
  'src/director': ['src/domain', 'src/agents', 'src/limits', 'src/safety'],
  'src/fleet': ['src/domain', 'src/agents', 'src/safety'],
  'src/notify': ['src/domain', 'src/safety'],
  'src/picture': ['src/domain', 'src/safety'],
  'src/slack': ['src/domain', 'src/commands', 'src/safety'],
  'src/workspace': ['src/domain', 'src/commands', 'src/safety'],
  'src/cli': ['src/domain', 'src/agents', 'src/commands', 'src/safety'],
  webhooks: ['src/domain', 'src/commands', 'src/safety'],
  db: ['src/domain'],
};
const ROOMS = Object.keys(MAY_IMPORT);

/** Package → a file in its home. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@anthropic-ai/sdk': 'src/model/anthropic.ts',
  '@electric-sql/pglite': 'db/connect.ts',
  '@napi-rs/canvas': 'src/picture/draw-screen.ts',
  '@octokit/rest': 'src/github/client.ts',
  '@octokit/webhooks': 'webhooks/github/receive.ts',
  '@slack/bolt': 'src/slack/in/app.ts',
  '@slack/web-api': 'src/slack/out/client.ts',
  '@xterm/headless': 'src/picture/screen-cells.ts',
  'dejavu-fonts-ttf': 'src/picture/fonts.ts',
  'drizzle-orm': 'db/tasks.ts',
  emulate: 'src/workspace/github.ts',
  execa: 'src/fleet/ssh.ts',
  'pg-boss': 'db/jobs.ts',
  pino: 'src/log.ts',
  postgres: 'db/server.ts',
  'prom-client': 'webhooks/metrics.ts',
  'smol-toml': 'src/config.ts',
  'ssh-config': 'src/fleet/providers/ssh-config.ts',
  unbash: 'src/safety/risk/script.ts',
};
const DEVELOPMENT_PACKAGES = ['emulate', 'drizzle-kit', 'vitest'];

/** `to` is a file of the project or a package; `rule` the beginning of what the importer must be told, null for nothing. */
type Case = { from: string; to: string; rule: string | null; as?: (specifier: string) => string };

const cases: Readonly<Record<string, readonly Case[]>> = {
  ...Object.fromEntries(
    Object.entries(MAY_IMPORT).map(([room, allowed]) => [
      `${room} may use the doors of ${allowed.length === 0 ? 'no room' : allowed.join(', ')}`,
      ROOMS.filter((other) => other !== room).map((other) => ({
        from: `${room}/uses-${other.replace('/', '-')}.ts`,
        to: `${other}/index.ts`,
        rule: allowed.includes(other) ? null : `${room} imports`,
      })),
    ]),
  ),
  'src/main.ts may use every door, and only tests import it': [
    ...ROOMS.map((room) => ({ from: 'src/main.ts', to: `${room}/index.ts`, rule: null })),
    ...ROOMS.map((room) => ({
      from: `${room}/uses-main.ts`,
      to: 'src/main.ts',
      rule: 'only tests import src/main.ts',
    })),
    { from: 'test/starts.test.ts', to: 'src/main.ts', rule: null },
    { from: 'src/main.ts', to: 'test/doubles/fake.ts', rule: 'src/main.ts and src/compose import no test' },
  ],
  'src/compose may use every door and the files beside it, and only src/main.ts imports it': [
    ...ROOMS.map((room) => ({ from: 'src/compose/parts.ts', to: `${room}/index.ts`, rule: null })),
    { from: 'src/compose/parts.ts', to: 'src/roles.ts', rule: null },
    { from: 'src/main.ts', to: 'src/compose/index.ts', rule: null },
    ...ROOMS.map((room) => ({
      from: `${room}/uses-compose.ts`,
      to: 'src/compose/index.ts',
      rule: 'only src/main.ts imports src/compose',
    })),
    { from: 'src/rules.ts', to: 'src/compose/index.ts', rule: 'only src/main.ts imports src/compose' },
    {
      from: 'src/compose/tested.ts',
      to: 'test/doubles/fake.ts',
      rule: 'src/main.ts and src/compose import no test',
    },
    { from: 'src/compose/past-door.ts', to: 'src/slack/deep/file.ts', rule: 'a room in src is entered' },
  ],
  'inside a room the file is imported, not the door': ROOMS.flatMap((room) => [
    { from: `${room}/uses-own-door.ts`, to: `${room}/index.ts`, rule: 'inside a room the file is imported' },
    { from: `${room}/uses-own-file.ts`, to: `${room}/deep/file.ts`, rule: null },
  ]),
  'a room is entered by its door, except the database by main and everything by tests': [
    { from: 'src/commands/past-door.ts', to: 'src/domain/deep/file.ts', rule: 'a room in src is entered' },
    { from: 'src/main.ts', to: 'src/slack/deep/file.ts', rule: 'a room in src is entered' },
    { from: 'webhooks/past-door.ts', to: 'src/commands/deep/file.ts', rule: 'a room in src is entered' },
    { from: 'src/main.ts', to: 'webhooks/deep/file.ts', rule: 'webhooks is entered by its door' },
    { from: 'src/main.ts', to: 'db/deep/file.ts', rule: null },
    { from: 'test/past-door.test.ts', to: 'src/domain/deep/file.ts', rule: null },
  ],
  'types count, however they are imported': [
    { from: 'src/github/types.ts', to: 'src/slack/index.ts', rule: 'src/github imports', as: typeImport },
    { from: 'src/github/inline.ts', to: 'src/slack/index.ts', rule: 'src/github imports', as: inlineType },
    { from: 'src/github/late.ts', to: 'src/slack/index.ts', rule: 'src/github imports', as: lateImport },
    { from: 'src/github/again.ts', to: 'src/slack/index.ts', rule: 'src/github imports', as: reExport },
    { from: 'src/github/before.ts', to: 'src/slack/index.ts', rule: 'src/github imports', as: afterUsing },
  ],
  'the phases of the director do not know each other': [
    {
      from: 'src/director/reason/sees.ts',
      to: 'src/director/perceive/file.ts',
      rule: 'phases of the director',
    },
    { from: 'src/director/learn/sees.ts', to: 'src/director/act/file.ts', rule: 'phases of the director' },
    { from: 'src/director/reason/own.ts', to: 'src/director/reason/file.ts', rule: null },
    { from: 'src/director/cycle.ts', to: 'src/director/act/file.ts', rule: null },
  ],
  'a package is imported in its home only': [
    ...Object.entries(PACKAGES).flatMap(([name, home]) => [
      { from: home, to: name, rule: null },
      { from: `src/notify/uses-${name.replace('/', '-')}.ts`, to: name, rule: `${name} lives in` },
      { from: 'src/main.ts', to: name, rule: `${name} lives in` },
    ]),
    { from: 'src/github/uses-stranger.ts', to: 'left-pad', rule: 'every package has a home' },
    { from: 'src/github/parses.ts', to: 'zod', rule: null },
  ],
  'the domain imports no package and no part of Node': [
    { from: 'src/domain/parses.ts', to: 'zod', rule: 'src/domain imports no package' },
    { from: 'src/domain/reads.ts', to: 'node:fs', rule: 'src/domain imports no package' },
  ],
  'the program runs without development packages': [
    { from: 'src/slack/uses-vitest.ts', to: 'vitest', rule: 'the program runs without development packages' },
    { from: 'db/drizzle.config.ts', to: 'drizzle-kit', rule: null },
    { from: 'db/generates.ts', to: 'drizzle-kit', rule: 'the program runs without development packages' },
  ],
  'every import leads somewhere': [
    { from: 'src/github/uses-nothing.ts', to: 'not-installed', rule: 'every import leads somewhere' },
    { from: 'src/github/uses-no-file.ts', to: 'src/github/gone.ts', rule: 'every import leads somewhere' },
  ],
  'the files beside src/main.ts know only the domain and safety, and only main knows them': [
    { from: 'src/config.ts', to: 'src/safety/index.ts', rule: null },
    { from: 'src/config.ts', to: 'src/fleet/index.ts', rule: 'the files beside src/main.ts' },
    { from: 'src/log.ts', to: 'db/index.ts', rule: 'the files beside src/main.ts' },
    { from: 'src/commands/configured.ts', to: 'src/config.ts', rule: 'src/commands imports' },
    { from: 'src/main.ts', to: 'src/config.ts', rule: null },
  ],
  'the program knows no test, and no room is outside the table': [
    { from: 'src/fleet/tested.ts', to: 'test/doubles/fake.ts', rule: 'src/fleet imports' },
    { from: 'src/attic/thing.ts', to: 'src/domain/index.ts', rule: 'every room is in the table' },
  ],
  'circles are refused, also circles of types': [
    { from: 'src/notify/egg.ts', to: 'src/notify/hen.ts', rule: 'no circles', as: typeImport },
  ],
};

function typeImport(specifier: string): string {
  return `import type { Thing } from '${specifier}'; export type Own = Thing;`;
}
function inlineType(specifier: string): string {
  return `export type Own = import('${specifier}').Thing;`;
}
function lateImport(specifier: string): string {
  return `export const later = () => import('${specifier}');`;
}
function reExport(specifier: string): string {
  return `export { type Thing } from '${specifier}';`;
}
/** Syntax that a parser of plain JavaScript stumbles over, before an import it then must not miss. */
function afterUsing(specifier: string): string {
  return `export async function f(held: AsyncDisposable) { await using own = held; return own satisfies unknown; }
import type { Thing } from '${specifier}'; export type Own = Thing;`;
}
function plainImport(specifier: string): string {
  return `import '${specifier}';`;
}

const report = z.object({
  summary: z.object({
    violations: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        rule: z.object({ name: z.string(), severity: z.string() }),
      }),
    ),
  }),
});
type Violation = z.infer<typeof report>['summary']['violations'][number];

let folder = '';
let violations: readonly Violation[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-dependency-rule-'));
  writeProject();
  violations = await judge();
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.for(Object.entries(cases))('%s', ([, rows]) => {
  const misjudged = rows
    .map((row) => ({ ...row, told: toldTo(row) }))
    .filter(({ rule, told }) =>
      rule === null ? told.length > 0 : !told.some((name) => name.startsWith(rule)),
    );
  expect(misjudged).toEqual([]);
});

test('every rule is broken by one of the cases', async () => {
  const names = z.object({ forbidden: z.array(z.object({ name: z.string() })) });
  const config: unknown = await import(join(PROJECT, '.dependency-cruiser.cjs'));
  const rules = z.object({ default: names }).parse(config).default.forbidden;

  const broken = new Set(violations.map((each) => each.rule.name));
  const untestedPackages = /^(@octokit\/(auth|plugin)-.*|@slack\/types|drizzle-kit) lives in/;
  expect(
    rules.map((rule) => rule.name).filter((name) => !broken.has(name) && !untestedPackages.test(name)),
  ).toEqual([]);
});

function toldTo({ from, to }: Case): readonly string[] {
  const names = [to, to.replace('node:', ''), specifierOf(from, to)];
  const isAbout = (resolved: string) =>
    names.includes(resolved) || resolved.startsWith(`node_modules/${to}/`);
  return violations
    .filter((each) => each.from === from && each.rule.severity === 'error' && isAbout(each.to))
    .map((each) => each.rule.name);
}

function writeProject(): void {
  const lines = new Map<string, string[]>();
  for (const room of ROOMS) {
    lines.set(`${room}/index.ts`, ['export type Thing = 1;']);
    lines.set(`${room}/deep/file.ts`, ['export type Thing = 1;']);
  }
  for (const phase of ['perceive', 'reason', 'act', 'learn']) {
    lines.set(`src/director/${phase}/file.ts`, ['export type Thing = 1;']);
  }
  for (const path of ['test/doubles/fake.ts', 'src/compose/index.ts', 'src/roles.ts']) {
    lines.set(path, ['export type Thing = 1;']);
  }
  lines.set('src/notify/hen.ts', [typeImport('./egg.ts')]);
  for (const { from, to, as = plainImport } of Object.values(cases).flat()) {
    const specifier = to.endsWith('.ts') ? specifierOf(from, to) : to;
    lines.set(from, [...(lines.get(from) ?? []), as(specifier)]);
  }
  for (const [path, text] of lines) write(path, `${text.join('\n')}\n`);

  const packages = [...Object.keys(PACKAGES), ...DEVELOPMENT_PACKAGES, 'zod', 'left-pad'];
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '1.0.0']));
  write(
    'package.json',
    JSON.stringify({
      name: 'cases',
      dependencies: versions(packages.filter((name) => !DEVELOPMENT_PACKAGES.includes(name))),
      devDependencies: versions(DEVELOPMENT_PACKAGES),
    }),
  );
  write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { module: 'NodeNext', allowImportingTsExtensions: true } }),
  );
}

function specifierOf(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The exit code is the number of violations, so only output that is no report is a failure. */
function judge(): Promise<readonly Violation[]> {
  const program = join(PROJECT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const words = [program, '--config', join(PROJECT, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...words, 'src', 'db', 'webhooks', 'test'],
      { cwd: folder, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 },
      (failure, stdout, stderr) => {
        try {
          resolve(report.parse(JSON.parse(stdout)).summary.violations);
        } catch (cause) {
          reject(new Error(`dependency-cruiser gave no report: ${stderr || failure?.message}`, { cause }));
        }
      },
    );
  });
}
