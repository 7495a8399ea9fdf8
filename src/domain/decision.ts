import type { ActionEffect } from './action.ts';
import type { ActionId, ApprovalId, TaskId } from './ids.ts';
import type { Dialog } from './observation.ts';
import type { StrategyId } from './strategy.ts';

/** What the director intends for one session, why, and how sure it is (0 to 1). */
export type Decision = {
  readonly confidence: number;
  readonly why: string;
  /** Which reasoner spoke. */
  readonly reasoner: string;
} & (
  | { readonly kind: 'wait' }
  | { readonly kind: 'ask-a-person'; readonly dialog: Dialog }
  /** The agent asks in prose, and the rules have no answer: the model may. */
  | { readonly kind: 'suggest-answer'; readonly question: string }
  /** The model's answer. `strategy`: the one it followed; null: none. */
  | {
      readonly kind: 'send-text';
      readonly question: string;
      readonly text: string;
      readonly strategy: StrategyId | null;
    }
  /** What a question was about is gone. */
  | { readonly kind: 'withdraw-question'; readonly approval: ApprovalId }
  /** The agent is in a state that people want to know of. */
  | { readonly kind: 'tell-people'; readonly state: string }
  | { readonly kind: 'note-missing' }
  | { readonly kind: 'complete-task' }
  | { readonly kind: 'fail-task' }
  /** The session is over on the host: the record follows. */
  | { readonly kind: 'close-session' }
  /** Carry out what was intended before. */
  | { readonly kind: 'carry-out'; readonly action: ActionId; readonly effect: ActionEffect }
  /** End a session that has nothing left to do. */
  | { readonly kind: 'end-session' }
  /** Not now: the action stays intended. */
  | { readonly kind: 'hold'; readonly action: ActionId }
  /** Not any more. */
  | { readonly kind: 'drop'; readonly action: ActionId }
  /** An earlier process started it and died: the host shows what came of it. */
  | { readonly kind: 'settle'; readonly action: ActionId; readonly state: 'succeeded' | 'failed' }
);

/** The gate's answer. Refusing is a result like any other: stored and shown. */
export type Verdict =
  | { readonly kind: 'proceed' }
  | { readonly kind: 'needs-approval'; readonly why: string }
  | { readonly kind: 'drop'; readonly why: string };

/** A decision as it was stored, of one task. */
export type StoredDecision = {
  readonly task: TaskId;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly at: Date;
};
