import type { TranscriptLine } from '../domain/index.ts';
import type { Transcripts } from './agent-kind.ts';
import { type Fields, fieldsAt, fieldsFrom, listAt, textAt, timeAt } from './json-fields.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const WRITING_TOOLS = ['apply_patch', 'edit', 'create', 'str_replace_editor', 'write'];
const USAGE = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const;

/**
 * `~/.copilot/session-state/<conversation>/events.jsonl`. Costs stand in it as premium requests, not as money. A permission is written down
 * only when somebody is asked. Seen with 1.0.102.
 */
export const copilotTranscripts: Transcripts = {
  pattern: (_folder, conversation) =>
    conversation === null ? null : `.copilot/session-state/${conversation}/events.jsonl`,
  read(text) {
    const line = fieldsFrom(text);
    if (line === null) return null;
    const data = fieldsAt(line, 'data');
    const isStart = line.type === 'session.start';
    return transcriptLine({
      id: textAt(line, 'id'),
      at: timeAt(line, 'timestamp'),
      conversation: isStart ? textAt(data, 'sessionId') : null,
      agentVersion: isStart ? textAt(data, 'copilotVersion') : null,
      isAside: textAt(data, 'parentToolCallId') !== null,
      entries: data === null ? [] : entriesOf(line.type, data),
    });
  },
};

function entriesOf(type: unknown, data: Fields): TranscriptLine['entries'] {
  switch (type) {
    case 'user.message':
      return messages('user', textAt(data, 'content') ?? '');
    case 'assistant.message': {
      const text = textAt(data, 'content') ?? '';
      const isLast = text !== '' && listAt(data, 'toolRequests').length === 0;
      return [
        ...messages('assistant', text),
        ...(isLast ? [{ kind: 'turn-ended', lastMessage: text } as const] : []),
      ];
    }
    case 'tool.execution_start': {
      const tool = textAt(data, 'toolName') ?? '';
      const input = data.arguments;
      const files = WRITING_TOOLS.includes(tool) ? writtenFiles(input) : [];
      return [{ kind: 'tool-call', id: textAt(data, 'toolCallId'), tool, input, files }];
    }
    case 'tool.execution_complete': {
      const result = fieldsAt(data, 'result') ?? fieldsAt(data, 'error');
      const text = textAt(result, 'message') ?? textOfParts(result?.content);
      const isError = data.success === false;
      return [{ kind: 'tool-result', id: textAt(data, 'toolCallId'), isError, text }];
    }
    case 'permission.requested':
      return [{ kind: 'asks', question: questionOf(fieldsAt(data, 'permissionRequest')) }];
    case 'permission.completed':
      return [{ kind: 'working' }];
    case 'session.error':
      return [{ kind: 'error', text: textAt(data, 'message') ?? '', endsTurn: true }];
    case 'abort':
      return [{ kind: 'at-prompt' }];
    case 'session.usage_record': {
      const usage = usageFrom(data.usage, USAGE);
      return usage === null ? [] : [{ kind: 'usage', id: null, usage, isTotal: false }];
    }
    default:
      return [];
  }
}

function questionOf(request: Fields | null): string {
  const what = ['fullCommandText', 'fileName', 'url'].flatMap((key) => textAt(request, key) ?? [])[0];
  return [textAt(request, 'intention'), what]
    .filter((part) => part !== null && part !== undefined)
    .join(': ');
}
