/** A JSON object whose fields have not been looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsAt(value: unknown, key: string): Fields | null {
  const found = isFields(value) ? value[key] : undefined;
  return isFields(found) ? found : null;
}

export function textAt(value: unknown, key: string): string | null {
  const found = isFields(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : null;
}

export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = isFields(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** The objects of a list; anything else in it is left out. */
export function fieldsListAt(value: unknown, key: string): readonly Fields[] {
  return listAt(value, key).filter(isFields);
}
