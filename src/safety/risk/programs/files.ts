import { type Call, isUnknown, type ProgramRules, readOptions, shown } from '../call.ts';
import { pattern } from '../pattern.ts';
import { isDisk, isEverything, isRegenerable, isScratch, judgeRead, judgeWrite } from '../places.ts';
import { always } from '../rules.ts';
import { approve, type Finding, refuse, undecided, worst } from '../verdict.ts';

/**
 * A named file may go: git or the next build has it. A folder with all below it may go only when its name says that it is made again
 * (`dist`, `node_modules`) or made for a moment (`/tmp/x`). Anything wider is a person's to say, and without a whole disk, a home or the
 * system's folders nothing is left to approve.
 */
const remove: ProgramRules = (call) => {
  const options = readOptions(call.args);
  const how = `${call.program} ${shown(call.args)}`;
  const isRecursive = options.has('r', 'R', 'recursive', 'd');
  if (options.has('no-preserve-root')) return refuse('files', `${how} deletes the whole machine`);
  return worst(options.operands, (path) => {
    if (isDisk(path)) return refuse('files', `${how} removes a device`);
    if (isEverything(path))
      return isRecursive || path.includes('*') ? refuse('files', `${how} deletes everything`) : null;
    if (isUnknown(path))
      return isRecursive || path.length < 3
        ? approve('files', `${how} deletes what is not known before`)
        : judgeWrite(path, how);
    if (isRegenerable(path) || isScratch(path)) return null;
    if (isRecursive && !isPlainFile(path))
      return approve('files', `${how} deletes a folder with all below it`);
    if (
      /^(?:\.\/)?(?:\*|\*\.(?!log$|tgz$|tmp$|bak$|out$|pyc$|orig$)\w+|\.\*|\*\*|\.\.?|\*\.\*|\*\*\/\*)$|\*\*|^\.\.\/.*\*/.test(
        path,
      )
    )
      return approve('files', `${how} deletes all that is there`);
    if (/^(?:\/|~)/.test(path))
      return judgeWrite(path, how) ?? approve('files', `${how} deletes outside the work`);
    if (/(?:^|\/)\.git(?:\/(?!index\.lock$)|$)/.test(path))
      return approve('git', `${how} deletes git's own files`);
    if (/\.(?:db|sqlite3?|sql|dump|bak|tfstate|pem|key)$|(?:^|\/)\.env(?:\.|$)/i.test(path))
      return approve('files', `${how} deletes data that git may not have`);
    return null;
  });
};

/** A lock file goes with the folder that it describes. */
function isPlainFile(path: string): boolean {
  return PLAIN_FILE.test(path);
}

const PLAIN_FILE = pattern(String.raw`
      ^(?:\.\/)?(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|npm-shrinkwrap\.json|
      \.DS_Store|\*\.(?:log|tmp|pyc|tgz))$
    `);

const removeFolder: ProgramRules = ({ program, args }) =>
  worst(readOptions(args).operands, (path) =>
    isEverything(path) ? refuse('files', `${program} ${shown(args)} deletes a folder of the system`) : null,
  );

const shred: ProgramRules = ({ program, args }) =>
  worst(args, (path) => (isDisk(path) ? refuse('files', `${program} ${shown(args)} wipes a disk`) : null)) ??
  approve('files', `${program} ${shown(args)} destroys files for good`);

const diskTool: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  if (readOptions(args).has('l', 'list', 'n', 'no-act') || args[0] === 'list') return null;
  return args.some(isDisk)
    ? refuse('files', `${how} erases a disk`)
    : approve('system', `${how} changes disks`);
};

const dd: ProgramRules = ({ args }) => {
  const how = `dd ${shown(args)}`;
  const target = args.find((word) => word.startsWith('of='))?.slice(3);
  const source = args.find((word) => word.startsWith('if='))?.slice(3);
  if (target !== undefined && isDisk(target)) return refuse('files', `${how} overwrites a disk`);
  if (target === '/dev/null' && source?.startsWith('/dev/zero') === true) return null;
  return approve('files', `${how} copies raw data`);
};

const truncate: ProgramRules = ({ args }) =>
  readOptions(args, ['s', 'size', 'r', 'reference']).value('s', 'size') === '0' || args.some(isUnknown)
    ? approve('files', `truncate ${shown(args)} empties files`)
    : worst(args, (path) => judgeWrite(path, `truncate ${shown(args)}`));

const chmod: ProgramRules = ({ args }) => {
  const how = `chmod ${shown(args)}`;
  const options = readOptions(
    args.map((word) => (/^-[rwxXstugo,]+$/.test(word) && !/^-[Rrv]+$/.test(word) ? 'remove' : word)),
  );
  const [mode = '', ...paths] = options.operands;
  if (options.has('R', 'recursive') && paths.some(isEverything))
    return refuse('privilege', `${how} changes the rights of the whole system`);
  if (
    /^[0-7]*[2367]$/.test(mode) ||
    /(?:^|,)[ugo]*[oa][ugo]*[+=][rxXst]*w|(?:^|,)[+=][rxXst]*w.*w/.test(mode)
  )
    return approve('privilege', `${how} lets everybody write`);
  if (/^[2467][0-7]{3}$|[+=][rwxX]*[st]/.test(mode))
    return approve('privilege', `${how} lends its owner's rights to whoever runs it`);
  if (isUnknown(mode)) return undecided(`${how} sets rights that are not known before`);
  if (options.has('R', 'recursive'))
    return approve('privilege', `${how} changes the rights of a folder with all below it`);
  return worst(
    paths,
    (path) =>
      judgeWrite(path, how) ??
      (/^\/(?!tmp\/)/.test(path) ? approve('privilege', `${how} changes rights outside the work`) : null),
  );
};

const chown: ProgramRules = ({ program, args }) => {
  const options = readOptions(args);
  return options.has('R', 'recursive') && options.operands.some(isEverything)
    ? refuse('privilege', `${program} ${shown(args)} changes the owner of the whole system`)
    : approve('privilege', `${program} ${shown(args)} changes an owner or special rights`);
};

const copy: ProgramRules = ({ program, args }) => {
  const options = readOptions(args, [
    't',
    'target-directory',
    'm',
    'mode',
    'o',
    'owner',
    'g',
    'group',
    'S',
    'suffix',
  ]);
  const how = `${program} ${shown(args)}`;
  const target = options.value('t', 'target-directory') ?? options.operands.at(-1) ?? '';
  const sources = options.operands.filter((path) => path !== target);
  return (
    judgeWrite(target, how) ??
    (sources.includes('/dev/null') ? approve('files', `${how} empties a file`) : null) ??
    (/^\/dev\/null$/.test(target) && program === 'mv'
      ? approve('files', `${how} throws files away`)
      : null) ??
    worst(sources, (path) => {
      if (program === 'mv' && (isEverything(path) || /^(?:\*|\.|~\/.*|\/(?!tmp\/).*)$/.test(path)))
        return approve('files', `${how} moves what may be needed there`);
      return judgeRead(path, how);
    })
  );
};

const link: ProgramRules = ({ program, args }) =>
  worst(
    readOptions(args).operands,
    (path) => judgeWrite(path, `${program} ${shown(args)}`) ?? judgeRead(path, `${program} ${shown(args)}`),
  );

const create: ProgramRules = ({ program, args }) =>
  worst(readOptions(args, ['m', 'mode', 't', 'd', 'r', 'a']).operands, (path) =>
    judgeWrite(path, `${program} ${shown(args)}`),
  );

/** Programs that print what is in a file, or search it. */
const readFiles: ProgramRules = ({ program, args }) => {
  const isPattern = (at: number) =>
    /^[efz]?grep$|^rg$|^ag$|^ack$|^sed$|^awk$|^jq$|^yq$/.test(program) && at === firstOperand(args);
  return worst(args.entries(), ([at, path]) =>
    isPattern(at) ? null : judgeRead(path, `${program} ${shown(args)}`),
  );
};

function firstOperand(args: readonly string[]): number {
  return args.findIndex((word) => !word.startsWith('-'));
}

const rg: ProgramRules = (call) => {
  const program = readOptions(call.args).value('pre', 'hostname-bin');
  return program === null ? readFiles(call) : call.inner.words([program, 'file']);
};

/** `sed` writes with `-i`, and some of its commands write or run. */
const sed: ProgramRules = (call) => {
  const how = `sed ${shown(call.args)}`;
  const options = readOptions(call.args, ['e', 'expression', 'f', 'file']);
  const scripts = [options.value('e', 'expression') ?? options.operands[0] ?? ''];
  if (
    scripts.some(
      (script) =>
        /(?:^|[;{}\n]|\d|\$|\/)\s*e(?:\s|$)|\/[gpI\d]*e[gpI\d]*(?:$|[;}\n])/.test(script) &&
        /\/[gpI\d]*e[gpI\d]*\s*(?:$|[;}\n])|(?:^|[;{}\n]|\d)\s*e\s/.test(script),
    )
  )
    return approve('inline-code', `${how} runs commands`);
  const written = scripts.flatMap((script) =>
    [...script.matchAll(/(?:^|[;{}\n/\d$])[gp]*w\s+(\S+)/g)].map((match) => match[1] ?? ''),
  );
  const isInPlace = options.has('i', 'in-place');
  if (isInPlace && scripts.some((script) => /^(?:(?:1,)?\$?d|s(\W)\.\*\1\1g?)$/.test(script)))
    return approve('files', `${how} empties files`);
  return (
    worst(written, (path) => judgeWrite(path, how)) ??
    worst(options.operands.slice(options.has('e', 'expression', 'f', 'file') ? 0 : 1), (path) =>
      isInPlace ? judgeWrite(path, how) : judgeRead(path, how),
    )
  );
};

const tee: ProgramRules = ({ args }) =>
  worst(readOptions(args).operands, (path) => judgeWrite(path, `tee ${shown(args)}`));

const FIND_NAME = /^-i?(?:name|path|wholename)$/;

/** What is left out of what is found makes it less, whatever it is. */
function withoutExceptions(args: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    if (/^(?:!|-not)$/.test(args[at] ?? '') && FIND_NAME.test(args[at + 1] ?? '')) at += 2;
    else kept.push(args[at] ?? '');
  }
  return kept;
}

const FIND_ACTIONS = new Set(['-exec', '-execdir', '-ok', '-okdir']);

const find: ProgramRules = ({ args, inner }) => {
  const how = `find ${shown(args)}`;
  const firstTest = args.findIndex((word) => /^[-(!]/.test(word));
  const roots = firstTest === -1 ? args : args.slice(0, firstTest);
  // What is found goes by the last part of its name, below the folders that are searched.
  const tests = withoutExceptions(args);
  const name = tests[tests.findLastIndex((word) => FIND_NAME.test(word)) + 1] ?? '';
  const isNamed =
    tests.some((word) => FIND_NAME.test(word)) &&
    !tests.includes('-o') &&
    !tests.includes('!') &&
    !tests.includes('-not');
  const isMadeAgain = isRegenerable(name.replace(/^\*(?=\/)/, '.'));
  const isInRegenerable = roots.length > 0 && roots.every((root) => isRegenerable(root) || isScratch(root));
  const isOutside = roots.some((root) => /^[/~]/.test(root));
  const place = isInRegenerable || (isNamed && isMadeAgain && !isOutside) ? 'build' : `${roots[0] ?? '.'}/*`;
  const found = args.flatMap((word, at) => {
    if (word === '-delete')
      return place === 'build' ? [] : [approve('files', `${how} deletes all that it finds`)];
    if (/^-fprint|^-fls$/.test(word)) return [judgeWrite(args[at + 1] ?? '', how)];
    if (!FIND_ACTIONS.has(word)) return [];
    const rest = args.slice(at + 1);
    const end = rest.findIndex((each) => each === ';' || each === '+');
    const command = (end === -1 ? rest : rest.slice(0, end)).map((each) => each.replaceAll('{}', place));
    return [inner.words(command)];
  });
  return worst(found, (each) => each);
};

const fd: ProgramRules = ({ program, args, inner }) => {
  const at = args.findIndex((word) => /^(?:-[xX]|--exec(?:-batch)?)$/.test(word));
  return at === -1
    ? null
    : (inner.words([...args.slice(at + 1).map((word) => word.replace(/^\{[./]*\}$/, './*')), './*']) ??
        (isUnknown(shown(args))
          ? undecided(`${program} ${shown(args)} runs something not known before`)
          : null));
};

/** Archives may hold any path and may run a program. */
const tar: ProgramRules = (call) => {
  const { args, inner } = call;
  const how = `tar ${shown(args)}`;
  const options = readOptions(args, [
    'f',
    'file',
    'C',
    'directory',
    'I',
    'use-compress-program',
    'to-command',
    'checkpoint-action',
    'exclude',
    'X',
    'T',
  ]);
  const runs = [
    options.value('to-command'),
    options.value('checkpoint-action')?.replace(/^exec=/, ''),
    options.value('I', 'use-compress-program'),
  ];
  if (args.some((word) => /^--(?:to-command|checkpoint-action)/.test(word)))
    return approve('inline-code', `${how} runs a program`);
  const bundled = /^-?[a-z]*x[a-z]*$/.test(args[0] ?? '');
  const target = options.value('C', 'directory');
  return (
    worst(runs, (command) => (command === null || command === undefined ? null : inner.script(command))) ??
    (options.has('remove-files') ? approve('files', `${how} deletes what it packs`) : null) ??
    (options.has('P', 'absolute-names') && (bundled || options.has('x', 'extract'))
      ? approve('files', `${how} may write anywhere`)
      : null) ??
    (target === null
      ? null
      : isEverything(target)
        ? approve('files', `${how} may write anywhere`)
        : judgeWrite(target, how)) ??
    worst(options.operands, (path) =>
      isEverything(path) ? approve('secrets', `${how} packs a whole home or system`) : judgeRead(path, how),
    )
  );
};

const patchLike: ProgramRules = ({ program, args }) =>
  worst(args, (path) => judgeWrite(path, `${program} ${shown(args)}`));

export const FILE_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  rm: remove,
  unlink: remove,
  srm: shred,
  trash: remove,
  'trash-put': remove,
  rimraf: (call) => remove({ ...call, program: 'rimraf', args: ['-r', ...call.args] }),
  del: remove,
  rmdir: removeFolder,
  shred,
  wipe: shred,
  scrub: shred,
  wipefs: diskTool,
  blkdiscard: diskTool,
  sgdisk: diskTool,
  fdisk: diskTool,
  sfdisk: diskTool,
  cfdisk: diskTool,
  gdisk: diskTool,
  parted: diskTool,
  mkswap: diskTool,
  hdparm: diskTool,
  badblocks: diskTool,
  cryptsetup: diskTool,
  diskutil: diskTool,
  diskpart: diskTool,
  lvremove: diskTool,
  vgremove: diskTool,
  pvremove: diskTool,
  mdadm: diskTool,
  zpool: diskTool,
  zfs: diskTool,
  btrfs: diskTool,
  format: diskTool,
  dd,
  dcfldd: dd,
  truncate,
  fallocate: always('exhaustion', 'takes space on the disk'),
  chmod,
  chown,
  chgrp: chown,
  setfacl: chown,
  setcap: chown,
  chattr: chown,
  cp: copy,
  mv: copy,
  install: copy,
  ln: link,
  touch: create,
  mkdir: create,
  mkfifo: create,
  tee,
  sponge: tee,
  find,
  fd,
  fdfind: fd,
  sed,
  gsed: sed,
  ed: patchLike,
  ex: patchLike,
  vi: patchLike,
  vim: editor,
  nvim: editor,
  nano: patchLike,
  emacs: patchLike,
  code: patchLike,
  patch: patchLike,
  tar,
  bsdtar: tar,
  zip: tarLike,
  '7z': tarLike,
  unzip: patchLike,
  rg,
  ...Object.fromEntries(
    `cat tac nl less more most head tail bat batcat grep egrep fgrep zgrep ag ack cut sort uniq wc strings xxd od hexdump hd base64 base32 diff
    sdiff cmp comm paste join column fold fmt pr rev jq yq tomlq xq view open xdg-open file stat md5sum sha1sum sha256sum sha512sum shasum md5 zcat
    bzcat xzcat gzip gunzip bzip2 xz zstd split csplit iconv dos2unix expand unexpand look pygmentize glow type gc get-content`
      .split(/\s+/)
      .map((name) => [name, readFiles]),
  ),
};

function editor(call: Call): Finding | null {
  const commands = call.args.flatMap((word, at) =>
    word === '-c' || word === '--cmd'
      ? [call.args[at + 1] ?? '']
      : word.startsWith('+')
        ? [word.slice(1)]
        : [],
  );
  const shell = commands.find((each) => /!|system\(|\bterm(?:inal)?\b/.test(each));
  return shell === undefined
    ? patchLike(call)
    : approve('inline-code', `${call.program} ${shown(call.args)} runs a command`);
}

function tarLike(call: Call): Finding | null {
  const options = readOptions(call.args);
  if (options.has('TT', 'unzip-command') || options.has('m', 'move', 'sdel'))
    return approve('files', `${call.program} ${shown(call.args)} deletes what it packs or runs a command`);
  return worst(options.operands.slice(1), (path) =>
    isEverything(path)
      ? approve('secrets', `${call.program} packs a whole home or system`)
      : judgeRead(path, call.program),
  );
}
