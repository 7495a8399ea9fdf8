import { FENCE_LENGTH } from './control-line.ts';
import { tmuxWord } from './tmux-word.ts';

/** A format whose fields no pane can break out of. */
export function record(fence: string, fields: readonly string[]): string {
  return tmuxWord(fence + fields.map((field) => `#{${field}}${fence}`).join(''));
}

/** Each record begins with the fence, and so does the output. */
export function recordsOf(text: string, width: number): readonly (readonly string[])[] {
  const parts = text === '' ? [] : text.split(text.slice(0, FENCE_LENGTH));
  const records: string[][] = [];
  // Before each record stands what parts it from the last: nothing, or a line's end.
  for (let at = 1; at + width <= parts.length; at += width + 1) records.push(parts.slice(at, at + width));
  return records;
}

export const isOn = (flag: string | undefined) => flag === '1';
