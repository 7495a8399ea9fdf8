import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

/** It has no rules of its own in the product: its screens show what the rules for any program make of it. */
export const nanocoder: RecordedAgent = {
  name: 'nanocoder',
  program: 'nanocoder',
  install: 'npm install @nanocollective/nanocoder',
  versionWords: ['--version'],
  set: ({ home, project, modelUrl }, { setup }) => ({
    files: {
      [join(home, '.config', 'nanocoder', 'agents.config.json')]: JSON.stringify({
        nanocoder: {
          providers:
            setup === 'no-key'
              ? []
              : [
                  {
                    name: 'Double',
                    baseUrl: `${modelUrl}/v1`,
                    apiKey: 'a-key-of-the-double',
                    models: ['demo-model'],
                  },
                ],
        },
      }),
      [join(home, '.config', 'nanocoder', 'nanocoder-preferences.json')]: JSON.stringify({
        lastProvider: 'Double',
        lastModel: 'demo-model',
        trustedDirectories: [project],
      }),
    },
    env: {},
    words: ['nanocoder'],
  }),
  tools: {
    run: (command) => ({ tool: 'execute_bash', input: { command } }),
    write: (path, content) => ({ tool: 'write_file', input: { path, content } }),
    read: (path) => ({ tool: 'read_file', input: { path } }),
    edit: (path, before, after) => ({
      tool: 'string_replace',
      input: { path, old_str: before, new_str: after },
    }),
  },
  interrupt: ['Escape'],
  leave: '/exit',
  agree: ['Enter'],
  suspends: true,
  scenarios: (shared) => shared,
};
