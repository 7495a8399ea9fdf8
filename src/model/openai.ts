import { z } from 'zod';
import { err, ok, type Result, type Tokens } from '../domain/index.ts';
import { type ModelOutcome, outcomeOfStatus } from './model-failure.ts';
import type { Answered, Asking, Protocol } from './protocol.ts';

export type OpenaiOptions = {
  /** Null: the service takes none, as one on this machine. */
  readonly apiKey: string | null;
  /** Up to and with the version: `http://127.0.0.1:11434/v1`. Null: OpenAI's own. */
  readonly baseUrl: string | null;
  readonly fetch?: typeof fetch;
};

const OPENAI_URL = 'https://api.openai.com/v1';

/**
 * The chat completions of OpenAI, which many services and local servers speak too. What is stable stands before what is fresh: services that keep
 * what they read find it by its beginning.
 */
export function createOpenaiProtocol({ apiKey, baseUrl, fetch = globalThis.fetch }: OpenaiOptions): Protocol {
  const url = `${(baseUrl ?? OPENAI_URL).replace(/\/+$/, '')}/chat/completions`;
  const isOwn = baseUrl === null;
  return {
    name: 'openai',
    async ask(asking, signal) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
          },
          body: JSON.stringify(requestOf(asking, isOwn)),
          signal,
        });
        if (response.ok) return answeredBy(await response.json());
        return { words: err(await outcomeOfResponse(response)), usage: null };
      } catch (cause) {
        return { words: err(outcomeOf(cause, signal)), usage: null };
      }
    },
  };
}

/** OpenAI's own models refuse the name that all others know. Source: platform.openai.com, "Create chat completion". */
function requestOf({ model, stable, fresh, schema, maxTokens }: Asking, isOwn: boolean): unknown {
  return {
    model,
    messages: [...stable.map((content) => ({ role: 'system', content })), { role: 'user', content: fresh }],
    response_format: { type: 'json_schema', json_schema: { name: 'decision', strict: true, schema } },
    ...(isOwn ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
  };
}

/** The parts of an answer that are read here. Source: platform.openai.com, "The chat completion object". */
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

/** Here, what was read from the cache counts as input too. */
const usageSchema = z.object({
  usage: z.object({
    prompt_tokens: z.number(),
    completion_tokens: z.number(),
    prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
  }),
});

function answeredBy(answer: unknown): Answered {
  return { words: wordsOf(answer), usage: tokensOf(answer) };
}

function tokensOf(answer: unknown): Tokens | null {
  const told = usageSchema.safeParse(answer);
  if (!told.success) return null;
  const { prompt_tokens, completion_tokens, prompt_tokens_details } = told.data.usage;
  const cacheRead = prompt_tokens_details?.cached_tokens ?? 0;
  return { input: prompt_tokens - cacheRead, output: completion_tokens, cacheRead, cacheWrite: 0 };
}

function wordsOf(answer: unknown): Result<string, ModelOutcome> {
  const completion = completionSchema.safeParse(answer);
  const choice = completion.success ? completion.data.choices[0] : undefined;
  if (choice === undefined) return err({ kind: 'bad-answer' });
  const { finish_reason: reason, message } = choice;
  if (typeof message.refusal === 'string' && message.refusal !== '') return err({ kind: 'refused' });
  switch (reason) {
    case 'stop':
      return ok(message.content ?? '');
    case 'content_filter':
      return err({ kind: 'refused' });
    case 'length':
      return err({ kind: 'cut-off' });
    default:
      // tool_calls and function_call belong to requests that are not made here.
      return err({ kind: 'unfinished', reason: reason ?? null });
  }
}

const errorSchema = z.object({ error: z.object({ code: z.string() }) });

async function outcomeOfResponse(response: Response): Promise<ModelOutcome> {
  const { status, headers } = response;
  const body = errorSchema.safeParse(await response.json().catch(() => null));
  if (body.success && body.data.error.code === 'context_length_exceeded') return { kind: 'too-long' };
  return outcomeOfStatus(status, headers, headers.get('x-request-id'));
}

function outcomeOf(cause: unknown, signal: AbortSignal): ModelOutcome {
  if (signal.aborted) return { kind: 'given-up' };
  // A body that is no JSON.
  if (cause instanceof SyntaxError) return { kind: 'bad-answer' };
  // A line that cannot be had, or breaks.
  if (cause instanceof TypeError) return { kind: 'unreachable' };
  throw cause;
}
