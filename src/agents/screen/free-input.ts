import type { ScreenView } from '../agent-kind.ts';
import { linesAbove, type PromptBox } from './live-region.ts';
import { isWork } from './work-signs.ts';

/** Under an input stand its border, a status line or two, hints. */
const MAX_LINES_UNDER = 4;
const FRAME = /^(\s*)[│┃║]\s?(.*?)\s*[│┃║]?$/u;
const MARKED =
  /^(\s*(?:\([^()\s]{0,2} ?[^()\s]{0,2}\)|[\w.@~-]{0,24}|\p{Extended_Pictographic}\uFE0F?) ?(?:[>❯›»→]|>>>)\s{0,2})(.*)$/u;
const BORDER = /^\s*[╰└┗╚]?[─━═▀▔_]{8,}/u;
/** Something goes on, in words that no rule knows. */
const GOES_ON = /(?:…|\.{3})\s*(?:\([^()]*\)|\d+s)?\s*$/u;

/**
 * The input of a program without rules of its own: the cursor stands behind a prompt mark, or in an empty frame, at the bottom of the screen.
 * Null: it does not, or what stands above it may be work.
 */
export function findFreeInput(view: ScreenView): PromptBox | null {
  const row = view.cursor.y;
  const line = view.lines[row];
  if (line === undefined) return null;
  const under = view.lines.slice(row + 1).filter((each) => /[\p{L}\p{N}]/u.test(each));
  if (under.length > MAX_LINES_UNDER) return null;
  if (linesAbove(view.lines, row, 3).some((each) => GOES_ON.test(each) && !isWork(each))) return null;
  const framed = FRAME.exec(line);
  const inner = framed === null ? line : `${' '.repeat((framed[1] ?? '').length + 2)}${framed[2] ?? ''}`;
  const marked = MARKED.exec(inner);
  if (marked === null) {
    const isEmptyBox = framed !== null && inner.trim() === '' && endsInBorder(view.lines, row);
    return isEmptyBox ? boxAt(row, line) : null;
  }
  const column = (marked[1] ?? '').length;
  const isBehindMark = view.cursor.x >= column - 1;
  return isBehindMark && !isInList(view.lines[row + 1] ?? '', marked[2] ?? '', column)
    ? boxAt(row, line)
    : null;
}

function boxAt(row: number, line: string): PromptBox {
  return { top: row, bottom: row, row, text: line.trim() };
}

/** The next line begins below the text: the two are answers to choose from. */
function isInList(next: string, text: string, column: number): boolean {
  const plain = next.replace(/[│┃║]/gu, ' ').trimEnd();
  return text !== '' && plain !== '' && plain.length - plain.trimStart().length === column;
}

/** Nothing but empty lines of the frame, down to its lower border. */
function endsInBorder(lines: readonly string[], row: number): boolean {
  const next = lines.slice(row + 1).find((line) => !/^[\s│┃║]*$/u.test(line));
  return next !== undefined && BORDER.test(next);
}
