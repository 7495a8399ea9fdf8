import type { Observation } from '../domain/index.ts';
import { type AgentKind, type ScreenView, withPromptOption } from './agent-kind.ts';
import { readAgentScreen, type ScreenSigns } from './agent-screen.ts';
import { familySigns } from './gemini-family.ts';
import type { PromptBox } from './live-region.ts';
import { LIKELY, seenBusy, seenDialog } from './reading.ts';

const family = familySigns('gemini', /\bgemini --resume\b|^\s*Agent powering down/);

/** The title is the agent's own word for its state: `◇  Ready (app)`, `✦  Working… (app)`, `✋  Action Required (app)`. */
const signs: ScreenSigns = { ...family, readBusy };

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  if (view.title.startsWith('✋')) {
    const dialog = { promptKind: 'question', question: view.title, options: [] } as const;
    return seenDialog(dialog, 'gemini/blocked-title', LIKELY);
  }
  // A turn that ended leaves no activity line; one that is quoted stands under a title that says ready.
  if (view.title.startsWith('◇')) return null;
  const activity = family.readBusy(view, box);
  if (activity !== null) return activity;
  return view.title.startsWith('✦') ? seenBusy(view, 'gemini/busy-title', view.title) : null;
}

export const gemini: AgentKind = {
  name: 'gemini',
  title: 'Gemini CLI',
  processNames: ['gemini', 'gemini-cli'],
  launch: ({ permissionMode, sessionUuid }) => ({
    words: withPromptOption(
      [
        'gemini',
        '--session-id',
        sessionUuid,
        '--skip-trust',
        '--approval-mode',
        { ask: 'default', edits: 'auto_edit', all: 'yolo' }[permissionMode],
      ],
      '--prompt-interactive',
    ),
    env: {},
  }),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
};
