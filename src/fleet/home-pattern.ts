import { quoteWord } from '../safety/index.ts';

/**
 * A shell pattern under the home folder, as a word of a script: `*` is the only wildcard, all else is what it is, whatever a folder is called.
 * Null: it would lead out of the home folder.
 */
export function homePattern(pattern: string): string | null {
  if (pattern.startsWith('/') || pattern.includes('\0') || pattern.split('/').includes('..')) return null;
  const literal = (text: string) => (text === '' ? '' : quoteWord(text));
  return `"$HOME"/${pattern.split('*').map(literal).join('*')}`;
}
