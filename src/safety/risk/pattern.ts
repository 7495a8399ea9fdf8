const made = new Map<string, RegExp>();

/**
 * A pattern that is written on several lines. Their ends, and the blanks that the next one begins with, are no part of it.
 * Each is made once, also where a judgement asks for it in passing.
 */
export function pattern(source: string, flags: '' | 'i' | 'is' | 'u' | 'iu' = ''): RegExp {
  const key = `${flags}/${source}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const whole = new RegExp(source.replaceAll(/\n\s*/g, ''), flags);
  made.set(key, whole);
  return whole;
}
