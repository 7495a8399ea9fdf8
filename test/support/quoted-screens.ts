import type { Capture } from '../../src/domain/index.ts';
import type { RecordedScreen } from './corpus.ts';

/** How an agent shows what a tool printed, or what it quotes in an answer. The first line, and the indent of those that follow. */
type Style = {
  readonly head: readonly string[];
  readonly first: string;
  readonly rest: string;
  readonly foot: readonly string[];
};

const STYLES: Readonly<
  Record<string, { readonly prompt: RegExp; readonly entry: RegExp; readonly styles: readonly Style[] }>
> = {
  claude: {
    prompt: /^❯ \S/u,
    entry: /^● /u,
    styles: [
      { head: ['● Bash(cat screen.txt)'], first: '  ⎿  ', rest: '     ', foot: [''] },
      { head: ['● This is what the other one shows:', ''], first: '  ', rest: '  ', foot: [''] },
    ],
  },
  codex: {
    prompt: /^› (?!Ask Codex|\[|\d+\. )\S/u,
    entry: /^• (?!Working)/u,
    styles: [
      { head: ['• Ran cat screen.txt'], first: '  └ ', rest: '    ', foot: [''] },
      { head: ['• This is what the other one shows:', ''], first: '  ', rest: '  ', foot: [''] },
    ],
  },
  copilot: {
    prompt: /^ ❯ \S/u,
    entry: /^ [●✗$] (?!Tip|No copilot)/u,
    styles: [
      { head: [' ● Shell Show the screen 9 lines…'], first: '   ', rest: '   ', foot: [''] },
      { head: [' ● This is what the other one shows:', ''], first: '   ', rest: '   ', foot: [''] },
    ],
  },
  opencode: {
    prompt: /^ {2}┃ {2}(?!.* · )\S/u,
    entry: /^ {5}(?!▣)\S/u,
    styles: [
      { head: ['  ┃', '  ┃  $ cat screen.txt', '  ┃'], first: '  ┃  ', rest: '  ┃  ', foot: ['  ┃', ''] },
      { head: ['     This is what the other one shows:', ''], first: '     ', rest: '     ', foot: [''] },
    ],
  },
  qwen: {
    prompt: /^\s{0,2}> (?!Type)\S/u,
    entry: /^\s{0,2}(?:✦|◆\ufe0e?) /u,
    styles: [
      { head: ['  ✦ This is what the other one shows:', ''], first: '    ', rest: '    ', foot: [''] },
    ],
  },
  gemini: {
    prompt: /^\s{0,2}> (?!Type)\S/u,
    entry: /^\s{0,2}✦ /u,
    styles: [{ head: ['✦ This is what the other one shows:', ''], first: '  ', rest: '  ', foot: [''] }],
  },
  demo: {
    prompt: /^› \S/u,
    entry: /^● /u,
    styles: [{ head: ['● This is what the other one shows:', ''], first: '  ', rest: '  ', foot: [''] }],
  },
};

/**
 * The captures in which the agent shows `words` in its last turn: before all that it shows really, or after.
 * None: no turn is on the screen, or nothing may follow what it shows.
 */
export function quoteInTurn(
  screen: RecordedScreen,
  words: readonly string[],
  where: 'first' | 'last',
): readonly Capture[] {
  const known = STYLES[screen.kind.name];
  const plain = linesOf(screen.capture.plain);
  if (known === undefined || screen.capture.pane.isDead) return [];
  if (plain.length !== linesOf(screen.capture.ansi).length) return [];
  const at =
    where === 'first'
      ? rowUnderPrompt(screen, plain, known.prompt)
      : rowUnderAnswer(screen, plain, known.entry);
  if (at === null) return [];
  return known.styles.map((style) =>
    withRows(screen.capture, at, shownAs(style, words, screen.capture.pane.width)),
  );
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/u, '').split('\n');
}

function rowUnderPrompt(screen: RecordedScreen, plain: readonly string[], pattern: RegExp): number | null {
  const prompt = plain.findIndex((line) => pattern.test(line));
  // What was typed and not sent looks like what was sent.
  const isOpen =
    screen.truth.sub === 'typed_unsubmitted' && !plain.slice(prompt + 1).some((line) => pattern.test(line));
  if (prompt === -1 || isOpen) return null;
  // A notice may hang right under the prompt.
  const row = plain.findIndex((line, index) => index > prompt && /^(?:\s*$| {2}⎿)/u.test(line));
  return row === -1 ? null : row;
}

function rowUnderAnswer(screen: RecordedScreen, plain: readonly string[], pattern: RegExp): number | null {
  if (['error', 'logged_out', 'rate_limited', 'retrying'].includes(screen.truth.state)) return null;
  if (['interrupted', 'text_question'].includes(screen.truth.sub)) return null;
  const entry = plain.findLastIndex((line) => pattern.test(line));
  return entry === -1 ? null : nextEmptyRow(plain, entry + 1);
}

function nextEmptyRow(plain: readonly string[], from: number): number | null {
  const row = plain.findIndex((line, index) => index >= from && line.trim() === '');
  return row === -1 ? null : row;
}

function shownAs(style: Style, words: readonly string[], width: number): readonly string[] {
  const room = width - style.rest.length - 2;
  const shown = words.map((line, index) => (index === 0 ? style.first : style.rest) + line.slice(0, room));
  return ['', ...style.head, ...shown, ...style.foot];
}

function withRows(capture: Capture, at: number, rows: readonly string[]): Capture {
  const insert = (text: string) =>
    [...linesOf(text).slice(0, at), ...rows, ...linesOf(text).slice(at)].join('\n');
  const { pane } = capture;
  return {
    ...capture,
    plain: insert(capture.plain),
    ansi: insert(capture.ansi),
    pane: {
      ...pane,
      height: pane.height + rows.length,
      cursorY: pane.cursorY + (pane.cursorY >= at ? rows.length : 0),
    },
  };
}

/** The lower part of a screen, as somebody would copy it. */
export function excerptOf(capture: Capture, maxLines: number): readonly string[] {
  const lines = capture.plain.split('\n').map((line) => line.trimEnd());
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  const kept = lines.filter((line, index) => line !== '' || lines[index - 1] !== '');
  return kept.slice(-maxLines);
}
