import type { ProgramRules } from './call.ts';
import { type Call, isUnknown, shown } from './call.ts';
import { HARMLESS_PROGRAMS } from './harmless-programs.ts';
import { DATABASE_PROGRAMS } from './programs/databases.ts';
import { FILE_PROGRAMS } from './programs/files.ts';
import { git } from './programs/git.ts';
import { HOSTING_PROGRAMS } from './programs/hosting.ts';
import { INTERPRETERS } from './programs/interpreters.ts';
import { NETWORK_PROGRAMS } from './programs/network.ts';
import { judgeTask, PACKAGE_PROGRAMS } from './programs/packages.ts';
import { SYSTEM_PROGRAMS } from './programs/system.ts';
import { WINDOWS_PROGRAMS } from './programs/windows.ts';
import { WRAPPERS } from './programs/wrappers.ts';
import { approve, type Finding, refuse, undecided } from './verdict.ts';

// The first family that knows a name has it: `rd` and `erase` are nothing elsewhere.
const RULES: ReadonlyMap<string, ProgramRules> = new Map(
  [
    WINDOWS_PROGRAMS,
    PACKAGE_PROGRAMS,
    HOSTING_PROGRAMS,
    NETWORK_PROGRAMS,
    DATABASE_PROGRAMS,
    FILE_PROGRAMS,
    SYSTEM_PROGRAMS,
    INTERPRETERS,
    WRAPPERS,
    { git },
  ].flatMap((family) => Object.entries(family)),
);

export function isProgram(name: string): boolean {
  return RULES.has(name) || HARMLESS_PROGRAMS.has(name);
}

const HELP = /^(?:--help|-h|--version|-V|-v|version|help)$/;
/** With these a single word is no question for help. */
const TAKES_WORDS_AS_COMMANDS = /^(?:sudo|doas|eval|xargs|env|su|sh|bash|kill|set)$/;

/** What starting one program with these words would do. */
export function judgeProgram(call: Call): Finding | null {
  const { program, args } = call;
  if (args.length === 1 && HELP.test(args[0] ?? '') && !TAKES_WORDS_AS_COMMANDS.test(program)) return null;
  if (asksForHelp(call)) return null;
  const rules = RULES.get(program) ?? RULES.get(program.replace(/(?:-?\d+(?:\.\d+)*)$/, ''));
  if (rules !== undefined) return rules(call) ?? judgeHiddenOptions(call);
  if (HARMLESS_PROGRAMS.has(program)) return null;
  return program.startsWith('mkfs')
    ? refuse('files', `${program} ${shown(args)} erases a disk`)
    : unknown(call);
}

/** Programs of many commands tell of the one that is named before `--help`, and do nothing. */
function asksForHelp({ program, args }: Call): boolean {
  return (
    program in HOSTING_PROGRAMS &&
    args.at(-1) === '--help' &&
    args.every((word) => /^[\w-]+$/.test(word) && !/^(?:--|exec|run|ssh|debug|compose)$/.test(word))
  );
}

function unknown({ program, args }: Call): Finding | null {
  return undecided(`${program} ${shown(args)} is no program that is known here`);
}

/** `rm -r$x`: an option whose letters nobody knows. What comes after `=` is only a value. */
function judgeHiddenOptions({ program, args }: Call): Finding | null {
  return args.some((word) => /^-[^=]*[\uE000\uE001]/.test(word))
    ? undecided(`${program} ${shown(args)} has options not known before`)
    : null;
}

/** A file of the project that is started by its path. What it does cannot be seen; its name is what is known of it. */
export function judgeProjectFile(path: string, args: readonly string[]): Finding | null {
  const how = `${path} ${shown(args)}`;
  if (isUnknown(path)) return undecided(`${how} starts a program not known before`);
  if (/^\/(?:tmp|var\/tmp|dev)\//.test(path)) return undecided(`${how} starts a file that anybody may write`);
  const found = judgeTask(path.replace(/\.\w+$/, ''), how);
  if (found !== null) return found;
  const risky = args.find((word) =>
    /^(?:--)?(?:prod(?:uction)?|deploy|destroy|delete-all|wipe|purge|nuke|publish|drop|teardown|reset-db|--all-data)$/i.test(
      word,
    ),
  );
  return risky === undefined ? null : approve('cloud', `${how} reaches beyond the work`);
}
