import { describe, expect, test } from 'vitest';
import { maskStyledScreen, redactScreen, textWidth } from '../../src/safety/index.ts';

const secret = (...parts: readonly string[]): string => parts.join('');
const letters = (length: number): string => 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0z'.repeat(8).slice(0, length);
const TOKEN = secret('ghp', '_', letters(36));
const ESC = '\u001b';
const RED = `${ESC}[31m`;
const GREEN = '\u001b[38;2;0;200;0m';
const PLAIN = '\u001b[0m';

/** What is left when the colours are taken away. */
const textOf = (ansi: string): string => ansi.replace(new RegExp(`${ESC}\\[[\\d;]*m`, 'g'), '');
const inRows = (text: string, columns: number): string =>
  (text.match(new RegExp(`.{1,${columns}}`, 'gs')) ?? []).join('\n');
const inBox = (text: string, inner: number): string =>
  (text.match(new RegExp(`.{1,${inner}}`, 'gs')) ?? []).map((row) => `│ ${row.padEnd(inner)} │`).join('\n');

describe('a secret on a styled screen is hidden in its place', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['in one colour', `${RED}token ${TOKEN} end${PLAIN}`, 80],
    ['parted by colours', `a ${RED}${TOKEN.slice(0, 9)}${GREEN}${TOKEN.slice(9)}${PLAIN} b`, 80],
    ['a colour for each letter', RED + TOKEN.split('').join(PLAIN + RED), 80],
    ['parted by a line wrap', inRows(`the token is ${TOKEN}`, 30), 30],
    [
      'parted by two line wraps and a colour',
      inRows(`${TOKEN} and so on`, 16).replace('\n', `${RED}\n${GREEN}`),
      16,
    ],
    ['broken over the rows of a box', inBox(`export GITHUB_TOKEN=${TOKEN}`, 36), 40],
    ['behind a wide character', `鍵 ${TOKEN}`, 80],
    ['parted by a sequence nobody draws', `x ${TOKEN.slice(0, 8)}\u001b[K${TOKEN.slice(8)}`, 80],
    ['parted by a link', `x ${TOKEN.slice(0, 8)}\u001b]8;;\u001b\\${TOKEN.slice(8)}`, 80],
  ];
  test.each(cases)('%s', (_, ansi, columns) => {
    const shown = textOf(maskStyledScreen(ansi, columns));
    const before = textOf(ansi.replaceAll(`${ESC}[K`, '').replaceAll(`${ESC}]8;;${ESC}\\`, ''));
    const joined = shown.replace(/[\s│•]/g, '');
    for (let start = 0; start + 8 <= TOKEN.length; start += 4)
      expect(joined).not.toContain(TOKEN.slice(start, start + 8));
    expect(shown.split('\n').map(textWidth)).toEqual(before.split('\n').map(textWidth));
  });
});

test('what is no secret stays to the letter, with its colours', () => {
  const ansi = `${RED}│ npm test ${GREEN}ok${PLAIN} │ 漢字 e\u0301 🚀\n\u000eqqq\u000f plain`;
  expect(maskStyledScreen(ansi, 40)).toBe(ansi);
});

test('the address of a link and everything that moves the cursor is left out', () => {
  const ansi = `\u001b]8;;https://x.test/?token=${letters(20)}\u001b\\link\u001b]8;;\u0007\u001b[2J\u001b[H\u0007 end`;
  expect(maskStyledScreen(ansi, 40)).toBe('link end');
});

test('a masked screen stays as it is when it is masked again', () => {
  const once = maskStyledScreen(inBox(`API_KEY=${letters(40)}`, 20), 24);
  expect(maskStyledScreen(once, 24)).toBe(once);
});

test('a private key is hidden over all its lines', () => {
  const key = [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    letters(60),
    letters(60),
    '-----END OPENSSH PRIVATE KEY-----',
  ];
  const shown = maskStyledScreen(key.map((line) => RED + line).join('\n'), 80);
  expect(textOf(shown).replace(/[•\s]/g, '')).toBe('');
});

describe('in the text of a screen', () => {
  test('a secret becomes a mark that says its kind', () => {
    expect(redactScreen(`one ${TOKEN} two`)).toBe('one [redacted GitHub token] two');
  });

  test('a secret broken over the rows of a box leaves nothing of use', () => {
    const shown = redactScreen(inBox(`The key is ${secret('sk-', 'ant-api03-', letters(70))} and works`, 40));
    expect(shown.replace(/[\s│]/g, '')).not.toMatch(/aB3dE6gH|mN5pQ8rS|vW7xY0z/);
    expect(shown).toContain('and works');
  });

  test('prose that fills its box is not taken for a broken secret', () => {
    const prose = inBox(
      'Set the password policy in the settings of the project and run all of the tests again.',
      24,
    );
    expect(redactScreen(prose)).toBe(prose);
  });

  test('ten thousand lines take less than a second', () => {
    const history = Array.from({ length: 10_000 }, (_, index) => `│ line ${index} ${letters(90)} │`).join(
      '\n',
    );
    const began = performance.now();
    redactScreen(history);
    expect(performance.now() - began).toBeLessThan(1500);
  });
});
