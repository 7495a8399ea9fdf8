import type { TranscriptEntry, TranscriptLine } from '../domain/index.ts';

/**
 * How a transcript ends: with what somebody said or a tool did, with the end of a turn, or with nothing at all.
 *
 * assistant: it said something, and its turn goes on. retrying: a request failed and the agent asks again. at-prompt: the prompt is free
 * for another reason than an answer.
 */
export type TranscriptStatus =
  | 'empty'
  | 'user'
  | 'assistant'
  | 'assistant-done'
  | 'tool-use'
  | 'tool-result'
  | 'asks'
  | 'at-prompt'
  | 'retrying'
  | 'error';

/** @param lines of a transcript, oldest first; those of subagents are not the conversation's */
export function transcriptStatus(lines: readonly TranscriptLine[]): TranscriptStatus {
  for (const { isAside, entries } of lines.toReversed()) {
    if (isAside) continue;
    for (const entry of entries.toReversed()) {
      const status = statusOf(entry);
      if (status !== null) return status;
    }
  }
  return 'empty';
}

/** Null: it says nothing of where the conversation stands. */
function statusOf(entry: TranscriptEntry): TranscriptStatus | null {
  switch (entry.kind) {
    case 'message':
      return entry.by;
    case 'working':
      return 'assistant';
    case 'turn-ended':
      return 'assistant-done';
    case 'tool-call':
      return 'tool-use';
    case 'error':
      return entry.endsTurn ? 'error' : 'retrying';
    case 'tool-result':
    case 'asks':
    case 'at-prompt':
      return entry.kind;
    case 'pull-request':
    case 'usage':
      return null;
  }
}
