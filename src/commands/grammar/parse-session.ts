import { ok, type Result, WATCH_FOR_MAX_MS, WATCH_FOR_MS } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import { targetFromWords } from '../target.ts';
import type { Command } from './command.ts';
import { bad, wordsOf } from './words.ts';

export function parseAdopt(rest: string): Result<Command, Refusal> {
  const [host, ...sessions] = wordsOf(rest);
  return host === undefined
    ? bad('Name a host, and the sessions if not all of them: `adopt dev1 main`.')
    : ok({ kind: 'adopt', host, sessions });
}

export function parseObserve(rest: string): Result<Command, Refusal> {
  const [host, ...more] = wordsOf(rest);
  if (host === undefined || more.length > 0) return bad('Name one host: `observe dev1`.');
  return ok({ kind: 'observe', host });
}

export function parseExplain(rest: string): Result<Command, Refusal> {
  const target = targetFromWords(wordsOf(rest));
  return target === null
    ? bad('Name one session: `explain T12`, `explain main` or `explain dev1 main`.')
    : ok({ kind: 'explain', target });
}

const SNAPSHOT_LINES_MAX = 10_000;

export function parseSnapshot(rest: string): Result<Command, Refusal> {
  const isTextOnly = /(?:^|\s)(?:--|—|–)text(?=\s|$)/.test(rest);
  const words = wordsOf(rest.replace(/(?:^|\s)(?:--|—|–)text(?=\s|$)/, ' '));
  const { named, count } = takeLineCount(words);
  const lines = count === null ? null : Number(count);
  if (lines !== null && (!/^\d+$/.test(count ?? '') || lines < 1 || lines > SNAPSHOT_LINES_MAX)) {
    return bad(`A snapshot has 1 to ${SNAPSHOT_LINES_MAX} lines: \`snapshot T12 200 lines\`.`);
  }
  const target = targetFromWords(named);
  return target === null
    ? bad('Name one session: `snapshot T12` or `snapshot dev1 main 200 lines`.')
    : ok({ kind: 'snapshot', target, lines, isTextOnly });
}

/** `200 lines`, `--lines 200`, or a bare number behind a task or behind host and session. A session may be called `2`. */
function takeLineCount(words: readonly string[]): {
  readonly named: readonly string[];
  readonly count: string | null;
} {
  const [last = '', before = ''] = words.toReversed();
  const flag = /^(?:--|—|–)lines(?:=(.*))?$/;
  const inOne = flag.exec(last)?.[1];
  if (inOne !== undefined) return { named: words.slice(0, -1), count: inOne };
  if (flag.test(before)) return { named: words.slice(0, -2), count: last };
  if (/^lines?$/i.test(last) && /^-?\d+$/.test(before)) return { named: words.slice(0, -2), count: before };
  const isBare = words.length === 3 || (words.length === 2 && /^[Tt#]\d+$/.test(before));
  return isBare && /^-?\d+$/.test(last)
    ? { named: words.slice(0, -1), count: last }
    : { named: words, count: null };
}

export function parseWatch(rest: string): Result<Command, Refusal> {
  const timed = /(?:^|\s)for\s+(\d+)\s*(s|sec|seconds?|m|min|minutes?)\s*$/i.exec(rest);
  const target = targetFromWords(wordsOf(timed === null ? rest : rest.slice(0, timed.index)));
  if (target === null) return bad('Name one session: `watch dev1 main` or `watch T12 for 10m`.');
  const unit = timed?.[2]?.toLowerCase().startsWith('s') ? 1000 : 60_000;
  const forMs = timed === null ? WATCH_FOR_MS : Number(timed[1]) * unit;
  if (forMs < 1000 || forMs > WATCH_FOR_MAX_MS) {
    return bad(`A watch lasts 1 s to ${WATCH_FOR_MAX_MS / 60_000} min: \`watch dev1 main for 10m\`.`);
  }
  return ok({ kind: 'watch', target, forMs });
}

export function parseHealth(rest: string): Result<Command, Refusal> {
  const [host, ...more] = wordsOf(rest);
  return more.length > 0
    ? bad('Name one host, or none for all of them: `health dev1`.')
    : ok({ kind: 'health', host: host ?? null });
}
