import type { Observation } from '../domain/index.ts';
import type { ScreenView } from './agent-kind.ts';
import type { ScreenSigns } from './screen/agent-screen.ts';
import { ansiOf, styleAt } from './screen/ansi-line.ts';
import { findPromptBox, lastEntry, lastTurn, type PromptBox, type Turn } from './screen/live-region.ts';
import {
  GUESS,
  LIKELY,
  seen,
  seenBusy,
  seenDialog,
  seenFailure,
  seenRetry,
  seenTextQuestion,
} from './screen/reading.ts';

/** What Gemini CLI and its fork Qwen Code draw alike. */
const EDGE = /^\s*[╭╰]?[─━▀▄]{8,}/u;
const BOXES = [
  { top: EDGE, text: /^\s{0,2}[>*!](?:$|\s+(.*)$)/u, bottom: EDGE },
  { top: EDGE, text: /^\s*│ [>*!](?:$|\s+(.*?))\s*│$/u, bottom: EDGE },
];
const PLACEHOLDER = /^(?:Type your (?:message|shell command)|\(r:\))/;
/** What stands on the screen before anything was asked. */
const GREETING = /^\s*Tips\b|>_ Qwen Code|Gemini CLI v?\d|[█▝▜]{2}/u;
/**
 * `⠏ Thinking... (esc to cancel, 5s)`, `... Enhancing… (2s · ↓ 45 tokens · esc to cancel)`, the clock alone where the line was too long,
 * and without its end where even the clock was. Text of an answer is indented further.
 */
const ACTIVITY =
  /^\s{0,2}(?:(?:\.{1,3}|[\u2800-\u28ff])\s.*)?(?:[(（]\P{L}*(?:\p{L}+ )?esc\b[^()（）]*[,，·] ?\d|\((?:esc to cancel,|(?:\d+[hms] ?)+(?: ·|$)))/u;
const FAILURE = /^\s{0,3}[✕✖] /u;
const RETRY = /\battempt \d+\/\d+|\bretrying\b|\btrying to reach\b|\btaking a bit longer\b/i;
/** Stands under the failure, or alone where the failure itself is kept from the screen. */
const REQUEST_FAILED = /^\s{0,3}[ℹ●] .*\brequest failed\b/iu;

/** What tells the two apart. */
export type Family = {
  readonly name: string;
  readonly farewell: RegExp;
  /** A prompt that was sent, where no text of an answer begins. First group: its words. */
  readonly sentPrompt: RegExp;
  /** What begins an entry of the conversation: an answer, a failure, a notice, the box of a tool. */
  readonly entry: RegExp;
  /**
   * Neither program shows that its first request fails while it tries again, so all there is to go by is how long nothing came. A model
   * that takes as long looks the same: the agent is busy either way, and only the word is a guess.
   */
  readonly silence: {
    /** What an activity line says once the model has told something. */
    readonly unless: RegExp;
    readonly meansRetryingAfterS: number;
  };
};

function findBox(view: ScreenView): PromptBox | null {
  const found = BOXES.flatMap((shape) => findPromptBox(view.lines, shape) ?? []);
  return found.sort((one, other) => other.row - one.row)[0] ?? null;
}

function isTyped(view: ScreenView, box: PromptBox): boolean {
  return box.text !== '' && !PLACEHOLDER.test(box.text) && !isBehindCursor(view, box);
}

/** They draw their cursor themselves: before or on the first sign of words that wait for somebody's own, in whatever language. */
function isBehindCursor(view: ScreenView, { row, text }: PromptBox): boolean {
  const line = view.lines[row] ?? '';
  if (/^[\s│]*[>*!]\s{2,}\S/u.test(line)) return true;
  const ansi = ansiOf(view.ansiLines(), line);
  return ansi !== null && (styleAt(ansi, text)?.split(';').includes('r') ?? false);
}

/** The activity line is the lowest thing above the box; only rules and mode hints stand between. */
function activityLine(view: ScreenView, box: PromptBox | null): string | null {
  const end = box?.top ?? view.lines.length;
  for (let index = end - 1; index >= 0 && index >= end - 6; index--) {
    const line = view.lines[index] ?? '';
    if (ACTIVITY.test(line)) return line;
    if (/^\s{0,3}[✦◆✕│╰>]/u.test(line)) return null;
  }
  return null;
}

function readActivity(family: Family, view: ScreenView, activity: string): Observation {
  const { name } = family;
  if (RETRY.test(activity)) return seenRetry(`${name}/retry-line`, activity);
  if (/\bcompress(?:ing|ion)\b|\bcompacting\b/i.test(activity))
    return seen('compacting', `${name}/compacting-line`, activity);
  const turn = lastTurn(view.lines, view.lines.lastIndexOf(activity), family.sentPrompt);
  const entry = lastEntry(turn.lines, family.entry);
  // The turn goes on after what failed: it is tried again, with or without a countdown beside it.
  if (view.tools.length === 0 && FAILURE.test(entry[0] ?? ''))
    return seenRetry(`${name}/failed-and-goes-on`, entry.map((line) => line.trim()).join(' '));
  return isSilent(family, view, turn, activity)
    ? seen('retrying', `${name}/silent-turn`, activity, GUESS)
    : seenBusy(view, `${name}/activity-line`, activity);
}

function isSilent({ entry, silence }: Family, view: ScreenView, turn: Turn, activity: string): boolean {
  if (view.tools.length > 0 || silence.unless.test(activity)) return false;
  if (turn.prompt === null || turn.lines.some((line) => entry.test(line))) return false;
  const clock = /(?:(\d+)h ?)?(?:(\d+)m ?)?(\d+)s\b/.exec(activity);
  const [, hours = '0', minutes = '0', seconds = '0'] = clock ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) >= silence.meansRetryingAfterS;
}

function readTurnEnd(family: Family, view: ScreenView, box: PromptBox): Observation {
  const { name } = family;
  const turn = lastTurn(view.lines, box.top, family.sentPrompt);
  const lines = withoutTaskBox(turn.lines);
  const entry = lastEntry(lines, family.entry);
  const head = (entry[0] ?? '').trim();
  const whole = entry.map((line) => line.trim()).join(' ');
  if (FAILURE.test(head)) return seenFailure(`${name}/failure-notice`, whole);
  if (REQUEST_FAILED.test(head)) {
    const before = lastEntry(lines.slice(0, -entry.length), family.entry);
    const words = FAILURE.test(before[0] ?? '') ? before : entry;
    return seenFailure(`${name}/request-failed`, words.map((line) => line.trim()).join(' '));
  }
  if (/^[ℹ●].*\bcancell?ed\b/iu.test(head)) return seen('idle', `${name}/interrupted`, head);
  // A long answer pushed its own first line and the prompt off the screen.
  if (head === '' && turn.prompt === null && !turn.lines.some((line) => GREETING.test(line))) {
    return seen('completed', `${name}/long-answer`, turn.lines.at(-1) ?? '', LIKELY);
  }
  if (!/^[✦◆]/u.test(head)) return seen('idle', `${name}/free-prompt`, head, LIKELY);
  if (/[?？]$/u.test(entry.at(-1) ?? ''))
    return seenTextQuestion(whole.replace(/^[✦◆] /u, ''), `${name}/asks-in-prose`);
  return seen('completed', `${name}/answered`, head);
}

/** The list of tasks stays under the answer. */
function withoutTaskBox(lines: readonly string[]): readonly string[] {
  const start = lines.findLastIndex((line) => /^\s*[╭┌]/u.test(line));
  return start !== -1 && /^\s*│ Current tasks\b/u.test(lines[start + 1] ?? '')
    ? lines.slice(0, start)
    : lines;
}

/** What both share; a kind adds its title or its own lines in front of `readBusy`. */
export function familySigns(
  family: Family,
): ScreenSigns & { readActivity(view: ScreenView, activity: string): Observation } {
  const { name, farewell } = family;
  return {
    name,
    dialogs: { takesDigits: true, countsUnnumbered: false },
    findBox,
    readBusy: (view, box) => {
      if (
        box === null &&
        view.lines.slice(-4).some((line) => /\bWaiting for user confirmation\b/.test(line))
      ) {
        const dialog = {
          promptKind: 'question',
          question: 'Waiting for user confirmation',
          options: [],
        } as const;
        return seenDialog(dialog, `${name}/waits-for-confirmation`, LIKELY);
      }
      const activity = activityLine(view, box);
      return activity === null ? null : readActivity(family, view, activity);
    },
    readActivity: (view, activity) => readActivity(family, view, activity),
    isTyped,
    readTurnEnd: (view, box) => readTurnEnd(family, view, box),
    farewell,
  };
}
