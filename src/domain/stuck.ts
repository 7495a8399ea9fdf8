import { type Observation, standsUnsent } from './observation.ts';

export const STUCK_AFTER_MS = 300_000;

/** States that pass by themselves, and quickly. */
const PASSING: readonly Observation['state'][] = ['starting', 'retrying', 'exiting', 'unknown'];

/**
 * Since when a session is stuck; null: it is not. Stuck is what should go on and does not: the screen has been the same for long, and what
 * it shows neither takes long by nature (thinking, a running program) nor waits for a person.
 */
export function stuckSince(
  seen: {
    readonly observation: Observation;
    /** Since when the screen has been the same. */
    readonly unchangedSince: Date;
    /** Its task is locked. */
    readonly isProtected: boolean;
  },
  afterMs: number,
  now: Date,
): Date | null {
  const { observation, unchangedSince, isProtected } = seen;
  if (isProtected || now.getTime() - unchangedSince.getTime() < afterMs) return null;
  const shouldGoOn = PASSING.includes(observation.state) || standsUnsent(observation);
  return shouldGoOn ? unchangedSince : null;
}
