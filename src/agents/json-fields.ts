/** JSON that an agent wrote, as far as it can be read: what is not as expected is null, never a failure. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object; null: the text is something else, or no JSON at all. */
export function fieldsFrom(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

export function textAt(value: unknown, key: string): string | null {
  const field = isFields(value) ? value[key] : null;
  return typeof field === 'string' ? field : null;
}

export function fieldsAt(value: unknown, key: string): Fields | null {
  const field = isFields(value) ? value[key] : null;
  return isFields(field) ? field : null;
}

export function listAt(value: unknown, key: string): readonly unknown[] {
  const field = isFields(value) ? value[key] : null;
  return Array.isArray(field) ? field : [];
}

/** A count; some agents write it as text. What is none counts as 0. */
export function countAt(value: unknown, key: string): number {
  return amountAt(value, key) ?? 0;
}

export function amountAt(value: unknown, key: string): number | null {
  const field = isFields(value) ? value[key] : null;
  const number = typeof field === 'string' && field.trim() !== '' ? Number(field) : field;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}

/** An ISO time, or milliseconds since 1970. */
export function timeAt(value: unknown, key: string): Date | null {
  const field = isFields(value) ? value[key] : null;
  if (typeof field !== 'string' && typeof field !== 'number') return null;
  const time = new Date(field);
  return Number.isNaN(time.getTime()) ? null : time;
}
