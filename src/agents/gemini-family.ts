import type { Observation } from '../domain/index.ts';
import type { ScreenView } from './agent-kind.ts';
import type { ScreenSigns } from './agent-screen.ts';
import { findPromptBox, lastEntry, lastTurn, type PromptBox } from './live-region.ts';
import {
  GUESS,
  LIKELY,
  seen,
  seenBusy,
  seenDialog,
  seenFailure,
  seenRetry,
  seenTextQuestion,
} from './reading.ts';

/** What Gemini CLI and its fork Qwen Code draw alike. */
const EDGE = /^\s*[╭╰]?[─━▀▄]{8,}/u;
const BOXES = [
  { top: EDGE, text: /^\s{0,2}[>*!](?:$|\s+(.*)$)/u, bottom: EDGE },
  { top: EDGE, text: /^\s*│ [>*!](?:$|\s+(.*?))\s*│$/u, bottom: EDGE },
];
const PLACEHOLDER = /^(?:Type your message|\(r:\))/;
const SENT_PROMPT = /^\s{0,2}(?:│ )?> (.+?)(?:\s*│)?$/u;
const ENTRY = /^\s{0,3}(?:[✦✕ℹ⚠✖] |[╭┌])/u;
/** What stands on the screen before anything was asked. */
const GREETING = /^\s*Tips\b|>_ Qwen Code|Gemini CLI v?\d|[█▝▜]{2}/u;
/** `⠏ Thinking... (esc to cancel, 5s)`, `... Enhancing… (2s · ↓ 45 tokens · esc to cancel)`, the clock alone where the line was too long. */
const ACTIVITY =
  /^\s{0,2}(?:(?:\.{1,3}|[\u2800-\u28ff])\s.*)?\((?:esc to cancel,|(?:\d+[hms] ?)+ ·.*esc to c)/u;

function findBox(view: ScreenView): PromptBox | null {
  const found = BOXES.flatMap((shape) => findPromptBox(view.lines, shape) ?? []);
  return found.sort((one, other) => other.row - one.row)[0] ?? null;
}

function isTyped(_view: ScreenView, box: PromptBox): boolean {
  return box.text !== '' && !PLACEHOLDER.test(box.text);
}

/** The activity line is the lowest thing above the box; only rules and mode hints stand between. */
function activityLine(view: ScreenView, box: PromptBox | null): string | null {
  const end = box?.top ?? view.lines.length;
  for (let index = end - 1; index >= 0 && index >= end - 6; index--) {
    const line = view.lines[index] ?? '';
    if (ACTIVITY.test(line)) return line;
    if (/^\s{0,3}[✦✕│╰>]/u.test(line)) return null;
  }
  return null;
}

function readActivity(name: string, view: ScreenView, activity: string): Observation {
  if (/\battempt \d+\/\d+|\bretrying\b|\btrying to reach\b/i.test(activity))
    return seenRetry(`${name}/retry-line`, activity);
  if (/\bcompress(?:ing|ion)\b|\bcompacting\b/i.test(activity))
    return seen('compacting', `${name}/compacting-line`, activity);
  return isSilent(view, activity)
    ? seen('retrying', `${name}/silent-turn`, activity, GUESS)
    : seenBusy(view, `${name}/activity-line`, activity);
}

/**
 * Neither program shows that requests fail while it tries again. A model answers its first token within seconds, so a longer silence
 * right after a prompt is more often a failing request than a slow model. Either way the agent is busy: only the word is a guess.
 */
const SILENCE_THAT_MEANS_RETRYING_S = 8;

function isSilent(view: ScreenView, activity: string): boolean {
  if (view.tools.length > 0 || /[↑↓]|\btokens?\b/u.test(activity)) return false;
  const turn = lastTurn(view.lines, view.lines.lastIndexOf(activity), SENT_PROMPT);
  if (turn.prompt === null || turn.lines.some((line) => ENTRY.test(line))) return false;
  const clock = /(?:(\d+)h ?)?(?:(\d+)m ?)?(\d+)s\b/.exec(activity);
  const [, hours = '0', minutes = '0', seconds = '0'] = clock ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) >= SILENCE_THAT_MEANS_RETRYING_S;
}

function readTurnEnd(name: string, view: ScreenView, box: PromptBox): Observation {
  const turn = lastTurn(view.lines, box.top, SENT_PROMPT);
  const entry = lastEntry(withoutTaskBox(turn.lines), ENTRY);
  const head = (entry[0] ?? '').trim();
  const whole = entry.map((line) => line.trim()).join(' ');
  if (/^[✕✖]/u.test(head)) return seenFailure(`${name}/failure-notice`, whole);
  if (/^ℹ.*\bcancell?ed\b/iu.test(head)) return seen('idle', `${name}/interrupted`, head);
  // A long answer pushed its own first line and the prompt off the screen.
  if (head === '' && turn.prompt === null && !turn.lines.some((line) => GREETING.test(line))) {
    return seen('completed', `${name}/long-answer`, turn.lines.at(-1) ?? '', LIKELY);
  }
  if (!head.startsWith('✦')) return seen('idle', `${name}/free-prompt`, head, LIKELY);
  if (/[?？]$/u.test(entry.at(-1) ?? ''))
    return seenTextQuestion(whole.replace(/^✦ /u, ''), `${name}/asks-in-prose`);
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
export function familySigns(name: string, farewell: RegExp): ScreenSigns {
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
      return activity === null ? null : readActivity(name, view, activity);
    },
    isTyped,
    readTurnEnd: (view, box) => readTurnEnd(name, view, box),
    farewell,
  };
}
