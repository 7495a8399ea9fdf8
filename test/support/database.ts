import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { z } from 'zod';
import { type Database, type DatabaseLocation, openDatabase, rowsOf } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
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
  const kept = spare ?? (await openCopy());
  spare = null;
  return {
    ...kept,
    async [Symbol.asyncDispose]() {
      if (kept.database.kind === 'embedded' && spare === null && (await empty(kept))) spare = kept;
      else await kept[Symbol.asyncDispose]();
    },
  };
}

/** Opening an embedded database takes most of the time of a short test, so the tests of a file use one after the other, emptied in between. */
let spare: (TestDatabase & { readonly tables: string }) | null = null;
afterAll(async () => {
  await spare?.[Symbol.asyncDispose]();
  spare = null;
});

async function openCopy(): Promise<NonNullable<typeof spare>> {
  const copy = await copyDatabase();
  const opened = await openDatabase(copy.location);
  if (!opened.ok) {
    await copy[Symbol.asyncDispose]();
    throw new Error(`the test's database did not open: ${JSON.stringify(opened.error)}`);
  }
  const database = opened.value;
  return {
    location: copy.location,
    database,
    tables: (await listTables(database)).join(),
    async [Symbol.asyncDispose]() {
      await database.close();
      await copy[Symbol.asyncDispose]();
    },
  };
}

/** False: the test has left something that cannot simply be emptied. */
async function empty({ database, tables }: NonNullable<typeof spare>): Promise<boolean> {
  try {
    const found = await listTables(database);
    if (found.join() !== tables) return false;
    await database.connection.execute(sql.raw(`truncate ${found.join()} restart identity`));
    return true;
  } catch {
    // The test has closed it.
    return false;
  }
}

/** All that a test may write to. What is not here, the migrations and the set-up of the job queue wrote, and nobody else does. */
async function listTables({ connection }: Database): Promise<readonly string[]> {
  const rows = await rowsOf(
    connection,
    sql`select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname = 'public' or (schemaname = 'pgboss' and tablename not in ('version', 'queue')) order by 1`,
  );
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name);
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
