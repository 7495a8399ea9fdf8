import type { Finding } from './verdict.ts';

/** Stands in a word for what only the running shell knows: an environment variable, what a command prints. */
export const UNKNOWN = '\uE000';
/** The same for a variable whose name says that its value is a secret. */
export const SECRET = '\uE001';

export function isUnknown(text: string): boolean {
  return text.includes(UNKNOWN) || text.includes(SECRET);
}

/** For people: the marks become an ellipsis. */
export function shown(words: readonly string[]): string {
  return words.join(' ').replace(/[\uE000\uE001]+/g, '…');
}

/** What a program finds on its standard input. */
export type Feed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  /** `programs`: everything upstream in the pipe, first to last. */
  | { readonly kind: 'output'; readonly programs: readonly string[] }
  | { readonly kind: 'file'; readonly path: string };

/** One program with its words, as the shell would start it. */
export type Call = {
  /** Base name, lower case, without `.exe`. */
  readonly program: string;
  /** The words after the program, quotes gone and expansions made. */
  readonly args: readonly string[];
  readonly feed: Feed;
  readonly inner: Inner;
};

/** How a program's rules judge what that program would run in turn. */
export type Inner = {
  /** Text that a shell gets to read. */
  script(text: string): Finding | null;
  /** Words that become a program and its arguments. */
  words(words: readonly string[], feed?: Feed): Finding | null;
};

/** Null: nothing against it. */
export type ProgramRules = (call: Call) => Finding | null;

export type Options = {
  /** Short ones as letters, long ones by name or by any abbreviation of it. */
  has(...names: readonly string[]): boolean;
  /** The value of the last one of these; null: not given. */
  value(...names: readonly string[]): string | null;
  readonly operands: readonly string[];
  /** An operand may turn out to be an option: nobody knows how it begins. */
  readonly isHidden: boolean;
};

/**
 * Words as options and operands, in any order; clusters of letters come apart, and `--` ends the options.
 * @param withValue letters and long names that take the next word, or the rest of their own
 */
export function readOptions(args: readonly string[], withValue: readonly string[] = []): Options {
  const given: { readonly name: string; readonly value: string | null }[] = [];
  const operands: string[] = [];
  const takesValue = new Set(withValue);
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = equals === -1 ? word.slice(2) : word.slice(2, equals);
      const isNext = equals === -1 && takesValue.has(name);
      given.push({
        name,
        value: isNext ? (args[at + 1] ?? '') : equals === -1 ? null : word.slice(equals + 1),
      });
      if (isNext) at += 1;
    } else if (word.startsWith('-') && word.length > 1) {
      for (let letter = 1; letter < word.length; letter++) {
        const name = word[letter] ?? '';
        if (!takesValue.has(name)) {
          given.push({ name, value: null });
          continue;
        }
        const rest = word.slice(letter + 1);
        given.push({ name, value: rest === '' ? (args[at + 1] ?? '') : rest });
        if (rest === '') at += 1;
        break;
      }
    } else {
      operands.push(word);
    }
  }
  const isOne = (names: readonly string[]) => (option: { readonly name: string }) =>
    names.some((name) => isAbbreviation(option.name, name));
  return {
    has: (...names) => given.some(isOne(names)),
    value: (...names) => given.findLast(isOne(names))?.value ?? null,
    operands,
    isHidden:
      operands.some((operand) => operand.startsWith(UNKNOWN)) || given.some(({ name }) => isUnknown(name)),
  };
}

/** `--forc` is `--force`; a letter is only itself. */
function isAbbreviation(given: string, name: string): boolean {
  if (name.length === 1 || given.length === 1) return given === name;
  return name.startsWith(given) && given.length >= 2;
}
