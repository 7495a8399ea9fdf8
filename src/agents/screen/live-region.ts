/**
 * The live part of a screen is what the agent redraws: prompt box, status lines under it, activity line above it.
 * Everything higher is conversation and may quote anything.
 */
export type PromptBox = {
  /** First line of the box, border included. */
  readonly top: number;
  /** Last line of the box, border included. */
  readonly bottom: number;
  /** The line with the prompt mark. */
  readonly row: number;
  /** Text in the box after the mark; may be a placeholder. */
  readonly text: string;
};

export type BoxShape = {
  /** The line above the text; null: the box has no border. */
  readonly top: RegExp | null;
  /** The line with the prompt mark. First group: the text. */
  readonly text: RegExp;
  /** The line that closes the box; null: the box has no border. */
  readonly bottom: RegExp | null;
};

/** A pasted draft may fill a tall screen. */
const MAX_BOX_LINES = 100;
/** Status lines, hints and subagent lists under a box. A box further up is a quotation or a leftover; one without a border is so sooner. */
const MAX_LINES_BELOW = { framed: 16, bare: 8 };
/** The agent offers completions under the box while a command or a file name is typed. */
const OPENS_COMPLETION = /^[/@#!]/;

/**
 * No-break and zero-width blanks become plain ones or nothing: agents use them around the cursor. So does the selector that asks for a sign
 * as text instead of a picture: the sign is the same.
 */
export function visibleLines(plain: string): readonly string[] {
  const text = plain.replace(ODD_SIGNS, (sign) => (sign === '\u00a0' ? ' ' : '')).trimEnd();
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

/** In one pass: every screen is searched for them, and most have none. */
const ODD_SIGNS = /\u00a0|\u200b|\ufe0e/g;

/** The lowest box of this shape that is low enough to be live. */
export function findPromptBox(lines: readonly string[], shape: BoxShape): PromptBox | null {
  for (let row = lines.length - 1; row >= 0; row--) {
    const match = shape.text.exec(lines[row] ?? '');
    if (match === null) continue;
    const top = shape.top === null ? row : topOf(lines, row, shape.top);
    const bottom = shape.bottom === null ? lastTextRow(lines, row) : bottomOf(lines, row, shape.bottom);
    if (top === null || bottom === null) continue;
    const text = (match[1] ?? '').trim();
    const below = lines.slice(bottom + 1).filter((line) => line !== '').length;
    const most = shape.bottom === null ? MAX_LINES_BELOW.bare : MAX_LINES_BELOW.framed;
    if (below > most && !OPENS_COMPLETION.test(text)) return null;
    return { top, bottom, row, text };
  }
  return null;
}

function topOf(lines: readonly string[], row: number, border: RegExp): number | null {
  return border.test(lines[row - 1] ?? '') ? row - 1 : null;
}

function bottomOf(lines: readonly string[], row: number, border: RegExp): number | null {
  for (let index = row + 1; index < lines.length && index <= row + MAX_BOX_LINES; index++) {
    if (border.test(lines[index] ?? '')) return index;
  }
  return null;
}

/** A box without border ends at the first empty line. */
function lastTextRow(lines: readonly string[], row: number): number {
  let last = row;
  while (last + 1 < lines.length && lines[last + 1] !== '') last++;
  return last;
}

/** Lines under the box: status, hints, subagents. */
export function below(lines: readonly string[], box: PromptBox): readonly string[] {
  return lines.slice(box.bottom + 1).filter((line) => line !== '');
}

/** The nearest non-empty lines above a row, lowest first. */
export function linesAbove(lines: readonly string[], row: number, count: number): readonly string[] {
  const found: string[] = [];
  for (let index = row - 1; index >= 0 && found.length < count; index--) {
    const line = lines[index];
    if (line !== undefined && line !== '') found.push(line);
  }
  return found;
}

/** What followed the last prompt that was sent, as far as it is on the screen. */
export type Turn = { readonly prompt: string | null; readonly lines: readonly string[] };

export function lastTurn(lines: readonly string[], end: number, promptLine: RegExp): Turn {
  for (let index = end - 1; index >= 0; index--) {
    const match = promptLine.exec(lines[index] ?? '');
    if (match !== null) {
      return {
        prompt: (match[1] ?? '').trim(),
        lines: lines.slice(index + 1, end).filter((line) => line !== ''),
      };
    }
  }
  return { prompt: null, lines: lines.slice(0, end).filter((line) => line !== '') };
}

/** The last of the entries that begin with `start`, with the lines that belong to it. */
export function lastEntry(lines: readonly string[], start: RegExp): readonly string[] {
  const index = lines.findLastIndex((line) => start.test(line));
  return index === -1 ? [] : lines.slice(index);
}
