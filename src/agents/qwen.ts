import { type AgentKind, type Launch, PASTED, type PermissionMode, withPromptOption } from './agent-kind.ts';
import { readAgentScreen } from './agent-screen.ts';
import { type CommonHooks, hookSettings, reportCommonHook } from './common-hooks.ts';
import { familySigns } from './gemini-family.ts';
import { payloadText } from './hook-report.ts';
import { qwenTranscripts } from './qwen-transcript.ts';

const signs = familySigns({
  name: 'qwen',
  farewell: /^\s*To continue this session, run qwen --resume/,
  // Text of an answer is indented further than what it begins with.
  sentPrompt: /^\s{0,2}> (.+)$/u,
  // Seen with 0.15 (`✦`, tools in boxes) and 0.24 (`◆`, thoughts as `∵` and `∴`, tools without boxes).
  entry: /^\s{0,2}(?:[✦◆∵∴✕●ℹ⚠✖✓] |[╭┌])/u,
  // Thoughts stand on the screen as they come, so it takes less silence than where they are kept back.
  silence: { unless: /[↑↓]|\btokens?\b/u, meansRetryingAfterS: 8 },
});

const hooks: CommonHooks = { questionTools: ['ask_user_question'], planTools: ['exit_plan_mode'] };

/**
 * Seen with 0.15.10: hooks of the file that stands for the machine's defaults, which gives way to every other setting; one that the machine has is not read then. UserPromptSubmit also
 * runs when a tool's result goes back, PreToolUse only after the tool was allowed. Escape runs none.
 */
const EVENTS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PermissionRequest',
  'PostToolUse',
  'PostToolUseFailure',
  'Notification',
  'Stop',
  'StopFailure',
  'PreCompact',
  'PostCompact',
  'SessionEnd',
];
const HOOK_TIMEOUT_MS = 10_000;
const SETTINGS = 'qwen.json';

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  return {
    words: withPromptOption(
      [
        'qwen',
        ...conversation,
        '--approval-mode',
        { ask: 'default', edits: 'auto-edit', all: 'yolo' }[permissionMode],
      ],
      '--prompt-interactive',
    ),
    env: { QWEN_CODE_SYSTEM_DEFAULTS_PATH: { kind: 'path', name: SETTINGS } },
    files: [{ name: SETTINGS, content: hookSettings(EVENTS, HOOK_TIMEOUT_MS) }],
  };
}

export const qwen: AgentKind = {
  name: 'qwen',
  title: 'Qwen Code',
  processNames: ['qwen', 'qwen-code'],
  launch: ({ permissionMode, sessionUuid }) => start(permissionMode, ['--session-id', sessionUuid]),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
    conversation: (payload) => payloadText(payload, 'session_id'),
  },
  transcripts: qwenTranscripts,
  stateFile: null,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['--resume', conversation]),
  // "Qwen OAuth quota exceeded: …", "Pro quota limit reached for …": without a time.
  usageLimit: { words: /\bquota (?:limit )?(?:exceeded|reached)\b/i },
  typing: PASTED,
};
