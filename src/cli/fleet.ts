import { userInfo } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { CLI_PATH, readCliAddress } from './address.ts';
import { classify } from './classify.ts';

const reply = z.object({ text: z.string(), exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]) });

const NO_BOT =
  'No running bot was found. Start it with `npm start` in this folder, or set FLEET_DATA_DIR to its data folder.';
const ANSWER_WITHIN_MS = 60_000;

/** Sends the words of this command line to the running bot and prints what it answers. Only `classify` needs no bot. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'classify') return classifyInput(argv.slice(1));
  const address = readCliAddress(process.env.FLEET_DATA_DIR || '.fleet');
  if (address === null) {
    process.stderr.write(`${NO_BOT}\n`);
    return 1;
  }
  const answer = await ask(address.url, address.token, argv);
  if (answer === null) {
    process.stderr.write(`${NO_BOT}\n`);
    return 1;
  }
  const stream = answer.exitCode === 0 ? process.stdout : process.stderr;
  if (answer.text !== '') stream.write(`${answer.text}\n`);
  return answer.exitCode;
}

const CLASSIFY_USAGE = 'Usage: fleet classify < captures.ndjson';

/** A reader that has seen enough ends it quietly. */
async function classifyInput(words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    process.stderr.write(`${CLASSIFY_USAGE}\n`);
    return 2;
  }
  try {
    await pipeline(process.stdin, classify, process.stdout);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EPIPE')) throw cause;
  }
  return 0;
}

async function ask(
  url: string,
  token: string,
  argv: readonly string[],
): Promise<z.infer<typeof reply> | null> {
  let response: Response;
  try {
    response = await fetch(new URL(CLI_PATH, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ argv: argv.length === 0 ? ['help'] : argv, user: userInfo().username }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch {
    return null;
  }
  const parsed = reply.safeParse(await response.json().catch(() => null));
  return parsed.success ? parsed.data : { text: `The bot answered with ${response.status}.`, exitCode: 1 };
}

process.exitCode = await main(process.argv.slice(2));
