import { type DatabaseLocation, openDatabase } from '../../db/connect.ts';
import { openJobs } from '../../db/jobs.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** Brings an empty database to the newest schema, the job queue's too, and leaves it, so that tests can copy it. */
export async function migrateOnce(location: DatabaseLocation): Promise<void> {
  const opened = await openDatabase(location);
  if (!opened.ok) throw new Error(`a database for the tests did not open: ${JSON.stringify(opened.error)}`);
  try {
    await opened.value.migrate();
    const jobs = await openJobs(opened.value.queue, silent);
    await jobs.stop();
  } finally {
    await opened.value.close();
  }
}
