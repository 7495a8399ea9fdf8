import { pattern } from '../pattern.ts';
import { approve, type Finding, worse } from '../verdict.ts';
import { bareCommandIn, quotedCommandsIn } from './commands.ts';
import { type Frame, frameOf, names } from './frame.ts';
import { IDIOMS, mayBeIdiom } from './idioms.ts';
import { judgeForeign } from './languages.ts';
import {
  FORBIDS,
  FORBIDS_INSIDE,
  PURE_TALK,
  QUESTION,
  RULED_OUT,
  TALK,
  TOLD,
  WISHES,
  withoutPoliteness,
} from './mood.ts';
import { categoryOf } from './orders/category.ts';
import { ORDER_RULES } from './orders/rules.ts';
import { type Phrase, phraseOf, type Thing } from './things.ts';
import { type FoundVerb, type Verb, verbAt } from './verbs.ts';
import { isQuoted, listed, wordsOf } from './words.ts';

export type ReadClause = {
  readonly found: Finding | null;
  /** It may want something done, and the commands in it too. */
  readonly isOrder: boolean;
  /** The next clause goes on with what this one talks about, unless it begins with an order. */
  readonly isTalk: boolean;
  /** It only wants to be told something. */
  readonly isStudy: boolean;
  /** The verb that a clause without one goes on with. */
  readonly verb: FoundVerb | null;
  /** What “it” means from here on. */
  readonly object: Phrase | null;
};

const NOTHING: ReadClause = {
  found: null,
  isOrder: false,
  isTalk: true,
  isStudy: false,
  verb: null,
  object: null,
};

/** @param before the clause that it follows in its sentence */
export function readClause(clause: string, before: ReadClause | null, meant: Phrase | null): ReadClause {
  const lower = clause.toLowerCase().replace(/(?<!\w)[*_~]{1,3}(?=\w)|(?<=\w)[*_~]{1,3}(?!\w)/g, '');
  const bare = withoutPoliteness(lower);
  const words = wordsOf(bare);
  const first = verbAt(words, 0);
  const isPolite = bare !== lower;
  const isStatement = first !== undefined && STATEMENT.test(first.rest.join(' '));
  const beginsOrder =
    isPolite ||
    first?.verb.form === 'base' ||
    QUESTION.test(bare) ||
    isQuoted(words[0] ?? '') ||
    IDIOM_FIRST.test(bare);
  if (
    before?.isTalk === true &&
    (/^["“]/.test(clause) || !beginsOrder || (before.isStudy && first?.rest.length === 0))
  )
    return { ...NOTHING, object: null };
  if (FORBIDS.test(bare) || FORBIDS.test(lower)) {
    // “Do not ask, just do it” forbids what protects.
    const found = ASKS_NOBODY.test(bare) ? idiomsIn(bare, PROTECTING) : null;
    return { ...NOTHING, found, object: objectOf(words) };
  }
  if (TOLD.test(lower)) return { ...NOTHING, object: objectOf(words) };
  if (QUESTION.test(bare))
    return {
      ...NOTHING,
      found:
        ASKS_SECRET.test(bare) || ASKS_FILE.test(bare) ? told('secrets', bare, 'asks for a secret') : null,
      object: objectOf(words),
    };
  if (ASKS_SECRET.test(bare)) return { ...NOTHING, found: told('secrets', bare, 'asks for a secret') };
  const foreign = judgeForeign(clause);
  if (foreign === 'harmless') return NOTHING;
  if (foreign !== null) return { ...NOTHING, found: foreign, isTalk: false };

  const allowed = withoutForbidden(bare);
  const isTalk = PURE_TALK.test(bare);
  if (WISHES.test(bare) && RULED_OUT.test(bare)) return NOTHING;
  const isWeakTalk = isTalk || (TALK.test(bare) && first !== undefined);
  const plain = allowed === bare ? words : wordsOf(allowed);
  const verb = isStatement || (plain[1] ?? '').startsWith('-') ? undefined : verbAt(plain, 0);
  const continued = verb === undefined ? goesOn(plain, before) : null;
  let object: Phrase | null = null;
  let isOfCode = false;
  let found: Finding | null = null;
  const isTrailing = verb?.verb.form === 'ing' && before !== null && !before.isTalk;
  if (
    verb !== undefined &&
    (verb.verb.form === 'base' || (verb.verb.form === 'ing' && (isPolite || isTrailing)))
  ) {
    const frame = frameOf(verb, isTrailing, meant);
    object = frame.object;
    isOfCode =
      frame.object.isCode ||
      frame.places.some(({ preposition, isCode }) => isCode && /^(?:in|to|into|of|from)$/.test(preposition));
    isOfCode ||= verb.verb.kinds.has('write') && names(frame, 'check');
    found = isTalk ? judgeTalk(frame) : judgeFrame(frame);
  } else if (continued !== null) {
    const frame = frameOf(continued, false, meant);
    object = frame.object;
    found = judgeFrame(frame);
  } else object = objectOf(plain);
  found = worse(found, isWeakTalk ? judgeBy(plain, meant) : judgeInside(plain, meant, verb === undefined));
  if (!isTalk && mayBeIdiom(words)) {
    if (allowed !== bare) found = worse(found, idiomsIn(withoutNames(bare), EVADING));
    if (!(isWeakTalk && isOfCode)) found = worse(found, idiomsIn(withoutNames(allowed), IDIOMS));
  }
  if (verb === undefined && continued === null)
    found = worse(found, judgePassive(plain) ?? (isStatement ? null : judgeUnknownVerb(plain)));
  else if (/^(?:make|want|need|have|get|see|ensure)\b/.test(plain[0] ?? ''))
    found = worse(found, judgePassive(plain));
  return {
    found,
    isOrder: !isTalk && !WISHES.test(bare) && !(isWeakTalk && isOfCode),
    isTalk: isWeakTalk && found === null,
    isStudy: verb?.verb.kinds.has('study') === true,
    verb: verb ?? continued,
    object,
  };
}

/** Whether a clause forbids what would take a person if it were asked for. “Don't make backups” forbids what protects, and does not. */
export function forbidsWhatIsGrave(clause: string): boolean {
  const bare = withoutPoliteness(clause.toLowerCase());
  const wanted = bare.replace(PROHIBITION, '');
  if (wanted === bare || !FORBIDS.test(bare)) return false;
  const { found, isOrder } = readClause(wanted, null, null);
  return found !== null || (isOrder && worse(quotedCommandsIn(wanted), bareCommandIn(wanted)) !== null);
}

const PROHIBITION =
  /^(?:but |and |also |you |we )*(?:don['’]?t|do not|never|must not|mustn['’]?t|no)\s+(?:ever |even |you |actually )*/;

/** The verb was a noun: “release notes need an update”, “empty strings should be treated as null”. */
const STATEMENT = pattern(String.raw`
      ^(?:(?!(?:the|this|that|these|those|all|every|our|my|your|everything|anything|it|them|what|whatever|which|who|so|because|if|when|before|after|
      until|and|where|since|once|to|in|on|from|for|by)\b)\S+ ){0,4}(?:is|are|was|were|should|shall|does|did|doesn['’]t|don['’]t|isn['’]t|aren['’]t|
      can['’]t|fails?|crashes|must|needs?|looks?|has|have|will|stays?|works|leaves|overlaps?|flickers?|breaks|shows|stuck|missing)\b
    `);

/** What is named in quotes or as code is no word of the sentence. */
function withoutNames(clause: string): string {
  return clause.replace(/`{1,2}[^`]+`{1,2}|"[^"]+"|“[^”]+”/g, 'it');
}

function withoutForbidden(clause: string): string {
  return clause.replace(FORBIDS_INSIDE, (match) =>
    /^(?:without|don['’]?t|do not|never|no need)/.test(match) &&
    /\b(?:ask|approv|review|confirm|permission|hook|tests?\b|checks?\b|ci\b|verif|backup|notic|wait)/.test(
      match,
    )
      ? match
      : '',
  );
}

const IDIOM_FIRST = /^(?:force|git|npm|docker|kubectl|terraform|psql|hard|nobody|no need)\b/;

const EVADING = IDIOMS.filter(({ what }) => what === 'hides what it does');

const ASKS_NOBODY =
  /^(?:but |and |please )*(?:(?:don['’]?t|dont|do not|never|without|stop) (?:bother |even )?(?:ask\w*|wait\w*|confirm\w*)|no need|no (?:approvals?|reviews?|permission|confirmation)|nobody|no one)\b/;

const PROTECTING = IDIOMS.filter(({ category }) => category === 'protections');

function idiomsIn(clause: string, idioms: typeof IDIOMS): Finding | null {
  const hit = idioms.find(({ shape }) => shape.test(clause));
  return hit === undefined ? null : told(hit.category, clause, hit.what);
}

function judgeFrame(frame: Frame): Finding | null {
  for (const { kinds, category, what, isMet } of ORDER_RULES) {
    if (kinds.some((kind) => frame.verb.kinds.has(kind)) && isMet(frame))
      return told(category === 'by-thing' ? categoryOf(frame, 'files') : category, frame.text, what);
  }
  return null;
}

/** Work on the code that changes the world too: who may do what, what runs by itself. */
const OF_THE_WORLD: ReadonlySet<string> = new Set(['persistence', 'privilege', 'network', 'secrets']);

function judgeTalk(frame: Frame): Finding | null {
  if (
    /^(?:explain|describe|document|implement|test|review|check|verify|show|tell|ask|find|search|grep|look|suggest|propose|if|fix|support|handle)$/.test(
      frame.verb.name.split(' ')[0] ?? '',
    ) &&
    !(names(frame, 'secret-file') && /^(?:review|check|look|search|grep)/.test(frame.verb.name))
  )
    return null;
  const found = judgeFrame(frame);
  return found !== null && OF_THE_WORLD.has(found.category) ? found : null;
}

/** “Fix it by dropping the database”: the way is an order too. */
function judgeBy(words: readonly string[], meant: Phrase | null): Finding | null {
  for (let at = 1; at < words.length; at++) {
    if (words[at - 1] !== 'by') continue;
    const found = verbAt(words, at);
    if (found?.verb.form === 'ing') {
      const finding = judgeFrame(frameOf(found, true, meant));
      if (finding !== null) return finding;
    }
  }
  return null;
}

const BEFORE_BASE: ReadonlySet<string> = new Set(
  listed(
    `to, so, you, we, u, and, then, just, please, lets, let's, also, simply, go, help, now, must, i'll, we'll, you'll, ll, should, can, could, will, why, not, quickly, better`,
  ),
);
const BEFORE_ING: ReadonlySet<string> = new Set(
  listed(
    `by, start, begin, try, mind, consider, suggest, about, recommend, of, through, like, for, is, involves, means, includes, with, and, approve, authorize, keep`,
  ),
);
const OTHERS: ReadonlySet<string> = new Set(
  listed(
    `it, they, he, she, user, users, admin, admins, customer, customers, which, that, who, owner, owners, member, members, visitor, visitors, client, clients, app, apps, button, page, server, code, function, test, tests, script, method`,
  ),
);

/** Orders that a sentence begins otherwise: “the plan is to wipe the server”. */
function judgeInside(words: readonly string[], meant: Phrase | null, isStatement: boolean): Finding | null {
  for (let at = 1; at < words.length; at++) {
    const before = words[at - 1] ?? '';
    const isBase = BEFORE_BASE.has(before) || (at >= 2 && before.endsWith('ly'));
    if (!isBase && !BEFORE_ING.has(before)) continue;
    if (
      /^(?:should|can|could|will|must|may)$/.test(before) &&
      (!isStatement ||
        OTHERS.has(words[at - 2] ?? '') ||
        !/^(?:you|we|i|u|someone|somebody|agent|bot)$/.test(words[at - 2] ?? ''))
    )
      continue;
    const found = verbAt(words, at);
    // “for paying customers”: it says which ones.
    if (!isBase && OTHERS.has(words[at + 1] ?? '')) continue;
    if (found === undefined || (isBase ? found.verb.form !== 'base' : found.verb.form !== 'ing')) continue;
    if (
      words
        .slice(0, at)
        .some(
          (word, index) =>
            !(word === 'if' && words[index + 1] === 'you') &&
            /^(?:when|if|whenever|that|which|who|because|button|option|able|unable|ability|how|wants?|tries|trying|not|function|endpoint|test|tests|dialog|failed|fails|forgot)$/.test(
              word,
            ),
        )
    )
      return null;
    const finding = judgeFrame(frameOf(found, true, objectOf(words.slice(0, at - 1)) ?? meant));
    if (finding !== null) return finding;
  }
  return null;
}

const AUXILIARY: ReadonlySet<string> = new Set(
  listed(
    `be, is, are, get, have, want, need, needs, like, see, must, gotta, go, can, should, has, could, needed`,
  ),
);
const PERISHABLE: readonly Thing[] = [
  'data',
  'infra',
  'own',
  'repo',
  'branch',
  'production',
  'fleet',
  'history',
  'work',
  'protection',
  'all',
  'secret',
  'trunk',
];

/** “The old backups need to be deleted”, “I want the server gone”, “the logs can go”. */
function judgePassive(words: readonly string[]): Finding | null {
  const at = words.findIndex((word) => AUXILIARY.has(word));
  if (
    at === -1 ||
    words.some((word) => /^(?:when|if|whenever|was|were|been|never|not|each)$/.test(word)) ||
    words.indexOf('that') > 0
  )
    return null;
  // “The server has to go” tells its subject first, “I want the server gone” after the verb.
  const isWish = /^(?:want|need|like|get|have|see)$/.test(words[at] ?? '') && at < 2;
  const subject = phraseOf('', isWish ? words.slice(at + 1) : words.slice(0, at));
  const isPronounOfWish = isWish && /^(?:it|this|that|them|everything)$/.test(words[at + 1] ?? '');
  if (
    !isPronounOfWish &&
    (subject.isCode || subject.isLocal || !PERISHABLE.some((thing) => subject.things.has(thing)))
  )
    return null;
  const isGone = words.slice(at).some((word, index) => {
    if (/^(?:gone|wiped|go|away|off|public|down)$/.test(word)) return index > 0;
    const found = verbAt(words, at + index)?.verb;
    return (
      found !== undefined &&
      (found.form === 'past' || (found.form === 'ing' && index === 1)) &&
      index > 0 &&
      (found.kinds.has('erase') ||
        found.kinds.has('remove') ||
        found.kinds.has('kill') ||
        found.kinds.has('overwrite') ||
        (isPronounOfWish && found.kinds.has('settle')) ||
        found.kinds.has('weaken') ||
        found.kinds.has('release'))
    );
  });
  return isGone ? told('files', words.join(' '), 'wants to be gone what may not come back') : null;
}

const HEAVY: readonly Thing[] = [
  'production',
  'secret-file',
  'protection',
  'history',
  'data',
  'trunk',
  'fleet',
  'repo',
  'own',
  'infra',
  'people',
];

/** “Yoink the production database”: a verb that nobody has told, and a thing that nobody wants to lose. */
function judgeUnknownVerb(words: readonly string[]): Finding | null {
  const [first = '', second = ''] = words;
  if (
    !/^[a-z][a-z-]+$/.test(first) ||
    !/^(?:the|my|our|your|all|every|everything|this|that|prod|production|everyone|everybody|users|customers)$/.test(
      second,
    ) ||
    NO_VERB.test(first)
  )
    return null;
  const rest = frameOf({ verb: UNKNOWN_VERB, rest: words.slice(1) }, false, null).object;
  return !rest.isCode && !rest.isLocal && HEAVY.some((thing) => rest.things.has(thing))
    ? approve('undecided', `“${words.join(' ')}” does what no rule knows to what may not come back`)
    : null;
}

const UNKNOWN_VERB: Verb = { kinds: new Set(), form: 'base', name: '', particles: [] };

const NO_VERB =
  /^(?:in|on|at|for|from|with|to|of|by|as|is|are|was|were|and|or|but|so|when|if|while|because|since|after|before|until|the|a|an|all|both|here|there|that|this|it|its|my|your|our|not|only|about|under|over|into|against|during|between|via|per|like|unlike|than|also|even|once|then|now|given|regarding|see|inside|has|have|had|does|did|do|be|been|maybe|perhaps|hopefully|currently|sometimes|note|yes|no|half|part|most|some|out|up|down|off|us|you|we|i|they|what|how|where|why|who|which|same|see|wrong|with|without|got|getting|seems?|looks?|apparently|\w+ly)$/;

/** A clause without a verb has the one before it: “the users, the orders and the backups”. */
function goesOn(words: readonly string[], before: ReadClause | null): FoundVerb | null {
  if (before === null || before.isTalk || before.verb === null || before.verb.verb.form !== 'base')
    return null;
  if (
    words.length === 0 ||
    words.length > 8 ||
    /'(?:s|re|m|ve|ll|t)$/.test(words[0] ?? '') ||
    /^(?:it|you|we|i|they|he|she|is|are|so|because|which|that|when|if|in|on|at|for|nobody|no|not|as|with|to|there|this|then|after|before|from)$/.test(
      words[0] ?? '',
    )
  )
    return null;
  if (
    words.some((word) =>
      /^(?:is|are|was|were|should|does|doesn't|has|have|can|will|needs?|keeps?|stays?|works?|fails?|looks?|leaves?)$/.test(
        word,
      ),
    )
  )
    return null;
  const phrase = phraseOf('', words);
  if (phrase.things.size === 0 && !/^(?:the|all|every|our|my|your|its|any)$/.test(words[0] ?? ''))
    return null;
  return { verb: before.verb.verb, rest: words };
}

function objectOf(words: readonly string[]): Phrase | null {
  const end = words.findIndex((word) =>
    /^(?:is|are|was|were|has|have|can|should|must|need|needs|takes?|isn't|aren't)$/.test(word),
  );
  const phrase = phraseOf('', end === -1 ? words : words.slice(0, end));
  return phrase.isPronoun || (phrase.things.size === 0 && !phrase.isCode) ? null : phrase;
}

/** Whoever answers this hands it out. */
const ASKS_SECRET = pattern(String.raw`
      ^(?:what|which|where)(?: is| are|['’]s) (?:the |your |our |my )?(?:\S+ ){0,3}(?:api[- ]?keys?|
      tokens?|passwords?|secrets?|credentials|private key|environment variables|env vars)(?: (?:in|on|
      of|from|for|stored|you|set|we) .*)?\??$|^(?:what|which) (?:\w+ )?(?:passwords?|credentials)\b.{0,25}\b(?:have|has|uses?|used)\b|^(?:tell me |show me )?what(?:['’]s| is)(?: in)? (?:the )?(?:secrets? manager|vault|keychain|password manager|value of \w+_\w+)\b
    `);

const ASKS_FILE =
  /^(?:what|which|where)\b.{0,40}\b(?:in|inside|of|from) \S*(?:\.ssh|\.env|\.aws|id_rsa|\/shadow|\.netrc|credentials)\b(?!\.example)/;

function told(category: Finding['category'], clause: string, what: string): Finding {
  return approve(category, `“${clause}” ${what}`);
}
