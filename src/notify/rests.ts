import type { Surface, ThreadId } from '../domain/index.ts';

/** When a surface may be told of a thread again, where it asked to be left alone. Forgotten with the process: it would only ask again. */
export type Rests = {
  /** Null: now. */
  until(thread: ThreadId, surface: Surface, at: Date): Date | null;
  begin(thread: ThreadId, surface: Surface, at: Date, until: Date): void;
};

export function createRests(): Rests {
  const ends = new Map<string, Date>();
  return {
    until(thread, surface, at) {
      const end = ends.get(`${surface} ${thread}`);
      return end === undefined || end <= at ? null : end;
    },
    begin(thread, surface, at, until) {
      for (const [key, end] of ends) if (end <= at) ends.delete(key);
      ends.set(`${surface} ${thread}`, until);
    },
  };
}
