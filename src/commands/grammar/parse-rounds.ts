import { err, ok, type Result, type RoundId, type RoundKind, roundId } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';

export type RoundCommand =
  | {
      readonly kind: RoundKind;
      readonly host: string | null;
      readonly session: string | null;
      readonly isIncremental: boolean;
      readonly isSaved: boolean;
      /** What needs a yes gets that of the one who asks, where they may give it. */
      readonly isForced: boolean;
    }
  /** `round: null`: the newest ones. */
  | { readonly kind: 'rounds'; readonly round: RoundId | null; readonly format: 'table' | 'json' };

/** What each takes beside `--host` and `--session`. */
const SWITCHES: Readonly<Record<RoundKind, readonly string[]>> = {
  scout: ['incremental', 'save'],
  'dry-run': ['incremental', 'save'],
  advance: ['force', 'save'],
  'run-once': ['save'],
};

/** @param words what follows the verb, quotes taken off */
export function parseRound(kind: RoundKind, words: readonly string[]): Result<RoundCommand, Refusal> {
  const flags = flagsIn(words, ['host', 'session'], SWITCHES[kind]);
  if (!flags.ok) return bad(kind, flags.error);
  const { values, switches, rest } = flags.value;
  if (rest.length > 0) return bad(kind, `I don't know what \`${clip(rest[0] ?? '')}\` means here`);
  return ok({
    kind,
    host: values.get('host') ?? null,
    session: values.get('session') ?? null,
    isIncremental: switches.has('incremental'),
    isSaved: switches.has('save'),
    isForced: switches.has('force'),
  });
}

export function parseRounds(words: readonly string[]): Result<RoundCommand, Refusal> {
  const flags = flagsIn(words, ['format'], []);
  if (!flags.ok) return bad('rounds', flags.error);
  const { values, rest } = flags.value;
  const format = values.get('format') ?? 'table';
  if (format !== 'table' && format !== 'json') return bad('rounds', '`--format` is `table` or `json`');
  const [named, ...more] = rest;
  const match = named === undefined ? null : /^[Rr]?([1-9]\d{0,8})$/.exec(named);
  if (more.length > 0 || (named !== undefined && match === null)) return bad('rounds', 'name one round');
  const round = match?.[1] === undefined ? null : roundId(Number(match[1]));
  return ok({ kind: 'rounds', round, format });
}

type Flags = {
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  readonly rest: readonly string[];
};

// Slack turns a typed `--` into one dash of its own in some clients.
const FLAG = /^(?:--|—|–)([a-z][a-z-]*)(?:=(.*))?$/i;

function flagsIn(
  words: readonly string[],
  known: readonly string[],
  knownSwitches: readonly string[],
): Result<Flags, string> {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [, written, joined] = FLAG.exec(word) ?? [];
    const name = written?.toLowerCase();
    if (name === undefined) rest.push(word);
    else if (values.has(name) || switches.has(name)) return err(`\`--${name}\` is there twice`);
    else if (knownSwitches.includes(name) && joined === undefined) switches.add(name);
    else if (known.includes(name)) {
      const value = joined ?? words[at + 1] ?? '';
      if (value === '') return err(`\`--${name}\` needs a value after it`);
      values.set(name, value);
      if (joined === undefined) at += 1;
    } else return err(`I don't know \`--${clip(name)}\``);
  }
  return ok({ values, switches, rest });
}

const clip = (word: string): string => word.slice(0, 40).replaceAll('`', "'");

function bad(verb: string, fault: string): Result<never, Refusal> {
  return err({
    kind: 'bad-words',
    sentence: `${fault.charAt(0).toUpperCase()}${fault.slice(1)}. \`help ${verb}\` says what there is.`,
  });
}
