import { pause } from './pause.ts';

/** So long the first look at one host lets nothing else wait: a host that does not answer holds up nobody. */
const MOST_MS = 3_000;

/** Hosts that are watched from the same moment on: everything is seen once before anything is seen twice. */
export type FirstLooks = {
  /** A host is about to be looked at for the first time. The answer says that it was, or could not be. */
  readonly begin: () => () => void;
  /** Resolves when every host was looked at that was to be, or has had its time. */
  readonly over: (signal: AbortSignal) => Promise<void>;
};

export function createFirstLooks(): FirstLooks {
  const pending = new Set<Promise<void>>();
  return {
    begin() {
      const { promise, resolve } = Promise.withResolvers<void>();
      pending.add(promise);
      return () => {
        pending.delete(promise);
        resolve();
      };
    },
    async over(signal) {
      if (pending.size > 0) await Promise.race([Promise.all(pending), pause(MOST_MS, signal)]);
    },
  };
}
