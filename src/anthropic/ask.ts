import { setTimeout as delay } from 'node:timers/promises';
import Anthropic, {
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
} from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { err, type Log, ok, type Result, type StrategyId } from '../domain/index.ts';
import { type Answer, answerSchema, messageSchema } from './answer-schema.ts';
import { type ModelFailure, modelFailure } from './model-failure.ts';
import { type Question, renderQuestion, SYSTEM } from './prompt.ts';

export type ModelOptions = {
  readonly apiKey: string;
  /** Null: Anthropic's own. */
  readonly baseUrl: string | null;
  /** The model's name, as the API calls it. */
  readonly name: string;
  /** Every text that goes to the model, and every one that comes back, passes here. */
  readonly redact: (text: string) => string;
  readonly log: Log;
  readonly now: () => Date;
  readonly fetch?: typeof fetch;
  /** For one answer, further tries included. */
  readonly timeoutMs?: number;
  /** The pause before the first further try, where the service names none; each next one is twice as long. */
  readonly firstPauseMs?: number;
};

export type SuggestingModel = {
  suggestAnswer(
    question: Question,
    signal: AbortSignal,
  ): Promise<
    Result<
      {
        readonly text: string;
        readonly why: string;
        readonly confidence: number;
        /** One of those that were offered; null: none of them. */
        readonly strategy: StrategyId | null;
      },
      ModelFailure
    >
  >;
};

const ANTHROPIC_URL = 'https://api.anthropic.com';
const ANSWER_WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const TRIES = 3;
/** Room for an answer of full length, the reasoning before it, and JSON around it. */
const MAX_TOKENS = 4_096;

export function createModel(options: ModelOptions): SuggestingModel {
  const { name, redact, log, now, timeoutMs = ANSWER_WITHIN_MS, firstPauseMs = FIRST_PAUSE_MS } = options;
  const client = new Anthropic({
    apiKey: options.apiKey,
    baseURL: options.baseUrl ?? ANTHROPIC_URL,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    timeout: timeoutMs,
    // Further tries are counted here: the client would wait as long as the service asks, past our own limit.
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
  });

  async function askOnce(content: string, signal: AbortSignal): Promise<unknown> {
    // Not `parse`: of an answer that was cut off it only says that it does not fit.
    return client.messages.create(
      {
        model: name,
        max_tokens: MAX_TOKENS,
        system: [{ type: 'text', text: SYSTEM, cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content }],
        output_config: { format: wireFormat() },
      },
      { signal },
    );
  }

  return {
    async suggestAnswer(question, signal) {
      const content = renderQuestion(question, redact);
      const limit = AbortSignal.timeout(timeoutMs);
      const startedAtMs = now().getTime();
      const within = AbortSignal.any([signal, limit]);
      for (let nth = 1; ; nth += 1) {
        const answered = await attempt(() => askOnce(content, within), { signal, limit, timeoutMs });
        const tried = answered.ok ? answerFromMessage(answered.value) : answered;
        if (tried.ok) {
          const { answer: text, why, confidence } = tried.value;
          // An answer that looks like it holds a secret would be shown otherwise than it is typed.
          if (redact(text) !== text) return err(modelFailure({ kind: 'bad-answer' }));
          const followed = question.strategies.find(({ id }) => id === tried.value.strategy);
          return ok({ text, why: redact(why), confidence, strategy: followed?.id ?? null });
        }
        const failure = tried.error;
        const pauseMs = nth < TRIES ? pauseBefore(failure, firstPauseMs * 2 ** (nth - 1)) : null;
        const leftMs = timeoutMs - (now().getTime() - startedAtMs);
        if (pauseMs === null || pauseMs >= leftMs || signal.aborted) {
          const { sentence: _, ...facts } = failure;
          log.warn({ part: 'model', model: name, tries: nth, ...facts }, 'the model gave no answer');
          return err(failure);
        }
        await delay(pauseMs, undefined, { signal: within }).catch(() => undefined);
      }
    },
  };
}

/** The schema without its function: this is what goes over the wire. */
function wireFormat(): { readonly type: 'json_schema'; readonly schema: Record<string, unknown> } {
  const { type, schema } = zodOutputFormat(answerSchema);
  return { type, schema: { ...schema } };
}

function answerFromMessage(answered: unknown): Result<Answer, ModelFailure> {
  const message = messageSchema.safeParse(answered);
  if (!message.success) return err(modelFailure({ kind: 'bad-answer' }));
  const reason = message.data.stop_reason;
  switch (reason) {
    case 'end_turn':
      break;
    case 'refusal':
      return err(modelFailure({ kind: 'refused' }));
    case 'max_tokens':
      return err(modelFailure({ kind: 'cut-off' }));
    case 'model_context_window_exceeded':
      return err(modelFailure({ kind: 'too-long' }));
    default:
      // pause_turn, tool_use and stop_sequence belong to requests that are not made here.
      return err(modelFailure({ kind: 'unfinished', reason }));
  }
  const words = message.data.content.map(({ text = '' }) => text).join('');
  const answer = answerSchema.safeParse(jsonOf(words));
  return answer.success ? ok(answer.data) : err(modelFailure({ kind: 'bad-answer' }));
}

function jsonOf(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return undefined;
  }
}

async function attempt(
  work: () => Promise<unknown>,
  {
    signal,
    limit,
    timeoutMs,
  }: { readonly signal: AbortSignal; readonly limit: AbortSignal; readonly timeoutMs: number },
): Promise<Result<unknown, ModelFailure>> {
  const timedOut = () => err(modelFailure({ kind: 'timed-out', afterMs: timeoutMs }));
  try {
    return ok(await work());
  } catch (cause) {
    if (limit.aborted && !signal.aborted) return timedOut();
    // The caller does not wait any more, so it does not read this.
    if (cause instanceof APIUserAbortError) return timedOut();
    if (cause instanceof APIConnectionTimeoutError) return timedOut();
    if (cause instanceof APIConnectionError) return err(modelFailure({ kind: 'unreachable' }));
    const answered = statusOf(cause);
    if (answered !== null) return err(failureOf(answered));
    // A body that is no JSON; one that breaks off.
    if (cause instanceof SyntaxError) return err(modelFailure({ kind: 'bad-answer' }));
    if (cause instanceof TypeError) return err(modelFailure({ kind: 'unreachable' }));
    throw cause;
  }
}

type Answered = {
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
};

/** Null: not an answer of the service. */
function statusOf(cause: unknown): Answered | null {
  if (!(cause instanceof APIError)) return null;
  const status: unknown = cause.status;
  const headers: unknown = cause.headers;
  if (typeof status !== 'number') return null;
  const seconds = headers instanceof Headers ? Number(headers.get('retry-after') ?? Number.NaN) : Number.NaN;
  return {
    status,
    requestId: cause.requestID ?? null,
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null,
  };
}

/** Told apart by status and headers, never by the text. */
function failureOf({ status, requestId, retryAfterMs }: Answered): ModelFailure {
  switch (status) {
    case 401:
    case 403:
      return modelFailure({ kind: 'wrong-key' });
    case 413:
      return modelFailure({ kind: 'too-long' });
    case 429:
      return modelFailure({ kind: 'rate-limited', retryAfterMs });
    case 503:
    case 529:
      return modelFailure({ kind: 'overloaded', retryAfterMs });
    default:
      return modelFailure({ kind: 'unexpected-status', status, requestId });
  }
}

/** Null: trying again would not help. */
function pauseBefore(failure: ModelFailure, ownPauseMs: number): number | null {
  switch (failure.kind) {
    case 'rate-limited':
    case 'overloaded':
      return failure.retryAfterMs ?? ownPauseMs;
    case 'unreachable':
      return ownPauseMs;
    case 'unexpected-status':
      return failure.status >= 500 ? ownPauseMs : null;
    default:
      return null;
  }
}
