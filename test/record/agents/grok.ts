import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

/** It has no rules of its own in the product: its screens show what the rules for any program make of it. */
export const grok: RecordedAgent = {
  name: 'grok',
  program: 'grok',
  install: 'npm install @vibe-kit/grok-cli',
  versionWords: ['--version'],
  set: ({ home, modelUrl }, { setup }) => ({
    files:
      setup === 'no-key'
        ? {}
        : {
            [join(home, '.grok', 'user-settings.json')]: JSON.stringify({
              apiKey: 'a-key-of-the-double',
              baseURL: `${modelUrl}/v1`,
              defaultModel: 'demo-model',
              models: ['demo-model'],
            }),
          },
    env: {},
    words: ['grok'],
  }),
  tools: {
    run: (command) => ({ tool: 'bash', input: { command } }),
    write: (path, content) => ({ tool: 'create_file', input: { path, content } }),
    read: (path) => ({ tool: 'view_file', input: { path } }),
    edit: (path, before, after) => ({
      tool: 'str_replace_editor',
      input: { path, old_str: before, new_str: after },
    }),
  },
  interrupt: ['Escape'],
  leave: '/exit',
  agree: ['Enter'],
  suspends: false,
  scenarios: (shared) => shared,
};
