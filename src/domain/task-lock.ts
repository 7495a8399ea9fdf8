import { timeOf } from './card.ts';
import type { ActorId } from './ids.ts';

/** A person's word that a task is at deep work: as long as it holds, the task never counts as stuck. */
export type TaskLock = {
  readonly by: ActorId;
  readonly at: Date;
  /** Null: until somebody unlocks the task. */
  readonly until: Date | null;
  /** At the end of each turn a model judges whether the agent has reached it, and guides it on until then. Null: there is none. */
  readonly goal: string | null;
};

export const LOCK_FOR_MIN_MS = 60_000;
export const LOCK_FOR_MAX_MS = 30 * 24 * 60 * 60_000;

/** A lock ends by itself when its time is over, and nothing has to happen for that. */
export function lockHolds({ until }: TaskLock, now: Date): boolean {
  return until === null || now < until;
}

/** `until 2026-11-22 11:42 UTC` */
export function untilWords({ until }: Pick<TaskLock, 'until'>): string {
  return until === null ? 'until it is unlocked' : `until ${timeOf(until)}`;
}
