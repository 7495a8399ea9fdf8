/** What any program shows beside its work: a sign that turns, a clock, a word for what goes on, the key that stops it. */

const STOP_KEY = String.raw`(?:esc(?: esc)?|escape|ctrl[+-]c|\^c)`;
const hintOf = (verbs: string) =>
  new RegExp(
    String.raw`\b${STOP_KEY}(?: again)?(?: to)? (?:${verbs})\b|\b(?:${verbs})\b: ?${STOP_KEY}\b`,
    'i',
  );
const INTERRUPT_HINT = hintOf('interrupt|stop|abort');
/** Work is cancelled by a key, and so is whatever asks. */
const CANCEL_HINT = hintOf('cancel');
const SPINNER =
  /^\s*(?:[│┃]\s*)?(?:[\u2801-\u28ff◐◓◑◒⣾⣽⣻⢿]\s+\S.*(?:…|\.{3}|\b\d+(?:\.\d+)?s\b)|[✢✳✶✻✽|/\\]\s+\S.*(?:…|\.{3}|\(\d+s))/u;
/** `◎ Working esc esc edit prompt`: a sign and one word for what goes on, alone or with the key that stops it. */
const WORKS =
  /^\s*[^\p{L}\p{N}\s>❯›]\s*(?:working|thinking|running|generating|processing|responding|streaming|executing|reasoning|planning)(?:\s*$|\s*[(·•…]|\.{3}|\s+(?:esc|ctrl|press)\b|\s{2,})/iu;
/** What a program says of itself while it works. */
const DOING = /^[^\p{L}]{0,12}(?:\w{2,12}: )?(?:\p{Lu}\p{Ll}+ing\b[^\n]{0,60}(?:…|\.{3})|Waiting for )/u;
/** `(  ●  )  Thinking..`: dots that come and go. */
const DOTS = /^\s*[([]\s*\S\s*[)\]]\s+\p{Lu}\p{Ll}+ing\.{0,3}\s*$/u;
const WAITS_FOR_PERSON =
  /\b(?:waiting|awaiting|waits) (?:for |on )?(?:the |a )?(?:user|your|you|person|human|approval|confirmation|permission|input)\b/i;
/** A sign that turns, at the beginning of a line or a title. */
const SPINS = /^\s*[\u2801-\u28ff◐◓◑◒](?=\s|[\u2801-\u28ff]{0,3}\s)/u;
/** One of the signs that turn, or a clock: something goes on in this line. */
const TURNS =
  /^\s*(?:[│┃]\s*)?[\u2801-\u28ff]{1,4}(?:\s|$)|\(\s?\d+(?:\.\d+)?\s?s\b|\b\d+s\b|(?:…|\.{3})\s*(?:\(|$)/u;
const RETRIES = /\b(?:retrying|reconnecting)\b|\battempt \d+\s?(?:\/|of)\s?\d+/i;
const COMPACTS = /\b(?:compacting|compressing|summarizing) (?:the )?(?:conversation|context|chat|history)\b/i;
/** A sentence: what an answer tells. */
const SENTENCE = /^\s*[^\p{L}]{0,3}\p{Lu}[^…]*\p{L}[.。]\s*$/u;
/** `✻ Churned for 12s`, `Worked for a steady 9s.`, `Done in 3.1s`: what was done is over. */
const ENDED =
  /^[^\p{L}\p{N}]{0,6}(?:\p{Lu}\p{Ll}+ed|Done|Took) (?:for|in|after) (?:[\p{Ll} ]{0,16})?<?\d[\d.]*\s?(?:ms|s|m|h)\b/u;
/** What may stand between work and the input under it: tasks, tips, what a program printed, the line of a mode. */
const BESIDE_WORK =
  /^\s*(?:[^\p{L}\p{N}\s]|\d+[.)]\s|tips?\b|press\b)|\b(?:ctrl|shift|alt|esc|enter|tab)\b/iu;

export function turns(text: string): boolean {
  return SPINS.test(text);
}

export function hasClockOrTurns(line: string): boolean {
  return TURNS.test(line);
}

export function isTurnTime(line: string): boolean {
  return ENDED.test(line);
}

export function retries(line: string): boolean {
  return RETRIES.test(line);
}

export function compacts(line: string): boolean {
  return COMPACTS.test(line);
}

/** For certain: a key that only work has, or a sign that turns. */
export function isWork(line: string): boolean {
  if (DOTS.test(line)) return true;
  if ([SENTENCE, ENDED, WAITS_FOR_PERSON].some((sign) => sign.test(line))) return false;
  return (
    [INTERRUPT_HINT, SPINNER, WORKS, DOING].some((sign) => sign.test(line)) ||
    (CANCEL_HINT.test(line) && TURNS.test(line))
  );
}

/** Its program says that somebody has to answer. */
export function waitsForPerson(line: string): boolean {
  return WAITS_FOR_PERSON.test(line) && !SENTENCE.test(line);
}

/** "Esc to cancel" and nothing else. */
export function mayBeWork(line: string): boolean {
  return !SENTENCE.test(line) && CANCEL_HINT.test(line);
}

export function standsBesideWork(line: string): boolean {
  return BESIDE_WORK.test(line);
}
