import type { ScreenView } from '../agent-kind.ts';
import type { PromptBox } from './live-region.ts';
import { isWork } from './work-signs.ts';

/** Under an input stand a status line or two, hints, a list of what runs. */
const MAX_LINES_UNDER = 6;
/** While a command or a file is named, the program lists what may be meant. */
const MAX_COMPLETIONS = 24;
const OPENS_COMPLETION = /^(?:[>❯›»]\s*)?[/@#]/u;
const MAX_BOX_LINES = 40;
const MAX_MARGIN = 8;
const LOWER_CORNER = /^(\s*)[╰└┗╚][─━═]{6,}/u;
const UPPER_CORNER = '╭┌┏╔';
const SIDES = '│┃║';
const RULE = /^\s{0,2}[─━═▀▄▔▁_]{10,}\S*(?:\s[^─━═]{1,40}\s[─━═]+)?\s*$/u;
/** What stands in front of the words that somebody types. */
const MARK = /^\s*(?:[>❯›»●○◆◇$→▌▎▏▋█*!#~]|>>>|\p{Extended_Pictographic}\uFE0F?)(?:\s|$|▋|█)/u;
/** Words that stand in an empty input. */
const PLACEHOLDER = /^\s*(?:type|ask|enter|send|write|describe|message|try|how can|what)\b|(?:\.{3}|…)\s*$/iu;
/** Rows that somebody chooses from, or a question to answer: a dialog may stand in such a frame too. */
const OTHER_ROW = /^\s*(?:\d{1,2}[.)]\s|[☐☑○◉◯]\s|\[[ xX✓]?\]\s)/u;
/** A field that narrows a list down: the list is what takes the keys. */
const SEARCHES = /^[^\p{L}]*(?:search|filter|type to (?:search|filter))\b/iu;
const ASKS = /[?？]\s*$/u;
const KEYS =
  /\b(?:enter|return|esc(?:ape)?|tab)\b\)?.*\b(?:cancel|confirm|select|choose|accept|allow|deny)\b|\((?:esc|tab|shift\+tab|[yna])\)\s*$/iu;

/**
 * The input of a program without rules of its own: a frame or two rules at the bottom of the screen, with nothing between them, or with a
 * prompt mark, or with the cursor. Null: what stands there is none of that.
 */
export function findInputBox(view: ScreenView): PromptBox | null {
  const { lines } = view;
  let under = 0;
  for (let bottom = lines.length - 1; bottom > 0 && under <= MAX_COMPLETIONS; bottom--) {
    const line = lines[bottom] ?? '';
    const top = topOf(lines, bottom);
    if (top !== null) {
      const inner = lines.slice(top + 1, bottom).map(withoutSides);
      const box = isInput(view, inner, top, bottom) ? boxOf(inner, top, bottom) : null;
      return under <= MAX_LINES_UNDER || OPENS_COMPLETION.test(box?.text ?? '') ? box : null;
    }
    const barred = under <= MAX_LINES_UNDER ? barredInput(lines, bottom) : null;
    if (barred !== null) return barred;
    if (/[\p{L}\p{N}]/u.test(line)) under += 1;
  }
  return null;
}

/** The upper edge that belongs to this lower one; null: the line is no lower edge. */
function topOf(lines: readonly string[], bottom: number): number | null {
  const line = lines[bottom] ?? '';
  const corner = LOWER_CORNER.exec(line);
  if (corner === null && !RULE.test(line)) return null;
  const column = corner?.[1]?.length ?? 0;
  for (let index = bottom - 1; index >= Math.max(0, bottom - MAX_BOX_LINES); index--) {
    const above = lines[index] ?? '';
    if (corner === null) {
      if (RULE.test(above)) return index;
    } else if (UPPER_CORNER.includes(above.charAt(column) || ' ')) return index;
    else if (!SIDES.includes(above.charAt(column) || ' ')) return null;
  }
  return null;
}

const FOOT = /^\s*[╹╵▀╰└][▀─━▔]{6,}/u;
const BAR = /^(\s*)[┃▌▎▏█]/u;

/** A bar at the left and nothing else around: only a prompt mark tells it from a message. */
function barredInput(lines: readonly string[], bottom: number): PromptBox | null {
  const bar = BAR.exec(lines[bottom] ?? '');
  if (bar === null) return null;
  let top = bottom;
  while (top > 0 && BAR.exec(lines[top - 1] ?? '')?.[1] === bar[1]) top--;
  const inner = lines.slice(top, bottom + 1).map((line) => line.replace(BAR, ''));
  const told = inner.filter((line) => line.trim() !== '');
  const hasFoot =
    FOOT.test(lines[bottom + 1] ?? '') && (lines[bottom + 1] ?? '').search(/\S/u) === (bar[1] ?? '').length;
  return (hasFoot || /^\s*[>❯›]\s/u.test(`${told[0] ?? ''} `)) &&
    !told.some((line) => OTHER_ROW.test(line) || KEYS.test(line))
    ? boxOf(inner, top - 1, bottom + 1)
    : null;
}

function withoutSides(line: string): string {
  return line
    .replace(/^\s*[│┃║]/u, '')
    .replace(/[│┃║█▌]\s*$/u, '')
    .trimEnd();
}

function isInput(
  { lines, width, cursor, isCursorVisible }: ScreenView,
  inner: readonly string[],
  top: number,
  bottom: number,
): boolean {
  const told = inner.filter((line) => line.trim() !== '');
  const [first = ''] = told;
  // A cursor that people see stands where their words go.
  if (isCursorVisible && cursor.y < top) return false;
  if (told.length === 0) return true;
  if (SEARCHES.test(first)) return false;
  const isOneLine = told.length === 1;
  // Some show their work where words go, until there is room for words again.
  if (isOneLine && (isWork(first) || PLACEHOLDER.test(first))) return true;
  if (told.some((line) => OTHER_ROW.test(line) || KEYS.test(line))) return false;
  const holdsCursor = cursor.y > top && cursor.y < bottom;
  if (MARK.test(first)) return !told.slice(1).some((line) => MARK.test(line)) && !isList(told);
  if (ASKS.test(told.at(-1) ?? '')) return holdsCursor && isOneLine;
  // What a program says of itself is framed as wide as its words are, an input as wide as the screen.
  const spansScreen = (lines[bottom] ?? '').trimEnd().length >= width - MAX_MARGIN;
  return holdsCursor || (isOneLine && spansScreen && /^\s?[\p{L}\p{N}"'`([{]/u.test(first));
}

/** A marked row, and others that begin right below its words: answers to choose from, unless the words went over several lines. */
function isList(told: readonly string[]): boolean {
  const start = (line: string) => line.length - line.trimStart().length;
  const [first = '', ...others] = told;
  const words = start(first) + (/^\s*\S+\s+/u.exec(first)?.[0].trimStart().length ?? 0);
  return (
    others.length > 0 &&
    others.every((line) => start(line) === words && line.length < first.length + 40) &&
    others.every((line) => /^\s*\p{Lu}/u.test(line))
  );
}

function boxOf(inner: readonly string[], top: number, bottom: number): PromptBox {
  const at = inner.findIndex((line) => line.trim() !== '');
  const text = inner
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
  return { top, bottom, row: top + 1 + Math.max(at, 0), text };
}
