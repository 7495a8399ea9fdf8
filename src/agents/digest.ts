import {
  FIRST_MESSAGES,
  LAST_MESSAGES,
  type Report,
  type ReportedMoment,
  type TranscriptDigest,
  type TranscriptEntry,
  type TranscriptLine,
  type Usage,
} from '../domain/index.ts';
import type { Transcripts } from './agent-kind.ts';

// What is kept of one session has to stay small, whatever an agent writes down.
const MAX_MESSAGE_LENGTH = 4_000;
const MAX_ERROR_LENGTH = 300;
const MAX_ERRORS = 20;
const MAX_FILES = 500;
const MAX_TOOLS = 200;
const REMEMBERED_LINES = 100;
const REMEMBERED_CALLS = 50;

const PULL_REQUEST = /https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+\/pull\/[1-9]\d*/;
/** As `gh pr create` prints it: nothing else on the line. One that is only talked about stands in a sentence or a table. */
const PULL_REQUEST_LINE = new RegExp(`^${PULL_REQUEST.source}$`);

/** The digest with these lines added, in the order written. Lines that cannot be read are counted; empty ones are none. */
export function addLines(
  transcripts: Transcripts,
  digest: TranscriptDigest,
  lines: readonly string[],
): TranscriptDigest {
  return lines.reduce(
    (sum, line) => (line.trim() === '' ? sum : addLine(sum, transcripts.read(line))),
    digest,
  );
}

/**
 * What the newest of these lines that says something says of the agent's state; null: none does.
 * @param at for a line that does not tell its own time
 */
export function reportFromLines(transcripts: Transcripts, lines: readonly string[], at: Date): Report | null {
  for (const text of lines.toReversed()) {
    const line = transcripts.read(text);
    const report = line === null ? null : reportFrom(line, at);
    if (report !== null) return report;
  }
  return null;
}

function reportFrom(line: TranscriptLine, at: Date): Report | null {
  if (line.isAside) return null;
  for (const entry of line.entries.toReversed()) {
    const says = momentOf(entry);
    if (says !== null)
      return { channel: 'transcript', says, at: line.at ?? at, detail: `transcript: ${entry.kind}` };
  }
  return null;
}

function momentOf(entry: TranscriptEntry): ReportedMoment | null {
  switch (entry.kind) {
    case 'message':
      return { kind: 'working' };
    case 'tool-call':
      return { kind: 'tool-began', tool: entry.tool };
    case 'tool-result':
      return { kind: 'tool-ended', tool: '' };
    case 'turn-ended':
      // What runs on in the background is not written down.
      return { kind: 'turn-ended', lastMessage: entry.lastMessage, backgroundTasks: 0 };
    case 'working':
    case 'at-prompt':
      return { kind: entry.kind };
    case 'asks':
      return { kind: 'asks', promptKind: 'permission', question: entry.question };
    case 'error':
      return entry.endsTurn ? { kind: 'turn-failed', why: entry.text } : { kind: 'working' };
    case 'pull-request':
    case 'usage':
      return null;
  }
}

function addLine(digest: TranscriptDigest, line: TranscriptLine | null): TranscriptDigest {
  if (line === null) return { ...digest, malformedLines: digest.malformedLines + 1 };
  if (line.id !== null && digest.pending.lines.includes(line.id)) return digest;
  const known: TranscriptDigest = {
    ...digest,
    conversation: line.isAside ? digest.conversation : (line.conversation ?? digest.conversation),
    agentVersion: line.agentVersion ?? digest.agentVersion,
    lastEntryAt: line.at ?? digest.lastEntryAt,
    pending:
      line.id === null
        ? digest.pending
        : { ...digest.pending, lines: [...digest.pending.lines, line.id].slice(-REMEMBERED_LINES) },
  };
  return line.entries.reduce((sum, entry) => addEntry(sum, entry, line), known);
}

function addEntry(digest: TranscriptDigest, entry: TranscriptEntry, line: TranscriptLine): TranscriptDigest {
  switch (entry.kind) {
    case 'message':
      return line.isAside ? digest : addMessage(digest, entry.by, entry.text, line.at);
    case 'tool-call':
      return addCall(digest, entry);
    case 'tool-result':
      return addResult(digest, entry);
    case 'error':
      return addError(digest, entry.text);
    case 'pull-request':
      return addPullRequest(digest, entry.url);
    case 'usage':
      return addUsage(digest, entry);
    case 'turn-ended':
    case 'asks':
    case 'working':
    case 'at-prompt':
      return digest;
  }
}

function addMessage(
  digest: TranscriptDigest,
  by: 'user' | 'assistant',
  whole: string,
  at: Date | null,
): TranscriptDigest {
  const message = { by, text: cut(whole, MAX_MESSAGE_LENGTH), at };
  const isEarly = digest.first.length < FIRST_MESSAGES;
  return {
    ...digest,
    first: isEarly ? [...digest.first, message] : digest.first,
    last: isEarly ? digest.last : [...digest.last.slice(1 - LAST_MESSAGES), message],
    userMessages: digest.userMessages + (by === 'user' ? 1 : 0),
    assistantMessages: digest.assistantMessages + (by === 'assistant' ? 1 : 0),
  };
}

function addCall(
  digest: TranscriptDigest,
  { id, tool, files }: TranscriptEntry & { readonly kind: 'tool-call' },
): TranscriptDigest {
  const count = Object.hasOwn(digest.tools, tool) ? (digest.tools[tool] ?? 0) : 0;
  const isFull = count === 0 && Object.keys(digest.tools).length >= MAX_TOOLS;
  const counted = isFull ? digest : { ...digest, tools: { ...digest.tools, [tool]: count + 1 } };
  // Without an id no result will ever name it: it is taken at its word.
  if (id === null) return addFiles(counted, files);
  const calls = [...counted.pending.calls, { id, tool, files }].slice(-REMEMBERED_CALLS);
  return { ...counted, pending: { ...counted.pending, calls } };
}

function addResult(
  digest: TranscriptDigest,
  { id, isError, text }: TranscriptEntry & { readonly kind: 'tool-result' },
): TranscriptDigest {
  const call = digest.pending.calls.find((each) => each.id === id);
  const calls = digest.pending.calls.filter((each) => each !== call);
  const answered = { ...digest, pending: { ...digest.pending, calls } };
  if (isError) return addError(answered, call === undefined ? text : `${call.tool}: ${text}`);
  return addPullRequest(addFiles(answered, call?.files ?? []), pullRequestIn(call?.tool ?? '', text));
}

function pullRequestIn(tool: string, text: string): string | null {
  if (/create_?pull_?request/i.test(tool)) return PULL_REQUEST.exec(text)?.[0] ?? null;
  return text.split(/\r?\n/).findLast((line) => PULL_REQUEST_LINE.test(line)) ?? null;
}

function addFiles(digest: TranscriptDigest, files: readonly string[]): TranscriptDigest {
  const added = files.filter((file) => !digest.changedFiles.includes(file));
  return added.length === 0
    ? digest
    : { ...digest, changedFiles: [...new Set([...digest.changedFiles, ...added])].slice(0, MAX_FILES) };
}

function addPullRequest(digest: TranscriptDigest, url: string | null): TranscriptDigest {
  return url === null || digest.pullRequestUrls.includes(url)
    ? digest
    : { ...digest, pullRequestUrls: [...digest.pullRequestUrls, url] };
}

function addError(digest: TranscriptDigest, text: string): TranscriptDigest {
  const firstLine = text.trim().split(/\r?\n/, 1)[0] ?? '';
  if (firstLine === '') return digest;
  return { ...digest, errors: [...digest.errors, cut(firstLine, MAX_ERROR_LENGTH)].slice(-MAX_ERRORS) };
}

function addUsage(
  digest: TranscriptDigest,
  { id, usage, isTotal }: TranscriptEntry & { readonly kind: 'usage' },
): TranscriptDigest {
  if (isTotal) return { ...digest, usage };
  const known = digest.pending.usage;
  const replaced = id !== null && known?.id === id ? known.usage : null;
  return {
    ...digest,
    usage: sumOf(digest.usage, usage, replaced),
    pending: { ...digest.pending, usage: id === null ? known : { id, usage } },
  };
}

/** `replaced` is in the sum already. */
function sumOf(sum: Usage | null, added: Usage, replaced: Usage | null): Usage {
  const of = (field: 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens') =>
    (sum?.[field] ?? 0) + added[field] - (replaced?.[field] ?? 0);
  const cost = (sum?.costUsd ?? 0) + (added.costUsd ?? 0) - (replaced?.costUsd ?? 0);
  const isCostTold = added.costUsd !== null || (sum !== null && sum.costUsd !== null);
  return {
    inputTokens: of('inputTokens'),
    outputTokens: of('outputTokens'),
    cacheReadTokens: of('cacheReadTokens'),
    cacheWriteTokens: of('cacheWriteTokens'),
    costUsd: isCostTold ? cost : null,
  };
}

/** Never in the middle of a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}
