import { readFileSync } from 'node:fs';
import { descendantsOf } from '../support/processes.ts';

/** Seconds of CPU, in the kernel and outside of it. */
export type CpuTime = {
  /** The program itself. */
  readonly program: number;
  /** Everything it started: what still runs, and what has ended. */
  readonly children: number;
};

// USER_HZ: 100 on every Linux that Node runs on. Source: proc(5), time(7).
const TICKS_PER_SECOND = 100;

/** Starts counting; the function tells what was used since. Linux only. */
export function countCpuTime(pid: number): () => CpuTime {
  const before = take(pid);
  return () => {
    const after = take(pid);
    // A child that has ended since is in its parent's account with all that it ever used.
    const endedSince = [...before.living]
      .filter(([child]) => !after.living.has(child))
      .reduce((sum, [, used]) => sum + used, 0);
    const livingSince = [...after.living].reduce(
      (sum, [child, used]) => sum + used - (before.living.get(child) ?? 0),
      0,
    );
    return {
      program: (after.own - before.own) / TICKS_PER_SECOND,
      children: (after.reaped - before.reaped - endedSince + livingSince) / TICKS_PER_SECOND,
    };
  };
}

type Account = {
  readonly own: number;
  readonly reaped: number;
  readonly living: ReadonlyMap<number, number>;
};

function take(pid: number): Account {
  const { own, reaped } = ticksOf(pid);
  const living = descendantsOf(pid).map((child) => {
    const ticks = ticksOf(child.pid);
    return [child.pid, ticks.own + ticks.reaped] as const;
  });
  return { own, reaped, living: new Map(living) };
}

/** Source: proc(5), /proc/pid/stat: utime, stime, cutime and cstime are the fields 14 to 17, 12 behind the program's name. */
function ticksOf(pid: number): { readonly own: number; readonly reaped: number } {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return { own: 0, reaped: 0 };
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number);
  return { own: utime + stime, reaped: cutime + cstime };
}
