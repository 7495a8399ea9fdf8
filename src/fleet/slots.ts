import { abortReason } from './abort.ts';

export interface Slots {
  /** Waits for a free slot, then works. */
  use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Lets `count` pieces of work go on at the same time; the others wait in the order they came. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  /** The slot is handed on by the one who leaves it. */
  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(abortReason(signal));
      };
      waiting.push(begin);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  return {
    async use(signal, work) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await turn(signal);
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
