import type { Decision, Verdict } from './decision.ts';
import type { SessionId, TaskId } from './ids.ts';
import type { Advice, ModelQuestion } from './model-question.ts';
import type { Tokens } from './spending.ts';

/** One question to a model, with what it took and what came of it. */
export type ModelCall = {
  readonly protocol: string;
  readonly model: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly tries: number;
  /** Of all tries. */
  readonly usage: Tokens;
  /** Null: nobody said what its tokens cost. */
  readonly costUsd: number | null;
};

/** A call as it is kept: what it was about, what was decided of its answer, and what the gate said to that. */
export type StoredModelCall = ModelCall & {
  readonly task: TaskId;
  readonly session: SessionId;
  readonly generation: number;
  readonly question: ModelQuestion;
  readonly answer:
    | { readonly kind: 'advice'; readonly advice: Advice }
    /** `failure`: its kind. */
    | { readonly kind: 'failure'; readonly failure: string };
  /** Null: by the time of the answer nobody needed it any more. */
  readonly decided: { readonly decision: Decision; readonly verdict: Verdict } | null;
};

export const NO_TOKENS: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addTokens(one: Tokens, other: Tokens): Tokens {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
}
