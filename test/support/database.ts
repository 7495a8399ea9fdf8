import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';

/** What the set-up of a vitest project offers its tests: something with every migration, to be copied. */
export type MigratedDatabase =
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly template: string;
    }
  | { readonly kind: 'pglite'; readonly folder: string };

declare module 'vitest' {
  interface ProvidedContext {
    database: MigratedDatabase;
  }
}

/** Where a test's own database is, in the words the program itself uses. */
export type DatabaseAddress =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'embedded'; readonly dataDir: string };

/** A migrated, otherwise empty database that nobody else uses. Disposing of it removes it. */
export type DatabaseCopy = AsyncDisposable & {
  readonly address: DatabaseAddress;
};

/** Copies the migrated database of the project this test runs in. */
export async function copyDatabase(): Promise<DatabaseCopy> {
  const migrated = inject('database');
  switch (migrated?.kind) {
    case 'postgres':
      return copyOnServer(migrated.url, migrated.template);
    case 'pglite':
      return copyFolder(migrated.folder);
    default:
      throw new Error('this test is not in a folder that vitest.config.ts gives a database');
  }
}

async function copyOnServer(serverUrl: string, template: string): Promise<DatabaseCopy> {
  const name = `fleet_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `create database ${name} template ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    address: { kind: 'server', url: url.href },
    [Symbol.asyncDispose]: () => onServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function copyFolder(migratedFolder: string): Promise<DatabaseCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-pglite-'));
  const dataDir = join(folder, 'data');
  cpSync(migratedFolder, dataDir, { recursive: true });
  return {
    address: { kind: 'embedded', dataDir },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(statement);
  } finally {
    await client.end();
  }
}
