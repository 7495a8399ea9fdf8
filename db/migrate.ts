import { openDatabase } from './connect.ts';

/** Brings a server's database to the newest schema and ends: the release step of a deployment. */
async function main(url: string | undefined): Promise<number> {
  if (url === undefined || url === '') {
    process.stdout.write(
      'DATABASE_URL is not set: an embedded database migrates itself when the bot starts.\n',
    );
    return 0;
  }
  const opened = await openDatabase({ kind: 'server', url });
  if (!opened.ok) {
    const detail = opened.error.kind === 'unreachable' ? opened.error.detail : opened.error.by;
    process.stderr.write(`The database does not answer: ${detail}\n`);
    return 1;
  }
  await opened.value.migrate();
  await opened.value.close();
  process.stdout.write('The database has the newest schema.\n');
  return 0;
}

process.exitCode = await main(process.env.DATABASE_URL);
