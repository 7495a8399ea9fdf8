import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { containing } from '../support/containing.ts';
import { until } from '../support/until.ts';
import { byteRecorder, bytesOf } from './agents.ts';
import { openLocalPlace, type Place } from './places.ts';
import { typing } from './typing.ts';

const NEVER = new AbortController().signal;
const TEXTS = 40;
const MAX_PIECES = 60;

/** Pieces that are something else to a shell, to tmux, to a terminal or to an agent's prompt; and some that are not. */
const PIECES = [
  [
    'a',
    'Z',
    '7',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\t',
    'é',
    '日本語',
    '🦊',
    '👩‍💻',
    'עברית',
    '\u200b',
    '\ufeff',
    '\u0301',
  ],
  [
    '-',
    '--',
    '-t',
    '--help',
    'Enter',
    'Up',
    'C-c',
    'Escape',
    'M-x',
    'Space',
    'q',
    '^C',
    '\\n',
    '\\x1b[A',
    '\\e',
  ],
  [
    "'",
    '"',
    '`',
    '$HOME',
    '$(id)',
    '\u0024{x}',
    '\\',
    '\\\\',
    ';',
    ' ; ',
    '&&',
    '|',
    '>',
    '<',
    '~',
    '*',
    '!',
    '!!',
    '#',
    '/',
  ],
  ['#{pane_id}', '%1', '%end 1 2 1', '%begin', '=x:', '@1', '[200~', '[201~', '{', '}', '\u2028'],
].flat();

/** A row of pseudo-random numbers below one: the same in every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = numbersFrom(22);
const anyOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(next() * all.length)];
const anyText = () =>
  Array.from({ length: 1 + Math.floor(next() * MAX_PIECES) }, () => anyOf(PIECES) ?? '').join('');

let place: Place;
let folder: string;
beforeAll(async () => {
  place = await openLocalPlace();
  folder = mkdtempSync(join(tmpdir(), 'fleet-typed-'));
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('whatever is typed reaches the program to the letter, between the marks of a paste, with one Enter behind it', async () => {
  const recorder = byteRecorder(folder, { isBracketed: true });
  await place.tmux('new-session', '-d', '-s', 'typed', '-x', '80', '-y', '24', ...recorder.words);
  await until(async () => (await place.tmux('capture-pane', '-p', '-t', '=typed:')).includes('ready'), {
    withinMs: 10_000,
  });
  let expected = '';
  for (let nth = 0; nth < TEXTS; nth += 1) {
    const text = anyText();
    expect(await place.fleet.type(place.host, 'typed', typing(text, { gapMs: 1 }), NEVER)).toEqual({
      ok: true,
      value: { isEntered: true },
    });
    expected += `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~\r`;
    await until(() => bytesOf(recorder.written()).length >= expected.length, {
      withinMs: 10_000,
      what: JSON.stringify(text),
    });
    expect(bytesOf(recorder.written())).toBe(expected);
  }
  await expect(place.tmux('list-buffers')).resolves.toBe('');
});

test('a text with any control character but a tab and a line break reaches nothing', async () => {
  const recorder = byteRecorder(folder, { isBracketed: false });
  await place.tmux('new-session', '-d', '-s', 'controls', '-x', '80', '-y', '24', ...recorder.words);
  await until(async () => (await place.tmux('capture-pane', '-p', '-t', '=controls:')).includes('ready'), {
    withinMs: 10_000,
  });
  const controls = [...Array(0x20).keys(), 0x7f, ...Array.from({ length: 0x20 }, (_, at) => 0x80 + at)]
    .map((point) => String.fromCodePoint(point))
    .filter((character) => character !== '\n' && character !== '\t');
  expect(controls).toHaveLength(63);
  for (const control of controls) {
    const text = `${anyText()}${control}${anyText()}`;
    expect(await place.fleet.type(place.host, 'controls', typing(text, { gapMs: 1 }), NEVER)).toMatchObject({
      ok: false,
      error: { kind: 'refused', stderr: containing('control characters') },
    });
  }
  expect(recorder.written()).toBe('');
});
