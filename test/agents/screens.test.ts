import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createCommandKind, observe } from '../../src/agents/index.ts';
import { type RecordedScreen, readRecordedScreens } from '../support/corpus.ts';
import { forbiddenConfusion, judgeScreens, renderScore, scoreScreens } from '../support/corpus-score.ts';
import { excerptOf, quoteInTurn } from '../support/quoted-screens.ts';
import { QUOTED_WORDS, quoteInAnswer } from '../support/quoted-words.ts';
import { pick, seeded } from '../support/seeded.ts';

const fixtures = fileURLToPath(new URL('../fixtures/screens', import.meta.url));
const sharedCorpus = fileURLToPath(new URL('../../../shared/corpus/captures', import.meta.url));

/** Screens of agents that try again without showing it: nothing on them differs from thinking. */
const SHOWN_AS_THINKING = [
  'claude-code/retrying/invalid-key-401-120x40-01.json',
  'copilot/rate_limited/api-429-120x40-01.json',
  'gemini/rate_limited/api-429-120x40-01.json',
  'gemini/retrying/api-500-120x40-01.json',
  'gemini/retrying/network-down-120x40-01.json',
  'gemini/retrying/network-down-120x40-02.json',
  'qwen/rate_limited/api-429-120x40-01.json',
  'qwen/rate_limited/api-503-wide-200x50-01.json',
  'qwen/retrying/api-500-120x40-01.json',
];

const MIN_ACCEPTED = 0.99;
const MIN_NEEDS_HUMAN = 0.98;
const MIN_OF_A_STATE = 0.9;
const MIN_ACCEPTED_OF_ANY = 0.95;
const BUSY = ['thinking', 'running', 'compacting', 'retrying', 'rate_limited', 'starting'];

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

describe('screens quoted in a turn never decide', () => {
  const screens = readRecordedScreens(fixtures);
  for (const seed of [1, 2, 3]) {
    test(`every screen with others in its turn, draw ${seed}`, () => {
      const random = seeded(seed);
      const misled = screens.flatMap((screen) => {
        const base = read(screen);
        // Only an empty turn is silent.
        if (base.rule.endsWith('/silent-turn')) return [];
        const quoted = excerptOf(pick(random, screens).capture, 8 + Math.floor(random() * 24));
        const where = pick(random, ['first', 'last'] as const);
        return quoteInTurn(screen, quoted, where).flatMap((capture) => {
          const observation = observe(screen.kind, capture);
          const isRight = screen.truth.accept.includes(observation.state) || observation.state === base.state;
          const isSameDialog =
            base.state !== 'waiting_input' ||
            base.promptKind === 'text_question' ||
            (observation.state === 'waiting_input' && observation.promptKind === base.promptKind);
          return isRight && isSameDialog
            ? []
            : [`${screen.path}: ${observation.rule}: ${quoted.join('\\n')}`];
        });
      });
      expect(misled).toEqual([]);
    });
  }
});

describe('by the rules for any program', () => {
  const roots = [fixtures, sharedCorpus].filter((root) => existsSync(root));
  for (const root of roots) {
    const judged = readRecordedScreens(root).map((screen) => {
      const any = createCommandKind({ name: 'any', words: ['any'] });
      const kind = { ...any, processNames: screen.kind.processNames };
      return { screen, observation: observe(kind, screen.capture) };
    });

    test(`${basename(root)}: no question is lost, no work taken for rest, and nothing for a question`, () => {
      const harmful = judged.flatMap(({ screen, observation }) => {
        const { truth, path } = screen;
        const { state, rule } = observation;
        if (truth.accept.includes(state) || state === 'unknown') return [];
        const isHarmful =
          truth.state === 'waiting_input' ||
          state === 'waiting_input' ||
          (BUSY.includes(truth.state) && !BUSY.includes(state));
        return isHarmful ? [`${path}: ${truth.state} read as ${state} by ${rule}`] : [];
      });
      expect(harmful).toEqual([]);
    });

    test(`${basename(root)}: most screens are read as what they are`, () => {
      const telling = judged.filter(
        ({ screen }) => !['retrying', 'rate_limited'].includes(screen.truth.state),
      );
      const right = telling.filter(({ screen, observation }) =>
        screen.truth.accept.includes(observation.state),
      );
      expect(right.length / telling.length).toBeGreaterThanOrEqual(MIN_ACCEPTED_OF_ANY);
    });
  }
});

describe.skipIf(!existsSync(sharedCorpus))('the whole shared corpus', async () => {
  const judged = existsSync(sharedCorpus) ? await judgeScreens(readRecordedScreens(sharedCorpus)) : [];
  for (const score of scoreScreens(judged)) {
    test(`${score.agent}: enough screens are read as what they are`, () => {
      console.log(renderScore(score));
      expect(score.accepted / score.screens).toBeGreaterThanOrEqual(MIN_ACCEPTED);
      expect(score.needsHuman.right / score.needsHuman.asked).toBeGreaterThanOrEqual(MIN_NEEDS_HUMAN);
      expect(score.promptKinds).toMatchObject({ right: score.promptKinds.asked });
    });
  }

  test('every state of every agent is found, and said of no other, with precision and recall', () => {
    const weak = scoreScreens(judged).flatMap(({ agent, states }) =>
      states
        .filter(({ recall, precision }) => recall < MIN_OF_A_STATE || (precision ?? 1) < MIN_OF_A_STATE)
        .map(({ state, recall, precision }) => `${agent} ${state}: recall ${recall}, precision ${precision}`),
    );
    expect(weak).toEqual([]);
  });

  test('no screen is confused in a way that harms', () => {
    const harmful = judged.flatMap((each) => {
      const confusion = forbiddenConfusion(each);
      return confusion === null ? [] : [`${each.screen.path}: ${confusion} by ${each.verdict.rule}`];
    });
    expect(harmful).toEqual([]);
  });
});
