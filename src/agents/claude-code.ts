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
  type LaunchWord,
  PASTED,
  PROMPT,
  type ScreenView,
  type StateFile,
  type Transcripts,
} from './agent-kind.ts';
import { commonAnswers } from './common-answers.ts';
import {
  ASKING_EVENTS,
  type CommonHooks,
  commonContext,
  hookSettings,
  reportCommonHook,
} from './common-hooks.ts';
import { ASKING_TIMEOUT_S, payloadText } from './hook-report.ts';
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
import { isCursorBehindText, readAgentScreen, type ScreenSigns, statusLine } from './screen/agent-screen.ts';
import { ansiOf, styleAt } from './screen/ansi-line.ts';
import { below, findPromptBox, lastTurn, type PromptBox } from './screen/live-region.ts';
import {
  LIKELY,
  seen,
  seenBusy,
  seenDialog,
  seenFailure,
  seenRetry,
  seenTextQuestion,
} from './screen/reading.ts';
import { messages, textOfParts, transcriptLine, usageFrom, writtenFiles } from './transcript-line.ts';

const RULE = /^[─━]{8,}/u;
const BOX = { top: RULE, text: /^[❯!#] ?(.*)$/u, bottom: RULE };
const SENT_PROMPT = /^❯ (.+)$/u;
/** `✻ Percolating… (4s · ↓ 210 tokens)`: the verb changes, glyph, ellipsis and column do not. */
const ACTIVITY = /^[·✢✳✶✻✽✺*] (?:\S.*…(?: \(.*\))?|.*\bRetrying in \d.*)$/u;
/** `✻ Churned for 12s`, `✻ Baked for 3s · 1 shell still running`. */
const TURN_TIME = /^[·✢✳✶✻✽✺*] \S+ for (?:<?\d+[hms] ?)+/u;
const BUSY_TITLE = /^[\u2800-\u28ff] /u;
const CALM_TITLE = /^✳/u;
/** The program, perhaps with its interpreter, then options with a value of one word at most. */
const PRINTS_BEFORE_TASK =
  /^(?:\S+ )?\S*claude\S*(?: --?\w[\w-]*(?:=\S+)?(?: [^-\s]\S*)?)*? (?:-p|--print)(?: |$)/;
const TRANSCRIPT_FOOT = /^ {2}Showing detailed transcript\b/;
const TODO = /^ {2,}(?:\d+ tasks? \(|[✔◼◻☐☒✓] )/u;

const signs: ScreenSigns = {
  name: 'claude-code',
  dialogs: { takesDigits: true, countsUnnumbered: false },
  findBox: (view) => findPromptBox(view.lines, BOX),
  readBusy,
  isTyped: isCursorBehindText,
  readTurnEnd,
  farewell: /^Resume this session with:|^claude --resume \S+$/,
};

/** The whole conversation on one page, opened by a key. It shows neither box nor activity, and whatever the conversation quotes. */
function readTranscriptView(view: ScreenView): Observation | null {
  const foot = view.lines.slice(-3).findIndex((line) => TRANSCRIPT_FOOT.test(line));
  const row = Math.max(0, view.lines.length - 3) + foot;
  if (foot === -1 || !RULE.test(view.lines[row - 1] ?? '')) return null;
  const line = view.lines[row] ?? '';
  if (BUSY_TITLE.test(view.title)) return seenBusy(view, 'claude-code/transcript-view', line);
  const page = { promptKind: 'menu', question: line.trim(), options: [] } as const;
  return seenDialog(page, 'claude-code/transcript-page', LIKELY);
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  const printing = box === null ? readPrintMode(view) : null;
  if (printing !== null) return printing;
  const hint = statusLine(view, box, /\besc to interrupt\b/);
  const activity = CALM_TITLE.test(view.title) && hint === null ? null : activityLine(view, box);
  if (activity !== null && /\bRetrying in \d/.test(activity))
    return seenRetry('claude-code/retry-line', activity);
  if (activity !== null && /\bCompacting\b/.test(activity))
    return seen('compacting', 'claude-code/compacting-line', activity);
  const background = leftRunning(view, box);
  if (hint !== null) return seenBusy(view, 'claude-code/interrupt-hint', activity ?? hint, background);
  if (activity !== null) return seenBusy(view, 'claude-code/activity-line', activity, background);
  if (!BUSY_TITLE.test(view.title)) return null;
  return { ...seenBusy(view, 'claude-code/busy-title', view.title, background), confidence: LIKELY };
}

/** `claude -p` shows nothing while it works. The option stands before the task, which may name it too, or at the very end. */
function readPrintMode(view: ScreenView): Observation | null {
  const { cmd = '', comm = '' } = view.agent ?? {};
  const isPrinting = PRINTS_BEFORE_TASK.test(cmd) || (!/ -- /.test(cmd) && / (?:-p|--print)$/.test(cmd));
  return isPrinting ? seenBusy(view, 'claude-code/print-mode', comm) : null;
}

/** The activity line above the box; only hints, todo items and queued prompts stand between them. */
function activityLine(view: ScreenView, box: PromptBox | null): string | null {
  const end = box?.top ?? view.lines.length;
  for (let index = end - 1; index >= 0 && index >= end - 30; index--) {
    const line = view.lines[index] ?? '';
    if (ACTIVITY.test(line)) return line;
    if (line !== '' && !/^(?: |❯ )/u.test(line)) return null;
  }
  return null;
}

/** `1 shell · esc to interrupt`: commands the agent started and does not wait for. */
function leftRunning(view: ScreenView, box: PromptBox | null): number {
  const count = /^\s*(\d+) (?:shells?|background tasks?|bashes)\b/.exec(
    statusLine(view, box, /^\s*\d+ (?:shell|background|bash)/) ?? '',
  );
  return count === null ? 0 : Number(count[1]);
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const loggedOut = below(view.lines, box).find((line) => /\bNot logged in\b/i.test(line));
  if (loggedOut !== undefined) return seen('logged_out', 'claude-code/not-logged-in', loggedOut);
  const turn = lastTurn(view.lines, box.top, SENT_PROMPT);
  const time = turn.lines.findLast((line) => TURN_TIME.test(line));
  const told = turn.lines.filter((line) => !TURN_TIME.test(line) && !TODO.test(line));
  const start = told.findLastIndex((line) => /^(?:●|⏺| {2}⎿)/u.test(line));
  const head = told[start] ?? '';
  if (/^ {2}⎿ +Interrupted\b/u.test(head)) return seen('idle', 'claude-code/interrupted', head);
  if (time === undefined) return seen('idle', 'claude-code/free-prompt', turn.prompt ?? '', LIKELY);
  const notice = told.slice(start).join(' ');
  // What a tool printed hangs under its call; what stands alone there is said by the program, in place of an answer.
  if (/^ {2}⎿/u.test(head) && standsAlone(view, box, head)) {
    return seenFailure('claude-code/failure-notice', notice);
  }
  if (isSaidByProgram(view, head)) return seenFailure('claude-code/api-error', notice);
  const last = told.at(-1) ?? '';
  if (/[?？]$/u.test(last) && /^(?:●|⏺) /u.test(head)) {
    return seenTextQuestion(
      told
        .slice(start)
        .map((line) => line.trim())
        .join(' ')
        .replace(/^\S /u, ''),
      'claude-code/asks-in-prose',
    );
  }
  return seen('completed', 'claude-code/turn-time', time);
}

function standsAlone(view: ScreenView, box: PromptBox, line: string): boolean {
  let above = view.lines.lastIndexOf(line, box.top) - 1;
  while (above >= 0 && view.lines[above] !== '' && !/^(?:●|⏺|❯) /u.test(view.lines[above] ?? '')) above--;
  return !/^(?:●|⏺) /u.test(view.lines[above] ?? '');
}

/** Some failures are told in the answer's place and look like one. */
const TOLD_AS_ANSWER =
  /^(?:●|⏺) (?:There's an issue with the selected model \(|Request too large \(max|Prompt is too long$|Credit balance is too low$)/u;

/** What the program says itself has the colour of its bullet; an answer's bullet has a colour, and its text has none, or another. */
function isSaidByProgram(view: ScreenView, head: string): boolean {
  const [, bullet = '', text = ''] = /^([●⏺]) (.*)$/u.exec(head) ?? [];
  if (bullet === '') return false;
  if (TOLD_AS_ANSWER.test(head)) return true;
  const ansi = ansiOf(view.ansiLines(), head);
  if (ansi === null) return /^API Error\b/.test(text);
  const colour = colourOf(styleAt(ansi, text));
  return colour !== '' && colour === colourOf(styleAt(ansi, bullet));
}

function colourOf(style: string | null): string {
  return style?.split(';').find((entry) => entry.startsWith('f')) ?? '';
}

const hooks: CommonHooks = { questionTools: ['AskUserQuestion'], planTools: ['ExitPlanMode'] };

/**
 * Seen with 2.1.197: all of them arrive from `--settings`, beside the hooks of the person's own settings. Escape runs none, a rejected
 * dialog neither; a failed turn ends with StopFailure and no Stop. Events of a subagent carry its `agent_id`.
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
const HOOK_TIMEOUT_S = 10;

function start(
  permissionMode: PermissionMode,
  conversation: readonly string[],
  prompt: readonly LaunchWord[],
): Launch {
  return {
    words: [
      'claude',
      '--settings',
      hookSettings(EVENTS, HOOK_TIMEOUT_S, { events: ASKING_EVENTS, timeout: ASKING_TIMEOUT_S }),
      ...conversation,
      '--permission-mode',
      { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions' }[permissionMode],
      ...prompt,
    ],
    env: { DISABLE_AUTOUPDATER: '1' },
    files: [],
  };
}

const WRITING_TOOLS = ['Write', 'Edit', 'MultiEdit', 'NotebookEdit'];

/** Its dialog is on the screen while the hook waits. Answered there, the hook is left to itself. Seen with 2.1.197. */
const answers = commonAnswers({
  notAnswered: [...hooks.questionTools, ...hooks.planTools],
  writingTools: WRITING_TOOLS,
  showsDialog: true,
});
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
const transcripts: Transcripts = {
  countsCacheAsInput: false,
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

/**
 * `~/.claude/sessions/<pid>.json`, which no documentation names. It lags a fraction of a second behind the screen, tells neither a failure
 * nor an interruption from an ended turn, and outlives a killed program. A program that lives under that number has written it anew.
 * Seen with 2.1.197.
 */
const stateFile: StateFile = {
  pattern: '.claude/sessions/*.json',
  report(content, pid): Report | null {
    // Most files are about other processes.
    if (!content.includes(String(pid))) return null;
    const file = fieldsFrom(content);
    if (file === null || file.pid !== pid) return null;
    const says = momentOf(file);
    const at = timeAt(file, 'statusUpdatedAt') ?? timeAt(file, 'updatedAt');
    if (says === null || at === null) return null;
    const detail = [textAt(file, 'status'), textAt(file, 'waitingFor')].filter((part) => part !== null);
    return { channel: 'session-file', says, at, detail: `status ${detail.join(' for ')}` };
  },
};

function momentOf(file: Fields): ReportedMoment | null {
  switch (file.status) {
    case 'busy':
      return { kind: 'working' };
    case 'idle':
    // The prompt is free, and a command runs in the background.
    case 'shell':
      return { kind: 'at-prompt' };
    case 'waiting':
      // Said so of its own questions, too.
      return { kind: 'asks', promptKind: 'permission', question: textAt(file, 'waitingFor') ?? '' };
    default:
      return null;
  }
}

export const claudeCode: AgentKind = {
  name: 'claude',
  title: 'Claude Code',
  processNames: ['claude', 'claude-code'],
  isKnown: true,
  launch: ({ permissionMode, sessionUuid }) =>
    start(permissionMode, ['--session-id', sessionUuid], ['--', PROMPT]),
  readScreen: (view) => readTranscriptView(view) ?? readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
    conversation: (payload) => payloadText(payload, 'session_id'),
    answers,
    context: commonContext,
  },
  transcripts,
  stateFile,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['--resume', conversation], []),
  // "You've hit your session limit · resets 3pm (Europe/Berlin)", "Claude usage limit reached. Your limit will reset at 3pm".
  usageLimit: { words: /\b(?:usage|session|weekly|opus|sonnet|\d+-hour) limit\b/i },
  typing: PASTED,
};
