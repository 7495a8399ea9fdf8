import type { Observation } from '../domain/index.ts';
import { type AgentKind, PROMPT, type ScreenView } from './agent-kind.ts';
import { isCursorBehindText, readAgentScreen, type ScreenSigns } from './agent-screen.ts';
import { findPromptBox, lastTurn, linesAbove, type PromptBox } from './live-region.ts';
import { LIKELY, seen, seenBusy, seenFailure, seenTextQuestion } from './reading.ts';

/** Where the demo's program is on the host that runs it. */
export type DemoOptions = { readonly nodePath: string; readonly scriptPath: string };

const RULE = /^[─━]{8,}/u;
const BOX = { top: RULE, text: /^› ?(.*)$/u, bottom: RULE };
const SENT_PROMPT = /^› (.+)$/u;
const ACTIVITY = /^✻ \S.*… \(\d+s · esc to interrupt\)$/u;

const signs: ScreenSigns = {
  name: 'demo',
  dialogs: { takesDigits: true, countsUnnumbered: false },
  findBox: (view) => findPromptBox(view.lines, BOX),
  readBusy,
  isTyped: isCursorBehindText,
  readTurnEnd,
  farewell: /^Fleet Director demo agent (?:ended|stopped)/,
};

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  const lowest = linesAbove(view.lines, box?.top ?? view.lines.length, 1)[0] ?? '';
  return ACTIVITY.test(lowest) ? seenBusy(view, 'demo/activity-line', lowest) : null;
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const lines = lastTurn(view.lines, box.top, SENT_PROMPT).lines;
  const last = lines.at(-1) ?? '';
  if (/^✓ Done\b/u.test(last)) return seen('completed', 'demo/done-line', last);
  if (/^✗ /u.test(last)) return seenFailure('demo/failure-line', last);
  if (/^● .*\?$/u.test(last)) return seenTextQuestion(last.replace(/^● /u, ''), 'demo/asks-in-prose');
  return seen('idle', 'demo/free-prompt', last, LIKELY);
}

/** Fleet Director's own scripted agent: a program that shows what an agent shows and works without a model. */
export function createDemoKind({ nodePath, scriptPath }: DemoOptions): AgentKind {
  return {
    name: 'demo',
    title: 'Demo agent',
    processNames: ['demo-agent'],
    launch: ({ permissionMode, sessionUuid }) => ({
      words: [
        nodePath,
        scriptPath,
        '--permission-mode',
        permissionMode,
        '--session-id',
        sessionUuid,
        '--',
        PROMPT,
      ],
      env: {},
    }),
    readScreen: (view) => readAgentScreen(view, signs),
    interruptKeys: ['Escape'],
    exitKeys: ['C-c', 'C-c'],
    typing: { submitGapMs: 200 },
  };
}
