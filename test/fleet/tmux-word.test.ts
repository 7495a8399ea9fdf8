import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { tmuxWord } from '../../src/fleet/tmux-word.ts';
import { openLine } from './lines.ts';

const NASTY = [
  '',
  ' ',
  '-b',
  '; kill-server',
  'a ; b \\; c',
  '"quoted" and \'quoted\'',
  '$HOME ~ ~root #{pane_id} #(touch x) %if 1',
  'line\nline\r\n\ttab\n',
  '\\ \\\\ \\n \\101 \\u00e9',
  '{ a } # comment',
  'é日本語🦊\u200d\ufeff',
  '\u0001\u001b[0m\u007f\u0080\u009f',
];

test('any text comes back from tmux as it went in', async () => {
  await using line = await openLine();
  const texts = [...NASTY.filter((text) => text !== ''), ...Array.from({ length: 150 }, randomText)];
  for (const text of texts) {
    const set = await line.ask(() => [`set-buffer -b x -- ${tmuxWord(text)}`], 10_000);
    expect(set).toEqual({ ok: true, value: [{ ok: true, text: '' }] });
    expect(await line.tmux('save-buffer', '-b', 'x', '-')).toBe(text);
  }
});

test('any text is one word of one command', async () => {
  await using line = await openLine();
  for (const text of NASTY) {
    const answers = await line.ask(
      () => [`set-option -g @x ${tmuxWord(text)}`, 'display-message -p "#{n:@x}"'],
      10_000,
    );
    expect(answers).toMatchObject({
      ok: true,
      value: [{ ok: true }, { text: String(Buffer.byteLength(text)) }],
    });
  }
});

test('a NUL character cannot be part of a word', () => {
  expect(() => tmuxWord('a\0b')).toThrow('NUL');
});

/** Characters of all lengths that UTF-8 has, with those that mean something to tmux more often. */
function randomText(): string {
  const character = () => {
    switch (randomInt(4)) {
      case 0:
        return '"\'\\$#{}~;%\n\r\t -=@'.charAt(randomInt(17));
      case 1:
        return String.fromCodePoint(randomInt(1, 0x80));
      case 2:
        return String.fromCodePoint(randomInt(0x80, 0xd800));
      default:
        return String.fromCodePoint(randomInt(0x1_0000, 0x11_0000));
    }
  };
  return Array.from({ length: randomInt(1, 200) }, character).join('');
}
