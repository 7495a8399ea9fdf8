import type { SKRSContext2D } from '@napi-rs/canvas';
import { err, ok, type Result, type StyledScreen } from '../domain/index.ts';
import { maskStyledScreen } from '../safety/index.ts';
import { drawLineArt } from './line-art.ts';
import { BACKGROUND, cssColour, FOREGROUND } from './palette.ts';
import { cellsOf, type ScreenCell } from './screen-cells.ts';

/** unavailable: this machine cannot draw, whatever is asked; `why` in one clause. */
export type PictureFault = { readonly kind: 'unavailable'; readonly why: string };

export type Pictures = {
  /** A PNG of a screen, without secrets. A screen that is larger than any terminal is cut at its top and its right. */
  draw(screen: StyledScreen): Promise<Result<Uint8Array<ArrayBuffer>, PictureFault>>;
};

const FONT_PX = 20;
const CELL_WIDTH = 12;
const CELL_HEIGHT = 24;
/** From the top of a cell. */
const BASELINE = 18;
const MARGIN = 12;
const MAX_COLUMNS = 400;
const MAX_ROWS = 200;

const FAMILY = 'Fleet Terminal';
/** By weight and slant; the last is for signs that the others lack. */
const FONT_FILES = [
  ['DejaVuSansMono.ttf', FAMILY],
  ['DejaVuSansMono-Bold.ttf', FAMILY],
  ['DejaVuSansMono-Oblique.ttf', FAMILY],
  ['DejaVuSansMono-BoldOblique.ttf', FAMILY],
  ['DejaVuSans.ttf', 'Fleet Signs'],
] as const;
const FAMILIES = `"${FAMILY}", "Fleet Signs", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Emoji", monospace`;

type Canvas = typeof import('@napi-rs/canvas');

/** Loads nothing before the first picture: the program runs, without pictures, where its drawing library does not. */
export function createPictures(load: () => Promise<Canvas> = () => import('@napi-rs/canvas')): Pictures {
  let loading: Promise<Result<Painter, PictureFault>> | null = null;
  return {
    draw: async (screen) => {
      loading ??= loadPainter(load);
      const painter = await loading;
      if (!painter.ok) return painter;
      const columns = Math.min(Math.max(screen.columns, 1), MAX_COLUMNS);
      const rows = Math.min(Math.max(screen.rows, 1), MAX_ROWS);
      const ansi = maskStyledScreen(screen.ansi, screen.columns);
      const cells = await cellsOf({ ...screen, ansi, columns, rows });
      return ok(await paint(painter.value, cells, { ...screen, columns, rows }));
    },
  };
}

type Painter = { readonly canvas: Canvas; readonly hasGlyph: (char: string) => boolean };

async function loadPainter(load: () => Promise<Canvas>): Promise<Result<Painter, PictureFault>> {
  try {
    const canvas = await load();
    for (const [file, family] of FONT_FILES) {
      const path = new URL(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`)).pathname;
      if (canvas.GlobalFonts.registerFromPath(decodeURIComponent(path), family) === null)
        return err({ kind: 'unavailable', why: `the font ${file} cannot be read` });
    }
    return ok({ canvas, hasGlyph: glyphCheck(canvas) });
  } catch {
    // A module without a build for this machine throws whatever its loader throws.
    return err({ kind: 'unavailable', why: 'the drawing library does not run on this machine' });
  }
}

async function paint(
  { canvas, hasGlyph }: Painter,
  cells: readonly ScreenCell[],
  { columns, rows, cursor }: StyledScreen,
): Promise<Uint8Array<ArrayBuffer>> {
  const sheet = canvas.createCanvas(columns * CELL_WIDTH + 2 * MARGIN, rows * CELL_HEIGHT + 2 * MARGIN);
  const context = sheet.getContext('2d');
  context.fillStyle = cssColour(BACKGROUND);
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.textBaseline = 'alphabetic';
  // Backgrounds first: a glyph may reach over its cell.
  for (const cell of cells) paintBackground(context, cell);
  for (const cell of cells) paintText(context, cell, hasGlyph);
  if (cursor !== null && cursor.column < columns && cursor.row < rows) {
    context.strokeStyle = cssColour(FOREGROUND);
    context.lineWidth = 2;
    const { x, y } = placeOf(cursor);
    context.strokeRect(x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2);
  }
  return Uint8Array.from(await sheet.encode('png'));
}

function placeOf({ column, row }: { readonly column: number; readonly row: number }) {
  return { x: MARGIN + column * CELL_WIDTH, y: MARGIN + row * CELL_HEIGHT };
}

function paintBackground(context: SKRSContext2D, cell: ScreenCell): void {
  if (cell.background === BACKGROUND) return;
  const { x, y } = placeOf(cell);
  context.fillStyle = cssColour(cell.background);
  context.fillRect(x, y, cell.width * CELL_WIDTH, CELL_HEIGHT);
}

function paintText(context: SKRSContext2D, cell: ScreenCell, hasGlyph: (char: string) => boolean): void {
  const { x, y } = placeOf(cell);
  const width = cell.width * CELL_WIDTH;
  const colour = cssColour(cell.foreground);
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (cell.isUnderlined) context.fillRect(x, y + BASELINE + 2, width, 1.5);
  if (cell.isStruck) context.fillRect(x, y + BASELINE - 6, width, 1.5);
  if (cell.text.trim() === '') return;
  if (drawLineArt(context, cell.text, { x, y, width, height: CELL_HEIGHT })) return;
  const drawn = drawableOf(cell.text, hasGlyph);
  if (drawn === null) {
    // No font here knows it: something stands there, and everybody sees that it does.
    context.lineWidth = 1;
    context.strokeRect(x + 1.5, y + 4.5, width - 3, CELL_HEIGHT - 8);
    return;
  }
  context.font = `${cell.isItalic ? 'italic ' : ''}${cell.isBold ? 'bold ' : ''}${FONT_PX}px ${FAMILIES}`;
  const needed = context.measureText(drawn).width;
  if (needed <= width + 1) {
    context.fillText(drawn, x + Math.max(0, (width - needed) / 2), y + BASELINE);
    return;
  }
  // A sign of a proportional font is narrowed into its cell.
  context.save();
  context.translate(x, y + BASELINE);
  context.scale(width / needed, 1);
  context.fillText(drawn, 0, 0);
  context.restore();
}

/** As much of a cell's characters as the fonts know: of a family of emoji perhaps only its first. */
function drawableOf(text: string, hasGlyph: (char: string) => boolean): string | null {
  const [first = '', ...marks] = Array.from(text);
  if (!hasGlyph(first)) return null;
  return first + marks.filter((mark) => /\p{Mn}/u.test(mark) && !isSelector(mark) && hasGlyph(mark)).join('');
}

/** Chooses between a picture and a letter; drawn by itself it is a box. */
function isSelector(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return code >= 0xfe00 && code <= 0xfe0f;
}

/** What a font does not know it draws as its sign for that: the same as for a character that is none. */
function glyphCheck({ createCanvas }: Canvas): (char: string) => boolean {
  const size = FONT_PX * 2;
  const pixelsOf = (char: string): Buffer => {
    const context = createCanvas(size, size).getContext('2d');
    context.font = `${FONT_PX}px ${FAMILIES}`;
    context.fillText(char, 4, FONT_PX * 1.5);
    return Buffer.from(context.getImageData(0, 0, size, size).data);
  };
  const known = new Map<string, boolean>();
  let unknown: Buffer | null = null;
  return (char) => {
    if ((char.codePointAt(0) ?? 0) < 0x250) return true;
    const found = known.get(char);
    if (found !== undefined) return found;
    unknown ??= pixelsOf('\u{10fffe}');
    const isKnown = !pixelsOf(char).equals(unknown);
    known.set(char, isKnown);
    return isKnown;
  };
}
