import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process of this machine. `name` is the kernel's short name of its program. */
export type RunningProcess = { readonly pid: number; readonly name: string; readonly command: string };

/**
 * The processes that inherited this environment variable with this value, whatever session or group they
 * moved to. Linux only: without /proc nothing is found.
 */
export function processesWithEnvironment(variable: string, value: string): readonly RunningProcess[] {
  const entry = `${variable}=${value}`;
  return processIds()
    .filter((pid) => readOrEmpty(`/proc/${pid}/environ`).split('\0').includes(entry))
    .map(describe);
}

/** The children of a process, their children, and so on. Linux only. */
export function descendantsOf(ancestor: number): readonly RunningProcess[] {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const isDescendant = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent !== null && (parent === ancestor || isDescendant(parent));
  };
  return [...parents.keys()].filter(isDescendant).map(describe);
}

/** Whether a process runs. One that has ended and waits for its parent to notice does not. Linux only. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)[0];
  return state !== undefined && state !== 'Z';
}

/** Sends a signal to a process that may already be gone. Whether it was there. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ESRCH') return false;
    throw cause;
  }
}

function describe(pid: number): RunningProcess {
  return {
    pid,
    name: readOrEmpty(`/proc/${pid}/comm`).trim(),
    command: readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim(),
  };
}

function processIds(): readonly number[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number | null {
  const parent = statOf(pid)[1];
  return parent === undefined ? null : Number(parent);
}

/** From the state on: the program's name before it may hold spaces and brackets. Source: proc(5). */
function statOf(pid: number): readonly string[] {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** A process may end between being listed and being read, and other users' processes may not be read. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
