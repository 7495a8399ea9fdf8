import type { ProcessFacts } from '../domain/index.ts';
import { type HostScript, type Section, sectionText } from './host-script.ts';

const PS_LIMIT_MS = 10_000;

/**
 * For the shell of a host script. Where there is /proc, two programs read all of it at once, in half the time of one ps(1): what they find
 * ends with NUL, which neither a name nor an argument can hold. From `stat` that is all up to the terminal's foreground group, see proc(5),
 * of processes that have a group: the kernel's own threads, which are most of what a quiet machine lists, have none.
 *
 * Elsewhere it is ps. A command's name and its arguments may both hold spaces, so each gets a listing of its own; a header `=` leaves the
 * column without one.
 */
export const TELL_OF_PROCESSES = `
if grep -qaz . /proc/self/stat; then
  cd /proc
  LC_ALL=C grep -ahoz '^[0-9]* (.*) [A-Za-z] [0-9]* [1-9][0-9]* [-0-9]* [-0-9]* [-0-9]*' [0-9]*/stat | section stat
  LC_ALL=C grep -aHz . [0-9]*/cmdline | section cmdline
  cd
else
  ps -eo pid=,ppid=,stat=,args= | section processes
  ps -eo pid=,comm= | section names
fi`;

export const READ_PROCESSES: HostScript = { script: TELL_OF_PROCESSES, words: [], limitMs: PS_LIMIT_MS };

/** Rows that cannot be read are left out. */
export function parseProcesses(sections: readonly Section[]): ProcessTable {
  const stat = sectionText(sections, 'stat');
  return processTable(
    stat === null
      ? fromListings(sectionText(sections, 'processes') ?? '', sectionText(sections, 'names') ?? '')
      : fromProc(stat, sectionText(sections, 'cmdline') ?? ''),
  );
}

/** What stands between a process and each of its words. */
const CMDLINE = '/cmdline:';

function fromProc(stat: string, cmdline: string): readonly ProcessFacts[] {
  const commandOf = new Map<string, string>();
  for (const record of cmdline.split('\0')) {
    const end = record.indexOf(CMDLINE);
    if (end < 1) continue;
    const pid = record.slice(0, end);
    const word = record.slice(end + CMDLINE.length);
    const before = commandOf.get(pid);
    commandOf.set(pid, before === undefined ? word : `${before} ${word}`);
  }
  return stat.split('\0').flatMap((record) => {
    const match = /^(\d+) \((.*)\) ([A-Za-z]) (\d+) (-?\d+) (-?\d+) -?\d+ (-?\d+)$/s.exec(record);
    if (match === null) return [];
    const [, pid = '', comm = '', state = '', ppid, group, session, foreground] = match;
    // As ps writes them: `s` leads a session, `+` is in the foreground.
    const flags = `${session === pid ? 's' : ''}${group === foreground ? '+' : ''}`;
    return [
      {
        pid: Number(pid),
        ppid: Number(ppid),
        stat: `${state}${flags}`,
        comm: printable(comm),
        cmd: printable(commandOf.get(pid) ?? `[${comm}]`),
      },
    ];
  });
}

// All of \p{Cc}, without the cost of a pattern in Unicode for every word of every process.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are meant
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g; // oxlint-disable-line no-control-regex

function printable(text: string): string {
  return text.replace(CONTROL, ' ');
}

function fromListings(table: string, names: string): readonly ProcessFacts[] {
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

/** All that runs on a host; none: it could not be read. */
export type ProcessTable = {
  readonly all: readonly ProcessFacts[];
  /** A process and everything below it, itself first; empty when it is not there. */
  tree(root: number): readonly ProcessFacts[];
};

export function processTable(all: readonly ProcessFacts[]): ProcessTable {
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const childrenOf = Map.groupBy(all, (each) => each.ppid);
  return {
    all,
    tree(root) {
      const found = [byPid.get(root)].filter((each) => each !== undefined);
      for (const parent of found) {
        for (const child of childrenOf.get(parent.pid) ?? []) if (child.pid !== root) found.push(child);
      }
      return found;
    },
  };
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
