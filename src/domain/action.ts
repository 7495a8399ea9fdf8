import type { ActionId, ActorId, ApprovalId, SessionId, TaskId } from './ids.ts';
import { type Observation, textQuestionOf } from './observation.ts';

/** What is done to a session. Each names the generation of the agent it was meant for. */
export type ActionEffect =
  | {
      readonly kind: 'press-option';
      readonly approval: ApprovalId;
      /** Fingerprint of the dialog the answer was given to; another dialog is not answered. */
      readonly dialog: string;
      readonly label: string;
      readonly keys: readonly string[];
    }
  | {
      readonly kind: 'type-text';
      readonly text: string;
      /** Typed only while the agent asks this. Without it: whenever its prompt is free. */
      readonly answers?: string;
    }
  /** Asks the model what to answer. It touches no agent: what comes of it is a question to people. */
  | { readonly kind: 'suggest-answer'; readonly question: string }
  | { readonly kind: 'end-session'; readonly because: 'task-cancelled' | 'task-ended' }
  | { readonly kind: 'restart-agent' };

/**
 * A decision being carried out.
 *
 * intended: stored, nothing done. started: written down just before the effect. succeeded, failed, dropped: what came of it.
 * A process that dies between started and the outcome leaves `started`: the next cycle looks at the host and settles it.
 */
export type Action = {
  readonly id: ActionId;
  readonly task: TaskId;
  readonly session: SessionId;
  readonly generation: number;
  readonly effect: ActionEffect;
  /** Null: the director itself. */
  readonly by: ActorId | null;
  readonly state: 'intended' | 'started' | 'succeeded' | 'failed' | 'dropped';
  /** Why it failed or was dropped, or is not carried out yet. */
  readonly why: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
};

export function intendAction(
  action: Pick<Action, 'id' | 'task' | 'session' | 'generation' | 'effect' | 'by'>,
  at: Date,
): Action {
  return { ...action, state: 'intended', why: null, createdAt: at, startedAt: null, endedAt: null };
}

export function startAction(action: Action, at: Date): Action {
  return { ...action, state: 'started', startedAt: at };
}

export function settleAction(
  action: Action,
  outcome: { readonly state: 'succeeded' } | { readonly state: 'failed' | 'dropped'; readonly why: string },
  at: Date,
): Action {
  return {
    ...action,
    state: outcome.state,
    why: outcome.state === 'succeeded' ? null : outcome.why,
    endedAt: at,
  };
}

/** The agent's prompt is free for something else than what the text was meant to answer. An unknown screen shows neither. */
export function isAnotherQuestion(
  effect: Extract<ActionEffect, { kind: 'type-text' }>,
  observation: Observation,
): boolean {
  return (
    effect.answers !== undefined &&
    observation.state !== 'unknown' &&
    textQuestionOf(observation) !== effect.answers
  );
}

export function isPending(action: Action): boolean {
  return action.state === 'intended' || action.state === 'started';
}
