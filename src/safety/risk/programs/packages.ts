import { type Call, isUnknown, type ProgramRules, readOptions, shown } from '../call.ts';
import { pattern } from '../pattern.ts';
import { group } from '../rules.ts';
import { approve, type Finding, undecided } from '../verdict.ts';

const REGISTRY_WRITES = pattern(`
      ^(?:publish|unpublish|deprecate|owner|author|access|token|dist-tag|dist-tags|adduser|add-user|
      login|logout|team|org|hook|star|profile|yank|push|upload|register|unyank|retire|trusthost|stage|
      release)$
    `);

/** Tasks of a project say in their name what they reach. */
const RISKY_TASK = pattern(
  String.raw`
      (?:^|[:_\-./])(?:deploy|publish|release|destroy|nuke|wipe|purge|prod(?:uction)?|unpublish|
      teardown|force-push|rollback|drop|truncate|db:(?:drop|reset|purge|wipe|rollback|migrate:(?:reset|
      down|undo)|schema:load|seed:replant|truncate)|reset-db|db-reset|dropdb|reset:db|flush-?all|
      shutdown|reboot|uninstall|terminate|apply|promote|ship)(?:$|[:_\-./])|(?:^|[:_-])(?:database|
      db)[-_:](?:reset|drop|wipe|clear|nuke|purge)
    `,
  'i',
);

/** What `npm run x`, `make x` and a script of the project stand for cannot be seen; their name is what is known of them. */
export function judgeTask(name: string, how: string): Finding | null {
  if (isUnknown(name)) return undecided(`${how} runs a task not known before`);
  if (
    /(?:dry[-_:]?run|build|test|check|lint|preview|docs|validate|plan|version|notes|logs|status|types?)$/i.test(
      name,
    )
  )
    return null;
  // What is built for production stays here; what is deployed does not.
  const reach = /^(?:build|start|serve|preview|test|compile|bundle|analyze|install|watch|dev)\b/i.test(name)
    ? name.replace(/\bprod(?:uction)?\b/gi, '')
    : name;
  return RISKY_TASK.test(reach) ||
    /(?:^|[:_-])clean(?:[:_-]?all)?[:_-](?:data|db|database|volumes?|docker|s3|bucket)/i.test(reach)
    ? approve(
        /publish|release/i.test(name) ? 'publishing' : 'cloud',
        `${how} runs a task that reaches beyond the work`,
      )
    : null;
}

/** Programs that packages bring along: run by `npx x`, `pnpm exec x`, `uv run x`. */
function runsPackage(call: Call, words: readonly string[], isFetched: boolean): Finding | null {
  const [name = '', ...rest] = words;
  if (isFetched && /^(?:https?:|git[+:@]|github:|file:|\/)/.test(name))
    return approve('download-and-run', `${call.program} ${shown(call.args)} runs code from elsewhere`);
  const bare = name.replace(/^(?:npm:)?(@[^/]+\/[^@]+|[^@]+)@.*$/, '$1');
  if (bare === '') return null;
  if (isUnknown(bare)) return undecided(`${call.program} runs a package not known before`);
  const found = call.inner.words([bare, ...rest], call.feed);
  if (found?.category !== 'undecided' || rest.some(isUnknown)) return found;
  if (!isFetched) return judgeTask(bare, `${call.program} ${shown(call.args)}`);
  return judgeTask(bare, `${call.program} ${shown(call.args)}`);
}

const NODE_VALUES = [
  'prefix',
  'C',
  'dir',
  'w',
  'workspace',
  'filter',
  'F',
  'registry',
  'tag',
  'p',
  'package',
  'c',
  'call',
  'cwd',
  'access',
  'otp',
  'loglevel',
  'userconfig',
  'node-options',
];

/** The fleet's own program is run by a script of its name. */
function judgeScript({ inner, feed }: Call, words: readonly string[], how: string): Finding | null {
  const [name = ''] = words;
  return name === 'fleet' ? inner.words(words, feed) : judgeTask(name, how);
}

const nodePackages: ProgramRules = (call) => {
  const { args, program } = call;
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, NODE_VALUES);
  const [first = '', ...more] = options.operands;
  const isWorkspace = program === 'yarn' && /^(?:workspace|workspaces)$/.test(first);
  const verb = isWorkspace ? (more[first === 'workspace' ? 1 : 0] ?? '') : first;
  const rest = isWorkspace ? more.slice(2) : more;
  if (verb === 'npm' && program === 'yarn')
    return REGISTRY_WRITES.test(rest[0] ?? '') ? approve('publishing', `${how} changes the registry`) : null;
  if (options.has('call')) return call.inner.script(options.value('call') ?? '');
  if (REGISTRY_WRITES.test(verb)) {
    if (options.has('dry-run')) return null;
    return /^(?:access|owner|dist-tags?|profile|team|org|token|author)$/.test(verb) &&
      /^(?:ls|list|get|info|list-\S+)$/.test(rest[0] ?? '') &&
      verb !== 'token'
      ? null
      : approve('publishing', `${how} changes the registry`);
  }
  if (verb === 'config' && /^(?:set|delete|edit)$/.test(rest[0] ?? ''))
    return approve('persistence', `${how} changes where packages come from`);
  if ((verb === 'config' || verb === 'c') && rest.some((word) => /auth|token/i.test(word)))
    return approve('secrets', `${how} prints a token`);
  if (verb === 'set' && /registry|script-shell|_auth/.test(rest[0] ?? ''))
    return approve('persistence', `${how} changes where packages come from`);
  if (/^(?:run|run-script|rum|urn|task)$/.test(verb)) return judgeScript(call, rest, how);
  if (/^(?:exec|x|dlx)$/.test(verb))
    return runsPackage(
      call,
      wordsFrom(args, args.indexOf(verb) + 1, ['p', 'package', 'c', 'filter', 'C', 'w']),
      verb === 'dlx',
    );
  if (
    /^(?:install|i|add|ci|in|isntall|global|link|ln|update|up|upgrade|remove|rm|uninstall|un|unlink)$/.test(
      verb,
    )
  ) {
    if (options.has('g', 'global') || verb === 'global')
      return approve('system', `${how} changes programs for everybody on the machine`);
    if (rest.some((word) => /^(?:https?:|git[+:@]|github:)/.test(word)))
      return approve('download-and-run', `${how} installs code from outside the registry`);
    return options.value('registry') === null
      ? null
      : approve('download-and-run', `${how} installs from another registry`);
  }
  if (verb === 'cache' && rest[0] === 'clean') return null;
  if (EVERYDAY_VERBS.test(verb)) return null;
  return judgeScript(call, [verb, ...rest], how);
};

const EVERYDAY_VERBS = pattern(`
        ^(?:store|env|setup|self-update|patch-commit|create|init|test|t|tst|start|stop|restart|build|
        rebuild|rb|pack|view|info|show|v|ls|ll|la|list|outdated|audit|fund|doctor|explain|why|root|bin|
        prefix|version|help|search|find|dedupe|ddp|prune|shrinkwrap|completion|ping|repo|bugs|docs|home|
        diff|pkg|query|sbom|whoami|config|c|get|edit|cache|import|fetch|deploy|licenses|constraints|
        plugin|set|stage|up|upgrade-interactive|workspaces|dedup|install-test|it|cit|install-ci-test|
        patch|recursive|m|server|generate|up)?$
      `);

function wordsFrom(args: readonly string[], start: number, withValue: readonly string[]): readonly string[] {
  let at = start;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return args.slice(at + 1);
    if (!word.startsWith('-')) break;
    if (!word.includes('=') && withValue.includes(word.replace(/^-+/, ''))) at += 1;
  }
  return args.slice(at);
}

const npx: ProgramRules = (call) => {
  const shell = readOptions(call.args, NODE_VALUES).value('c', 'call');
  return shell === null
    ? runsPackage(
        call,
        wordsFrom(call.args, 0, ['p', 'package', 'c', 'call', 'from', 'with', 'python', 'spec']),
        true,
      )
    : call.inner.script(shell);
};

const pip: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, [
    'r',
    'requirement',
    'i',
    'index-url',
    'extra-index-url',
    'c',
    't',
    'target',
    'e',
    'editable',
    'f',
    'find-links',
    'python',
  ]);
  const words = options.operands;
  const verb = words.find((word) => word !== 'pip') ?? '';
  if (verb !== 'install' && verb !== 'download') return null;
  if (options.has('break-system-packages'))
    return approve('system', `${how} changes the packages of the system`);
  if (
    options.has('i', 'index-url', 'extra-index-url', 'trusted-host', 'find-links') ||
    [options.value('requirement', 'r') ?? '', options.value('e', 'editable') ?? '', ...words].some((word) =>
      /^(?:https?:|git\+|git@|svn\+)/.test(word),
    )
  )
    return approve('download-and-run', `${how} installs from outside the registry`);
  return null;
};

const uv: ProgramRules = (call) => {
  const options = readOptions(call.args, [
    'p',
    'python',
    'with',
    'project',
    'directory',
    'package',
    'extra',
    'group',
    'from',
    'index-url',
  ]);
  const [verb = '', ...rest] = options.operands;
  if (verb === 'publish')
    return approve('publishing', `${call.program} ${shown(call.args)} publishes a package`);
  if (verb === 'run')
    return runsPackage(
      call,
      wordsFrom(call.args, call.args.indexOf('run') + 1, [
        'p',
        'python',
        'with',
        'project',
        'directory',
        'package',
        'extra',
        'group',
        'with-requirements',
        'env-file',
        'm',
        'module',
      ]),
      false,
    );
  if (verb === 'tool' && rest[0] === 'run') return runsPackage(call, rest.slice(1), true);
  return verb === 'pip' ? pip({ ...call, args: call.args.slice(call.args.indexOf('pip') + 1) }) : null;
};

/** `poetry run x`, `bundle exec x`, `pdm run x`: what comes after is the command. */
const runs =
  (verb: RegExp): ProgramRules =>
  (call) => {
    const { args, program } = call;
    const how = `${program} ${shown(args)}`;
    const at = args.findIndex((word) => !word.startsWith('-'));
    const name = args[at] ?? '';
    if (verb.test(name)) return runsPackage(call, args.slice(at + 1), false);
    return REGISTRY_WRITES.test(name) && !args.includes('--dry-run')
      ? approve('publishing', `${how} changes the registry`)
      : null;
  };

const cargo: ProgramRules = ({ program, args }) => {
  const options = readOptions(
    args.filter((word) => !word.startsWith('+')),
    ['p', 'package', 'manifest-path', 'target', 'features', 'F', 'git', 'index', 'config'],
  );
  const how = `${program} ${shown(args)}`;
  const verb = options.operands[0] ?? '';
  if (/^(?:publish|yank|owner|login|logout|release)$/.test(verb))
    return options.has('dry-run') ? null : approve('publishing', `${how} changes the registry`);
  if (verb === 'install')
    return options.has('git')
      ? approve('download-and-run', `${how} installs code from outside the registry`)
      : null;
  return null;
};

const publishes =
  (verbs: RegExp, category: 'publishing' | 'cloud' = 'publishing'): ProgramRules =>
  ({ program, args }) =>
    args.some((word) => !word.startsWith('-') && verbs.test(word)) &&
    !args.some((word) => /^--(?:dry-run|check|skip-publish|snapshot)/.test(word))
      ? approve(category, `${program} ${shown(args)} publishes or changes what others use`)
      : null;

const SYSTEM_READS = pattern(String.raw`
      ^(?:list|ls|search|show|info|policy|depends|rdepends|outdated|doctor|config|deps|leaves|--version|
      -[VqlLsSiQ]\w*|provides|check-update|repoquery|repolist|history|status|why|cache|madison|help|
      home|desc|uses|tap|files|changelog|download|source|check|cat|options|formulae|casks|dump|
      services)$
    `);

const systemPackages: ProgramRules = ({ program, args }) => {
  const verb = args.find((word) => !word.startsWith('-') || /^-[SRQVlLsi]/.test(word)) ?? '';
  if (args.some((word) => /^(?:-s|--simulate|--dry-run|--just-print)$/.test(word))) return null;
  if (
    program === 'brew' &&
    /^(?:install|update|upgrade|bundle|services)$/.test(verb) &&
    !args.some((word) => /^(?:stop|cleanup|restart)$/.test(word))
  )
    return null;
  if (program === 'pacman' || program === 'yay' || program === 'rpm' || program === 'dpkg')
    return /^-(?:Q|Ss|Si|Sl|q|l|L|s|S$)/.test(verb) && !/^-S$/.test(verb)
      ? null
      : approve('system', `${program} ${shown(args)} changes the programs of the machine`);
  return verb === '' || SYSTEM_READS.test(verb)
    ? null
    : approve('system', `${program} ${shown(args)} changes the programs of the machine`);
};

const taskRunner: ProgramRules = (call) => {
  const { args, program } = call;
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, [
    'C',
    'f',
    'j',
    'directory',
    'file',
    'makefile',
    'I',
    'o',
    'p',
    'project-dir',
    'd',
    't',
    'taskfile',
    'justfile',
    'working-directory',
  ]);
  if (options.has('n', 'dry-run', 'just-print')) return null;
  const settings = options.operands.filter((word) => /^\w+=/.test(word));
  // A setting may hold a command: `make SHELL=…`, `make test CC='rm -rf /'`.
  const commands = settings
    .map((word) => word.slice(word.indexOf('=') + 1))
    .filter((value) => value.includes(' ') || value.startsWith('/'));
  for (const command of commands) {
    const found = call.inner.script(command);
    if (found !== null && found.category !== 'undecided') return found;
  }
  for (const name of options.operands.filter((word) => !/^\w+=/.test(word))) {
    const found = judgeTask(name, how);
    if (found !== null) return found;
    // `make install` copies into the system; with a prefix of its own it does not.
    if (program === 'make' && /^(?:install|uninstall)$/.test(name) && options.value('prefix') === '/')
      return approve('system', `${how} changes the system`);
  }
  return options.has('eval') ? approve('inline-code', `${how} runs rules from the command line`) : null;
};

const goTool: ProgramRules = (call) => {
  const { args } = call;
  const how = `go ${shown(args)}`;
  const toolexec = args.find((word) => /^-?-(?:toolexec|exec)/.test(word));
  if (toolexec !== undefined) return approve('inline-code', `${how} runs another program`);
  if (args[0] === 'run' && args.some((word) => /@/.test(word))) return null;
  if (args[0] === 'env' && args.some((word) => word === '-w' || word === '-u'))
    return approve('persistence', `${how} changes Go for every project`);
  return null;
};

export const PACKAGE_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  ...group('npm pnpm yarn bun cnpm', nodePackages),
  ...group('npx pnpx bunx uvx pipx-run', npx),
  ...group('pip pip2 pip3', pip),
  pipx: (call) => (call.args[0] === 'run' ? npx({ ...call, args: call.args.slice(1) }) : pip(call)),
  uv,
  ...group('poetry pdm rye hatch pipenv', runs(/^run$/)),
  ...group('bundle bundler', runs(/^exec$/)),
  ...group('conda mamba micromamba', ({ program, args }) =>
    /^(?:remove|uninstall|clean)$/.test(args[0] ?? '') || (args[0] === 'env' && args[1] === 'remove')
      ? approve('system', `${program} ${shown(args)} removes packages`)
      : null,
  ),
  twine: publishes(/^(?:upload|register)$/),
  flit: publishes(/^publish$/),
  gem: publishes(/^(?:push|yank|owner|signin|uninstall|cleanup)$/),
  cargo,
  go: goTool,
  mvn: publishes(/^(?:deploy|deploy:.*|release:.*|.*:deploy)$/),
  mvnw: publishes(/^(?:deploy|release:.*)$/),
  ...group(
    'gradle gradlew',
    publishes(/^(?::?\S*publish(?!ToMavenLocal)\w*|:?\S*uploadArchives|:?\S*release)$/),
  ),
  dotnet: publishes(/^(?:push|delete)$/),
  sbt: publishes(/^\S*(?:publish(?!Local)\w*|release)$/),
  nuget: publishes(/^(?:push|delete)$/),
  composer: publishes(/^(?:global|archive-push)$/),
  lerna: publishes(/^publish$/),
  changeset: publishes(/^publish$/),
  'semantic-release': ({ program, args }) =>
    args.includes('--dry-run') || args.includes('-d')
      ? null
      : approve('publishing', `${program} publishes a release`),
  'release-it': ({ program, args }) =>
    args.includes('--dry-run') ? null : approve('publishing', `${program} publishes a release`),
  np: ({ program, args }) => approve('publishing', `${program} ${shown(args)} publishes a release`),
  vsce: publishes(/^(?:publish|unpublish|login)$/),
  ovsx: publishes(/^publish$/),
  jsr: publishes(/^publish$/),
  goreleaser: publishes(/^release$/),
  hex: publishes(/publish/),
  mix: (call) =>
    publishes(/^(?:hex\.publish|hex\.retire|hex\.owner|ecto\.(?:drop|reset|rollback))$/)(call) ?? null,
  flutter: publishes(/^publish$/),
  dart: publishes(/^publish$/),
  pod: publishes(/^(?:push|delete|deprecate)$/),
  fastlane: publishes(/^(?!test|scan|lint|build|gym).+/),
  ...group(
    `apt apt-get aptitude dnf yum zypper apk snap flatpak port choco winget scoop emerge xbps-install
    nix-env pkg brew pacman yay rpm dpkg slackpkg opkg swupd softwareupdate`,
    systemPackages,
  ),
  'apt-key': ({ args }) => approve('system', `apt-key ${shown(args)} changes whose packages are trusted`),
  'add-apt-repository': ({ args }) =>
    approve('system', `add-apt-repository ${shown(args)} changes whose packages are trusted`),
  'dpkg-reconfigure': ({ args }) => approve('system', `dpkg-reconfigure ${shown(args)} changes the system`),
  ...group(
    'make gmake just task rake invoke inv mage nox tox turbo nx gulp grunt ant bazel buck2 earthly moon wireit',
    taskRunner,
  ),
};
