import { describe, expect, test } from 'vitest';
import { createCommandKind, observe } from '../../src/agents/index.ts';
import type { Capture, Observation, ProcessFacts } from '../../src/domain/index.ts';

const KIND = createCommandKind({ name: 'helper', words: ['helper'], env: {} });
const SHELL: ProcessFacts = { pid: 10, ppid: 1, stat: 'Ss', comm: 'bash', cmd: '-bash' };
const HELPER: ProcessFacts = { pid: 11, ppid: 10, stat: 'S+', comm: 'helper', cmd: 'helper' };
const WIDTH = 60;

type More = {
  /** Column and row; left out: behind the last line. */
  readonly cursor?: readonly [number, number];
  readonly processes?: readonly ProcessFacts[];
};

function read(lines: readonly string[], { cursor, processes = [SHELL, HELPER] }: More = {}): Observation {
  const plain = lines.join('\n');
  const [cursorX, cursorY] = cursor ?? [(lines.at(-1) ?? '').length, lines.length - 1];
  const capture: Capture = {
    plain,
    ansi: plain,
    pane: {
      command: 'helper',
      title: '',
      pid: 10,
      width: WIDTH,
      height: 24,
      cursorX,
      cursorY,
      isCursorVisible: true,
      isAlternateScreen: false,
      isInMode: false,
      isDead: false,
      deadStatus: null,
    },
    processes,
    takenAt: new Date(0),
  };
  return observe(KIND, capture);
}

const keysOf = (observation: Observation) =>
  'dialog' in observation
    ? observation.dialog.options.map(({ label, keys }) => `${label}: ${keys.join(' ')}`)
    : [];

describe('a question at the end of the last line:', () => {
  test.each([
    [
      'Delete the old index? (Y)es/(N)o/(A)lways for this run [No]:',
      ['Yes: y Enter', 'No: n Enter', 'Always for this run: a Enter'],
    ],
    ['Write 3 files? [r]un, [s]kip, [q]uit:', ['Run: r Enter', 'Skip: s Enter', 'Quit: q Enter']],
    ['Carry on? [y/N]', ['Yes: y Enter', 'No: n Enter']],
    ['Datei überschreiben? [J/n]', ['Yes: j Enter', 'No: n Enter']],
    ['May it run? [y/n/a/d/?]', ['Yes: y Enter', 'No: n Enter']],
    ['Choose [Permit once/Always allow/Deny] (Deny):', []],
    ['The host is not known. Connect (yes/no/[fingerprint])?', ['Yes: y e s Enter', 'No: n o Enter']],
  ])('%s', (line, keys) => {
    const seen = read(['I would like to do that.', '', line]);
    expect(seen).toMatchObject({ state: 'waiting_input', promptKind: 'permission' });
    expect(keysOf(seen)).toEqual(keys);
  });

  test.each([
    ['[sudo] password for kim:', 'login'],
    ['Enter passphrase for key id_ed25519:', 'login'],
    ['Paste your API key here:', 'login'],
    ['Hit any key to log in', 'login'],
    ['Press RETURN to accept, q to leave', 'permission'],
    ['Press any key to go on...', 'onboarding'],
    ['Pick a number (1-4):', 'question'],
    ['Your selection:', 'question'],
    ['--More--(12%)', 'menu'],
    ['(END)', 'menu'],
  ])('%s has no answer that is known here', (line, promptKind) => {
    const seen = read(['Something is needed.', '', line]);
    expect(seen).toMatchObject({ state: 'waiting_input', promptKind });
    expect(keysOf(seen)).toEqual([]);
  });

  test('it may go over two lines', () => {
    const line = 'Add src/server/routes/orders.ts to what I may read? (Y)es/(N)o/';
    const lines = [line.slice(0, WIDTH - 5), line.slice(WIDTH - 5).concat("(D)on't ask again [Yes]:")];
    expect(read(lines)).toMatchObject({ state: 'waiting_input', promptKind: 'permission' });
  });

  test.each([
    ['it was answered', ['Carry on? [y/N] y', '', 'Going on.', '> ']],
    ['it is what stands in an empty prompt', ['helper is ready.', '> Press Enter to send, Tab to complete']],
    ['it is a remark in brackets', ['I renamed both (first and last name).']],
    ['it is no choice', ['Both parsers are done (lexer/parser).']],
  ])('it is none where %s', (_, lines) => {
    expect(read(lines).state).not.toBe('waiting_input');
  });
});

describe('a list of answers:', () => {
  test('as clack draws it, until it is answered', () => {
    const open = ['◆  May the helper call this tool?', '│  ● Allow (this once)', '│  ○ Deny', '└'];
    expect(read(open)).toMatchObject({ state: 'waiting_input', promptKind: 'permission' });
    const answered = ['◇  May the helper call this tool?', '│  Permit', '│', '> '];
    expect(read(answered).state).toBe('idle');
  });

  test('with a key behind each answer', () => {
    const lines = [
      'Start the server?',
      '  → Start it (y)',
      '    Change the port (p)',
      '    Leave it (esc or n)',
    ];
    expect(read(lines)).toMatchObject({ state: 'waiting_input', dialog: { options: [] } });
  });

  test('right under a question, with its keys named in the question', () => {
    const lines = ['? Which branch do you want? (Use arrow keys)', '❯ main', '  next'];
    expect(read(lines)).toMatchObject({ state: 'waiting_input' });
  });

  test('it is none where the agent goes on under it', () => {
    const lines = ['? Which branch do you want?', '❯ main', '  next', '', 'You chose main.', '> '];
    expect(read(lines).state).toBe('idle');
  });
});

describe('an input:', () => {
  const EDGE = '─'.repeat(40);
  test.each([
    [
      'in a frame, with words that stand there',
      [`╭${EDGE}╮`, '│ > Describe a task', `╰${EDGE}╯`, '  sonnet · 4 %'],
      [4, 1],
    ],
    ['in an empty frame', [`╭${EDGE}╮`, `│${' '.repeat(40)}│`, `│${' '.repeat(40)}│`, `╰${EDGE}╯`], [2, 1]],
    ['with words that somebody typed', ['helper 2.1', '> rename the parser'], [20, 1]],
    ['with a name', ['helper 2.1', 'You: '], [5, 1]],
    ['with a face', ['helper 2.1', '( °)> '], [6, 1]],
  ] as const)('%s is idle', (_, lines, cursor) => {
    expect(read(lines, { cursor }).state).toBe('idle');
  });

  test.each([
    ['the cursor is elsewhere', ['helper', `╭${EDGE}╮`, '│ > Describe a task', `╰${EDGE}╯`], [0, 0]],
    [
      'something goes on above it',
      ['Looking at 4 files…', `╭${EDGE}╮`, '│ > Describe a task', `╰${EDGE}╯`],
      [4, 2],
    ],
    ['it is an answer among others', ['Pick one', '> the first', '  the second'], [2, 1]],
  ] as const)('it is not idle where %s', (_, lines, cursor) => {
    expect(read(lines, { cursor }).state).not.toBe('idle');
  });
});

describe('work:', () => {
  test.each([
    ['Processing... (Ctrl-C to abort)', 'thinking'],
    ['Assistant: Pondering...', 'thinking'],
    ['░█   Waiting for the model', 'thinking'],
    ['Retrying in 8 seconds...', 'retrying'],
  ])('%s', (line, state) => {
    expect(read(['Fix the tests', '', line])).toMatchObject({ state });
  });

  test('a program of its own runs, and nothing else is known', () => {
    const tool: ProcessFacts = { pid: 12, ppid: 11, stat: 'Ss', comm: 'make', cmd: 'make all' };
    expect(read(['[ 40%] Building b.o'], { processes: [SHELL, HELPER, tool] }).state).toBe('running');
  });

  test('one task was asked for on its command line', () => {
    const once = { ...HELPER, cmd: 'helper exec fix the tests' };
    expect(read(['I look at the tests first.'], { processes: [SHELL, once] }).state).toBe('thinking');
    const talked = { ...HELPER, cmd: 'helper --model big -- please run the tests -p' };
    expect(read(['I look at the tests first.'], { processes: [SHELL, talked] }).state).toBe('unknown');
  });
});

test.each([
  ['bash --posix', 'shell'],
  ['bash --noediting -i', 'shell'],
  ['zsh -o nobeep -il', 'shell'],
  ['nu --login --config /etc/nu.nu', 'shell'],
  ['pwsh -NoLogo', 'shell'],
  ['bash -lc make', 'unknown'],
  ['pwsh -Command Get-Item', 'unknown'],
  ['bash build.sh', 'unknown'],
])('without the agent %s is %s', (cmd, state) => {
  const own: ProcessFacts = { pid: 10, ppid: 1, stat: 'Ss+', comm: cmd.split(' ')[0] ?? '', cmd };
  expect(read(['kim@dev:~$ '], { processes: [own] }).state).toBe(state);
});
