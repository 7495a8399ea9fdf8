import { pause } from './pause.ts';

/** So long the first look at one host lets others wait: one that does not answer holds up nobody for longer. */
const MOST_MS = 6_000;

/** Hosts that are watched from the same moment on: everything is seen once before anything is seen twice, or closer. */
export type FirstLooks = {
  /** A host, or several, are about to be looked at for the first time. The answer says that they were, or could not be. */
  readonly begin: () => () => void;
  /** Resolves when every host was looked at that was to be, or has had its time. */
  readonly over: (signal: AbortSignal) => Promise<void>;
};

export function createFirstLooks(): FirstLooks {
  const pending = new Set<Promise<void>>();
  return {
    begin() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = (): void => {
        clearTimeout(timer);
        pending.delete(promise);
        resolve();
      };
      const timer = setTimeout(end, MOST_MS);
      timer.unref();
      pending.add(promise);
      return end;
    },
    async over(signal) {
      // Which hosts there are to look at is known only after the list of them.
      while (pending.size > 0 && !signal.aborted)
        await Promise.race([Promise.all(pending), pause(MOST_MS, signal)]);
    },
  };
}
