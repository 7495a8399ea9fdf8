/** A pattern that is written on several lines. Their ends, and the blanks that the next one begins with, are no part of it. */
export function pattern(source: string, flags: '' | 'i' | 'is' | 'u' | 'iu' = ''): RegExp {
  return new RegExp(source.replaceAll(/\n\s*/g, ''), flags);
}
