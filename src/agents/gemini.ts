import type {
  Observation,
  PermissionMode,
  Report,
  ReportedMoment,
  TranscriptEntry,
  TranscriptLine,
} from '../domain/index.ts';
import {
  type AgentKind,
  type Launch,
  PASTED,
  type ScreenView,
  type Transcripts,
  withPromptOption,
} from './agent-kind.ts';
import { commonContext, hookSettings } from './common-hooks.ts';
import { familySigns } from './gemini-family.ts';
import { hookReport, payloadText } from './hook-report.ts';
import { type Fields, fieldsAt, fieldsFrom, isFields, listAt, textAt, timeAt } from './json-fields.ts';
import { readAgentScreen, type ScreenSigns } from './screen/agent-screen.ts';
import type { PromptBox } from './screen/live-region.ts';
import { LIKELY, seenBusy, seenDialog } from './screen/reading.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

/** The activity line bears the subject of the model's last thought, and this until there was one. */
const NO_THOUGHT_YET = /\bThinking\.\.\. \(/;

const family = familySigns({
  name: 'gemini',
  farewell: /\bgemini --resume\b|^\s*Agent powering down/,
  // An answer's lines but its first begin in the third column.
  sentPrompt: /^ ?(?:│ )?> (.+?)(?:\s*│)?$/u,
  entry: /^[✦✕ℹ⚠✖] |^ ?[╭┌]/u,
  silence: { unless: new RegExp(`^(?!.*${NO_THOUGHT_YET.source})`), meansRetryingAfterS: 10 },
});

/** The title is the agent's own word for its state: `◇  Ready (app)`, `✦  Working… (app)`, `✋  Action Required (app)`. */
const signs: ScreenSigns = { ...family, findBox, readBusy };

const RULE = /^─{8,}$/u;
const MAX_LINES_FROM_RULE_TO_BOX = 4;

/**
 * A prompt that was sent stays on the screen in the same half-block frame. Over the live one stand a rule and, right above that, the
 * status row; they belong to the box here. Versions that draw no rule put the cursor into the live one, or their footer right under it.
 */
function findBox(view: ScreenView): PromptBox | null {
  const box = family.findBox(view);
  if (box === null) return null;
  const rule = ruleAbove(view.lines, box);
  if (rule !== null) return { ...box, top: Math.max(0, rule - 1) };
  const isHalfBlock = /[▀▄]/u.test(view.lines[box.top] ?? '');
  const isFollowedByText = view.lines[box.bottom + 1] === '';
  return isHalfBlock && isFollowedByText && view.cursor.y !== box.row ? null : box;
}

function ruleAbove(lines: readonly string[], box: PromptBox): number | null {
  for (let row = box.top - 1; row >= box.top - MAX_LINES_FROM_RULE_TO_BOX; row--) {
    if (RULE.test(lines[row] ?? '')) return row;
  }
  return null;
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  if (view.title.startsWith('✋')) {
    const dialog = { promptKind: 'question', question: view.title, options: [] } as const;
    return seenDialog(dialog, 'gemini/blocked-title', LIKELY);
  }
  // Between an answer and the rule stands the status row, so nothing that is quoted gets into it.
  const status =
    box !== null && RULE.test(view.lines[box.top + 1] ?? '') ? (view.lines[box.top] ?? '') : null;
  if (status !== null && STATUS_AT_WORK.test(status)) return family.readActivity(view, status);
  // A turn that ended leaves no activity line; one that is quoted stands under a title that says ready.
  if (view.title.startsWith('◇')) return null;
  const activity = status === null ? family.readBusy(view, box) : null;
  if (activity !== null) return activity;
  return BUSY_TITLE.test(view.title) ? seenBusy(view, 'gemini/busy-title', view.title) : null;
}

const STATUS_AT_WORK = /\(esc to cancel\b/;
/** `⏲`: a program runs that has printed nothing for a while. */
const BUSY_TITLE = /^[✦⏲]/u;

/**
 * Seen with 0.61.0: hooks of the file that stands for the machine's defaults, which gives way to every other setting; one that the machine has is not read then. Folders that others may
 * write to are refused, with a warning on the screen and no hooks. Each hook holds the agent up, so none of those that run for every
 * piece of an answer; PreCompress runs at every turn, compressed or not. Escape runs none.
 */
const EVENTS = [
  'SessionStart',
  'BeforeAgent',
  'BeforeTool',
  'AfterTool',
  'Notification',
  'AfterAgent',
  'SessionEnd',
];
const HOOK_TIMEOUT_MS = 10_000;
const SETTINGS = 'gemini.json';

function reportHook(event: string, payload: unknown, at: Date): Report | null {
  const says = momentOf(event, payload);
  if (says === null) return null;
  const told = says.kind === 'asks' ? says.question : (payloadText(payload, 'tool_name') ?? '');
  return hookReport(says, at, `${event} ${told}`.trimEnd());
}

function momentOf(event: string, payload: unknown): ReportedMoment | null {
  const tool = payloadText(payload, 'tool_name') ?? '';
  switch (event) {
    case 'SessionStart':
      return { kind: 'session-began' };
    case 'SessionEnd':
      return payloadText(payload, 'reason') === 'clear' ? null : { kind: 'session-ended' };
    case 'BeforeAgent':
      return { kind: 'working' };
    case 'BeforeTool':
      return { kind: 'tool-began', tool };
    case 'AfterTool':
      return { kind: 'tool-ended', tool };
    case 'AfterAgent':
      return {
        kind: 'turn-ended',
        lastMessage: payloadText(payload, 'prompt_response'),
        backgroundTasks: 0,
      };
    case 'Notification': {
      if (payloadText(payload, 'notification_type') !== 'ToolPermission') return null;
      const details = fieldsAt(payload, 'details');
      const about = textAt(details, 'command') ?? textAt(details, 'filePath');
      const question = about ?? payloadText(payload, 'message') ?? '';
      return { kind: 'asks', promptKind: 'permission', question };
    }
    default:
      return null;
  }
}

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  return {
    words: [
      'gemini',
      ...conversation,
      '--skip-trust',
      '--approval-mode',
      { ask: 'default', edits: 'auto_edit', all: 'yolo' }[permissionMode],
    ],
    env: { GEMINI_CLI_SYSTEM_DEFAULTS_PATH: { kind: 'path', name: SETTINGS } },
    files: [{ name: SETTINGS, content: hookSettings(EVENTS, HOOK_TIMEOUT_MS) }],
  };
}

const WRITING_TOOLS = ['replace', 'write_file'];
const USAGE = ['input', 'output', 'cached', ''] as const;

/**
 * `~/.gemini/tmp/<project>/chats/session-2026-11-22T07-35-<begin of the conversation>.jsonl`. An answer is written down when its text is
 * there, and again, with the same id, when its tools have run; so none is known to be the turn's last. Seen with 0.61.0.
 */
const transcripts: Transcripts = {
  countsCacheAsInput: true,
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

export const gemini: AgentKind = {
  name: 'gemini',
  title: 'Gemini CLI',
  processNames: ['gemini', 'gemini-cli'],
  isKnown: true,
  launch: ({ permissionMode, sessionUuid }) =>
    withPromptOption(start(permissionMode, ['--session-id', sessionUuid]), '--prompt-interactive'),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: reportHook,
    conversation: (payload) => payloadText(payload, 'session_id'),
    // Its hook can only refuse: an allowed tool is asked about all the same.
    answers: null,
    context: { events: ['SessionStart', 'BeforeAgent', 'AfterTool'], printed: commonContext.printed },
  },
  transcripts,
  stateFile: null,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['--resume', conversation]),
  // "Usage limit reached for gemini-2.5-pro. Access resets at 2:00 PM PDT.", "Limit reached, resets in 4h 12m"
  usageLimit: { words: /\b(?:usage |quota )?limit reached\b|\bquota exceeded\b|\baccess resets\b/i },
  typing: PASTED,
};
