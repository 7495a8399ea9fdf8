import type { ScreenView } from '../agent-kind.ts';
import { ansiOf, stylesOf } from './ansi-line.ts';

/** The title of a list or a page that lies over the rest, and at its right the key that closes it. Beside it is what it does not cover. */
const TITLE = /^\s(?:.*\s{2,})?(\S+(?: \S+)*)\s{3,}esc(?:\/\w+)?(?:\s{2,}.*|\s*)$/u;

/** The title of what lies over the screen and takes the keys; null: nothing does. Its ground tells it from words in the conversation. */
export function findOverlay(view: ScreenView): string | null {
  for (const line of view.lines) {
    const title = line.includes('esc') ? TITLE.exec(line)?.[1] : undefined;
    if (title !== undefined && /\p{L}{2}/u.test(title) && liesOver(view, line, title)) return title;
  }
  return null;
}

function liesOver(view: ScreenView, line: string, title: string): boolean {
  const ansi = ansiOf(view.ansiLines(), line);
  if (ansi === null || !ansi.includes('\u001b[')) return true;
  const styleOf = stylesOf(ansi);
  const groundOf = (text: string) =>
    styleOf(text)
      ?.split(';')
      .find((entry) => entry.startsWith('b')) ?? '';
  return groundOf(title) !== groundOf(line.slice(0, 1));
}
