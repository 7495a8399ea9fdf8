import type { Observation, Report } from '../domain/index.ts';
import {
  type AgentKind,
  type Launch,
  PASTED,
  type PermissionMode,
  PROMPT,
  type ScreenView,
} from './agent-kind.ts';
import { isCursorBehindText, readAgentScreen, type ScreenSigns } from './agent-screen.ts';
import { ansiOf, styleAt } from './ansi-line.ts';
import { codexHookWords } from './codex-hooks.ts';
import { codexTranscripts } from './codex-transcript.ts';
import { type CommonHooks, reportCommonHook } from './common-hooks.ts';
import { payloadText } from './hook-report.ts';
import { below, findPromptBox, lastEntry, lastTurn, type PromptBox } from './live-region.ts';
import { LIKELY, seen, seenBusy, seenDialog, seenFailure, seenRetry, seenTextQuestion } from './reading.ts';

const BOX = { top: null, text: /^›(?! \d+\. ) ?(.*)$/u, bottom: null };
const TAKES_CHOICE = /^ {0,2}(?:\w+ \w+ · )?enter \w+ · esc \w+/u;
const SENT_PROMPT = /^› (.+)$/u;
/** `• Working (3s • esc to interrupt)`: the words change, the clock and the hint do not. */
const ACTIVITY = /^\S .*?(\((?:\d+[hms] ?)+ • esc to interrupt\))/u;
const BUSY_TITLE = /^[\u2800-\u28ff] /u;
const BLOCKED_TITLE = /^\[ [!.] \] Action Required/;
const ENTRY = /^[•■✗⚠] /u;
const TURN_TIME = /^ {2}Worked for (?:<?\d+[hms] ?)+/;

const signs: ScreenSigns = {
  name: 'codex',
  dialogs: { takesDigits: false, countsUnnumbered: false },
  findBox,
  readBusy,
  isTyped: isCursorBehindText,
  readTurnEnd,
  farewell: /^To continue this session, run:?|^\s*codex resume \S+$|^Token usage: /,
};

/** The box has no border; what stands under it is status, always indented. */
function findBox(view: ScreenView): PromptBox | null {
  const box = findPromptBox(view.lines, BOX);
  return box !== null && !isChoice(view, box) && below(view.lines, box).every((line) => line.startsWith('  '))
    ? box
    : null;
}

/** The chosen line of a list looks like a box: keys that take it stand under it, and no box has such. */
function isChoice(view: ScreenView, box: PromptBox): boolean {
  const under = view.lines.slice(box.row + 1);
  return !/^[/@$]/u.test(box.text) && under.some((line) => TAKES_CHOICE.test(line));
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  if (BLOCKED_TITLE.test(view.title)) {
    const dialog = { promptKind: 'question', question: view.title, options: [] } as const;
    return seenDialog(dialog, 'codex/blocked-title', LIKELY);
  }
  const activity = activityLines(view, box);
  if (activity !== null) {
    if (/reconnecting|retrying|server is busy/i.test(activity))
      return seenRetry('codex/retry-line', activity);
    if (/\bcompacting\b/i.test(activity)) return seen('compacting', 'codex/compacting-line', activity);
    return seenBusy(view, 'codex/activity-line', activity);
  }
  return BUSY_TITLE.test(view.title) ? seenBusy(view, 'codex/busy-title', view.title) : null;
}

/** The activity line and its details; quoted ones have neither the dim clock nor a busy title. */
function activityLines(view: ScreenView, box: PromptBox | null): string | null {
  const end = box?.top ?? view.lines.length;
  for (let index = end - 1; index >= 0 && index >= end - 12; index--) {
    const line = view.lines[index] ?? '';
    const clock = ACTIVITY.exec(line)?.[1];
    if (clock !== undefined) {
      const isLive = BUSY_TITLE.test(view.title) || isDim(view, line, clock);
      return isLive
        ? view.lines
            .slice(index, end)
            .filter((detail) => detail !== '')
            .join(' ')
        : null;
    }
  }
  return null;
}

function isDim(view: ScreenView, line: string, text: string): boolean {
  const ansi = ansiOf(view.ansiLines(), line);
  return ansi !== null && (styleAt(ansi, text) ?? '').includes('d');
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const turn = lastTurn(view.lines, box.top, SENT_PROMPT);
  const time = turn.lines.findLast((line) => TURN_TIME.test(line));
  const told = turn.lines.filter(
    (line) => !TURN_TIME.test(line) && !/background terminals? running/.test(line),
  );
  const entry = lastEntry(told, ENTRY);
  const head = entry[0] ?? '';
  if (/^■ Conversation interrupted\b/u.test(head)) return seen('idle', 'codex/interrupted', head);
  if (head.startsWith('■ ')) return seenFailure('codex/failure-notice', entry.join(' '));
  if (time === undefined) return seen('idle', 'codex/free-prompt', head, LIKELY);
  if (/[?？]$/u.test(told.at(-1) ?? '') && head.startsWith('• ')) {
    return seenTextQuestion(
      entry
        .map((line) => line.trim())
        .join(' ')
        .replace(/^\S /u, ''),
      'codex/asks-in-prose',
    );
  }
  return seen('completed', 'codex/turn-time', time);
}

/** `7501;state=blocked:app=codex:kind=permission`: said at every change. Cleared when the program is left or suspended. */
function reportEscape(code: string, text: string, at: Date): Report | null {
  if (code !== '7501') return null;
  const fields = new Map(text.split(':').map((field) => [field.split('=')[0], field.split('=')[1]]));
  const report = { channel: 'terminal', at, detail: `OSC ${code} ${text}` } as const;
  switch (fields.get('state')) {
    case 'working':
      return { ...report, says: { kind: 'working' } };
    case 'idle':
      return { ...report, says: { kind: 'at-prompt' } };
    case 'done':
      return { ...report, says: { kind: 'turn-ended', lastMessage: null, backgroundTasks: 0 } };
    case 'error':
      return { ...report, says: { kind: 'turn-failed', why: '' } };
    case 'blocked': {
      const promptKind = fields.get('kind') === 'question' ? 'question' : 'permission';
      return { ...report, says: { kind: 'asks', promptKind, question: '' } };
    }
    case 'clear':
      return { ...report, says: { kind: 'session-ended' } };
    default:
      return null;
  }
}

/**
 * Seen with 0.169.0. Its `notify` program is not used: it is also told of the turns of a thread of codex's own that names the session, so
 * the first turn seems to end a second after it began.
 */
const hooks: CommonHooks = { questionTools: ['request_user_input'], planTools: [] };

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  return {
    words: [
      'codex',
      // Without this a detached server and an update loop outlive the session.
      '-c',
      'features.daemon_auto_start=false',
      '-c',
      'check_for_update_on_startup=false',
      ...codexHookWords(),
      ...{
        ask: ['-a', 'on-request', '-s', 'read-only'],
        edits: ['-a', 'on-request', '-s', 'workspace-write'],
        all: ['--dangerously-bypass-approvals-and-sandbox'],
      }[permissionMode],
      ...conversation,
      '--',
      PROMPT,
    ],
    env: {},
    files: [],
  };
}

export const codex: AgentKind = {
  name: 'codex',
  title: 'Codex',
  processNames: ['codex'],
  launch: ({ permissionMode }) => start(permissionMode, []),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
    conversation: (payload) => payloadText(payload, 'session_id'),
  },
  transcripts: codexTranscripts,
  stateFile: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['resume', conversation]),
  // "You've hit your usage limit. Upgrade to Pro (…) or try again at 3:05 PM."
  usageLimit: { words: /\busage limit\b/i },
  typing: PASTED,
  escapes: { report: reportEscape },
};
