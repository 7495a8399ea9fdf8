import {
  CODE_NOUN,
  EVERYDAY_OBJECTS,
  FORBIDS,
  FORBIDS_INSIDE,
  GRAVE_VERBS,
  LIGHT_VERBS,
  ORDER_RULES,
  OTHER_HARMLESS,
  OTHER_LANGUAGES,
  POLITE,
  QUESTION,
  SPLIT_VERB,
  TALK_VERBS,
  WORK_VERBS,
} from './instruction-words.ts';
import { pattern } from './pattern.ts';
import { isProgram } from './programs.ts';
import { judgeScript } from './script.ts';
import { approve, type Finding, undecided, worse, worst } from './verdict.ts';

/** A brief of many pages is no instruction that a gate can weigh. */
const MAX_CHARACTERS = 64 * 1024;
const MAX_CLAUSES = 2_000;

/**
 * What an agent would be asked to do. The text comes apart into clauses; one that asks, forbids or is about the code orders nothing, and what
 * is left is compared with the orders that take a person. Commands that the text wants run are judged as a shell would run them.
 */
export function judgeInstruction(text: string): Finding | null {
  if (text.length > MAX_CHARACTERS) return undecided('the text is longer than anybody reads');
  if (text.startsWith('!')) return judgeScript(text.slice(1));
  const plain = text.normalize('NFKC').replace(HIDDEN_CHARACTERS, '');
  if (looksLikeCommand(plain)) {
    const found = judgeScript(plain);
    if (found !== null && found.category !== 'undecided') return found;
  }
  const { prose, blocks } = withoutBlocks(plain);
  let found = worst(blocks, ({ code, before }) =>
    isMention(lastClause(before)) ? null : certain(judgeScript(code)),
  );
  let count = 0;
  for (const sentence of sentencesOf(prose)) {
    let isTalk = false;
    let verb = '';
    const orders: string[] = [];
    for (const clause of clausesOf(sentence)) {
      count += 1;
      if (count > MAX_CLAUSES) return worse(found, undecided('the text is longer than anybody reads'));
      // “delete the build and the database”: what has no verb of its own goes with the one before it.
      const isThing = !isTalk && verb !== '' && /^(?:the|all|every|our|my|your|its|any)\s/i.test(clause);
      const read = readClause(isThing ? `${verb} ${clause}` : clause, isTalk);
      if (!isThing) verb = verbOf(clause);
      isTalk = read.isTalk;
      if (read.order !== undefined) orders.push(read.order);
      found = worse(found, read.found);
      if (found?.verdict === 'refuse') return found;
    }
    // What comes in one clause and is run in the next: “download it and run it”.
    if (found === null && orders.length > 1) found = judgeOrder(orders.join(' and '));
  }
  return found;
}

/** Characters that print nothing and keep words from being found. */
const HIDDEN_CHARACTERS = /[\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2064\uFEFF]/g;

/** Not what nobody can tell: in prose nearly every word is a program nobody knows. */
function certain(found: Finding | null): Finding | null {
  return found === null || found.category === 'undecided' ? null : found;
}

/** Its first word is a program, and what follows looks like no sentence. */
function looksLikeCommand(text: string): boolean {
  const first = /^\s*(?:[A-Z_]+=\S+\s+)*([\w./~-]+)/.exec(text)?.[1] ?? '';
  const name = first.slice(first.lastIndexOf('/') + 1);
  if (/^\s*(?::\(\)|>\s*\/)/.test(text)) return true;
  if (!isProgram(name) && !name.startsWith('mkfs'))
    return /^\s*(?:drop|truncate|delete)\s+(?:table|database|from|schema)\b/i.test(text) && text.length < 200;
  return (
    first === first.toLowerCase() &&
    (/(?:^|\s)-{1,2}\w|[|;&<>$`]|\s\/|~/.test(text) || text.trim().split(/\s+/).length <= 3) &&
    !pattern(
      String.raw`
        ^(?:kill|make|find|drop|test|time|set|watch|open|look|view|type|split|sort|join|write|read|
        format|clear|reset|move|install|patch|touch|file|cut|paste|head|tail|expand|link|source|service|
        screen|at|batch|shutdown|stop|end|done|continue|break|wait|let|exit|return|help|please|run|
        serve|next|less|more|remove|delete|erase|security|pass|history|script|fold|column|age|up|task|
        just|say|note|last|who|which|what)\s+(?:the|a|an|all|this|that|my|our|your|it|sure|out|up|every|
        any|me|us|production|prod|is|are|at|for|with|on|in|how|why|if)\b
      `,
      'i',
    ).test(text)
  );
}

type Block = { readonly code: string; readonly before: string };

const SHELL_LANGUAGE = /^(?:|sh|bash|shell|zsh|console|terminal|shellsession|cmd|powershell|ps1|sql)$/i;

/** Fenced blocks apart from the prose around them; those in a language of code are no commands. */
function withoutBlocks(text: string): { readonly prose: string; readonly blocks: readonly Block[] } {
  const blocks: Block[] = [];
  const prose = text.replace(
    /```([\w-]{0,20})[^\n]{0,80}\n([\s\S]*?)(?:```|$)/g,
    (_, language: string, code: string, at: number) => {
      if (SHELL_LANGUAGE.test(language))
        blocks.push({
          code: code.replace(/^\s*[$>]\s+/gm, ''),
          before: text.slice(Math.max(0, at - 300), at),
        });
      return '\n';
    },
  );
  return { prose, blocks };
}

function lastClause(text: string): string {
  return (
    text
      .trim()
      .split(/[.!?\n]/)
      .findLast((each) => each.trim() !== '')
      ?.trim() ?? ''
  );
}

/** A text in which a block is shown, not run. */
function isMention(clause: string): boolean {
  const bare = clause.toLowerCase().replace(POLITE, '');
  return (
    FORBIDS.test(bare) ||
    QUESTION.test(bare) ||
    pattern(String.raw`
        \b(?:output|error|log|log line|fails? with|failed with|got|gives?|prints?|looks? like|example|
        instead of|rather than|don['’]?t|do not|never|says?|documented|mentions?|replace)\b
      `).test(bare) ||
    (TALK_VERBS.test(bare) && !/\b(?:run|execute|then)\b/.test(bare))
  );
}

/** Quoted words are names of things; a dot inside a word ends nothing. */
function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[^.][.!?])\s+(?=\S)|\n+|[;。！？；]/).filter((each) => /\S/.test(each));
}

/** Whoever answers this hands it out. */
const ASKS_SECRET = pattern(String.raw`
      ^(?:what|which|where)(?: is| are|['’]s) (?:the |your |our |my )?(?:\S+ ){0,3}(?:api[- ]?keys?|
      tokens?|passwords?|secrets?|credentials|private key|environment variables|env vars)(?: (?:in|on|
      of|from|for|stored|you|set|we) .*)?\??$
    `);

const ASKS_FILE =
  /^(?:what|which|where)\b.{0,40}\b(?:in|inside|of|from) \S*(?:\.ssh|\.env|\.aws|id_rsa|\/shadow|\.netrc|credentials)\b(?!\.example)/;

/** Stands around the number of a code in backticks while a sentence comes apart. */
const MARK = '\uE002';

/** Where a new order may begin: after a comma, a dash, “then”, or “and” with a verb behind it. Backticked words stay whole. */
function clausesOf(sentence: string): readonly string[] {
  const codes: string[] = [];
  const masked = sentence.replace(/`{1,2}[^`]+`{1,2}|"[^"]+"|“[^”]+”/g, (code) => {
    codes.push(code);
    return `${MARK}${codes.length - 1}${MARK}`;
  });
  return masked
    .split(
      pattern(
        String.raw`
          ,\s+(?:and\s+|but\s+|or\s+)?(?:then\s+)?|\s+(?:and|or|but)\s+(?:then|afterwards|after that|
          finally|also|now|please|immediately|just)\s+|\s+then\s+|\s*(?:→|—|–|->|=>)\s*|\s+(?:and|or|
          but|&|\+)\s+(?=[a-z\uE002])|:\s+|\s+-\s+|，|、
        `,
        'i',
      ),
    )
    .map((each) =>
      each.replace(/\uE002(\d+)\uE002/g, (_, index: string) => codes[Number(index)] ?? '').trim(),
    )
    .filter((each) => each !== '');
}

function verbOf(clause: string): string {
  return /^[a-z-]+/.exec(clause.toLowerCase().replace(POLITE, ''))?.[0] ?? '';
}

type ReadClause = {
  readonly found: Finding | null;
  /** The next clause goes on with what this one talks about, unless it begins with an order. */
  readonly isTalk: boolean;
  /** The words of an order, if it is one. */
  readonly order?: string;
};

function readClause(clause: string, isTalk: boolean): ReadClause {
  const lower = clause.toLowerCase().replace(/(?<!\w)[“”"*_~]{1,3}(?=\w)|(?<=\w)[“”"*_~]{1,3}(?!\w)/g, '');
  const isAllTalk = isTalk && (/^["“]/.test(clause) || !beginsOrder(lower));
  const bare = lower.replace(POLITE, '').trim();
  if (isAllTalk) return { found: null, isTalk: true };
  if (FORBIDS.test(bare) || FORBIDS.test(lower)) return { found: null, isTalk: true };
  if (QUESTION.test(bare))
    return {
      found:
        ASKS_SECRET.test(bare) || ASKS_FILE.test(bare) ? told('secrets', bare, 'asks for a secret') : null,
      isTalk: true,
    };
  const names = withoutNames(clause).toLowerCase().replace(POLITE, '').trim();
  if (TALK_VERBS.test(bare)) return { found: PURE_TALK.test(bare) ? null : overrides(names), isTalk: true };
  if (OTHER_HARMLESS.test(lower)) return { found: null, isTalk: true };
  const other = OTHER_LANGUAGES.find(({ shape }) => shape.test(lower));
  if (other !== undefined) return { found: told(other.category, lower, other.what), isTalk: false };
  const order = bare
    .replace(/`{1,2}[^`]*\s[^`]*`{1,2}/g, 'it')
    .replace(FORBIDS_INSIDE, (match) =>
      /^(?:without|don['’]?t|do not|never)/.test(match) &&
      /\b(?:ask|approv|review|confirm|permission|hook|tests?\b|checks?\b|ci\b|verif|backup)/.test(match)
        ? match
        : '',
    );
  if (WISHES.test(bare) && RULED_OUT.test(bare)) return { found: null, isTalk: true };
  const commands = WISHES.test(bare) ? null : commandsIn(clause);
  return {
    found: worse(worse(commands, judgeOrder(order)), judgeVerb(order)),
    isTalk: false,
    order,
  };
}

/** Not what is to be run, but how things are to be afterwards. */
const WISHES = /^(?:make sure|ensure|see to it|i (?:need|want)|it should|there should)\b/;

/** It must not happen. */
const RULED_OUT = pattern(String.raw`
      \b(?:never|cannot|can['’]t|not|no longer|rejected|refused|blocked|caught|denied|prevented|escaped|
      forbidden|impossible|ignored|masked|hidden|redacted)\b
    `);

/** What is named in quotes or as code is no word of the sentence. */
function withoutNames(clause: string): string {
  return clause.replace(/`{1,2}[^`]+`{1,2}|"[^"]+"|“[^”]+”/g, 'it');
}

/** With these it is never the agent that does what the clause names. */
const PURE_TALK = pattern(String.raw`
      ^(?:write|implement|explain|describe|document|refactor|rename (?!the (?:repo|repository|organi))|
      test|review|check|verify|investigate|debug|look(?! up)|search|grep|summari[sz]e|compare|design|
      draft|propose|suggest|think|extract|convert|reject|block|refuse|detect|warn|validate|mark|comment|
      annotate|analy[sz]e|figure|study|learn|translate|cover|assert|mock|stub|simulate|reproduce|
      outline|sketch|audit|inspect|understand|note|mention|teach|evaluate|estimate|assess|quote|
      highlight|tell me (?:what|how|why|whether|if|when|which)|show (?:me (?:how|what|why|where|which)|
      a|an|the)|display|ask|remind|give me|walk me|help me understand|if|whenever)\b
    `);

const OVERRIDING: ReadonlySet<string> = new Set([
  'github',
  'database',
  'privilege',
  'persistence',
  'network',
  'publishing',
  'protections',
  'exhaustion',
  'cloud',
]);

/** Work that changes the world and not only the code: who may do what, what runs by itself, what the world sees. */
function overrides(clause: string): Finding | null {
  for (const { category, what, shape } of ORDER_RULES) {
    if ((!OVERRIDING.has(category) && what !== 'rewrites history') || what === 'goes around a protection')
      continue;
    const match = shape.exec(clause);
    if (match !== null && !isAboutCode(clause, match.index, match[0], category))
      return told(category, clause, what);
  }
  return null;
}

function judgeVerb(clause: string): Finding | null {
  return GRAVE_VERBS.some(([shape]) => shape.test(clause)) ? judgeGraveVerb(clause) : judgeSplitVerb(clause);
}

function judgeGraveVerb(clause: string): Finding | null {
  for (const [shape, category, what] of GRAVE_VERBS) {
    const verb = shape.exec(clause)?.[0];
    if (verb === undefined) continue;
    const rest = clause.slice(verb.length).trim();
    if (STATEMENT.test(rest) || isEverydayObject(rest, LIGHT_VERBS.test(clause))) return null;
    return told(category, clause, what);
  }
  return null;
}

/** The verb was a noun: “upload progress should be shown”. */
const STATEMENT = pattern(String.raw`
      ^(?!.*\b(?:what|whatever|everything|all|anything|that|which|who)\b)(?:\S+ ){1,4}(?:is|are|was|
      were|should|does|did|doesn['’]t|fails?|crashes|must|needs|looks?|has)\b
    `);

const PRONOUN =
  /^(?:it|this|that|them|those|these|everything|all|all of (?:it|them))?(?: (?:now|please|again|too))?$/;

/** `turn`, `take` and `bring` alone say nothing; with `off`, `down` or `away` they end something. */
function judgeSplitVerb(clause: string): Finding | null {
  const match = SPLIT_VERB.exec(clause);
  if (match === null || !/(?: off| down| away)\b|^pull the plug/.test(match[0])) return null;
  const thing = (match[1] ?? '').replace(/^(?:off|down|away) /, '');
  return isEverydayObject(thing, true) ? null : told('system', clause, 'takes something down');
}

function isEverydayObject(rest: string, isLight: boolean): boolean {
  if (PRONOUN.test(rest)) return isLight && !/^(?:everything|all)/.test(rest) && rest !== '';
  if (/^(?:the )?`[^`]*`/.test(rest)) return !/^(?:the )?`(?:\/|~|\.\.|[^`]*\s-)/.test(rest);
  // “Release notes”, “the approve button”: the verb is part of a name.
  if (CODE_NOUN.test(/^[\w-]+/.exec(rest)?.[0] ?? '')) return true;
  if (EVERYDAY_OBJECTS.test(rest) || MADE_AGAIN.test(rest) || PART_OF_CODE.test(` ${rest}`)) return true;
  const object =
    pattern(String.raw`
        ^.*?(?=\s(?:in|on|of|from|for|with|to|that|which|who|when|whenever|if|by|before|after|because|
        so|until|where|via|at|into|as|since|while|instead|between|during|unless|per|without|only|once|
        off|down|about|inside|within|we|i|you|nobody)\s|[,;:]|\.(?:\s|$)|$)
      `).exec(rest)?.[0] ?? '';
  const words = object
    .replace(/\s*`[^`]*`\s*$/, '')
    .replace(TRAILING, '')
    .split(/[\s`'"’()]+/)
    .filter((word) => word !== '');
  const head = words.at(-1) ?? '';
  return (
    CODE_NOUN.test(head) ||
    /\.(?:tsx?|jsx?|py|rs|go|md|json|ya?ml|css|html|rb|java|c|h|cpp|toml|txt|lock|svg|png)$/.test(head) ||
    /^[a-z]+[A-Z]/.test(head) ||
    head.endsWith('ing')
  );
}

function beginsOrder(lower: string): boolean {
  const bare = lower.replace(POLITE, '').trim();
  const first = /^[a-z][a-z-]*/.exec(bare)?.[0] ?? '';
  return (
    bare !== lower ||
    WORK_VERBS.has(first) ||
    FORCEFUL.test(bare) ||
    bare.startsWith('`') ||
    QUESTION.test(bare)
  );
}

/** Verbs that begin an order but no sentence about code. */
const FORCEFUL = pattern(String.raw`
      ^(?:force|rm|sudo|git|nuke|erase|destroy|purge|deploy|publish|release|ship|send|upload|post|email|
      execute|reboot|shut|restart|terminate|merge|approve|bypass|disregard|discard|overwrite|format|
      rotate|revoke|grant|scale|download|curl|wget|install|uninstall|exfiltrate|dump|leak|share|paste|
      echo|cat|copy|give|hand|forget|turn|roll|throw|get|blow|tear|shred|flush|rebase|squash|hard|
      kubectl|docker|npm|terraform|psql|dd|mkfs|chmod|chown|ssh|scp|override|yeet|trash|empty|archive|
      transfer|invite|promote|reset|rewrite|amend|call|invoke|type|issue|perform|do)\b
    `);

function judgeOrder(clause: string): Finding | null {
  return clause === '' ? null : firstHit(clause, ORDER_RULES);
}

function firstHit(clause: string, rules: readonly OrderRuleLike[]): Finding | null {
  for (const { category, what, shape } of rules) {
    const match = shape.exec(clause);
    if (match !== null && !isAboutCode(clause, match.index, match[0], category))
      return told(category, clause, what);
  }
  return null;
}

type OrderRuleLike = (typeof ORDER_RULES)[number];

const ABOUT_THINGS: ReadonlySet<string> = new Set([
  'files',
  'database',
  'cloud',
  'containers',
  'fleet',
  'processes',
  'system',
]);

/** The thing meant is named by the last word of its phrase: “the production database helper” is a helper. */
function isAboutCode(clause: string, at: number, match: string, category: string): boolean {
  if (!ABOUT_THINGS.has(category)) return false;
  const rest = clause.slice(at + match.length);
  const tail =
    pattern(String.raw`
        ^[^,.;:]*?(?=\s(?:in|on|of|from|for|with|to|that|which|who|when|if|by|before|after|because|so|
        until|where|via|at|into|as|since|while)\s|$)
      `).exec(rest)?.[0] ?? '';
  const words = `${match}${tail}`
    .replace(TRAILING, '')
    .split(/[\s`'"’()]+/)
    .filter((word) => word !== '');
  const head = words.at(-1) ?? '';
  if (words.length > 2 && CODE_NOUN.test(head) && tail.trim() !== '') return true;
  if (
    /\b(?:production|prod|live|staging|customers?)\b/.test(clause) &&
    !/\b(?:production|prod) (?:build|bundle|mode|config|code)\b/.test(clause)
  )
    return false;
  return MADE_AGAIN.test(words.join(' ')) || PART_OF_CODE.test(clause.slice(at));
}

const TRAILING = pattern(String.raw`
      \s+(?:now|please|too|entirely|completely|again|as well|first|instead|altogether|everywhere|there|
      here|asap|today|later|early|safely|gracefully)$
    `);

/** What the next build or test makes again. */
const MADE_AGAIN = pattern(String.raw`
      (?:^| )(?:dist|build|out|target|coverage|node_modules|caches?|\.?next|\.?cache|temp|temporary|tmp|
      generated|empty|__pycache__|\.?venv|artifacts?|output)(?:\/|$| (?:folder|director(?:y|ies)|dir|
      outputs?|artifacts?|files?|cache)\b)
    `);

/** Said of a thing, it lies in the code and not in the world. */
const PART_OF_CODE = pattern(String.raw`
      \b(?:in|from|of|to|inside|within|between|on) (?:the |this |that |our |your |each |
      every )?(?:\S+ )?(?:tests?|test suite|test run|runs|fixtures?|readme|docs?|comments?|function|
      component|class|module|file|stylesheet|css|code|codebase|package\.json|tsconfig|config|example|
      story|mock|state|form|array|list|map|object|string|output|response|if|else|switch|aftereach|
      beforeeach|afterall|beforeall|teardown|setup|useeffect|page|panel|view|screen|header|footer|
      sidebar|navigation|menu|jest folder|promise|unmount|submit|logout|\S+\.(?:ts|tsx|js|jsx|py|rs|go|
      md|json|ya?ml|css|html|rb|java|c|h|cpp|toml))(?:\b|$)
    `);

/** Commands that stand in an order: in backticks, or bare with a program's name first. */
function commandsIn(clause: string): Finding | null {
  const isRun =
    /\b(?:run|runs|running|execute|executing|exec|call|invoke|use|using|try|type|issue|do|with|via|apply|launch|start|perform|enter)\b\s*[^`"“]*[`"“]|^[`"“]|^(?:please |now |then |just )*[`"“]/i.test(
      clause,
    );
  const quoted = [...clause.matchAll(/`{1,2}([^`]+)`{1,2}|"([^"]+)"|“([^”]+)”/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  );
  const fromQuotes = isRun ? worst(quoted, (code) => certain(judgeScript(code))) : null;
  const bare = clause.replace(/`{1,2}[^`]+`{1,2}/g, ' ');
  const at = BARE_COMMAND.exec(bare);
  const fromBare =
    at === null
      ? null
      : certain(
          judgeScript(
            bare
              .slice(at.index + (at[1]?.length ?? 0))
              .replace(/[.!?]+$/, '')
              .replace(/\s+(?:please|now|asap|thanks|immediately)$/i, ''),
          ),
        );
  return worse(fromQuotes, fromBare);
}

const BARE_COMMAND = pattern(
  String.raw`
      (^|\s|["'“(])(?=(?:sudo\s+\w|rm\s+-|\/bin\/rm|git\s+(?:push|reset|clean|checkout|restore|branch|
      stash|rebase|filter-|update-ref|reflog|gc|tag|remote|config|commit)\s+\S*[-+:.]|
      git\s+stash\s+(?:drop|clear)|curl\s+\S|wget\s+\S|docker\s+(?:system|volume|rm|run|push|kill|
      compose)|kubectl\s+\w|terraform\s+\w|helm\s+\w|aws\s+\w+\s|gcloud\s+\w|az\s+\w+\s|gh\s+(?:repo|pr|
      api|secret|release|auth|workflow)\s|npm\s+(?:publish|unpublish|token|owner|deprecate)|
      chmod\s+[-\d+a-z]|chown\s|dd\s+(?:if|of)=|mkfs|kill\s+-|pkill\s|killall\s|crontab\s|scp\s|rsync\s|
      nc\s+-|psql\s|mysql\s|redis-cli\s|dropdb\s|shred\s+-|shutdown\s+-|systemctl\s|tmux\s+kill|eval\s|
      bash\s+-c|sh\s+-c|python3?\s+-c|node\s+-e|cat\s+[~/.]|printenv|find\s+\S+\s+-))
    `,
  'i',
);

function told(category: Finding['category'], clause: string, what: string): Finding {
  return approve(category, `“${clause}” ${what}`);
}
