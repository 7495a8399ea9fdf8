import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrateOnce } from './migrated.ts';

/** vitest calls this once before the tests of the project `pglite`, and what it returns after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-pglite-migrated-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await migrateOnce({ kind: 'embedded', dataDir: folder });
  } catch (cause) {
    await remove();
    throw cause;
  }
  project.provide('database', { kind: 'pglite', folder });
  return remove;
}
