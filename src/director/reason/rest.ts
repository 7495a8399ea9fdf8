import type { Observation } from '../../domain/index.ts';

// Right after its last words an agent may still exit, or its pull request still arrive; then there is nothing to do or to tell.
export const RESTS_FOR_MS = 20_000;

/** Its prompt is free, which it also is for a moment while an agent starts or goes on. */
export function isBetweenTurns({ state }: Observation): boolean {
  return state === 'completed' || state === 'idle';
}
