import { expect, test } from 'vitest';
import { adviceFromWords } from '../../src/model/answer.ts';
import { CHOICE, question } from './questions.ts';

const TOLD = {
  why: 'The brief says so.',
  strategy: 'debate',
  action: 'send',
  text: 'Go on.',
  option: 0,
  replies: [],
  confidence: 0.7,
};
const SENT = { kind: 'send', text: 'Go on.', why: TOLD.why, strategy: 'debate', confidence: 0.7 };

/** What a model may write that is told to write one object: every case has one meaning. */
const SITUATIONS: readonly (readonly [situation: string, words: string, advice: object])[] = [
  ['an object inside of prose', `I would go on.\n${JSON.stringify(TOLD)}\nThat is all.`, SENT],
  ['an object inside of Markdown', `\`\`\`json\n${JSON.stringify(TOLD, null, 2)}\n\`\`\``, SENT],
  ['no object at all', 'Go on.', { kind: 'wait', confidence: 0.3, strategy: null }],
  ['no words at all', '', { kind: 'wait', confidence: 0.3, strategy: null }],
  [
    'an action that is not known',
    JSON.stringify({ ...TOLD, action: 'celebrate' }),
    { kind: 'wait', confidence: 0.7, why: TOLD.why },
  ],
  ['an action that is no word', JSON.stringify({ ...TOLD, action: 3 }), { kind: 'wait', confidence: 0.7 }],
  ['a confidence above 1', JSON.stringify({ ...TOLD, confidence: 90 }), { ...SENT, confidence: 1 }],
  ['a confidence below 0', JSON.stringify({ ...TOLD, confidence: -1 }), { ...SENT, confidence: 0 }],
  [
    'a confidence that is no number',
    JSON.stringify({ ...TOLD, confidence: 'high' }),
    { ...SENT, confidence: 0.5 },
  ],
  ['a reason that is no text', JSON.stringify({ ...TOLD, why: { because: 1 } }), { ...SENT, why: '' }],
  [
    'an object that is none',
    '{"action": "send", "text": "Go',
    { kind: 'wait', confidence: 0.3, strategy: null },
  ],
  [
    'braces around no object',
    '{action: send}',
    { kind: 'ask-a-person', confidence: 0, why: 'The model’s answer cannot be read (SyntaxError).' },
  ],
  ['an empty object', '{}', { kind: 'wait', confidence: 0.5, why: '', strategy: null }],
  [
    'a reason longer than people read',
    JSON.stringify({ ...TOLD, why: 'x'.repeat(501) }),
    { ...SENT, why: 'x'.repeat(500) },
  ],
  [
    'replies that nobody could send',
    JSON.stringify({ ...TOLD, action: 'ask-a-person', replies: ['Yes.', 7, '/exit', ' no', 'No.'] }),
    { kind: 'ask-a-person', replies: ['Yes.', 'No.'] },
  ],
];
test.each(SITUATIONS)('%s has one meaning', (_situation, words, advice) => {
  expect(adviceFromWords(words, question())).toMatchObject({ ok: true, value: advice });
});

test.each([
  ['a text that is none', { ...TOLD, text: 7 }],
  ['an option where no dialog is shown', { ...TOLD, action: 'answer', option: 1 }],
  ['an option that is none', { ...TOLD, action: 'answer', option: 'Yes' }],
])('%s cannot be typed or pressed, and is no answer', (_what, told) => {
  expect(adviceFromWords(JSON.stringify(told), question())).toEqual({
    ok: false,
    error: { kind: 'bad-answer' },
  });
});

test.each([
  [1, 0],
  [2, 1],
])('option %i is number %i of the dialog', (option, place) => {
  const words = JSON.stringify({ ...TOLD, action: 'answer', option });
  expect(adviceFromWords(words, question({ asks: CHOICE }))).toMatchObject({
    ok: true,
    value: { kind: 'answer', option: place },
  });
});
