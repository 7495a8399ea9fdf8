import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

export const copilot: RecordedAgent = {
  name: 'copilot',
  program: 'copilot',
  install: 'npm install @github/copilot',
  versionWords: ['--version'],
  set: ({ home, project, modelUrl }, { mode, setup }) => ({
    files: {
      [join(home, '.copilot', 'config.json')]: JSON.stringify({
        trusted_folders: setup === 'not-trusted' ? [] : [project],
        banner: 'never',
      }),
    },
    env: {
      COPILOT_AUTO_UPDATE: 'false',
      ...(setup === 'no-key'
        ? {}
        : {
            COPILOT_OFFLINE: 'true',
            COPILOT_PROVIDER_TYPE: 'openai',
            COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
            COPILOT_PROVIDER_WIRE_API: 'responses',
            COPILOT_PROVIDER_API_KEY: 'a-key-of-the-double',
            COPILOT_MODEL: 'gpt-5.4',
          }),
    },
    words: ['copilot', ...(mode === 'all' ? ['--allow-all-tools'] : [])],
  }),
  tools: {
    run: (command) => ({
      tool: 'bash',
      input: { command, description: 'Work on the project', mode: 'sync', initial_wait: 120 },
    }),
    write: (path, content) => ({
      tool: 'apply_patch',
      takesText: true,
      input: { text: `*** Begin Patch\n*** Add File: ${path}\n${added(content)}*** End Patch\n` },
    }),
    edit: (path, before, after) => ({
      tool: 'apply_patch',
      takesText: true,
      input: {
        text: `*** Begin Patch\n*** Update File: ${path}\n@@\n-${before}\n${added(after)}*** End Patch\n`,
      },
    }),
    ask: (question, answers) => ({ tool: 'ask_user', input: { question, choices: answers } }),
  },
  interrupt: ['Escape'],
  leave: '/exit',
  agree: ['Enter'],
  trust: ['Enter'],
  suspends: false,
  scenarios: (shared) => shared,
};

function added(text: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `+${line}\n`)
    .join('');
}
