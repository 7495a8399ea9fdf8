import type { Result, Tokens } from '../domain/index.ts';
import type { ModelOutcome } from './model-failure.ts';

/** One request, in the words of none of the services. */
export type Asking = {
  /** As its service calls it. */
  readonly model: string;
  readonly stable: readonly string[];
  readonly fresh: string;
  /** JSON Schema, closed and without bounds. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly maxTokens: number;
};

/** `usage` null: the service did not tell, or the request did not reach it. */
export type Answered = {
  readonly words: Result<string, ModelOutcome>;
  readonly usage: Tokens | null;
};

/** How one kind of service is talked to: one try, whose failures have names. Gives up when the signal aborts. */
export type Protocol = {
  readonly name: 'anthropic' | 'openai' | 'scripted';
  ask(asking: Asking, signal: AbortSignal): Promise<Answered>;
};
