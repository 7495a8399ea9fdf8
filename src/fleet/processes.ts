import type { ProcessFacts } from '../domain/index.ts';
import { type HostScript, type Section, sectionText } from './host-script.ts';

const PS_LIMIT_MS = 10_000;

/**
 * For the shell of a host script. A command's name and its arguments may both hold spaces, so each gets a listing of its own.
 * Source: POSIX ps; a header `=` leaves the column without one.
 */
export const TELL_OF_PROCESSES = `ps -eo pid=,ppid=,stat=,args= | section processes
ps -eo pid=,comm= | section names`;

export const READ_PROCESSES: HostScript = { script: TELL_OF_PROCESSES, words: [], limitMs: PS_LIMIT_MS };

/** Rows that cannot be read are left out. */
export function parseProcesses(sections: readonly Section[]): readonly ProcessFacts[] {
  const table = sectionText(sections, 'processes') ?? '';
  const names = sectionText(sections, 'names') ?? '';
  const nameOf = new Map<number, string>();
  for (const row of names.split('\n')) {
    const match = /^\s*(\d+)\s+(.*)$/.exec(row);
    if (match !== null) nameOf.set(Number(match[1]), match[2] ?? '');
  }
  return table.split('\n').flatMap((row) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(row);
    if (match === null) return [];
    const [, pid, ppid, stat = '', cmd = ''] = match;
    return [{ pid: Number(pid), ppid: Number(ppid), stat, comm: nameOf.get(Number(pid)) ?? '', cmd }];
  });
}

/** A process and everything below it, itself first; empty when it is not there. */
export function processTree(all: readonly ProcessFacts[], root: number): readonly ProcessFacts[] {
  const found = all.filter((each) => each.pid === root);
  if (found.length === 0) return [];
  const childrenOf = Map.groupBy(all, (each) => each.ppid);
  for (const parent of found) {
    for (const child of childrenOf.get(parent.pid) ?? []) if (child.pid !== root) found.push(child);
  }
  return found;
}

/**
 * Lets many callers share a look, but never one that began before they asked: what it shows may be older than what they ask about.
 * One look is under way at most, and one waits for it.
 */
export function shareLook<T>(look: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  const begin = () => {
    next = null;
    const begun = look();
    running = begun.catch(() => {});
    return begun;
  };
  return () => {
    next ??= running.then(begin);
    return next;
  };
}
