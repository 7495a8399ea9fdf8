import type { TranscriptEntry, TranscriptLine } from '../domain/index.ts';

/** Entries that are told in full. */
export const LAST_ENTRIES = 500;
const MOST_USED_TOOLS = 10;
const MAX_FILES = 50;
const MAX_ERRORS = 20;

type Told = TranscriptEntry & { readonly kind: 'message' | 'tool-call' | 'tool-result' | 'error' };

/**
 * A whole conversation for who has to judge it, however long it is: the first request, what happened after it in numbers, and the last
 * entries in full, in the order in which they happened. What is among the last ones is not told before them.
 * @param lines of a transcript, oldest first
 */
export function richContext(lines: readonly TranscriptLine[]): string {
  const entries = lines.flatMap((line) => (line.isAside ? [] : line.entries.filter(isTold)));
  const start = Math.max(0, entries.length - LAST_ENTRIES);
  const earlier = entries.slice(0, start);
  const request = earlier.find((entry) => entry.kind === 'message' && entry.by === 'user');
  const middle = earlier.filter((entry) => entry !== request);
  return [
    ...(request?.kind === 'message' ? [`The first request:\n${request.text}`] : []),
    ...(middle.length === 0 ? [] : [summaryOf(middle)]),
    ...(entries.length === 0 ? [] : [`The last ${entries.length - start} entries:`]),
    ...entries.slice(start).map(inFull),
  ].join('\n\n');
}

function isTold(entry: TranscriptEntry): entry is Told {
  return ['message', 'tool-call', 'tool-result', 'error'].includes(entry.kind);
}

function summaryOf(entries: readonly Told[]): string {
  const calls = entries.filter((entry) => entry.kind === 'tool-call');
  const by = (who: 'user' | 'assistant') =>
    entries.filter((entry) => entry.kind === 'message' && entry.by === who).length;
  const tools = [...Map.groupBy(calls, ({ tool }) => tool)]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .slice(0, MOST_USED_TOOLS)
    .map(([tool, used]) => `${tool} ${used.length}`);
  const files = [...new Set(calls.flatMap((call) => call.files))];
  const errors = entries.flatMap((entry) => (isFailure(entry) ? [firstLine(entry.text)] : []));
  return [
    `After it, ${entries.length} entries that are left out here:`,
    `- messages: ${by('user')} of the user, ${by('assistant')} of the agent`,
    `- tool calls: ${[calls.length, ...tools].join(', ')}`,
    ...listed('files changed', files, MAX_FILES),
    ...listed('errors', errors, MAX_ERRORS),
  ].join('\n');
}

function isFailure(entry: Told): entry is Told & { readonly kind: 'error' | 'tool-result' } {
  return entry.kind === 'error' || (entry.kind === 'tool-result' && entry.isError);
}

function listed(name: string, items: readonly string[], limit: number): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - limit;
  return [`- ${name}: ${items.slice(-limit).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

function inFull(entry: Told): string {
  switch (entry.kind) {
    case 'message':
      return `${entry.by === 'user' ? 'User' : 'Agent'}: ${entry.text}`;
    case 'tool-call':
      return `Tool ${entry.tool}: ${JSON.stringify(entry.input) ?? ''}`;
    case 'tool-result':
      return `${entry.isError ? 'Failed' : 'Result'}: ${entry.text}`;
    case 'error':
      return `Error: ${entry.text}`;
  }
}

function firstLine(text: string): string {
  return text.trim().split(/\r?\n/, 1)[0] ?? '';
}
