/** As the agent reports it. Null: it reports none. */
export type Usage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costUsd: number | null;
};

export type TranscriptMessage = {
  readonly by: 'user' | 'assistant';
  readonly text: string;
  readonly at: Date | null;
};

/** What the transcript of a session has told so far. Built entry by entry, so that only what is new is read. */
export type TranscriptDigest = {
  /** The agent's own id of the conversation, for resuming it; null: not told yet. */
  readonly conversation: string | null;
  readonly agentVersion: string | null;
  /** The first FIRST_MESSAGES and the last LAST_MESSAGES, each once, in order. */
  readonly first: readonly TranscriptMessage[];
  readonly last: readonly TranscriptMessage[];
  readonly userMessages: number;
  readonly assistantMessages: number;
  /** Calls by the name of the tool. */
  readonly tools: Readonly<Record<string, number>>;
  readonly changedFiles: readonly string[];
  readonly pullRequestUrls: readonly string[];
  /** First lines, newest last, bounded. */
  readonly errors: readonly string[];
  readonly usage: Usage | null;
  /** Lines that could not be read, and were skipped. */
  readonly malformedLines: number;
  readonly lastEntryAt: Date | null;
};

export const FIRST_MESSAGES = 50;
export const LAST_MESSAGES = 200;

export const emptyTranscript: TranscriptDigest = {
  conversation: null,
  agentVersion: null,
  first: [],
  last: [],
  userMessages: 0,
  assistantMessages: 0,
  tools: {},
  changedFiles: [],
  pullRequestUrls: [],
  errors: [],
  usage: null,
  malformedLines: 0,
  lastEntryAt: null,
};
