import type { TranscriptEntry, TranscriptLine } from '../domain/index.ts';
import type { Transcripts } from './agent-kind.ts';
import {
  amountAt,
  type Fields,
  fieldsAt,
  fieldsFrom,
  isFields,
  listAt,
  textAt,
  timeAt,
} from './json-fields.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const WRITING_TOOLS = ['Write', 'Edit', 'MultiEdit', 'NotebookEdit'];
const USAGE = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const;

/**
 * `~/.claude/projects/-home-ann-shop/<conversation>.jsonl`, a line for each part of a message. An answer of several parts repeats its
 * usage on each line. Subagents have files of their own; before they had, their lines stood here as a side chain. Seen with 2.1.197.
 */
export const claudeTranscripts: Transcripts = {
  pattern: (folder, conversation) =>
    `.claude/projects/${folder.replaceAll(/[^A-Za-z0-9]/g, '-')}/${conversation ?? '*'}.jsonl`,
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
  switch (line.type) {
    case 'user':
      return line.isMeta === true || line.isCompactSummary === true ? [] : userEntries(line);
    case 'assistant':
      return line.isApiErrorMessage === true
        ? [{ kind: 'error', text: contentText(line), endsTurn: true }]
        : assistantEntries(line);
    case 'attachment': {
      // What was typed while a turn ran, at the moment when the agent took it.
      const attachment = fieldsAt(line, 'attachment');
      return textAt(attachment, 'type') === 'queued_command'
        ? messages('user', textOfParts(attachment?.prompt))
        : [];
    }
    case 'pr-link': {
      const url = textAt(line, 'prUrl');
      return url === null ? [] : [{ kind: 'pull-request', url }];
    }
    case 'system':
      return systemEntries(line);
    default:
      return [];
  }
}

function systemEntries(line: Fields): TranscriptLine['entries'] {
  if (line.subtype === 'api_error') {
    return [{ kind: 'error', text: textAt(line, 'content') ?? 'API error', endsTurn: false }];
  }
  const isAsked = textAt(fieldsAt(line, 'compactMetadata'), 'trigger') === 'manual';
  return line.subtype === 'compact_boundary' && isAsked ? [{ kind: 'at-prompt' }] : [];
}

function contentText(line: Fields): string {
  return textOfParts(fieldsAt(line, 'message')?.content);
}

function partsOf(line: Fields): readonly Fields[] {
  return listAt(fieldsAt(line, 'message'), 'content').filter(isFields);
}

function userEntries(line: Fields): TranscriptLine['entries'] {
  const results = partsOf(line)
    .filter((part) => part.type === 'tool_result')
    .map(
      (part): TranscriptEntry => ({
        kind: 'tool-result',
        id: textAt(part, 'tool_use_id'),
        isError: part.is_error === true,
        text: textOfParts(part.content),
      }),
    );
  return [...results, ...typed(contentText(line))];
}

/** What stands in for the person's words when they are none: an interruption, a command, and what a command printed. */
function typed(text: string): TranscriptLine['entries'] {
  if (text.startsWith('[Request interrupted by user')) return [{ kind: 'at-prompt' }];
  if (text.startsWith('<local-command-stdout>')) return [{ kind: 'at-prompt' }];
  const command = /<command-name>(.*?)<\/command-name>/s.exec(text)?.[1];
  if (command === undefined) return messages('user', text);
  const words = /<command-args>(.*?)<\/command-args>/s.exec(text)?.[1] ?? '';
  return messages('user', `${command} ${words}`);
}

function assistantEntries(line: Fields): TranscriptLine['entries'] {
  const message = fieldsAt(line, 'message');
  if (textAt(message, 'model') === '<synthetic>') return [];
  const text = contentText(line);
  const calls = partsOf(line)
    .filter((part) => part.type === 'tool_use')
    .map((part): TranscriptEntry => {
      const tool = textAt(part, 'name') ?? '';
      const files = WRITING_TOOLS.includes(tool) ? writtenFiles(part.input) : [];
      return { kind: 'tool-call', id: textAt(part, 'id'), tool, input: part.input, files };
    });
  const usage = usageFrom(message?.usage, USAGE);
  const isLast = ['end_turn', 'stop_sequence', 'max_tokens'].includes(textAt(message, 'stop_reason') ?? '');
  return [
    ...messages('assistant', text),
    ...calls,
    ...(usage === null
      ? []
      : [
          {
            kind: 'usage',
            id: textAt(message, 'id'),
            usage: { ...usage, costUsd: amountAt(line, 'costUSD') },
            isTotal: false,
          } as const,
        ]),
    ...(isLast && text !== '' ? [{ kind: 'turn-ended', lastMessage: text } as const] : []),
  ];
}
