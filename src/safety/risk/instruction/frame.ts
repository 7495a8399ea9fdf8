import { isTransparent, type Phrase, phraseOf, type Thing } from './things.ts';
import type { Verb } from './verbs.ts';
import { type FoundVerb, verbAt } from './verbs.ts';
import { listed } from './words.ts';

/** An order taken apart: “remove the old backups from the server when you are done”. */
export type Frame = {
  readonly verb: Verb;
  /** “the old backups” */
  readonly object: Phrase;
  /** “from the server” */
  readonly places: readonly Phrase[];
  /** “when you are done” */
  readonly tail: string;
  /** Verb, object and places as they stand. */
  readonly text: string;
  /** It lies in the code, or comes again with the next build. */
  readonly isCode: boolean;
  /** What a program is to do one day, not what an agent is to do now. */
  readonly isFeature: boolean;
  /** The verb was taken from within a sentence: nothing is said by what is not known. */
  readonly isInside: boolean;
};

const PREPOSITION: ReadonlySet<string> = new Set(
  listed(
    `in, on, of, from, for, with, to, at, into, via, as, against, inside, within, onto, by, over, under, between, off, without, about, through, across, per, except, behind, around, unto, toward, towards, despite, during, throughout, using, besides, beyond, w/, 2`,
  ),
);
const SUBORDINATE: ReadonlySet<string> = new Set(
  listed(
    `that, which, who, whose, where, when, whenever, if, because, so, until, till, while, once, unless, since, after, before, although, though, wherever, instead, rather, bc, cause, cuz, cos, then, but`,
  ),
);

export function frameOf({ verb, rest }: FoundVerb, isInside: boolean, meant: Phrase | null): Frame {
  const segments: { preposition: string; words: string[] }[] = [{ preposition: '', words: [] }];
  let end = rest.length;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? '';
    const last = segments.at(-1);
    if (last === undefined) break;
    const isPronoun = word === 'that' && (at === 0 || PREPOSITION.has(rest[at - 1] ?? ''));
    const isNoun =
      word === 'if' &&
      (/^(?:the|an|a|this|second|first|last|inner|outer)$/.test(rest[at - 1] ?? '') ||
        /^(?:branch|block|statement|condition|clause)$/.test(rest[at + 1] ?? ''));
    if (SUBORDINATE.has(word) && !isPronoun && !isNoun) {
      end = at;
      break;
    }
    if (!PREPOSITION.has(word)) {
      if (!DETERMINER.has(word)) last.words.push(word);
    } else if (word === 'to' && isInfinitive(rest, at)) {
      end = at;
      break;
    } else if (word === 'of' && (last.words.length === 0 || isTransparent(last.words.at(-1) ?? ''))) continue;
    else if (word === 'off' && last.words.length === 0) continue;
    else segments.push({ preposition: word, words: [] });
  }
  const [first, ...others] = segments.map(({ preposition, words }) => phraseOf(preposition, words));
  const own = first ?? phraseOf('', []);
  const object =
    meant !== null && own.isPronoun ? { ...meant, isPronoun: true, isVast: meant.isVast || own.isVast } : own;
  const tail = rest.slice(end).join(' ');
  const isInProduction = [object, ...others].some(({ things }) => things.has('production'));
  const isBroughtToProduction = others.some(({ things, isCode }) => things.has('production') && !isCode);
  return {
    verb,
    object,
    places: others,
    tail,
    text: [verb.name, ...rest.slice(0, end)].join(' '),
    isCode:
      (object.isCode && !isBroughtToProduction) ||
      (!isInProduction &&
        ((object.isMadeAgain &&
          !object.things.has('infra') &&
          !others.some(({ things }) => things.has('version') || things.has('outside'))) ||
          object.isLocal)) ||
      (!isBroughtToProduction &&
        !(isInProduction && (object.things.has('data') || object.things.has('infra'))) &&
        others.some(
          (place) => IN.test(place.preposition) && (place.isCode || place.isLocal || place.isMadeAgain),
        )) ||
      OWN.test(tail),
    isFeature: !isInProduction && (FEATURE.test(` ${tail}`) || others.some(isOccasion)),
    isInside,
  };
}

const IN = /^(?:in|as|from|of|on|at|inside|within|to|into|between|per|for|during|with|off)$/;
const DETERMINER: ReadonlySet<string> = new Set(listed(`the, a, an, its, this, these, those, some, such`));

function isInfinitive(words: readonly string[], at: number): boolean {
  const found = verbAt(words, at + 1);
  const next = words[at + 2] ?? '';
  return (
    found?.verb.form === 'base' && next !== '' && !NOUNS.has(words[at + 1] ?? '') && !PREPOSITION.has(next)
  );
}

/** Verbs that stand behind “to” as nouns: “push to release branches”. */
const NOUNS: ReadonlySet<string> = new Set(
  listed(
    `bypass, release, stage, host, index, list, log, cache, disk, store, cloud, mail, email, slack, prod, live, head, tag, test, build, force, trash, bin, scratch, stream, function, document, share`,
  ),
);

/** What the agent has made itself may go again. */
const OWN =
  /^(?:that |which )?you(?: have|'ve)? (?:just )?(?:started|created|made|added|opened|wrote|introduced|spun up)\b/;

/** When a program does something; not when the agent is through, or may go on. */
const FEATURE =
  /^ (?:when|whenever|if|after|before|on|until|while|unless|once)\b(?! v?\d)(?!.*\b(?:you(?:'re|'ve)?|i|we(?:'re|'ve)?|i'm|done|finished|ready|green|pass(?:es)?|passing|merged|merges|ci|necessary|needed|possible|asked|required|have to|must|fails|tomorrow|today|tonight|midnight|lunch|anybody|anyone|somebody|someone|nobody|noon|hours|monday|friday|weekend|that|then)\b)/;

function isOccasion({ preposition, words }: Phrase): boolean {
  return (
    (preposition === 'on' ||
      preposition === 'at' ||
      preposition === 'in' ||
      preposition === 'during' ||
      preposition === 'between') &&
    /^(?:unmount|submit|logout|log-out|sign-out|exit|cancel|escape|close|click|blur|teardown|shutdown|destroy|error|failure|startup|change|save|success|navigation|resize|rerun|rerender|reload|tests|runs|each|every|enter|esc|hover|focus|mobile|print|dispose|sigterm|sigint|cleanup|disconnect|demand|completion|timeout)$/.test(
      words[0] ?? '',
    )
  );
}

export function names(frame: Frame, ...things: readonly Thing[]): boolean {
  return things.some((thing) => frame.object.things.has(thing));
}

/** One of these stands in what the order says of places, receivers and means. */
export function stands(frame: Frame, ...things: readonly Thing[]): boolean {
  return frame.places.some((place) => things.some((thing) => place.things.has(thing)));
}

export function touches(frame: Frame, ...things: readonly Thing[]): boolean {
  return names(frame, ...things) || stands(frame, ...things);
}

/** Outside of the worktree, where others see it. */
export function isInWorld(frame: Frame): boolean {
  return (
    touches(frame, 'production', 'staging') ||
    frame.places.some(
      ({ preposition, things }) =>
        /^(?:in|on|from|at|of|across|against|off|to)$/.test(preposition) &&
        (things.has('infra') ||
          things.has('repo') ||
          things.has('data') ||
          things.has('own') ||
          things.has('trunk')),
    )
  );
}
