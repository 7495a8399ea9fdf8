import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';

export type Answered = { readonly kind: 'chosen'; readonly index: number } | { readonly kind: 'quit' };

export type Asked =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'left' }
  | { readonly kind: 'quit' };

export type Spinner = {
  /** Settles when a person pressed Esc or Ctrl-C. */
  readonly stopped: Promise<void>;
  isStopped(): 'no' | 'interrupt' | 'quit';
  end(): void;
};

export type AgentScreen = {
  print(line: string): void;
  /** What a person said, the way the prompt showed it. */
  printTyped(text: string): void;
  startWorking(): Spinner;
  /** @param elsewhere an answer by its index that closes the dialog, if it comes before a key does */
  ask(question: string, answers: readonly string[], elsewhere?: Promise<number>): Promise<Answered>;
  /** Waits for a text. `nothing`: no key was pressed for `patienceMs`; null waits for ever. */
  prompt(patienceMs: number | null): Promise<Asked>;
  close(): void;
};

export type Key =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | {
      readonly kind:
        | 'enter'
        | 'newline'
        | 'backspace'
        | 'escape'
        | 'up'
        | 'down'
        | 'interrupt'
        | 'end'
        | 'other';
    };

const REPAINT_EVERY_MS = 500;
/** A lone Esc is the first byte of an arrow key too; the rest of a key follows at once. */
const ESCAPE_ALONE_AFTER_MS = 50;
const SECOND_INTERRUPT_WITHIN_MS = 2_000;
const BOX_MAX = 100;

const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';

/** Draws below what is printed: printed lines scroll away, the live part at the bottom is drawn anew. */
export function openAgentScreen(input: ReadStream, output: WriteStream): AgentScreen {
  const printed: string[] = [];
  let live: () => Live = () => NOTHING;
  let cursorRow = 0;
  let onKey: (key: Key) => void = () => undefined;
  let waiting = '';
  const queued: string[] = [];
  let pauseWorking = () => {};
  let resumeWorking = () => {};
  const isSecondInterrupt = twiceWithin(SECOND_INTERRUPT_WITHIN_MS);

  const columns = () => Math.max(20, output.columns ?? 80);
  const erase = () => `${cursorRow > 0 ? `\u001b[${cursorRow}A` : ''}\r\u001b[J`;
  const draw = (above: readonly string[]) => {
    const { lines, cursor } = live();
    const rows = lines.map((line) => clip(line, columns() - 1));
    const last = Math.max(0, rows.length - 1);
    const row = cursor?.row ?? last;
    const column = cursor?.column ?? 0;
    output.write(
      [
        erase(),
        ...above.map((line) => `${line}\r\n`),
        rows.join('\r\n'),
        last > row ? `\u001b[${last - row}A` : '',
        `\r${column > 0 ? `\u001b[${Math.min(column, columns() - 1)}C` : ''}`,
        cursor === null ? '\u001b[?25l' : '\u001b[?25h',
      ].join(''),
    );
    cursorRow = row;
  };
  const show = (next: () => Live) => {
    live = next;
    draw([]);
  };
  const onResize = () => {
    // What was drawn for another width has wrapped somewhere: start over from the top.
    output.write('\u001b[2J\u001b[H');
    cursorRow = 0;
    draw(printed.slice(-Math.max(1, (output.rows ?? 24) - live().lines.length - 1)));
  };
  const keys = openKeys((key) => onKey(key));
  const onData = (bytes: Buffer) => keys.read(bytes);
  if (input.isTTY) input.setRawMode(true);
  input.on('data', onData);
  input.once('end', () => onKey({ kind: 'end' }));
  output.on('resize', onResize);
  output.write('\u001b[?2004h');

  const screen: AgentScreen = {
    print(line) {
      const shown = withoutControls(line);
      printed.push(shown);
      draw([shown]);
    },
    printTyped(text) {
      const [first = '', ...rest] = text.split('\n');
      for (const line of [`› ${first}`, ...rest.map((each) => `  ${each}`), '']) screen.print(line);
    },
    startWorking() {
      const startedAtMs = performance.now();
      let state: 'no' | 'interrupt' | 'quit' = 'no';
      let isAsking = false;
      const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
      const paint = () => {
        if (isAsking) return;
        const seconds = Math.floor((performance.now() - startedAtMs) / 1000);
        const typed = [...queued, waiting].filter((text) => text !== '');
        show(() => ({
          lines: [
            '',
            ...typed.map((text) => `  queued: ${text.split('\n').join(' ')}`),
            `✻ Working… (${seconds}s · esc to interrupt)`,
          ],
          cursor: null,
        }));
      };
      const timer = setInterval(paint, REPAINT_EVERY_MS);
      const whileWorking = (key: Key) => {
        switch (key.kind) {
          case 'escape':
            state = 'interrupt';
            return stop();
          case 'interrupt':
            state = isSecondInterrupt() ? 'quit' : 'interrupt';
            return stop();
          case 'text':
          case 'paste':
            waiting += key.text;
            return;
          case 'newline':
            waiting += '\n';
            return;
          case 'backspace':
            waiting = withoutLast(waiting);
            return;
          case 'enter':
            if (waiting.trim() !== '') queued.push(waiting);
            waiting = '';
            return;
          default:
            return;
        }
      };
      onKey = whileWorking;
      paint();
      resumeWorking = () => {
        isAsking = false;
        onKey = whileWorking;
        paint();
      };
      pauseWorking = () => {
        isAsking = true;
      };
      return {
        stopped,
        isStopped: () => state,
        end() {
          clearInterval(timer);
          resumeWorking = () => undefined;
          pauseWorking = () => undefined;
          show(() => NOTHING);
        },
      };
    },

    ask(question, answers, elsewhere) {
      pauseWorking();
      return new Promise((resolve) => {
        let chosen = 0;
        let isOpen = true;
        const paint = () =>
          show(() => ({ lines: dialogLines(question, answers, chosen, columns()), cursor: null }));
        const settle = (answer: Answered) => {
          if (!isOpen) return;
          isOpen = false;
          onKey = () => undefined;
          show(() => NOTHING);
          resumeWorking();
          resolve(answer);
        };
        void elsewhere?.then((index) => settle({ kind: 'chosen', index }));
        const move = (by: number) => {
          chosen = (chosen + by + answers.length) % answers.length;
          paint();
        };
        onKey = (key) => {
          switch (key.kind) {
            case 'up':
              return move(-1);
            case 'down':
              return move(1);
            case 'enter':
              return settle({ kind: 'chosen', index: chosen });
            case 'escape':
              return settle({ kind: 'chosen', index: answers.length - 1 });
            case 'interrupt':
              if (isSecondInterrupt()) settle({ kind: 'quit' });
              return;
            case 'end':
              return settle({ kind: 'quit' });
            case 'text': {
              const digit = Number(key.text);
              if (Number.isInteger(digit) && digit >= 1 && digit <= answers.length) {
                settle({ kind: 'chosen', index: digit - 1 });
              }
              return;
            }
            default:
              return;
          }
        };
        paint();
      });
    },

    prompt(patienceMs) {
      const next = queued.shift();
      if (next !== undefined) return Promise.resolve({ kind: 'said', text: next });
      let typed = waiting;
      waiting = '';
      let hint = '';
      return new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const settle = (asked: Asked) => {
          clearTimeout(timer);
          onKey = () => undefined;
          show(() => NOTHING);
          resolve(asked);
        };
        const paint = () => {
          clearTimeout(timer);
          if (patienceMs !== null) timer = setTimeout(() => settle({ kind: 'nothing' }), patienceMs);
          show(() => promptLines(typed, hint, columns()));
        };
        onKey = (key) => {
          hint = '';
          switch (key.kind) {
            case 'text':
            case 'paste':
              typed += key.text;
              return paint();
            case 'newline':
              typed += '\n';
              return paint();
            case 'backspace':
              typed = withoutLast(typed);
              return paint();
            case 'enter':
              if (typed.trim() === '') return paint();
              return settle({ kind: 'said', text: typed });
            case 'escape':
              typed = '';
              return paint();
            case 'end':
              return typed === '' ? settle({ kind: 'left' }) : paint();
            case 'interrupt':
              if (isSecondInterrupt()) return settle({ kind: 'quit' });
              typed = '';
              hint = '  Press Ctrl-C again to quit';
              return paint();
            default:
              return paint();
          }
        };
        paint();
      });
    },

    close() {
      live = () => NOTHING;
      output.write(`${erase()}\u001b[?2004l\u001b[?25h`);
      output.off('resize', onResize);
      input.off('data', onData);
      keys.close();
      if (input.isTTY) input.setRawMode(false);
      input.pause();
    },
  };
  return screen;
}

type Live = {
  readonly lines: readonly string[];
  /** Where the terminal's cursor is put; null hides it. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
};

const NOTHING: Live = { lines: [], cursor: null };

function dialogLines(
  question: string,
  answers: readonly string[],
  chosen: number,
  columns: number,
): string[] {
  const width = Math.min(BOX_MAX, columns - 1) - 4;
  const row = (text: string) => `│ ${text}${' '.repeat(Math.max(0, width - cells(text)))} │`;
  const edge = '─'.repeat(width + 2);
  return [
    '',
    `╭${edge}╮`,
    ...wrap(question, width).map(row),
    row(''),
    ...answers.flatMap((answer, index) => {
      const [first = '', ...more] = wrap(answer, width - 5);
      return [
        row(`${index === chosen ? '❯' : ' '} ${index + 1}. ${first}`),
        ...more.map((each) => row(`     ${each}`)),
      ];
    }),
    `╰${edge}╯`,
  ];
}

function promptLines(typed: string, hint: string, columns: number): Live {
  const rule = '─'.repeat(columns - 1);
  const rows = typed.split('\n').map((line, index) => `${index === 0 ? '› ' : '  '}${withoutControls(line)}`);
  return {
    lines: ['', rule, ...rows, rule, hint === '' ? '  /exit leaves' : hint],
    cursor: { row: 1 + rows.length, column: cells(rows.at(-1) ?? '') },
  };
}

/** Splits what a terminal sends into keys; a paste is one key, whatever is in it. */
export function openKeys(onKey: (key: Key) => void): { read(bytes: Buffer): void; close(): void } {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let timer: NodeJS.Timeout | undefined;
  const take = (isAllThereIs: boolean) => {
    for (;;) {
      const next = nextKey(pending, isAllThereIs);
      if (next === null) return;
      pending = pending.slice(next.length);
      onKey(next.key);
    }
  };
  return {
    read(bytes) {
      clearTimeout(timer);
      pending += decoder.write(bytes);
      take(false);
      if (pending !== '' && !pending.startsWith(PASTE_START)) {
        timer = setTimeout(() => take(true), ESCAPE_ALONE_AFTER_MS);
      }
    },
    close: () => clearTimeout(timer),
  };
}

const KEYS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['\r', { kind: 'enter' }],
  ['\n', { kind: 'newline' }],
  ['\u007f', { kind: 'backspace' }],
  ['\b', { kind: 'backspace' }],
  ['\u0003', { kind: 'interrupt' }],
  ['\u0004', { kind: 'end' }],
  ['\u001b[A', { kind: 'up' }],
  ['\u001bOA', { kind: 'up' }],
  ['\u001b[B', { kind: 'down' }],
  ['\u001bOB', { kind: 'down' }],
]);

/** Null: what is there may be the beginning of a longer key. */
function nextKey(text: string, isAllThereIs: boolean): { readonly key: Key; readonly length: number } | null {
  if (text === '') return null;
  if (text.startsWith(PASTE_START)) {
    const end = text.indexOf(PASTE_END);
    if (end === -1) return null;
    const pasted = text.slice(PASTE_START.length, end).replace(/\r\n?/g, '\n');
    return { key: { kind: 'paste', text: pasted }, length: end + PASTE_END.length };
  }
  if (text.startsWith('\u001b')) {
    const rest = /^(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Z])/.exec(text.slice(1))?.[0];
    if (rest !== undefined) {
      return { key: KEYS.get(`\u001b${rest}`) ?? { kind: 'other' }, length: rest.length + 1 };
    }
    return isAllThereIs ? { key: { kind: 'escape' }, length: 1 } : null;
  }
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  const known = KEYS.get(first);
  if (known !== undefined) return { key: known, length: first.length };
  return {
    key: /\p{Cc}/u.test(first) ? { kind: 'other' } : { kind: 'text', text: first },
    length: first.length,
  };
}

function withoutLast(text: string): string {
  return Array.from(text).slice(0, -1).join('');
}

function twiceWithin(ms: number): () => boolean {
  let lastAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const atMs = performance.now();
    const isSecond = atMs - lastAtMs <= ms;
    lastAtMs = atMs;
    return isSecond;
  };
}

/** At blanks where there are any; a word longer than a row is cut. */
function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of withoutControls(text).split(' ')) {
    const next = row === '' ? word : `${row} ${word}`;
    if (cells(next) <= width) {
      row = next;
      continue;
    }
    if (row !== '') rows.push(row);
    row = word;
    while (cells(row) > width) {
      const head = clip(row, width);
      rows.push(head);
      row = row.slice(head.length);
    }
  }
  return [...rows, row];
}

function clip(text: string, width: number): string {
  let used = 0;
  let shown = '';
  for (const character of text) {
    used += cells(character);
    if (used > width) return shown;
    shown += character;
  }
  return shown;
}

/** Columns that a text takes: East Asian characters and emoji take two, combining marks none. */
function cells(text: string): number {
  let count = 0;
  for (const character of text) {
    if (/\p{Mark}|\u200d|\ufe0f/u.test(character)) continue;
    count +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return count;
}

function withoutControls(text: string): string {
  return text.replace(/\t/g, '    ').replace(/\p{Cc}/gu, '');
}
