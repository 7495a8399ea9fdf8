import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Answer, type Refusal, type Request, wordsFromArgv } from '../commands/index.ts';
import type { Card, Result, StyledScreen } from '../domain/index.ts';
import { isFromThisMachine, redact } from '../safety/index.ts';
import { CLI_PATH } from './address.ts';
import { harmless, textFromCard } from './text-from-card.ts';

export type CliOptions = {
  /** Whoever can read the file it is in may do everything. */
  readonly token: string;
  readonly run: (request: Request) => Promise<Result<Answer, Refusal>>;
  readonly draw: (screen: StyledScreen) => Promise<Result<Uint8Array<ArrayBuffer>, { readonly why: string }>>;
};

const MAX_BODY_BYTES = 256 * 1024;

const asked = z.object({
  argv: z.array(z.string()).max(1000),
  user: z.string().min(1).max(64),
  /** Whether the picture of a screen is wanted too. */
  wantsPicture: z.boolean().default(false),
});

/** What the command line is answered. `exitCode` 1: refused, 2: not understood. */
export type CliReply = {
  readonly text: string;
  readonly exitCode: 0 | 1 | 2;
  /** A PNG in base64, or why there is none; left out: nobody asked for it. */
  readonly picture?: { readonly base64: string } | { readonly why: string };
  /** A file that belongs to it; left out: there is none. */
  readonly file?: { readonly name: string; readonly text: string };
  /** Left out: this is all. Otherwise it is out of date after this time, and can be asked for again. */
  readonly againAfterMs?: number;
  /** What to ask then, until an answer is all. Left out: the same again. */
  readonly next?: readonly string[];
};

/** Takes the command line's requests on the HTTP server: the same commands as in chat, asked by a person of this machine. */
export function createCliEndpoint(
  options: CliOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== CLI_PATH) return false;
    const send = (status: number, reply: CliReply) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    };
    if (
      request.method !== 'POST' ||
      !isFromThisMachine(request) ||
      !isAllowed(request.headers.authorization, options.token)
    ) {
      send(401, { text: 'This door is for `npm run -s fleet` on the machine of the bot.', exitCode: 2 });
      return true;
    }
    const body = await readAsked(request);
    if (body === null) {
      send(400, { text: 'The request could not be read.', exitCode: 2 });
      return true;
    }
    const result = await options.run({
      from: { source: 'shell', externalId: body.user, name: body.user },
      place: { kind: 'shell' },
      ask: { kind: 'words', words: wordsFromArgv(body.argv) },
    });
    const picture = body.wantsPicture && result.ok ? await pictureFor(result.value, options.draw) : null;
    send(200, { ...replyFor(result), ...(picture === null ? {} : { picture }) });
    return true;
  };
}

function replyFor(result: Result<Answer, Refusal>): CliReply {
  if (!result.ok) {
    return { text: harmless(result.error.sentence), exitCode: result.error.kind === 'bad-words' ? 2 : 1 };
  }
  switch (result.value.kind) {
    case 'card':
    case 'posted': {
      const { card } = result.value;
      const file = textFileOf(card);
      return { text: textFromCard(card), exitCode: 0, ...(file === null ? {} : { file }) };
    }
    case 'live': {
      const { card, againAfterMs, next } = result.value;
      const live = { text: textFromCard(card), exitCode: 0, againAfterMs } as const;
      return next === undefined ? live : { ...live, next };
    }
    case 'home':
      return { text: result.value.cards.map(textFromCard).join('\n\n'), exitCode: 0 };
    case 'add-form':
    case 'reason-form':
    case 'nothing':
      return { text: '', exitCode: 0 };
  }
}

function textFileOf({ parts }: Card): Exclude<CliReply['file'], undefined> | null {
  for (const part of parts) {
    if (part.kind !== 'attachment' || part.file.kind !== 'text') continue;
    const { name, ending = 'txt', lines } = part.file;
    return { name: `${name}.${ending}`, text: `${redact(lines.join('\n'))}\n` };
  }
  return null;
}

async function pictureFor(
  answer: Answer,
  draw: CliOptions['draw'],
): Promise<Exclude<CliReply['picture'], undefined>> {
  const parts = answer.kind === 'card' || answer.kind === 'posted' ? answer.card.parts : [];
  for (const part of parts) {
    if (part.kind !== 'attachment' || part.file.kind !== 'picture') continue;
    const drawn = await draw(part.file.screen);
    return drawn.ok ? { base64: Buffer.from(drawn.value).toString('base64') } : { why: drawn.error.why };
  }
  return { why: 'this answer has no picture' };
}

function isAllowed(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readAsked(request: IncomingMessage): Promise<z.infer<typeof asked> | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk as Uint8Array);
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(part);
  }
  try {
    const parsed = asked.safeParse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
