import { type DatabaseLocation, openDatabase } from '../../db/connect.ts';

/** Brings an empty database to the newest schema and leaves it, so that tests can copy it. */
export async function migrateOnce(location: DatabaseLocation): Promise<void> {
  const opened = await openDatabase(location);
  if (!opened.ok) throw new Error(`a database for the tests did not open: ${JSON.stringify(opened.error)}`);
  try {
    await opened.value.migrate();
  } finally {
    await opened.value.close();
  }
}
