import { type AgentKind, withPromptOption } from './agent-kind.ts';
import { readAgentScreen } from './agent-screen.ts';
import { familySigns } from './gemini-family.ts';

const signs = familySigns('qwen', /^\s*To continue this session, run qwen --resume/);

export const qwen: AgentKind = {
  name: 'qwen',
  title: 'Qwen Code',
  processNames: ['qwen', 'qwen-code'],
  launch: ({ permissionMode, sessionUuid }) => ({
    words: withPromptOption(
      [
        'qwen',
        '--session-id',
        sessionUuid,
        '--approval-mode',
        { ask: 'default', edits: 'auto-edit', all: 'yolo' }[permissionMode],
      ],
      '--prompt-interactive',
    ),
    env: {},
  }),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
};
