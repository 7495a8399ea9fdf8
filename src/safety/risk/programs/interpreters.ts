import { type Call, type Feed, isUnknown, type ProgramRules, readOptions, shown } from '../call.ts';
import { judgeCode } from '../code.ts';
import { isSecretFile, judgeRead, judgeWrite } from '../places.ts';
import { group } from '../rules.ts';
import { approve, type Finding, undecided, worse, worst } from '../verdict.ts';
import { judgeTask } from './packages.ts';

const DOWNLOADS = new Set([
  'curl',
  'wget',
  'wget2',
  'fetch',
  'aria2c',
  'http',
  'https',
  'xh',
  'lynx',
  'nc',
  'ncat',
  'netcat',
  'gh',
  'aws',
  'gsutil',
  'irm',
  'iwr',
  'invoke-webrequest',
  'invoke-restmethod',
  'ssh',
  'socat',
  'ftp',
  'dig',
  'openssl',
]);

/** Code from a pipe or a here-document. `judge` reads it when it can be seen. */
function fed(feed: Feed, how: string, judge: (text: string) => Finding | null): Finding | null {
  switch (feed.kind) {
    case 'nothing':
      return null;
    case 'text':
      return judge(feed.text);
    case 'output': {
      const from = feed.programs.find((each) => DOWNLOADS.has(each));
      return from === undefined
        ? approve('inline-code', `${how} runs what ${feed.programs.at(-1) ?? 'a program'} prints`)
        : approve('download-and-run', `${how} runs what ${from} downloads`);
    }
    case 'file':
      return isUnknown(feed.path) || /^\/(?:dev|tmp|proc)\//.test(feed.path)
        ? undecided(`${how} runs a file not known before`)
        : null;
  }
}

/** A script of the project: its name is what is known of it. */
function judgeScriptFile(path: string, how: string): Finding | null {
  if (path.startsWith('<(')) {
    const programs = path.slice(2, -1).split(' ');
    return fed({ kind: 'output', programs }, how, () => null);
  }
  if (isUnknown(path)) return undecided(`${how} runs a file not known before`);
  if (/^(?:https?|data|ftp):/.test(path))
    return approve('download-and-run', `${how} runs code from elsewhere`);
  if (/^\/(?:tmp|var\/tmp|dev)\//.test(path)) return undecided(`${how} runs a file that anybody may write`);
  return IS_TEST.test(path) ? null : judgeTask(path.replace(/\.\w+$/, ''), how);
}

/** What it is called after is what it tests. */
const IS_TEST = /(?:^|\/)(?:tests?|specs?|__tests__|t)\/|(?:^|\/)test_|[._](?:test|spec)\.\w+$/;

/** The shells: `-c` takes a script, however it stands in a cluster; without a file the script is the input. */
const shell: ProgramRules = (call) => {
  const { args, program, inner, feed } = call;
  const how = `${program} ${shown(args)}`;
  let isCommand = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') {
      at += 1;
      break;
    }
    if (!/^[-+]/.test(word) || word === '-') break;
    if (word === '--rcfile' || word === '--init-file' || /^[-+][a-z]*[oO]$/.test(word)) at += 1;
    if (/^-[a-zA-Z]*c/.test(word) || /^--(?:command|init-command)/.test(word)) isCommand = true;
    if (word.startsWith('--command=')) return inner.script(word.slice(10));
    if (word === '--version' || word === '--help') return null;
    if (/^-[a-zA-Z]*s/.test(word))
      return (
        fed(feed, how, inner.script) ??
        (feed.kind === 'nothing' ? undecided(`${how} runs what is typed`) : null)
      );
  }
  const script = args[at];
  if (isCommand)
    return script === undefined ? null : inner.script(withParameters(script, args.slice(at + 1)));
  if (script === undefined || script === '-' || script === '/dev/stdin')
    return worse(
      fed(feed, how, inner.script),
      args.some((word) => /^-\w*i/.test(word)) && feed.kind !== 'nothing'
        ? approve('network', `${how} gives a shell away`)
        : null,
    );
  if (args.some((word) => /^-\w*n/.test(word)) && feed.kind === 'nothing') return null;
  return judgeScriptFile(script, how);
};

/** `bash -c 'rm "$1"' _ x`: the words after the script are its parameters. */
function withParameters(script: string, parameters: readonly string[]): string {
  if (parameters.length === 0 || !/\$[\d@*{]/.test(script)) return script;
  const word = (text: string) => (isUnknown(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
  return script
    .replace(/"?\$(?:[@*]|\{[@*]\})"?/g, () => parameters.slice(1).map(word).join(' '))
    .replace(/"?\$(?:(\d)|\{(\d)\})"?/g, (_, one: string | undefined, other: string | undefined) =>
      word(parameters[Number(one ?? other)] ?? ''),
    );
}

/** @param code options whose value is code, @param withValue options that take another word */
function interpreter(
  code: readonly string[],
  withValue: readonly string[],
  modules: readonly string[] = [],
): ProgramRules {
  return (call) => {
    const { args, feed } = call;
    const how = call.program;
    let found: Finding | null = null;
    for (let at = 0; at < args.length; at++) {
      const word = args[at] ?? '';
      if (!word.startsWith('-') || word === '-') {
        if (word === '-')
          return worse(
            found,
            fed(feed, how, (text) => judgeCode(text, how)),
          );
        return found ?? judgeInterpretedFile(call, args.slice(at));
      }
      const option = matching(word, code, withValue);
      if (option !== null) return worse(found, judgeCode(option === '' ? (args[at + 1] ?? '') : option, how));
      const module = matching(word, modules, withValue);
      if (module !== null)
        return judgeModule(call, module === '' ? args.slice(at + 1) : [module, ...args.slice(at + 1)]);
      if (
        /^--(?:require|import|loader|experimental-loader)|^-r$/.test(word) &&
        /^(?:https?|data):/.test(args[at + 1] ?? word.split('=')[1] ?? '')
      )
        found = approve('download-and-run', `${how} ${shown(args)} loads code from elsewhere`);
      if (withValue.includes(word)) at += 1;
    }
    return worse(
      found,
      fed(feed, how, (text) => judgeCode(text, how)),
    );
  };
}

/** '' means that the next word is the value; null: another option. Letters may stand in a cluster. */
function matching(word: string, names: readonly string[], withValue: readonly string[]): string | null {
  for (const name of names) {
    if (name.length > 1) {
      if (word === `--${name}`) return '';
      if (word.startsWith(`--${name}=`)) return word.slice(name.length + 3);
    } else if (/^-[A-Za-z]/.test(word) && !word.startsWith('--')) {
      const letter = word.indexOf(name);
      if (
        letter > 0 &&
        /^-[A-Za-z0-9]*$/.test(word.slice(0, letter)) &&
        !withValue.includes(word.slice(0, 2))
      )
        return word.slice(letter + 1);
    }
  }
  return null;
}

function judgeInterpretedFile(call: Call, [file = '', ...rest]: readonly string[]): Finding | null {
  const how = `${call.program} ${shown(call.args)}`;
  const base = file.slice(file.lastIndexOf('/') + 1);
  if (/^(?:manage\.py|artisan|bin\/(?:console|rails))$/.test(base) || file === 'bin/rails')
    return call.inner.words([base, ...rest]);
  // The fleet’s own program.
  if (/^fleet\.[cm]?[jt]s$/.test(base)) return call.inner.words(['fleet', ...rest]);
  if (/^(?:rails|console|rake)$/.test(base)) return call.inner.words([base, ...rest]);
  return judgeScriptFile(file, how);
}

function judgeModule(call: Call, [name = '', ...rest]: readonly string[]): Finding | null {
  const how = `${call.program} -m ${name} ${shown(rest)}`;
  if (rest.length === 1 && /^(?:--help|-h)$/.test(rest[0] ?? '')) return null;
  if (/^(?:http\.server|SimpleHTTPServer|smtpd|pyftpdlib|ftplib|telnetlib)$/.test(name))
    return rest.some((word) => /^127\.|localhost/.test(word))
      ? null
      : approve('network', `${how} serves files to the network`);
  if (/^(?:pty|code|os|subprocess|ctypes)$/.test(name)) return approve('inline-code', `${how} opens a shell`);
  if (
    /^(?:twine|flit|build\.__main__)$/.test(name) ||
    /^(?:pip|uv|alembic|django|pdm|poetry|ansible|awscli|gunicorn)$/.test(name)
  )
    return call.inner.words([name === 'django' ? 'django-admin' : name, ...rest]);
  return isUnknown(name) ? undecided(`${how} runs a module not known before`) : null;
}

const deno: ProgramRules = (call) => {
  const [verb = '', ...rest] = call.args;
  if (verb === 'eval') return judgeCode(rest.find((word) => !word.startsWith('-')) ?? '', 'deno eval');
  if (verb === 'publish' || verb === 'deploy')
    return approve('publishing', `deno ${shown(call.args)} publishes`);
  if (verb === 'run')
    return judgeScriptFile(rest.find((word) => !word.startsWith('-')) ?? '', `deno ${shown(call.args)}`);
  return null;
};

/** `awk` runs commands with `system()` and pipes, and writes with `>`. */
const awk: ProgramRules = (call) => {
  const { args, program } = call;
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, ['F', 'v', 'f', 'file', 'field-separator', 'assign', 'e', 'source']);
  const code = options.value('e', 'source') ?? options.operands[0] ?? '';
  if (/\bsystem\s*\(|\|\s*(?:getline|"|&)|"\s*\|\s*getline|print[^\n;}]*\|/.test(code.replace(/\|\|/g, '')))
    return approve('inline-code', `${how} runs commands`);
  const written = /print[^\n;}]*>{1,2}\s*"([^"]+)"/.exec(code)?.[1];
  if (written !== undefined && written !== '/dev/stderr')
    return /^[/~]/.test(written) ? approve('files', `${how} writes ${written}`) : null;
  if (/\/inet\//.test(code)) return approve('network', `${how} opens a connection`);
  if (isUnknown(code)) return undecided(`${how} runs code not known before`);
  if (/ENVIRON/.test(code)) return approve('secrets', `${how} reads the environment`);
  for (const path of options.operands.slice(1)) if (isSecretFile(path)) return judgeRead(path, how);
  return null;
};

/** Whatever these say is run by another shell's rules. */
const powershell: ProgramRules = (call) => {
  const { args, inner, feed } = call;
  const how = `${call.program} ${shown(args)}`;
  const at = args.findIndex((word) => /^[-/](?:c|command|e\w*|encodedcommand|ec)$/i.test(word));
  if (at !== -1 && /^[-/]e/i.test(args[at] ?? '') && !/^[-/]ex/i.test(args[at] ?? ''))
    return approve('inline-code', `${how} runs hidden code`);
  if (at !== -1) return inner.script(args.slice(at + 1).join(' '));
  const file = args.findIndex((word) => /^[-/]f(?:ile)?$/i.test(word));
  if (file !== -1) return judgeScriptFile(args[file + 1] ?? '', how);
  const rest = args.filter((word) => !/^[-/]/.test(word));
  return rest.length > 0 ? inner.script(rest.join(' ')) : fed(feed, how, inner.script);
};

export const INTERPRETERS: Readonly<Record<string, ProgramRules>> = {
  ...group('sh bash zsh dash ash ksh mksh fish rbash tcsh csh yash elvish xonsh nu', shell),
  ...group(
    `python python2 python3 pypy pypy3 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14
    ipython py`,
    interpreter(['c'], ['-W', '-X', '-Q'], ['m']),
  ),
  ...group(
    'node nodejs tsx ts-node esno',
    interpreter(
      ['e', 'eval', 'p', 'print'],
      [
        '-r',
        '--require',
        '--import',
        '--loader',
        '--env-file',
        '--conditions',
        '-C',
        '--max-old-space-size',
        '--project',
        '-P',
      ],
    ),
  ),
  perl: (call) =>
    (call.args.some((word) => /^-[a-z]*i/.test(word))
      ? worst(
          call.args.filter((word) => /^[/~]/.test(word)),
          (path) => judgeWrite(path, `perl ${shown(call.args)}`),
        )
      : null) ?? interpreter(['e', 'E'], ['-I', '-M', '-m'])(call),
  ruby: interpreter(['e'], ['-I', '-r', '-C']),
  ...group('php lua luajit', interpreter(['r', 'e', 'run'], ['-d', '-c', '-S', '-t', '-l'])),
  ...group(
    `rscript r julia elixir iex erl ghc scala groovy jshell clojure swipl guile racket ghci raku tclsh
    expect osascript-js kotlin swift octave`,
    interpreter(['e', 'eval', 'E'], []),
  ),
  deno,
  ...group('awk gawk mawk nawk', awk),
  ...group('powershell pwsh cmd', powershell),
};
