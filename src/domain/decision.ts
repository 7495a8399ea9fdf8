import type { ActionEffect, ReassignReason, ReportReason } from './action.ts';
import type { AgentRequest, HookAnswer } from './agent-request.ts';
import type { ChooseOption } from './approval.ts';
import type { GateInput } from './gate-input.ts';
import type { ActionId, ApprovalId, HostId, ProjectId, TaskId } from './ids.ts';
import type { Neighbour } from './neighbour.ts';
import type { Dialog, DialogOption } from './observation.ts';
import type { SpendingQuestion } from './spending.ts';
import type { StrategyId } from './strategy.ts';

/** What the director intends for one session, why, and how sure it is (0 to 1). */
export type Decision = {
  readonly confidence: number;
  readonly why: string;
  /** Which reasoner spoke. */
  readonly reasoner: string;
  /** Which one the model followed. Left out: none, or no model was asked. */
  readonly strategy?: StrategyId;
} & (
  | { readonly kind: 'wait' }
  /** `dialog` null: the agent shows none, and people read why. `replies`: what they may want to send, each as one button. */
  | { readonly kind: 'ask-a-person'; readonly dialog: Dialog | null; readonly replies: readonly string[] }
  /** The rules have no answer: the model may. `about`: for people; `meaning`: of the observation, so that it is asked once for each. */
  | { readonly kind: 'ask-model'; readonly meaning: string; readonly about: string }
  /** The model's words. `question` null: the agent asks nothing, it rests. */
  | { readonly kind: 'send-text'; readonly question: string | null; readonly text: string }
  /** The model's answer to a dialog: one of its own options. */
  | { readonly kind: 'press-option'; readonly dialog: Dialog; readonly option: DialogOption }
  /** The model wants the agent begun anew. */
  | { readonly kind: 'restart-agent' }
  /** Its account may be used again: the agent is told to go on. */
  | { readonly kind: 'resume-work'; readonly text: string }
  /** A cap is reached and the turn is over: people say whether it goes on. */
  | { readonly kind: 'ask-to-spend'; readonly question: SpendingQuestion }
  /** An agent's hook waits for a yes or no, and only a person may give it. */
  | { readonly kind: 'ask-permission'; readonly request: AgentRequest }
  /** The rules have an answer for what an agent's hook asks. */
  | { readonly kind: 'answer-hook'; readonly request: AgentRequest; readonly answer: HookAnswer }
  /** An agent that is guided wants to end its turn: the model says whether its goal is reached. */
  | { readonly kind: 'judge-goal'; readonly request: AgentRequest; readonly goal: string }
  /** There is nothing to guide any more: the goal is reached, or people are needed. */
  | { readonly kind: 'end-lock'; readonly request: AgentRequest; readonly isReached: boolean }
  | { readonly kind: 'guide-session'; readonly isGuided: boolean }
  /** Who else works on its repository has changed. Empty: nobody any more. */
  | { readonly kind: 'tell-neighbours'; readonly neighbours: readonly Neighbour[] }
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
  /** Nothing goes on without a person's word. */
  | { readonly kind: 'ask-what-to-do'; readonly question: string; readonly options: readonly ChooseOption[] }
  /** People should know of it, and there is nothing to ask. */
  | { readonly kind: 'report'; readonly because: ReportReason; readonly text: string }
  /** Of a waiting task, for the session that is made for it. */
  | { readonly kind: 'place-task'; readonly host: HostId }
  /** End its agent, and let its task start elsewhere or later. */
  | { readonly kind: 'reassign-task'; readonly because: ReassignReason; readonly makesRoomFor: TaskId | null }
  /** An earlier process started it and died: the host shows what came of it. */
  | { readonly kind: 'settle'; readonly action: ActionId; readonly state: 'succeeded' | 'failed' }
);

/**
 * The gate's answer. Refusing is a result like any other: stored and shown.
 * `risk`: what a yes risks; left out: nothing is. `isForGood`: no later look and nobody's yes changes it; left out: it is decided again.
 */
export type Verdict =
  | { readonly kind: 'proceed' }
  | { readonly kind: 'needs-approval'; readonly why: string; readonly risk?: { readonly category: string } }
  | { readonly kind: 'drop'; readonly why: string; readonly isForGood?: true };

/** A decision as it was stored, of one task. */
export type StoredDecision = {
  readonly task: TaskId;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly at: Date;
};

/** One of the rules, with what the gate looked at. */
export type ReplayableDecision = StoredDecision & { readonly project: ProjectId; readonly input: GateInput };
