import type { Dialog, Observation } from '../domain/index.ts';
import type { AgentKind, ScreenView } from './agent-kind.ts';
import { findDialog } from './dialog.ts';
import { linesAbove } from './live-region.ts';
import { GUESS, LIKELY, seen, seenBusy, seenDialog, unsure } from './reading.ts';

const INTERRUPT_HINT =
  /\b(?:esc|escape|ctrl[+-]c|\^c)\b(?: again)?(?: to)? (?:interrupt|cancel|stop)\b|\b(?:interrupt|cancel|stop)\b: ?(?:esc|ctrl[+-]c)/i;
const SPINNER = /^\s*[\u2800-\u28ff✢✳✶✻✽◐◓◑◒|/\\⣾⣽⣻⢿]\s+\S.*(?:…|\.{3}|\(\d+s)/u;
const YES_NO = /(?:\[y\/n\]|\(y\/n\)|\[yes\/no\]|\(yes\/no\)|\(y\)es\/\(n\)o)[^\n]{0,20}$/i;
const BARE_PROMPT = /^\s*(?:[\w.@~-]{0,24} ?)?[>❯›»]\s?$/u;

/**
 * What any terminal program shows in its last lines: a list to choose from, a yes-or-no question, an activity line, a bare prompt.
 * Used for programs without rules of their own, and when a program's rules do not answer.
 */
export function readGenericScreen(view: ScreenView, kind: AgentKind): Observation | null {
  const started = readStart(view, kind);
  if (started !== null) return started;
  const tail = linesAbove(view.lines, view.lines.length, 8);
  const lowest = tail[0] ?? '';
  const dialog = findDialog(view, 0, { takesDigits: false, countsUnnumbered: false });
  if (dialog !== null) return seenDialog(dialog, `${kind.name}/any-dialog`, LIKELY);
  if (YES_NO.test(lowest)) return seenDialog(yesNo(lowest), `${kind.name}/yes-or-no`, LIKELY);
  const activity = tail.find((line) => INTERRUPT_HINT.test(line) || SPINNER.test(line));
  const isAtPrompt = BARE_PROMPT.test(lowest);
  if (activity !== undefined && isAtPrompt && view.isMoving === false) {
    return unsure(
      'an activity line stands over a free prompt and nothing moves',
      `${kind.name}/still-activity`,
      activity,
    );
  }
  if (activity !== undefined) return seenBusy(view, `${kind.name}/any-activity`, activity);
  if (view.isMoving === true) {
    return seen(view.tools.length > 0 ? 'running' : 'thinking', `${kind.name}/moving`, lowest, GUESS);
  }
  return isAtPrompt ? seen('idle', `${kind.name}/bare-prompt`, lowest, GUESS) : null;
}

/** Nothing drawn yet: an empty screen, or only the command line that started the agent. */
function readStart(view: ScreenView, kind: AgentKind): Observation | null {
  const lowest = view.lines.at(-1);
  if (lowest === undefined) return seen('starting', `${kind.name}/empty-screen`, '', LIKELY);
  const command = /[$#%❯>] (?:\S+=\S* )*(\S+)(?: .*)?$/u.exec(lowest)?.[1];
  const program = command?.slice(command.lastIndexOf('/') + 1);
  return program !== undefined && kind.processNames.includes(program) && view.cursor.y >= view.lines.length
    ? seen('starting', `${kind.name}/only-command-line`, lowest, LIKELY)
    : null;
}

function yesNo(line: string): Dialog {
  return {
    promptKind: 'permission',
    question: line.trim(),
    options: [
      { label: 'Yes', keys: ['y', 'Enter'] },
      { label: 'No', keys: ['n', 'Enter'] },
    ],
  };
}
