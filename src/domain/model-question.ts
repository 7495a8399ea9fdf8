import type { Dialog, Observation } from './observation.ts';
import type { RepoName } from './project.ts';
import type { StrategyId } from './strategy.ts';
import type { Priority } from './task.ts';
import type { TranscriptMessage } from './transcript.ts';

/**
 * What the model is told of one session, before it is worded and cut. All texts are other people's, and redacted.
 * Kept with the answer to it: the same question can be put to another model, or in other words.
 */
export type ModelQuestion = {
  readonly project: { readonly repo: RepoName; readonly defaultBranch: string };
  readonly task: {
    readonly label: string;
    readonly brief: string;
    readonly priority: Priority;
    readonly attempt: number;
    readonly pullRequestUrl: string | null;
  };
  readonly session: {
    readonly host: string;
    readonly name: string;
    readonly agent: string;
    readonly branch: string;
    readonly isAdopted: boolean;
  };
  readonly status: Pick<Observation, 'state' | 'confidence' | 'source' | 'rule' | 'evidence'> & {
    readonly forMs: number;
  };
  readonly asks: Asked;
  /** What was decided of the model's answers before; null: it was not asked yet. */
  readonly before: { readonly words: string; readonly agoMs: number } | null;
  readonly changedFiles: readonly string[];
  /** First lines, newest last. */
  readonly errors: readonly string[];
  /** Since the model was asked the last time, oldest first. */
  readonly messages: readonly Pick<TranscriptMessage, 'by' | 'text'>[];
  /** How many messages the conversation had by then: the next question begins after them. */
  readonly messagesRead: number;
  /** How many of each are not told of, all of them earlier ones; null: it was asked before this was counted. */
  readonly leftOut: {
    readonly messages: number;
    readonly changedFiles: number;
    readonly errors: number;
  } | null;
  /** The visible one. */
  readonly screen: readonly string[];
  /** Null: nothing was read. */
  readonly health: {
    readonly memoryUsedPercent: number | null;
    readonly diskUsedPercent: number | null;
    readonly load: number | null;
  } | null;
  /** What the project is after beyond this task. */
  readonly objectives: readonly string[];
  /** Those that fit what is known, best first. */
  readonly strategies: readonly StrategyId[];
};

/** What the agent waits for: words, one of its own options, or nothing in particular. */
export type Asked =
  | { readonly kind: 'words'; readonly question: string }
  | { readonly kind: 'choice'; readonly dialog: Dialog }
  /** Its turn is over, and it is guided towards a goal: whether it may stop. `said`: its last words; null: it told none. */
  | { readonly kind: 'may-stop'; readonly goal: string; readonly said: string | null }
  | { readonly kind: 'nothing' };

/** What the model wants to be done, why, and how sure it is (0 to 1). `strategy` null: it followed none that exists. */
export type Advice = {
  readonly confidence: number;
  readonly why: string;
  readonly strategy: StrategyId | null;
} & (
  | { readonly kind: 'send'; readonly text: string }
  /** `option`: by its place in the dialog, from 0. */
  | { readonly kind: 'answer'; readonly option: number }
  /** `replies`: what a person may want to send, each as one button. */
  | { readonly kind: 'ask-a-person'; readonly replies: readonly string[] }
  | { readonly kind: 'wait' | 'finish' | 'restart' }
);
