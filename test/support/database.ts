import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Database, type DatabaseLocation, openDatabase } from '../../db/connect.ts';
import { createDatabase, dropDatabase } from './database-server.ts';

/** What the set-up of a vitest project offers its tests: something with every migration, to be copied. */
export type MigratedDatabase =
  | { readonly kind: 'postgres'; readonly url: string; readonly template: string }
  | { readonly kind: 'pglite'; readonly folder: string };

declare module 'vitest' {
  interface ProvidedContext {
    database: MigratedDatabase;
  }
}

/** A migrated, otherwise empty database that nobody else uses. Disposing of it removes it. */
export type DatabaseCopy = AsyncDisposable & { readonly location: DatabaseLocation };

/** The same, already opened as the program opens it. Disposing closes it first. */
export type TestDatabase = DatabaseCopy & { readonly database: Database };

export async function openTestDatabase(): Promise<TestDatabase> {
  const copy = await copyDatabase();
  const opened = await openDatabase(copy.location);
  if (!opened.ok) {
    await copy[Symbol.asyncDispose]();
    throw new Error(`the test's database did not open: ${JSON.stringify(opened.error)}`);
  }
  return {
    location: copy.location,
    database: opened.value,
    async [Symbol.asyncDispose]() {
      await opened.value.close();
      await copy[Symbol.asyncDispose]();
    },
  };
}

/** For tests whose database is opened by another process: on which of the two kinds, the vitest project decides. */
export async function copyDatabase(): Promise<DatabaseCopy> {
  const migrated: MigratedDatabase | undefined = inject('database');
  switch (migrated?.kind) {
    case 'postgres':
      return copyOnServer(migrated.url, migrated.template);
    case 'pglite':
      return copyFolder(migrated.folder);
    case undefined:
      throw new Error('this test is not in a folder that test/vitest.config.ts gives a database');
  }
}

async function copyOnServer(serverUrl: string, template: string): Promise<DatabaseCopy> {
  const name = `fleet_${randomBytes(6).toString('hex')}`;
  const url = await createDatabase(serverUrl, name, template);
  return {
    location: { kind: 'server', url },
    [Symbol.asyncDispose]: () => dropDatabase(serverUrl, name),
  };
}

async function copyFolder(migratedFolder: string): Promise<DatabaseCopy> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fleet-pglite-'));
  cpSync(migratedFolder, dataDir, { recursive: true });
  return {
    location: { kind: 'embedded', dataDir },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}
