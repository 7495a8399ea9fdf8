/** Numbers from 0 to 1 that look random and are the same in every run: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: () => number, choices: readonly T[]): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new Error('there is nothing to pick from');
  return chosen;
}

const ALPHABETS: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0x20, 0x2f],
  [0xa0, 0x17f],
  [0x300, 0x36f],
  [0x400, 0x4ff],
  [0x3040, 0x30ff],
  [0x1f300, 0x1f64f],
  [0x200b, 0x200f],
];

/** Text of all kinds of writing, with line breaks, marks without letters and half-visible characters. */
export function randomText(random: () => number, maxLength: number): string {
  const length = Math.floor(random() * maxLength);
  return Array.from({ length }, () => {
    if (random() < 0.05) return pick(random, ['\n', '\t', '..', '@{', '.lock', '//', "'", '"', '\\', '$(']);
    const [from, to] = pick(random, ALPHABETS);
    return String.fromCodePoint(from + Math.floor(random() * (to - from + 1)));
  }).join('');
}
