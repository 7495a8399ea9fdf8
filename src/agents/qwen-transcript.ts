import type { TranscriptEntry, TranscriptLine } from '../domain/index.ts';
import type { Transcripts } from './agent-kind.ts';
import { type Fields, fieldsAt, fieldsFrom, isFields, listAt, textAt, timeAt } from './json-fields.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const WRITING_TOOLS = ['edit', 'write_file', 'replace', 'notebook_edit'];
const USAGE = ['promptTokenCount', 'candidatesTokenCount', 'cachedContentTokenCount', ''] as const;

/**
 * `~/.qwen/projects/-home-ann-shop/chats/<conversation>.jsonl`. A failed request is written down each time that it is tried, and not when
 * there will be no further one. Seen with 0.15.10.
 */
export const qwenTranscripts: Transcripts = {
  pattern: (folder, conversation) =>
    `.qwen/projects/${folder.replaceAll(/[^A-Za-z0-9]/g, '-')}/chats/${conversation ?? '*'}.jsonl`,
  read(text) {
    const line = fieldsFrom(text);
    if (line === null) return null;
    return transcriptLine({
      id: textAt(line, 'uuid'),
      at: timeAt(line, 'timestamp'),
      conversation: textAt(line, 'sessionId'),
      agentVersion: textAt(line, 'version'),
      isAside: line.isSidechain === true,
      entries: entriesOf(line),
    });
  },
};

function entriesOf(line: Fields): TranscriptLine['entries'] {
  const parts = listAt(fieldsAt(line, 'message'), 'parts').filter(isFields);
  switch (line.type) {
    case 'user':
      return messages('user', textOfParts(parts));
    case 'assistant':
      return assistantEntries(line, parts);
    case 'tool_result':
      return parts.flatMap((part) => resultEntries(line, fieldsAt(part, 'functionResponse')));
    case 'system': {
      const event = fieldsAt(fieldsAt(line, 'systemPayload'), 'uiEvent');
      return textAt(event, 'event.name') === 'qwen-code.api_error'
        ? [{ kind: 'error', text: textAt(event, 'error_message') ?? '', endsTurn: false }]
        : [];
    }
    default:
      return [];
  }
}

function assistantEntries(line: Fields, parts: readonly Fields[]): readonly TranscriptEntry[] {
  const text = textOfParts(parts);
  const calls = parts.flatMap((part) => callEntries(fieldsAt(part, 'functionCall')));
  const usage = usageFrom(line.usageMetadata, USAGE);
  return [
    ...messages('assistant', text),
    ...calls,
    ...(usage === null ? [] : [{ kind: 'usage', id: null, usage, isTotal: false } as const]),
    ...(calls.length === 0 && text !== '' ? [{ kind: 'turn-ended', lastMessage: text } as const] : []),
  ];
}

function callEntries(call: Fields | null): readonly TranscriptEntry[] {
  if (call === null) return [];
  const tool = textAt(call, 'name') ?? '';
  const files = WRITING_TOOLS.includes(tool) ? writtenFiles(call.args) : [];
  return [{ kind: 'tool-call', id: textAt(call, 'id'), tool, input: call.args, files }];
}

function resultEntries(line: Fields, response: Fields | null): readonly TranscriptEntry[] {
  if (response === null) return [];
  const answer = fieldsAt(response, 'response');
  const error = textAt(answer, 'error');
  const result = {
    kind: 'tool-result',
    id: textAt(response, 'id'),
    isError: error !== null,
    text: error ?? textAt(answer, 'output') ?? '',
  } as const;
  const isRefused = textAt(fieldsAt(line, 'toolCallResult'), 'status') === 'cancelled';
  return isRefused ? [result, { kind: 'at-prompt' }] : [result];
}
