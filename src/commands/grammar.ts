import {
  err,
  LOCK_FOR_MAX_MS,
  LOCK_FOR_MIN_MS,
  ok,
  PRIORITIES,
  type Priority,
  parseRepo,
  parseTaskLabel,
  type RepoName,
  type Result,
  STRATEGIES,
  type Strategy,
  strategyNamed,
  type TaskId,
  WATCH_FOR_MAX_MS,
  WATCH_FOR_MS,
} from '../domain/index.ts';
import { HELP, type Topic, topicNamed } from './help-texts.ts';
import type { Refusal } from './request.ts';
import { type Target, targetFromWords } from './target.ts';

/** A request in words, understood but neither allowed nor done. `task: null`: the task of the thread it was said in. */
export type Command =
  | { readonly kind: 'help'; readonly topic: Topic | null }
  | { readonly kind: 'open-add-form'; readonly brief: string }
  | {
      readonly kind: 'add';
      readonly brief: string;
      readonly repo: RepoName | null;
      readonly priority: Priority;
      readonly agent: string | null;
      readonly host: string | null;
    }
  | { readonly kind: 'status'; readonly task: TaskId | null }
  | { readonly kind: 'queue' }
  | { readonly kind: 'observe'; readonly host: string }
  /** No sessions: every one that can be. */
  | { readonly kind: 'adopt'; readonly host: string; readonly sessions: readonly string[] }
  | { readonly kind: 'explain'; readonly target: Target }
  | {
      readonly kind: 'snapshot';
      readonly target: Target;
      /** Null: what is to be seen. */
      readonly lines: number | null;
      readonly isTextOnly: boolean;
    }
  | { readonly kind: 'watch'; readonly target: Target; readonly forMs: number }
  /** `host: null`: all of them. */
  | { readonly kind: 'health'; readonly host: string | null }
  | { readonly kind: 'cancel' | 'retry' | 'restart' | 'unlock'; readonly task: TaskId | null }
  /** `forMs: null`: until somebody unlocks it. */
  | { readonly kind: 'lock'; readonly task: TaskId | null; readonly forMs: number | null }
  /** Null: all of them. */
  | { readonly kind: 'strategies'; readonly strategy: Strategy | null }
  /** `why: null`: no reason was given. */
  | { readonly kind: 'pause'; readonly why: string | null }
  | { readonly kind: 'resume' }
  | { readonly kind: 'decisions'; readonly task: TaskId | null }
  | { readonly kind: 'approvals' }
  | { readonly kind: 'answer'; readonly approval: string; readonly choice: string }
  | { readonly kind: 'hosts-list' }
  | {
      readonly kind: 'hosts-add';
      readonly name: string;
      readonly ssh: string | null;
      readonly port: number | null;
      readonly capacity: number | null;
    }
  | { readonly kind: 'hosts-refresh' }
  | { readonly kind: `hosts-${HostChange}`; readonly name: string }
  | { readonly kind: 'projects-list' }
  | {
      readonly kind: 'projects-add';
      readonly repo: RepoName;
      readonly cloneUrl: string | null;
      readonly branch: string | null;
      readonly agent: string | null;
    };

/** What people do with a host that there is. */
export type HostChange = (typeof HOST_CHANGES)[number];

const HOST_CHANGES = ['drain', 'resume', 'exclude', 'include', 'accept', 'remove'] as const;

/**
 * Reads what follows `/fleet`. The text of `add` is kept to the letter: flags are read only before it and after it,
 * and after a `--` standing alone nothing is a flag. A text wholly in double quotes loses the quotes.
 */
export function parseCommand(words: string): Result<Command, Refusal> {
  const { head: verb, rest } = splitHead(words);
  switch (verb.toLowerCase()) {
    case '':
    case 'help':
      return parseHelp(rest);
    case 'add':
      return parseAdd(rest);
    case 'status':
      return parseOptionalTask(rest, 'status', (task) => ({ kind: 'status', task }));
    case 'queue':
      return ok({ kind: 'queue' });
    case 'observe':
      return parseObserve(rest);
    case 'adopt':
      return parseAdopt(rest);
    case 'explain':
      return parseExplain(rest);
    case 'snapshot':
      return parseSnapshot(rest);
    case 'watch':
      return parseWatch(rest);
    case 'health':
      return parseHealth(rest);
    case 'cancel':
    case 'retry':
    case 'restart':
    case 'unlock': {
      const kind = verb.toLowerCase() as 'cancel' | 'retry' | 'restart' | 'unlock';
      return parseOptionalTask(rest, kind, (task) => ({ kind, task }));
    }
    case 'lock':
      return parseLock(rest);
    case 'strategies':
      return parseStrategies(rest);
    case 'pause':
      return parsePause(rest);
    case 'resume':
      return rest.trim() === ''
        ? ok({ kind: 'resume' })
        : bad('`resume` lets the director go on and takes nothing after it; a host: `hosts resume dev1`.');
    case 'decisions':
      return parseOptionalTask(rest, 'decisions', (task) => ({ kind: 'decisions', task }));
    case 'approvals':
      return ok({ kind: 'approvals' });
    case 'answer':
      return parseAnswer(rest);
    case 'hosts':
      return parseHosts(rest);
    case 'projects':
      return parseProjects(rest);
    default:
      return bad(`I don't know \`${clip(verb)}\`. Try \`help\` for everything I can do.`);
  }
}

/** Whether a text begins with a word of the grammar; in a thread anything else is for the agent. */
export function startsWithVerb(words: string): boolean {
  return HELP.some((topic) => topic.verb === splitHead(words).head.toLowerCase());
}

/**
 * Puts the words of a command line back into one text that reads as they stood: flags first, then `--`, then the rest to the letter.
 * A shell has taken the quotes off already, so a word with blanks in it is one value. As in chat, flags stand before or after the text of `add`.
 */
export function wordsFromArgv(argv: readonly string[]): string {
  const [verb = '', ...rest] = argv;
  if (verb.toLowerCase() !== 'add') return [verb, ...rest.map(asValue)].join(' ');
  const before = flagsAtStart(rest);
  const left = rest.slice(before.length);
  const isVerbatim = left[0] === '--';
  const after = isVerbatim ? [] : flagsAtEnd(left);
  const text = left.slice(isVerbatim ? 1 : 0, left.length - after.length).join(' ');
  const flags = [...before, ...after].map(asValue).join(' ');
  // A flag without a value has to stand last to be seen as one.
  const missesValue = /^--[a-z]/.test(after.at(-1) ?? '') && !(after.at(-1) ?? '').includes('=');
  if (missesValue || text === '') return ['add', text, flags].filter((part) => part !== '').join(' ');
  return `add ${flags === '' ? '' : `${flags} `}-- ${text}`;
}

const isFlag = (word: string): boolean => /^--[A-Za-z][A-Za-z-]*(?:=\S*)?$/.test(word);

const asValue = (word: string): string => (word === '' || /\s/.test(word) ? `"${word}"` : word);

function flagsAtStart(words: readonly string[]): readonly string[] {
  let end = 0;
  for (let word = words[end]; word !== undefined && isFlag(word); word = words[end]) {
    end += word.includes('=') || end + 1 === words.length ? 1 : 2;
  }
  return words.slice(0, end);
}

function flagsAtEnd(words: readonly string[]): readonly string[] {
  let start = words.length;
  for (;;) {
    const last = words[start - 1] ?? '';
    const before = words[start - 2] ?? '';
    if (isFlag(last) && (last.includes('=') || start === words.length)) start -= 1;
    else if (isFlag(before) && !before.includes('=')) start -= 2;
    else return words.slice(start);
  }
}

function parseHelp(rest: string): Result<Command, Refusal> {
  if (rest.trim() === '') return ok({ kind: 'help', topic: null });
  const topic = topicNamed(rest.trim().replace(/^\//, ''));
  return topic === null
    ? bad(`There is no help on \`${clip(rest.trim())}\`. Try \`help\` alone.`)
    : ok({ kind: 'help', topic });
}

const ADD_FLAGS = ['repo', 'priority', 'agent', 'host'] as const;

function parseAdd(rest: string): Result<Command, Refusal> {
  const split = splitFlags(rest, ADD_FLAGS);
  if (!split.ok) return split;
  const { flags, text } = split.value;
  const brief = unquote(text);
  if (brief === '' && flags.size === 0) return ok({ kind: 'open-add-form', brief: '' });
  if (brief === '')
    return bad('What should the agent do? Write it after `add`: `add Fix the login test --repo owner/name`.');

  const repoWord = flags.get('repo');
  const repo = repoWord === undefined ? ok(null) : parseRepo(repoWord);
  if (!repo.ok)
    return bad(`\`${clip(repoWord ?? '')}\` is not a repository. Write it as \`--repo owner/name\`.`);

  const priorityWord = flags.get('priority')?.toLowerCase() ?? 'medium';
  const priority = PRIORITIES.find((each) => each === priorityWord);
  if (priority === undefined) {
    return bad(`\`${clip(priorityWord)}\` is not a priority. Use one of ${PRIORITIES.join(', ')}.`);
  }
  return ok({
    kind: 'add',
    brief,
    repo: repo.value,
    priority,
    agent: flags.get('agent') ?? null,
    host: flags.get('host') ?? null,
  });
}

function parseOptionalTask(
  rest: string,
  verb: string,
  build: (task: TaskId | null) => Command,
): Result<Command, Refusal> {
  if (rest.trim() === '') return ok(build(null));
  const task = parseTaskLabel(rest);
  return task === null
    ? bad(`\`${clip(rest.trim())}\` is not a task. Write its number: \`${verb} T12\`.`)
    : ok(build(task));
}

function parseAdopt(rest: string): Result<Command, Refusal> {
  const [host, ...sessions] = wordsOf(rest);
  return host === undefined
    ? bad('Name a host, and the sessions if not all of them: `adopt dev1 main`.')
    : ok({ kind: 'adopt', host, sessions });
}

function parseObserve(rest: string): Result<Command, Refusal> {
  const [host, ...more] = wordsOf(rest);
  if (host === undefined || more.length > 0) return bad('Name one host: `observe dev1`.');
  return ok({ kind: 'observe', host });
}

function parseExplain(rest: string): Result<Command, Refusal> {
  const target = targetFromWords(wordsOf(rest));
  return target === null
    ? bad('Name one session: `explain T12`, `explain main` or `explain dev1 main`.')
    : ok({ kind: 'explain', target });
}

export const SNAPSHOT_LINES_MAX = 10_000;

function parseSnapshot(rest: string): Result<Command, Refusal> {
  const isTextOnly = /(?:^|\s)(?:--|—|–)text(?=\s|$)/.test(rest);
  const words = wordsOf(rest.replace(/(?:^|\s)(?:--|—|–)text(?=\s|$)/, ' '));
  const { named, count } = takeLineCount(words);
  const lines = count === null ? null : Number(count);
  if (lines !== null && (!/^\d+$/.test(count ?? '') || lines < 1 || lines > SNAPSHOT_LINES_MAX)) {
    return bad(`A snapshot has 1 to ${SNAPSHOT_LINES_MAX} lines: \`snapshot T12 200 lines\`.`);
  }
  const target = targetFromWords(named);
  return target === null
    ? bad('Name one session: `snapshot T12` or `snapshot dev1 main 200 lines`.')
    : ok({ kind: 'snapshot', target, lines, isTextOnly });
}

/** `200 lines`, `--lines 200`, or a bare number behind a task or behind host and session. A session may be called `2`. */
function takeLineCount(words: readonly string[]): {
  readonly named: readonly string[];
  readonly count: string | null;
} {
  const [last = '', before = ''] = words.toReversed();
  const flag = /^(?:--|—|–)lines(?:=(.*))?$/;
  const inOne = flag.exec(last)?.[1];
  if (inOne !== undefined) return { named: words.slice(0, -1), count: inOne };
  if (flag.test(before)) return { named: words.slice(0, -2), count: last };
  if (/^lines?$/i.test(last) && /^-?\d+$/.test(before)) return { named: words.slice(0, -2), count: before };
  const isBare = words.length === 3 || (words.length === 2 && /^[Tt#]\d+$/.test(before));
  return isBare && /^-?\d+$/.test(last)
    ? { named: words.slice(0, -1), count: last }
    : { named: words, count: null };
}

function parseWatch(rest: string): Result<Command, Refusal> {
  const timed = /(?:^|\s)for\s+(\d+)\s*(s|sec|seconds?|m|min|minutes?)\s*$/i.exec(rest);
  const target = targetFromWords(wordsOf(timed === null ? rest : rest.slice(0, timed.index)));
  if (target === null) return bad('Name one session: `watch dev1 main` or `watch T12 for 10m`.');
  const unit = timed?.[2]?.toLowerCase().startsWith('s') ? 1000 : 60_000;
  const forMs = timed === null ? WATCH_FOR_MS : Number(timed[1]) * unit;
  if (forMs < 1000 || forMs > WATCH_FOR_MAX_MS) {
    return bad(`A watch lasts 1 s to ${WATCH_FOR_MAX_MS / 60_000} min: \`watch dev1 main for 10m\`.`);
  }
  return ok({ kind: 'watch', target, forMs });
}

const SPAN_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseLock(rest: string): Result<Command, Refusal> {
  const timed = /(?:^|\s)for(?:\s+(.*))?$/is.exec(rest);
  const forMs = timed === null ? null : spanMs(timed[1] ?? '');
  if (forMs === undefined || (forMs !== null && (forMs < LOCK_FOR_MIN_MS || forMs > LOCK_FOR_MAX_MS))) {
    return bad(
      `A lock lasts ${LOCK_FOR_MIN_MS / 60_000} min to ${LOCK_FOR_MAX_MS / 86_400_000} days: \`lock T12 for 3h\`. Without \`for\` it holds until \`unlock\`.`,
    );
  }
  const named = timed === null ? rest : rest.slice(0, timed.index);
  return parseOptionalTask(named, 'lock', (task) => ({ kind: 'lock', task, forMs }));
}

/** `30m`, `3 hours`, `2d`. undefined: none of these. */
function spanMs(words: string): number | undefined {
  const match = /^(\d+)\s*(m|min|minutes?|h|hours?|d|days?)$/i.exec(words.trim());
  const unitMs = SPAN_UNITS_MS[match?.[2]?.charAt(0).toLowerCase() ?? ''];
  return unitMs === undefined ? undefined : Number(match?.[1]) * unitMs;
}

const PAUSE_WHY_MAX = 300;

function parsePause(rest: string): Result<Command, Refusal> {
  const why = unquote(rest.trim()).replace(/\s+/g, ' ');
  return why.length > PAUSE_WHY_MAX
    ? bad(`A reason has ${PAUSE_WHY_MAX} characters at most: \`pause deploying the shop\`.`)
    : ok({ kind: 'pause', why: why === '' ? null : why });
}

function parseHealth(rest: string): Result<Command, Refusal> {
  const [host, ...more] = wordsOf(rest);
  return more.length > 0
    ? bad('Name one host, or none for all of them: `health dev1`.')
    : ok({ kind: 'health', host: host ?? null });
}

function parseStrategies(rest: string): Result<Command, Refusal> {
  const name = unquote(rest.trim());
  if (name === '') return ok({ kind: 'strategies', strategy: null });
  const strategy = strategyNamed(name);
  return strategy === null
    ? bad(
        `There is no strategy \`${clip(name)}\`. Name one by its number, 1 to ${STRATEGIES.length}, or as ${STRATEGIES.map(({ id }) => `\`${id}\``).join(', ')}.`,
      )
    : ok({ kind: 'strategies', strategy });
}

/** Words, where one in quotes may hold blanks. */
function wordsOf(rest: string): readonly string[] {
  return Array.from(
    rest.matchAll(/"([^"]*)"|“([^”]*)”|(\S+)/g),
    ([, quoted, curly, word]) => quoted ?? curly ?? word ?? '',
  );
}

function parseAnswer(rest: string): Result<Command, Refusal> {
  const { head: approval, rest: choice } = splitHead(rest);
  const wanted = unquote(choice.trim());
  if (approval === '' || wanted === '') {
    return bad('Say which question and which answer: `answer 3fa9c1d2 approve`. `approvals` lists them.');
  }
  return ok({ kind: 'answer', approval, choice: wanted });
}

function parseHosts(rest: string): Result<Command, Refusal> {
  const { head: verb, rest: after } = splitHead(rest);
  switch (verb.toLowerCase()) {
    case '':
    case 'list':
      return ok({ kind: 'hosts-list' });
    case 'add': {
      const split = splitFlags(after, ['ssh', 'port', 'capacity']);
      if (!split.ok) return split;
      const { flags, text } = split.value;
      const [name = '', target, ...more] = text.split(/\s+/);
      // A second word that is no destination is a name with a blank in it.
      if (name === '' || more.length > 0 || target?.includes('@') === false) {
        return bad('Name the host: `hosts add dev1 --ssh user@dev1`.');
      }
      if (target !== undefined && flags.has('ssh')) {
        return bad(`Name the destination once: \`hosts add ${clip(name)} --ssh user@dev1\`.`);
      }
      const port = parseCount(flags.get('port'), 65_535);
      if (port === undefined) return bad('`--port` takes a number from 1 to 65535.');
      const capacity = parseCount(flags.get('capacity'), 1000);
      if (capacity === undefined) return bad('`--capacity` takes a number from 1 to 1000.');
      return ok({ kind: 'hosts-add', name, ssh: flags.get('ssh') ?? target ?? null, port, capacity });
    }
    case 'refresh':
      return ok({ kind: 'hosts-refresh' });
    default: {
      const change = HOST_CHANGES.find((each) => each === verb.toLowerCase());
      if (change === undefined) {
        return bad(
          `I don't know \`hosts ${clip(verb)}\`. Use \`hosts\` with list, refresh, add, ${HOST_CHANGES.slice(0, -1).join(', ')} or ${HOST_CHANGES.at(-1)}.`,
        );
      }
      const name = after.trim();
      if (name === '') return bad(`Name the host: \`hosts ${change} dev1\`.`);
      return ok({ kind: `hosts-${change}`, name });
    }
  }
}

function parseProjects(rest: string): Result<Command, Refusal> {
  const { head: verb, rest: after } = splitHead(rest);
  switch (verb.toLowerCase()) {
    case '':
    case 'list':
      return ok({ kind: 'projects-list' });
    case 'add': {
      const split = splitFlags(after, ['clone-url', 'branch', 'agent']);
      if (!split.ok) return split;
      const { flags, text } = split.value;
      const repo = parseRepo(text);
      if (!repo.ok) return bad('Name the repository: `projects add owner/name`.');
      return ok({
        kind: 'projects-add',
        repo: repo.value,
        cloneUrl: flags.get('clone-url') ?? null,
        branch: flags.get('branch') ?? null,
        agent: flags.get('agent') ?? null,
      });
    }
    default:
      return bad(
        `I don't know \`projects ${clip(verb)}\`. Use \`projects add owner/name\` or \`projects list\`.`,
      );
  }
}

type Split = { readonly flags: ReadonlyMap<string, string>; readonly text: string };

const VALUE = String.raw`(?:"([^"\n]*)"|“([^”\n]*)”|([^\s"“”]+))`;
// Slack turns a typed `--` into one dash of its own in some clients.
const DASHES = '(--|—|–)';
const LEADING = new RegExp(String.raw`^\s*${DASHES}([A-Za-z][A-Za-z-]*)(?:=|\s+)${VALUE}(?=\s|$)`);
const TRAILING = new RegExp(String.raw`(?:^|\s)${DASHES}([A-Za-z][A-Za-z-]*)(?:=|[^\S\n]+)${VALUE}\s*$`);
const BARE_TRAILING = new RegExp(String.raw`(?:^|\s)${DASHES}([A-Za-z][A-Za-z-]*)=?\s*$`);

/** Takes flags off both ends of a text; what stands between is not looked into. */
function splitFlags(input: string, known: readonly string[]): Result<Split, Refusal> {
  const flags = new Map<string, string>();
  const names = known.map((name) => `\`--${name}\``).join(', ');
  const isProse = ([, dashes = '', name = '']: RegExpExecArray): boolean =>
    dashes !== '--' && !known.includes(name.toLowerCase());
  const take = (match: RegExpExecArray): Refusal | null => {
    const [, , name = '', quoted, curly, plain] = match;
    const key = name.toLowerCase();
    if (!known.includes(key)) {
      return {
        kind: 'bad-words',
        sentence: `I don't know \`--${clip(name)}\`. Flags here are ${names}; if it belongs to the text, put \`--\` before the text.`,
      };
    }
    if (flags.has(key)) return { kind: 'bad-words', sentence: `\`--${key}\` is there twice. Keep one.` };
    flags.set(key, quoted ?? curly ?? plain ?? '');
    return null;
  };

  let text = input;
  for (let match = LEADING.exec(text); match !== null && !isProse(match); match = LEADING.exec(text)) {
    const refusal = take(match);
    if (refusal !== null) return err(refusal);
    text = text.slice(match[0].length);
  }
  const verbatim = /^\s*--(?:\s|$)([\s\S]*)$/.exec(text);
  if (verbatim?.[1] !== undefined) return ok({ flags, text: verbatim[1].trim() });

  for (let match = TRAILING.exec(text); match !== null && !isProse(match); match = TRAILING.exec(text)) {
    const refusal = take(match);
    if (refusal !== null) return err(refusal);
    text = text.slice(0, match.index);
  }
  const bare = BARE_TRAILING.exec(text);
  if (bare?.[2] !== undefined && known.includes(bare[2].toLowerCase())) {
    return bad(`\`--${bare[2].toLowerCase()}\` needs a value after it.`);
  }
  return ok({ flags, text: text.trim() });
}

function splitHead(input: string): { readonly head: string; readonly rest: string } {
  const match = /^\s*(\S*)(?:\s([\s\S]*))?$/.exec(input);
  return { head: match?.[1] ?? '', rest: match?.[2] ?? '' };
}

function unquote(text: string): string {
  const match = /^(?:"([^"]*)"|“([^“”]*)”)$/.exec(text);
  return match === null ? text : (match[1] ?? match[2] ?? '').trim();
}

/** null: not given. undefined: not a number in range. */
function parseCount(word: string | undefined, max: number): number | null | undefined {
  if (word === undefined) return null;
  const value = Number(word);
  return /^\d+$/.test(word) && value >= 1 && value <= max ? value : undefined;
}

const clip = (word: string): string =>
  (word.length > 40 ? `${word.slice(0, 40)}…` : word).replaceAll('`', "'");

function bad(sentence: string): Result<never, Refusal> {
  return err({ kind: 'bad-words', sentence });
}
