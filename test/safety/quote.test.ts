import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteWord, quoteWords } from '../../src/safety/index.ts';
import { randomText, seeded } from '../support/seeded.ts';

const NASTY = [
  '',
  ' ',
  "'",
  "''",
  "'\\''",
  '"',
  '\\',
  '\\\\n',
  '$(touch /tmp/x)',
  '`id`',
  '$HOME',
  '!!',
  '~',
  '*',
  '-n',
  '--',
  '# no comment',
  'a\nb\n',
  '\t\r\n',
  '; exit 1',
  '&& false',
  '> /dev/null',
  '\u001b[31m',
  '日本語 🐙 é',
  '{a,b}',
  "$'\\x41'",
];

for (const shell of ['sh', 'bash']) {
  test(`${shell} reads every word back as it was`, () => {
    const random = seeded(11);
    const words = [...NASTY, ...Array.from({ length: 300 }, () => randomText(random, 60))];
    const script = `printf '%s\\0' ${quoteWords(words)}`;

    const ran = spawnSync(shell, { input: script, encoding: 'utf8' });

    expect(ran.stderr).toBe('');
    expect(ran.stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  test(`${shell} reads words that are quoted twice`, () => {
    const inner = `printf '%s\\0' ${quoteWords(NASTY)}`;
    const ran = spawnSync(shell, ['-c', `${shell} -c ${quoteWord(inner)}`], { encoding: 'utf8' });
    expect(ran.stdout.split('\0').slice(0, -1)).toEqual(NASTY);
  });
}

test('a NUL cannot be part of a word', () => {
  expect(() => quoteWord('a\0b')).toThrow('NUL');
});
