import Anthropic, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from '@anthropic-ai/sdk';
import { z } from 'zod';
import { err, ok, type Result, type Tokens } from '../domain/index.ts';
import { type ModelOutcome, outcomeOfStatus } from './model-failure.ts';
import type { Answered, Protocol } from './protocol.ts';

export type AnthropicOptions = {
  readonly apiKey: string;
  /** Null: Anthropic's own. */
  readonly baseUrl: string | null;
  readonly fetch?: typeof fetch;
};

const ANTHROPIC_URL = 'https://api.anthropic.com';
/** Longer than anybody waits: who asks says how long. */
const CLIENT_TIMEOUT_MS = 10 * 60_000;

/** Anthropic's Messages API. Its stable parts are marked to be kept by the service. */
export function createAnthropicProtocol({ apiKey, baseUrl, fetch }: AnthropicOptions): Protocol {
  const client = new Anthropic({
    apiKey,
    baseURL: baseUrl ?? ANTHROPIC_URL,
    ...(fetch === undefined ? {} : { fetch }),
    timeout: CLIENT_TIMEOUT_MS,
    // Further tries are counted by who asks: the client would wait as long as the service says, past our own limit.
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
  });
  return {
    name: 'anthropic',
    async ask({ model, stable, fresh, schema, maxTokens }, signal) {
      try {
        // Not `parse`: of an answer that was cut off it only says that it does not fit.
        const message: unknown = await client.messages.create(
          {
            model,
            max_tokens: maxTokens,
            system: stable.map((text) => ({ type: 'text', text, cache_control: { type: 'ephemeral' } })),
            messages: [{ role: 'user', content: fresh }],
            output_config: { format: { type: 'json_schema', schema: { ...schema } } },
          },
          { signal },
        );
        return answeredBy(message);
      } catch (cause) {
        return { words: err(outcomeOf(cause)), usage: null };
      }
    },
  };
}

/** The part of a message that is read here. Source: platform.claude.com, "Create a Message". */
const messageSchema = z.object({
  stop_reason: z.string().nullable(),
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
});

const tokens = z
  .number()
  .nullish()
  .transform((count) => count ?? 0);
const usageSchema = z.object({
  usage: z
    .object({
      input_tokens: tokens,
      output_tokens: tokens,
      cache_read_input_tokens: tokens,
      cache_creation_input_tokens: tokens,
    })
    .transform(
      (told): Tokens => ({
        input: told.input_tokens,
        output: told.output_tokens,
        cacheRead: told.cache_read_input_tokens,
        cacheWrite: told.cache_creation_input_tokens,
      }),
    ),
});

function answeredBy(answer: unknown): Answered {
  const usage = usageSchema.safeParse(answer);
  return { words: wordsOf(answer), usage: usage.success ? usage.data.usage : null };
}

function wordsOf(answer: unknown): Result<string, ModelOutcome> {
  const message = messageSchema.safeParse(answer);
  if (!message.success) return err({ kind: 'bad-answer' });
  const reason = message.data.stop_reason;
  switch (reason) {
    case 'end_turn':
      return ok(message.data.content.map(({ text = '' }) => text).join(''));
    case 'refusal':
      return err({ kind: 'refused' });
    case 'max_tokens':
      return err({ kind: 'cut-off' });
    case 'model_context_window_exceeded':
      return err({ kind: 'too-long' });
    default:
      // pause_turn, tool_use and stop_sequence belong to requests that are not made here.
      return err({ kind: 'unfinished', reason });
  }
}

function outcomeOf(cause: unknown): ModelOutcome {
  if (cause instanceof APIUserAbortError || cause instanceof APIConnectionTimeoutError)
    return { kind: 'given-up' };
  if (cause instanceof APIConnectionError) return { kind: 'unreachable' };
  if (cause instanceof APIError) {
    const status: unknown = cause.status;
    const headers: unknown = cause.headers;
    if (typeof status === 'number') {
      return outcomeOfStatus(
        status,
        headers instanceof Headers ? headers : new Headers(),
        cause.requestID ?? null,
      );
    }
  }
  // A body that is no JSON; one that breaks off.
  if (cause instanceof SyntaxError) return { kind: 'bad-answer' };
  if (cause instanceof TypeError) return { kind: 'unreachable' };
  throw cause;
}
