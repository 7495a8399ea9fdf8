import { expect, test } from 'vitest';
import { findAgentKind, observe } from '../../src/agents/index.ts';
import type { Capture } from '../../src/domain/index.ts';

// No screens of Gemini CLI are recorded here: these follow its titles as measured and the shapes its own component tests show.
const TOP = '▀'.repeat(60);
const FOOT = '▄'.repeat(60);
const SENT = [TOP, ' > fix the parser', FOOT, ''];
const BOX = [TOP, ' >   Type your message or @path/to/file', FOOT, ' ~/app   no sandbox   gemini-2.5-pro'];

function dialogBox(lines: readonly string[]): readonly string[] {
  return ['╭', ...lines, '╰'].map((line) => {
    if (line === '╭') return `╭${'─'.repeat(58)}╮`;
    return line === '╰' ? `╰${'─'.repeat(58)}╯` : `│ ${line.padEnd(56)} │`;
  });
}

const PERMISSION = dialogBox([
  'Action Required',
  '',
  '?  Shell npm install left-pad',
  "Allow execution of: 'npm'?",
  '',
  '● 1. Allow once',
  '  2. Allow for this session',
  '  3. No, suggest changes (esc)',
]);
const LOOP = dialogBox([
  '?  A potential loop was detected',
  '',
  '● 1. Keep loop detection enabled (esc)',
  '  2. Disable loop detection for this session',
]);

function look(title: string, lines: readonly string[]): Capture {
  const plain = lines.join('\n');
  const pane = {
    command: 'node',
    title,
    pid: 1,
    width: 60,
    height: 24,
    cursorX: 0,
    cursorY: 0,
    deadStatus: null,
  };
  return {
    plain,
    ansi: plain,
    pane: { ...pane, isCursorVisible: false, isAlternateScreen: false, isInMode: false, isDead: false },
    processes: [{ pid: 1, ppid: 0, stat: 'Ssl+', comm: 'node', cmd: 'node /usr/local/bin/gemini' }],
    takenAt: new Date(0),
  };
}

const rows: readonly { readonly name: string; readonly capture: Capture; readonly expected: object }[] = [
  {
    name: 'a fresh prompt is idle',
    capture: look('◇  Ready (app)', ['Tips for getting started:', '1. Ask', '2. Edit', ...BOX]),
    expected: { state: 'idle' },
  },
  {
    name: 'an activity line is thinking',
    capture: look('✦  Working… (app)', [...SENT, ' ⠏ Thinking... (esc to cancel, 3s)', ...BOX]),
    expected: { state: 'thinking' },
  },
  {
    name: 'a busy title without an activity line is thinking',
    capture: look('✦  Working… (app)', [...SENT, '✦ One', ...BOX]),
    expected: { state: 'thinking' },
  },
  {
    name: 'an activity line under a ready title is a quotation',
    capture: look('◇  Ready (app)', [
      ...SENT,
      '✦ It prints',
      '  ⠏ Thinking... (esc to cancel, 5s)',
      '',
      ...BOX,
    ]),
    expected: { state: 'completed' },
  },
  {
    name: 'an answer over a free prompt is completed',
    capture: look('◇  Ready (app)', [...SENT, '✦ It is done.', '', ...BOX]),
    expected: { state: 'completed' },
  },
  {
    name: 'a cancelled request is idle',
    capture: look('◇  Ready (app)', [...SENT, 'ℹ Request cancelled.', '', ...BOX]),
    expected: { state: 'idle' },
  },
  {
    name: 'a failed request is an error',
    capture: look('◇  Ready (app)', [...SENT, '✕ [API Error: fetch failed]', '', ...BOX]),
    expected: { state: 'error' },
  },
  {
    name: 'a refused key is logged out',
    capture: look('◇  Ready (app)', [...SENT, '✕ [API Error: API key not valid]', '', ...BOX]),
    expected: { state: 'logged_out' },
  },
  {
    name: 'a permission dialog lists its answers',
    capture: look('✋  Action Required (app)', [...SENT, ...PERMISSION]),
    expected: {
      state: 'waiting_input',
      promptKind: 'permission',
      dialog: {
        options: [
          { label: 'Allow once', keys: ['1'] },
          { label: 'Allow for this session', keys: ['2'] },
          { label: 'No, suggest changes', keys: ['3'] },
        ],
      },
    },
  },
  {
    name: 'a dialog under a ready title is a dialog',
    capture: look('◇  Ready (app)', [...SENT, ...LOOP]),
    expected: { state: 'waiting_input' },
  },
  {
    name: 'a title that asks for a person is a dialog even when none can be read',
    capture: look('✋  Action Required (app)', [...SENT, 'something new']),
    expected: { state: 'waiting_input', dialog: { options: [] } },
  },
];

const gemini = findAgentKind('gemini');
for (const row of rows) {
  test(row.name, () => {
    if (gemini === null) throw new Error('no Gemini kind');
    expect(observe(gemini, row.capture)).toMatchObject(row.expected);
  });
}
