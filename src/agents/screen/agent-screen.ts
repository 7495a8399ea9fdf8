import type { Dialog, Observation } from '../../domain/index.ts';
import type { ScreenView } from '../agent-kind.ts';
import { type DialogHabits, findDialog } from './dialog.ts';
import { below, linesAbove, type PromptBox } from './live-region.ts';
import { LIKELY, seen, seenDialog } from './reading.ts';

/** What tells one kind's screens apart. The order in which they are asked is the same for all kinds. */
export type ScreenSigns = {
  readonly name: string;
  readonly dialogs: DialogHabits;
  findBox(view: ScreenView): PromptBox | null;
  /** The agent works on a turn; null: it does not show so. */
  readBusy(view: ScreenView, box: PromptBox | null): Observation | null;
  /** Whether a person typed the text in the box. */
  isTyped(view: ScreenView, box: PromptBox): boolean;
  /** The prompt is free: how did the last turn end, if there was one? */
  readTurnEnd(view: ScreenView, box: PromptBox): Observation;
  /** What the agent prints when it leaves. */
  readonly farewell: RegExp;
};

const LEAVES_OVERLAY = /\b(?:esc(?:ape)?|press q)\b.*\b(?:cancel|close|exit|back|dismiss|return)\b/i;
const OPENS_COMPLETION = /^[/@#]/;

const GOES_ON = /\bpress (?:enter|return)\b.*\b(?:continue|proceed|start)\b/i;

/**
 * Dialog before work before prompt: a dialog is never taken for anything else, work never for a free prompt.
 * A dialog takes the place of the prompt box, so one that stands above the box is a quotation.
 */
export function readAgentScreen(view: ScreenView, signs: ScreenSigns): Observation | null {
  const box = signs.findBox(view);
  const farewell = readFarewell(view, box, signs);
  if (farewell !== null) return farewell;
  if (box === null || !OPENS_COMPLETION.test(box.text)) {
    const dialog = findDialog(view, box === null ? 0 : box.bottom + 1, signs.dialogs);
    if (dialog !== null) return seenDialog(dialog, `${signs.name}/${dialog.promptKind}-dialog`);
  }
  const busy = signs.readBusy(view, box);
  if (busy !== null) return busy;
  if (box === null) return readWithoutBox(view, signs);
  if (signs.isTyped(view, box)) return seen('idle', `${signs.name}/typed-not-sent`, box.text);
  return signs.readTurnEnd(view, box);
}

/** The agent said goodbye where its box was, or under what is left of it: what stands above is history. */
function readFarewell(view: ScreenView, box: PromptBox | null, signs: ScreenSigns): Observation | null {
  const under = box === null ? view.lines : view.lines.slice(box.bottom + 1);
  const words = linesAbove(under, under.length, 4).find((line) => signs.farewell.test(line));
  return words === undefined ? null : seen('exiting', `${signs.name}/farewell`, words);
}

function readWithoutBox(view: ScreenView, signs: ScreenSigns): Observation | null {
  const tail = linesAbove(view.lines, view.lines.length, 4);
  const lowest = tail.find((line) => /\p{L}/u.test(line)) ?? '';
  if (GOES_ON.test(lowest)) return seenDialog(pageBefore(view, lowest), `${signs.name}/page`, LIKELY);
  if (!tail.slice(0, 3).some((line) => LEAVES_OVERLAY.test(line))) return null;
  // A full-screen list, help or settings page: it takes the keys, and what they would do is not known.
  const title = view.lines.find((line) => /[\p{L}\p{N}]/u.test(line)) ?? lowest;
  const dialog = { promptKind: 'menu', question: title.trim(), options: [] } as const;
  return seenDialog(dialog, `${signs.name}/overlay`, LIKELY);
}

/** A page of text with one way on. */
function pageBefore(view: ScreenView, lowest: string): Dialog {
  const text = linesAbove(view.lines, view.lines.length, 12).filter((line) => /\p{L}{2}/u.test(line));
  return {
    promptKind: 'onboarding',
    question: text
      .map((line) => line.trim())
      .reverse()
      .join('\n'),
    options: [{ label: lowest.trim(), keys: ['Enter'] }],
  };
}

/** True where the cursor stands behind typed text, as in every box that shows the terminal's own cursor. */
export function isCursorBehindText(view: ScreenView, box: PromptBox): boolean {
  if (box.text === '') return false;
  const start = (view.lines[box.row] ?? '').indexOf(box.text);
  return view.cursor.y !== box.row || view.cursor.x > start;
}

export function statusLine(view: ScreenView, box: PromptBox | null, pattern: RegExp): string | null {
  if (box === null) return null;
  return below(view.lines, box).find((line) => pattern.test(line)) ?? null;
}
