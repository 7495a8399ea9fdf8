import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CLI_PATH, type CliAddress, readCliAddress } from './address.ts';
import { classify } from './classify.ts';
import { judgeRisks } from './risk.ts';
import { tellTranscripts } from './transcript.ts';

const reply = z.object({
  text: z.string(),
  exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  picture: z.union([z.object({ base64: z.string() }), z.object({ why: z.string() })]).optional(),
  file: z.object({ name: z.string(), text: z.string() }).optional(),
  againAfterMs: z.number().optional(),
  next: z.array(z.string()).optional(),
});

const NO_BOT =
  'No running bot was found. Start it with `npm start` in this folder, or set FLEET_DATA_DIR to its data folder.';
const ANSWER_WITHIN_MS = 60_000;

/** Sends the words of this command line to the running bot and prints what it answers. Only `classify`, `risk` and `transcript` need no bot. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'classify') return filterInput(classify, CLASSIFY_USAGE, argv.slice(1));
  if (argv[0] === 'risk') return filterInput(judgeRisks, RISK_USAGE, argv.slice(1));
  if (argv[0] === 'transcript') return readTranscripts(argv.slice(1));
  const address = readCliAddress(process.env.FLEET_DATA_DIR || '.fleet');
  if (address === null) {
    process.stderr.write(`${NO_BOT}\n`);
    return 1;
  }
  let wish = wishFrom(argv);
  if (wish.out === '') {
    process.stderr.write('`--out` needs the name of a file after it.\n');
    return 2;
  }
  for (;;) {
    const answer = await ask(address, wish);
    if (answer === null) {
      process.stderr.write(`${NO_BOT}\n`);
      return 1;
    }
    const isLive = answer.againAfterMs !== undefined;
    const isUnderWay = answer.next !== undefined;
    const stream = answer.exitCode === 0 ? process.stdout : process.stderr;
    if (answer.text !== '' && (!isUnderWay || process.stdout.isTTY))
      stream.write(`${isLive && process.stdout.isTTY ? CLEAR : ''}${answer.text}\n`);
    if (answer.picture !== undefined && wish.out !== null && !(await savePicture(answer.picture, wish.out)))
      return 1;
    if (answer.file !== undefined && !(await saveFile(answer.file))) return 1;
    // Without a terminal there is nothing to repaint: one look is the answer, unless it is under way.
    if (answer.againAfterMs === undefined || (!isUnderWay && !process.stdout.isTTY)) return answer.exitCode;
    if (answer.next !== undefined) wish = { ...wish, argv: answer.next };
    await delay(answer.againAfterMs);
  }
}

/** Everything away, also what has scrolled, and to the upper left. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

/** `out`: where the picture goes, which is no word of the request; null: nowhere. */
type Wish = { readonly argv: readonly string[]; readonly out: string | null };

function wishFrom(argv: readonly string[]): Wish {
  const at = argv[0] === 'snapshot' ? argv.findIndex((word) => /^--out(?:=|$)/.test(word)) : -1;
  const word = argv[at];
  if (word === undefined) return { argv, out: null };
  const isJoined = word.includes('=');
  const out = isJoined ? word.slice('--out='.length) : (argv[at + 1] ?? '');
  return { argv: [...argv.slice(0, at), ...argv.slice(at + (isJoined ? 1 : 2))], out };
}

async function savePicture(
  picture: { readonly base64: string } | { readonly why: string },
  file: string,
): Promise<boolean> {
  if ('why' in picture) {
    process.stderr.write(`No picture: ${picture.why}.\n`);
    return false;
  }
  try {
    await writeFile(file, Buffer.from(picture.base64, 'base64'));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    process.stderr.write(`The picture could not be written to ${file}: ${cause.message}.\n`);
    return false;
  }
  process.stderr.write(`The picture is in ${file}.\n`);
  return true;
}

/** Into the folder it is asked from, under a name that is its own. */
async function saveFile({ name, text }: { readonly name: string; readonly text: string }): Promise<boolean> {
  const file = basename(name);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    process.stderr.write(`The file ${file} could not be written: ${cause.message}.\n`);
    return false;
  }
  process.stderr.write(`The report is in ${file}.\n`);
  return true;
}

const CLASSIFY_USAGE = 'Usage: fleet classify < captures.ndjson';
const RISK_USAGE = 'Usage: fleet risk < inputs.ndjson';

type Filter = (input: AsyncIterable<Uint8Array>) => AsyncIterable<string>;

/** These take no words: all they need comes in. */
async function filterInput(filter: Filter, usage: string, words: readonly string[]): Promise<number> {
  if (words.length > 0) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  await untilReaderLeaves(() => pipeline(process.stdin, filter, process.stdout));
  return 0;
}

async function readTranscripts(words: readonly string[]): Promise<number> {
  const told = await tellTranscripts(words);
  if (!told.ok) {
    process.stderr.write(`${told.error.sentence}\n`);
    return told.error.exitCode;
  }
  await untilReaderLeaves(() => pipeline([told.value], process.stdout));
  return 0;
}

/** A reader that has seen enough ends it quietly. */
async function untilReaderLeaves(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EPIPE')) throw cause;
  }
}

async function ask({ url, token }: CliAddress, { argv, out }: Wish): Promise<z.infer<typeof reply> | null> {
  let response: Response;
  try {
    response = await fetch(new URL(CLI_PATH, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        argv: argv.length === 0 ? ['help'] : argv,
        user: userInfo().username,
        wantsPicture: out !== null,
      }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch {
    return null;
  }
  const parsed = reply.safeParse(await response.json().catch(() => null));
  return parsed.success ? parsed.data : { text: `The bot answered with ${response.status}.`, exitCode: 1 };
}

process.exitCode = await main(process.argv.slice(2));
