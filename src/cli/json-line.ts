import { z } from 'zod';

const named = z.object({ id: z.union([z.string(), z.number()]) });

/** How many characters of a name are kept. */
const MAX_ID_CHARACTERS = 500;

/** The name the line gives itself, whatever else is wrong with it. Null: none. */
export function idOf(value: unknown): string | number | null {
  const parsed = named.safeParse(value);
  if (!parsed.success) return null;
  const { id } = parsed.data;
  return typeof id === 'string' ? id.slice(0, MAX_ID_CHARACTERS) : id;
}

/** Undefined: not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
