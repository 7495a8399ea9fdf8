import type { ProcessFacts } from '../domain/index.ts';

const INTERPRETERS = /^(?:node|nodejs|bun|deno|python[\d.]*|ruby|perl|sh|bash|zsh|dash|tsx|uv|uvx|npx|env)$/;
const SHELL_NAMES = /^-?(?:(?:ba|z|da|fi|k|c|tc|a)?sh|nu|pwsh|xonsh|elvish)$/;

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

function withoutExtension(name: string): string {
  return name.replace(/\.(?:[cm]?[jt]s|py|rb|sh|exe)$/, '');
}

/** The program's names: its own, and for an interpreter those of its script and of the package the script lives in. */
function namesOf(process: ProcessFacts): readonly string[] {
  const words = process.cmd.split(' ').filter((word) => word !== '');
  const program = baseName(words[0] ?? '');
  const names = [process.comm, program, ...packageFolders(words[0] ?? '')];
  if (!INTERPRETERS.test(program) || runsText(program, words[1] ?? '')) return names;
  const script = words.slice(1).find((word) => !word.startsWith('-'));
  return script === undefined
    ? names
    : [...names, withoutExtension(baseName(script)), ...packageFolders(script)];
}

/** What follows is a program's text, which may name anything: a shell's commands, an interpreter's expression. */
function runsText(program: string, option: string): boolean {
  return isShellName(program)
    ? RUNS_A_COMMAND.test(option)
    : /^(?:-(?:c|e|p|pe)|--(?:eval|print))(?:=.*)?$/.test(option);
}

/** Folders under `node_modules` or `site-packages`: a package is named there, a user's own folder is not. */
function packageFolders(path: string): readonly string[] {
  const match = /(?:node_modules|site-packages|dist-packages)\/(.*)$/.exec(path);
  return match === null ? [] : (match[1] ?? '').split('/').slice(0, 2);
}

function isAlive(process: ProcessFacts): boolean {
  return !/^[ZX]/.test(process.stat);
}

export function isStopped(process: ProcessFacts): boolean {
  return /^[Tt]/.test(process.stat);
}

export function isInForeground(process: ProcessFacts): boolean {
  return process.stat.includes('+');
}

export function isShellName(name: string): boolean {
  return SHELL_NAMES.test(baseName(name));
}

/** A shell that reads a keyboard: no script, no command to run. */
export function isInteractiveShell(process: ProcessFacts): boolean {
  const command = process.cmd.replace(TAKES_A_VALUE, ' ');
  const [program = '', ...rest] = command.split(' ').filter((word) => word !== '');
  return isShellName(program) && rest.every((word) => /^[-+]/.test(word) && !RUNS_A_COMMAND.test(word));
}

const TAKES_A_VALUE =
  / (?:--(?:rcfile|init-file|config|env-config|plugin-config|table-mode|init-command)[ =]\S+|[-+][oO] \S+|-(?:WorkingDirectory|ExecutionPolicy|ep) \S+)(?= |$)/gi;
/** Of one dash its letters may stand together; PowerShell's words have one dash too. */
const RUNS_A_COMMAND =
  /^(?:-[a-bd-zA-BD-Z]{0,4}c[a-z]{0,3}|--commands?(?:=.*)?|-(?:command|file|f|e|ec|encodedcommand|s))$/i;

function isOneOf(process: ProcessFacts, names: readonly string[]): boolean {
  return (
    // Most processes do not even mention one.
    names.some((name) => process.cmd.includes(name) || process.comm === name) &&
    isAlive(process) &&
    namesOf(process).some((name) => names.includes(name))
  );
}

/** The agent's own processes that live: the one nearest the pane first, then those it split into. */
export function agentProcesses(
  processes: readonly ProcessFacts[],
  names: readonly string[],
): readonly ProcessFacts[] {
  const root = processes.find((process) => isOneOf(process, names));
  if (root === undefined) return [];
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const own = new Set([root.pid]);
  for (const process of processes) {
    // A second agent that a tool started is a tool: only an unbroken line of the agent's processes counts.
    if (process.pid !== root.pid && own.has(process.ppid) && isOneOf(process, names)) own.add(process.pid);
  }
  return [...own].flatMap((pid) => byPid.get(pid) ?? []);
}

/** The name of the program that has the terminal, shells aside; null: a shell has it, or it cannot be told. */
export function programInFront(processes: readonly ProcessFacts[]): string | null {
  const front = processes.find(
    (process) => isInForeground(process) && isAlive(process) && !isShellName(process.comm),
  );
  return front?.comm ?? null;
}

/** Agents among all that runs on a host: one that starts itself again, or splits, is one. */
export function countAgents(processes: readonly ProcessFacts[], names: readonly string[]): number {
  const agents = processes.filter((each) => isOneOf(each, names));
  const pids = new Set(agents.map((each) => each.pid));
  return agents.filter((each) => !pids.has(each.ppid)).length;
}

/**
 * Programs the agent started for its work. Most agents give each command a terminal session of its own (`s` in stat); helpers such as
 * language or MCP servers share the agent's and do not count. Of a program that is not known a shell it started counts too, and what a
 * shell is replaced by for a single command.
 */
export function toolProcesses(
  processes: readonly ProcessFacts[],
  agents: readonly ProcessFacts[],
  { names, isKnown }: { readonly names: readonly string[]; readonly isKnown: boolean },
): readonly ProcessFacts[] {
  const own = new Set(agents.map((agent) => agent.pid));
  const startsAgent = new Set(
    isKnown ? [] : processes.filter((process) => isOneOf(process, names)).map(({ ppid }) => ppid),
  );
  return processes.filter(
    (process) =>
      own.has(process.ppid) &&
      !own.has(process.pid) &&
      isAlive(process) &&
      (process.stat.includes('s') || (!isKnown && !startsAgent.has(process.pid) && isCommand(process))),
  );
}

/** A shell with something to run, or a program that no helper of an agent is written in. */
function isCommand(process: ProcessFacts): boolean {
  const program = baseName(process.cmd.split(' ')[0] ?? '');
  return isShellName(program)
    ? !isInteractiveShell(process)
    : isInForeground(process) && !INTERPRETERS.test(program) && SHORT_LIVED.test(process.comm);
}

/** Programs that do one thing and end. */
const SHORT_LIVED =
  /^(?:cat|cp|mv|rm|ls|grep|rg|find|sed|awk|tail|head|sleep|seq|git|make|cargo|go|npm|pnpm|yarn|pytest|mvn|gradle|docker|curl|wget|tar|diff|sort|jest|tsc|gcc|cc|rustc|dotnet|kubectl|terraform)$/;
