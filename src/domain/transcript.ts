/** As the agent reports it: some count what they read from the cache as input too. Null cost: it reports none. */
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

/**
 * What a line of a transcript tells, whichever agent wrote it.
 *
 * working: an answer was given, or the like. at-prompt: interrupted, or nothing more to do for another reason.
 * tool-call: `files` it changes if it succeeds. tool-result: of the call with that id. usage: of one answer, by `id` where several lines
 * tell of the same one; `isTotal`: of the whole conversation so far. error: `endsTurn` unless the agent goes on by itself.
 */
export type TranscriptEntry =
  | { readonly kind: 'message'; readonly by: 'user' | 'assistant'; readonly text: string }
  | {
      readonly kind: 'tool-call';
      readonly id: string | null;
      readonly tool: string;
      readonly input: unknown;
      readonly files: readonly string[];
    }
  | {
      readonly kind: 'tool-result';
      readonly id: string | null;
      readonly isError: boolean;
      readonly text: string;
    }
  | { readonly kind: 'turn-ended'; readonly lastMessage: string | null }
  | { readonly kind: 'asks'; readonly question: string }
  | { readonly kind: 'working' | 'at-prompt' }
  | { readonly kind: 'error'; readonly text: string; readonly endsTurn: boolean }
  | { readonly kind: 'pull-request'; readonly url: string }
  | {
      readonly kind: 'usage';
      readonly id: string | null;
      readonly usage: Usage;
      readonly isTotal: boolean;
    };

export type TranscriptLine = {
  /** The agent's own id of the line; null: it gives none. */
  readonly id: string | null;
  readonly at: Date | null;
  readonly conversation: string | null;
  readonly agentVersion: string | null;
  /** Of an agent that the agent started: its words are not the conversation's. */
  readonly isAside: boolean;
  readonly entries: readonly TranscriptEntry[];
};

/** What the transcript of a session has told so far. Built line by line, so that only what is new is read. */
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
  /** What the next line needs to know of the ones before. */
  readonly pending: {
    /** Ids of the last lines: a line that is written twice counts once. */
    readonly lines: readonly string[];
    /** Calls without a result yet. */
    readonly calls: readonly {
      readonly id: string;
      readonly tool: string;
      readonly files: readonly string[];
    }[];
    /** The last usage that was counted, and of which answer: a later line may know better. */
    readonly usage: { readonly id: string; readonly usage: Usage } | null;
  };
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
  pending: { lines: [], calls: [], usage: null },
};
