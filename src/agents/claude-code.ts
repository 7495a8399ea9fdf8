import type { Observation } from '../domain/index.ts';
import {
  type AgentKind,
  type Launch,
  PASTED,
  type PermissionMode,
  PROMPT,
  type ScreenView,
} from './agent-kind.ts';
import { isCursorBehindText, readAgentScreen, type ScreenSigns, statusLine } from './agent-screen.ts';
import { ansiOf, styleAt } from './ansi-line.ts';
import { claudeStateFile } from './claude-state-file.ts';
import { claudeTranscripts } from './claude-transcript.ts';
import { type CommonHooks, hookSettings, reportCommonHook } from './common-hooks.ts';
import { payloadText } from './hook-report.ts';
import { below, findPromptBox, lastTurn, type PromptBox } from './live-region.ts';
import { LIKELY, seen, seenBusy, seenDialog, seenFailure, seenRetry, seenTextQuestion } from './reading.ts';

const RULE = /^[─━]{8,}/u;
const BOX = { top: RULE, text: /^[❯!#] ?(.*)$/u, bottom: RULE };
const SENT_PROMPT = /^❯ (.+)$/u;
/** `✻ Percolating… (4s · ↓ 210 tokens)`: the verb changes, glyph, ellipsis and column do not. */
const ACTIVITY = /^[·✢✳✶✻✽✺*] (?:\S.*…(?: \(.*\))?|.*\bRetrying in \d.*)$/u;
/** `✻ Churned for 12s`, `✻ Baked for 3s · 1 shell still running`. */
const TURN_TIME = /^[·✢✳✶✻✽✺*] \S+ for (?:<?\d+[hms] ?)+/u;
const BUSY_TITLE = /^[\u2800-\u28ff] /u;
const CALM_TITLE = /^✳/u;
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
  const printing = readPrintMode(view);
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

/** `claude -p` shows nothing while it works. */
function readPrintMode(view: ScreenView): Observation | null {
  const command = view.agent?.cmd ?? '';
  return / (?:-p|--print)(?: |$)/.test(command) ? seenBusy(view, 'claude-code/print-mode', command) : null;
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

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  return {
    words: [
      'claude',
      '--settings',
      hookSettings(EVENTS, HOOK_TIMEOUT_S),
      ...conversation,
      '--permission-mode',
      { ask: 'default', edits: 'acceptEdits', all: 'bypassPermissions' }[permissionMode],
      '--',
      PROMPT,
    ],
    env: { DISABLE_AUTOUPDATER: '1' },
    files: [],
  };
}

export const claudeCode: AgentKind = {
  name: 'claude',
  title: 'Claude Code',
  processNames: ['claude', 'claude-code'],
  launch: ({ permissionMode, sessionUuid }) => start(permissionMode, ['--session-id', sessionUuid]),
  readScreen: (view) => readTranscriptView(view) ?? readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
    conversation: (payload) => payloadText(payload, 'session_id'),
  },
  transcripts: claudeTranscripts,
  stateFile: claudeStateFile,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['--resume', conversation]),
  // "You've hit your session limit · resets 3pm (Europe/Berlin)", "Claude usage limit reached. Your limit will reset at 3pm".
  usageLimit: { words: /\b(?:usage|session|weekly|opus|sonnet|\d+-hour) limit\b/i },
  typing: PASTED,
};
