import { writeFileSync } from 'node:fs';
import { scaleOf, takeEvidence, WORD, weighedWords } from '../../src/safety/risk/instruction/evidence.ts';
import { sentencesOf, withoutBlocks } from '../../src/safety/risk/instruction/prose.ts';
import { withoutDisguise } from '../../src/safety/risk/instruction/spelling.ts';
import type { Weights } from '../../src/safety/risk/instruction/weigh.ts';
import { readList } from '../safety/risk-lists.ts';

/**
 * Learns what weighs for and against asking a person, from the lists of texts for agents, and writes it beside the code that reads it.
 * Run it after a change of the lists, of the fields or of what is weighed: node test/record/risk-weights.ts
 *
 * A logistic regression, one text at a time, with a step of its own for each piece of evidence (Duchi, Hazan and Singer 2011, AdaGrad).
 * The same lists make the same weights.
 */
const ROUNDS = 14;
const STEP = 0.3;
const BIAS_STEP = 0.02;
/** Draws every weight towards nothing. */
const DECAY = 2e-3;
const UNITS = 100;
/** What stands in fewer texts than this says nothing of others. */
const MIN_TEXTS = 2;

export type Example = {
  /** The evidence of each of its sentences. */
  readonly sentences: readonly (readonly string[])[];
  readonly isGrave: boolean;
};

export function exampleOf(text: string, isGrave: boolean): Example {
  const { prose } = withoutBlocks(withoutDisguise(text));
  return { sentences: sentencesOf(prose).map(evidenceOf), isGrave };
}

function evidenceOf(sentence: string): readonly string[] {
  const evidence: string[] = [];
  takeEvidence(weighedWords(sentence), (left, right, isApart) =>
    evidence.push(isApart ? `${left} … ${right}` : `${left} ${right}`),
  );
  return evidence;
}

export function learn(examples: readonly Example[]): Weights {
  const usual = usualEvidence(examples);
  const known = examples.map(({ sentences, isGrave }) => ({
    isGrave,
    sentences: sentences.map((evidence) => ({
      names: evidence.filter((name) => usual.has(name)),
      scale: scaleOf(evidence.length),
    })),
  }));
  const weights = new Map<string, number>();
  const squares = new Map<string, number>();
  let bias = 0;
  const weigh = ({ names, scale }: { readonly names: readonly string[]; readonly scale: number }) =>
    names.reduce((sum, name) => sum + (weights.get(name) ?? 0) * scale, bias);
  const random = createRandom();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { sentences, isGrave } of shuffled(known, random)) {
      // Of a text that takes a person one sentence does, the others are as harmless as any; which one, the weights so far say.
      const gravest = isGrave
        ? sentences.toSorted((one, other) => weigh(other) - weigh(one)).slice(0, 1)
        : sentences;
      for (const sentence of gravest) {
        const error = 1 / (1 + Math.exp(-weigh(sentence))) - (isGrave ? 1 : 0);
        bias -= BIAS_STEP * error;
        for (const name of sentence.names) {
          const weight = weights.get(name) ?? 0;
          const slope = error * sentence.scale + DECAY * weight;
          const square = (squares.get(name) ?? 0) + slope * slope;
          squares.set(name, square);
          weights.set(name, weight - (STEP * slope) / Math.sqrt(square + DECAY));
        }
      }
    }
  }
  return { bias: Math.round(bias * UNITS), weights: byWeight(weights) };
}

function usualEvidence(examples: readonly Example[]): ReadonlySet<string> {
  const texts = new Map<string, number>();
  for (const { sentences } of examples)
    for (const name of new Set(sentences.flat())) texts.set(name, (texts.get(name) ?? 0) + 1);
  return new Set(
    [...texts].filter(([name, count]) => count >= MIN_TEXTS || isWord(name)).map(([name]) => name),
  );
}

function isWord(name: string): boolean {
  return name.startsWith(`${WORD} `);
}

function byWeight(weights: ReadonlyMap<string, number>): Readonly<Record<string, string>> {
  const names = new Map<number, string[]>();
  for (const [name, weight] of weights) {
    const rounded = Math.round(weight * UNITS);
    // A word without weight stays: it is known.
    if (rounded !== 0 || isWord(name)) names.set(rounded, [...(names.get(rounded) ?? []), name]);
  }
  return Object.fromEntries(
    [...names]
      .sort(([one], [other]) => other - one)
      .map(([weight, each]) => [`${weight}`, each.sort().join(', ')]),
  );
}

/** The same numbers every time: xorshift over 32 bits. */
function createRandom(): (below: number) => number {
  let state = 20_260_101;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.abs(state) % below;
  };
}

function shuffled<T>(items: readonly T[], random: (below: number) => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random(0x7fff_ffff) }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** What the lists of texts for agents teach. */
export function learnLists(): Weights {
  return learn([
    ...readList('agent-destructive').map(({ text }) => exampleOf(text, true)),
    ...readList('agent-harmless').map(({ text }) => exampleOf(text, false)),
  ]);
}

if (import.meta.main) {
  const file = new URL('../../src/safety/risk/instruction/weights.json', import.meta.url);
  writeFileSync(file, `${JSON.stringify(learnLists(), null, 2)}\n`);
}
