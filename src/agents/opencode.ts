import type { Observation } from '../domain/index.ts';
import { type AgentKind, type ScreenView, withPromptOption } from './agent-kind.ts';
import { readAgentScreen, type ScreenSigns, statusLine } from './agent-screen.ts';
import { linesAbove, type PromptBox } from './live-region.ts';
import { LIKELY, seen, seenBusy, seenFailure, seenRetry, seenTextQuestion } from './reading.ts';

const BOTTOM = /^\s*╹▀{6,}/u;
const SIDE = /^\s*┃(.*)$/u;
const PLACEHOLDER = /^Ask anything…/u;
/** `■■■⬝⬝⬝⬝⬝  esc interrupt`. */
const ACTIVITY = /\besc (?:again to )?(?:to )?interrupt\b/;
/** `▣  Build · Demo 1 · 1.5s`: the line under an answer; without a time the turn did not end by itself. */
const SIGNATURE = /^\s+▣ {2}\S/u;

const signs: ScreenSigns = {
  name: 'opencode',
  dialogs: { takesDigits: false, countsUnnumbered: false },
  findBox,
  readBusy,
  isTyped: (_view, box) => box.text !== '' && !PLACEHOLDER.test(box.text),
  readTurnEnd,
  farewell: /^\s*Continue\s+opencode -s \S+/,
};

/** The box has a bar at the left and a foot: text, an empty line, agent and model, foot. */
function findBox(view: ScreenView): PromptBox | null {
  const bottom = view.lines.findLastIndex((line) => BOTTOM.test(line));
  if (bottom === -1) return null;
  let top = bottom;
  while (SIDE.test(view.lines[top - 1] ?? '')) top--;
  if (bottom - top < 3) return null;
  const text = view.lines
    .slice(top, bottom - 1)
    .map((line) => (SIDE.exec(line)?.[1] ?? '').trim())
    .filter((line) => line !== '')
    .join('\n');
  return { top, bottom, row: top + 1, text };
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  const activity = statusLine(view, box, ACTIVITY);
  if (activity === null) return null;
  if (/\bretry(?:ing)?\b|attempt #?\d/i.test(activity)) return seenRetry('opencode/retry-line', activity);
  if (/\bcompact/i.test(activity)) return seen('compacting', 'opencode/compacting-line', activity);
  return seenBusy(view, 'opencode/interrupt-hint', activity);
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const lines = view.lines.slice(0, box.top);
  const at = lines.findLastIndex((line) => SIGNATURE.test(line));
  const signature = lines[at];
  if (signature === undefined)
    return seen('idle', 'opencode/free-prompt', linesAbove(lines, lines.length, 1)[0] ?? '', LIKELY);
  // Under the signature only a failure of that turn is shown, behind the same bar as a question of the user.
  const under = lines
    .slice(at + 1)
    .map((line) => (SIDE.exec(line)?.[1] ?? '').trim())
    .join(' ')
    .trim();
  if (/\berror\b|failed|\b[45]\d\d\b|unauthorized|rate limit|overloaded/i.test(under)) {
    return seenFailure('opencode/failure-notice', under);
  }
  if (!/· (?:\d+h ?)?(?:\d+m ?)?[\d.]+m?s$/u.test(signature))
    return seen('idle', 'opencode/stopped', signature);
  const last = linesAbove(lines, at, 1)[0] ?? '';
  if (/[?？]$/u.test(last) && !SIDE.test(last))
    return seenTextQuestion(last.trim(), 'opencode/asks-in-prose');
  return seen('completed', 'opencode/turn-time', signature);
}

export const opencode: AgentKind = {
  name: 'opencode',
  title: 'opencode',
  processNames: ['opencode', 'opencode-ai'],
  launch: ({ permissionMode }) => ({
    words: withPromptOption(['opencode'], '--prompt'),
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_PERMISSION: JSON.stringify(
        {
          ask: { edit: 'ask', bash: 'ask', webfetch: 'ask' },
          edits: { edit: 'allow', bash: 'ask', webfetch: 'ask' },
          all: { edit: 'allow', bash: 'allow', webfetch: 'allow' },
        }[permissionMode],
      ),
    },
  }),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape', 'Escape'],
};
