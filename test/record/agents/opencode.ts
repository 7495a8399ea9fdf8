import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';
import { menu } from '../shared-scenarios.ts';

export const opencode: RecordedAgent = {
  name: 'opencode',
  program: 'opencode',
  install: 'npm install opencode-ai',
  versionWords: ['--version'],
  set: ({ home, modelUrl }, { mode, setup }) => ({
    files: {
      [join(home, '.config', 'opencode', 'opencode.json')]: JSON.stringify({
        $schema: 'https://opencode.ai/config.json',
        autoupdate: false,
        share: 'disabled',
        ...(setup === 'no-key'
          ? {}
          : {
              model: 'double/demo-model',
              small_model: 'double/demo-model',
              provider: {
                double: {
                  npm: '@ai-sdk/openai-compatible',
                  name: 'Double',
                  options: { baseURL: `${modelUrl}/v1`, apiKey: 'a-key-of-the-double' },
                  models: { 'demo-model': { name: 'Demo model' } },
                },
              },
            }),
        permission: mode === 'all' ? { bash: 'allow', edit: 'allow' } : { bash: 'ask', edit: 'ask' },
      }),
    },
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    words: ['opencode'],
  }),
  tools: {
    run: (command) => ({
      tool: 'bash',
      input: { command, description: 'Work on the project', timeout: 120_000 },
    }),
    write: (path, content) => ({ tool: 'write', input: { filePath: path, content } }),
    read: (path) => ({ tool: 'read', input: { filePath: path } }),
    edit: (path, before, after) => ({
      tool: 'edit',
      input: { filePath: path, oldString: before, newString: after },
    }),
    ask: (question, answers) => ({
      tool: 'question',
      input: {
        questions: [
          {
            question,
            header: 'Choice',
            options: answers.map((label) => ({ label, description: `Use ${label}` })),
          },
        ],
      },
    }),
    todo: (items) => ({
      tool: 'todowrite',
      input: {
        todos: items.map(({ text, state }, index) => ({
          id: String(index + 1),
          content: text,
          status: state,
          priority: 'medium',
        })),
      },
    }),
  },
  interrupt: ['Escape', 'Escape'],
  leave: '/exit',
  agree: ['Enter'],
  suspends: false,
  scenarios: (shared) => [
    ...shared,
    menu('menu-models', 'the list of models is open', '/models'),
    menu('menu-sessions', 'the list of sessions is open', '/sessions'),
    menu('menu-connect', 'the list of providers is open', '/connect'),
    menu('menu-themes', 'the list of themes is open', '/themes'),
    menu('menu-agents', 'the list of agents is open', '/agents'),
    menu('menu-status', 'the page of the state is open', '/status'),
    menu('menu-help', 'the help is open', '/help'),
  ],
};
