import type { Observation, ProcessFacts } from '../domain/index.ts';
import type { AgentKind, ScreenView } from './agent-kind.ts';
import { findClackList } from './clack-list.ts';
import { findDialog } from './dialog.ts';
import { findFreeInput } from './free-input.ts';
import { findLineQuestion } from './line-question.ts';
import { linesAbove } from './live-region.ts';
import { GUESS, LIKELY, seen, seenBusy, seenDialog, seenRetry, unsure } from './reading.ts';

const INTERRUPT_HINT =
  /\b(?:esc|escape|ctrl[+-]c|\^c)\b(?: again)?(?: to)? (?:interrupt|cancel|stop|abort)\b|\b(?:interrupt|cancel|stop|abort)\b: ?(?:esc|ctrl[+-]c)/i;
const SPINNER = /^\s*[\u2800-\u28ff✢✳✶✻✽◐◓◑◒|/\\⣾⣽⣻⢿]\s+\S.*(?:…|\.{3}|\(\d+s)/u;
const BARE_PROMPT =
  /^\s*(?:\([^()\s]{0,2} ?[^()\s]{0,2}\)|[\w.@~-]{0,24}|\p{Extended_Pictographic}\uFE0F?) ?(?:[>❯›»]|>>>)\s?$/u;
const NAMED_PROMPT = /^(?:you|user|human|me|prompt|input) ?[:>]\s*$/i;
/** What a program says of itself on its last line while it works. */
const DOING = /^[^\p{L}]{0,12}(?:\w{2,12}: )?(?:\p{Lu}\p{Ll}+ing\b[^\n]{0,60}(?:…|\.{3})|Waiting for )/u;

/**
 * What any terminal program shows in its last lines: a list to choose from, a question, an activity line, a bare prompt.
 * Used for programs without rules of their own, and when a program's rules do not answer.
 */
export function readGenericScreen(view: ScreenView, kind: AgentKind): Observation | null {
  const oneShot = readOneShot(view, kind);
  const started = oneShot === null ? readStart(view, kind) : null;
  if (started !== null) return started;
  const tail = linesAbove(view.lines, view.lines.length, 8);
  const lowest = tail[0] ?? '';
  const dialog = findDialog(view, 0, { takesDigits: false, countsUnnumbered: false });
  if (dialog !== null) return seenDialog(dialog, `${kind.name}/any-dialog`, LIKELY);
  const listed = findClackList(view.lines);
  if (listed !== null) return seenDialog(listed, `${kind.name}/clack-list`, LIKELY);
  const asked = findLineQuestion(view);
  if (asked !== null) return seenDialog(asked, `${kind.name}/line-question`, LIKELY);
  const activity = tail.find((line) => INTERRUPT_HINT.test(line) || SPINNER.test(line));
  const isAtPrompt = BARE_PROMPT.test(lowest) || NAMED_PROMPT.test(lowest);
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
  if (isAtPrompt) return seen('idle', `${kind.name}/bare-prompt`, lowest, GUESS);
  const work = readWork(view, kind, lowest) ?? oneShot;
  if (work !== null) return work;
  const input = findFreeInput(view);
  return input === null ? null : seen('idle', `${kind.name}/free-input`, input, GUESS);
}

function readWork(view: ScreenView, kind: AgentKind, lowest: string): Observation | null {
  if (/^[^\p{L}]{0,4}Retrying\b/u.test(lowest)) return seenRetry(`${kind.name}/retrying`, lowest);
  if (DOING.test(lowest)) return seenBusy(view, `${kind.name}/says-what-it-does`, lowest);
  return view.tools.length > 0 ? seen('running', `${kind.name}/tool-alone`, lowest, GUESS) : null;
}

/** Options and words with which agents take one task, print the answer and leave: they have no prompt to come to rest at. */
const ONE_SHOT = /^(?:-p|--print|--prompt|--message|--non-interactive|--no-interactive|exec|run)$/;
/** Further words may be the task's. */
const MAX_WORDS = 3;

function readOneShot({ agent, tools }: ScreenView, kind: AgentKind): Observation | null {
  if (
    agent === null ||
    !argumentsOf(agent, kind)
      .slice(0, MAX_WORDS)
      .some((word) => ONE_SHOT.test(word))
  )
    return null;
  return tools.length > 0
    ? seen('running', `${kind.name}/one-shot-with-tool`, agent.comm, LIKELY)
    : seen('thinking', `${kind.name}/one-shot`, agent.comm, LIKELY);
}

/** What stands behind the program's own name. */
function argumentsOf({ cmd }: ProcessFacts, { processNames }: AgentKind): readonly string[] {
  const words = cmd.split(' ').filter((word) => word !== '');
  const own = words.findIndex((word) =>
    processNames.includes(word.slice(word.lastIndexOf('/') + 1).replace(/\.[cm]?js$/, '')),
  );
  return words.slice(Math.max(own, 0) + 1);
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
