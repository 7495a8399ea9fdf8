import type { Observation, PermissionMode, Report, ReportedMoment, TranscriptLine } from '../domain/index.ts';
import {
  type AgentKind,
  type Asked,
  type HookAnswers,
  type Launch,
  PASTED,
  type ScreenView,
  type Transcripts,
  withPromptOption,
} from './agent-kind.ts';
import { decided, toolUse } from './common-answers.ts';
import { ASKING_TIMEOUT_S, hookCommand, hookReport, payloadText } from './hook-report.ts';
import { type Fields, fieldsAt, fieldsFrom, isFields, listAt, textAt, timeAt } from './json-fields.ts';
import { isCursorBehindText, readAgentScreen, type ScreenSigns, statusLine } from './screen/agent-screen.ts';
import { findPromptBox, lastEntry, lastTurn, linesAbove, type PromptBox } from './screen/live-region.ts';
import { GUESS, LIKELY, seen, seenBusy, seenFailure, seenRetry, seenTextQuestion } from './screen/reading.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const RULE = /^[─━]{8,}/u;
const BOX = { top: RULE, text: /^[❯!] ?(.*)$/u, bottom: RULE };
const SENT_PROMPT = /^ ❯ (.+?)(?:\s{2,}\d\d:\d\d)?\s*┃?$/u;
const ENTRY = /^ [●✗✓○◉◎$!⌄] /u;
/** `◎ Working · 132 B esc esc interrupt`. */
const ACTIVITY = /^\s*\S\s+\p{L}.*\besc\b.*\b(?:interrupt|edit prompt|cancel|stop)\b/u;
const COUNTS_BYTES = /· [\d.]+ ?[kM]?i?B\b/;
/** What stands on the screen before anything was asked. */
const GREETING =
  /^ ● (?:Tip:|No copilot-instructions\.md|Environment loaded|Connected to|Logged in|Welcome)/u;

const signs: ScreenSigns = {
  name: 'copilot',
  // Arrows and Enter are what its dialogs say they take.
  dialogs: { takesDigits: false, countsUnnumbered: true },
  findBox: (view) => findPromptBox(view.lines, BOX),
  readBusy,
  isTyped: isCursorBehindText,
  readTurnEnd,
  farewell: /\bResume\s+copilot --resume=/,
};

function conversation(view: ScreenView, box: PromptBox): readonly string[] {
  // The line over the box names the folder; a scroll bar may stand at the right.
  return view.lines
    .slice(0, box.top - 1)
    .map((line) => ('┃│█'.includes(line.slice(-1)) ? line.slice(0, -1).trimEnd() : line));
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  const activity = statusLine(view, box, ACTIVITY);
  if (activity === null || box === null) return null;
  if (/\bcompacting\b/i.test(activity)) return seen('compacting', 'copilot/compacting-line', activity);
  const entry = lastEntry(lastTurn(conversation(view, box), box.top, SENT_PROMPT).lines, ENTRY).join(' ');
  if (/^ ● .*\bRetrying\.{3}$/u.test(entry)) return seenRetry('copilot/retry-line', entry);
  if (entry === '' && isSilent(view, box, activity))
    return seen('retrying', 'copilot/silent-turn', activity, GUESS);
  return seenBusy(view, 'copilot/activity-line', activity);
}

/**
 * Requests that are refused for their rate are tried again without a word, five times in a quarter of a minute. The first prompt names
 * the terminal, so that tells how long nothing has come. A model that takes as long looks the same: only the word is a guess.
 */
const SILENCE_THAT_MEANS_RETRYING_MS = 6_000;
const RETRIES_END_AFTER_MS = 25_000;

function isSilent(view: ScreenView, box: PromptBox, activity: string): boolean {
  const lines = conversation(view, box);
  const isFirstPrompt = lines.filter((line) => SENT_PROMPT.test(line)).length === 1;
  const silentForMs = view.titleForMs ?? 0;
  return (
    isFirstPrompt &&
    view.tools.length === 0 &&
    !COUNTS_BYTES.test(activity) &&
    silentForMs >= SILENCE_THAT_MEANS_RETRYING_MS &&
    silentForMs < RETRIES_END_AFTER_MS
  );
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const lines = conversation(view, box);
  // The program's own notices begin in the first column; everything of the conversation is indented.
  const notice = linesAbove(lines, lines.length, 6).find((line) =>
    /^(?:Authentication|Not logged in|\S.*\/login\b)/.test(line),
  );
  if (notice !== undefined) return seen('logged_out', 'copilot/login-notice', notice);
  const turn = lastTurn(lines, lines.length, SENT_PROMPT);
  const entry = lastEntry(turn.lines, ENTRY);
  const head = entry[0] ?? '';
  if (head.startsWith(' ● Operation cancelled by user')) return seen('idle', 'copilot/interrupted', head);
  if (turn.prompt === null && turn.lines.some((line) => GREETING.test(line))) {
    return seen('idle', 'copilot/fresh', head);
  }
  if (
    /^ ✗ (?:Failed to get response|Authentication failed|.*\bHTTP \d{3}\b|.*\bretried \d+ times)/u.test(head)
  ) {
    return seenFailure('copilot/failure-notice', entry.map((line) => line.trim()).join(' '));
  }
  // A long answer pushed its own first line and the prompt off the screen.
  if (head === '' && turn.prompt === null && turn.lines.length > 0) {
    return seen('completed', 'copilot/long-answer', turn.lines.at(-1) ?? '', LIKELY);
  }
  if (!head.startsWith(' ● ')) return seen('idle', 'copilot/free-prompt', head, LIKELY);
  if (/[?？]$/u.test(turn.lines.at(-1) ?? '')) {
    return seenTextQuestion(
      entry
        .map((line) => line.trim())
        .join(' ')
        .replace(/^\S /u, ''),
      'copilot/asks-in-prose',
    );
  }
  return seen('completed', 'copilot/answered', head);
}

/**
 * Seen with 1.0.102: hooks of a plugin, which is a folder that the launch names. preToolUse, permissionRequest and the like come for every
 * tool, whether anybody is asked or not; the notification comes with the dialog. Escape runs none.
 */
const EVENTS = [
  'sessionStart',
  'userPromptSubmitted',
  'preToolUse',
  'postToolUse',
  'postToolUseFailure',
  'notification',
  'agentStop',
  'errorOccurred',
  'preCompact',
  'sessionEnd',
];
const HOOK_TIMEOUT_S = 10;
const PLUGIN = 'copilot';

function pluginFiles(permissionMode: PermissionMode): Launch['files'] {
  const hooks: Record<string, unknown> = {};
  for (const event of EVENTS) {
    hooks[event] = [{ type: 'command', bash: hookCommand(event), timeoutSec: HOOK_TIMEOUT_S }];
  }
  if (permissionMode !== 'all') {
    const command = hookCommand('permissionRequest', 'asks');
    hooks.permissionRequest = [{ type: 'command', bash: command, timeoutSec: ASKING_TIMEOUT_S }];
  }
  const plugin = {
    name: 'fleet-director',
    version: '1.0.0',
    description: 'Tells Fleet Director what this session does.',
    hooks: 'hooks.json',
  };
  return [
    { name: `${PLUGIN}/plugin.json`, content: JSON.stringify(plugin) },
    {
      name: `${PLUGIN}/hooks.json`,
      content: JSON.stringify({ version: 1, hooks }),
    },
  ];
}

/** Its dialog opens when the hook has ended without an answer. The hook also runs for what nobody would be asked about. Seen with 1.0.102. */
const answers: HookAnswers = {
  showsDialog: false,
  asked(event, payload): Asked | null {
    // Of a payload that was cut nobody can tell what would be allowed.
    if (event !== 'permissionRequest' || !isFields(payload)) return null;
    const tool = textAt(payload, 'toolName');
    const input = fieldsAt(payload, 'toolInput');
    if (tool === null || input === null) return null;
    return { kind: 'permission', tool, use: toolUse(input, WRITING_TOOLS.includes(tool)) };
  },
  printed: (_event, answer) => decided(answer, (decision) => decision),
};

function reportHook(event: string, payload: unknown, at: Date): Report | null {
  const says = momentOf(event, payload);
  if (says === null) return null;
  const told = payloadText(payload, 'toolName') ?? payloadText(payload, 'message') ?? '';
  return hookReport(says, at, `${event} ${told}`.trimEnd());
}

function momentOf(event: string, payload: unknown): ReportedMoment | null {
  const tool = payloadText(payload, 'toolName') ?? '';
  switch (event) {
    case 'sessionStart':
      return { kind: 'session-began' };
    case 'sessionEnd':
      return { kind: 'session-ended' };
    case 'userPromptSubmitted':
      return { kind: 'working' };
    case 'preToolUse':
      return { kind: 'tool-began', tool };
    case 'postToolUse':
    case 'postToolUseFailure':
      return { kind: 'tool-ended', tool };
    case 'preCompact':
      return { kind: 'compacting' };
    case 'agentStop':
      return { kind: 'turn-ended', lastMessage: null, backgroundTasks: 0 };
    case 'notification':
      return asked(payloadText(payload, 'notification_type') ?? '', payloadText(payload, 'message') ?? '');
    default:
      // An error that occurred may be followed by another try.
      return null;
  }
}

function asked(type: string, question: string): ReportedMoment | null {
  if (type === 'permission_prompt') return { kind: 'asks', promptKind: 'permission', question };
  if (type === 'elicitation_dialog') return { kind: 'asks', promptKind: 'question', question };
  return null;
}

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  return {
    words: [
      'copilot',
      '--plugin-dir',
      { kind: 'path', name: PLUGIN },
      ...conversation,
      ...{ ask: [], edits: ['--allow-tool', 'write'], all: ['--allow-all'] }[permissionMode],
    ],
    env: { COPILOT_AUTO_UPDATE: 'false' },
    files: pluginFiles(permissionMode),
  };
}

const WRITING_TOOLS = ['apply_patch', 'edit', 'create', 'str_replace_editor', 'write'];
const USAGE = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const;

/**
 * `~/.copilot/session-state/<conversation>/events.jsonl`. Costs stand in it as premium requests, not as money. A permission is written down
 * only when somebody is asked. Seen with 1.0.102.
 */
const transcripts: Transcripts = {
  countsCacheAsInput: false,
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

export const copilot: AgentKind = {
  name: 'copilot',
  title: 'Copilot CLI',
  processNames: ['copilot'],
  isKnown: true,
  launch: ({ permissionMode, sessionUuid }) =>
    withPromptOption(start(permissionMode, ['--session-id', sessionUuid]), '--interactive'),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape', 'Escape'],
  hooks: {
    report: reportHook,
    conversation: (payload) => payloadText(payload, 'sessionId'),
    answers,
    context: {
      events: ['sessionStart', 'userPromptSubmitted', 'postToolUse'],
      printed: (_event, text) => JSON.stringify({ additionalContext: text }),
    },
  },
  transcripts,
  stateFile: null,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, [`--resume=${conversation}`]),
  // "You've exceeded your weekly rate limit. … Please try again in 45 minutes."
  usageLimit: { words: /\brate limit\b|\b(?:usage|session|weekly) limit\b|\bpremium requests?\b/i },
  typing: PASTED,
};
