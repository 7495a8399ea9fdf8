import { setTimeout as sleep } from 'node:timers/promises';

/** Waits; an abort ends the wait at once. */
export async function pause(forMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(forMs, undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
