import { expect, test } from 'vitest';
import { refuseMessage, refuseView, SLACK_LIMITS } from '../../src/workspace/slack-rules.ts';

const letters = (count: number) => 'a'.repeat(count);
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), ...more });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const actions = (elements: readonly unknown[]) => ({ type: 'actions', elements });
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const option = (value: string) => ({ text: plain('One'), value });

const message = (blocks: readonly unknown[] | null, text: string | null = 'text') =>
  refuseMessage({ text, blocks, attachments: [], hasFiles: false });

/** Each limit at its border and one over it: `make` is given how much of the thing there is. */
const limits: readonly [name: string, max: number, make: (count: number) => readonly unknown[]][] = [
  ['blocks in a message', 50, (count) => many(count, () => ({ type: 'divider' }))],
  ['characters of a section', 3_000, (count) => [section(letters(count))]],
  ['characters of a header', 150, (count) => [{ type: 'header', text: plain(letters(count)) }]],
  ['fields of a section', 10, (count) => [{ type: 'section', fields: many(count, () => mrkdwn('a')) }]],
  ['characters of a field', 2_000, (count) => [{ type: 'section', fields: [mrkdwn(letters(count))] }]],
  ['elements of a context', 10, (count) => [{ type: 'context', elements: many(count, () => mrkdwn('a')) }]],
  [
    'elements of an actions block',
    25,
    (count) => [actions(many(count, (index) => button({ action_id: `a${index}` })))],
  ],
  ['characters on a button', 75, (count) => [actions([button({ text: plain(letters(count)) })])]],
  ['characters of a button value', 2_000, (count) => [actions([button({ value: letters(count) })])]],
  ['characters of an action id', 255, (count) => [actions([button({ action_id: letters(count) })])]],
  ['characters of a block id', 255, (count) => [{ type: 'divider', block_id: letters(count) }]],
  [
    'characters of an accessibility label',
    75,
    (count) => [actions([button({ accessibility_label: letters(count) })])],
  ],
  ['characters of a button address', 3_000, (count) => [actions([button({ url: letters(count) })])]],
  ['characters of markdown', 12_000, (count) => [{ type: 'markdown', text: letters(count) }]],
  [
    'options of an overflow',
    5,
    (count) => [actions([{ type: 'overflow', options: many(count, (i) => option(`${i}`)) }])],
  ],
  [
    'options of checkboxes',
    10,
    (count) => [actions([{ type: 'checkboxes', options: many(count, (i) => option(`${i}`)) }])],
  ],
  [
    'options of a select',
    100,
    (count) => [actions([{ type: 'static_select', options: many(count, (i) => option(`${i}`)) }])],
  ],
  [
    'characters of a confirm text',
    300,
    (count) => [actions([button({ confirm: { text: mrkdwn(letters(count)) } })])],
  ],
  [
    'characters of a confirm button',
    30,
    (count) => [actions([button({ confirm: { text: mrkdwn('a'), confirm: plain(letters(count)) } })])],
  ],
  [
    'characters of an alternative text',
    2_000,
    (count) => [{ type: 'image', image_url: 'https://example.com/a.png', alt_text: letters(count) }],
  ],
  ['characters of a card body', 200, (count) => [{ type: 'card', body: mrkdwn(letters(count)) }]],
  [
    'rows of a table',
    100,
    (count) => [{ type: 'table', rows: many(count, () => [{ type: 'raw_text', text: 'a' }]) }],
  ],
  [
    'cells of a row',
    20,
    (count) => [{ type: 'table', rows: [many(count, () => ({ type: 'raw_text', text: 'a' }))] }],
  ],
];

test.each(limits)('%s: %i pass and one more does not', (_, max, make) => {
  expect(message(make(max - 1))).toBeNull();
  expect(message(make(max))).toBeNull();
  expect(message(make(max + 1))).toMatchObject({ error: 'invalid_blocks', details: [expect.any(String)] });
});

test('the answer names the place of the mistake as Slack does', () => {
  expect(message([section(letters(3_001))])).toEqual({
    error: 'invalid_blocks',
    details: ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
  });
  expect(message([actions(many(26, (index) => button({ action_id: `a${index}` })))])?.details).toEqual([
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ]);
});

test.each([
  ['an unknown block', [{ type: 'hologram' }], 'unsupported type: hologram'],
  ['a block without a type', [{ text: plain('a') }], 'missing required field: type'],
  ['a property nobody knows', [{ type: 'divider', colour: 'red' }], 'invalid additional property: colour'],
  ['an empty section', [{ type: 'section' }], 'must provide one of: text, fields'],
  ['an empty text', [section('')], 'must be more than 0 characters'],
  ['a header in mrkdwn', [{ type: 'header', text: mrkdwn('a') }], 'unsupported type: mrkdwn'],
  ['a button in mrkdwn', [actions([button({ text: mrkdwn('a') })])], 'unsupported type: mrkdwn'],
  [
    'a picture without words for it',
    [{ type: 'image', image_url: 'https://example.com/a' }],
    'missing required field: alt_text',
  ],
  [
    'a file, which an app may not post',
    [{ type: 'file', source: 'remote', external_id: '1' }],
    'unsupported type: file',
  ],
  [
    'an input element among actions',
    [actions([{ type: 'plain_text_input' }])],
    'unsupported type: plain_text_input',
  ],
  ['an actions block with nothing in it', [actions([])], 'must provide at least 1 items'],
  [
    'one action id twice in a block',
    [actions([button({ action_id: 'a' }), button({ action_id: 'a' })])],
    'already exists',
  ],
  [
    'one block id twice in a message',
    [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ],
    'already exists',
  ],
  ['a style nobody knows', [actions([button({ style: 'warning' })])], 'must be one of: primary, danger'],
])('%s is refused', (_, blocks, what) => {
  const refusal = message(blocks);
  expect(refusal?.error).toBe('invalid_blocks');
  expect(refusal?.details.join('\n')).toContain(what);
});

test('one action id in two blocks passes: rows of a list may share it', () => {
  expect(message([actions([button({ action_id: 'a' })]), actions([button({ action_id: 'a' })])])).toBeNull();
});

test('a message says something', () => {
  expect(message(null, null)).toMatchObject({ error: 'no_text' });
  expect(message([], '')).toMatchObject({ error: 'no_text' });
  expect(message([{ type: 'divider' }], null)).toBeNull();
});

test('a text has at most 40000 characters', () => {
  expect(message(null, letters(SLACK_LIMITS.messageTextChars))).toBeNull();
  expect(message(null, letters(SLACK_LIMITS.messageTextChars + 1))).toMatchObject({ error: 'msg_too_long' });
});

test('blocks that are each within their limit may still be too long together', () => {
  const together = (chars: number) => [
    ...many(4, () => section(letters(3_000))),
    section(letters(chars - 12_000)),
  ];
  expect(message(together(SLACK_LIMITS.messageBlocksChars))).toBeNull();
  expect(message(together(SLACK_LIMITS.messageBlocksChars + 1))).toMatchObject({
    error: 'msg_blocks_too_long',
  });
});

const modal = (more: object = {}) => ({ type: 'modal', title: plain('Deploy'), blocks: [], ...more });

test.each([
  ['a title of 24 characters', modal({ title: plain(letters(24)) }), true],
  ['a title of 25 characters', modal({ title: plain(letters(25)) }), false],
  ['a hundred blocks', modal({ blocks: many(100, () => ({ type: 'divider' })) }), true],
  ['a hundred and one blocks', modal({ blocks: many(101, () => ({ type: 'divider' })) }), false],
  ['3000 characters of private metadata', modal({ private_metadata: letters(3_000) }), true],
  ['3001 characters of private metadata', modal({ private_metadata: letters(3_001) }), false],
  [
    'a form without a way to submit it',
    modal({ blocks: [{ type: 'input', label: plain('a'), element: { type: 'plain_text_input' } }] }),
    false,
  ],
  [
    'a form',
    modal({
      submit: plain('Go'),
      blocks: [{ type: 'input', label: plain('a'), element: { type: 'plain_text_input' } }],
    }),
    true,
  ],
  ['a markdown block in a modal', modal({ blocks: [{ type: 'markdown', text: 'a' }] }), false],
  ['a home page', { type: 'home', blocks: [section('a')] }, true],
  ['a home page with a title', { type: 'home', title: plain('a'), blocks: [] }, false],
  ['a view of no kind', { type: 'window', blocks: [] }, false],
  ['no view', null, false],
])('%s', (_, view, passes) => {
  const refusal = refuseView(view);
  if (passes) expect(refusal).toBeNull();
  else expect(refusal).toMatchObject({ error: 'invalid_arguments', details: [expect.any(String)] });
});
