import type { Observation, PermissionMode } from '../domain/index.ts';
import {
  type AgentKind,
  type Launch,
  type LaunchWord,
  PASTED,
  PROMPT,
  type ScreenView,
} from './agent-kind.ts';
import { commonAnswers } from './common-answers.ts';
import { type CommonHooks, commonContext, reportCommonHook } from './common-hooks.ts';
import { payloadText } from './hook-report.ts';
import { isCursorBehindText, readAgentScreen, type ScreenSigns } from './screen/agent-screen.ts';
import { findPromptBox, lastTurn, type PromptBox } from './screen/live-region.ts';
import { LIKELY, seen, seenBusy, seenFailure, seenTextQuestion } from './screen/reading.ts';

/** Where the demo's program is on the host that runs it. */
export type DemoOptions = {
  readonly nodePath: string;
  readonly scriptPath: string;
  /** Where its GitHub is, and how long it waits for more. */
  readonly env: Readonly<Record<string, string>>;
};

const RULE = /^[─━]{8,}/u;
const BOX = { top: RULE, text: /^› ?(.*)$/u, bottom: RULE };
const SENT_PROMPT = /^› (.+)$/u;
const QUESTION = /^● (.+\?)$/u;
const ACTIVITY = /^✻ \S.*… \(\d+s · esc to interrupt\)$/u;

const hooks: CommonHooks = { questionTools: ['AskUserQuestion'], planTools: [] };

const answers = commonAnswers({
  notAnswered: hooks.questionTools,
  writingTools: [],
  showsDialog: true,
});

const signs: ScreenSigns = {
  name: 'demo',
  dialogs: { takesDigits: true, countsUnnumbered: false },
  findBox: (view) => findPromptBox(view.lines, BOX),
  readBusy: () => null,
  isTyped: isCursorBehindText,
  readTurnEnd,
  farewell: /^Fleet Director demo agent (?:ended|stopped)/,
};

/** While it works the activity line is the last one, so no dialog can be open, whatever the lines above it quote. */
function readActivity(view: ScreenView): Observation | null {
  const lowest = view.lines.at(-1) ?? '';
  return ACTIVITY.test(lowest) ? seenBusy(view, 'demo/activity-line', lowest) : null;
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const last = lastTurn(view.lines, box.top, SENT_PROMPT).lines.at(-1) ?? '';
  if (/^✓ Done\b/u.test(last)) return seen('completed', 'demo/done-line', last);
  const question = QUESTION.exec(last)?.[1];
  if (question !== undefined) return seenTextQuestion(question, 'demo/asks-in-prose');
  if (last.startsWith('✗ ')) return seenFailure('demo/failure-line', last);
  return seen('idle', 'demo/free-prompt', last, LIKELY);
}

/** Fleet Director's own scripted agent: a program that shows what an agent shows and works without a model. */
export function createDemoKind({ nodePath, scriptPath, env }: DemoOptions): AgentKind {
  const start = (permissionMode: PermissionMode, then: readonly LaunchWord[]): Launch => ({
    words: [nodePath, scriptPath, '--permission-mode', permissionMode, ...then],
    env,
    files: [],
  });
  return {
    name: 'demo',
    title: 'Demo agent',
    processNames: ['demo-agent'],
    isKnown: true,
    launch: ({ permissionMode, sessionUuid }) =>
      start(permissionMode, ['--session-id', sessionUuid, '--', PROMPT]),
    readScreen: (view) => readActivity(view) ?? readAgentScreen(view, signs),
    interruptKeys: ['Escape'],
    hooks: {
      report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
      conversation: (payload) => payloadText(payload, 'session_id'),
      answers,
      context: commonContext,
    },
    transcripts: null,
    stateFile: null,
    escapes: null,
    resume: ({ permissionMode, conversation }) => start(permissionMode, ['--resume', conversation]),
    usageLimit: null,
    typing: PASTED,
  };
}
