import postgres from 'postgres';

/** Databases of single test files are copies of this one, which has every migration. */
export const MIGRATED_DATABASE = 'fleet_migrated';

/** Creates the migrated database on a server. */
export async function migrateServer(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(`create database ${MIGRATED_DATABASE}`);
  } finally {
    await client.end();
  }
}
