import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { createModelScript, type Traffic, type Turn } from './model-script.ts';

/** What the service does with one request. Without a plan it answers that it has none. */
export type Reply =
  /** A message whose text is this value as JSON. */
  | { readonly kind: 'answer'; readonly value: unknown; readonly usage?: Usage }
  /** A message with this text, however it ends. */
  | { readonly kind: 'message'; readonly text: string; readonly stopReason: string }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly type: string;
      readonly retryAfter?: string;
    }
  /** A body that is no message. */
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string }
  /** The line breaks after half of the body. */
  | { readonly kind: 'half-a-body' }
  | { readonly kind: 'no-answer' }
  /** Nothing, until `speak`, or until the caller gives up. */
  | { readonly kind: 'silence' };

/** What the service counted. Source: platform.claude.com, "Create a Message". */
type Usage = {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation_input_tokens: number;
};

/** What was asked, after it passed the service's checks. */
export type AskedOfModel = z.infer<typeof requestSchema>;

export type ModelDouble = {
  readonly url: string;
  readonly apiKey: string;
  readonly name: string;
  /** Everything that was accepted, oldest first. */
  readonly asked: readonly AskedOfModel[];
  /** Why requests were turned away, oldest first. */
  readonly turnedAway: readonly string[];
  /** Requests that came, accepted or not. */
  readonly count: () => number;
  /** The next requests are answered so, in this order; the last one goes on for ever. */
  plan(...replies: readonly Reply[]): void;
  /** Calls that wait in silence, and that their callers have not given up. */
  readonly waiting: () => number;
  /** Answers everything that waits in silence. */
  speak(value: unknown): void;
  /**
   * From now on agents are served as well: whoever asks in the words of one of their services gets these turns, in this order.
   * Their keys and the fields they send are not checked.
   */
  perform(...turns: readonly Turn[]): void;
  /** What agents asked, and what is being answered right now. */
  readonly traffic: () => Traffic;
  /** Lets every turn that lasts until it is released go on. */
  release(): void;
  /** The tools that the last turn of an agent offered. */
  readonly offeredTools: () => readonly string[];
  /** Every request of an agent's conversation as it came, oldest first. */
  readonly conversation: () => readonly string[];
  /** Refuses connections, and breaks those that stand; and takes them again. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

const API_VERSION = '2026-10-21';
const API_KEY = 'sk-ant-a-key-of-the-double';
const MODEL = 'claude-sonnet-5-5';
const MAX_TOKENS_OF_MODEL = 64_000;

const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1),
  cache_control: cacheControl.nullish(),
});

/** The fields that are used here, and no other: the service refuses what it does not know, and what it no longer takes. */
const requestSchema = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1).max(MAX_TOKENS_OF_MODEL),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant', 'system']),
        content: z.union([z.string().min(1), z.array(textBlock).min(1)]),
      }),
    )
    .min(1),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: z
        .strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })
        .nullish(),
    })
    .optional(),
});

/** Words of JSON Schema that structured output takes. Source: platform.claude.com, "Structured outputs". */
const SCHEMA_WORDS = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'description',
  'title',
  'enum',
  'const',
  'anyOf',
  'items',
  'format',
  '$defs',
  '$ref',
]);

const namedSchemas = z.record(z.string(), z.unknown());

/** The Messages API on loopback: it takes what the service takes, answers as it is told, and keeps what it was asked. */
export async function openModelDouble(): Promise<ModelDouble> {
  const asked: AskedOfModel[] = [];
  const turnedAway: string[] = [];
  const silent = new Set<ServerResponse>();
  const script = createModelScript();
  let servesAgents = false;
  let replies: Reply[] = [];
  let count = 0;

  const server = createServer((request, response) => {
    count += 1;
    const nth = count;
    const refuse = (status: number, type: string, message: string) => {
      turnedAway.push(message);
      sendError(response, nth, { status, type, message });
    };
    bodyOf(request)
      .then((body) => {
        if (servesAgents && script.take(request, response, body)) return;
        const { authorization } = request.headers;
        if (request.method !== 'POST' || request.url !== '/v1/messages')
          return refuse(404, 'not_found_error', `there is no ${request.method} ${request.url}`);
        if (authorization !== `Bearer ${API_KEY}`)
          return refuse(401, 'authentication_error', 'the bearer token is not a key');
        if (request.headers['anthropic-version'] !== API_VERSION)
          return refuse(400, 'invalid_request_error', `anthropic-version is not ${API_VERSION}`);
        if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
          return refuse(400, 'invalid_request_error', 'content-type is not application/json');
        const parsed = requestSchema.safeParse(jsonOf(body));
        if (!parsed.success) return refuse(400, 'invalid_request_error', z.prettifyError(parsed.error));
        if (parsed.data.model !== MODEL)
          return refuse(404, 'not_found_error', `there is no model ${parsed.data.model}`);
        const fault = schemaFault(parsed.data.output_config?.format?.schema);
        if (fault !== null) return refuse(400, 'invalid_request_error', fault);
        asked.push(parsed.data);
        const reply = replies.length > 1 ? replies.shift() : replies[0];
        if (reply === undefined) return refuse(500, 'api_error', 'nobody told the double what to answer');
        return answer(response, nth, reply, silent);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: API_KEY,
    name: MODEL,
    asked,
    turnedAway,
    count: () => count,
    plan: (...next) => {
      replies = [...next];
    },
    waiting: () => silent.size,
    speak: (value) => {
      for (const response of silent) send(response, 200, messageOf(count, JSON.stringify(value), 'end_turn'));
    },
    perform: (...turns) => {
      servesAgents = true;
      script.perform(turns);
    },
    traffic: script.traffic,
    release: script.release,
    offeredTools: script.lastTools,
    conversation: script.requests,
    goDown: close,
    comeBack: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    [Symbol.asyncDispose]: close,
  };
}

function answer(response: ServerResponse, nth: number, reply: Reply, silent: Set<ServerResponse>): void {
  switch (reply.kind) {
    case 'answer':
      send(response, 200, messageOf(nth, JSON.stringify(reply.value), 'end_turn', reply.usage));
      return;
    case 'message':
      send(response, 200, messageOf(nth, reply.text, reply.stopReason));
      return;
    case 'error':
      sendError(response, nth, { message: 'told to fail', ...reply });
      return;
    case 'body':
      response.writeHead(200, { 'content-type': reply.contentType ?? 'application/json' });
      response.end(reply.body);
      return;
    case 'half-a-body': {
      const body = messageOf(nth, 'never heard', 'end_turn');
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    case 'no-answer':
      response.destroy();
      return;
    case 'silence':
      silent.add(response);
      response.once('close', () => silent.delete(response));
  }
}

function messageOf(nth: number, text: string, stopReason: string, usage?: Usage): string {
  return JSON.stringify({
    id: `msg_${nth}`,
    type: 'message',
    role: 'assistant',
    model: MODEL,
    container: null,
    content: text === '' ? [] : [{ type: 'text', text, citations: null }],
    diagnostics: null,
    stop_reason: stopReason,
    stop_details: stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null,
    stop_sequence: null,
    usage: usage ?? {
      input_tokens: 1,
      output_tokens: 1,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
    },
  });
}

function sendError(
  response: ServerResponse,
  nth: number,
  {
    status,
    type,
    message,
    retryAfter,
  }: {
    readonly status: number;
    readonly type: string;
    readonly message: string;
    readonly retryAfter?: string;
  },
): void {
  const id = `req_${nth}`;
  const body = JSON.stringify({ type: 'error', error: { type, message }, request_id: id });
  send(response, status, body, {
    'request-id': id,
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  });
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

/** Null: the service takes this schema. Every object is closed, and no bounds are named. */
function schemaFault(schema: unknown, at = 'schema'): string | null {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return null;
  for (const [word, value] of Object.entries(schema)) {
    if (!SCHEMA_WORDS.has(word)) return `${at}: ${word} is not supported`;
    if (word === 'properties' || word === '$defs') {
      for (const [name, each] of Object.entries(namedSchemas.parse(value))) {
        const fault = schemaFault(each, `${at}.${name}`);
        if (fault !== null) return fault;
      }
    }
  }
  return 'type' in schema &&
    schema.type === 'object' &&
    !('additionalProperties' in schema && schema.additionalProperties === false)
    ? `${at}: additionalProperties has to be false`
    : null;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve, reject) => request.once('end', resolve).once('error', reject));
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
