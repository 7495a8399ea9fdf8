import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

export const codex: RecordedAgent = {
  name: 'codex',
  program: 'codex',
  install: 'npm install @openai/codex',
  versionWords: ['--version'],
  set: ({ home, project, modelUrl }, { mode, setup }) => ({
    files: {
      [join(home, '.codex', 'config.toml')]: [
        'model = "gpt-5.4"',
        ...(setup === 'no-key' ? [] : ['model_provider = "double"']),
        'check_for_update_on_startup = false',
        '[model_providers.double]',
        'name = "double"',
        `base_url = "${modelUrl}/v1"`,
        'env_key = "DOUBLE_KEY"',
        'wire_api = "responses"',
        '[features]',
        'default_mode_request_user_input = true',
        'daemon_auto_start = false',
        ...(setup === 'not-trusted' ? [] : [`[projects."${project}"]`, 'trust_level = "trusted"']),
        '',
      ].join('\n'),
    },
    env: { DOUBLE_KEY: 'a-key-of-the-double' },
    words: [
      'codex',
      ...(mode === 'all'
        ? ['-a', 'never', '-s', 'danger-full-access']
        : ['-a', 'on-request', '-s', 'read-only']),
    ],
  }),
  tools: {
    run: (command, mode) => ({
      tool: 'exec_command',
      input: {
        cmd: command,
        ...(mode === 'all'
          ? {}
          : { sandbox_permissions: 'require_escalated', justification: 'The tests need the network.' }),
        yield_time_ms: 120_000,
      },
    }),
    write: (path, content) => patch(`*** Add File: ${path}\n${marked('+', content)}`),
    edit: (path, before, after) =>
      patch(`*** Update File: ${path}\n@@\n${marked('-', before)}${marked('+', after)}`),
    ask: (question, answers) => ({
      tool: 'request_user_input',
      input: {
        questions: [
          {
            id: 'choice',
            header: 'Choice',
            question,
            options: answers.map((label) => ({ label, description: `Use ${label}` })),
          },
        ],
      },
    }),
    todo: (items) => ({
      tool: 'update_plan',
      input: { plan: items.map(({ text, state }) => ({ step: text, status: state })) },
    }),
  },
  interrupt: ['Escape'],
  leave: '/quit',
  agree: ['y'],
  trust: ['Enter'],
  suspends: true,
  scenarios: (shared) => shared,
};

function patch(body: string) {
  return {
    tool: 'apply_patch',
    takesText: true,
    input: { text: `*** Begin Patch\n${body}*** End Patch\n` },
  };
}

function marked(sign: '+' | '-', text: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${sign}${line}\n`)
    .join('');
}
