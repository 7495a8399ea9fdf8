import { isUnknown, type ProgramRules, readOptions, SECRET, shown } from '../call.ts';
import { pattern } from '../pattern.ts';
import { judgeWrite } from '../places.ts';
import { always, group, reads } from '../rules.ts';
import { approve, refuse, undecided, worst } from '../verdict.ts';

/** A job of this shell (`%1`, `$!`) is one's own; a number may be anybody's. */
const kill: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  if (args[0] === '-l' || args[0] === '-L' || args[0] === '--list') return null;
  const signal = /^-(?:s|-signal|n)$/.test(args[0] ?? '')
    ? 2
    : args[0]?.startsWith('-') === true && args[0] !== '--'
      ? 1
      : 0;
  if (args[0] === '-0') return null;
  const targets = args.slice(signal).filter((word) => word !== '--');
  if (targets.some((word) => /^-1$/.test(word)) || (signal === 1 && args.length === 1 && args[0] === '-1'))
    return refuse('processes', `${how} ends every process`);
  if (targets.some((word) => /^0*1$/.test(word)))
    return refuse('processes', `${how} ends the first process of the machine`);
  if (targets.length > 0 && targets.every((word) => word.startsWith('%'))) return null;
  return approve('processes', `${how} ends a process that may be somebody else's`);
};

/** Bare, these print every variable. */
const environment: ProgramRules = ({ program, args }) => {
  if (program === 'printenv')
    return args.length > 0 && args.every((name) => /^[\w-]+$/.test(name) && !SECRET_NAME.test(name))
      ? null
      : approve('secrets', `${program} ${shown(args)} prints the environment`);
  if (program === 'set') return args.length === 0 ? approve('secrets', 'set prints every variable') : null;
  const isListing = args.every((word) => /^-[pxg]+$/.test(word));
  return isListing ? approve('secrets', `${program} ${shown(args)} prints every variable`) : null;
};

/** A variable whose value is a secret, going by its name. */
export const SECRET_NAME = pattern(
  String.raw`
      (?:^|_)(?:TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASS|API_?KEYS?|PRIVATE_KEY|ACCESS_KEY(?:_ID)?|
      CREDENTIALS?|PAT|AUTH|ENCRYPTION_KEY|SIGNING_KEY|SECRET_KEY\w*|WEBHOOK_URL|DATABASE_URL|
      CONNECTION_STRING|COOKIE|PGPASSWORD|DSN)$|PASSWORD$|SECRET|APIKEY|(?:ANTHROPIC|OPENAI|GEMINI|
      STRIPE|SLACK|GITHUB|GITLAB|NPM|AWS)\w*(?:KEY|TOKEN)
    `,
  'i',
);

const print: ProgramRules = ({ program, args }) =>
  args.some((word) => word.includes(SECRET))
    ? approve('secrets', `${program} prints a secret variable`)
    : null;

const crontab: ProgramRules = ({ args }) =>
  args.join(' ') === '-l'
    ? null
    : args.includes('-r')
      ? approve('persistence', `crontab ${shown(args)} deletes every timed job`)
      : approve('persistence', `crontab ${shown(args)} makes something run by itself`);

const systemctl: ProgramRules = ({ program, args }) => {
  const verb =
    readOptions(args, ['H', 'M', 't', 'type', 'state', 'n', 'lines', 'p', 'property', 'o', 'output'])
      .operands[0] ?? '';
  if (/^(?:status|list-.*|show|cat|is-.*|get-default|help|show-environment|)$/.test(verb)) return null;
  if (/^(?:poweroff|reboot|halt|kexec|suspend|hibernate|rescue|emergency|isolate|exit)$/.test(verb))
    return approve('system', `${program} ${shown(args)} takes the machine down`);
  return approve(
    /^(?:enable|link|preset|edit|reenable|unmask|set-default)$/.test(verb) ? 'persistence' : 'system',
    `${program} ${shown(args)} changes what runs on the machine`,
  );
};

const service: ProgramRules = ({ program, args }) =>
  args[1] === 'status' || args[0] === '--status-all'
    ? null
    : approve('system', `${program} ${shown(args)} changes what runs on the machine`);

const sysctl: ProgramRules = ({ program, args }) =>
  args.some((word) => /^-\w*[wp]|=|^--(?:write|load|system)/.test(word))
    ? approve('system', `${program} ${shown(args)} changes the running system`)
    : null;

/** The multiplexer that agents live in. */
const tmux: ProgramRules = ({ program, args, inner }) => {
  const how = `${program} ${shown(args)}`;
  const at = args.findIndex(
    (word, index) => !word.startsWith('-') && !/^-[LSfc]$/.test(args[index - 1] ?? ''),
  );
  const verb = args[at] ?? '';
  if (verb === '' || TMUX_READS.test(verb)) {
    if (/^(?:source|start|set)/.test(verb) && /default-(?:command|shell)|hook/.test(args.join(' ')))
      return approve('fleet', `${how} changes how sessions start`);
    if (!/^(?:new|split)/.test(verb)) return null;
    const words = readOptions(args.slice(at + 1), [
      's',
      'n',
      't',
      'c',
      'x',
      'y',
      'e',
      'F',
      'l',
      'p',
      'f',
    ]).operands;
    return words.length === 0 ? null : words.length === 1 ? inner.script(words[0] ?? '') : inner.words(words);
  }
  return approve('fleet', `${how} ends or steers the sessions that agents work in`);
};

const TMUX_READS = pattern(`
        ^(?:ls|list.*|has.*|display.*|capture.*|capturep|show.*|info|attach.*|a|at|new|new-session|
        new-window|neww|split.*|splitw|select.*|selectl|selectp|resize.*|rename.*|next|prev|last|detach|
        choose.*|copy-mode|clock-mode|set-buffer|wait.*|lsp|lsw|lsk|swap.*|move.*|rotate.*|zoom|setw?|
        set-option|set-window-option|source.*|refresh.*|start.*)$
      `);

const screen: ProgramRules = ({ program, args, inner }) => {
  const words = readOptions(args, ['S', 'c', 'h', 'p', 't', 's', 'e', 'T', 'X', 'r', 'x', 'd', 'D']);
  return words.has('X', 'wipe')
    ? approve('fleet', `${program} ${shown(args)} ends or steers a session`)
    : words.operands.length > 0 && !words.has('r', 'ls', 'x')
      ? inner.words(words.operands)
      : null;
};

const FLEET_READS = pattern(`
      ^(?:status|help|list|ls|hosts|health|show|transcript|classify|risk|projects|snapshot|watch|home|
      explain|version|host|--help|tasks|approvals|log|logs)?$
    `);

const fleet: ProgramRules = ({ program, args }) =>
  FLEET_READS.test(args.find((word) => !word.startsWith('-')) ?? '')
    ? null
    : approve('fleet', `${program} ${shown(args)} steers the fleet`);

/** An agent started by another one, perhaps without its protections. */
const agent: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  if (args.some((word) => ASKS_NOBODY.test(word)))
    return approve('protections', `${how} starts an agent without its protections`);
  if (
    /^(?:mcp|config|plugin|hooks?|install|setup-token|login|logout)$/.test(args[0] ?? '') &&
    /^(?:add\S*|remove|set|install|rm|uninstall|setup-token|logout)$/.test(args[1] ?? args[0] ?? '')
  )
    return approve('protections', `${how} changes what an agent may do`);
  return null;
};

const ASKS_NOBODY = pattern(
  `
          dangerous|skip-permission|bypass|^--yolo|^--full-auto|^--allow-all|^-y$|danger-full-access|
          ^--permission-mode|^--allow(?:ed)?-?tools?|never$
        `,
  'i',
);

const mount: ProgramRules = ({ program, args }) =>
  args.length === 0 || args[0] === '-l' || args[0] === '--version'
    ? null
    : approve('system', `${program} ${shown(args)} changes what is mounted`);

const ulimit: ProgramRules = () => null;

const yes: ProgramRules = () => null;

const stress = always('exhaustion', 'uses up the machine');

const history: ProgramRules = ({ program, args }) =>
  args.some((word) => /^-[cdw]/.test(word))
    ? approve('system', `${program} ${shown(args)} deletes what was done`)
    : null;

const journal: ProgramRules = ({ program, args }) =>
  /--(?:vacuum|rotate|flush)/.test(args.join(' '))
    ? approve('system', `${program} ${shown(args)} deletes logs`)
    : null;

const defaults: ProgramRules = ({ program, args }) =>
  /^(?:read|find|domains|help|list|get|query|print|info)/.test(args[0] ?? '')
    ? null
    : approve('system', `${program} ${shown(args)} changes the system's settings`);

const source: ProgramRules = ({ program, args, inner }) => {
  const path = args[0] ?? '';
  const how = `${program} ${shown(args)}`;
  if (path.startsWith('<('))
    return approve('download-and-run', `${how} runs what ${path.slice(2, -1)} prints`);
  if (isUnknown(path) && !/\/\uE000?[^/]*(?:activate|\.sh)$/.test(path))
    return undecided(`${how} runs a file not known before`);
  return /^\/(?:dev|tmp|proc)\//.test(path)
    ? undecided(`${how} runs a file that anybody may write`)
    : /^https?:/.test(path)
      ? inner.words([path])
      : null;
};

const trap: ProgramRules = ({ args, inner }) => (args.length < 2 ? null : inner.script(args[0] ?? ''));

const alias: ProgramRules = ({ args, inner }) =>
  worst(args, (word) => (word.includes('=') ? inner.script(word.slice(word.indexOf('=') + 1)) : null));

export const SYSTEM_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  kill,
  ...group(
    'pkill killall killall5 skill snice xkill taskkill stop-process',
    always('processes', 'ends every process of a name'),
  ),
  fuser: ({ program, args }) =>
    args.some((word) => /^-\w*k|^--kill/.test(word))
      ? approve('processes', `${program} ${shown(args)} ends processes`)
      : null,
  'kill-port': always('processes', 'ends whatever listens there'),
  fkill: always('processes', 'ends processes'),
  ...group(
    'shutdown reboot halt poweroff init telinit restart-computer stop-computer',
    always('system', 'takes the machine down'),
  ),
  systemctl,
  ...group('service rc-service supervisorctl initctl sv', service),
  ...group(
    'launchctl rc-update chkconfig update-rc.d loginctl systemd-run schtasks',
    reads(/^(?:list|print|show|blame|status|\/query)/, 'persistence', 'makes something run by itself'),
  ),
  crontab,
  ...group('at batch', ({ program, args }) =>
    /^-[lq]$/.test(args[0] ?? '')
      ? null
      : approve('persistence', `${program} ${shown(args)} makes something run later`),
  ),
  ...group('atrm anacron', always('persistence', 'changes timed jobs')),
  ...group('printenv set export declare typeset', environment),
  ...group('echo printf', print),
  ...group(
    `local readonly let shift read mapfile readarray getopts test [ [[ true false : return break
    continue cd pushd popd dirs pwd umask type hash help jobs fg bg wait disown times shopt bind
    complete compgen compopt enable caller suspend logout exit quit`,
    () => null,
  ),
  unset: ({ args }) =>
    args.some((word) => /^HIST(?:FILE|SIZE)$/.test(word))
      ? approve('protections', `unset ${shown(args)} keeps no history`)
      : null,
  ...group('source .', source),
  trap,
  alias,
  unalias: () => null,
  ...group(
    `useradd adduser userdel deluser usermod groupadd groupdel groupmod gpasswd chpasswd chsh chfn
    newusers dscl sysadminctl net pw`,
    reads(/^$|^-S|^--status|^\. -?(?:list|read)/, 'privilege', 'changes users or their rights'),
  ),
  ...group(
    'passwd vipw visudo sudoedit pkexec gksudo kdesu runas',
    always('privilege', 'works as another user'),
  ),
  ...group(
    `insmod rmmod modprobe kexec grub-install update-grub grub-mkconfig bootctl efibootmgr dkms nvram
    bless csrutil spctl setenforce semanage setsebool apparmor_parser aa-disable auditctl swapoff swapon
    depmod update-initramfs`,
    always('system', 'changes how the machine starts or guards itself'),
  ),
  ...group('mount umount losetup fusermount', mount),
  sysctl,
  ...group(
    'timedatectl localectl update-alternatives ldconfig hwclock',
    reads(/^$|status|show|list|^-p/, 'system', 'changes the machine'),
  ),
  date: ({ args }) =>
    args.some((word) => /^(?:-s|--set)/.test(word))
      ? approve('system', `date ${shown(args)} sets the clock`)
      : null,
  hostname: ({ args }) =>
    args.some((word) => !word.startsWith('-'))
      ? approve('system', `hostname ${shown(args)} renames the machine`)
      : null,
  tmux,
  ...group('screen zellij byobu', screen),
  ...group('fleet amplihack', fleet),
  ...group('claude codex gemini copilot amplifier aider opencode cursor-agent qwen goose-agent', agent),
  ulimit,
  yes,
  ...group('stress stress-ng sysbench fio bonnie++', stress),
  history,
  fc: () => null,
  journalctl: journal,
  ...group('defaults gsettings dconf reg scutil pmset systemsetup nvram-set bcdedit', defaults),
  ...group('gdb strace ltrace ptrace dtrace bpftrace perf lldb', ({ program, args }) =>
    /(?:^| )(?:-p|--pid|attach)(?: |=|$)/.test(args.join(' '))
      ? approve('processes', `${program} ${shown(args)} looks into another process`)
      : null,
  ),
  ...group('xdotool xclip-send osascript wmctrl ydotool', always('inline-code', 'steers the desktop')),
  ...group('mkfs mke2fs newfs mkdosfs mkntfs', ({ program, args }) =>
    refuse('files', `${program} ${shown(args)} erases a disk`),
  ),
  swupdate: always('system', 'changes the system'),
  logrotate: always('system', 'rotates logs away'),
  wall: always('system', 'writes to everybody'),
  renice: () => null,
  wpa_cli: always('network', 'changes the network'),
  'git-filter-repo': always('git', 'rewrites history'),
  bfg: always('git', 'rewrites history'),
  'mkfs.ext4': ({ program, args }) => refuse('files', `${program} ${shown(args)} erases a disk`),
  cmdkey: always('secrets', 'changes stored credentials'),
  vssadmin: always('files', 'deletes the copies that could be restored'),
  wbadmin: always('files', 'deletes the copies that could be restored'),
  cipher: always('files', 'wipes free space'),
  mklink: ({ args }) => worst(args, (path) => judgeWrite(path, `mklink ${shown(args)}`)),
  ...group('icacls takeown cacls attrib', always('privilege', 'changes who owns files')),
};
