/** Wakes somebody who waits. Rung while nobody waits, it wakes the next one at once; rung twice, it wakes once. */
export type Bell = {
  readonly ring: () => void;
  /** Until it rings, the time is over, or the signal aborts. */
  readonly wait: (forMs: number, signal: AbortSignal) => Promise<void>;
};

export function createBell(): Bell {
  let hasRung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async wait(forMs, signal) {
      if (!hasRung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            wake = null;
            resolve();
          };
          const timer = setTimeout(done, forMs);
          signal.addEventListener('abort', done, { once: true });
          wake = done;
        });
      }
      hasRung = false;
    },
  };
}
