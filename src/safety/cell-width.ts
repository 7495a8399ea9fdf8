/**
 * How many cells of a terminal a character takes: none for what is drawn onto the character before it, two for East Asian and emoji, one otherwise.
 * Source: Unicode's EastAsianWidth.txt (W and F) and emoji-data.txt (Emoji_Presentation); where tmux 3.3a counts otherwise, as tmux does.
 */
export function cellWidth(char: string): 0 | 1 | 2 {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300 || isFlagLetter(code)) return 1;
  if (NO_CELL.test(char)) return 0;
  return isWide(code) || EMOJI.test(char) ? 2 : 1;
}

/** Joins what follows it to what stands before it: a family is one picture. */
export const ZERO_WIDTH_JOINER = 0x200d;

const NO_CELL = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200f\u2060])/u;
const EMOJI = /^\p{Emoji_Presentation}/u;

/** Two of them are a flag of two cells. */
function isFlagLetter(code: number): boolean {
  return code >= 0x1f1e6 && code <= 0x1f1ff;
}

/** First and last code point of each wide block. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return WIDE.some(([first, last]) => code >= first && code <= last);
}

export function textWidth(text: string): number {
  let width = 0;
  let isJoined = false;
  for (const char of text) {
    if (!isJoined) width += cellWidth(char);
    isJoined = char.codePointAt(0) === ZERO_WIDTH_JOINER;
  }
  return width;
}
