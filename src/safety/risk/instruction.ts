import { forbidsWhatIsGrave, type ReadClause, readClause } from './instruction/clause.ts';
import {
  bareCommandIn,
  certain,
  isSpeltAsCommand,
  looksLikeCommand,
  mayNameCommand,
  quotedCommandsIn,
  withoutWhatFollows,
} from './instruction/commands.ts';
import { isSaidEveryDay } from './instruction/everyday.ts';
import { FETCHED_AND_RUN } from './instruction/idioms.ts';
import { isForeignTalk } from './instruction/languages.ts';
import { ASKS_HOW_THINGS_ARE, isTalkedAbout, withoutPoliteness } from './instruction/mood.ts';
import { clausesOf, lastClause, sentencesOf, withoutBlocks } from './instruction/prose.ts';
import { decodedIn, UNREAD_SCRIPT, withoutDisguise } from './instruction/spelling.ts';
import type { Phrase } from './instruction/things.ts';
import { type Weighed, weigh } from './instruction/weigh.ts';
import { judgeScript } from './script.ts';
import { approve, type Finding, undecided, worse, worst } from './verdict.ts';

/** A brief of many pages is no instruction that a gate can weigh. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_CLAUSES = 2_000;

/**
 * What an agent would be asked to do. Commands that the text wants run are judged as a shell would run them. The rest comes apart into sentences,
 * and in each of them two witnesses are heard: rules, that weigh a verb against what it is done to, and what is known of the words from lists.
 */
export function judgeInstruction(text: string): Finding | null {
  if (text.length > MAX_CHARACTERS) return undecided('the text is longer than anybody reads');
  if (text.startsWith('!')) return judgeScript(text.slice(1));
  const plain = withoutDisguise(text.normalize('NFKC').replace(HIDDEN_CHARACTERS, ''));
  if (isSaidEveryDay(plain)) return null;
  if (looksLikeCommand(plain)) {
    const found = certain(judgeScript(withoutWhatFollows(plain)));
    if (found !== null && (isSpeltAsCommand(plain) || weigh(plain) !== 'harmless')) return found;
  }
  const { prose, blocks } = withoutBlocks(plain);
  let found = worse(
    worst(blocks, ({ code, before }) =>
      isTalkedAbout(lastClause(before)) ? null : certain(judgeScript(code)),
    ),
    worst(decodedIn(plain), (decoded) => certain(judgeScript(decoded))),
  );
  let clauses = 0;
  let meant: Phrase | null = null;
  const sentences = sentencesOf(prose);
  for (const [at, sentence] of sentences.entries()) {
    const words = weigh(sentence);
    const isLast = at === sentences.length - 1;
    const parts = clausesOf(sentence);
    // Nothing that rules would find in it could count, and nobody needs to know what “it” means after it.
    if (words === 'harmless' && isLast && !mayNameCommand(sentence) && areHarmless(parts)) break;
    clauses += parts.length;
    if (clauses > MAX_CLAUSES) return worse(found, undecided('the text is longer than anybody reads'));
    const read = readSentence(sentence, parts, meant);
    found = worse(found, worse(read.commands, heard(sentence, parts, words, read)));
    if (found?.verdict === 'refuse') return found;
    meant = read.meant;
  }
  return found;
}

/** The only clause is the sentence itself. */
function areHarmless(clauses: readonly string[]): boolean {
  return clauses.length === 1 || clauses.every((clause) => weigh(clause) === 'harmless');
}

/** What the rules find counts unless the words speak against it, and what the words say counts where no rule speaks. */
function heard(
  sentence: string,
  clauses: readonly string[],
  words: Weighed,
  { rules, unopposed }: ReadSentence,
): Finding | null {
  if (words === 'harmless') return unopposed;
  if (rules !== null) return rules;
  if (words === 'grave' && (clauses.every(forbidsWhatIsGrave) || asksOnly(sentence, clauses))) return null;
  if (words === 'grave') return undecided(`“${sentence}” is like what people are asked about`);
  return (words === 'unknown-language' && !isForeignTalk(sentence)) || UNREAD_SCRIPT.test(sentence)
    ? undecided(`“${sentence}” is of no language that is known`)
    : null;
}

/** “What’s the safest way to rotate the keys?”: whoever answers it does nothing else. */
function asksOnly(sentence: string, clauses: readonly string[]): boolean {
  return (
    sentence.trimEnd().endsWith('?') &&
    clauses.every((clause) => ASKS_HOW_THINGS_ARE.test(withoutPoliteness(clause.toLowerCase())))
  );
}

type ReadSentence = {
  /** Commands in it that are to be run: they are what they are, whatever the words around them. */
  readonly commands: Finding | null;
  readonly rules: Finding | null;
  /** Of what the rules find, that which the words of its own clause do not speak against. */
  readonly unopposed: Finding | null;
  /** What “it” means after this sentence. */
  readonly meant: Phrase | null;
};

function readSentence(sentence: string, clauses: readonly string[], before: Phrase | null): ReadSentence {
  if (OUTPUT.test(sentence)) return { commands: null, rules: null, unopposed: null, meant: before };
  const orders: string[] = [];
  let commands: Finding | null = null;
  let rules: Finding | null = null;
  let unopposed: Finding | null = null;
  let meant = before;
  let last: ReadClause | null = null;
  for (const clause of clauses) {
    const read: ReadClause = readClause(clause, last, meant);
    const found = worse(read.found, read.isOrder ? bareCommandIn(clause) : null);
    rules = worse(rules, found);
    if (found !== null && weigh(clause) !== 'harmless') unopposed = worse(unopposed, found);
    if (read.isOrder) {
      commands = worse(commands, quotedCommandsIn(clause));
      orders.push(clause.toLowerCase());
    }
    meant = read.object ?? meant;
    last = read;
  }
  if (rules === null && orders.length > 1 && FETCHED_AND_RUN.test(orders.join(' and ')))
    rules = approve('download-and-run', `“${sentence}” runs code from elsewhere`);
  return { commands, rules, unopposed, meant };
}

/** A line that a program printed: it wants nothing to be done. */
const OUTPUT =
  /^(?:(?:npm|yarn|pnpm) (?:err!|warn|error)|(?:error|fatal|warning|remote|hint|panic|\w+(?:Error|Exception))(?:\[\w+\])?: )/i;

/** Characters that print nothing and keep words from being found. */
const HIDDEN_CHARACTERS = /[\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2064\uFEFF]/g;
