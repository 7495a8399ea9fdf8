import type { Dialog } from '../../domain/index.ts';
import type { ScreenView } from '../agent-kind.ts';
import { promptKindOf } from './dialog.ts';

/** Keys that move in a list, and what they are for; or the key that takes a row, in words that no input has. */
const CHOOSES =
  /(?:[↑↓←→⇅⇆▲▼]|\barrows?\b|\b(?:up|left)\s?\/\s?(?:down|right)\b|\bj\s?\/\s?k\b|\btab\b).{0,24}\b(?:navigate|move|select|choose|toggle|switch|change|pick|options?|buttons?)\b|\b(?:navigate|move|select|choose|toggle)\b.{0,12}[↑↓←→⇅⇆]|(?:\b(?:enter|return|space)\b|[⏎↵])\]?:?\s*(?:to\s+)?\b(?:confirm|select|choose|accept|approve|allow|apply|toggle|pick|run)\b/iu;
const CHOOSES_IN_OTHER_WORDS =
  /(?:[↑↓←→⏎↵]|\b(?:enter|esc)\b).*(?:決定|確認|選択|移動|确认|選擇|选择|移动|확인|선택|auswählen|bestätigen|seleccionar|confirmar|sélectionner|valider)/iu;
/** An input has keys of its own. */
const OF_AN_INPUT =
  /\b(?:history|newline|new line|send|scroll|commands|shortcuts|mode|agents?|models?|interrupt)\b/i;
const MARKED_ROW = /^(\s*)([>❯›»▶▸➜→●◉▪■✓✔*-]|\[[xX✓]\]|\([•*xX]\))\s+(\S.*)$/u;
const MAX_HINT_LINES = 3;
const MAX_LINES = 40;

/**
 * Something to choose from, in whatever form: the keys that choose are named at the end of the screen, or a frame there has rows of which
 * one is marked. Without answers, as nobody knows which keys lead to which. Above line `end`.
 */
export function findAnyChoice({ lines }: ScreenView, end: number): Dialog | null {
  const told = lastLines(lines, end);
  const hint = told
    .filter((line) => line !== '')
    .slice(-MAX_HINT_LINES)
    .findLast(isHint);
  const rows = rowsOf(told);
  if (hint === undefined && !(rows.length > 1 && asksAbove(told, rows[0] ?? ''))) return null;
  const question = told
    .filter((line) => line !== hint && /[\p{L}\p{N}]/u.test(line))
    .map((line) => line.trim());
  const answers = rows.length > 0 ? rows.map((row) => row.trim()) : buttonsIn(question.at(-1) ?? '');
  return {
    promptKind: promptKindOf(question.join('\n'), answers, hint ?? ''),
    question: question.join('\n'),
    options: [],
  };
}

/** Answers in one line, far apart. */
function buttonsIn(line: string): readonly string[] {
  const parts = line.split(/\s{2,}/u);
  return parts.length > 1 && parts.every((part) => part.length <= 32) ? parts : [];
}

export function isHint(line: string): boolean {
  return (CHOOSES.test(line) && !OF_AN_INPUT.test(line)) || CHOOSES_IN_OTHER_WORDS.test(line);
}

/** The last paragraph or frame, top first, without what frames it. */
function lastLines(lines: readonly string[], end: number): readonly string[] {
  const kept: string[] = [];
  for (let index = end - 1; index >= 0 && kept.length < MAX_LINES; index--) {
    const line = lines[index] ?? '';
    if (/^\s*[╭┌┏╔][─━═]/u.test(line) && kept.length > 0) break;
    if (/^\s*[╰└┗╚][─━═]/u.test(line)) {
      // What stands under a frame is no part of it, but for the keys.
      kept.splice(0, kept.length, ...kept.filter(isHint));
      continue;
    }
    if (/^\s*[─━═]{8,}/u.test(line)) {
      if (kept.some((each) => /[?？]\s*$/u.test(each))) break;
      continue;
    }
    const inner = line
      .replace(/^(\s*)[│┃║]/u, '$1 ')
      .replace(/[│┃║█▌]\s*$/u, '')
      .trimEnd();
    if (inner !== '' || kept.length > 0) kept.unshift(inner.trim() === '' ? '' : inner);
  }
  return kept;
}

/** One marked row and those that stand beside it in one column; empty: there is no such list at the end. */
function rowsOf(told: readonly string[]): readonly string[] {
  const at = told.findLastIndex((line) => MARKED_ROW.test(line));
  const match = MARKED_ROW.exec(told[at] ?? '');
  if (match === null) return [];
  const column = (told[at] ?? '').length - (match[3] ?? '').length;
  const isRow = (line: string) => line.slice(0, column).trim() === '' && /^\S/u.test(line.slice(column));
  let first = at;
  while (first > 0 && isRow(told[first - 1] ?? '')) first--;
  let last = at;
  while (last + 1 < told.length && isRow(told[last + 1] ?? '')) last++;
  const under = told.slice(last + 1).filter((line) => line !== '');
  return under.length < MAX_HINT_LINES ? told.slice(first, last + 1) : [];
}

/** Its answers name their own keys, or what stands right above asks. */
function asksAbove(told: readonly string[], first: string): boolean {
  const at = told.indexOf(first);
  const own = told.slice(at).filter((line) => OWN_KEY.test(line));
  const above = told.slice(Math.max(0, at - 2), at).findLast((line) => line !== '') ?? '';
  return own.length > 1 || /[?？:]\s*$/u.test(above);
}

const OWN_KEY = /\((?:esc|enter|tab|shift\+tab|[a-z])(?: or [a-z])?\)\s*$/iu;
