import { expect } from 'vitest';

/** Any text with these words in it, for a place in an expected value. Vitest's own has the type `any`. */
export function containing(words: string | RegExp): unknown {
  return typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words);
}
