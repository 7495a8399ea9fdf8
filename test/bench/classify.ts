import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { weigh } from '../../src/agents/index.ts';
import { classify } from '../../src/cli/classify.ts';
import type { Capture } from '../../src/domain/index.ts';
import { type RecordedScreen, readRecordedScreens } from '../support/corpus.ts';
import { perCpuSecond } from './cpu-rate.ts';
import { rounded } from './figures.ts';
import { type MachineFacts, machineFacts } from './machine.ts';

export type ClassifyFigures = {
  readonly machine: MachineFacts;
  readonly screens: number;
  /** Of the screen with its colours, and of a whole line of the command line's input. */
  readonly bytesPerCapture: number;
  /** From a capture in memory to its observation, for each second that one core worked. */
  readonly capturesPerSecond: number;
  /** The same by the command line's way: JSON in, JSON out. */
  readonly linesPerSecond: number;
  readonly target: {
    readonly atLeast: number;
    readonly isMetByFunction: boolean;
    readonly isMetByCommandLine: boolean;
  };
};

const fixtures = fileURLToPath(new URL('../fixtures/screens', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/corpus/captures', import.meta.url));

const BYTES = 10 * 1024;
const AT_LEAST = 5_000;

/**
 * How many captures one core classifies. CPU time of this process, not time on the wall: others on the machine do not spoil it.
 * @param seconds of CPU for each of the two measurements
 */
export async function benchClassify(
  { seconds }: { readonly seconds: number },
  say: (line: string) => void,
): Promise<ClassifyFigures> {
  const recordings = readRecordedScreens(existsSync(shared) ? shared : fixtures);
  const screens = recordings.map((screen) => padded(screen, 'screen'));
  say(`${screens.length} captures of ${BYTES} bytes`);
  const capturesPerSecond = await perCpuSecond(seconds, screens.length, () => {
    for (const { kind, capture } of screens) weigh(kind, capture, [], capture.takenAt);
  });
  say(`${Math.round(capturesPerSecond)} captures per second`);
  const lines = recordings.map((screen) => padded(screen, 'line').line);
  const input = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
  const linesPerSecond = await perCpuSecond(seconds, screens.length, async () => {
    for await (const _ of classify(inChunks(input)));
  });
  say(`${Math.round(linesPerSecond)} lines per second`);
  return {
    machine: machineFacts(process.execPath),
    screens: screens.length,
    bytesPerCapture: BYTES,
    capturesPerSecond: rounded(capturesPerSecond, 0),
    linesPerSecond: rounded(linesPerSecond, 0),
    target: {
      atLeast: AT_LEAST,
      isMetByFunction: capturesPerSecond >= AT_LEAST,
      isMetByCommandLine: linesPerSecond >= AT_LEAST,
    },
  };
}

const CHUNK_BYTES = 64 * 1024;

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    yield bytes.subarray(start, start + CHUNK_BYTES);
}

const recorded = z.looseObject({ pane: z.looseObject({}) });
const WORDS = 'the parser reads one field at a time and keeps the rest of the line for the next call'.split(
  ' ',
);

/**
 * The same screen with more conversation above, in colours, until it has the size of a full one.
 * @param what is to have that size: the screen with its colours, or its whole line of JSON
 */
function padded(screen: RecordedScreen, what: 'screen' | 'line'): RecordedScreen {
  const { capture } = screen;
  const plain: string[] = [];
  const ansi: string[] = [];
  let bytes = Buffer.byteLength(what === 'line' ? screen.line : capture.ansi);
  for (let index = 0; bytes < BYTES; index++) {
    const words = WORDS.map((_, at) => WORDS[(at + index) % WORDS.length] ?? '');
    plain.push(`  ${words.join(' ')}`);
    const coloured = `  \u001b[38;5;246m${words.join('\u001b[39m \u001b[38;5;246m')}\u001b[39m`;
    ansi.push(coloured);
    bytes +=
      what === 'line' ? JSON.stringify([plain.at(-1), coloured]).length : Buffer.byteLength(coloured) + 1;
  }
  const taller: Capture = {
    ...capture,
    plain: [...plain, capture.plain].join('\n'),
    ansi: [...ansi, capture.ansi].join('\n'),
    pane: {
      ...capture.pane,
      height: capture.pane.height + plain.length,
      cursorY: capture.pane.cursorY + plain.length,
    },
  };
  const written = recorded.parse(JSON.parse(screen.line));
  const pane = { ...written.pane, cursor_y: taller.pane.cursorY, pane_height: taller.pane.height };
  return {
    ...screen,
    capture: taller,
    line: JSON.stringify({ ...written, plain: taller.plain, ansi: taller.ansi, pane }),
  };
}
