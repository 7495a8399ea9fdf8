import type { PermissionMode, TranscriptEntry, TranscriptLine } from '../domain/index.ts';
import { type AgentKind, type Launch, PASTED, type Transcripts, withPromptOption } from './agent-kind.ts';
import { commonAnswers } from './common-answers.ts';
import { type CommonHooks, hookSettings, reportCommonHook } from './common-hooks.ts';
import { familySigns } from './gemini-family.ts';
import { ASKING_TIMEOUT_S, payloadText } from './hook-report.ts';
import { type Fields, fieldsAt, fieldsFrom, isFields, listAt, textAt, timeAt } from './json-fields.ts';
import { readAgentScreen } from './screen/agent-screen.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const signs = familySigns({
  name: 'qwen',
  farewell: /^\s*To continue this session, run qwen --resume/,
  // Text of an answer is indented further than what it begins with.
  sentPrompt: /^\s{0,2}> (.+)$/u,
  // Seen with 0.15 (`✦`, tools in boxes) and 0.24 (`◆`, thoughts as `∵` and `∴`, tools without boxes).
  entry: /^\s{0,2}(?:[✦◆∵∴✕●ℹ⚠✖✓] |[╭┌])/u,
  // Thoughts stand on the screen as they come, so it takes less silence than where they are kept back.
  silence: { unless: /[↑↓]|\btokens?\b/u, meansRetryingAfterS: 8 },
});

const hooks: CommonHooks = { questionTools: ['ask_user_question'], planTools: ['exit_plan_mode'] };

/**
 * Seen with 0.15.10: hooks of the file that stands for the machine's defaults, which gives way to every other setting; one that the machine has is not read then. UserPromptSubmit also
 * runs when a tool's result goes back, PreToolUse only after the tool was allowed. Escape runs none.
 */
const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'PostToolUseFailure',
  'Notification',
  'Stop',
  'StopFailure',
  'PreCompact',
  'PostCompact',
  'SessionEnd',
];
const HOOK_TIMEOUT_MS = 10_000;
const SETTINGS = 'qwen.json';
const ASKING = { events: { PermissionRequest: 'asks' }, timeout: ASKING_TIMEOUT_S * 1_000 } as const;

/** Its dialog opens when the hook has ended without an answer. Seen with 0.15.10. */
const answers = commonAnswers({
  notAnswered: [...hooks.questionTools, ...hooks.planTools],
  writingTools: ['edit', 'write_file', 'replace', 'notebook_edit'],
  showsDialog: false,
});

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  return {
    words: [
      'qwen',
      ...conversation,
      '--approval-mode',
      { ask: 'default', edits: 'auto-edit', all: 'yolo' }[permissionMode],
    ],
    env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: { kind: 'path', name: SETTINGS } },
    files: [{ name: SETTINGS, content: hookSettings(EVENTS, HOOK_TIMEOUT_MS, ASKING) }],
  };
}

const WRITING_TOOLS = ['edit', 'write_file', 'replace', 'notebook_edit'];
const USAGE = ['promptTokenCount', 'candidatesTokenCount', 'cachedContentTokenCount', ''] as const;

/**
 * `~/.qwen/projects/-home-ann-shop/chats/<conversation>.jsonl`. A failed request is written down each time that it is tried, and not when
 * there will be no further one. Seen with 0.15.10.
 */
const transcripts: Transcripts = {
  countsCacheAsInput: true,
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

export const qwen: AgentKind = {
  name: 'qwen',
  title: 'Qwen Code',
  processNames: ['qwen', 'qwen-code'],
  isKnown: true,
  launch: ({ permissionMode, sessionUuid }) =>
    withPromptOption(start(permissionMode, ['--session-id', sessionUuid]), '--prompt-interactive'),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
    conversation: (payload) => payloadText(payload, 'session_id'),
    answers,
    // What its hooks print beside an answer did not reach the model. Seen with 0.15.10.
    context: null,
  },
  transcripts,
  stateFile: null,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['--resume', conversation]),
  // "Qwen OAuth quota exceeded: …", "Pro quota limit reached for …": without a time.
  usageLimit: { words: /\bquota (?:limit )?(?:exceeded|reached)\b/i },
  typing: PASTED,
};
