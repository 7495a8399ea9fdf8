import { join } from 'node:path';
import type { RecordedAgent } from '../scenario.ts';

const KEY = 'sk-ant-api03-a-key-of-the-double-that-nobody-has-AA';
/** How much of a key the agent keeps to know it again. */
const KEY_END = 20;

export const claudeCode: RecordedAgent = {
  name: 'claude-code',
  program: 'claude',
  install: 'npm install @anthropic-ai/claude-code',
  versionWords: ['--version'],
  set: ({ home, project, modelUrl }, { mode, setup }) => ({
    files: {
      [join(home, '.claude.json')]: JSON.stringify({
        hasCompletedOnboarding: setup !== 'first-start',
        theme: 'dark',
        customApiKeyResponses: { approved: [KEY.slice(-KEY_END)], rejected: [] },
        projects: { [project]: { hasTrustDialogAccepted: setup !== 'not-trusted' } },
        bypassPermissionsModeAccepted: true,
      }),
      [join(home, '.claude', 'settings.json')]: JSON.stringify({ skipDangerousModePermissionPrompt: true }),
    },
    env: {
      ANTHROPIC_BASE_URL: modelUrl,
      ...(setup === 'no-key' ? {} : { ANTHROPIC_API_KEY: KEY }),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
    },
    words: [
      'claude',
      ...(setup === 'plan-mode'
        ? ['--permission-mode', 'plan']
        : mode === 'all'
          ? ['--allowedTools', 'Bash', 'Edit', 'Write']
          : []),
    ],
  }),
  tools: {
    run: (command) => ({ tool: 'Bash', input: { command, description: 'Work on the project' } }),
    write: (path, content) => ({ tool: 'Write', input: { file_path: path, content } }),
    read: (path) => ({ tool: 'Read', input: { file_path: path } }),
    edit: (path, before, after) => ({
      tool: 'Edit',
      input: { file_path: path, old_string: before, new_string: after, replace_all: false },
    }),
    ask: (question, answers) => ({
      tool: 'AskUserQuestion',
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
    plan: (text) => [{ tool: 'ExitPlanMode', input: { plan: text } }],
  },
  interrupt: ['Escape'],
  leave: '/exit',
  agree: ['Enter'],
  trust: ['Enter'],
  suspends: true,
  scenarios: (shared) => shared,
};
