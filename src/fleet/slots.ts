export interface Slots {
  /** Waits for a free slot, then works. */
  use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Lets `count` pieces of work go on at the same time; the others wait in the order they came. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async use(signal, work) {
      if (free > 0) free -= 1;
      // The slot is handed on by the one who leaves it.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
