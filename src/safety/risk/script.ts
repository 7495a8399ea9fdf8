import {
  type Assignment,
  type Command,
  forEachChild,
  type ParsedScript,
  parse,
  type Redirection,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash';
import { type Call, type Feed, type Inner, isUnknown, SECRET, shown, UNKNOWN } from './call.ts';
import { judgeLiveData } from './live-data.ts';
import { outputOf, printed } from './output.ts';
import { judgeRead, judgeWrite } from './places.ts';
import { SECRET_NAME } from './programs/system.ts';
import { judgeVariable } from './programs/wrappers.ts';
import { isProgram, judgeProgram, judgeProjectFile } from './programs.ts';
import { judgeSql, looksLikeSql } from './sql.ts';
import { approve, type Finding, refuse, undecided, worse, worst } from './verdict.ts';
import { fieldsOf, type Piece, splitBraces } from './word-splitting.ts';

/** Longer than anybody reads before agreeing to it. */
const MAX_CHARACTERS = 64 * 1024;
/** Scripts within scripts, by `bash -c` and its like. */
const MAX_DEPTH = 16;
/** Commands of one text, those within others and those of loops counted too. */
const MAX_COMMANDS = 4_000;
/** The parser looks for the end of every here-document from its beginning on. */
const MAX_HERE_DOCUMENTS = 64;
const MAX_BRACE_WORDS = 64;
const MAX_LOOP_ROUNDS = 8;

/** Commands that print nothing: with their output in a file it is empty. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  ':',
  'true',
  'cat /dev/null',
  'echo',
  'echo ',
  'echo -n',
  'echo -n ',
  'printf ',
]);

type Run = { commandsLeft: number; readonly depth: number };

const NOTHING: Feed = { kind: 'nothing' };

/**
 * What a shell would do with a text. It is parsed, its expansions are made as far as the text itself tells their values, and every program
 * that it would start is judged by the words it would get. What cannot be parsed or told is undecided.
 */
export function judgeScript(
  text: string,
  run: Run = { commandsLeft: MAX_COMMANDS, depth: 0 },
): Finding | null {
  if (text.length > MAX_CHARACTERS) return undecided('the text is longer than anybody reads');
  if (run.depth > MAX_DEPTH) return undecided('commands are nested too deeply');
  if (text.split('<<', MAX_HERE_DOCUMENTS + 1).length > MAX_HERE_DOCUMENTS)
    return undecided('the text has too many here-documents');
  if (looksLikeSql(text)) return judgeSql(text, 'the statement');
  const shell = createShell(run);
  shell.runScript(parse(text.replace(/\r\n?/g, '\n')), NOTHING);
  return shell.found();
}

/** One shell: its variables and functions, in the order in which the script makes them. */
function createShell(run: Run) {
  const variables = new Map<string, string>(Object.entries(KNOWN_VARIABLES));
  const functions = new Set<string>();
  /** Programs that start programs, and expansions within expansions. */
  let levels = 0;
  /** Inside a branch or a loop: what is assigned there may be or may not be. */
  let branches = 0;
  let finding: Finding | null = null;

  const note = (found: Finding | null): void => {
    finding = worse(finding, found);
  };
  const inner: Inner = {
    script: (text) => judgeScript(text, nested(run)),
    words: (words, feed = NOTHING) => deeper(() => judgeWords(words, feed)) ?? null,
  };

  /** Undefined: too deep to go on. */
  function deeper<T>(judge: () => T): T | undefined {
    if (levels >= MAX_DEPTH) {
      note(undecided('commands are nested too deeply'));
      return undefined;
    }
    levels += 1;
    const result = judge();
    levels -= 1;
    return result;
  }

  function runScript(script: ParsedScript, feed: Feed): readonly Call[] {
    if (script.errors !== undefined && script.errors.length > 0)
      note(undecided(`the command cannot be read: ${script.errors[0]?.message ?? ''}`));
    return script.commands.flatMap((statement) => runNode(statement, feed));
  }

  /** @returns the programs whose output this node prints, as far as they are simple commands */
  function runNode(node: SyntaxNode, feed: Feed): readonly Call[] {
    switch (node.type) {
      case 'Statement':
        return runNode(node.command, feed);
      case 'Command':
        return runCommand(node, feed);
      case 'AndOr':
      case 'CompoundList':
        return node.commands.flatMap((each) => runNode(each, feed));
      case 'Pipeline': {
        let upstream = feed;
        let last: readonly Call[] = [];
        for (const each of node.commands) {
          last = runNode(each, upstream);
          upstream = outputOf(last, upstream);
        }
        return last.map((call) => ({ ...call, feed: upstream }));
      }
      case 'Subshell':
      case 'BraceGroup':
        return runNode(node.body, feed);
      case 'Redirected': {
        const fed = redirect(node.redirects, feed);
        return runNode(node.command, fed);
      }
      case 'If':
        return inBranch(() => [
          ...runNode(node.clause, feed),
          ...runNode(node.then, feed),
          ...node.elif.flatMap((each) => [...runNode(each.clause, feed), ...runNode(each.then, feed)]),
          ...(node.else === undefined ? [] : runNode(node.else, feed)),
        ]);
      case 'While':
        return inBranch(() => [...runNode(node.clause, feed), ...runNode(node.body, feed)]);
      case 'For':
      case 'Select':
        return runLoop(node.name.value, node.wordlist, () => runNode(node.body, feed));
      case 'ArithmeticFor':
        runNested(node.initialize);
        runNested(node.test);
        runNested(node.update);
        return inBranch(() => runNode(node.body, feed));
      case 'Case':
        resolve(node.word);
        return inBranch(() => node.items.flatMap((item) => runNode(item.body, feed)));
      case 'Function':
        return runFunction(node.name.value, node.body);
      case 'Coproc':
        return runNode(node.body, feed);
      case 'TestCommand':
      case 'ArithmeticCommand':
        runNested(node);
        return [];
      default:
        runNested(node);
        return [];
    }
  }

  function inBranch<T>(judge: () => T): T {
    branches += 1;
    const result = judge();
    branches -= 1;
    return result;
  }

  function runLoop(
    name: string,
    wordlist: readonly Word[] | undefined,
    body: () => readonly Call[],
  ): readonly Call[] {
    const words = wordlist === undefined ? [UNKNOWN] : wordlist.flatMap((each) => resolve(each));
    const rounds = words.length > MAX_LOOP_ROUNDS ? [...words.slice(0, MAX_LOOP_ROUNDS - 1), UNKNOWN] : words;
    return inBranch(() =>
      rounds.flatMap((word) => {
        variables.set(name, word);
        return run.commandsLeft < 0 ? [] : body();
      }),
    );
  }

  /** A body that starts itself twice or in the background never ends. */
  function runFunction(name: string, body: SyntaxNode): readonly Call[] {
    functions.add(name);
    if (isForkBomb(name, body)) note(refuse('exhaustion', `${name}() starts itself without end`));
    inBranch(() => runNode(body, NOTHING));
    return [];
  }

  /** Whatever commands hide in expressions. */
  function runNested(node: SyntaxNode | undefined): void {
    if (node === undefined) return;
    if (node.type === 'Word') {
      resolve(node);
      return;
    }
    if (
      node.type === 'CommandExpansion' ||
      node.type === 'ProcessSubstitution' ||
      node.type === 'ArithmeticCommandExpansion'
    ) {
      const { script } = node;
      if (script !== undefined) deeper(() => runScript(script, NOTHING));
      return;
    }
    forEachChild(node, runNested);
  }

  function runCommand(command: Command, feed: Feed): readonly Call[] {
    run.commandsLeft -= 1;
    if (run.commandsLeft < 0) {
      note(undecided('the text has more commands than anybody reads'));
      return [];
    }
    const prefix = command.prefix.flatMap((each) =>
      each.type === 'Assignment' ? [assign(each, command.name !== undefined)] : [],
    );
    const own = command.redirects.length === 0 ? feed : redirect(command.redirects, feed);
    if (command.name === undefined) {
      note(judgeEmptying(command.redirects));
      return [];
    }
    const words = [
      ...resolve(command.name),
      ...command.args.flatMap((each) => (each.type === 'Word' ? resolve(each) : [assign(each, false)])),
    ];
    note(judgeWords(words, own));
    note(judgeLiveData([...new Set([...settings(), ...prefix]), ...words]));
    if (isEndless(words) && command.redirects.some(({ operator }) => operator.startsWith('>')))
      note(approve('exhaustion', `${words.join(' ')} writes without end`));
    if (SAYS_NOTHING.has(words.join(' '))) note(judgeEmptying(command.redirects));
    return [callFrom(words, own, inner)];
  }

  /** What was set before and says where a program works. */
  function settings(): readonly string[] {
    return [...variables].flatMap(([name, value]) => (/ENV|STAGE/i.test(name) ? [`${name}=${value}`] : []));
  }

  /** @returns the word as a program like `export` gets it */
  function assign({ name, value, append, index }: Assignment, isForCommand: boolean): string {
    const words =
      value.type === 'ArrayValue'
        ? value.elements.flatMap((each) => resolve(each))
        : [resolve(value, true).join(' ')];
    if (index !== undefined) resolve(index);
    const text = words.join(' ');
    note(judgeVariable(name, text, inner));
    if (name === 'IFS' && !isForCommand && /\S/.test(text))
      note(undecided(`IFS=${text} parts words where nobody expects it`));
    const before = variables.get(name);
    const isCertain =
      append !== true && index === undefined && (branches === 0 || before === undefined || before === text);
    // A prefix holds for its command only, whose words are expanded without it.
    if (!isForCommand || before === undefined)
      variables.set(
        name,
        append === true && before !== undefined
          ? before.length > MAX_CHARACTERS
            ? UNKNOWN
            : before + text
          : isCertain
            ? text
            : UNKNOWN,
      );
    return `${name}=${text}`;
  }

  function redirect(redirects: readonly Redirection[], feed: Feed): Feed {
    let own = feed;
    for (const each of redirects) {
      if (each.type === 'HereDoc') {
        own = {
          kind: 'text',
          text:
            each.body.parts === undefined
              ? each.body.text
              : each.body.parts.map((part) => textOf(part)).join(''),
        };
      } else if (each.type === 'HereString') {
        own = { kind: 'text', text: each.target === undefined ? '' : resolve(each.target, true).join(' ') };
      } else {
        const path = each.target === undefined ? '' : resolve(each.target).join(' ');
        if (each.operator === '<') {
          own = path.startsWith('<(')
            ? { kind: 'output', programs: path.slice(2, -1).split(' ') }
            : { kind: 'file', path };
          note(judgeRead(path, `< ${shown([path])}`));
        } else if (!/^[\d-]*$/.test(path)) note(judgeWrite(path, `${each.operator} ${shown([path])}`));
      }
    }
    return own;
  }

  /** `> file` without a command leaves nothing in it. */
  function judgeEmptying(redirects: readonly Redirection[]): Finding | null {
    return worst(redirects, (each) => {
      if (each.type !== 'Redirect' || !/^(?:>|>\||&>)$/.test(each.operator) || each.target === undefined)
        return null;
      const path = resolve(each.target).join(' ');
      return /^\/dev\/null$|\.(?:log|txt|out|tmp)$|(?:^|\/)\.(?:\w*keep|nojekyll|touch)$/.test(path)
        ? null
        : approve('files', `> ${shown([path])} empties a file`);
    });
  }

  function judgeWords(words: readonly string[], feed: Feed): Finding | null {
    const [first, ...args] = words;
    if (first === undefined) return null;
    if (first === '') return args.length === 0 ? null : judgeWords(args, feed);
    if (isUnknown(first) && !/^\uE000?\/?(?:\.\/)?[\w./-]*\uE000?\/[\w.-]+$/.test(first))
      return undecided(`${shown(words)} starts a program not known before`);
    const base = first.slice(first.lastIndexOf('/') + 1);
    if (functions.has(first)) return null;
    const call = callFrom(words, feed, inner);
    const isPath = first.includes('/');
    if (isPath && !isProgram(call.program)) {
      return /^\/(?:usr|bin|sbin|opt)\//.test(first) ? judgeProgram(call) : judgeProjectFile(first, args);
    }
    // A project's own file named like a program: `./gradlew`, `bin/rails`, `node_modules/.bin/tsc`.
    return isPath && base === '' ? undecided(`${shown(words)} starts a folder`) : judgeProgram(call);
  }

  /** The words that one word of the script becomes. */
  function resolve(word: Word, isWhole = false): readonly string[] {
    if (word.parts === undefined) return [word.value];
    let sequences: Piece[][] = [[]];
    for (const part of word.parts) {
      if (part.type !== 'BraceExpansion' || isWhole) {
        const piece = pieceOf(part);
        for (const pieces of sequences) pieces.push(piece);
        continue;
      }
      const choices = bracesOf(part.text);
      if (sequences.length * choices.length > MAX_BRACE_WORDS) return [UNKNOWN];
      sequences = sequences.flatMap((pieces) => choices.map((choice) => [...pieces, ...choice]));
    }
    if (
      sequences.some(
        (pieces) => pieces.reduce((length, { text }) => length + text.length, 0) > MAX_CHARACTERS,
      )
    )
      return [UNKNOWN];
    return sequences.flatMap((pieces) =>
      isWhole ? [pieces.map(({ text }) => text).join('')] : fieldsOf(pieces),
    );
  }

  function pieceOf(part: WordPart): Piece {
    const isSplit =
      part.type === 'SimpleExpansion' ||
      part.type === 'ParameterExpansion' ||
      part.type === 'CommandExpansion';
    return {
      text: textOf(part),
      isSplit,
      isQuoted: part.type === 'SingleQuoted' || part.type === 'DoubleQuoted' || part.type === 'AnsiCQuoted',
    };
  }

  function textOf(part: WordPart): string {
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        return part.value;
      case 'Glob':
        return part.text;
      case 'DoubleQuoted':
      case 'LocaleString':
        return part.parts.map(textOf).join('');
      case 'SimpleExpansion':
        return valueNamed(part.text.slice(1));
      case 'ParameterExpansion':
        return parameterOf(part);
      case 'CommandExpansion': {
        if (part.script === undefined) return UNKNOWN;
        const { script } = part;
        const calls = deeper(() => runScript(script, NOTHING));
        return calls === undefined ? UNKNOWN : printed(calls.at(-1), calls.length);
      }
      case 'ProcessSubstitution': {
        if (part.script === undefined) return UNKNOWN;
        const { script } = part;
        const output = outputOf(deeper(() => runScript(script, NOTHING)) ?? [], NOTHING);
        return `<(${output.kind === 'output' ? output.programs.join(' ') : 'echo'})`;
      }
      case 'ArithmeticExpansion':
        runNested(part.expression);
        return '1';
      case 'BraceExpansion':
      case 'ExtendedGlob':
        for (const each of part.parts ?? []) runNested(each);
        return part.text;
    }
  }

  function valueNamed(name: string): string {
    const known = variables.get(name);
    if (known !== undefined) return known;
    return SECRET_NAME.test(name) ? SECRET : UNKNOWN;
  }

  function parameterOf(part: WordPart & { readonly type: 'ParameterExpansion' }): string {
    const { parameter, prefix, index, operation } = part;
    if (index !== undefined) resolve(index);
    if (prefix === '#') return '1';
    if (prefix === '!') return UNKNOWN;
    const value = valueNamed(parameter);
    if (operation === undefined) return index === undefined ? value : value === SECRET ? SECRET : UNKNOWN;
    switch (operation.type) {
      case 'Default': {
        const other = resolve(operation.operand, true).join(' ');
        if (operation.operator === '+' || operation.operator === ':+') return other;
        return isUnknown(value) || value === '' ? (operation.operator.includes('?') ? value : other) : value;
      }
      case 'Slice': {
        const offset = Number(resolve(operation.offset, true).join(''));
        const length =
          operation.length === undefined ? undefined : Number(resolve(operation.length, true).join(''));
        if (isUnknown(value) || !Number.isInteger(offset)) return UNKNOWN;
        return value.slice(offset).slice(0, length);
      }
      case 'Replace': {
        const from = resolve(operation.pattern, true).join(' ');
        const to = resolve(operation.replacement, true).join(' ');
        if (isUnknown(value) || /[*?[\]]/.test(from)) return UNKNOWN;
        return operation.operator === '//' ? value.replaceAll(from, to) : value.replace(from, to);
      }
      case 'Remove':
        resolve(operation.operand);
        return UNKNOWN;
      case 'CaseModification':
        return operation.operator.startsWith(',') ? value.toLowerCase() : value.toUpperCase();
      case 'Transform':
      case 'Names':
      case 'Unknown':
        return UNKNOWN;
    }
  }

  /** `{a,b}` and `{1..3}`, each as the pieces that it becomes. */
  function bracesOf(text: string): readonly (readonly Piece[])[] {
    const range = /^\{([\w-]+)\.\.([\w-]+)(?:\.\.-?\d+)?\}$/.exec(text);
    if (range !== null)
      return [range[1] ?? '', range[2] ?? ''].map((each) => [
        { text: each, isSplit: false, isQuoted: false },
      ]);
    return splitBraces(text.slice(1, -1)).map((each) => {
      if (!/[$`'"\\{]/.test(each)) return [{ text: each, isSplit: false, isQuoted: false }];
      const [statement] = parse(`: x${each}`).commands;
      const word = statement?.command.type === 'Command' ? statement.command.args[0] : undefined;
      const words = word?.type === 'Word' && run.depth < MAX_DEPTH ? resolve(word) : [UNKNOWN];
      return [
        { text: words.map((value) => value.replace(/^x/, '')).join(' '), isSplit: true, isQuoted: false },
      ];
    });
  }

  return { runScript, found: () => finding };
}

/** Every script within another one counts against the same number of commands. */
function nested(run: Run): Run {
  return {
    get commandsLeft() {
      return run.commandsLeft;
    },
    set commandsLeft(left) {
      run.commandsLeft = left;
    },
    depth: run.depth + 1,
  };
}

/** Of a shell that has just been started, or near enough that a rule may go by them. */
const KNOWN_VARIABLES: Readonly<Record<string, string>> = {
  HOME: '~',
  PWD: '.',
  IFS: ' \t\n',
  TMPDIR: '/tmp',
  USER: 'me',
  LOGNAME: 'me',
  SHELL: 'bash',
  EDITOR: 'vi',
  VISUAL: 'vi',
  PAGER: 'less',
  RANDOM: '1',
  SECONDS: '1',
  LINENO: '1',
  CI: '1',
  '?': '0',
  '#': '0',
  $: '%1',
  '!': '%1',
  '-': '',
};

function callFrom(words: readonly string[], feed: Feed, inner: Inner): Call {
  const [first = '', ...args] = words;
  const base = first.slice(first.lastIndexOf('/') + 1);
  return { program: base.toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, ''), args, feed, inner };
}

/** What it prints has no end. */
function isEndless([program = '', ...args]: readonly string[]): boolean {
  return (
    program === 'yes' || (program === 'cat' && args.some((word) => /^\/dev\/(?:zero|u?random)$/.test(word)))
  );
}

function isForkBomb(name: string, body: SyntaxNode): boolean {
  let calls = 0;
  let isForked = false;
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Command' && node.name?.value === name) calls += 1;
    if (node.type === 'Pipeline' && node.commands.length > 1) isForked = true;
    if (node.type === 'Statement' && node.background === true) isForked = true;
    forEachChild(node, visit);
  };
  visit(body);
  return calls > 1 || (calls === 1 && isForked);
}
