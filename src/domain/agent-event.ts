import type { SessionId } from './ids.ts';
import type { Report } from './report.ts';

/** One event that an agent told through its hook, as it is kept. `start` and `end` are where it stands in the spool of its session, in bytes. */
export type AgentEvent = {
  readonly session: SessionId;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  readonly event: string;
  readonly at: Date;
  /** What it says of the agent's state; null: nothing. */
  readonly report: Report | null;
  /** As the agent sent it, redacted, at most MAX_PAYLOAD_CHARACTERS. */
  readonly payload: string;
};

export const MAX_PAYLOAD_CHARACTERS = 4_000;
