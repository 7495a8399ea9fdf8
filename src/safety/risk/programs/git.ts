import { isUnknown, type ProgramRules, readOptions, shown, UNKNOWN } from '../call.ts';
import { pattern } from '../pattern.ts';
import { approve, type Finding, undecided, worst } from '../verdict.ts';

type Rule = (args: readonly string[], how: string) => Finding | null;

/** Options before the subcommand that take the next word. */
const GLOBAL_VALUES = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
  '--super-prefix',
]);

/** Settings whose value git runs, or with which it trusts or sends somewhere else. */
const RUNNING_SETTINGS = pattern(
  String.raw`
      ^(?:alias\.|core\.(?:sshcommand|editor|pager|hookspath|fsmonitor|gitproxy|askpass|attributesfile)|
      credential\.|diff\..*\.(?:command|textconv)|diff\.external|filter\.|merge\..*\.driver|mergetool\.|
      difftool\.|sequence\.editor|gpg\.|http\..*proxy|http\.(?:proxy|sslverify)|url\.|protocol\.|
      uploadpack\.|receive\.|remote\..*\.(?:receivepack|uploadpack|vcs)|pager\.|interactive\.difffilter|
      init\.templatedir|submodule\..*\.update|include)
    `,
  'i',
);

/** Branches that all share. */
const SHARED_BRANCH = /^(?:main|master|trunk|develop|production|prod|live|release(?:[/-].*)?|stable)$/;
/** Remotes that run what they get. */
const DEPLOYS = /^(?:heroku|dokku|piku|gigalixir|scalingo|clever|azure|prod(?:uction)?|live|deploy)$/;

const push: Rule = (args, how) => {
  const options = readOptions(args, ['o', 'push-option', 'receive-pack', 'exec', 'repo']);
  if (options.has('f', 'force', 'force-with-lease', 'force-if-includes'))
    return approve('git', `${how} overwrites the remote branch`);
  if (options.has('mirror', 'prune')) return approve('git', `${how} deletes what the remote has more`);
  if (options.has('d', 'delete')) return approve('git', `${how} deletes a remote branch`);
  if (options.has('no-verify')) return approve('protections', `${how} skips the hooks`);
  if (options.has('receive-pack', 'exec'))
    return approve('git', `${how} runs a program of its own on the remote`);
  const [remote, ...refs] = options.operands;
  for (const ref of refs) {
    if (ref.startsWith('+')) return approve('git', `${how} overwrites the remote branch`);
    if (ref.startsWith(':')) return approve('git', `${how} deletes a remote branch`);
    const [from = '', to = ''] = ref.split(':', 2).map((each) => each.replace(/^refs\/heads\//, ''));
    if (from !== to && SHARED_BRANCH.test(to))
      return approve('git', `${how} brings another branch onto ${to}, past every review`);
  }
  if (remote !== undefined && DEPLOYS.test(remote)) return approve('cloud', `${how} deploys`);
  if (options.isHidden) return undecided(`${how} pushes with words that are not known before`);
  return remote !== undefined && /^(?:ext::|\w+:\/\/|[^/]*@[^/]*:)/.test(remote)
    ? approve('exfiltration', `${how} pushes to another place`)
    : null;
};

const reset: Rule = (args, how) => {
  const options = readOptions(args, ['pathspec-from-file']);
  if (options.has('hard', 'merge', 'keep'))
    return approve('git', `${how} throws away changes that are not committed`);
  return options.isHidden ? undecided(`${how} resets in a way not known before`) : null;
};

const clean: Rule = (args, how) => {
  const options = readOptions(args, ['e', 'exclude']);
  return options.has('n', 'dry-run') ? null : approve('git', `${how} deletes files that git does not know`);
};

const checkout: Rule = (args, how) => {
  const options = readOptions(args, ['b', 'B', 'orphan', 'conflict', 'pathspec-from-file']);
  if (options.has('f', 'force', 'B', 'discard-changes'))
    return approve('git', `${how} throws away changes or moves a branch`);
  const dashes = args.indexOf('--');
  const paths = dashes === -1 ? options.operands : args.slice(dashes + 1);
  const wide = paths.find((path) => /^(?:\.|:\/|\*|\.\/|:\(top\).*|:\/.*|\.\.\/?)$/.test(path));
  if (wide !== undefined) return approve('git', `${how} throws away every change that is not committed`);
  // A folder has no dot in its name; what lies in it and is not committed is gone.
  return dashes > 0 && args[0] !== '--' && paths.some((path) => !/\.\w+$/.test(path))
    ? approve('git', `${how} overwrites a folder`)
    : null;
};

const restore: Rule = (args, how) => {
  const options = readOptions(args, ['s', 'source', 'pathspec-from-file']);
  if (options.has('staged', 'S') && !options.has('worktree', 'W')) return null;
  return options.operands.some(
    (path) => /^(?:\.|:\/.*|\*|\.\/|\.\.\/?|:\(top\).*|[^*]*\/)$/.test(path) || isUnknown(path),
  )
    ? approve('git', `${how} throws away every change that is not committed`)
    : null;
};

const branch: Rule = (args, how) => {
  const options = readOptions(args, ['u', 'set-upstream-to', 'contains', 'sort', 'format', 'points-at']);
  const isForced = options.has('D', 'M', 'C') || options.has('f', 'force');
  if (isForced) return approve('git', `${how} loses what only that branch has`);
  if (options.has('d', 'delete') && options.has('r', 'remotes'))
    return approve('git', `${how} deletes remote branches`);
  return options.has('d', 'delete') &&
    options.operands.some((name) => /^(?:main|master|develop|trunk|release.*)$/.test(name))
    ? approve('git', `${how} deletes a branch that all share`)
    : null;
};

const stash: Rule = (args, how) =>
  ['drop', 'clear'].includes(args[0] ?? '') ? approve('git', `${how} loses what was put aside`) : null;

const rebase: Rule = (args, how) => {
  const options = readOptions(args, ['x', 'exec', 'onto', 's', 'strategy', 'X', 'C']);
  if (options.has('i', 'interactive', 'root', 'edit-todo')) return approve('git', `${how} rewrites history`);
  if (options.has('x', 'exec')) return approve('git', `${how} runs a command at every commit`);
  return options.has('no-verify') ? approve('protections', `${how} skips the hooks`) : null;
};

const commit: Rule = (args, how) => {
  const options = readOptions(args, [
    'm',
    'message',
    'F',
    'file',
    'C',
    'c',
    'author',
    'date',
    't',
    'template',
    'fixup',
    'squash',
    'trailer',
    'cleanup',
    'reuse-message',
    'reedit-message',
  ]);
  return options.has('n', 'no-verify') ? approve('protections', `${how} skips the hooks`) : null;
};

const tag: Rule = (args, how) => {
  const options = readOptions(args, [
    'm',
    'message',
    'F',
    'file',
    'u',
    'local-user',
    'sort',
    'contains',
    'format',
    'points-at',
    'n',
  ]);
  return options.has('d', 'delete', 'f', 'force') ? approve('git', `${how} deletes or moves a tag`) : null;
};

const remote: Rule = (args, how) =>
  ['remove', 'rm', 'set-url', 'rename', 'prune', 'add'].includes(args[0] ?? '') &&
  !(args[0] === 'prune' || args[0] === 'rename')
    ? args[0] === 'add' &&
      /^(?:upstream|origin|fork)$/.test(args.find((word, at) => at > 0 && !word.startsWith('-')) ?? '')
      ? null
      : approve('git', `${how} changes where code comes from and goes to`)
    : null;

const config: Rule = (args, how) => {
  const options = readOptions(args, ['f', 'file', 'blob', 'type', 'default', 'value']);
  const isRead =
    options.has('get', 'get-all', 'get-regexp', 'l', 'list', 'get-urlmatch', 'show-origin') ||
    ['get', 'list'].includes(options.operands[0] ?? '');
  if (isRead)
    return options.operands.some((name) => /credential|token|extraheader/i.test(name))
      ? approve('secrets', `${how} prints credentials`)
      : null;
  const names = options.operands.filter((word) => word !== 'set' && word !== 'unset');
  if (
    names.length < 2 &&
    !options.has('unset', 'unset-all', 'remove-section', 'e', 'edit') &&
    !options.operands.includes('unset')
  )
    return null;
  if (options.has('global', 'system'))
    return approve('persistence', `${how} changes git for every repository`);
  return RUNNING_SETTINGS.test(names[0] ?? '')
    ? approve('persistence', `${how} makes git run or trust something`)
    : null;
};

const only =
  (category: Finding['category'], words: readonly string[], what: string): Rule =>
  (args, how) =>
    args.some(
      (word) =>
        words.includes(word) ||
        (word.startsWith('--') &&
          words.some(
            (each) =>
              each.startsWith('--') &&
              ((each.startsWith(word) && word.length > 4) || word.startsWith(`${each}=`)),
          )),
    )
      ? approve(category, `${how} ${what}`)
      : null;

const always =
  (what: string): Rule =>
  (_, how) =>
    approve('git', `${how} ${what}`);

const RULES: Readonly<Record<string, Rule>> = {
  push,
  reset,
  clean,
  checkout,
  restore,
  branch,
  stash,
  rebase,
  commit,
  tag,
  remote,
  config,
  switch: only(
    'git',
    ['-f', '--force', '-C', '--discard-changes', '--force-create'],
    'throws away changes or moves a branch',
  ),
  merge: only('protections', ['--no-verify'], 'skips the hooks'),
  am: only('protections', ['--no-verify'], 'skips the hooks'),
  rm: (args, how) =>
    readOptions(args).has('r', 'f', 'force') && !args.some((word) => word === '--cached')
      ? approve('git', `${how} deletes a folder with all below it`)
      : null,
  reflog: only('git', ['expire', 'delete', 'drop'], 'loses the way back'),
  gc: only('git', ['--prune', '--aggressive'], 'loses what nothing points to'),
  prune: always('loses what nothing points to'),
  'update-ref': always('moves or deletes a reference'),
  'symbolic-ref': (args, how) =>
    args.filter((word) => !word.startsWith('-')).length > 1
      ? approve('git', `${how} moves a reference`)
      : null,
  'filter-branch': always('rewrites history'),
  'filter-repo': always('rewrites history'),
  replace: always('rewrites history'),
  'fast-import': always('rewrites history'),
  worktree: (args, how) =>
    args[0] === 'remove' && readOptions(args).has('f', 'force')
      ? approve('git', `${how} loses changes of a worktree`)
      : null,
  submodule: (args, how) => {
    if (args[0] === 'foreach') return null;
    return args.includes('deinit') ? approve('git', `${how} empties a submodule`) : null;
  },
  fetch: (args, how) =>
    readOptions(args).has('upload-pack') || args.some((word) => /^\+.*:refs\/heads/.test(word))
      ? approve('git', `${how} overwrites branches or runs a program`)
      : null,
  clone: (args, how) =>
    readOptions(args, ['c', 'config', 'u', 'upload-pack']).has('u', 'upload-pack') ||
    args.some((word) => word.startsWith('ext::')) ||
    RUNNING_SETTINGS.test(readOptions(args, ['c', 'config']).value('c', 'config') ?? '')
      ? approve('inline-code', `${how} runs a program of its own`)
      : null,
  credential: (_, how) => approve('secrets', `${how} hands out credentials`),
  'credential-store': (_, how) => approve('secrets', `${how} hands out credentials`),
  daemon: (_, how) => approve('network', `${how} serves repositories`),
  'send-email': (_, how) => approve('exfiltration', `${how} sends code by mail`),
  lfs: only('git', ['prune', 'migrate'], 'rewrites or deletes stored files'),
  notes: only('git', ['remove', 'prune'], 'deletes notes'),
  hook: always('runs a hook'),
  'checkout-index': only('git', ['-f', '--force', '-a'], 'overwrites files'),
  'read-tree': only('git', ['--reset', '-u'], 'overwrites files'),
  instaweb: (_, how) => approve('network', `${how} serves the repository`),
  p4: always('works on another server'),
};

const EVERYDAY = new Set(
  `add annotate apply archive bisect blame cat-file check-ignore cherry cherry-pick count-objects describe diff diff-files diff-index diff-tree
  difftool for-each-ref format-patch fsck grep help init log ls-files ls-remote ls-tree maintenance merge-base merge-file mergetool mv name-rev pull
  range-diff request-pull rerere rev-list rev-parse revert shortlog show show-branch show-ref sparse-checkout stage status symbolic-ref var
  verify-commit verify-tag version whatchanged write-tree hash-object st co ci br df lg last commit-graph pack-refs repack interpret-trailers
  column bundle bugreport check-attr update-index stripspace flow town absorb branchless machete`.split(
    /\s+/,
  ),
);

export const git: ProgramRules = ({ args, inner }) => {
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('-')) break;
    if (word === '-c' || word.startsWith('--config-env')) {
      const setting = word === '-c' ? (args[at + 1] ?? '') : word;
      if (RUNNING_SETTINGS.test(setting.replace(/^--config-env=?/, '')) || isUnknown(setting))
        return /^(?:core\.pager|pager\.|core\.editor|sequence\.editor)[^=]*=(?:cat|less|true|:|)$/i.test(
          setting,
        )
          ? null
          : approve('inline-code', `git ${shown(args)} makes git run ${setting.slice(0, 60)}`);
    }
    if (word.startsWith('--exec-path='))
      return approve('inline-code', `git ${shown(args)} runs programs from another place`);
    if (GLOBAL_VALUES.has(word)) at += 1;
  }
  const name = (args[at] ?? '').toLowerCase();
  const rest = args.slice(at + 1);
  const how = `git ${shown([name, ...rest])}`;
  if (name === '' || rest.includes('--help')) return null;
  if (isUnknown(name)) return undecided('git runs a command that is not known before');
  if (name === 'bisect' && rest[0] === 'run') return inner.words(rest.slice(1));
  if (name === 'submodule' && rest[0] === 'foreach')
    return inner.script(
      rest
        .slice(1)
        .filter((word) => word !== '--recursive')
        .join(' '),
    );
  const pager = readOptions(rest).value('open-files-in-pager', 'extcmd');
  if ((name === 'grep' || name === 'difftool') && pager !== null) return inner.script(pager);
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule !== undefined) return rule(rest, how);
  if (EVERYDAY.has(name)) {
    if (['show', 'archive', 'diff', 'log', 'cat-file', 'blame'].includes(name))
      return worst(rest, (word) =>
        /\.env(?:\.local|\.prod\w*)?$|id_rsa/.test(word) &&
        name !== 'log' &&
        (name !== 'diff' || rest.includes('--no-index'))
          ? approve('secrets', `${how} prints secrets`)
          : word.startsWith('--output=/') || word.startsWith('--ext') || word.startsWith('--exec')
            ? approve('git', `${how} writes or runs something outside`)
            : null,
      );
    return rest.some((word) => word === UNKNOWN) && name === 'apply'
      ? undecided(`${how} applies what is not known before`)
      : null;
  }
  return undecided(`git ${name} is no command of git that is known here`);
};
