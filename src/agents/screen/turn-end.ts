import type { Observation } from '../../domain/index.ts';
import type { ScreenView } from '../agent-kind.ts';
import { linesAbove, type PromptBox } from './live-region.ts';
import { GUESS, LIKELY, seen, seenFailure, seenTextQuestion } from './reading.ts';
import { isTurnTime } from './work-signs.ts';

/** A notice of the program, at the beginning of a line. */
const SIGN_IN =
  /^[^\p{L}]{0,6}(?:(?:warning|error|note)\b:? *)?(?:no (?:models?|providers?|api keys?|credentials?) (?:are |is )?(?:available|configured|found|set)|(?:you are )?not (?:logged|signed) in|please (?:log|sign) in|(?:authentication|log ?in|sign.?in) (?:is )?required|(?:use|run|type) \S*\/?login\b|authentication (?:failed|token)\b|invalid (?:api )?key\b)|\bnot logged in\b/iu;
/** A person stopped the turn. */
const INTERRUPTED =
  /^[^\p{L}\p{N}]{0,8}(?:(?:operation|request|response|generation|turn|task|conversation|execution)\s)?(?:was )?(?:interrupted|cancell?ed|aborted)\b/iu;
const FAILING_SIGN = /^(?:\w+ )?[✕✗✖❌⚠■⛔❗×⨯!]\uFE0F?\s/u;
const FAILS =
  /^[^\p{L}\p{N}]{0,8}(?:(?:sorry|oops)\b[^:]{0,40}\berror|(?:[\w.-]+ ){0,3}error|(?:[\w.-]+ ){0,2}failed|failed to [\w ]{1,30}|prompt is too long|credit balance)\b/iu;
const CAUSE =
  /\b(?:[45]\d\d\b|connect|time(?:d )?out\b|api key\b|network\b|fetch failed|quota\b|rate limit|too many requests|unauthori[sz]ed|overloaded|credit balance|too long\b|context (?:length|window)|authentication failed|disconnected|server error|unavailable)/iu;
/** Told of by somebody who saw it: `[API Error: 500] is what the log says`. */
const NARRATED = /[\])"'`] \p{Ll}/u;
const TWO_ERRORS = /;.*\berror\b/iu;
const ENDS_IN_QUESTION = /[?？]\s*$/u;
/** What a program says over its input before it knows what is wanted. */
const INVITES =
  /^\W*(?:what|how) (?:can|may|should|would|do)\b[\w ,'’]*\b(?:help|assist|do|build|create|work on)\b[\w ,'’]*\?$/i;
/** What a person sent, as most programs show it. */
const OWN_WORDS = /^[>❯›»▌▎┃│]|^(?:you|user|me)\b ?[:>]/iu;
/** Where the program runs, a model's name, counters: one line that tells nothing of the turn. */
const FACTS = /^[^\p{L}\p{N}]{0,4}(?:[~/][\w./~-]+(?:\s[([].{0,40}[\])])?|~?[\d.]+k? tokens?)\s*$/u;
const MAX_PARAGRAPHS = 4;

/** The prompt is free: how the last turn ended, as far as any program tells. */
export function endOfTurn(
  { lines }: ScreenView,
  name: string,
  { top, bottom, text }: PromptBox,
): Observation {
  const told = paragraphsAbove(lines, top);
  const notice = [...linesAbove(lines, top, 10), ...lines.slice(bottom + 1)].find((line) =>
    SIGN_IN.test(line),
  );
  if (notice !== undefined) return seen('logged_out', `${name}/sign-in-notice`, notice, LIKELY);
  const stopped = linesAbove(lines, top, 3).find((line) => INTERRUPTED.test(line));
  if (stopped !== undefined) return seen('idle', `${name}/interrupted`, stopped, LIKELY);
  const [last] = told.filter((each) => !isTurnTime(each) && !FACTS.test(each));
  if (last !== undefined && isFailure(last)) return seenFailure(`${name}/failure-notice`, last);
  if (last !== undefined && isQuestion(last)) return seenTextQuestion(last, `${name}/asks-in-prose`);
  const time = told.find(isTurnTime);
  if (time !== undefined) return seen('completed', `${name}/turn-time`, time, GUESS);
  return seen('idle', `${name}/input`, text, GUESS);
}

function isQuestion(paragraph: string): boolean {
  return ENDS_IN_QUESTION.test(paragraph) && !OWN_WORDS.test(paragraph) && !INVITES.test(paragraph);
}

function isFailure(paragraph: string): boolean {
  return (
    (FAILING_SIGN.test(paragraph) || (FAILS.test(paragraph) && !TWO_ERRORS.test(paragraph))) &&
    CAUSE.test(paragraph) &&
    !NARRATED.test(paragraph)
  );
}

/** What stands above a row, each paragraph in one line, the lowest first. A line that tells how long the turn took stands by itself. */
function paragraphsAbove(lines: readonly string[], row: number): readonly string[] {
  const told: string[] = [];
  let current: string[] = [];
  const close = () => {
    if (current.length > 0) told.push(current.join(' '));
    current = [];
  };
  for (let index = row - 1; index >= 0 && told.length < MAX_PARAGRAPHS; index--) {
    const line = (lines[index] ?? '').trim();
    if (line === '' || isTurnTime(line)) close();
    if (isTurnTime(line)) told.push(line);
    else if (line !== '') current.unshift(line);
  }
  close();
  return told;
}
