import { expect, test } from 'vitest';
import { harmless, textFromCard } from '../../src/cli/text-from-card.ts';
import { bold, type Card, code, link, text } from '../../src/domain/index.ts';

const card = (parts: Card['parts'], title = ''): Card => ({ title, parts, buttons: [], summary: '' });

test('a card is plain lines', () => {
  const shown = textFromCard(
    card(
      [
        { kind: 'text', spans: [bold('dev1'), text(' runs '), code('claude')] },
        {
          kind: 'facts',
          facts: [
            { label: 'State', value: [text('running')] },
            { label: 'Pull request', value: [link('https://github.com/acme/api/pull/9', '#9')] },
          ],
        },
        { kind: 'list', items: [[text('one')], [text('two')]] },
        { kind: 'screen', lines: ['$ npm test', '', 'ok'] },
        { kind: 'note', spans: [link('https://a.example', 'https://a.example')] },
      ],
      'T12',
    ),
  );
  expect(shown).toContain('dev1 runs ');
  expect(shown).toContain('State         running\nPull request  #9 https://github.com/acme/api/pull/9');
  expect(shown).toContain('- one\n- two');
  expect(shown).toContain('  │ $ npm test\n  │ \n  │ ok');
  expect(shown.endsWith('https://a.example')).toBe(true);
  expect(shown.startsWith('T12\n\n')).toBe(true);
});

test('an empty card is no text', () => {
  expect(textFromCard(card([{ kind: 'facts', facts: [] }]))).toBe('');
});

test('nothing of a brief, a screen or a link drives the terminal of who reads it', () => {
  const nasty = '\u001b[2J\u001b]0;title\u0007\u009b31m\r\u0000\u007f';
  const shown = textFromCard(
    card(
      [
        { kind: 'text', spans: [text(nasty), link(`https://a.example/${nasty}`, nasty)] },
        { kind: 'screen', lines: [nasty] },
        { kind: 'facts', facts: [{ label: nasty, value: [code(nasty)] }] },
      ],
      nasty,
    ),
  );
  expect(shown).toMatch(/^[^\p{Cc}]*(?:\n[^\p{Cc}]*)*$/u);
  expect(harmless('a\tb\nc 🐙 é')).toBe('a\tb\nc 🐙 é');
});

test('no secret leaves by the terminal', () => {
  const token = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE6'].join('');
  expect(textFromCard(card([{ kind: 'screen', lines: [`export GITHUB_TOKEN=${token}`] }]))).not.toContain(
    token,
  );
});
