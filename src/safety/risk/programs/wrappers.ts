import { quoteWords } from '../../quote.ts';
import { type Call, isUnknown, type ProgramRules, readOptions, shown, UNKNOWN } from '../call.ts';
import { pattern } from '../pattern.ts';
import { group } from '../rules.ts';
import { approve, type Finding, undecided, worse, worst } from '../verdict.ts';

/** The words from the first one that is no option, no value of one and, where they may stand, no assignment. */
function commandOf(
  args: readonly string[],
  withValue: readonly string[],
  skip = 0,
  allowsAssignments = false,
): readonly string[] {
  let skipped = 0;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return args.slice(at + 1 + (skip - skipped));
    if (word.startsWith('-') && word.length > 1) {
      if (withValue.includes(word)) at += 1;
      continue;
    }
    if (allowsAssignments && /^\w+\+?=/.test(word)) continue;
    if (skipped < skip) {
      skipped += 1;
      continue;
    }
    return args.slice(at);
  }
  return [];
}

/** Programs that start another one and change nothing of what it does. */
const passes =
  (withValue: readonly string[], skip = 0): ProgramRules =>
  ({ args, inner, feed }) => {
    const command = commandOf(args, withValue, skip);
    return command.length === 0 ? null : inner.words(command, feed);
  };

const env: ProgramRules = ({ args, inner, feed }) => {
  const split = args.findIndex((word) => /^-\w*S|^--split-string/.test(word));
  if (split !== -1) {
    const word = args[split] ?? '';
    const own = word.replace(/^(?:--split-string=?|-\w*?S)/, '');
    const rest = args.slice(split + 1);
    // What is split is one word; those after it are the program's as they are.
    const [script = '', ...words] = own === '' ? rest : [own, ...rest];
    return inner.script([script, quoteWords(words)].join(' '));
  }
  const command = commandOf(args, ['-u', '--unset', '-C', '--chdir', '-P'], 0, true);
  const preload = worst(args, (word) => {
    const equals = word.indexOf('=');
    return equals > 0 ? judgeVariable(word.slice(0, equals), word.slice(equals + 1), inner) : null;
  });
  if (command.length === 0) return preload ?? approve('secrets', `env ${shown(args)} prints the environment`);
  return worse(preload, inner.words(command, feed));
};

/** Variables whose value some program runs or loads. */
const RUNNING_VARIABLES = pattern(String.raw`
      ^(?:LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|DYLD_\w+|BASH_ENV|ENV|PROMPT_COMMAND|GIT_SSH_COMMAND|
      GIT_SSH|GIT_EXTERNAL_DIFF|GIT_EDITOR|GIT_SEQUENCE_EDITOR|GIT_PAGER|GIT_ASKPASS|GIT_PROXY_COMMAND|
      GIT_CONFIG_\w+|GIT_EXEC_PATH|PERL5OPT|PERL5LIB|RUBYOPT|NODE_OPTIONS|PYTHONSTARTUP|PYTHONPATH|
      PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|SSH_ASKPASS|LESSOPEN|IFS|PATH|PS4|SHELLOPTS|BASHOPTS|
      HISTFILE|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|RUSTC_WRAPPER|MAKEFLAGS|CC|CXX|GLOBIGNORE)=
    `);

type Guard = { readonly guard: string; readonly when: RegExp };

const ON = /^(?!(?:0|false|no|off)?$)/i;
const OFF = /^(?:0|false|no|off)$/i;

/** Variables that turn something off that keeps watch, and the values that do. Names in lower case. */
const GUARDS: ReadonlyMap<string, Guard> = new Map([
  ['husky', { guard: 'the hooks', when: OFF }],
  ['lefthook', { guard: 'the hooks', when: OFF }],
  ['husky_skip_hooks', { guard: 'the hooks', when: ON }],
  // Of pre-commit, which takes the names of hooks.
  ['skip', { guard: 'hooks', when: /^[a-z][\w-]*(?:,[\w-]+)*$/ }],
  ['git_ssl_no_verify', { guard: 'the check of certificates', when: ON }],
  ['node_tls_reject_unauthorized', { guard: 'the check of certificates', when: OFF }],
  ['pythonhttpsverify', { guard: 'the check of certificates', when: OFF }],
  ['npm_config_strict_ssl', { guard: 'the check of certificates', when: OFF }],
  ['goinsecure', { guard: 'the check of certificates', when: ON }],
  ['gonosumcheck', { guard: 'the check of what is downloaded', when: ON }],
  ['gosumdb', { guard: 'the check of what is downloaded', when: OFF }],
  ['disable_database_environment_check', { guard: 'what keeps a live database', when: ON }],
  ['prisma_user_consent_for_dangerous_ai_action', { guard: 'the question of Prisma', when: ON }],
  ['ansible_host_key_checking', { guard: 'the check of hosts', when: OFF }],
]);

/** An assignment before a command, or an exported one. */
export function judgeVariable(name: string, value: string, inner: Call['inner']): Finding | null {
  const off = GUARDS.get(name.toLowerCase());
  if (off !== undefined)
    return off.when.test(value)
      ? approve('protections', `${name}=${shown([value])} turns off ${off.guard}`)
      : null;
  if (!RUNNING_VARIABLES.test(`${name}=`)) return null;
  if (LOADING_VARIABLES.test(name))
    return /^(?:1|0|)$/.test(value) || (name.startsWith('GIT_CONFIG_') && /^\/dev\/null$/.test(value))
      ? null
      : approve('inline-code', `${name}=${shown([value])} makes programs load something`);
  if (name === 'HISTFILE') return approve('protections', `${name}=${shown([value])} keeps no history`);
  if (name === 'NODE_OPTIONS')
    return /--(?:require|import|loader|experimental-loader)|-r\s/.test(value)
      ? approve('inline-code', `${name}=${shown([value])} makes programs load something`)
      : null;
  if (/^(?:PATH|LD_LIBRARY_PATH|PYTHONPATH|PERL5LIB|IFS|GLOBIGNORE|ENV|MAKEFLAGS|BASHOPTS)$/.test(name))
    return /(?:^|:)\/(?:tmp|dev\/shm|var\/tmp)/.test(value)
      ? approve('inline-code', `${name}=${shown([value])} puts other programs first`)
      : null;
  if (value === '' || isUnknown(value)) return null;
  const found = inner.script(value);
  return found?.category === 'undecided' && !/[\s;|&$`]/.test(value) ? null : found;
}

const LOADING_VARIABLES = pattern(String.raw`
        ^(?:LD_PRELOAD|LD_AUDIT|DYLD_\w+|BASH_ENV|PROMPT_COMMAND|PERL5OPT|RUBYOPT|GIT_CONFIG_\w+|
        GIT_EXEC_PATH|SHELLOPTS|PYTHONSTARTUP|LESSOPEN|PS4|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS)$
      `);

const SUDO_VALUES = [
  '-u',
  '--user',
  '-g',
  '--group',
  '-h',
  '--host',
  '-p',
  '--prompt',
  '-C',
  '-r',
  '-t',
  '-T',
  '-U',
  '-D',
  '-R',
];

/** More than one's own rights: what is done with them decides only whether it may be approved at all. */
const elevates =
  (withValue: readonly string[]): ProgramRules =>
  ({ program, args, inner, feed }) => {
    const how = `${program} ${shown(args)}`;
    if (args.length === 1 && /^-(?:l|v|k|K|V|n)$|^--(?:list|version|reset-timestamp)$/.test(args[0] ?? ''))
      return null;
    const command = commandOf(args, withValue, 0, true);
    const found = command.length === 0 ? null : inner.words(command, feed);
    return found?.verdict === 'refuse'
      ? found
      : found !== null && found.category !== 'undecided'
        ? found
        : approve('privilege', `${how} works with the rights of another user`);
  };

const su: ProgramRules = ({ program, args, inner }) => {
  const script = readOptions(args, ['c', 'command', 's', 'shell', 'g', 'G', 'w']).value('c', 'command');
  const found = script === null ? null : inner.script(script);
  return worse(
    found?.category === 'undecided' ? null : found,
    approve('privilege', `${program} ${shown(args)} works with the rights of another user`),
  );
};

/** The words that come in are added to those that stand there. */
const xargs: ProgramRules = ({ program, args, inner, feed }) => {
  const values = [
    '-I',
    '-i',
    '-n',
    '-P',
    '-L',
    '-d',
    '-a',
    '-E',
    '-s',
    '-J',
    '-R',
    '--replace',
    '--max-args',
    '--max-procs',
    '--max-lines',
    '--delimiter',
    '--arg-file',
    '--max-chars',
  ];
  const command = commandOf(args, values);
  if (command.length === 0) return null;
  const replaced = args.findIndex((word) => /^-[IJ]/.test(word));
  const name =
    replaced === -1
      ? args.some((word) => /^(?:-i|--replace)$/.test(word))
        ? '{}'
        : null
      : (args[replaced] ?? '').slice(2) || (args[replaced + 1] ?? '{}');
  const known = feed.kind === 'text' && !isUnknown(feed.text) ? feed.text.trim().split(/\s+/) : null;
  const knownLine = feed.kind === 'text' && !isUnknown(feed.text) ? feed.text.trim() : null;
  const words =
    name === null
      ? [...command, ...(known ?? [hiddenFor(command, feed.kind === 'output' ? feed.programs : [])])]
      : command.map((word) => (word.includes(name) ? word.replaceAll(name, knownLine ?? UNKNOWN) : word));
  const found = inner.words(words);
  return found !== null &&
    found.category === 'undecided' &&
    name === null &&
    known === null &&
    isHarmlessWithAnything(command[0] ?? '')
    ? null
    : (found ??
        (program === 'parallel' && command.length === 0 ? undecided(`${program} runs what it reads`) : null));
};

/** A list of files is files, not options: `git ls-files`, `grep -l` and `find` print paths. */
function hiddenFor(command: readonly string[], programs: readonly string[]): string {
  const first = programs[0] ?? '';
  const isPaths = /^(?:find|fd|fdfind|git|grep|rg|ls|ag)$/.test(first);
  return isPaths &&
    !/^(?:rm|git|kill|sh|bash|docker|kubectl|gh|aws)$/.test((command[0] ?? '').replace(/^.*\//, ''))
    ? `./${UNKNOWN}`
    : UNKNOWN;
}

function isHarmlessWithAnything(program: string): boolean {
  return /^(?:echo|printf|basename|dirname|wc|ls|stat|file)$/.test(program);
}

const parallel: ProgramRules = (call) => {
  const dots = call.args.findIndex((word) => /^:::+\+?$/.test(word));
  const own = dots === -1 ? call.args : call.args.slice(0, dots);
  const inputs =
    dots === -1 ? [UNKNOWN] : call.args.slice(dots + 1).filter((word) => !word.startsWith(':::'));
  const command = commandOf(own, [
    '-j',
    '--jobs',
    '-a',
    '-n',
    '-N',
    '-d',
    '-C',
    '-S',
    '--joblog',
    '--tmpdir',
    '--timeout',
    '--retries',
    '--delay',
  ]);
  if (command.length === 0)
    return inputs.includes(UNKNOWN)
      ? undecided('parallel runs what it reads')
      : inputs.map((input) => call.inner.script(input)).reduce(worse, null);
  const text = command.join(' ');
  return inputs
    .map((input) =>
      call.inner.script(/\{[^}]*\}/.test(text) ? text.replace(/\{[#%./]*\}/g, input) : `${text} ${input}`),
    )
    .reduce(worse, null);
};

const time: ProgramRules = passes(['-f', '-o', '--format', '--output']);

const watch: ProgramRules = ({ args, inner }) => {
  const command = commandOf(args, ['-n', '--interval', '-q', '--equexit']);
  return command.length === 0 ? null : inner.script(command.join(' '));
};

const script: ProgramRules = ({ args, inner }) => {
  const command = readOptions(args, ['c', 'command', 't', 'I', 'O', 'E', 'o']).value('c', 'command');
  return command === null ? null : inner.script(command);
};

const evalWords: ProgramRules = ({ args, inner }) => {
  const text = args.join(' ');
  if (/^\uE000$/.test(text)) return undecided('eval runs what is not known before');
  return inner.script(text);
};

const chroot: ProgramRules = ({ program, args, inner }) =>
  worse(
    inner.words(commandOf(args, [], 1)),
    approve('privilege', `${program} ${shown(args)} works in another system`),
  );

const flock: ProgramRules = ({ args, inner, feed }) => {
  const command = readOptions(args, ['c', 'command', 'w', 'E', 'timeout']).value('c', 'command');
  return command === null
    ? passes(['-w', '-E', '--timeout', '--wait'], 1)({ program: 'flock', args, inner, feed })
    : inner.script(command);
};

const busybox: ProgramRules = ({ args, inner, feed }) =>
  args.length === 0 || (args[0] ?? '').startsWith('--') ? null : inner.words(args, feed);

const command: ProgramRules = ({ args, inner, feed }) =>
  /^-[vV]+$/.test(args[0] ?? '') ? null : passes([])({ program: 'command', args, inner, feed });

const concurrently: ProgramRules = ({ args, inner }) =>
  readOptions(args, [
    'n',
    'names',
    'c',
    'prefix-colors',
    'p',
    'prefix',
    'k',
    'max-processes',
    'e',
    'exec',
    'w',
    'watch',
    'x',
    'ext',
    'i',
    'ignore',
    'd',
    'delay',
  ])
    .operands.map((each) => (/\s/.test(each) ? inner.script(each) : null))
    .reduce(worse, null);

const nodemon: ProgramRules = ({ args, inner }) => {
  const shell = readOptions(args, [
    'x',
    'exec',
    'e',
    'ext',
    'w',
    'watch',
    'i',
    'ignore',
    'd',
    'delay',
    's',
    'c',
    'command',
  ]).value('x', 'exec', 's', 'c', 'command');
  return shell === null ? null : inner.script(shell);
};

export const WRAPPERS: Readonly<Record<string, ProgramRules>> = {
  env,
  ...group('sudo doas sudo-rs run0', elevates(SUDO_VALUES)),
  ...group('su runuser', su),
  command,
  ...group('builtin exec', passes(['-a'])),
  nohup: passes([]),
  nice: passes(['-n', '--adjustment']),
  ionice: passes(['-c', '-n', '-t', '--class', '--classdata']),
  ...group('timeout gtimeout', passes(['-s', '--signal', '-k', '--kill-after'], 1)),
  ...group('time gtime hyperfine-time', time),
  hyperfine: ({ args, inner }) =>
    readOptions(args, ['w', 'warmup', 'r', 'runs', 'm', 'M', 'n', 'export-json', 'export-markdown'])
      .operands.map((each) => inner.script(each))
      .reduce(worse, null),
  stdbuf: passes(['-i', '-o', '-e']),
  setsid: passes([]),
  ...group(
    `unbuffer chronic caffeinate catchsegv valgrind eatmydata fakeroot proot linux32 linux64 arch
    firejail bwrap ltrace-run dotenvx direnv-exec op-run mold reptyr torify torsocks choom chrt`,
    passes(['-t', '-i', '-w', '--tool']),
  ),
  setarch: passes([], 1),
  taskset: passes(['-p'], 1),
  numactl: passes([]),
  ...group('dotenv cross-env cross-env-shell', ({ args, inner, feed }) => {
    const words = commandOf(args, ['-e', '-f', '-c'], 0, true);
    return words.length === 0 ? null : inner.words(words, feed);
  }),
  ...group('mise asdf rtx nvm fnm volta pyenv rbenv direnv devbox nix-shell', ({ args, inner, feed }) => {
    const at = args.findIndex((word) => /^(?:exec|x|run|--run|--command|-c)$/.test(word));
    const dashes = args.indexOf('--');
    if (at === -1) return null;
    const words = dashes === -1 ? args.slice(at + 1) : args.slice(dashes + 1);
    return args[at]?.startsWith('--') === true
      ? inner.script(words.join(' '))
      : dashes === -1
        ? (inner.words(words.slice(1), feed) ?? null)
        : inner.words(words, feed);
  }),
  xvfb: passes([]),
  'xvfb-run': passes(['-n', '-s', '-e', '-f', '--server-args']),
  'dbus-run-session': passes([]),
  unshare: passes([]),
  nsenter: chroot,
  chroot,
  'systemd-inhibit': passes([]),
  ...group('start-stop-daemon daemonize', ({ program, args }) =>
    approve('persistence', `${program} ${shown(args)} starts something that stays`),
  ),
  flock,
  ...group('busybox toybox', busybox),
  ...group('watch entr watchexec', watch),
  ...group('script unbuffer-script', script),
  eval: evalWords,
  xargs,
  parallel,
  'env-cmd': passes(['-f']),
  concurrently,
  ...group('npm-run-all run-s run-p wait-on', () => null),
  ...group('nodemon watchman-make', nodemon),
  coproc: passes([]),
};
