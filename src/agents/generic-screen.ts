import type { Dialog, Observation, ProcessFacts } from '../domain/index.ts';
import type { AgentKind, ScreenView } from './agent-kind.ts';
import { findAnyChoice, isHint } from './any-choice.ts';
import { findClackList } from './clack-list.ts';
import { findDialog } from './dialog.ts';
import { findFreeInput } from './free-input.ts';
import { findInputBox } from './input-box.ts';
import { findLineQuestion } from './line-question.ts';
import { linesAbove, type PromptBox } from './live-region.ts';
import {
  GUESS,
  LIKELY,
  seen,
  seenBusy,
  seenDialog,
  seenFailure,
  seenRetry,
  seenTextQuestion,
  unsure,
} from './reading.ts';

const STOP_KEY = String.raw`(?:esc(?: esc)?|escape|ctrl[+-]c|\^c)`;
const INTERRUPT_HINT = new RegExp(
  String.raw`\b${STOP_KEY}(?: again)?(?: to)? (?:interrupt|cancel|stop|abort)\b|\b(?:interrupt|cancel|stop|abort)\b:? ?\(?${STOP_KEY}\b`,
  'i',
);
/** A sentence: what an answer tells, not what a program shows beside its work. */
const SENTENCE = /^\s*[^\p{L}]{0,3}\p{Lu}[^…]*\p{L}[.。]\s*$/u;
const SPINNER =
  /^\s*(?:[\u2801-\u28ff◐◓◑◒⣾⣽⣻⢿]\s+\S.*(?:…|\.{3}|\b\d+(?:\.\d+)?s\b)|[✢✳✶✻✽|/\\]\s+\S.*(?:…|\.{3}|\(\d+s))/u;
/** `◎ Working esc esc edit prompt`: a sign and one word for what goes on, alone or with the key that stops it. */
const WORKS =
  /^\s*[^\p{L}\p{N}\s>❯›]\s*(?:working|thinking|running|generating|processing|responding|streaming|executing|reasoning|planning)(?:\s*$|\s*[(·•…]|\.{3}|\s+(?:esc|ctrl|press)\b|\s{2,})/iu;
/** `✻ Churned for 12s`, `Worked for a steady 9s.`, `Done in 3.1s`: what was done is over. */
const ENDED =
  /^[^\p{L}\p{N}]{0,6}(?:\p{Lu}\p{Ll}+ed|Done|Took) (?:for|in|after) (?:[\p{Ll} ]{0,16})?<?\d[\d.]*\s?(?:ms|s|m|h)\b/u;
/** A person stopped the turn. */
const INTERRUPTED =
  /^[^\p{L}\p{N}]{0,8}(?:(?:operation|request|response|generation|turn|task|conversation|execution)\s)?(?:was )?(?:interrupted|cancell?ed|aborted)\b/iu;
/** A sign that turns, at the beginning of the line. */
const SPINS = /^\s*[\u2801-\u28ff◐◓◑◒]/u;
/** One of the signs that turn, or a clock: something goes on in this line. */
const TURNS = /^\s*(?:[│┃]\s*)?[\u2801-\u28ff]|\b\d+(?:\.\d+)?\s?s\b|(?:…|\.{3})\s*(?:\(|$)/u;
const BARE_PROMPT =
  /^\s*(?:\([^()\s]{0,2} ?[^()\s]{0,2}\)|[\w.@~-]{0,24}|\p{Extended_Pictographic}\uFE0F?) ?(?:[>❯›»]|>>>)\s?$/u;
const NAMED_PROMPT = /^(?:you|user|human|me|prompt|input) ?[:>]\s*$/i;
/** What a program says of itself on its last line while it works. */
const DOING = /^[^\p{L}]{0,12}(?:\w{2,12}: )?(?:\p{Lu}\p{Ll}+ing\b[^\n]{0,60}(?:…|\.{3})|Waiting for )/u;
const RETRIES = /\b(?:retrying|reconnecting)\b|\battempt \d+\s?(?:\/|of)\s?\d+/i;
const COMPACTS = /\b(?:compacting|compressing|summarizing) (?:the )?(?:conversation|context|chat|history)\b/i;
/** A notice of the program, at the beginning of a line. */
const SIGN_IN =
  /^[^\p{L}]{0,6}(?:(?:warning|error|note)\b:? *)?(?:no (?:models?|providers?|api keys?|credentials?) (?:are |is )?(?:available|configured|found|set)|(?:you are )?not (?:logged|signed) in|please (?:log|sign) in|(?:authentication|log ?in|sign.?in) (?:is )?required|(?:use|run|type) \S*\/?login\b)/iu;
/** What may stand between work and the input under it: tasks, tips, what a program printed, the line of a mode. */
const BESIDE_WORK =
  /^\s*(?:[^\p{L}\p{N}\s]|\d+[.)]\s|tips?\b|press\b)|\b(?:ctrl|shift|alt|esc|enter|tab)\b/iu;
const ENDS_IN_QUESTION = /[?？]\s*$/u;
/** What a program says over its input before it knows what is wanted. */
const INVITES =
  /^\W*(?:what|how) (?:can|may|should|would|do)\b[\w ,'’]*\b(?:help|assist|do|build|create|work on)\b[\w ,'’]*\?$/i;
/** What a person sent, as most programs show it. */
const OWN_WORDS = /^[>❯›»▌▎┃│]|^(?:you|user|me)\b ?[:>]/iu;
const KEY_FOR =
  /(?:\b(?:ctrl[+-]\w|space|enter|return|type|tab|esc|escape)|[↑↓←→]{1,4}|[⏎↵])\]?:? (?:to )?\p{L}{2,}/giu;
/** A request that failed, told in the place of an answer. */
const FAILURE =
  /^[^\p{L}\p{N}]{0,8}(?:(?:sorry|oops)\b[^:]{0,40}\berror|(?:[\w.-]+ ){0,3}error|(?:[\w.-]+ ){0,2}failed|failed to [\w ]{1,30})\b[^;]*(?:\b[45]\d\d\b|\bconnect|\btime(?:d )?out\b|\bapi key\b|\bnetwork\b|\bfetch failed\b|\bquota\b|\brate limit\b)(?![^;]*\] \p{Ll})[^;]*$/iu;

/**
 * What any terminal program shows in its last lines: a list to choose from, a question, an activity line, an input, a bare prompt.
 * Used for programs without rules of their own, and when a program's rules do not answer.
 */
export function readGenericScreen(view: ScreenView, kind: AgentKind): Observation | null {
  const oneShot = readOneShot(view, kind);
  const started = oneShot === null ? readStart(view, kind) : null;
  if (started !== null) return started;
  const box = findInputBox(view);
  return box === null ? readWithoutBox(view, kind, oneShot) : readAtBox(view, kind, box);
}

/** An input is at the bottom: what stands right above it is live, everything higher is history. */
function readAtBox(view: ScreenView, kind: AgentKind, box: PromptBox): Observation {
  const { lines, tools } = view;
  const chosen = findOverInput(view, box);
  if (chosen !== null) return seenDialog(chosen, `${kind.name}/choice-over-input`, LIKELY);
  const activity = [...lines.slice(box.bottom + 1), ...besideInput(lines, box.top)].find(isActivity);
  const rest = endOfTurn(view, kind, box);
  if (activity !== undefined) return readWorkAtInput(view, kind, activity);
  if (SPINS.test(view.title)) return busyByTitle(view, kind);
  if (tools.length > 0) return seen('running', `${kind.name}/tool-over-input`, tools[0]?.comm ?? '', GUESS);
  if (view.isMoving === true) return seen('thinking', `${kind.name}/moving`, lines[box.top - 1] ?? '', GUESS);
  return rest;
}

/** Answers to choose from take the place of an input, or stand right above one that does not take the keys now. */
function findOverInput(view: ScreenView, box: PromptBox): Dialog | null {
  const above = view.lines.slice(0, box.top).findLast((line) => line.trim() !== '') ?? '';
  return isHint(above) ? findAnyChoice(view, box.top) : null;
}

/** The lines right above an input that may show work, lowest first: none once an answer's text begins. */
function besideInput(lines: readonly string[], top: number): readonly string[] {
  const beside: string[] = [];
  for (const line of linesAbove(lines, top, 24)) {
    beside.push(line);
    if (!isActivity(line) && !BESIDE_WORK.test(line)) break;
  }
  return beside;
}

function isActivity(line: string): boolean {
  return (
    !SENTENCE.test(line) &&
    !ENDED.test(line) &&
    [INTERRUPT_HINT, SPINNER, WORKS, DOING].some((sign) => sign.test(line))
  );
}

/** An activity line over an input that takes words: work, unless nothing turns in it. */
function readWorkAtInput(view: ScreenView, kind: AgentKind, activity: string): Observation {
  return view.isMoving === false && !RETRIES.test(activity)
    ? contradiction(kind, activity)
    : busy(view, kind, activity);
}

function busy(view: ScreenView, { name }: AgentKind, activity: string): Observation {
  if (RETRIES.test(activity)) return seenRetry(`${name}/retrying`, activity);
  return COMPACTS.test(activity)
    ? seen('compacting', `${name}/compacting`, activity, LIKELY)
    : seenBusy(view, `${name}/any-activity`, activity);
}

/** Its title turns while it works. */
function busyByTitle(view: ScreenView, { name }: AgentKind): Observation {
  return { ...seenBusy(view, `${name}/busy-title`, view.title), confidence: GUESS };
}

function contradiction({ name }: AgentKind, activity: string): Observation {
  return unsure(
    'an activity line stands over a free prompt and nothing moves',
    `${name}/still-activity`,
    activity,
  );
}

/** The prompt is free: how the last turn ended, as far as any program tells. */
function endOfTurn(
  { lines }: ScreenView,
  { name }: AgentKind,
  { top, bottom, text }: PromptBox,
): Observation {
  const notice = [...linesAbove(lines, top, 10), ...lines.slice(bottom + 1)].find((line) =>
    SIGN_IN.test(line),
  );
  if (notice !== undefined) return seen('logged_out', `${name}/sign-in-notice`, notice, LIKELY);
  const last = lastParagraph(lines, top);
  const under = linesAbove(lines, top, 3).find((line) => INTERRUPTED.test(line));
  if (under !== undefined) return seen('idle', `${name}/interrupted`, under, LIKELY);
  const ended = linesAbove(lines, top, 4).find((line) => ENDED.test(line));
  if (last !== null && FAILURE.test(last)) return seenFailure(`${name}/failure-notice`, last);
  if (last !== null && isQuestion(last)) return seenTextQuestion(last, `${name}/asks-in-prose`);
  return seen('idle', `${name}/input`, text, GUESS);
}

function isQuestion(paragraph: string): boolean {
  return ENDS_IN_QUESTION.test(paragraph) && !OWN_WORDS.test(paragraph) && !INVITES.test(paragraph);
}

/** The lines right above a row up to an empty one, in one. */
function lastParagraph(lines: readonly string[], row: number): string | null {
  let bottom = row - 1;
  while (bottom >= 0 && ((lines[bottom] ?? '').trim() === '' || ENDED.test(lines[bottom] ?? ''))) bottom--;
  let top = bottom;
  while (top > 0 && (lines[top - 1] ?? '').trim() !== '') top--;
  return bottom < 0
    ? null
    : lines
        .slice(top, bottom + 1)
        .map((line) => line.trim())
        .join(' ');
}

function readWithoutBox(view: ScreenView, kind: AgentKind, oneShot: Observation | null): Observation | null {
  const { lines } = view;
  const tail = linesAbove(lines, lines.length, 8);
  const lowest = tail[0] ?? '';
  const isAtPrompt = BARE_PROMPT.test(lowest) || NAMED_PROMPT.test(lowest);
  const live = tail
    .slice(0, 3)
    .find((line) => isActivity(line) && SPINS.test(line) && !/\bwaiting\b/i.test(line));
  // What stands above work that goes on is a quotation.
  if (live !== undefined && view.isMoving !== false) return busy(view, kind, live);
  const dialog = isAtPrompt ? null : findDialog(view, 0, { takesDigits: false, countsUnnumbered: false });
  if (dialog !== null) return seenDialog(dialog, `${kind.name}/any-dialog`, LIKELY);
  const listed = findClackList(lines);
  if (listed !== null) return seenDialog(listed, `${kind.name}/clack-list`, LIKELY);
  const asked = findLineQuestion(view) ?? (isAtPrompt ? findLineQuestion(withoutLastLine(view)) : null);
  if (asked !== null) return seenDialog(asked, `${kind.name}/line-question`, LIKELY);
  const chosen = isAtPrompt ? null : findAnyChoice(view, lines.length);
  if (chosen !== null) return seenDialog(chosen, `${kind.name}/any-choice`, LIKELY);
  const activity =
    tail.find(isActivity) ??
    linesAbove(lines, lines.length, 20).find((line) => isActivity(line) && TURNS.test(line));
  if (activity !== undefined && isAtPrompt) return readWorkAtInput(view, kind, activity);
  if (activity !== undefined) return readActivity(view, kind, activity, tail);
  if (view.isMoving === true) {
    return seen(view.tools.length > 0 ? 'running' : 'thinking', `${kind.name}/moving`, lowest, GUESS);
  }
  if (isAtPrompt && view.tools.length > 0)
    return seen('running', `${kind.name}/tool-over-prompt`, view.tools[0]?.comm ?? '', GUESS);
  if (isAtPrompt) return readAtPrompt(view, kind, tail);
  const work = readWork(view, kind, lowest) ?? oneShot;
  if (work !== null) return work;
  const input = findFreeInput(view);
  if (input === null) return null;
  if (SPINS.test(view.title)) return busyByTitle(view, kind);
  return endOfTurn(view, kind, input);
}

/** "Esc to cancel" may belong to work or to something that asks: without a sign of either nobody can tell. */
function readActivity(
  view: ScreenView,
  kind: AgentKind,
  activity: string,
  tail: readonly string[],
): Observation {
  const isWork =
    /interrupt/i.test(activity) ||
    [SPINNER, DOING].some((sign) => sign.test(activity)) ||
    tail.some((line) => TURNS.test(line));
  if (isWork || view.isMoving === true) return busy(view, kind, activity);
  const page = keysOfPage(tail);
  if (page === null)
    return unsure(
      'a key cancels something, and nothing says what',
      `${kind.name}/cancels-something`,
      activity,
    );
  return seenDialog({ promptKind: 'menu', question: page, options: [] }, `${kind.name}/page`, LIKELY);
}

/** Several keys and what each does: a page that takes the keys. Null: the last lines name none, or one. */
function keysOfPage(tail: readonly string[]): string | null {
  const told = tail.slice(0, 2).reverse().join(' ').trim();
  return [...told.matchAll(KEY_FOR)].length > 1 ? told : null;
}

function readAtPrompt({ lines }: ScreenView, { name }: AgentKind, tail: readonly string[]): Observation {
  const above = lastParagraph(lines, lines.lastIndexOf(tail[0] ?? '')) ?? '';
  if (FAILURE.test(above)) return seenFailure(`${name}/failure-notice`, above);
  return isQuestion(above)
    ? seenTextQuestion(above, `${name}/asks-in-prose`)
    : seen('idle', `${name}/bare-prompt`, tail[0] ?? '', GUESS);
}

/** What stood at the end before the prompt was drawn, with the cursor where it was then. */
function withoutLastLine(view: ScreenView): ScreenView {
  const lines = view.lines.slice(0, -1);
  const end = lines.findLastIndex((line) => line.trim() !== '');
  const last = lines[end] ?? '';
  return { ...view, lines: lines.slice(0, end + 1), cursor: { x: last.length, y: end } };
}

function readWork(view: ScreenView, kind: AgentKind, lowest: string): Observation | null {
  if (/^[^\p{L}]{0,4}Retrying\b/u.test(lowest)) return seenRetry(`${kind.name}/retrying`, lowest);
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
