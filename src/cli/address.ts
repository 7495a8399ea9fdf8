import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Where on the bot's HTTP server. */
export const CLI_PATH = '/cli';

const address = z.object({ url: z.url(), token: z.string().min(1) });

/** Where the running bot takes the command line's requests. Only its own user can read the file. */
export type CliAddress = z.infer<typeof address>;

export async function writeCliAddress(dataDir: string, value: CliAddress): Promise<void> {
  // Written beside and then renamed: nobody reads half of it, and a file that was there keeps none of its rights.
  const file = fileIn(dataDir);
  const written = `${file}.next`;
  await rm(written, { force: true });
  await writeFile(written, JSON.stringify(value), { mode: 0o600, flag: 'wx' });
  await rename(written, file);
}

/** Null: no bot has started with this data folder. */
export function readCliAddress(dataDir: string): CliAddress | null {
  try {
    const parsed = address.safeParse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const fileIn = (dataDir: string): string => join(resolve(dataDir), 'cli.json');
