import type { HookAnswer } from './agent-request.ts';
import type { ActionId, ActorId, ApprovalId, HostId, SessionId, TaskId } from './ids.ts';
import type { Neighbour } from './neighbour.ts';
import { type Observation, textQuestionOf } from './observation.ts';

/** What is done to a session. Each names the generation of the agent it was meant for. */
export type ActionEffect =
  | {
      readonly kind: 'press-option';
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
  /** Asks the model what is to be done. It touches no agent: what comes of it is a decision of its own. */
  | { readonly kind: 'ask-model'; readonly meaning: string; readonly about: string }
  /** Stops the turn in progress. `isForWords`: words of the same person follow, and of an agent that rests nothing is told. */
  | { readonly kind: 'interrupt'; readonly isForWords: boolean }
  /** Tells a hook that waits for it, and by that the agent. */
  | {
      readonly kind: 'answer-hook';
      readonly ask: string;
      /** The agent's name of the event. */
      readonly event: string;
      /** In a few words, redacted: `Bash: npm test`. */
      readonly about: string;
      readonly answer: HookAnswer;
    }
  /** Asks the model whether an agent whose hook waits has reached its goal. It touches no agent. */
  | { readonly kind: 'judge-goal'; readonly ask: string; readonly goal: string }
  /** Lets the session's hook ask about the ends of turns, or no longer. */
  | { readonly kind: 'guide-session'; readonly isGuided: boolean }
  /** Tells the agent who else works on its repository. Nobody: what it was told before is over. */
  | { readonly kind: 'tell-neighbours'; readonly neighbours: readonly Neighbour[] }
  | { readonly kind: 'end-session'; readonly because: 'task-cancelled' | 'task-ended' }
  | { readonly kind: 'restart-agent' }
  /** Tells the task's thread. `text` null: how things stand when it is carried out. It touches no agent. */
  | { readonly kind: 'report'; readonly because: ReportReason; readonly text: string | null }
  /** Lets the task's agent have so many turns in all. It touches no agent. */
  | { readonly kind: 'allow-turns'; readonly upTo: number }
  /** Saves the work, ends the agent and puts its task back into the queue. */
  | {
      readonly kind: 'reassign-task';
      readonly because: ReassignReason;
      readonly from: HostId;
      /** Null: any host. */
      readonly to: HostId | null;
      /** The task that takes the place at once; null: whoever is next. */
      readonly makesRoomFor: TaskId | null;
    };

/** asked: a person wanted it. no-answer: its host does not answer, and may again. host-gone: nobody can reach it. stuck: nothing moves any more. left-over: its agent outlived its record. */
export type ReportReason = 'asked' | 'no-answer' | 'host-gone' | 'stuck' | 'left-over';

/** asked: a person wanted it. urgent: a critical task had no place. stuck: nothing moved any more. host-gone: nobody can reach it. */
export type ReassignReason = 'asked' | 'urgent' | 'stuck' | 'host-gone';

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
  /** The answer that allows it. Null: nobody was asked. One answer allows one action. */
  readonly allowedBy: ApprovalId | null;
  readonly state: 'intended' | 'started' | 'succeeded' | 'failed' | 'dropped';
  /** Why it failed or was dropped, or is not carried out yet. */
  readonly why: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
};

export function intendAction(
  action: Pick<Action, 'id' | 'task' | 'session' | 'generation' | 'effect' | 'by'> &
    Partial<Pick<Action, 'allowedBy'>>,
  at: Date,
): Action {
  return {
    allowedBy: null,
    ...action,
    state: 'intended',
    why: null,
    createdAt: at,
    startedAt: null,
    endedAt: null,
  };
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
