import type { TranscriptEntry, TranscriptLine } from '../domain/index.ts';
import type { Transcripts } from './agent-kind.ts';
import { type Fields, fieldsAt, fieldsFrom, textAt, timeAt } from './json-fields.ts';
import {
  messages,
  patchedFiles,
  textOfParts,
  transcriptLine,
  usageFrom,
  writtenFiles,
} from './transcript-line.ts';

const USAGE = ['input_tokens', 'output_tokens', 'cached_input_tokens', 'cache_write_input_tokens'] as const;

/**
 * `~/.codex/sessions/2026/11/22/rollout-…-<conversation>.jsonl`: events and what went to the model and back, so every message stands in it
 * twice. The events are what the person saw. Nothing in a name tells the folder. Seen with 0.169.0; older ones name messages otherwise.
 */
export const codexTranscripts: Transcripts = {
  pattern: (_folder, conversation) =>
    conversation === null ? null : `.codex/sessions/*/*/*/rollout-*-${conversation}.jsonl`,
  read(text) {
    const line = fieldsFrom(text);
    if (line === null) return null;
    const payload = fieldsAt(line, 'payload');
    const isStart = line.type === 'session_meta';
    return transcriptLine({
      at: timeAt(line, 'timestamp'),
      conversation: isStart ? textAt(payload, 'id') : null,
      agentVersion: isStart ? textAt(payload, 'cli_version') : null,
      entries: payload === null ? [] : entriesOf(line.type, payload),
    });
  },
};

function entriesOf(type: unknown, payload: Fields): TranscriptLine['entries'] {
  if (type === 'response_item') return itemEntries(payload);
  if (type !== 'event_msg') return [];
  switch (payload.type) {
    case 'item_completed':
      return messageEntries(fieldsAt(payload, 'item'));
    case 'user_message':
      return messages('user', textAt(payload, 'message') ?? '');
    case 'agent_message':
      return messages('assistant', textAt(payload, 'message') ?? '');
    case 'token_count': {
      const usage = usageFrom(fieldsAt(payload, 'info')?.total_token_usage, USAGE);
      return usage === null ? [] : [{ kind: 'usage', id: null, usage, isTotal: true }];
    }
    case 'task_complete': {
      const failure = fieldsAt(payload, 'error');
      return failure === null
        ? [{ kind: 'turn-ended', lastMessage: textAt(payload, 'last_agent_message') }]
        : [{ kind: 'error', text: textAt(failure, 'message') ?? '', endsTurn: true }];
    }
    case 'error':
    case 'stream_error':
      return [{ kind: 'error', text: textAt(payload, 'message') ?? '', endsTurn: payload.type === 'error' }];
    case 'turn_aborted':
      return [{ kind: 'at-prompt' }];
    default:
      return [];
  }
}

function messageEntries(item: Fields | null): readonly TranscriptEntry[] {
  if (item?.type === 'UserMessage') return messages('user', textOfParts(item.content));
  if (item?.type === 'AgentMessage') return messages('assistant', textOfParts(item.content));
  return [];
}

function itemEntries(item: Fields): readonly TranscriptEntry[] {
  const id = textAt(item, 'call_id');
  const tool = textAt(item, 'name') ?? '';
  switch (item.type) {
    case 'function_call': {
      const input = fieldsFrom(textAt(item, 'arguments') ?? '');
      // Also a shell may be handed a patch.
      const files = tool === 'apply_patch' ? writtenFiles(input) : patchedFiles(commandOf(input));
      return [{ kind: 'tool-call', id, tool, input, files }];
    }
    case 'custom_tool_call':
      return [{ kind: 'tool-call', id, tool, input: item.input, files: writtenFiles(item.input) }];
    case 'local_shell_call':
      return [{ kind: 'tool-call', id, tool: 'local_shell', input: item.action, files: [] }];
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const text = textAt(item, 'output') ?? textOfParts(item.output);
      return [{ kind: 'tool-result', id, isError: hasFailed(text), text: outputOf(text) }];
    }
    default:
      return [];
  }
}

function commandOf(input: Fields | null): string {
  const command = input?.cmd ?? input?.command;
  return Array.isArray(command) ? command.join('\n') : typeof command === 'string' ? command : '';
}

/** How codex tells the model of an exit, above what the command printed. */
function hasFailed(text: string): boolean {
  const head = text.split(/^Output:$/m, 1)[0] ?? '';
  return /^(?:Process exited with code|Exit code:) [1-9]|^aborted by user/m.test(head);
}

function outputOf(text: string): string {
  return (
    /^Output:\n(.*)$/ms.exec(text)?.[1] ??
    text.replaceAll(/^(?:Chunk ID|Wall time|Original token count): .*\n/gm, '')
  );
}
