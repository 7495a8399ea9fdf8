import { expect, test } from 'vitest';
import type { Card, CardPart } from '../../src/domain/index.ts';
import { bold, code, link, text } from '../../src/domain/index.ts';
import { COMMENT_MAX, renderComment } from '../../src/github/card-markdown.ts';
import { redact } from '../../src/safety/index.ts';

const asIs = (value: string) => value;

function card(...parts: readonly CardPart[]): Card {
  return { title: '', parts, buttons: [], summary: 'a summary' };
}

function rendered(value: string): string {
  return renderComment(card({ kind: 'text', spans: [text(value)] }), asIs);
}

test.each([
  ['a mention reaches nobody', 'ask @octocat', 'ask @\u200boctocat'],
  ['an issue number refers to nothing', 'like #12', 'like #\u200b12'],
  ['emphasis stays as typed', '*a* _b_ ~~c~~', '\\*a\\* \\_b\\_ \\~\\~c\\~\\~'],
  ['a heading stays text', '# big', '\\# big'],
  ['a list stays text', '- one\n1. two', '\\- one\n1\\. two'],
  ['an indented line is no code block', '    rm -rf', 'rm -rf'],
  ['HTML stays text', '</details><img src=x onerror=y>', '&lt;/details&gt;&lt;img src=x onerror=y&gt;'],
  ['an HTML comment stays visible', '<!-- fleet-director:card -->', '&lt;!-- fleet-director:card --&gt;'],
  ['a link stays text', '[here](https://evil.test)', '\\[here\\](https:&#47;&#47;evil.test)'],
  ['a code span stays text', '`id`', '\\`id\\`'],
  ['an entity stays text', '&lt;', '&amp;lt;'],
  ['math stays text', '$x$', '\\$x\\$'],
  ['a table stays text', 'a | b', 'a \\| b'],
  ['control characters and direction overrides are gone', 'a\u001b[31mb\u202ec\u0000', 'a\\[31mbc'],
])('%s', (_rule, given, expected) => {
  expect(rendered(given)).toBe(expected);
});

test('code is shown to the letter, whatever backticks it holds', () => {
  const spans = [code('a `b` @octocat'), text(' '), code('``'), text(' '), code('x\ny')];
  expect(renderComment(card({ kind: 'text', spans }), asIs)).toBe('``a `b` @octocat`` ``` `` ``` `x y`');
});

test('a screen cannot break out of its block', () => {
  const markdown = renderComment(
    card({ kind: 'screen', lines: ['```', '</details>', '````text', '@octocat'] }),
    asIs,
  );
  expect(markdown).toBe(
    '<details><summary>Terminal</summary>\n\n`````text\n```\n</details>\n````text\n@octocat\n`````\n\n</details>',
  );
});

test('only web addresses become links, and their labels stay text', () => {
  const spans = [
    link('https://github.test/octo/shop/pull/2', '#2 <b>'),
    text(' '),
    link('javascript:alert(1)', 'press'),
    text(' '),
    link('https://a.test/x) [y](https://evil.test', 'z'),
  ];
  expect(renderComment(card({ kind: 'text', spans }), asIs)).toBe(
    '[\\#\u200b2 &lt;b&gt;](https://github.test/octo/shop/pull/2) press [z](https://a.test/x%29%20[y]%28https://evil.test)',
  );
});

test('facts, lists, notes and titles are one line each', () => {
  const markdown = renderComment(
    {
      title: 'T1\nAdd *it*',
      parts: [
        { kind: 'facts', facts: [{ label: 'State', value: [bold('running'), text(' on\ndev1')] }] },
        { kind: 'list', items: [[text('one\ntwo')]] },
        { kind: 'note', spans: [text('small\nprint')] },
      ],
      buttons: [],
      summary: '',
    },
    asIs,
  );
  expect(markdown).toBe(
    '### T1 Add \\*it\\*\n\n- **State:** **running** on dev1\n\n- one two\n\n<sub>small print</sub>',
  );
});

test('a comment is never longer than GitHub takes, and the newest lines of a screen are kept', () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} ${'x'.repeat(60)}`);
  const markdown = renderComment(card({ kind: 'screen', lines }), asIs);
  expect(markdown.length).toBeLessThanOrEqual(COMMENT_MAX);
  expect(markdown).toContain('line 4999 ');
  expect(markdown).toContain('last 100 of 5000 lines');
});

test('a card that is long all over is still told', () => {
  const parts = Array.from(
    { length: 500 },
    () => ({ kind: 'text', spans: [text('y'.repeat(500))] }) as const,
  );
  const markdown = renderComment({ title: '', parts, buttons: [], summary: 'Task T1 is running' }, asIs);
  expect(markdown).toBe('Task T1 is running');
});

test('a secret is taken out before escaping could hide it', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const parts: CardPart[] = [
    { kind: 'text', spans: [text(`the token ${token}`), code(token)] },
    { kind: 'screen', lines: ['-----BEGIN PRIVATE KEY-----', 'MIIEvQ', '-----END PRIVATE KEY-----', token] },
    { kind: 'note', spans: [link(`https://x.test/?t=${token}`, token)] },
  ];
  const markdown = renderComment({ title: token, parts, buttons: [], summary: token }, redact);
  expect(markdown.replaceAll('\\', '')).not.toContain(token);
  expect(markdown).not.toContain('MIIEvQ');
});
