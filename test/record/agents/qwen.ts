import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

/** Source of the settings: qwenlm.github.io/qwen-code-docs, "Configuration". */
export const qwen: RecordedAgent = {
  name: 'qwen',
  program: 'qwen',
  install: 'npm install @qwen-code/qwen-code',
  versionWords: ['--version'],
  set: ({ home, modelUrl }, { mode, setup }) => ({
    files: {
      [join(home, '.qwen', 'settings.json')]: JSON.stringify({
        security: {
          auth: setup === 'no-key' ? {} : { selectedType: 'openai' },
          folderTrust: { enabled: setup === 'not-trusted' },
        },
        general: { enableAutoUpdate: false },
        privacy: { usageStatisticsEnabled: false },
        telemetry: { enabled: false },
      }),
    },
    env:
      setup === 'no-key'
        ? {}
        : {
            OPENAI_API_KEY: 'a-key-of-the-double',
            OPENAI_BASE_URL: `${modelUrl}/v1`,
            OPENAI_MODEL: 'demo-model',
          },
    words: [
      'qwen',
      ...(setup === 'plan-mode'
        ? ['--approval-mode', 'plan']
        : mode === 'all'
          ? ['--approval-mode', 'yolo']
          : []),
    ],
  }),
  tools: {
    run: (command) => ({
      tool: 'run_shell_command',
      input: { command, description: 'Work on the project', is_background: false },
    }),
    write: (path, content) => ({ tool: 'write_file', input: { file_path: path, content } }),
    read: (path) => ({ tool: 'read_file', input: { file_path: path } }),
    edit: (path, before, after) => ({
      tool: 'edit',
      input: { file_path: path, old_string: before, new_string: after },
    }),
    ask: (question, answers) => ({
      tool: 'ask_user_question',
      input: {
        questions: [
          {
            question,
            header: 'Choice',
            options: answers.map((label) => ({ label, description: `Use ${label}` })),
            multiSelect: false,
          },
        ],
      },
    }),
    todo: (items) => ({
      tool: 'todo_write',
      input: {
        todos: items.map(({ text, state }, index) => ({
          id: String(index + 1),
          content: text,
          status: state,
        })),
      },
    }),
    plan: (text) => [{ tool: 'exit_plan_mode', input: { plan: text } }],
  },
  interrupt: ['Escape'],
  leave: '/quit',
  agree: ['1'],
  trust: ['Enter'],
  suspends: false,
  scenarios: (shared) => shared,
};
