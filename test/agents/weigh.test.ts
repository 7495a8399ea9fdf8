import { describe, expect, test } from 'vitest';
import { findAgentKind, weigh } from '../../src/agents/index.ts';
import type { Capture, PaneFacts, ProcessFacts, Report, ReportedMoment } from '../../src/domain/index.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms);

const RULE = '─'.repeat(60);
const BOX = [RULE, '❯ ', RULE];
const SENT = ['❯ fix the parser', ''];
const SCREENS = {
  completed: [...SENT, '● Done.', '', '✻ Baked for 2s', '', ...BOX, '  ? for shortcuts'],
  asksInProse: [...SENT, '● Which port?', '', '✻ Baked for 2s', '', ...BOX, '  ? for shortcuts'],
  interrupted: [
    ...SENT,
    '  ⎿  Interrupted · What should Claude do instead?',
    '',
    ...BOX,
    '  ? for shortcuts',
  ],
  free: [...SENT, '● Half a', '', ...BOX, '  ? for shortcuts'],
  typed: [...SENT, '● Done.', '', '✻ Baked for 2s', '', RULE, '❯ and the tests', RULE, '  ? for shortcuts'],
  failed: [...SENT, '  ⎿  API Error: 500 Internal server error', '', '✻ Baked for 2s', '', ...BOX, '  ?'],
  thinking: [...SENT, '✻ Baking… (4s · thinking)', '', ...BOX, '  esc to interrupt'],
  dialog: [
    ...SENT,
    '● Bash(npm ci)',
    '',
    RULE,
    ' Bash command',
    '',
    '   npm ci',
    '',
    ' Do you want to proceed?',
    ' ❯ 1. Yes',
    '   2. No',
    '',
    ' Esc to cancel',
  ],
  unreadable: ['?????'],
  farewell: ['Resume this session with:', 'claude --resume 1'],
} as const;

const shell: ProcessFacts = { pid: 10, ppid: 1, stat: 'Ss', comm: 'bash', cmd: '-bash' };
const agent: ProcessFacts = { pid: 11, ppid: 10, stat: 'Sl+', comm: 'claude', cmd: 'claude' };
const tool: ProcessFacts = { pid: 12, ppid: 11, stat: 'Ss', comm: 'bash', cmd: '/bin/bash -c make' };

type Look = {
  readonly screen: keyof typeof SCREENS;
  readonly takenMsAgo?: number;
  readonly processes?: readonly ProcessFacts[];
  readonly pane?: Partial<PaneFacts>;
};

function capture({ screen, takenMsAgo = 0, processes = [shell, agent], pane = {} }: Look): Capture {
  const lines = SCREENS[screen];
  const plain = lines.join('\n');
  const row = lines.findLastIndex((line) => line.startsWith('❯'));
  return {
    plain,
    ansi: plain,
    pane: {
      command: 'claude',
      title: '',
      pid: 10,
      width: 60,
      height: 24,
      cursorX: (lines[row] ?? '').length,
      cursorY: Math.max(0, row),
      isCursorVisible: true,
      isAlternateScreen: false,
      isInMode: false,
      isDead: false,
      deadStatus: null,
      ...pane,
    },
    processes,
    takenAt: ago(takenMsAgo),
  };
}

type Told = readonly [channel: Report['channel'], says: ReportedMoment, msAgo: number];

const working = { kind: 'working' } as const;
const toolBegan = { kind: 'tool-began', tool: 'Bash' } as const;
const toolEnded = { kind: 'tool-ended', tool: 'Bash' } as const;
const compacting = { kind: 'compacting' } as const;
const atPrompt = { kind: 'at-prompt' } as const;
const asks = { kind: 'asks', promptKind: 'permission', question: 'Bash: npm ci' } as const;
const asksPlan = { kind: 'asks', promptKind: 'plan_approval', question: 'The plan' } as const;
const failed = { kind: 'turn-failed', why: 'server_error' } as const;
const ended = (lastMessage: string | null = 'Done.', backgroundTasks = 0) =>
  ({ kind: 'turn-ended', lastMessage, backgroundTasks }) as const;

function claude() {
  const kind = findAgentKind('claude');
  if (kind === null) throw new Error('no kind');
  return kind;
}

function weighed(look: Look | null, told: readonly Told[]) {
  const reports = told.map(
    ([channel, says, msAgo]): Report => ({
      channel,
      says,
      at: ago(msAgo),
      detail: `${channel} ${says.kind}`,
    }),
  );
  return weigh(claude(), look === null ? [] : capture(look), reports, NOW);
}

type Row = {
  readonly rule: string;
  readonly look: Look | null;
  readonly told: readonly Told[];
  readonly means: object;
};

const tables: Readonly<Record<string, readonly Row[]>> = {
  'the screen alone': [
    {
      rule: 'without a report the screen says it',
      look: { screen: 'thinking' },
      told: [],
      means: { state: 'thinking', source: 'screen' },
    },
    {
      rule: 'that a session began says nothing of what it does now',
      look: { screen: 'completed' },
      told: [['hook', { kind: 'session-began' }, 60_000]],
      means: { state: 'completed', source: 'screen' },
    },
  ],
  'reports alone': [
    {
      rule: 'a hook is believed before there is a capture',
      look: null,
      told: [['hook', toolBegan, 100]],
      means: { state: 'thinking', source: 'hook' },
    },
    {
      rule: 'nothing at all is unknown',
      look: null,
      told: [],
      means: { state: 'unknown' },
    },
  ],
  'processes decide what lives': [
    {
      rule: 'a process that is gone beats every report',
      look: { screen: 'thinking', processes: [{ ...shell, stat: 'Ss+' }] },
      told: [['hook', working, 10]],
      means: { state: 'shell', source: 'process' },
    },
    {
      rule: 'a dead pane beats every report, also a later one',
      look: { screen: 'thinking', takenMsAgo: 1_000, pane: { isDead: true, deadStatus: 2 }, processes: [] },
      told: [['session-file', working, 10]],
      means: { state: 'shell', exitStatus: 2 },
    },
    {
      rule: 'a stopped agent is suspended, whatever it told before',
      look: {
        screen: 'completed',
        processes: [
          { ...shell, stat: 'Ss+' },
          { ...agent, stat: 'Tl' },
        ],
      },
      told: [['hook', working, 3_000]],
      means: { state: 'suspended', source: 'process' },
    },
  ],
  'the agent says that it works': [
    {
      rule: 'a screen that shows work confirms it',
      look: { screen: 'thinking' },
      told: [['hook', working, 4_000]],
      means: { state: 'thinking', source: 'hook', confidence: 0.99 },
    },
    {
      rule: 'a program of the agent makes it running, whatever the hook calls it',
      look: { screen: 'thinking', processes: [shell, agent, tool] },
      told: [['hook', toolBegan, 4_000]],
      means: { state: 'running', source: 'hook' },
    },
    {
      rule: 'a tool without a program of its own is thinking',
      look: { screen: 'thinking' },
      told: [['hook', toolBegan, 4_000]],
      means: { state: 'thinking' },
    },
    {
      rule: 'a prompt sent after the capture is believed',
      look: { screen: 'completed', takenMsAgo: 800 },
      told: [['hook', working, 300]],
      means: { state: 'thinking', source: 'hook' },
    },
    {
      rule: 'a prompt sent a moment before the capture is believed: nothing is drawn yet',
      look: { screen: 'completed' },
      told: [['hook', working, 900]],
      means: { state: 'thinking', source: 'hook' },
    },
    {
      rule: 'Escape fires no hook: a screen at rest beats an older hook',
      look: { screen: 'interrupted' },
      told: [['hook', working, 9_000]],
      means: { state: 'idle', source: 'screen' },
    },
    {
      rule: 'a turn that ended without its hook is seen on the screen',
      look: { screen: 'completed' },
      told: [['hook', toolEnded, 9_000]],
      means: { state: 'completed', source: 'screen' },
    },
    {
      rule: 'a file that says busy now beats a prompt that looks free',
      look: { screen: 'free' },
      told: [['session-file', working, 60_000]],
      means: { state: 'thinking', source: 'session-file' },
    },
    {
      rule: 'a dialog on the screen is a dialog: some open without a report',
      look: { screen: 'dialog' },
      told: [['hook', working, 100]],
      means: { state: 'waiting_input', promptKind: 'permission' },
    },
    {
      rule: 'a compaction is told, also where the screen only shows work',
      look: { screen: 'thinking' },
      told: [['hook', compacting, 3_000]],
      means: { state: 'compacting', source: 'hook' },
    },
    {
      rule: 'a screen that nobody can read leaves it to the hook',
      look: { screen: 'unreadable' },
      told: [['hook', toolBegan, 30_000]],
      means: { state: 'thinking', source: 'hook', confidence: 0.8 },
    },
    {
      rule: 'but not for ever',
      look: { screen: 'unreadable' },
      told: [['hook', toolBegan, 3_600_000]],
      means: { state: 'unknown' },
    },
    {
      rule: 'a farewell on the screen is the end',
      look: { screen: 'farewell' },
      told: [['hook', working, 5_000]],
      means: { state: 'exiting' },
    },
  ],
  'the agent says that it asks': [
    {
      rule: 'a dialog on the screen confirms it and brings the answers',
      look: { screen: 'dialog' },
      told: [['hook', asks, 5_000]],
      means: {
        state: 'waiting_input',
        source: 'hook',
        confidence: 0.99,
        dialog: { options: [{ label: 'Yes' }, { label: 'No' }] },
      },
    },
    {
      rule: 'the hook knows better what sort of dialog it is',
      look: { screen: 'dialog' },
      told: [['hook', asksPlan, 5_000]],
      means: { promptKind: 'plan_approval', dialog: { promptKind: 'plan_approval' } },
    },
    {
      rule: 'a dialog that is not drawn yet has no answers yet',
      look: { screen: 'thinking', takenMsAgo: 500 },
      told: [['hook', asks, 100]],
      means: {
        state: 'waiting_input',
        source: 'hook',
        promptKind: 'permission',
        dialog: { question: 'Bash: npm ci', options: [] },
      },
    },
    {
      rule: 'an allowed program runs without another report',
      look: { screen: 'thinking', processes: [shell, agent, tool] },
      told: [
        ['hook', toolBegan, 9_100],
        ['hook', asks, 9_000],
      ],
      means: { state: 'running', source: 'screen' },
    },
    {
      rule: 'a dialog that was left with Escape is over',
      look: { screen: 'interrupted' },
      told: [['hook', asks, 9_000]],
      means: { state: 'idle' },
    },
    {
      rule: 'a file that says waiting now beats what the screen seems to be',
      look: { screen: 'thinking' },
      told: [['session-file', asks, 9_000]],
      means: { state: 'waiting_input', source: 'session-file' },
    },
    {
      rule: 'a screen that nobody can read leaves it to the hook',
      look: { screen: 'unreadable' },
      told: [['hook', asks, 90_000]],
      means: { state: 'waiting_input', source: 'hook' },
    },
    {
      rule: 'work that began after the question answers it',
      look: { screen: 'unreadable' },
      told: [
        ['hook', asks, 9_000],
        ['hook', toolEnded, 2_000],
      ],
      means: { state: 'thinking' },
    },
  ],
  'the agent says that its turn is over': [
    {
      rule: 'a screen at rest confirms it',
      look: { screen: 'completed' },
      told: [['hook', ended(), 3_000]],
      means: { state: 'completed', source: 'hook', confidence: 0.99 },
    },
    {
      rule: 'it is believed where the screen only shows a free prompt',
      look: { screen: 'free' },
      told: [['hook', ended(), 3_000]],
      means: { state: 'completed', source: 'hook' },
    },
    {
      rule: 'a turn is not over while programs of it run',
      look: { screen: 'completed' },
      told: [['hook', ended('Started it.', 1), 3_000]],
      means: { state: 'idle', source: 'hook', rule: 'hook/background-tasks' },
    },
    {
      rule: 'last words that ask are a question',
      look: { screen: 'completed' },
      told: [['hook', ended('Both work.\nWhich port shall I use?'), 3_000]],
      means: { state: 'waiting_input', promptKind: 'text_question', question: 'Which port shall I use?' },
    },
    {
      rule: 'a question on the screen stays one',
      look: { screen: 'asksInProse' },
      told: [['hook', ended('Which port?'), 3_000]],
      means: { state: 'waiting_input', promptKind: 'text_question', source: 'hook' },
    },
    {
      rule: 'a question on the screen stays one where the report has no words',
      look: { screen: 'asksInProse' },
      told: [['terminal', ended(null), 3_000]],
      means: { state: 'waiting_input', promptKind: 'text_question', source: 'terminal' },
    },
    {
      rule: 'words that were typed since are not sent',
      look: { screen: 'typed' },
      told: [['hook', ended(), 30_000]],
      means: { state: 'idle', rule: 'claude-code/typed-not-sent' },
    },
    {
      rule: 'work on the screen began after it',
      look: { screen: 'thinking' },
      told: [['hook', ended(), 5_000]],
      means: { state: 'thinking', source: 'screen' },
    },
    {
      rule: 'work on an older screen is over',
      look: { screen: 'thinking', takenMsAgo: 1_500 },
      told: [['hook', ended(), 400]],
      means: { state: 'completed', source: 'hook' },
    },
    {
      rule: 'a dialog on an older screen is over',
      look: { screen: 'dialog', takenMsAgo: 1_500 },
      told: [['hook', ended(), 400]],
      means: { state: 'completed' },
    },
    {
      rule: 'a dialog drawn since is a dialog',
      look: { screen: 'dialog' },
      told: [['hook', ended(), 5_000]],
      means: { state: 'waiting_input' },
    },
    {
      rule: 'a failure is told where the screen shows a normal end',
      look: { screen: 'completed' },
      told: [['hook', failed, 3_000]],
      means: { state: 'error', source: 'hook' },
    },
    {
      rule: 'a failure that the screen shows is confirmed',
      look: { screen: 'failed' },
      told: [['hook', failed, 3_000]],
      means: { state: 'error', source: 'hook', confidence: 0.99 },
    },
    {
      rule: 'some agents end a failed turn like any other: the screen shows the failure',
      look: { screen: 'failed' },
      told: [['hook', ended(null), 3_000]],
      means: { state: 'error', source: 'screen' },
    },
  ],
  'files and escape sequences': [
    {
      rule: 'a file that lags behind the screen does not stop the work on it',
      look: { screen: 'thinking' },
      told: [['session-file', atPrompt, 300]],
      means: { state: 'thinking' },
    },
    {
      rule: 'a file that says idle leaves it to the hook how the turn ended',
      look: { screen: 'free' },
      told: [
        ['hook', ended(), 3_000],
        ['session-file', atPrompt, 2_900],
      ],
      means: { state: 'completed', source: 'hook' },
    },
    {
      rule: 'Escape after a hook is told by the file',
      look: { screen: 'unreadable' },
      told: [
        ['hook', toolBegan, 9_000],
        ['session-file', atPrompt, 4_000],
      ],
      means: { state: 'idle', source: 'session-file' },
    },
    {
      rule: 'of two reports of one moment the hook is believed',
      look: { screen: 'unreadable' },
      told: [
        ['hook', asks, 5_000],
        ['session-file', working, 4_900],
      ],
      means: { state: 'waiting_input', source: 'hook' },
    },
    {
      rule: 'a file that waits does not forget what the hook said is asked',
      look: { screen: 'unreadable' },
      told: [
        ['hook', asksPlan, 5_000],
        ['session-file', asks, 2_000],
      ],
      means: { promptKind: 'plan_approval', source: 'hook' },
    },
    {
      rule: 'a transcript is less sure',
      look: { screen: 'unreadable' },
      told: [['transcript', ended(), 5_000]],
      means: { state: 'completed', source: 'transcript', confidence: 0.8 },
    },
    {
      rule: 'a session that ended is leaving while its process lives',
      look: { screen: 'unreadable' },
      told: [['hook', { kind: 'session-ended' }, 500]],
      means: { state: 'exiting', source: 'hook' },
    },
    {
      rule: 'a session that ended and began anew is not leaving',
      look: { screen: 'completed' },
      told: [['hook', { kind: 'session-ended' }, 60_000]],
      means: { state: 'completed' },
    },
  ],
};

for (const [name, rows] of Object.entries(tables)) {
  describe(name, () => {
    for (const { rule, look, told, means } of rows) {
      test(rule, () => expect(weighed(look, told).observation).toMatchObject(means));
    }
  });
}

test('the order in which reports arrive does not matter', () => {
  const told: readonly Told[] = [
    ['hook', toolEnded, 2_000],
    ['hook', working, 9_000],
    ['session-file', atPrompt, 1_000],
    ['hook', ended(), 1_200],
  ];
  const results = [told, told.toReversed(), told.toSorted((one, other) => one[2] - other[2])].map(
    (order) => weighed({ screen: 'free' }, order).observation,
  );
  expect(results[0]).toMatchObject({ state: 'completed', source: 'hook' });
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('every source says by itself what it knows, the most trusted first, with its age', () => {
  const { readings } = weighed({ screen: 'thinking', takenMsAgo: 200 }, [
    ['transcript', working, 7_000],
    ['hook', toolBegan, 6_000],
    ['hook', ended(), 4_000],
    ['session-file', atPrompt, 3_900],
  ]);
  expect(readings).toMatchObject([
    { source: 'hook', state: 'completed', ageMs: 4_000, evidence: 'hook turn-ended' },
    { source: 'session-file', state: 'idle', ageMs: 3_900 },
    { source: 'transcript', state: 'thinking', ageMs: 7_000 },
    { source: 'screen', state: 'thinking', ageMs: 200 },
  ]);
});
