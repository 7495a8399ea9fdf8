import type { Dialog } from '../../domain/index.ts';
import { promptKindOf } from './dialog.ts';

/** The question that is open now; one that was answered has a hollow mark. */
const OPEN = /^\s*◆\s+(\S.*)$/u;
const ROW = /^\s*│\s+([●○◉◯◻◼☐☑])\s+(\S.*)$/u;
const BAR = /^\s*[│└](?:\s|$)/u;

/**
 * A question as the library clack draws it, at the end of the screen: `◆  May it run?`, its answers behind a bar, `└`.
 * Without keys: some lists take letters for a search.
 */
export function findClackList(lines: readonly string[]): Dialog | null {
  const labels: string[] = [];
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    const question = OPEN.exec(line)?.[1];
    if (question !== undefined) {
      return index === lines.length - 1
        ? null
        : { promptKind: promptKindOf(question, labels, ''), question, options: [] };
    }
    if (!BAR.test(line)) return null;
    const label = ROW.exec(line)?.[2];
    if (label !== undefined) labels.unshift(label);
  }
  return null;
}
