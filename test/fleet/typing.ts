import type { Typing } from '../../src/director/ports.ts';

/** Typed as most agents take it, with nothing in the way of its Enter. */
export function typing(text: string, changed: Partial<Typing> = {}): Typing {
  return { text, gapMs: 600, keepsLines: true, mayEnter: async () => true, ...changed };
}
