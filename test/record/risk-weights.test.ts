import { expect, test } from 'vitest';
import { weighedWords } from '../../src/safety/risk/instruction/evidence.ts';
import { scalesOf } from '../../src/safety/risk/instruction/weigh.ts';
import weights from '../../src/safety/risk/instruction/weights.json' with { type: 'json' };
import { exampleOf, learn, learnLists } from './risk-weights.ts';

const EXAMPLES = [
  exampleOf('Thanks for that. Now drain the lake', true),
  exampleOf('drain the pond', true),
  exampleOf('paint the boat', false),
  exampleOf('Thanks for that. Now paint the pier', false),
];

test('what few texts teach tells others apart, and of a grave text only the grave sentence is held against words', () => {
  const { weigh, isKnown } = scalesOf(learn(EXAMPLES));
  const weightOf = (sentence: string) => weigh(weighedWords(sentence));
  expect(weightOf('drain the basin')).toBeGreaterThan(0);
  expect(weightOf('paint the basin')).toBeLessThan(0);
  expect(weightOf('Thanks for that.')).toBeLessThan(weightOf('drain it'));
  expect([isKnown('boat'), isKnown('basin')]).toEqual([true, false]);
});

test('the same texts teach the same, and the lists what stands beside the code', () => {
  expect(learn(EXAMPLES)).toEqual(learn(EXAMPLES));
  expect(learnLists()).toEqual(weights);
});
