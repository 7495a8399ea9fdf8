import { type Call, type Feed, SECRET, UNKNOWN } from './call.ts';
import { isSecretFile } from './places.ts';

/** What comes out at the end of a pipe so far. */
export function outputOf(calls: readonly Call[], upstream: Feed): Feed {
  const last = calls.at(-1);
  if (calls.length === 1 && last !== undefined) {
    const text = textPrintedBy(last);
    if (text !== null) return { kind: 'text', text };
    const feed = last.feed.kind === 'text' && last.program === 'tee' ? last.feed : null;
    if (feed !== null) return feed;
  }
  const before = upstream.kind === 'output' ? upstream.programs : [];
  return { kind: 'output', programs: [...before, ...calls.map(({ program }) => program)] };
}

/** Null: only running it would tell. */
function textPrintedBy({ program, args, feed }: Call): string | null {
  if (program === 'echo') {
    const flags = args.findIndex((word) => !/^-[neE]+$/.test(word));
    const text = (flags === -1 ? [] : args.slice(flags)).join(' ');
    return args[0]?.includes('e') === true && flags > 0 ? unescaped(text) : text;
  }
  if (program === 'printf') return printfText(args);
  if (program === 'cat' && (args.length === 0 || args[0] === '-') && feed.kind === 'text') return feed.text;
  return null;
}

function printfText([format = '', ...values]: readonly string[]): string | null {
  if (format.startsWith('-')) return null;
  let at = 0;
  const text = unescaped(format).replace(
    /%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))/g,
    (_, kind: string | undefined) =>
      kind === undefined ? '%' : /[sb]/.test(kind) ? (values[at++] ?? '') : (values[at++] ?? '0'),
  );
  return values.length > at ? `${text} ${values.slice(at).join(' ')}` : text;
}

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{1,2})|0?([0-7]{1,3})|([ntr\\"'abefv]))/g,
    (match, hex: string | undefined, octal: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return letter === 'n' || letter === 'r'
        ? '\n'
        : letter === 't'
          ? '\t'
          : letter === '\\'
            ? '\\'
            : match.slice(1);
    },
  );
}

/** What a command expansion becomes: the text itself where it is known, or a word of the kind that such a program prints. */
export function printed(call: Call | undefined, count: number): string {
  if (call === undefined) return '';
  if (count > 1) return UNKNOWN;
  const text = call.feed.kind === 'text' || call.feed.kind === 'nothing' ? textPrintedBy(call) : null;
  if (text !== null) return text.replace(/\n+$/, '');
  const { program, args, feed } = call;
  if (feed.kind !== 'nothing') return UNKNOWN;
  const [first = '', second = ''] = args;
  if (program === 'git') {
    if (first === 'rev-parse' && second === '--show-toplevel') return '.';
    return /^(?:branch|rev-parse|describe|symbolic-ref|merge-base|log|rev-list|ls-files|diff|config)$/.test(
      first,
    )
      ? /^(?:ls-files|diff)$/.test(first)
        ? `./${UNKNOWN}`
        : 'current'
      : UNKNOWN;
  }
  if (program === 'which' || program === 'type' || program === 'realpath' || program === 'readlink')
    return args.at(-1) ?? UNKNOWN;
  if (program === 'command' && /^-[vV]$/.test(first)) return second;
  if (program === 'pwd') return '.';
  if (program === 'mktemp') return '/tmp/made';
  if (
    /^(?:date|nproc|whoami|hostname|uname|id|wc|seq|arch|uuidgen|expr|jq|basename|tput|stat)$/.test(program)
  )
    return program === 'seq' ? '1' : 'word';
  // What these print is made for eval: variables of the shell.
  if (
    /^(?:direnv|ssh-agent|starship|zoxide|fnm|rbenv|pyenv|nodenv|mise|thefuck|keychain|dircolors|conda|atuin|fzf)$/.test(
      program,
    )
  )
    return ':';
  if (program === 'dirname' || program === 'brew') return `./${UNKNOWN}`;
  if (program === 'gh' && first === 'auth') return SECRET;
  return args.some(isSecretFile) ? SECRET : UNKNOWN;
}
