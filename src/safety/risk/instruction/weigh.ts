import { BEGINNING_OF, STEM, scaleOf, stemOf, takeEvidence, WORD, weighedWords } from './evidence.ts';
import { fieldsOf } from './fields.ts';
import learned from './weights.json' with { type: 'json' };
import { listed } from './words.ts';

/** Evidence by its weight, in hundredths: above zero it speaks for asking a person. Made by `node test/record/risk-weights.ts`. */
export type Weights = { readonly bias: number; readonly weights: Readonly<Record<string, string>> };

export type Scales = {
  /** How much the words of a sentence speak for asking a person; below zero they speak against it. */
  readonly weigh: (words: readonly string[]) => number;
  readonly isKnown: (word: string) => boolean;
};

const UNITS = 100;

export function scalesOf({ bias, weights }: Weights): Scales {
  const table: Table = new Map();
  const apart: Table = new Map();
  for (const [weight, names] of Object.entries(weights))
    for (const name of listed(names)) {
      const [left = '', right = '', third] = name.split(' ');
      setWeight(third === undefined ? table : apart, left, third ?? right, Number(weight) / UNITS);
    }
  const ofWords = table.get(WORD);
  const ofStems = table.get(STEM);
  const ofBeginnings = table.get(BEGINNING_OF);
  return {
    weigh: (words) => {
      let sum = 0;
      let count = 0;
      let last = WORD;
      let row = ofWords;
      takeEvidence(words, (left, right, isApart) => {
        count += 1;
        if (isApart) {
          sum += apart.get(left)?.get(right) ?? 0;
          return;
        }
        if (left !== last) {
          last = left;
          row =
            left === WORD
              ? ofWords
              : left === STEM
                ? ofStems
                : left === BEGINNING_OF
                  ? ofBeginnings
                  : table.get(left);
        }
        sum += row?.get(right) ?? 0;
      });
      return bias / UNITS + sum * scaleOf(count);
    },
    isKnown: (word) => ofWords?.has(word) === true || ofStems?.has(stemOf(word)) === true,
  };
}

type Table = Map<string, Map<string, number>>;

function setWeight(table: Table, left: string, right: string, weight: number): void {
  const row = table.get(left) ?? new Map<string, number>();
  row.set(right, weight);
  table.set(left, row);
}

const SCALES = scalesOf(learned);

/** What a sentence must weigh for a person to be asked. */
const BORDER = -0.05;
/** What it weighs that a rule has something against it. */
const OF_A_RULE = 1.5;

/** `harmless` and `grave`: whatever a rule says. */
export type Weighed = 'harmless' | 'open' | 'grave' | 'unknown-language';

/** What the words of a sentence say, by the lists they were learned from. */
export function weigh(sentence: string): Weighed {
  const words = weighedWords(sentence);
  const weight = SCALES.weigh(words);
  if (weight > BORDER && words.some(isTelling)) return 'grave';
  if (isUnknownLanguage(words)) return 'unknown-language';
  return weight > BORDER - OF_A_RULE ? 'open' : 'harmless';
}

/** Only of a word that says what is done, or to what, and that is known, can anything be told: “oil it now” is as strange as it is short. */
function isTelling(word: string): boolean {
  return !TELLS_NOTHING.has(word) && (SCALES.isKnown(word) || fieldsOf(word).length > 0);
}

const TELLS_NOTHING: ReadonlySet<string> = new Set(
  listed(`
    a, an, the, this, that, these, those, it, its, them, they, and, or, but, so, then, than, too, also, of, to, in, on, at, for,
    from, with, by, as, into, onto, is, are, was, were, be, been, i, me, my, mine, we, us, our, you, your, he, she, here, there, now, just, first,
    next, please, ?, !, :
  `),
);

/** Most of it is said in no language that anybody has taught. */
function isUnknownLanguage(words: readonly string[]): boolean {
  let spoken = 0;
  let unknown = 0;
  for (const word of words) {
    if (SCALES.isKnown(word)) spoken += 1;
    else if (/^\p{L}{2,}$/u.test(word)) {
      spoken += 1;
      unknown += 1;
    }
  }
  return unknown >= FEWEST_UNKNOWN && unknown > spoken * UNKNOWN_SHARE;
}

const FEWEST_UNKNOWN = 2;
const UNKNOWN_SHARE = 0.7;
