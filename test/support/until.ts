import { setTimeout as delay } from 'node:timers/promises';

const POLL_EVERY_MS = 25;

/** The value of a look that found something: neither false nor null nor undefined. */
type Found<T> = Exclude<T, false | null | undefined>;

/**
 * Looks again and again until `look` finds something and returns that.
 * A look that throws counts as "not yet"; what it threw last is the cause when time is up.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { withinMs, what = 'the condition' }: { withinMs: number; what?: string },
): Promise<Found<T>> {
  const deadline = performance.now() + withinMs;
  let lastFailure: unknown;
  for (;;) {
    try {
      const seen = await look();
      lastFailure = undefined;
      if (isFound(seen)) return seen;
    } catch (cause) {
      lastFailure = cause;
    }
    if (performance.now() >= deadline) {
      throw new Error(`${what} did not come true within ${withinMs} ms`, {
        cause: lastFailure,
      });
    }
    await delay(POLL_EVERY_MS);
  }
}

function isFound<T>(seen: T): seen is Found<T> {
  return seen !== false && seen !== null && seen !== undefined;
}
