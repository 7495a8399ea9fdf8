import { ALL_FIELDS, type Field, fieldsOf } from './fields.ts';

/**
 * Takes one piece of evidence, in two parts. Nothing is put together for it: that would take longer than to weigh it.
 * @param isApart one word stands between the two
 */
export type TakeEvidence = (left: string, right: string, isApart?: true) => void;

/**
 * What of a sentence is weighed: its words, their stems (`~`) and beginnings (`:`), each word and each field (`@`) after the word before, the first
 * after `^`, each word after the last but one, the fields of its last word (`$`), fields that stand together, and how long it is (`#`).
 */
export function takeEvidence(words: readonly string[], take: TakeEvidence): void {
  const fields = new Set<Field>();
  let before = FIRST;
  for (const [at, word] of words.entries()) {
    take(WORD, word);
    take(STEM, stemOf(word));
    take(before, word);
    if (at > 1) take(words[at - 2] ?? '', word, true);
    if (word.length > BEGINNING) take(BEGINNING_OF, word.slice(0, BEGINNING));
    const own = fieldsOf(word);
    for (const field of own) {
      fields.add(field);
      take(before, NAME[field]);
      if (at === words.length - 1) take(LAST, NAME[field]);
    }
    before = word;
  }
  const first = words[0] ?? '';
  take(LENGTH, STEPS[Math.min(STEPS.length - 1, Math.floor(words.length / WORDS_A_STEP))] ?? '');
  const begins = fieldsOf(first);
  for (const one of fields) {
    take(FIELD, one);
    if (begins.length === 0) take(BEGINS_UNKNOWN, one);
    for (const field of begins) take(BEGINS[field], one);
    for (const other of fields) if (one < other) take(NAME[one], other);
  }
}

/**
 * What one piece counts beside the others. Long sentences would outweigh short ones, so it is by the square root of how much there is; and of a few
 * words less can be said for certain, so a few pieces are always thought to be there that say nothing.
 */
export function scaleOf(pieces: number): number {
  return 1 / Math.sqrt(pieces + SILENT_PIECES);
}

const SILENT_PIECES = 4;

export const WORD = '.';
export const STEM = '~';
export const BEGINNING_OF = ':';
/** Of a word, in characters: other words of its family and of related languages mostly have it too. */
const BEGINNING = 5;
const FIRST = '^';
const LAST = '$';
const LENGTH = '#';
const FIELD = '@';
const BEGINS_UNKNOWN = '^@';
const NAME = marked('@');
const BEGINS = marked('^@');

function marked(mark: string): Readonly<Record<Field, string>> {
  const names: Partial<Record<Field, string>> = {};
  for (const field of ALL_FIELDS) names[field] = `${mark}${field}`;
  return names as Record<Field, string>;
}

const STEPS = ['0', '1', '2', '3', '4', '5', '6'];
const WORDS_A_STEP = 4;

/** Longer sentences are weighed by their beginning; what follows is rarely of another mind. */
const MAX_WORDS = 60;

/** Words in lower case, with the marks that ask, tell or shout as words of their own. */
export function weighedWords(sentence: string): readonly string[] {
  const words: string[] = [];
  for (const found of sentence.toLowerCase().match(WORDS) ?? []) {
    const word = found.replace(/^[.-]+(?!env)|[.-]+$/g, '');
    if (word === '') continue;
    words.push(word);
    if (words.length === MAX_WORDS) break;
  }
  return words;
}

const WORDS = /[\p{L}\p{N}_.@/$-]+|[?!:]/gu;

/** Shorter words have no endings to lose. */
const SHORTEST_STEMMED = 5;

export function stemOf(word: string): string {
  return word.length < SHORTEST_STEMMED ? word : word.replace(/(?:ing|ed|es|s|e)$/, '');
}
