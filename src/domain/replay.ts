import type { Decision, Verdict } from './decision.ts';
import type { TaskId } from './ids.ts';
import type { Tokens } from './spending.ts';

export type Decided = { readonly decision: Decision; readonly verdict: Verdict };

/** One question that was put again, or whose answer was judged again. */
export type Replayed = {
  readonly task: TaskId;
  readonly at: Date;
  readonly before: Decided;
  readonly after: Decided;
};

export type Replay = {
  /** Oldest first. */
  readonly replayed: readonly Replayed[];
  /** Older ones, and those without an answer in time. */
  readonly leftOut: number;
  readonly usage: Tokens;
  /** Null: the model was not asked, or nobody knows what it costs. */
  readonly costUsd: number | null;
};

/** How two decisions about the same question differ: not at all, in words or a reason only, in what the gate says, in what is to be done. */
export type Difference = 'none' | 'words' | 'verdict' | 'decision';

export function differenceOf({ before, after }: Pick<Replayed, 'before' | 'after'>): Difference {
  if (deedOf(before.decision) !== deedOf(after.decision)) return 'decision';
  if (before.verdict.kind !== after.verdict.kind) return 'verdict';
  return wordsOf(before.decision) === wordsOf(after.decision) ? 'none' : 'words';
}

/** What would be done, without the words that a model finds anew each time. */
function deedOf(decision: Decision): string {
  switch (decision.kind) {
    case 'press-option':
      return `press ${decision.option.label}`;
    case 'answer-hook':
      return `${decision.kind} ${decision.answer.kind}`;
    case 'end-lock':
      return `${decision.kind} ${decision.isReached}`;
    default:
      return decision.kind;
  }
}

function wordsOf(decision: Decision): string {
  if (decision.kind === 'send-text') return decision.text;
  return decision.kind === 'answer-hook' && decision.answer.kind === 'go-on' ? decision.answer.guidance : '';
}
