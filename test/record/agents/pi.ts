import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

/** It has no rules of its own in the product: its screens show what the rules for any program make of it. */
export const pi: RecordedAgent = {
  name: 'pi',
  program: 'pi',
  install: 'npm install @mariozechner/pi-coding-agent',
  versionWords: ['--version'],
  set: ({ home, modelUrl }, { setup }) => ({
    files:
      setup === 'no-key'
        ? {}
        : {
            [join(home, '.pi', 'agent', 'models.json')]: JSON.stringify({
              providers: {
                double: {
                  baseUrl: `${modelUrl}/v1`,
                  api: 'openai-completions',
                  apiKey: 'a-key-of-the-double',
                  models: [{ id: 'demo-model' }],
                },
              },
            }),
          },
    env: { PI_OFFLINE: '1', PI_SKIP_VERSION_CHECK: '1' },
    words: setup === 'no-key' ? ['pi'] : ['pi', '--provider', 'double', '--model', 'demo-model'],
  }),
  tools: {
    run: (command) => ({ tool: 'bash', input: { command } }),
    write: (path, content) => ({ tool: 'write', input: { path, content } }),
    read: (path) => ({ tool: 'read', input: { path } }),
    edit: (path, before, after) => ({
      tool: 'edit',
      input: { path, edits: [{ oldText: before, newText: after }] },
    }),
  },
  interrupt: ['Escape'],
  leave: '/quit',
  agree: ['Enter'],
  suspends: true,
  scenarios: (shared) => shared.filter(({ name }) => !/^(?:perm|trust|plan|question)/.test(name)),
};
