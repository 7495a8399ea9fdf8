import { join } from 'node:path';
import type { RecordedAgent, Setup } from '../scenario.ts';

/** Source of the settings: geminicli.com/docs/reference/configuration. */
export const gemini: RecordedAgent = {
  name: 'gemini',
  program: 'gemini',
  install: 'npm install @google/gemini-cli',
  versionWords: ['--version'],
  set: ({ home, project, modelUrl }, { mode, setup }) => {
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
        ...(project === '' ? {} : {}),
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
  scenarios: (shared) => shared,
};

function approval(mode: 'ask' | 'all', setup: Setup | undefined): readonly string[] {
  if (setup === 'plan-mode') return ['--approval-mode', 'plan'];
  return mode === 'all' ? ['--approval-mode', 'yolo'] : [];
}
