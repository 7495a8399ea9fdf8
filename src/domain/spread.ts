/** A number from 0 up to 1 that belongs to an id: what is done at a moment of its own needs no dice, and is foretold. Source: FNV-1a, 32 bits. */
export function fractionOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  // Ids that differ in their last character only would lie side by side.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
