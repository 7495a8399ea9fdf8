import { expect, test } from 'vitest';
import { bold, type Card, type CardPart, code, link, mention, taskId, text } from '../../src/domain/index.ts';
import { blocksFromCard } from '../../src/slack/out/blocks.ts';
import { refuseMessage } from '../../src/workspace/slack-rules.ts';

const card = (given: Partial<Card>): Card => ({
  title: '',
  parts: [],
  buttons: [],
  summary: 'A card',
  ...given,
});
const words = (value: string): CardPart => ({ kind: 'text', spans: [text(value)] });
const button = (label: string, task: number): Card['buttons'][number] => ({
  request: { kind: 'task', verb: 'cancel', task: taskId(task) },
  label,
  style: 'danger',
  confirm: `Cancel? ${label}`,
});

const long = '漢🙂<&>'.repeat(5000);
const oversize: readonly [string, Card][] = [
  ['a long title', card({ title: long })],
  ['a long summary', card({ summary: long, parts: [words('x')] })],
  ['a long text', card({ parts: [words(long)] })],
  ['many texts', card({ parts: Array.from({ length: 200 }, () => words('x'.repeat(500))) })],
  [
    'a long screen',
    card({ parts: [{ kind: 'screen', lines: Array.from({ length: 900 }, () => '<&>`'.repeat(60)) }] }),
  ],
  ['one endless line of a screen', card({ parts: [{ kind: 'screen', lines: [long] }] })],
  [
    'long facts',
    card({
      parts: [
        {
          kind: 'facts',
          facts: Array.from({ length: 40 }, () => ({ label: long, value: [code(long), text(long)] })),
        },
      ],
    }),
  ],
  [
    'a long list',
    card({ parts: [{ kind: 'list', items: Array.from({ length: 400 }, () => [text(long)]) }] }),
  ],
  [
    'a long note',
    card({ parts: [{ kind: 'note', spans: [text(long), link('https://example.com', long)] }] }),
  ],
  [
    'many long buttons',
    card({ parts: [words('x')], buttons: Array.from({ length: 60 }, (_, index) => button(long, index + 1)) }),
  ],
  [
    'everything at once',
    card({
      title: long,
      parts: [
        words(long),
        words(long),
        { kind: 'screen', lines: [long] },
        words(long),
        words(long),
        words(long),
      ],
      buttons: [button(long, 1)],
    }),
  ],
  ['nothing at all', card({ summary: '' })],
  [
    'empty parts',
    card({
      parts: [
        words(''),
        { kind: 'screen', lines: [] },
        { kind: 'list', items: [] },
        { kind: 'note', spans: [] },
        { kind: 'facts', facts: [{ label: '', value: [] }] },
      ],
      buttons: [button(' ', 1)],
    }),
  ],
];

test.each(oversize)('%s is within every limit of Slack', (_name, given) => {
  const { text: fallback, blocks } = blocksFromCard(given);
  expect(refuseMessage({ text: fallback, blocks, attachments: [], hasFiles: false }, 4000)).toBeNull();
});

test('what was cut says so', () => {
  for (const part of [
    words(long),
    { kind: 'screen', lines: [long] } as const,
    { kind: 'note', spans: [text(long)] } as const,
  ]) {
    expect(JSON.stringify(blocksFromCard(card({ parts: [part] })))).toContain('cut)');
  }
});

test('a screen keeps its end when it is too long', () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}`);
  const shown = JSON.stringify(blocksFromCard(card({ parts: [{ kind: 'screen', lines }] })).blocks);
  expect(shown).toContain('line 1999');
  expect(shown).not.toContain('line 3\\n');
});

const EVIL = '<!channel> <@U012AB3CD> <https://evil.example|Approve> ``` *b* &amp;';

test('text is never markup: no mention, no link and no escape comes of it', () => {
  const { text: fallback, blocks } = blocksFromCard(
    card({
      summary: EVIL,
      title: EVIL,
      parts: [
        words(EVIL),
        { kind: 'list', items: [[text(EVIL)]] },
        { kind: 'screen', lines: [EVIL] },
        { kind: 'facts', facts: [{ label: EVIL, value: [code(EVIL), bold(EVIL)] }] },
        { kind: 'note', spans: [text(EVIL)] },
      ],
    }),
  );
  const parsed = [fallback, ...mrkdwnIn(blocks)];
  expect(parsed).not.toHaveLength(1);
  for (const each of parsed) expect(each).not.toMatch(/<[!@#]|<https?:/);
});

test('a screen is a block of its own, to the letter', () => {
  const { blocks } = blocksFromCard(card({ parts: [{ kind: 'screen', lines: ['```', EVIL] }] }));
  expect(blocks).toEqual([
    {
      type: 'rich_text',
      elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: `\`\`\`\n${EVIL}` }] }],
    },
  ]);
});

test('only web addresses become links', () => {
  const [safe, unsafe] = ['https://example.com/pull/1', 'javascript:alert(1)'].map((url) =>
    JSON.stringify(
      blocksFromCard(
        card({
          parts: [
            { kind: 'text', spans: [link(url, 'look')] },
            { kind: 'note', spans: [link(url, 'look')] },
          ],
        }),
      ).blocks,
    ),
  );
  expect(safe).toContain('"type":"link"');
  expect(safe).toContain('<https://example.com/pull/1|look>');
  expect(unsafe).not.toContain('"type":"link"');
  expect(unsafe).toContain('look (javascript:alert(1))');
});

test('a dangerous button asks back, and every button says what it is', () => {
  const { blocks } = blocksFromCard(card({ buttons: [button('Cancel', 12)] }));
  expect(blocks).toMatchObject([
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          style: 'danger',
          accessibility_label: 'Cancel',
          confirm: { text: { text: 'Cancel? Cancel' }, style: 'danger' },
        },
      ],
    },
  ]);
});

/** Every text in which Slack would look for markup. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && 'text' in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnIn)];
}

test('a mention is one by its id, whatever its words are', () => {
  const spans = [text('of '), mention('Ana <!channel>', 'U0ANA'), text(' or '), mention('a group', 'S0SRE')];
  const { blocks } = blocksFromCard(
    card({
      parts: [
        { kind: 'text', spans },
        { kind: 'note', spans },
      ],
    }),
  );
  const written = JSON.stringify(blocks);
  expect(written).toContain('{"type":"user","user_id":"U0ANA"}');
  expect(written).toContain('{"type":"usergroup","usergroup_id":"S0SRE"}');
  expect(written).toContain('of <@U0ANA> or <!subteam^S0SRE>');
  expect(written).not.toContain('!channel');
});
