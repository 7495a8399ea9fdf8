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

describe('keys that choose, named at the end,', () => {
  const EDGE = '─'.repeat(44);
  test.each([
    [
      'with answers side by side',
      [
        'Run `make deploy`?',
        '',
        '   Allow    Allow for this session    Deny',
        '',
        '←/→ choose • enter confirm • esc cancel',
      ],
      'permission',
    ],
    [
      'with a mark of its own',
      ['Which one is it?', ' ▸ ● the first', '   ○ the second', '↑↓ navigate · enter select · esc cancel'],
      'question',
    ],
    [
      'in a frame, over what the program always shows',
      [
        `╭${EDGE}╮`,
        '│  May I write to src/index.ts?              │',
        '│                                            │',
        '│  > Yes (y)                                 │',
        '│    No, and say why (esc)                   │',
        `╰${EDGE}╯`,
        '  ~/app  main  12 %',
      ],
      'permission',
    ],
    [
      'under a search',
      [
        `╭${EDGE}╮`,
        '│ ⌕ Search…',
        `╰${EDGE}╯`,
        '  one',
        '  two',
        'Type to search · Space to preview · Esc to cancel',
      ],
      'menu',
    ],
  ] as const)('%s are a question', (_, lines, promptKind) => {
    expect(read(lines, { cursor: [0, 0] })).toMatchObject({ state: 'waiting_input', promptKind });
  });

  test('a question over a prompt is open, whatever the prompt is called', () => {
    for (const prompt of ['> ', '❯ ', 'helper> '])
      expect(read(['Delete 3 files? (y/n)', prompt])).toMatchObject({
        state: 'waiting_input',
        promptKind: 'permission',
      });
  });

  test('a list that was quoted over a free prompt is none, and no key is work by itself', () => {
    const quoted = ['It shows this:', '', '  ❯ 1. Yes', '    2. No', '', 'That was all of it.', '', '> '];
    expect(read(quoted).state).toBe('idle');
    expect(read(['Press Esc to cancel the running command.', '', '> ']).state).toBe('idle');
    expect(read(['Something', 'esc cancel']).state).toBe('unknown');
  });
});

describe('work:', () => {
  test.each([
    ['over a free prompt', ['⠙ Thinking 12s', '', '> ']],
    ['over the tasks that it works on', ['⠹ Writing the tests (8s)', '  ☐ lexer', '  ☑ parser', '', '> ']],
    [
      'in two lines of a narrow screen',
      [
        '  .. Looking for the cause of it all (3s · esc to',
        '  interrupt)',
        '─'.repeat(40),
        '> ',
        '─'.repeat(40),
      ],
    ],
    ['said under the input', ['─'.repeat(40), '> ', '─'.repeat(40), '◎ Working esc esc edit prompt']],
  ])('%s it is no rest', (_, lines) => {
    expect(read(lines).state).toBe('thinking');
  });

  test('a shell that the program started runs, a server it keeps does not', () => {
    const input = ['─'.repeat(40), '> ', '─'.repeat(40)];
    const tool: ProcessFacts = { pid: 12, ppid: 11, stat: 'S+', comm: 'sh', cmd: 'sh build.sh' };
    const server: ProcessFacts = { pid: 13, ppid: 11, stat: 'Sl+', comm: 'node', cmd: 'node mcp-server.js' };
    expect(read(input, { processes: [SHELL, HELPER, tool] }).state).toBe('running');
    expect(read(input, { processes: [SHELL, HELPER, server] }).state).toBe('idle');
  });

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

describe('how a turn ended:', () => {
  const INPUT = ['─'.repeat(40), '> ', '─'.repeat(40)];
  test.each([
    ['✻ Churned for 12s', 'completed'],
    ['Done in 3.1s', 'completed'],
    ['✗ Request failed: 500 Internal Server Error', 'error'],
    ['Error: 401 invalid api key', 'logged_out'],
    ['No models available. Use /login to sign in.', 'logged_out'],
    ['✕ Too many requests, rate limit reached', 'rate_limited'],
    ['Interrupted by user', 'idle'],
    ['Shall I keep both?', 'waiting_input'],
    ['How can I help you today?', 'idle'],
    ['[API Error: 500] is what the log says; that is mended.', 'idle'],
  ])('%s', (line, state) => {
    expect(read(['> fix it', '', line, '', ...INPUT]).state).toBe(state);
  });
});

test('a program that only names the agent in its commands is not the agent', () => {
  const wrapper: ProcessFacts = {
    pid: 10,
    ppid: 1,
    stat: 'Ss+',
    comm: 'bash',
    cmd: 'bash -c helper --quick; read',
  };
  expect(read(['Press Enter to close'], { processes: [wrapper] }).state).not.toBe('idle');
});
