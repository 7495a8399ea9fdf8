import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { observe } from '../../src/agents/index.ts';
import { type RecordedScreen, readRecordedScreens } from '../support/corpus.ts';
import { forbiddenConfusion, renderConfusion, scoreScreens } from '../support/corpus-score.ts';
import { QUOTED_WORDS, quoteInAnswer } from '../support/quoted-words.ts';

const fixtures = fileURLToPath(new URL('../fixtures/screens', import.meta.url));
const sharedCorpus = fileURLToPath(new URL('../../../shared/corpus/captures', import.meta.url));

/** Screens of agents that try again without showing it: nothing on them differs from thinking. */
const SHOWN_AS_THINKING = [
  'claude-code/retrying/invalid-key-401-120x40-01.json',
  'copilot/rate_limited/api-429-120x40-01.json',
  'qwen/rate_limited/api-429-120x40-01.json',
  'qwen/rate_limited/api-503-wide-200x50-01.json',
  'qwen/retrying/api-500-120x40-01.json',
];

const MIN_ACCEPTED = 0.97;

function read(screen: RecordedScreen) {
  return observe(screen.kind, screen.capture);
}

describe('recorded screens', () => {
  for (const screen of readRecordedScreens(fixtures)) {
    const accept = SHOWN_AS_THINKING.includes(screen.path) ? ['thinking'] : screen.truth.accept;
    test(`${screen.path} reads as ${accept.join(' or ')}`, () => {
      const observation = read(screen);
      expect(accept, `${observation.rule}: ${observation.evidence}`).toContain(observation.state);
      expect(observation.rule).not.toBe('');
      if (observation.state === 'waiting_input' && screen.truth.promptKind !== null) {
        expect(observation.promptKind).toBe(screen.truth.promptKind);
      }
    });
  }
});

describe('words quoted in an answer never decide', () => {
  const screens = readRecordedScreens(fixtures);
  for (const [name, words] of Object.entries(QUOTED_WORDS)) {
    test(name, () => {
      const quoting = screens.flatMap((screen) => {
        const capture = quoteInAnswer(screen.kind.name, screen.capture, words);
        return capture === null ? [] : [{ screen, observation: observe(screen.kind, capture) }];
      });
      const misled = quoting.filter(
        ({ screen, observation }) =>
          observation.state !== read(screen).state && !screen.truth.accept.includes(observation.state),
      );
      expect(quoting.length).toBeGreaterThan(50);
      expect(misled.map(({ screen, observation }) => `${screen.path}: ${observation.rule}`)).toEqual([]);
    });
  }
});

describe.skipIf(!existsSync(sharedCorpus))('the whole shared corpus', () => {
  const answers = existsSync(sharedCorpus)
    ? readRecordedScreens(sharedCorpus).map((screen) => ({ screen, observation: read(screen) }))
    : [];
  for (const score of scoreScreens(answers)) {
    test(`${score.agent}: enough screens are read as what they are`, () => {
      console.log(renderConfusion(score));
      // A retry that the screen does not show cannot be read from it; no other mistake is set aside.
      const unseen = score.cells
        .filter(({ truth, answer }) => ['retrying', 'rate_limited'].includes(truth) && answer === 'thinking')
        .reduce((sum, { count }) => sum + count, 0);
      expect(score.accepted / (score.screens - unseen)).toBeGreaterThanOrEqual(MIN_ACCEPTED);
    });
  }

  test('at least 97 % of all screens are read as what they are, unseen retries counted as mistakes', () => {
    const accepted = answers.filter(({ screen, observation }) =>
      screen.truth.accept.includes(observation.state),
    );
    expect(accepted.length / answers.length).toBeGreaterThanOrEqual(MIN_ACCEPTED);
  });

  test('no screen is confused in a way that harms', () => {
    const harmful = answers.flatMap(({ screen, observation }) => {
      const confusion = forbiddenConfusion(screen, observation);
      return confusion === null ? [] : [`${screen.path}: ${confusion} by ${observation.rule}`];
    });
    expect(harmful).toEqual([]);
  });
});
