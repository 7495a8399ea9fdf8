import { describe, expect, test } from 'vitest';
import { type AgentKind, createCommandKind, findAgentKind, observe } from '../../src/agents/index.ts';
import type { Capture, PaneFacts, ProcessFacts } from '../../src/domain/index.ts';

const RULE = '─'.repeat(60);
const FREE_CLAUDE = [
  '❯ hello',
  '',
  '● Hi.',
  '',
  '✻ Baked for 2s',
  '',
  RULE,
  '❯ ',
  RULE,
  '  ? for shortcuts',
].join('\n');
const BUSY_CLAUDE = [
  '❯ hello',
  '',
  '✻ Baking… (4s · thinking)',
  '',
  RULE,
  '❯ ',
  RULE,
  '  esc to interrupt',
].join('\n');

const shell: ProcessFacts = { pid: 10, ppid: 1, stat: 'Ss', comm: 'bash', cmd: '-bash' };
const agent: ProcessFacts = {
  pid: 11,
  ppid: 10,
  stat: 'Sl+',
  comm: 'claude',
  cmd: 'claude --session-id x -- hello',
};

function capture(
  plain: string,
  {
    processes = [shell, agent],
    pane = {},
  }: { processes?: readonly ProcessFacts[]; pane?: Partial<PaneFacts> } = {},
): Capture {
  return {
    plain,
    ansi: plain,
    pane: {
      command: 'claude',
      title: '',
      pid: 10,
      width: 60,
      height: 24,
      cursorX: 2,
      cursorY: 7,
      isCursorVisible: true,
      isAlternateScreen: false,
      isInMode: false,
      isDead: false,
      deadStatus: null,
      ...pane,
    },
    processes,
    takenAt: new Date(0),
  };
}

function kindNamed(name: string): AgentKind {
  const kind = findAgentKind(name);
  if (kind === null) throw new Error(`no kind ${name}`);
  return kind;
}

const claude = kindNamed('claude');
const aider = createCommandKind({ name: 'helper', words: ['aider', '--yes'] });
const aiderProcess: ProcessFacts = {
  pid: 11,
  ppid: 10,
  stat: 'S+',
  comm: 'python3',
  cmd: '/usr/bin/python3 /usr/local/bin/aider --yes',
};

describe('processes come first', () => {
  test('what a process was started with is never shown', () => {
    const told = { ...agent, cmd: 'claude -- Rotate the key hunter2' };
    const captures = [
      capture(FREE_CLAUDE, {
        processes: [
          { ...shell, stat: 'Ss+' },
          { ...told, stat: 'Tl' },
        ],
      }),
      capture(FREE_CLAUDE, {
        processes: [
          { ...shell, stat: 'Ss+' },
          { ...told, stat: 'Sl' },
        ],
      }),
      capture('', { processes: [{ ...told, comm: 'sh', cmd: 'sh -c hunter2' }] }),
    ];
    for (const each of captures) expect(JSON.stringify(observe(claude, each))).not.toContain('hunter2');
  });

  const rows: readonly { readonly rule: string; readonly capture: Capture; readonly expected: object }[] = [
    {
      rule: 'a dead pane is a shell with its exit status, whatever its screen says',
      capture: capture(BUSY_CLAUDE, { pane: { isDead: true, deadStatus: 3 }, processes: [] }),
      expected: { state: 'shell', exitStatus: 3, source: 'process' },
    },
    {
      rule: 'a shell without the agent is a shell, whatever its screen says',
      capture: capture(BUSY_CLAUDE, { processes: [{ ...shell, stat: 'Ss+' }], pane: { command: 'bash' } }),
      expected: { state: 'shell', exitStatus: null },
    },
    {
      rule: 'an agent that is a zombie is not alive',
      capture: capture(FREE_CLAUDE, {
        processes: [shell, { ...agent, stat: 'Z+', cmd: '[claude] <defunct>' }],
      }),
      expected: { state: 'shell' },
    },
    {
      rule: 'a stopped agent is suspended',
      capture: capture(FREE_CLAUDE, {
        processes: [
          { ...shell, stat: 'Ss+' },
          { ...agent, stat: 'Tl' },
        ],
      }),
      expected: { state: 'suspended' },
    },
    {
      rule: 'an agent behind something else is unknown',
      capture: capture(FREE_CLAUDE, {
        processes: [
          { ...shell, stat: 'Ss+' },
          { ...agent, stat: 'Sl' },
        ],
      }),
      expected: { state: 'unknown', why: 'the agent lives, but something else is in front of it' },
    },
    {
      rule: 'a shell in front of unread processes is unknown, neither dead nor alive',
      capture: capture(FREE_CLAUDE, { processes: [], pane: { command: 'bash' } }),
      expected: { state: 'unknown' },
    },
    {
      rule: 'a wrapper that drew nothing yet is starting',
      capture: capture('', {
        processes: [{ pid: 10, ppid: 1, stat: 'Ss+', comm: 'sh', cmd: 'sh -c exec claude' }],
      }),
      expected: { state: 'starting' },
    },
    {
      rule: 'an agent that drew nothing yet is starting',
      capture: capture('', { processes: [{ ...agent, stat: 'Ssl+' }] }),
      expected: { state: 'starting' },
    },
    {
      rule: 'an agent installed as a package runs under its interpreter',
      capture: capture(FREE_CLAUDE, {
        processes: [
          shell,
          { ...agent, comm: 'node', cmd: 'node /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js' },
        ],
      }),
      expected: { state: 'completed' },
    },
    {
      rule: 'a folder that is called like the agent is not the agent',
      capture: capture(FREE_CLAUDE, {
        processes: [
          { ...shell, stat: 'Ss' },
          { ...agent, comm: 'node', cmd: 'node /work/claude/server.js' },
        ],
      }),
      expected: { state: 'shell' },
    },
    {
      rule: 'a command with a terminal session of its own makes thinking running',
      capture: capture(BUSY_CLAUDE, {
        processes: [shell, agent, { pid: 12, ppid: 11, stat: 'Ss', comm: 'bash', cmd: '/bin/bash -c make' }],
      }),
      expected: { state: 'running' },
    },
    {
      rule: 'a helper in the same terminal session does not',
      capture: capture(BUSY_CLAUDE, {
        processes: [
          shell,
          agent,
          { pid: 12, ppid: 11, stat: 'Sl+', comm: 'node', cmd: 'node mcp-server.js' },
        ],
      }),
      expected: { state: 'thinking' },
    },
  ];
  for (const row of rows) {
    test(row.rule, () => expect(observe(claude, row.capture)).toMatchObject(row.expected));
  }

  test('no capture at all is unknown', () => expect(observe(claude, [])).toMatchObject({ state: 'unknown' }));
});

describe('a program without rules of its own', () => {
  const look = (plain: string) =>
    capture(plain, { processes: [shell, aiderProcess], pane: { command: 'python3' } });

  test('is idle at a bare prompt', () => {
    expect(observe(aider, look('Added a.py to the chat.\n\n> '))).toMatchObject({ state: 'idle' });
  });

  test('waits at a yes-or-no question, which has two answers', () => {
    expect(observe(aider, look('Run shell command? (Y)es/(N)o [Yes]:'))).toMatchObject({
      state: 'waiting_input',
      dialog: {
        options: [
          { label: 'Yes', keys: ['y', 'Enter'] },
          { label: 'No', keys: ['n', 'Enter'] },
        ],
      },
    });
  });

  test('works while its screen moves', () => {
    expect(observe(aider, [look('compiling 1'), look('compiling 1\ncompiling 2')])).toMatchObject({
      state: 'thinking',
    });
  });

  test('is unknown when nothing tells', () => {
    expect(observe(aider, [look('compiling 1'), look('compiling 1')])).toMatchObject({ state: 'unknown' });
  });

  test('an activity line over a free prompt that does not move contradicts itself', () => {
    const screen = look('⠋ Thinking… (3s, ctrl+c to cancel)\n\n> ');
    expect(observe(aider, [screen, screen])).toMatchObject({ state: 'unknown' });
  });
});

describe('what surrounds an input', () => {
  const done = ['❯ hello', '', '● Hi.', '', '✻ Baked for 2s', ''];
  const at = (y: number) => ({ pane: { cursorX: 2, cursorY: y } });

  test.each([
    ['a status line that begins like a list', [RULE, '❯ ', RULE, '➜ app git:(main)', '  esc to interrupt']],
    [
      'many status lines',
      [RULE, '❯ ', RULE, ...Array.from({ length: 12 }, (_, row) => `  agent ${row} waits`)],
    ],
  ])('%s is no list of answers', (_, input) => {
    expect(observe(claude, capture([...done, ...input].join('\n'), at(7))).state).not.toBe('waiting_input');
  });

  test('words of many lines are words that somebody typed', () => {
    const draft = [
      RULE,
      '❯ one',
      ...Array.from({ length: 30 }, (_, row) => `  line ${row}`),
      RULE,
      '  ? for shortcuts',
    ];
    const { state, rule } = observe(
      claude,
      capture([...done, ...draft].join('\n'), { pane: { cursorX: 8, cursorY: 37 } }),
    );
    expect([state, rule]).toEqual(['idle', 'claude-code/typed-not-sent']);
  });
});

describe('an agent that only prints its answer', () => {
  const printing = (cmd: string) =>
    observe(claude, capture('dev@box:~$ claude …\nreading', { processes: [shell, { ...agent, cmd }] }));

  test.each([
    'claude -p fix',
    'claude --model opus --print fix it',
    '/usr/bin/node /opt/claude -p fix',
    'claude fix it -p',
  ])('%s works', (cmd) => expect(printing(cmd).rule).toMatch(/print-mode/));

  test.each(['claude explain the -p option please', 'claude -- describe -p'])(
    '%s is asked about the option',
    (cmd) => expect(printing(cmd).rule).not.toMatch(/print-mode/),
  );

  test('words of its command are never shown', () => {
    expect(JSON.stringify(printing('claude -p hunter2'))).not.toContain('hunter2');
  });
});

test('a shell that runs a text in which the agent is named is not the agent', () => {
  const wrapper: ProcessFacts = { ...shell, stat: 'Ss+', cmd: 'bash -c claude --continue; read -r line' };
  expect(observe(claude, capture(BUSY_CLAUDE, { processes: [wrapper] })).state).toBe('unknown');
});

test('without colours an activity line of codex counts where it is the lowest', () => {
  const codex = kindNamed('codex');
  const facts = {
    processes: [shell, { ...agent, comm: 'codex', cmd: 'codex' }],
    pane: { cursorX: 2, cursorY: 4 },
  };
  const foot = ['', '› Ask Codex to do anything', '', '  gpt-5 · ~/app'];
  const read = (...lines: readonly string[]) =>
    observe(codex, capture([...lines, ...foot].join('\n'), facts)).state;
  expect(read('› Run it', '', '• Working (3s • esc to interrupt)')).toBe('thinking');
  expect(read('› Run it', '', '• Working (3s • esc to interrupt)', '', '• That is what it showed.')).not.toBe(
    'thinking',
  );
});

test('qwen in another language works, and its placeholder is nobody’s words', () => {
  const qwen = kindNamed('qwen');
  const facts = { processes: [shell, { ...agent, comm: 'node', cmd: 'node /usr/bin/qwen' }] };
  const box = [RULE, '>   输入您的消息或 @ 文件路径', RULE, '  ? 查看快捷键'];
  const read = (...lines: readonly string[]) =>
    observe(qwen, capture([...lines, '', ...box].join('\n'), facts)).state;
  expect(read('  > 你好', '', '  ⠏ 正在思考…（按 esc 取消，3s）')).toBe('thinking');
  expect(read('  > 你好', '', '  ✦ 你好！')).toBe('completed');
});
