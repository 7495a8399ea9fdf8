import postgres from 'postgres';

/** Creates a database on the server at `serverUrl`, as a copy of `template` if one is given. Its URL. */
export async function createDatabase(serverUrl: string, name: string, template?: string): Promise<string> {
  await tell(serverUrl, `create database ${name}${template === undefined ? '' : ` template ${template}`}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Removes a database, also while somebody is connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await tell(serverUrl, `drop database if exists ${name} with (force)`);
}

async function tell(url: string, statement: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(statement);
  } finally {
    await client.end();
  }
}
