import { unreachable } from '../domain/index.ts';

/** What came instead of an answer, as far as we act on it. */
export type ModelOutcome =
  /** The model, or a filter before it, does not want to answer this. */
  | { readonly kind: 'refused' }
  /** The answer was longer than it may be. */
  | { readonly kind: 'cut-off' }
  /** The question was longer than the model reads. */
  | { readonly kind: 'too-long' }
  /** The model stopped without having answered. `reason`: as the API names it. */
  | { readonly kind: 'unfinished'; readonly reason: string | null }
  /** An answer that does not fit what was asked for. */
  | { readonly kind: 'bad-answer' }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number | null }
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number | null }
  | { readonly kind: 'wrong-key' }
  | { readonly kind: 'unreachable' }
  /** Nothing is written down for such a question. */
  | { readonly kind: 'unscripted' }
  /** Who asked did not wait any longer. */
  | { readonly kind: 'given-up' }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'unexpected-status'; readonly status: number; readonly requestId: string | null };

/** `sentence`: for people, and what they can do. */
export type ModelFailure = ModelOutcome & { readonly sentence: string };

export function modelFailure(outcome: ModelOutcome): ModelFailure {
  return { ...outcome, sentence: `${whatHappened(outcome)} Answer the agent in this thread.` };
}

/** Told apart by status and headers, never by the text. */
export function outcomeOfStatus(status: number, headers: Headers, requestId: string | null): ModelOutcome {
  switch (status) {
    case 401:
    case 403:
      return { kind: 'wrong-key' };
    case 413:
      return { kind: 'too-long' };
    case 429:
      return { kind: 'rate-limited', retryAfterMs: retryAfterMs(headers) };
    case 503:
    case 529:
      return { kind: 'overloaded', retryAfterMs: retryAfterMs(headers) };
    default:
      return { kind: 'unexpected-status', status, requestId };
  }
}

/** Null: trying again would not help. @param ownPauseMs where the service names none */
export function pauseBefore(outcome: ModelOutcome, ownPauseMs: number): number | null {
  switch (outcome.kind) {
    case 'rate-limited':
    case 'overloaded':
      return outcome.retryAfterMs ?? ownPauseMs;
    case 'unreachable':
      return ownPauseMs;
    case 'unexpected-status':
      return outcome.status >= 500 ? ownPauseMs : null;
    default:
      return null;
  }
}

/** In seconds, or as a date, which is taken for none. */
function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function whatHappened(outcome: ModelOutcome): string {
  switch (outcome.kind) {
    case 'refused':
      return 'The model does not want to answer this question.';
    case 'cut-off':
      return 'The model’s answer was too long and was cut off.';
    case 'too-long':
      return 'The question is longer than the model reads.';
    case 'unfinished':
      return 'The model stopped before it had answered.';
    case 'bad-answer':
      return 'The model’s answer could not be used.';
    case 'rate-limited':
      return `The model takes no more requests ${whenAgain(outcome.retryAfterMs)}.`;
    case 'overloaded':
      return `The model is overloaded ${whenAgain(outcome.retryAfterMs)}.`;
    case 'wrong-key':
      return 'The model’s service does not accept its key (ANTHROPIC_API_KEY or OPENAI_API_KEY), or the key may not use this model; whoever runs Fleet Director can correct it.';
    case 'unreachable':
      return 'The model’s service cannot be reached.';
    case 'unscripted':
      return 'Nothing is written down that answers this question.';
    case 'given-up':
      return 'Nobody waited for the model’s answer.';
    case 'timed-out':
      return `The model did not answer within ${Math.ceil(outcome.afterMs / 1000)} s.`;
    case 'unexpected-status':
      return `The model’s service answered ${outcome.status}${
        outcome.requestId === null ? '' : ` (request ${outcome.requestId})`
      }; the model’s name or the service’s address may be wrong.`;
    default:
      return unreachable(outcome);
  }
}

function whenAgain(retryAfterMs: number | null): string {
  return retryAfterMs === null ? 'just now' : `for another ${Math.ceil(retryAfterMs / 1000)} s`;
}
