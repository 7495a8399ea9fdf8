import { expect } from 'vitest';

/** Any text with these words in it, for a place in an expected value. Vitest's own has the type `any`. */
export function containing(words: string | RegExp): unknown {
  return expect.stringMatching(words instanceof RegExp ? words : new RegExp(RegExp.escape(words)));
}
