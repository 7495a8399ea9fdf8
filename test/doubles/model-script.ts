import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Asked, type ToolCall, WIRES, type Wire, type Writer } from './model-wires.ts';

/** A moment of a turn. `until-released`: it lasts until somebody lets the model go on. */
export type Step =
  /** Nothing comes back, not even headers. */
  | { readonly kind: 'hold' }
  /** The line is open and silent. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'think' | 'say'; readonly text: string; readonly lasts: 'at-once' | 'until-released' }
  | { readonly kind: 'call'; readonly call: ToolCall }
  | {
      readonly kind: 'fail';
      readonly status: number;
      readonly message?: string;
      readonly retryAfter?: string;
    }
  /** The line breaks in the middle of the answer. */
  | { readonly kind: 'cut' };

/** How one request of the conversation is answered, or every one from here on. */
export type Turn = { readonly steps: readonly Step[]; readonly repeats?: boolean };

/** A request that is being answered right now. */
export type InFlight = {
  readonly id: string;
  readonly kind: 'main' | 'aux';
  readonly step: Step['kind'] | 'open';
  readonly sinceMs: number;
};

/** What the service itself knows of the conversation: the truth that a screen is held against. */
export type Traffic = {
  readonly mainRequests: number;
  readonly auxRequests: number;
  readonly errorResponses: number;
  readonly inFlight: readonly InFlight[];
  readonly queuedTurns: number;
};

/** A model that says what it is told to say, in the words of every service that an agent may ask. */
export type ModelScript = {
  perform(turns: readonly Turn[]): void;
  /** True: the request was one of an agent's, and is answered. */
  take(request: IncomingMessage, response: ServerResponse, body: string): boolean;
  readonly traffic: () => Traffic;
  /** Lets whatever lasts come to its end. */
  release(): void;
  readonly lastTools: () => readonly string[];
  /** Every request of the conversation as it came, oldest first. */
  readonly requests: () => readonly string[];
};

const DRIP_EVERY_MS = 120;
const WORDS_IN_A_DRIP = 2;
/** An agent's own small requests for a name of the session. They may offer tools all the same. */
const SMALL_QUESTION = /Generate a concise|generate a title|title generator/i;

export function createModelScript(): ModelScript {
  const turns: Turn[] = [];
  const flights = new Map<ServerResponse, Omit<InFlight, 'sinceMs'> & { readonly since: number }>();
  let released = new AbortController();
  let mainRequests = 0;
  let auxRequests = 0;
  let errorResponses = 0;
  let lastTools: readonly string[] = [];
  const requests: string[] = [];

  const nextTurn = (): Turn => {
    const turn = turns[0];
    if (turn?.repeats !== true) turns.shift();
    return turn ?? { steps: [{ kind: 'say', text: 'Done.', lasts: 'at-once' }] };
  };

  const answer = async (wire: Wire, asked: Asked, response: ServerResponse): Promise<void> => {
    if (asked.other !== null) return sendJson(response, 200, JSON.stringify(asked.other));
    const isMain = asked.tools.length > 0 && !SMALL_QUESTION.test(asked.text);
    const nth = isMain ? ++mainRequests : 1_000 + ++auxRequests;
    const writer = wire.writer(asked, nth);
    if (!isMain) return answerSmallQuestion(asked, writer, response);
    lastTools = asked.tools;
    requests.push(asked.text);
    const enter = (step: InFlight['step']) =>
      flights.set(response, { id: `main-${nth}`, kind: 'main', step, since: Date.now() });
    response.once('close', () => flights.delete(response));
    enter('open');
    await performTurn(nextTurn(), { wire, writer, response, enter, release: () => released.signal }, () => {
      errorResponses += 1;
    });
    flights.delete(response);
  };

  return {
    perform: (more) => void turns.push(...more),
    take: (request, response, body) => {
      const path = (request.url ?? '').replace(/\?.*$/, '');
      for (const wire of WIRES) {
        const asked = wire.read(path, jsonOf(body));
        if (asked === null) continue;
        answer(wire, asked, response).catch(() => response.destroy());
        return true;
      }
      return false;
    },
    traffic: () => ({
      mainRequests,
      auxRequests,
      errorResponses,
      inFlight: [...flights.values()].map(({ since, ...flight }) => ({
        ...flight,
        sinceMs: Date.now() - since,
      })),
      queuedTurns: turns.filter((turn) => turn.repeats !== true).length,
    }),
    release: () => {
      released.abort();
      released = new AbortController();
    },
    lastTools: () => lastTools,
    requests: () => requests,
  };
}

type Line = {
  readonly wire: Wire;
  readonly writer: Writer;
  readonly response: ServerResponse;
  enter(step: InFlight['step']): void;
  release(): AbortSignal;
};

async function performTurn(turn: Turn, line: Line, onFailure: () => void): Promise<void> {
  const { wire, writer, response, enter } = line;
  const open = () => {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    response.write(writer.open());
  };
  for (const step of turn.steps) {
    enter(step.kind);
    switch (step.kind) {
      case 'hold':
        await lasting(line);
        break;
      case 'stall':
        open();
        await lasting(line);
        break;
      case 'think':
      case 'say':
        open();
        await utter(line, step);
        break;
      case 'call':
        open();
        response.write(writer.call(step.call));
        break;
      case 'fail':
        onFailure();
        sendJson(
          response,
          step.status,
          wire.refusal(step.status, step.message ?? `told to fail with ${step.status}`),
          step.retryAfter,
        );
        return;
      case 'cut':
        open();
        await delay(DRIP_EVERY_MS);
        response.destroy();
        return;
    }
    if (response.closed) return;
  }
  open();
  response.end(writer.close());
}

/** Waits until the model may go on, or until nobody listens any more. */
async function lasting({ response, release }: Line): Promise<void> {
  const signal = release();
  if (response.closed || signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    response.once('close', () => resolve());
  });
}

async function utter(line: Line, step: Extract<Step, { kind: 'think' | 'say' }>): Promise<void> {
  const { writer, response, release } = line;
  const write = (text: string) =>
    response.write(step.kind === 'think' ? writer.think(text) : writer.say(text));
  if (step.lasts === 'at-once') {
    write(step.text);
    return;
  }
  const signal = release();
  const words = step.text.split(/(?<=\s)/);
  // Said again and again in new words, or an agent takes it for a model that turns in circles.
  for (let round = 0, at = 0; !signal.aborted && !response.closed; ) {
    write(words.slice(at, at + WORDS_IN_A_DRIP).join(''));
    at += WORDS_IN_A_DRIP;
    if (at >= words.length) {
      at = 0;
      round += 1;
      write(`\n\nPart ${round + 1}: `);
    }
    await delay(DRIP_EVERY_MS);
  }
}

/** A helper's question: the least that fits the shape it asked for, at once. */
function answerSmallQuestion(asked: Asked, writer: Writer, response: ServerResponse): void {
  const text = asked.schema === null ? 'Work on the project' : JSON.stringify(leastOf(asked.schema));
  if (!asked.streams) {
    sendJson(response, 200, writer.whole(text));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(writer.open() + writer.say(text) + writer.close());
}

const shape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** The least value that a schema allows. */
function leastOf(schema: unknown): unknown {
  const { type, enum: choices, properties } = shape.catch({}).parse(schema);
  if (choices !== undefined) return choices[0];
  switch (String(Array.isArray(type) ? type[0] : type).toLowerCase()) {
    case 'object':
      return Object.fromEntries(
        Object.entries(properties ?? {}).map(([name, value]) => [name, leastOf(value)]),
      );
    case 'array':
      return [];
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return 0;
    default:
      return 'none';
  }
}

function sendJson(response: ServerResponse, status: number, body: string, retryAfter?: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  });
  response.end(body);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
