import type { IBufferCell, IUnicodeVersionProvider } from '@xterm/headless';
import xterm from '@xterm/headless';
import type { StyledScreen } from '../domain/index.ts';
import { cellWidth, ZERO_WIDTH_JOINER } from '../safety/index.ts';
import { BACKGROUND, FOREGROUND, indexedColour, mixed, type Rgb, trueColour } from './palette.ts';

/** One character of a screen in the place and the colours it is drawn in. A wide one takes two columns. */
export type ScreenCell = {
  readonly column: number;
  readonly row: number;
  readonly width: 1 | 2;
  /** Empty or a blank: only the background shows. */
  readonly text: string;
  readonly foreground: Rgb;
  readonly background: Rgb;
  readonly isBold: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly isStruck: boolean;
};

const ESC = '\u001b';
/** Line drawing between shift-out and shift-in, as tmux takes for granted; no wrapping at the right edge: rows come as they stood. */
const AS_TMUX_PRINTS = `${ESC})0${ESC}[?7l`;

/** Reads a screen into its cells. What it does not name is blank. */
export async function cellsOf({ ansi, columns, rows }: StyledScreen): Promise<readonly ScreenCell[]> {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: 0,
    convertEol: true,
    allowProposedApi: true,
  });
  try {
    terminal.unicode.register(AS_TMUX_COUNTS);
    terminal.unicode.activeVersion = AS_TMUX_COUNTS.version;
    const shown = ansi.replace(/\n+$/, '').split('\n').slice(-rows).join('\n');
    await new Promise<void>((resolve) => terminal.write(AS_TMUX_PRINTS + shown, resolve));
    const { active } = terminal.buffer;
    const cells: ScreenCell[] = [];
    for (let row = 0; row < rows; row += 1) {
      const line = active.getLine(active.viewportY + row);
      for (let column = 0; column < columns; column += 1) {
        const cell = line?.getCell(column);
        // The second column of a wide character has no width of its own.
        if (cell !== undefined && cell.getWidth() > 0) cells.push(cellFrom(cell, column, row));
      }
    }
    return cells;
  } finally {
    terminal.dispose();
  }
}

function cellFrom(cell: IBufferCell, column: number, row: number): ScreenCell {
  const front = cell.isFgDefault() ? FOREGROUND : colourOf(cell.isFgRGB(), cell.getFgColor());
  const back = cell.isBgDefault() ? BACKGROUND : colourOf(cell.isBgRGB(), cell.getBgColor());
  const isInverse = cell.isInverse() !== 0;
  const background = isInverse ? front : back;
  const foreground = isInverse ? back : front;
  return {
    column,
    row,
    width: cell.getWidth() === 2 ? 2 : 1,
    text: cell.isInvisible() !== 0 ? '' : cell.getChars(),
    foreground: cell.isDim() !== 0 ? mixed(foreground, background, 0.55) : foreground,
    background,
    isBold: cell.isBold() !== 0,
    isItalic: cell.isItalic() !== 0,
    isUnderlined: cell.isUnderline() !== 0,
    isStruck: cell.isStrikethrough() !== 0,
  };
}

function colourOf(isTrueColour: boolean, value: number): Rgb {
  return isTrueColour ? trueColour(value) : indexedColour(value);
}

/**
 * Characters take the columns that tmux gave them, or everything behind them would be shifted.
 * A property is packed as xterm packs it: `state << 3 | width << 1 | joins`; the state says that a joiner came last.
 */
const AS_TMUX_COUNTS: IUnicodeVersionProvider = {
  version: 'as-tmux-counts',
  wcwidth: (code) => cellWidth(String.fromCodePoint(code)),
  charProperties(code, preceding) {
    const own = cellWidth(String.fromCodePoint(code));
    const before = (preceding >> 1) & 3;
    const joins = before > 0 && (own === 0 || ((preceding >> 3) & 1) === 1);
    const state = code === ZERO_WIDTH_JOINER ? 1 : 0;
    return (state << 3) | ((joins ? before : own) << 1) | (joins ? 1 : 0);
  },
};
