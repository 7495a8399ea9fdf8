import { err, ok, parseTaskLabel, type Result, type TaskId } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import type { Command } from './command.ts';

export function splitHead(input: string): { readonly head: string; readonly rest: string } {
  const match = /^\s*(\S*)(?:\s([\s\S]*))?$/.exec(input);
  return { head: match?.[1] ?? '', rest: match?.[2] ?? '' };
}

/** Words, where one in quotes may hold blanks. */
export function wordsOf(rest: string): readonly string[] {
  return Array.from(
    rest.matchAll(/"([^"]*)"|“([^”]*)”|(\S+)/g),
    ([, quoted, curly, word]) => quoted ?? curly ?? word ?? '',
  );
}

export function unquote(text: string): string {
  const match = /^(?:"([^"]*)"|“([^“”]*)”)$/.exec(text);
  return match === null ? text : (match[1] ?? match[2] ?? '').trim();
}

/** undefined: not an amount of dollars. */
export function parseDollars(word: string): number | undefined {
  return /^\$?\d{1,6}(?:\.\d{1,2})?$/.test(word) ? Number(word.replace('$', '')) : undefined;
}

const SPAN_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `3 hours`, `2d`. undefined: none of these. */
export function spanMs(words: string): number | undefined {
  const match = /^(\d+)\s*(m|min|minutes?|h|hours?|d|days?)$/i.exec(words.trim());
  const unitMs = SPAN_UNITS_MS[match?.[2]?.charAt(0).toLowerCase() ?? ''];
  return unitMs === undefined ? undefined : Number(match?.[1]) * unitMs;
}

/** null: not given. undefined: not a number in range. */
export function parseCount(word: string | undefined, max: number): number | null | undefined {
  if (word === undefined) return null;
  const value = Number(word);
  return /^\d+$/.test(word) && value >= 1 && value <= max ? value : undefined;
}

export const clip = (word: string): string =>
  (word.length > 40 ? `${word.slice(0, 40)}…` : word).replaceAll('`', "'");

export function bad(sentence: string): Result<never, Refusal> {
  return err({ kind: 'bad-words', sentence });
}

export function parseOptionalTask(
  rest: string,
  verb: string,
  build: (task: TaskId | null) => Command,
): Result<Command, Refusal> {
  if (rest.trim() === '') return ok(build(null));
  const task = parseTaskLabel(rest);
  return task === null
    ? bad(`\`${clip(rest.trim())}\` is not a task. Write its number: \`${verb} T12\`.`)
    : ok(build(task));
}
