import { unreachable } from '../domain/index.ts';

/** What came instead of an answer, as far as we act on it. */
type Outcome =
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
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'unexpected-status'; readonly status: number; readonly requestId: string | null };

/** `sentence`: for people, and what they can do. */
export type ModelFailure = Outcome & { readonly sentence: string };

export function modelFailure(outcome: Outcome): ModelFailure {
  return { ...outcome, sentence: `${whatHappened(outcome)} Answer the agent in this thread.` };
}

function whatHappened(outcome: Outcome): string {
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
      return 'The model’s service does not accept ANTHROPIC_API_KEY, or the key may not use this model; whoever runs Fleet Director can correct it.';
    case 'unreachable':
      return 'The model’s service cannot be reached.';
    case 'timed-out':
      return `The model did not answer within ${Math.ceil(outcome.afterMs / 1000)} s.`;
    case 'unexpected-status':
      return `The model’s service answered ${outcome.status}${
        outcome.requestId === null ? '' : ` (request ${outcome.requestId})`
      }; ANTHROPIC_MODEL or ANTHROPIC_BASE_URL may be wrong.`;
    default:
      return unreachable(outcome);
  }
}

function whenAgain(retryAfterMs: number | null): string {
  return retryAfterMs === null ? 'just now' : `for another ${Math.ceil(retryAfterMs / 1000)} s`;
}
