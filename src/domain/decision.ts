import type { ActionEffect } from './action.ts';
import type { ActionId } from './ids.ts';
import type { Dialog } from './observation.ts';

/** What the director intends for one session, why, and how sure it is (0 to 1). */
export type Decision = { readonly confidence: number; readonly why: string; readonly reasoner: string } & (
  | { readonly kind: 'wait' }
  | { readonly kind: 'ask-a-person'; readonly dialog: Dialog }
  | { readonly kind: 'complete-task' }
  | { readonly kind: 'fail-task' }
  | { readonly kind: 'end-session' }
  /** Carry out what a person or an earlier cycle intended. */
  | { readonly kind: 'carry-out'; readonly action: ActionId; readonly effect: ActionEffect }
  | { readonly kind: 'hold'; readonly action: ActionId }
  | { readonly kind: 'drop'; readonly action: ActionId }
);

/** The gate's answer. Refusing is a result like any other: stored and shown. */
export type Verdict =
  | { readonly kind: 'proceed' }
  | { readonly kind: 'needs-approval'; readonly why: string }
  | { readonly kind: 'drop'; readonly why: string };
