import type { TranscriptEntry, TranscriptLine, Usage } from '../domain/index.ts';
import { amountAt, countAt, isFields, textAt } from './json-fields.ts';

/** A line of which nothing is known but that it can be read. */
const SILENT_LINE: TranscriptLine = {
  id: null,
  at: null,
  conversation: null,
  agentVersion: null,
  isAside: false,
  entries: [],
};

export function transcriptLine(told: Partial<TranscriptLine>): TranscriptLine {
  return { ...SILENT_LINE, ...told };
}

/** None for a text that says nothing. */
export function messages(by: 'user' | 'assistant', text: string): readonly TranscriptEntry[] {
  return text.trim() === '' ? [] : [{ kind: 'message', by, text: text.trim() }];
}

/** The text of a message's content, which is a text, or parts of which some have one. */
export function textOfParts(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .flatMap((part) =>
      typeof part === 'string' ? part : isThought(part) ? [] : (textAt(part, 'text') ?? []),
    )
    .join('\n');
}

function isThought(part: unknown): boolean {
  return isFields(part) && part.thought === true;
}

/** @param names of the agent's fields, for input, output, what was read from the cache and what was written to it */
export function usageFrom(
  fields: unknown,
  [input, output, cacheRead, cacheWrite]: readonly [string, string, string, string],
): Usage | null {
  if (amountAt(fields, input) === null && amountAt(fields, output) === null) return null;
  return {
    inputTokens: countAt(fields, input),
    outputTokens: countAt(fields, output),
    cacheReadTokens: countAt(fields, cacheRead),
    cacheWriteTokens: countAt(fields, cacheWrite),
    costUsd: null,
  };
}

const FILE_FIELDS = ['file_path', 'filePath', 'notebook_path', 'path', 'absolute_path'];

/** The files that a call of a tool that writes changes: named in a field of its input, or by the patch it is given. */
export function writtenFiles(input: unknown): readonly string[] {
  if (typeof input === 'string') return patchedFiles(input);
  const named = FILE_FIELDS.flatMap((field) => textAt(input, field) ?? []).slice(0, 1);
  return named.length > 0 ? named : patchedFiles(textAt(input, 'input') ?? textAt(input, 'patch') ?? '');
}

/** `*** Update File: src/a.ts` */
export function patchedFiles(patch: string): readonly string[] {
  return [...patch.matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)\s*$/gm)].flatMap(
    ([, file]) => file ?? [],
  );
}
