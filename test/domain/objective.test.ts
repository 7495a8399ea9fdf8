import { expect, test } from 'vitest';
import { cleanTitle, OBJECTIVE_TITLE_MAX, objectiveWords } from '../../src/domain/index.ts';
import { randomText, seeded } from '../support/seeded.ts';

test.each([
  ['lines become one', 'Pay\r\nwith\tcards', 'Pay with cards'],
  ['what rings and colours is left out', 'Pay\u0007 \u001b[31mnow', 'Pay [31mnow'],
  ['what turns the direction of text is left out', 'Pay \u202Ednoces\u202C\u200B later', 'Pay dnoces later'],
  ['other letters stay', ' Zahlung für Müller 支払い 🎉 ', 'Zahlung für Müller 支払い 🎉'],
])('%s', (_what, given, cleaned) => {
  expect(cleanTitle(given)).toBe(cleaned);
});

test('a long title is cut between letters, with a mark', () => {
  const cleaned = cleanTitle('🎉'.repeat(OBJECTIVE_TITLE_MAX + 1));
  expect(Array.from(cleaned)).toHaveLength(OBJECTIVE_TITLE_MAX);
  expect(cleaned).toMatch(/^🎉+…$/u);
  expect(cleanTitle('🎉'.repeat(OBJECTIVE_TITLE_MAX))).not.toContain('…');
});

test('whatever is written, a title is one short line without control characters, and cleaning it again changes nothing', () => {
  const random = seeded(20_261_122);
  for (let nth = 0; nth < 2_000; nth++) {
    const cleaned = cleanTitle(randomText(random, 600));
    expect(cleaned).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(Array.from(cleaned).length).toBeLessThanOrEqual(OBJECTIVE_TITLE_MAX);
    expect(cleanTitle(cleaned)).toBe(cleaned);
  }
});

test('an objective is told by its number and title', () => {
  expect(objectiveWords({ issue: 12, title: 'Pay with cards' })).toBe('#12 Pay with cards');
});
