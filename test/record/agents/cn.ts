import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

/** It has no rules of its own in the product: its screens show what the rules for any program make of it. */
export const cn: RecordedAgent = {
  name: 'cn',
  program: 'cn',
  install: 'npm install @continuedev/cli',
  versionWords: ['--version'],
  set: ({ home, modelUrl }, { mode, setup }) => {
    const config = join(home, '.continue', 'config.yaml');
    return {
      files:
        setup === 'no-key'
          ? {}
          : {
              [config]: [
                'name: Double',
                'version: 1.0.0',
                'schema: v1',
                'models:',
                '  - name: Demo model',
                '    provider: openai',
                '    model: demo-model',
                `    apiBase: ${modelUrl}/v1`,
                '    apiKey: a-key-of-the-double',
                '    roles: [chat]',
                '    capabilities: [tool_use]',
                '',
              ].join('\n'),
            },
      env: { CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_CLI_ENABLE_TELEMETRY: '0' },
      words: [
        'cn',
        ...(setup === 'no-key' ? [] : ['--config', config]),
        ...(mode === 'all' ? ['--auto'] : []),
      ],
    };
  },
  tools: {
    run: (command) => ({ tool: 'Bash', input: { command } }),
    write: (path, content) => ({ tool: 'Write', input: { filepath: path, content } }),
    read: (path) => ({ tool: 'Read', input: { filepath: path } }),
    edit: (path, before, after) => ({
      tool: 'Edit',
      input: { file_path: path, old_string: before, new_string: after },
    }),
  },
  interrupt: ['Escape'],
  leave: '/exit',
  agree: ['Enter'],
  suspends: true,
  scenarios: (shared) => shared,
};
