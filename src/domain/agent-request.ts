import type { SessionId } from './ids.ts';

/** What an agent wants to do, in words that all agents share. `other`: nobody can tell more than the tool's own name and input. */
export type ToolUse =
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'read' | 'write'; readonly path: string }
  | { readonly kind: 'fetch'; readonly url: string }
  | { readonly kind: 'other'; readonly input: string };

/** How risky a use of a tool is, and why, for people. */
export type UseRisk = {
  readonly verdict: 'allow' | 'approve' | 'refuse';
  readonly category: string;
  readonly reason: string;
};

/** What a hook wants to be told. */
export type Wanted =
  /** Whether the agent may use a tool. */
  | {
      readonly kind: 'permission';
      /** The agent's own name of the tool. */
      readonly tool: string;
      /** Command, path or address, redacted. */
      readonly shown: string;
      /** SHA-256 of tool and exact input, in hex: the same use again has the same. */
      readonly use: string;
      readonly risk: UseRisk;
    }
  /** Whether the agent may end its turn. `said`: its last words, redacted; null: it told none. */
  | { readonly kind: 'stop'; readonly said: string | null };

/**
 * What an agent's hook asks, and the agent waits for.
 *
 * waiting → told: the hook took an answer. waiting → over: it waits no longer, for whatever reason.
 */
export type AgentRequest = {
  readonly session: SessionId;
  readonly generation: number;
  /** The hook's own name for it: one of its session. */
  readonly ask: string;
  /** The agent's name of the event. */
  readonly event: string;
  readonly wants: Wanted;
  readonly askedAt: Date;
  readonly state: 'waiting' | 'told' | 'over';
};

export type HookAnswer =
  | { readonly kind: 'allow' }
  /** `reason` reaches the agent. */
  | { readonly kind: 'deny'; readonly reason: string }
  /** In place of ending its turn the agent goes on with these words. */
  | { readonly kind: 'go-on'; readonly guidance: string }
  /** Nothing: the agent does what it does without a hook. It asks at its terminal, or ends its turn. */
  | { readonly kind: 'leave' };

export const ALLOW = 'allow';
export const ALLOW_FOR_TASK = 'allow-for-task';

/** What a person may want to tell an agent together with a no. */
export const MAX_REASON_CHARACTERS = 2_000;
