import type { Dialog, Observation, ProcessFacts } from '../../domain/index.ts';
import type { AgentKind, ScreenView } from '../agent-kind.ts';
import { findAnyChoice, isHint } from './any-choice.ts';
import { findClackList } from './clack-list.ts';
import { findDialog } from './dialog.ts';
import { findFreeInput } from './free-input.ts';
import { findInputBox } from './input-box.ts';
import { findLineQuestion } from './line-question.ts';
import { linesAbove, type PromptBox } from './live-region.ts';
import { findOverlay } from './overlay.ts';
import { GUESS, LIKELY, seen, seenBusy, seenDialog, seenRetry, unsure } from './reading.ts';
import { endOfTurn } from './turn-end.ts';
import {
  compacts,
  hasClockOrTurns,
  isWork,
  mayBeWork,
  retries,
  standsBesideWork,
  turns,
  waitsForPerson,
} from './work-signs.ts';

const BARE_PROMPT =
  /^\s*(?:\([^()\s]{0,2} ?[^()\s]{0,2}\)|[\w.@~-]{0,24}|\p{Extended_Pictographic}\uFE0F?) ?(?:[>❯›»]|>>>)\s?$/u;
const NAMED_PROMPT = /^(?:you|user|human|me|prompt|input) ?[:>]\s*$/i;
/** What a tool printed, in its box. */
const FRAMED = /^\s*[│┃║].*[│┃║]\s*$/u;
const KEY_FOR =
  /(?:\b(?:ctrl[+-]\w|space|enter|return|type|tab|esc|escape)|[↑↓←→]{1,4}|[⏎↵])\]?:? (?:to )?\p{L}{2,}/giu;

/**
 * What any terminal program shows in its last lines: a list to choose from, a question, an activity line, an input, a bare prompt.
 * Used for programs without rules of their own, and when a program's rules do not answer.
 */
export function readGenericScreen(view: ScreenView, kind: AgentKind): Observation | null {
  const oneShot = readOneShot(view, kind);
  const started = oneShot === null ? readStart(view, kind) : null;
  if (started !== null) return started;
  const over = findOverlay(view);
  if (over !== null)
    return seenDialog({ promptKind: 'menu', question: over, options: [] }, `${kind.name}/overlay`, LIKELY);
  const box = findInputBox(view);
  return box === null ? readWithoutBox(view, kind, oneShot) : readAtInput(view, kind, box);
}

/** An input is at the bottom: what stands right above it is live, everything higher is history. */
function readAtInput(view: ScreenView, kind: AgentKind, box: PromptBox): Observation {
  const { lines, tools } = view;
  const chosen = findOverInput(view, box);
  if (chosen !== null) return seenDialog(chosen, `${kind.name}/choice-over-input`, LIKELY);
  const activity =
    box.text.split('\n').find(isWork) ??
    lines.slice(box.bottom + 1).find((line) => isWork(line) || mayBeWork(line)) ??
    besideInput(lines, box.top).find(isWork);
  if (activity !== undefined)
    return view.isMoving === false && !retries(activity)
      ? contradiction(kind, activity)
      : busy(view, kind, activity);
  if (turns(view.title)) return busyByTitle(view, kind);
  if (tools.length > 0) return seen('running', `${kind.name}/tool-over-input`, tools[0]?.comm ?? '', GUESS);
  if (view.isMoving === true) return seen('thinking', `${kind.name}/moving`, lines[box.top - 1] ?? '', GUESS);
  return endOfTurn(view, kind.name, box);
}

/** Answers to choose from take the place of an input, or stand right above one that does not take the keys now. */
function findOverInput(view: ScreenView, box: PromptBox): Dialog | null {
  const above = view.lines.slice(0, box.top).findLast((line) => line.trim() !== '') ?? '';
  return isHint(above) ? findAnyChoice(view, box.top) : null;
}

/** The lines right above an input that may show work, lowest first: none once an answer's text begins. */
function besideInput(lines: readonly string[], top: number): readonly string[] {
  const beside: string[] = [];
  const above = linesAbove(lines, top, 24).filter((line) => !FRAMED.test(line));
  for (const [index, line] of above.entries()) {
    // What was too long for the screen goes on in the line under it.
    const whole = `${above[index + 1] ?? ''} ${line.trim()}`;
    beside.push(isWork(whole) ? whole : line);
    if (!isWork(line) && !standsBesideWork(line)) break;
  }
  return beside;
}

function busy(view: ScreenView, { name }: AgentKind, activity: string): Observation {
  if (retries(activity)) return seenRetry(`${name}/retrying`, activity);
  return compacts(activity)
    ? seen('compacting', `${name}/compacting`, activity, LIKELY)
    : seenBusy(view, `${name}/any-activity`, activity);
}

/** Its title turns while it works. */
function busyByTitle(view: ScreenView, { name }: AgentKind): Observation {
  return { ...seenBusy(view, `${name}/busy-title`, view.title), confidence: GUESS };
}

function contradiction({ name }: AgentKind, activity: string): Observation {
  const why = 'an activity line stands over a free prompt and nothing moves';
  return unsure(why, `${name}/still-activity`, activity);
}

function readWithoutBox(view: ScreenView, kind: AgentKind, oneShot: Observation | null): Observation | null {
  const { lines } = view;
  const tail = linesAbove(lines, lines.length, 8);
  const lowest = tail[0] ?? '';
  const prompt = findPrompt(view, lowest);
  const asks = readQuestion(view, kind, tail, prompt !== null);
  if (asks !== null) return asks;
  if (prompt !== null) return readAtInput(view, kind, prompt);
  const activity =
    tail.find(isWork) ??
    linesAbove(lines, lines.length, 20).find((line) => isWork(line) && hasClockOrTurns(line));
  if (activity !== undefined) return busy(view, kind, activity);
  const cancels = tail.find(mayBeWork);
  if (cancels !== undefined) return readCancelling(view, kind, cancels, tail);
  if (view.isMoving === true)
    return seen(view.tools.length > 0 ? 'running' : 'thinking', `${kind.name}/moving`, lowest, GUESS);
  if (view.tools.length > 0) return seen('running', `${kind.name}/tool-alone`, lowest, GUESS);
  if (oneShot !== null) return oneShot;
  const input = findFreeInput(view);
  return input === null ? null : readAtInput(view, kind, input);
}

/** A prompt sign on the last line with nothing behind it, or one behind which people see the cursor. */
function findPrompt(view: ScreenView, lowest: string): PromptBox | null {
  const row = view.lines.lastIndexOf(lowest);
  if (BARE_PROMPT.test(lowest) || NAMED_PROMPT.test(lowest))
    return { top: row, bottom: row, row, text: lowest };
  return view.isCursorVisible ? findFreeInput(view) : null;
}

/** Something waits for an answer, in whatever form. What stands above work that goes on, or above a free prompt, is a quotation. */
function readQuestion(
  view: ScreenView,
  kind: AgentKind,
  tail: readonly string[],
  isAtPrompt: boolean,
): Observation | null {
  const live = tail.slice(0, 3).find((line) => isWork(line) && (turns(line) || hasClockOrTurns(line)));
  if (live !== undefined && view.isMoving !== false) return busy(view, kind, live);
  const dialog = isAtPrompt ? null : findDialog(view, 0, { takesDigits: false, countsUnnumbered: false });
  if (dialog !== null) return seenDialog(dialog, `${kind.name}/any-dialog`, LIKELY);
  const listed = findClackList(view.lines);
  if (listed !== null) return seenDialog(listed, `${kind.name}/clack-list`, LIKELY);
  const asked = findLineQuestion(view) ?? (isAtPrompt ? findLineQuestion(withoutLastLine(view)) : null);
  if (asked !== null) return seenDialog(asked, `${kind.name}/line-question`, LIKELY);
  const chosen = isAtPrompt ? null : findAnyChoice(view, view.lines.length);
  if (chosen !== null) return seenDialog(chosen, `${kind.name}/any-choice`, LIKELY);
  const waits = tail.slice(0, 4).find(waitsForPerson);
  if (waits === undefined) return null;
  const question = { promptKind: 'question', question: waits.trim(), options: [] } as const;
  return seenDialog(question, `${kind.name}/waits-for-a-person`, LIKELY);
}

/** "Esc to cancel" belongs to work, to something that asks, or to a page: without a sign of any nobody can tell. */
function readCancelling(
  view: ScreenView,
  kind: AgentKind,
  line: string,
  tail: readonly string[],
): Observation {
  if (tail.slice(0, 4).some(hasClockOrTurns)) return busy(view, kind, line);
  const told = tail.slice(0, 2).reverse().join(' ').trim();
  if ([...told.matchAll(KEY_FOR)].length > 1)
    return seenDialog({ promptKind: 'menu', question: told, options: [] }, `${kind.name}/page`, LIKELY);
  return view.isMoving === true
    ? busy(view, kind, line)
    : unsure('a key cancels something, and nothing says what', `${kind.name}/cancels-something`, line);
}

/** What stood at the end before the prompt was drawn, with the cursor where it was then. */
function withoutLastLine(view: ScreenView): ScreenView {
  const lines = view.lines.slice(0, -1);
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const last = lines[end] ?? '';
  return { ...view, lines: lines.slice(0, end + 1), cursor: { x: last.length, y: end } };
}

/** Options and words with which agents take one task, print the answer and leave: they have no prompt to come to rest at. */
const ONE_SHOT = /^(?:-p|--print|--prompt|--message|--non-interactive|--no-interactive|exec|run)$/;
/** Further words may be the task's. */
const MAX_WORDS = 3;

function readOneShot({ agent, tools }: ScreenView, kind: AgentKind): Observation | null {
  if (
    agent === null ||
    !argumentsOf(agent, kind)
      .slice(0, MAX_WORDS)
      .some((word) => ONE_SHOT.test(word))
  )
    return null;
  return tools.length > 0
    ? seen('running', `${kind.name}/one-shot-with-tool`, agent.comm, LIKELY)
    : seen('thinking', `${kind.name}/one-shot`, agent.comm, LIKELY);
}

/** What stands behind the program's own name. */
function argumentsOf({ cmd }: ProcessFacts, { processNames }: AgentKind): readonly string[] {
  const words = cmd.split(' ').filter((word) => word !== '');
  const own = words.findIndex((word) =>
    processNames.includes(word.slice(word.lastIndexOf('/') + 1).replace(/\.[cm]?js$/, '')),
  );
  return words.slice(Math.max(own, 0) + 1);
}

/** Nothing drawn yet: an empty screen, or only the command line that started the agent. */
function readStart(view: ScreenView, kind: AgentKind): Observation | null {
  const lowest = view.lines.at(-1);
  if (lowest === undefined) return seen('starting', `${kind.name}/empty-screen`, '', LIKELY);
  const command = /[$#%❯>] (?:\S+=\S* )*(\S+)(?: .*)?$/u.exec(lowest)?.[1];
  const program = command?.slice(command.lastIndexOf('/') + 1);
  return program !== undefined && kind.processNames.includes(program) && view.cursor.y >= view.lines.length
    ? seen('starting', `${kind.name}/only-command-line`, lowest, LIKELY)
    : null;
}
