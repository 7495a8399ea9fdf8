import type { TranscriptEntry, TranscriptLine } from '../domain/index.ts';
import type { Transcripts } from './agent-kind.ts';
import { type Fields, fieldsAt, fieldsFrom, isFields, listAt, textAt, timeAt } from './json-fields.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const WRITING_TOOLS = ['replace', 'write_file'];
const USAGE = ['input', 'output', 'cached', ''] as const;

/**
 * `~/.gemini/tmp/<project>/chats/session-2026-11-22T07-35-<begin of the conversation>.jsonl`. An answer is written down when its text is
 * there, and again, with the same id, when its tools have run; so none is known to be the turn's last. Seen with 0.61.0.
 */
export const geminiTranscripts: Transcripts = {
  pattern: (_folder, conversation) =>
    conversation === null ? null : `.gemini/tmp/*/chats/session-*-${conversation.slice(0, 8)}.jsonl`,
  read(text) {
    const line = fieldsFrom(text);
    if (line === null) return null;
    const id = textAt(line, 'id');
    const calls = listAt(line, 'toolCalls').filter(isFields);
    return transcriptLine({
      id: id === null || calls.length === 0 ? id : `${id} with tools`,
      at: timeAt(line, 'timestamp') ?? timeAt(line, 'lastUpdated'),
      conversation: textAt(line, 'sessionId'),
      entries: calls.length > 0 ? calls.flatMap(callEntries) : entriesOf(line),
    });
  },
};

function entriesOf(line: Fields): TranscriptLine['entries'] {
  const text = textOfParts(line.content);
  switch (line.type) {
    case 'user':
      return text.startsWith('<session_context>') ? [] : messages('user', text);
    case 'gemini': {
      const usage = usageFrom(line.tokens, USAGE);
      return [
        ...messages('assistant', text),
        ...(usage === null ? [] : [{ kind: 'usage', id: null, usage, isTotal: false } as const]),
      ];
    }
    case 'error':
      return [{ kind: 'error', text, endsTurn: true }];
    default:
      return [];
  }
}

function callEntries(call: Fields): readonly TranscriptEntry[] {
  const id = textAt(call, 'id');
  const tool = textAt(call, 'name') ?? '';
  const files = WRITING_TOOLS.includes(tool) ? writtenFiles(call.args) : [];
  const status = textAt(call, 'status');
  return [
    { kind: 'tool-call', id, tool, input: call.args, files },
    { kind: 'tool-result', id, isError: status !== 'success', text: resultText(call) },
    ...(status === 'cancelled' ? [{ kind: 'at-prompt' } as const] : []),
  ];
}

function resultText(call: Fields): string {
  return listAt(call, 'result')
    .flatMap((part) => {
      const response = fieldsAt(fieldsAt(part, 'functionResponse'), 'response');
      return textAt(response, 'output') ?? textAt(response, 'error') ?? [];
    })
    .join('\n');
}
