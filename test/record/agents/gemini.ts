import { join } from 'node:path';
import { call, type RecordedAgent, type Scenario, type Setup, say, stall, think, turn } from '../scenario.ts';
import { inFlight, menu, opened, promptWasFree, sample, sampleOnProof } from '../shared-scenarios.ts';

/** Source of the settings: geminicli.com/docs/reference/configuration. */
export const gemini: RecordedAgent = {
  name: 'gemini',
  program: 'gemini',
  install: 'npm install @google/gemini-cli',
  versionWords: ['--version'],
  set: ({ home, modelUrl }, { mode, setup }) => {
    const settings = {
      security: {
        auth: setup === 'no-key' ? {} : { selectedType: 'gemini-api-key' },
        folderTrust: { enabled: setup === 'not-trusted' },
      },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
    };
    return {
      files: { [join(home, '.gemini', 'settings.json')]: JSON.stringify(settings, null, 2) },
      env: {
        GOOGLE_GEMINI_BASE_URL: modelUrl,
        ...(setup === 'no-key' ? {} : { GEMINI_API_KEY: 'a-key-of-the-double' }),
      },
      words: ['gemini', ...approval(mode, setup)],
    };
  },
  tools: {
    run: (command) => ({ tool: 'run_shell_command', input: { command, description: 'Work on the project' } }),
    write: (path, content) => ({ tool: 'write_file', input: { file_path: path, content } }),
    edit: (path, before, after) => ({
      tool: 'replace',
      input: { file_path: path, old_string: before, new_string: after, instruction: 'Use the field reader' },
    }),
    ask: (question, answers) => ({
      tool: 'ask_user',
      input: {
        questions: [
          {
            question,
            header: 'Choice',
            type: 'choice',
            options: answers.map((label) => ({ label, description: `Use ${label}` })),
            multiSelect: false,
          },
        ],
      },
    }),
    todo: (items) => ({
      tool: 'write_todos',
      input: { todos: items.map(({ text, state }) => ({ description: text, status: state })) },
    }),
  },
  interrupt: ['Escape'],
  leave: '/quit',
  agree: ['Enter'],
  trust: ['Enter'],
  suspends: false,
  scenarios: (shared) => [...shared, ...OWN],
};

const SAME_WORDS = 'I will look at the parser again and then I will decide what to do about it. ';

/** What only this agent shows. */
const OWN: readonly Scenario[] = [
  {
    name: 'loop-detected',
    about: 'the agent stops a model that repeats itself, and asks',
    tags: [],
    mode: 'ask',
    turns: [
      turn(...Array.from({ length: 40 }, () => say(SAME_WORDS)), say('Done.')),
      turn(say('Something else.')),
    ],
    acts: [
      ...opened,
      { act: 'send', text: 'Look at the parser' },
      { act: 'wait', for: { kind: 'still' } },
      { act: 'pause', ms: 1_500 },
      sampleOnProof('waiting_input', 'loop_detected', 3),
      { act: 'press', keys: ['Enter'] },
      { act: 'pause', ms: 1_500 },
      promptWasFree,
    ],
  },
  {
    name: 'thought-subject',
    about: 'the model names what it thinks about',
    tags: [],
    mode: 'ask',
    turns: [
      turn(
        think('**Reading the parser**\n\nThe split on commas is too simple.'),
        stall,
        think('**Planning the fields**\n\nA small state machine will do.'),
        stall,
        say('Done.'),
      ),
    ],
    acts: [
      ...opened,
      { act: 'send', text: 'Look at the parser' },
      inFlight('stall'),
      { act: 'pause', ms: 1_500 },
      { act: 'sample', as: { state: 'thinking', sub: 'stalled_stream' }, frames: 2 },
      { act: 'release' },
      { act: 'pause', ms: 12_000 },
      { act: 'sample', as: { state: 'thinking', sub: 'stalled_stream' }, frames: 2 },
    ],
  },
  {
    name: 'shell-mode',
    about: 'the prompt takes shell commands',
    tags: [],
    mode: 'ask',
    turns: [turn(say('Hello.'))],
    acts: [
      ...opened,
      { act: 'type', text: '!' },
      { act: 'wait', for: { kind: 'still' } },
      sampleOnProof('idle', 'shell_mode'),
      { act: 'press', keys: ['Escape'] },
      { act: 'pause', ms: 1_000 },
      promptWasFree,
    ],
  },
  {
    name: 'shell-mode-runs',
    about: "a command of the person's own runs",
    tags: [],
    mode: 'ask',
    turns: [],
    acts: [
      ...opened,
      { act: 'type', text: '!' },
      { act: 'pause', ms: 800 },
      { act: 'type', text: 'sleep 63' },
      { act: 'press', keys: ['Enter'] },
      { act: 'wait', for: { kind: 'tool-runs' } },
      { act: 'pause', ms: 2_000 },
      sample('running', 'bash'),
    ],
  },
  {
    name: 'exit-armed',
    about: 'one more Ctrl-C and it leaves',
    tags: [],
    mode: 'ask',
    turns: [turn(say('Hello.'))],
    acts: [
      ...opened,
      { act: 'press', keys: ['C-c'] },
      { act: 'pause', ms: 300 },
      sampleOnProof('idle', 'exit_armed', 1),
      { act: 'pause', ms: 4_000 },
      promptWasFree,
    ],
  },
  {
    name: 'ctrl-z',
    about: 'Ctrl-Z changes nothing',
    tags: [],
    mode: 'ask',
    turns: [turn(say('The parser is fine.')), turn(say('Hello.'))],
    acts: [
      ...opened,
      { act: 'send', text: 'Look at the parser' },
      { act: 'wait', for: { kind: 'still' } },
      { act: 'press', keys: ['C-z'] },
      { act: 'pause', ms: 700 },
      sampleOnProof('completed', 'ctrl_z_ignored', 2),
      promptWasFree,
    ],
  },
  {
    name: 'two-calls',
    about: 'two commands wait for one after the other',
    tags: [],
    mode: 'ask',
    turns: [
      turn(
        call({ tool: 'run_shell_command', input: { command: 'npm ci', description: 'Install' } }),
        call({ tool: 'run_shell_command', input: { command: 'npm test', description: 'Test' } }),
      ),
      turn(say('Both ran.')),
    ],
    acts: [
      ...opened,
      { act: 'send', text: 'Install and test' },
      { act: 'wait', for: { kind: 'waits' } },
      sampleOnProof('waiting_input', 'permission'),
      { act: 'prove', keys: ['Enter'], by: { kind: 'goes-on' } },
    ],
  },
  menu('menu-model', 'models to choose from', '/model'),
  menu('menu-settings', 'the settings page', '/settings'),
  menu('menu-editor', 'editors to choose from', '/editor'),
  menu('menu-resume', 'sessions to go on with', '/resume'),
];

function approval(mode: 'ask' | 'all', setup: Setup | undefined): readonly string[] {
  if (setup === 'plan-mode') return ['--approval-mode', 'plan'];
  return mode === 'all' ? ['--approval-mode', 'yolo'] : [];
}
