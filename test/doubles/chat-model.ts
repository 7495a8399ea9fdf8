import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ModelDouble, Reply } from './model.ts';

/** The part of the other double that asking needs; what was asked is kept as text. */
export type ChatDouble = Pick<
  ModelDouble,
  'url' | 'apiKey' | 'name' | 'turnedAway' | 'count' | 'plan' | 'waiting'
> &
  AsyncDisposable & { readonly asked: readonly ChatRequest[] };

const API_KEY = 'sk-a-key-of-the-chat-double';
const MODEL = 'a-chat-model';

type JsonSchema = { readonly type?: string; readonly additionalProperties?: unknown };

/** The fields that are used here, and no other. */
const requestSchema = z.strictObject({
  model: z.string(),
  messages: z
    .array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string().min(1) }))
    .min(1),
  max_tokens: z.int().min(1),
  response_format: z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: z.string().regex(/^[\w-]{1,64}$/),
      strict: z.literal(true),
      schema: z.custom<JsonSchema>(
        (schema) => typeof schema === 'object' && schema !== null && 'additionalProperties' in schema,
        'a strict schema is closed',
      ),
    }),
  }),
});

type ChatRequest = z.infer<typeof requestSchema>;

/** Why a message ended, in the words of this service. */
const FINISHED: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  refusal: 'content_filter',
};

/** Chat completions on loopback: it takes what such a service takes, answers as it is told, and keeps what it was asked. */
export async function openChatDouble(): Promise<ChatDouble> {
  const asked: ChatRequest[] = [];
  const turnedAway: string[] = [];
  const silent = new Set<ServerResponse>();
  let replies: Reply[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const refuse = (status: number, message: string) => {
      turnedAway.push(message);
      sendError(response, { status, code: 'refused' });
    };
    bodyOf(request)
      .then((body) => {
        if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
          return refuse(404, `there is no ${request.method} ${request.url}`);
        if (request.headers.authorization !== `Bearer ${API_KEY}`) return refuse(401, 'no such key');
        const parsed = requestSchema.safeParse(JSON.parse(body));
        if (!parsed.success) return refuse(400, z.prettifyError(parsed.error));
        if (parsed.data.model !== MODEL) return refuse(404, `there is no model ${parsed.data.model}`);
        asked.push(parsed.data);
        const reply = replies.length > 1 ? replies.shift() : replies[0];
        return reply === undefined ? refuse(500, 'nobody planned a reply') : answer(response, reply, silent);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    apiKey: API_KEY,
    name: MODEL,
    asked,
    turnedAway,
    count: () => count,
    plan: (...next) => {
      replies = [...next];
    },
    waiting: () => silent.size,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(response: ServerResponse, reply: Reply, silent: Set<ServerResponse>): void {
  switch (reply.kind) {
    case 'answer':
      send(response, 200, completionOf(JSON.stringify(reply.value), 'stop'));
      return;
    case 'message':
      send(response, 200, completionOf(reply.text, FINISHED[reply.stopReason] ?? reply.stopReason));
      return;
    case 'error':
      sendError(response, {
        status: reply.status,
        code: reply.type,
        ...(reply.retryAfter === undefined ? {} : { retryAfter: reply.retryAfter }),
      });
      return;
    case 'body':
      send(response, 200, reply.body);
      return;
    case 'half-a-body': {
      const body = completionOf('never heard', 'stop');
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

/** Two of its three prompt tokens came from the cache. */
function completionOf(content: string, finishReason: string): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: MODEL,
    choices: [
      { index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: finishReason },
    ],
    usage: {
      prompt_tokens: 3,
      completion_tokens: 1,
      total_tokens: 4,
      prompt_tokens_details: { cached_tokens: 2 },
    },
  });
}

function sendError(
  response: ServerResponse,
  {
    status,
    code,
    retryAfter,
  }: { readonly status: number; readonly code: string; readonly retryAfter?: string },
): void {
  const body = JSON.stringify({ error: { message: 'told to fail', type: code, code, param: null } });
  send(response, status, body, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve, reject) => request.once('end', resolve).once('error', reject));
  return Buffer.concat(chunks).toString('utf8');
}
