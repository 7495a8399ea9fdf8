import type { Dialog, DialogOption } from '../../domain/index.ts';
import type { ScreenView } from '../agent-kind.ts';
import { ansiOf, stylesOf } from './ansi-line.ts';

/** How a kind's dialogs take an answer. */
export type DialogHabits = {
  /** A digit chooses its option at once. Otherwise: arrows from the marked option, then Enter. */
  readonly takesDigits: boolean;
  /** Unnumbered lists have one line for each option, so their lines can be counted. */
  readonly countsUnnumbered: boolean;
};

type Row = {
  readonly index: number;
  readonly number: number;
  readonly marked: boolean;
  readonly label: string;
};

type Found = {
  /** First and last line of the options. */
  readonly first: number;
  readonly last: number;
  readonly labels: readonly string[];
  /** Position of the marked option; -1: none could be told. */
  readonly marked: number;
  readonly forward: 'Down' | 'Right';
  readonly back: 'Up' | 'Left';
  readonly numbered: boolean;
};

/** A list that stands higher than this above the end of the screen is not live. */
const MAX_LINES_UNDER_OPTIONS = 14;
const MAX_QUESTION_LINES = 30;
const MAX_QUESTION_CHARACTERS = 2_000;

const NUMBERED = /^(\s*)([❯›»▶●➜→]\s*)?(\d{1,2})\.\s+(\S.*)$/u;
const MARKED = /^(\s*)([❯›»▶➜→]\s+)(\S.*)$/u;
const OUTER_RULE = /^\s{0,2}[╭┌]?[─━═]{8,}/u;
const HINT =
  /(?:\b(?:esc|escape|enter|return|tab|space)\b|↑|↓|⇆).*(?:\b(?:cancel|confirm|select|submit|navigate|continue|accept|dismiss|back|exit|interrupt|close|choose|toggle)\b|決定|選択|移動|取消|キャンセル|确认|選擇|选择|返回)/iu;

/**
 * The dialog that waits at the bottom of the screen, not above line `from`.
 * A dialog whose answers cannot be told apart for certain, or whose question is not all on the screen, comes back without options:
 * people are told, no key is pressed.
 */
export function findDialog(view: ScreenView, from: number, habits: DialogHabits): Dialog | null {
  if (!mayHaveOptions(view.lines, from)) return null;
  const lines = view.lines.map(withoutFrame);
  const found = findOptions(view, lines, from, habits);
  if (found === null) return null;
  const question = questionAbove(view.lines, lines, found.first, from);
  return {
    promptKind: promptKindOf(question.text, found.labels, lines.slice(found.last + 1).join('\n')),
    question: question.text,
    options: question.isCut ? [] : optionsOf(found, habits),
  };
}

/** Nothing looks like an option where a live one would stand: told by few lines, as most screens are no dialog. */
function mayHaveOptions(raw: readonly string[], from: number): boolean {
  for (let index = raw.length - 1; index >= Math.max(from, highestMark(raw)); index--) {
    const line = withoutFrame(raw[index] ?? '');
    if (NUMBERED.test(line) || MARKED.test(line) || SIDE_BY_SIDE.test(line)) return true;
  }
  return false;
}

/** The lowest list is the live one. A numbered one is told more surely, unless another list stands under it. */
function findOptions(
  view: ScreenView,
  lines: readonly string[],
  from: number,
  habits: DialogHabits,
): Found | null {
  const numbered = findNumbered(view, lines, from);
  const other =
    findSideBySide(view, lines, numbered === null ? from : numbered.last + 1) ??
    findUnnumbered(lines, from, habits);
  if (numbered === null) return other;
  return other !== null && other.first > numbered.last ? other : numbered;
}

const FRAME_SIDES = '│┃║';
const RIGHT_EDGES = '│┃║█▌';

/** Removes the box a dialog is drawn in, nested boxes included. Columns stay where they were. */
function withoutFrame(line: string): string {
  let left = line.length - line.trimStart().length;
  let right = line.length;
  const start = left;
  while (left < right && FRAME_SIDES.includes(line.charAt(left)))
    left += line.charAt(left + 1) === ' ' ? 2 : 1;
  while (right > left && RIGHT_EDGES.includes(line.charAt(right - 1)))
    right = line.slice(0, right - 1).trimEnd().length;
  return left === start && right === line.length ? line : ' '.repeat(left) + line.slice(left, right);
}

function findNumbered(view: ScreenView, lines: readonly string[], from: number): Found | null {
  const rows = lastNumberedRows(lines, from);
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined || rows.length < 2) return null;
  const marks = rows.filter((row) => row.marked);
  if (marks.length > 1) return null;
  const marked = marks.length === 1 ? rows.findIndex((row) => row.marked) : markedByColour(view, rows);
  // Without a mark, only colour or a frame around options and hint tells a list to choose from from a list in an answer.
  if (marks.length === 0 && marked === -1 && !sharesFrameWithHint(view.lines, last.index)) return null;
  const labels = rows.map((row, position) => wholeLabel(view, lines, row, rows[position + 1]?.index ?? null));
  return {
    first: first.index,
    last: last.index,
    labels,
    marked,
    forward: 'Down',
    back: 'Up',
    numbered: true,
  };
}

/** The lowest run of options numbered 1, 2, 3 …, top first; empty when it is too high up to be live. */
function lastNumberedRows(lines: readonly string[], from: number): readonly Row[] {
  const rows: Row[] = [];
  for (let index = lines.length - 1; index >= from; index--) {
    const row = numberedRow(lines[index] ?? '', index);
    if (row === null) {
      if (rows.length === 0 && index < lines.length - MAX_LINES_UNDER_OPTIONS) return [];
      continue;
    }
    const next = rows[0];
    if (next === undefined && index < lines.length - 1 - MAX_LINES_UNDER_OPTIONS) return [];
    if (next !== undefined && row.number !== next.number - 1) continue;
    rows.unshift(row);
    if (row.number === 1) return rows;
  }
  return [];
}

function numberedRow(line: string, index: number): Row | null {
  const match = NUMBERED.exec(line);
  if (match === null) return null;
  return { index, number: Number(match[3]), marked: match[2] !== undefined, label: match[4] ?? '' };
}

/** A label that did not fit goes on in the next line; anything else under it explains the option. */
function wholeLabel(view: ScreenView, lines: readonly string[], row: Row, nextIndex: number | null): string {
  const raw = view.lines[row.index] ?? '';
  const room = RIGHT_EDGES.includes(raw.slice(-1)) ? raw.length - 2 : view.width - 4;
  let label = row.label.split(/\s{2,}/u)[0] ?? '';
  let previous = lines[row.index] ?? '';
  const end = nextIndex ?? Math.min(row.index + 4, lines.length);
  for (let index = row.index + 1; index < end; index++) {
    const line = lines[index] ?? '';
    const firstWord = line.trim().split(' ')[0] ?? '';
    const fitsAbove = previous.length + 1 + firstWord.length <= room;
    if (!/[\p{L}\p{N}]/u.test(line) || HINT.test(line) || fitsAbove) break;
    label += ` ${line.trim()}`;
    previous = line;
  }
  return label.replace(/\s*[✔✓]$/u, '').trim();
}

function sharesFrameWithHint(raw: readonly string[], last: number): boolean {
  const isFramed = (line: string) => FRAME_SIDES.includes(line.trimStart().charAt(0));
  for (let index = last; index < raw.length && isFramed(raw[index] ?? ''); index++) {
    if (HINT.test(raw[index] ?? '')) return true;
  }
  return false;
}

/** Where no sign marks the chosen option, its background does: the one that differs from the hint's. */
function markedByColour(view: ScreenView, rows: readonly Row[]): number {
  const last = rows.at(-1)?.index ?? 0;
  const hint = view.lines.findLast((line, index) => index > last && HINT.test(line));
  if (hint === undefined) return -1;
  const plain = backgroundsOf(
    view,
    hint,
  )(
    hint
      .trimStart()
      .replace(/^[│┃║]\s*/u, '')
      .slice(0, 4),
  );
  return onlyOther(
    rows.map((row) => backgroundsOf(view, view.lines[row.index] ?? '')(`${row.number}.`)),
    plain,
  );
}

/** The background behind a text of this line. */
function backgroundsOf(view: ScreenView, line: string): (text: string) => string | null {
  const ansi = ansiOf(view.ansiLines(), line);
  if (ansi === null) return () => null;
  const styleAt = stylesOf(ansi);
  return (text) => {
    const style = styleAt(text);
    return style === null ? null : (style.split(';').find((entry) => entry.startsWith('b')) ?? '');
  };
}

/** The position of the only value unlike `plain`; -1 when it is none or several, or something could not be read. */
function onlyOther(values: readonly (string | null)[], plain: string | null): number {
  if (plain === null || values.includes(null)) return -1;
  const others = values.flatMap((value, position) => (value === plain ? [] : [position]));
  return others.length === 1 ? (others[0] ?? -1) : -1;
}

const SIDE_BY_SIDE = /⇆\s*select|\bAllow once\s{2,}Allow always\b/u;

/** Answers in one line, chosen with left and right: `Allow once   Allow always   Reject      ⇆ select  enter confirm`. */
function findSideBySide(view: ScreenView, lines: readonly string[], from: number): Found | null {
  for (
    let index = lines.length - 1;
    index >= Math.max(from, lines.length - MAX_LINES_UNDER_OPTIONS);
    index--
  ) {
    const line = lines[index] ?? '';
    if (!SIDE_BY_SIDE.test(line)) continue;
    const parts = line.trim().split(/\s{2,}/u);
    const hint = parts.findIndex((part) => /^(?:ctrl|shift|alt|⇆|enter|esc|tab)/iu.test(part));
    const labels = hint === -1 ? parts : parts.slice(0, hint);
    const backgroundAt = backgroundsOf(view, view.lines[index] ?? '');
    const plain = hint === -1 ? null : backgroundAt(parts[hint] ?? '');
    const marked = onlyOther(labels.map(backgroundAt), plain);
    return { first: index, last: index, labels, marked, forward: 'Right', back: 'Left', numbered: false };
  }
  return null;
}

/** No option of a live list is marked above this line. */
function highestMark(lines: readonly string[]): number {
  return lines.length - MAX_LINES_UNDER_OPTIONS * 2;
}

/** A list without numbers: one line is marked and a hint under it tells which keys choose. */
function findUnnumbered(lines: readonly string[], from: number, habits: DialogHabits): Found | null {
  for (let index = lines.length - 1; index >= Math.max(from, highestMark(lines)); index--) {
    const match = MARKED.exec(lines[index] ?? '');
    if (match === null) continue;
    const column = (match[1] ?? '').length + (match[2] ?? '').length;
    const first = edgeOfList(lines, index, column, -1);
    const last = edgeOfList(lines, index, column, 1);
    const isHinted = lines.slice(last + 1).some((line) => HINT.test(line));
    const isInDialog = /\b(?:select|choose|login|log in|auth|sign in|trust|resume)\b/iu.test(
      lines.slice(Math.max(from, first - 6), first).join('\n'),
    );
    if (
      from === 0
        ? !(isHinted || isInDialog || endsTheScreen(lines, first, last))
        : !isChosenByKeys(lines, first, last)
    )
      return null;
    const labels = habits.countsUnnumbered
      ? lines.slice(first, last + 1).map((line) => line.slice(column).split(/\s{2,}/u)[0] ?? '')
      : [];
    return {
      first,
      last,
      labels,
      marked: labels.length === 0 ? -1 : index - first,
      forward: 'Down',
      back: 'Up',
      numbered: false,
    };
  }
  return null;
}

/** Under a prompt box stand status lines, which begin with any sign: only several rows that say how to choose are a list. */
function isChosenByKeys(lines: readonly string[], first: number, last: number): boolean {
  return (
    last > first && lines.slice(last + 1).some((line) => HINT.test(line) && !/\binterrupt\b/i.test(line))
  );
}

/** Its answers name their own keys, or a question stands right above it and nothing below. */
function endsTheScreen(lines: readonly string[], first: number, last: number): boolean {
  if (last === first || lines.slice(last + 1).some((line) => line.trim() !== '')) return false;
  const above = lines.slice(0, first).findLast((line) => line.trim() !== '') ?? '';
  const withKeys = lines.slice(first, last + 1).filter((line) => OWN_KEY.test(line));
  return withKeys.length > 1 || ASKS.test(above);
}

const OWN_KEY = /\((?:[a-z]|esc|enter|tab|shift\+tab)(?: or [a-z])?\)\s*$/iu;
const ASKS = /[?？]\s*(?:\([^()]{1,40}\))?\s*$/u;

function edgeOfList(lines: readonly string[], start: number, column: number, step: 1 | -1): number {
  let edge = start;
  for (let index = start + step; index >= 0 && index < lines.length; index += step) {
    const line = lines[index] ?? '';
    const isOption =
      line.slice(0, column).trim() === '' && /^\S/u.test(line.slice(column)) && !HINT.test(line);
    if (!isOption) break;
    edge = index;
  }
  return edge;
}

/** What stands above an unframed dialog: the conversation, or the shell's line that started the agent. */
const BEFORE_DIALOG = /^(?:[•●❯›✻⏺■]|[\w.-]+@[\w.-]+:.*[$#%] )/u;

const FRAMED = /^\s*[│┃║]/u;

const CUT_MARK = '[The beginning is cut off.]';
const COLUMN_MARK = ' ⋯ ';

/** Nothing, a picture or a rule: box drawing, blocks and Braille with stars and dots between them, or one sign over and over. */
const DRAWING =
  /^\s*$|^[\s*.…\u2500-\u259f\u2800-\u28ff]*[\u2500-\u259f\u2800-\u28ff][\s*.…\u2500-\u259f\u2800-\u28ff]*$|^\s*(\S)\1{7,}\s*$/u;

/** A second column, or text far from the left: some programs move it about with each drawing. */
const COLUMN_GAP = /\s{12,}/gu;

type Question = {
  readonly text: string;
  /** Not all that is asked is in `text`: the screen or a limit cut it off. Nobody can agree to that. */
  readonly isCut: boolean;
};

/** The dialog's own text above its options, frames, drawings and empty lines removed, in reading order. */
function questionAbove(
  raw: readonly string[],
  lines: readonly string[],
  first: number,
  from: number,
): Question {
  const top = topOfDialog(raw, lines, first, from);
  const shown = lines
    .slice(top, first)
    .filter((line) => !DRAWING.test(line))
    .map((line) => line.trim().replace(COLUMN_GAP, COLUMN_MARK));
  const kept = shown.slice(-MAX_QUESTION_LINES).join('\n');
  const text = kept.slice(-MAX_QUESTION_CHARACTERS);
  const isCut = shown.length > MAX_QUESTION_LINES || text.length < kept.length;
  return isCut || beginsAboveScreen(raw, top)
    ? { text: `${CUT_MARK}\n${text}`, isCut: true }
    : { text, isCut: false };
}

/** The first line of the dialog whose options begin at `first`. */
function topOfDialog(raw: readonly string[], lines: readonly string[], first: number, from: number): number {
  const isFramed = FRAMED.test(raw[first] ?? '');
  let top = first;
  let blanks = 0;
  for (let index = first - 1; index >= from; index--) {
    const line = lines[index] ?? '';
    if (isFramed ? !FRAMED.test(raw[index] ?? '') : OUTER_RULE.test(line) || BEFORE_DIALOG.test(line)) break;
    if (line.trim() === '') {
      blanks++;
      // Two empty lines end an unframed dialog, except between its text and its options, and under a rule that it began with.
      if (!isFramed && blanks > 1 && top < first && !hasRuleAbove(raw, lines, index, from)) break;
      continue;
    }
    blanks = 0;
    top = index;
  }
  return top;
}

/** Whether a rule comes next, going up, of all that can end a dialog. */
function hasRuleAbove(
  raw: readonly string[],
  lines: readonly string[],
  start: number,
  from: number,
): boolean {
  for (let index = start; index >= from; index--) {
    const line = lines[index] ?? '';
    if (OUTER_RULE.test(line)) return true;
    if (BEFORE_DIALOG.test(line) || FRAMED.test(raw[index] ?? '')) return false;
  }
  return false;
}

/** The upper end of its frame is not on the screen any more. */
function beginsAboveScreen(raw: readonly string[], top: number): boolean {
  return top === 0 && FRAMED.test(raw[0] ?? '');
}

function optionsOf(found: Found, habits: DialogHabits): readonly DialogOption[] {
  // Ticking one box of several is not an answer yet.
  if (found.labels.some((label) => /^\[[ xX✔✓]?\]/u.test(label))) return [];
  if (!(found.numbered && habits.takesDigits) && found.marked === -1) return [];
  const options = found.labels.map((label, position) => ({
    label: label.replace(/\s*\((?:esc|[a-z]|shift\+tab)\)$/iu, ''),
    keys: keysFor(found, habits, position, label),
  }));
  return options.filter((option) => !OPENS_A_TEXT_FIELD.test(option.label));
}

/** These lead to a field or an editor, not to an answer. */
const OPENS_A_TEXT_FIELD =
  /^(?:type (?:something|your|another)|other \(type|enter a custom|tell \w+ what to change|modify with)/iu;

function keysFor(found: Found, habits: DialogHabits, position: number, label: string): readonly string[] {
  const letter = /\(([a-z])\)$/u.exec(label)?.[1];
  if (letter !== undefined) return [letter];
  if (found.numbered && habits.takesDigits && found.labels.length < 10) return [String(position + 1)];
  const steps = position - found.marked;
  const key = steps < 0 ? found.back : found.forward;
  return [...Array.from({ length: Math.abs(steps) }, () => key), 'Enter'];
}

type Wording = {
  readonly question: string;
  readonly asking: string;
  readonly answers: string;
  readonly hints: string;
};

/**
 * Words that name the sort of a dialog, tried in this order. `asking` is its title and its last lines: between them stands what is
 * asked about, a command or a file, whose words must not name the sort.
 */
const SORTS: readonly {
  readonly sort: Dialog['promptKind'];
  readonly in: keyof Wording;
  readonly words: RegExp;
}[] = [
  {
    sort: 'question',
    in: 'answers',
    words: /^(?:type something|type your own|other \(type|chat about this)/imu,
  },
  { sort: 'question', in: 'answers', words: /^(?:none of the above|enter a custom)|\[[ xX✔✓]?\]/imu },
  {
    sort: 'question',
    in: 'asking',
    words: /^[←\s]*☐|question \d+\/\d+|needs information|^answer questions$/imu,
  },
  {
    sort: 'permission',
    in: 'asking',
    words: /permission required|requires approval|allow execution|action required/iu,
  },
  {
    sort: 'permission',
    in: 'asking',
    words: /\b(?:allow|apply) this\b|would you like to (?:run|make|apply|allow)\b/iu,
  },
  {
    sort: 'permission',
    in: 'asking',
    words:
      /do you want to (?:proceed|run|execute|use (?:the |this )?(?:tool|command)|call|make|create|allow|apply|update|edit|delete|write|overwrite)\b/iu,
  },
  { sort: 'trust', in: 'question', words: /\btrust\b|bypass permissions mode|folder access/iu },
  {
    sort: 'plan_approval',
    in: 'asking',
    words: /\bplan\b.*\bproceed\b|\bready to (?:code|execute|start)\b/iu,
  },
  { sort: 'plan_approval', in: 'answers', words: /\bkeep planning\b/iu },
  { sort: 'login', in: 'question', words: /log ?in|sign in|authenticat/iu },
  {
    sort: 'onboarding',
    in: 'question',
    words: /api key in your environment|get started|change this later|welcome to/iu,
  },
  {
    sort: 'permission',
    in: 'answers',
    words: /\b(?:allow|approve|yes|continue|proceed|accept|run)\b[\s\S]*\b(?:no|deny|reject|skip)\b/iu,
  },
  { sort: 'menu', in: 'asking', words: /^(?:select|switch|resume|settings|config|help)\b/imu },
  { sort: 'menu', in: 'hints', words: /search|set as default/iu },
  { sort: 'question', in: 'asking', words: /[?？]\s*$/mu },
];

/** That it is a dialog is settled already; words only name its sort. */
export function promptKindOf(
  question: string,
  labels: readonly string[],
  hints: string,
): Dialog['promptKind'] {
  const lines = question.split('\n');
  const asking = [...lines.slice(0, 1), ...lines.slice(1).slice(-2)].join('\n');
  const wording: Wording = { question, asking, answers: labels.join('\n'), hints };
  return SORTS.find((candidate) => candidate.words.test(wording[candidate.in]))?.sort ?? 'menu';
}
