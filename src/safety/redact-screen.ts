import { cellWidth, textWidth } from './cell-width.ts';
import { redact, secretsIn } from './redact.ts';

/** Stands in each cell of a hidden secret, so that nothing moves. */
const MASK = '•';

/**
 * A screen's text without secrets, also where a program broke one over several rows of a box of its own.
 * What stands in one row becomes a mark that says its kind; one that is broken becomes dots.
 */
export function redactScreen(plain: string): string {
  const rows = plain.split('\n');
  const columns = rows.reduce((widest, row) => Math.max(widest, textWidth(row)), 0);
  const broken = secretsOver(rows, joinBoxed(columns)).filter(({ rowsTaken }) => rowsTaken > 1);
  const hidden = hiddenIn(broken.flatMap(({ parts }) => parts));
  return redact(rows.map((row, index) => maskText(row, hidden.get(index) ?? [])).join('\n'));
}

/**
 * The same for a screen with its escape sequences (`tmux capture-pane -e`), which may part a secret by colours and by line wraps.
 * Only colours and line drawing are kept of the sequences: a link's address is drawn nowhere and may hold anything. Columns stay where they are.
 */
export function maskStyledScreen(ansi: string, columns: number): string {
  const rows = ansi.split('\n').map(piecesOf);
  const texts = rows.map((pieces) => pieces.map(({ text }) => text).join(''));
  const hidden = hiddenIn(
    [joinRows, joinWrapped(columns), joinBoxed(columns)].flatMap((join) =>
      secretsOver(texts, join).flatMap(({ parts }) => parts),
    ),
  );
  return rows.map((pieces, index) => maskPieces(pieces, hidden.get(index) ?? [])).join('\n');
}

/** A stretch of a row, in code units. */
type Part = { readonly row: number; readonly start: number; readonly end: number };

function hiddenIn(parts: readonly Part[]): ReadonlyMap<number, readonly Part[]> {
  return Map.groupBy(parts, ({ row }) => row);
}

function maskText(text: string, parts: readonly Part[]): string {
  if (parts.length === 0) return text;
  let at = 0;
  let shown = '';
  for (const char of text) {
    const isHidden = parts.some(({ start, end }) => at >= start && at < end) && char.trim() !== '';
    shown += isHidden ? MASK.repeat(cellWidth(char)) : char;
    at += char.length;
  }
  return shown;
}

/** Text, and the sequences that stand before it. */
type Piece = { readonly before: string; readonly text: string };

const ESC = '\u001b';
const BEL = '\u0007';
/** Between these, some programs name line drawing by letters. */
const SHIFTS = ['\u000e', '\u000f'];

// ECMA-48: control sequences, then strings up to their terminator, then character sets, then every other escape and control.
const SEQUENCE = new RegExp(
  String.raw`${ESC}\[[0-?]*[ -/]*[@-~]|${ESC}[\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\|$)|${ESC}[()*+][ -~]|${ESC}[ -~]?|[^\P{Cc}\t]`,
  'gu',
);
const COLOUR = new RegExp(String.raw`^${ESC}\[[\d;:]*m$`);

function piecesOf(row: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let before = '';
  let end = 0;
  for (const match of row.matchAll(SEQUENCE)) {
    if (match.index > end) {
      pieces.push({ before, text: row.slice(end, match.index) });
      before = '';
    }
    end = match.index + match[0].length;
    if (COLOUR.test(match[0]) || SHIFTS.includes(match[0])) before += match[0];
  }
  return [...pieces, { before, text: row.slice(end) }];
}

function maskPieces(pieces: readonly Piece[], parts: readonly Part[]): string {
  let offset = 0;
  let shown = '';
  for (const { before, text } of pieces) {
    const begin = offset;
    const within = parts.map(({ row, start, end }) => ({ row, start: start - begin, end: end - begin }));
    shown += before + maskText(text, within);
    offset += text.length;
  }
  return shown;
}

/** How a row goes on in the next one: what of it counts, and what stands between. */
type Join = (row: string, next: string | undefined) => Joined;
type Joined = { readonly from: number; readonly to: number; readonly seam: '' | '\n' };

const joinRows: Join = (row) => ({ from: 0, to: row.length, seam: '\n' });

/** A row that is full to its last column may go on in the next. */
function joinWrapped(columns: number): Join {
  return (row) => ({ from: 0, to: row.length, seam: textWidth(row) >= columns - 1 ? '' : '\n' });
}

/** Columns that a box and its padding take at the right. */
const BOX_EDGE_COLUMNS = 6;
/** Pieces that are shorter together are no token. */
const BROKEN_TOKEN_MIN = 20;

/** A box has edges and padding of its own; a long word that reaches its right edge may go on at its left edge. */
function joinBoxed(columns: number): Join {
  return (row, next) => {
    const { from, to } = insideBox(row);
    if (next === undefined || textWidth(row.slice(0, to)) < columns - BOX_EDGE_COLUMNS)
      return { from, to, seam: '\n' };
    const ahead = insideBox(next);
    const last = /\S*$/.exec(row.slice(from, to))?.[0].length ?? 0;
    const first = /^\S*/.exec(next.slice(ahead.from, ahead.to))?.[0].length ?? 0;
    return { from, to, seam: last > 0 && first > 0 && last + first >= BROKEN_TOKEN_MIN ? '' : '\n' };
  };
}

function insideBox(row: string): { readonly from: number; readonly to: number } {
  const from = /^[\s│┃║|▌▐▏▕]*/.exec(row)?.[0].length ?? 0;
  let to = row.length;
  while (to > from && EDGE.test(row.charAt(to - 1))) to -= 1;
  return { from, to };
}

const EDGE = /[\s│┃║|▌▐▏▕]/;

/** What a way of reading the rows together finds to be a secret, as its parts in the rows. */
function secretsOver(
  rows: readonly string[],
  join: Join,
): readonly { readonly parts: readonly Part[]; readonly rowsTaken: number }[] {
  let text = '';
  const places: {
    readonly row: number;
    readonly begin: number;
    readonly from: number;
    readonly length: number;
  }[] = [];
  for (const [row, content] of rows.entries()) {
    const { from, to, seam } = join(content, rows[row + 1]);
    places.push({ row, begin: text.length, from, length: to - from });
    text += content.slice(from, to) + seam;
  }
  return secretsIn(text).map(({ start, end }) => {
    const taken = places.slice(firstAt(places, start), firstAt(places, end - 1) + 1);
    const parts = taken.flatMap(({ row, begin, from, length }) => {
      const first = Math.max(start - begin, 0);
      const last = Math.min(end - begin, length);
      return last > first ? [{ row, start: from + first, end: from + last }] : [];
    });
    return { parts, rowsTaken: parts.length };
  });
}

/** The last place that begins at or before an offset. */
function firstAt(places: readonly { readonly begin: number }[], offset: number): number {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((places[middle]?.begin ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
