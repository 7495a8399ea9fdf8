import { readdirSync, readFileSync } from 'node:fs';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import type { StyledScreen } from '../../src/domain/index.ts';
import { createPictures } from '../../src/picture/index.ts';

const ESC = '\u001b';
const CELL = { width: 12, height: 24, margin: 12 };
const pictures = createPictures();

async function drawn(ansi: string, size: Partial<StyledScreen> = {}) {
  const result = await pictures.draw({ ansi, columns: 20, rows: 3, cursor: null, ...size });
  if (!result.ok) throw new Error(result.error.why);
  const image = await loadImage(Buffer.from(result.value));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const pixel = (x: number, y: number) => Array.from(context.getImageData(x, y, 1, 1).data.slice(0, 3));
  return {
    width: image.width,
    height: image.height,
    bytes: result.value.length,
    pixel,
    /** All pixels of a cell. */
    cell: (column: number, row: number, cells = 1) =>
      Buffer.from(
        context.getImageData(
          CELL.margin + column * CELL.width,
          CELL.margin + row * CELL.height,
          CELL.width * cells,
          CELL.height,
        ).data,
      ),
    /** A pixel of a cell's upper left corner, where no letter reaches. */
    corner: (column: number, row: number) =>
      pixel(CELL.margin + column * CELL.width + 1, CELL.margin + row * CELL.height + 1),
  };
}

const BACKGROUND = [22, 24, 29];

test('a picture is as large as its screen', async () => {
  const picture = await drawn('x', { columns: 80, rows: 24 });
  expect([picture.width, picture.height]).toEqual([80 * 12 + 24, 24 * 24 + 24]);
});

test('a screen larger than any terminal is cut, at its top', async () => {
  const picture = await drawn(`${'\n'.repeat(999)}${ESC}[41m  ${ESC}[0m`, { columns: 9999, rows: 1000 });
  expect([picture.width, picture.height]).toEqual([400 * 12 + 24, 200 * 24 + 24]);
  expect(picture.corner(0, 199)).not.toEqual(BACKGROUND);
});

describe('colours of a background', () => {
  const cases: readonly (readonly [string, string, readonly number[]])[] = [
    ['none', 'x', BACKGROUND],
    ['one of sixteen', `${ESC}[41mx`, [224, 88, 94]],
    ['a bright one', `${ESC}[107mx`, [255, 255, 255]],
    ['of the cube', `${ESC}[48;5;208mx`, [255, 135, 0]],
    ['a grey', `${ESC}[48;5;240mx`, [88, 88, 88]],
    ['a true colour', `${ESC}[48;2;1;2;3mx`, [1, 2, 3]],
    ['a true colour, written with colons', `${ESC}[48:2::9:8:7mx`, [9, 8, 7]],
    ['inverse', `${ESC}[7mx`, [215, 218, 224]],
    ['set back', `${ESC}[41m${ESC}[0mx`, BACKGROUND],
  ];
  test.each(cases)('%s', async (_, ansi, colour) => {
    expect((await drawn(ansi)).corner(0, 0)).toEqual(colour);
  });
});

test('styles are drawn each in its own way', async () => {
  const plain = (await drawn('a')).cell(0, 0);
  for (const style of [1, 2, 3, 4, 8, 9]) {
    expect((await drawn(`${ESC}[${style}ma`)).cell(0, 0).equals(plain), `style ${style}`).toBe(false);
  }
  expect((await drawn(`${ESC}[8ma`)).cell(0, 0)).toEqual((await drawn(' ')).cell(0, 0));
});

test.each(['─', '━', '═', '▀', '█'])('a row of %s has no gap between its cells', async (char) => {
  const picture = await drawn(char.repeat(20));
  const y = CELL.margin + (char === '▀' || char === '═' ? 10 : 12);
  for (let x = CELL.margin; x < CELL.margin + 20 * CELL.width; x += 1)
    expect(picture.pixel(x, y), `column ${x}`).not.toEqual(BACKGROUND);
});

test.each(['│', '┃', '║', '▌', '█'])('a column of %s has no gap between its rows', async (char) => {
  const picture = await drawn(`${char}\n${char}\n${char}`);
  const x = CELL.margin + (char === '║' || char === '▌' ? 4 : 6);
  for (let y = CELL.margin; y < CELL.margin + 3 * CELL.height; y += 1)
    expect(picture.pixel(x, y), `row ${y}`).not.toEqual(BACKGROUND);
});

test('the corners and crossings of a box meet', async () => {
  const picture = await drawn('╭─┬─╮\n├─┼─┤\n╰─┴─╯');
  const middle = (column: number, row: number) =>
    picture.pixel(CELL.margin + column * 12 + 6, CELL.margin + row * 24 + 12);
  for (const [column, row] of [
    [2, 0],
    [0, 1],
    [2, 1],
    [4, 1],
    [2, 2],
  ] as const)
    expect(middle(column, row)).not.toEqual(BACKGROUND);
  // A round corner turns before the middle, and reaches both edges.
  const edge = picture.pixel(CELL.margin + 11, CELL.margin + 12);
  const foot = picture.pixel(CELL.margin + 6, CELL.margin + 23);
  expect(edge).not.toEqual(BACKGROUND);
  expect(foot).not.toEqual(BACKGROUND);
});

describe('what stands behind a character keeps its column', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['a Chinese character', '漢', 2],
    ['a Korean syllable', '한', 2],
    ['an emoji', '😀', 2],
    ['a family of emoji', '👨\u200d👩\u200d👧', 2],
    ['a flag', '🇩🇪', 2],
    ['a letter with a mark', 'e\u0301', 1],
    ['a sign with a selector', '⚠\ufe0f', 1],
    ['a Braille spinner', '⠹', 1],
    ['what no font knows', '\u{e123}', 1],
  ];
  test.each(cases)('%s', async (_, char, width) => {
    const picture = await drawn(`${char}X`);
    const expected = await drawn(`${' '.repeat(width)}X`);
    expect(picture.cell(width, 0)).toEqual(expected.cell(width, 0));
    expect(picture.cell(0, 0, width)).not.toEqual((await drawn('')).cell(0, 0, width));
  });
});

test('a secret is not in the picture, not even parted by a colour and a line wrap', async () => {
  const token = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE'].join('');
  const wrapped = `${token.slice(0, 12)}${ESC}[32m${token.slice(12, 20)}\n${token.slice(20)}`;
  const dots = `${'•'.repeat(12)}${ESC}[32m${'•'.repeat(8)}\n${'•'.repeat(token.length - 20)}`;
  const shown = await drawn(wrapped);
  const expected = await drawn(dots);
  expect(shown.cell(0, 0, 20)).toEqual(expected.cell(0, 0, 20));
  expect(shown.cell(0, 1, 20)).toEqual(expected.cell(0, 1, 20));
});

test('the cursor is a frame around its cell', async () => {
  const picture = await drawn('abc', { cursor: { column: 1, row: 0 } });
  expect(picture.corner(1, 0)).toEqual([215, 218, 224]);
  expect(picture.corner(2, 0)).toEqual(BACKGROUND);
});

test('where the drawing library does not load, the answer is a reason and never a failure', async () => {
  const broken = createPictures(() => Promise.reject(new Error('no native binding')));
  for (const _ of [1, 2]) {
    expect(await broken.draw({ ansi: 'x', columns: 10, rows: 1, cursor: null })).toEqual({
      ok: false,
      error: { kind: 'unavailable', why: 'the drawing library does not run on this machine' },
    });
  }
});

describe('recorded screens of every agent become pictures of a size a chat takes', () => {
  const root = new URL('../fixtures/screens/', import.meta.url);
  const firstOf = (agent: string): string => {
    const [state = ''] = readdirSync(new URL(`${agent}/`, root)).filter((each) => each === 'waiting_input');
    const [file = ''] = readdirSync(new URL(`${agent}/${state}/`, root));
    return readFileSync(new URL(`${agent}/${state}/${file}`, root), 'utf8');
  };
  test.each(['claude-code', 'codex', 'copilot', 'opencode', 'qwen'])('%s', async (agent) => {
    const recorded = JSON.parse(firstOf(agent)) as { ansi?: string; capture?: { ansi: string } };
    const ansi = recorded.ansi ?? recorded.capture?.ansi ?? '';
    expect(ansi).not.toBe('');
    const picture = await drawn(ansi, { columns: 120, rows: 40 });
    expect(picture.bytes).toBeGreaterThan(5_000);
    expect(picture.bytes).toBeLessThan(500_000);
  });
});
