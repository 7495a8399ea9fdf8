import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMA = 'db/schema.ts';
const MIGRATIONS = join(PROJECT, 'db/migrations');
const TIMEOUT_MS = 2 * 60_000;

/**
 * Generates into a copy of the migrations what the schema still lacks. Null when that is nothing,
 * otherwise the SQL that somebody forgot to generate.
 */
export async function migrationsBehindSchema(): Promise<string | null> {
  if (!existsSync(join(PROJECT, SCHEMA))) return null;
  const scratch = join(PROJECT, 'node_modules/.cache');
  mkdirSync(scratch, { recursive: true });
  const copy = mkdtempSync(join(scratch, 'migrations-'));
  try {
    if (existsSync(MIGRATIONS)) cpSync(MIGRATIONS, copy, { recursive: true });
    const before = new Set(sqlFiles(copy));
    const words = [
      'generate',
      '--dialect',
      'postgresql',
      '--schema',
      SCHEMA,
      '--out',
      relative(PROJECT, copy),
    ];
    const run = await runProgram('drizzle-kit', words, {
      timeoutMs: TIMEOUT_MS,
      env: {},
      output: 'keep',
    });
    if (run.exitCode !== 0) return `${run.output.trimEnd()}\n(drizzle-kit: ${run.ended})`;

    const added = sqlFiles(copy).filter((name) => !before.has(name));
    if (added.length === 0) return null;
    const sql = added.map((name) => readFileSync(join(copy, name), 'utf8')).join('\n');
    return `db/schema.ts is ahead of db/migrations; "npx drizzle-kit generate" would add:\n${sql}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function sqlFiles(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.sql'));
}
