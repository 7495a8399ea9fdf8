import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { TestProject } from 'vitest/node';

/** vitest calls this once before the tests of the project `pglite`, and what it returns after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-pglite-migrated-'));
  const database = await PGlite.create(folder);
  await database.close();
  project.provide('database', { kind: 'pglite', folder });
  return () => rm(folder, { recursive: true, force: true });
}
