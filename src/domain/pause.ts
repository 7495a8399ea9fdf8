import type { ActorId, PauseId, ThreadId } from './ids.ts';

/**
 * A time in which the director decides nothing by itself: it looks on, and does what people ask for.
 * `by` null: the director paused itself, because cycles failed. `thread`: where that is told; null: nowhere.
 *
 * open → ended: a person lets the director go on.
 */
export type Pause = {
  readonly id: PauseId;
  readonly by: ActorId | null;
  /** Null: the person gave no reason. */
  readonly why: string | null;
  readonly thread: ThreadId | null;
  readonly since: Date;
} & (
  | { readonly state: 'open' }
  | { readonly state: 'ended'; readonly endedBy: ActorId; readonly endedAt: Date }
);

export type OpenPause = Extract<Pause, { state: 'open' }>;
export type EndedPause = Extract<Pause, { state: 'ended' }>;

/** Cycles that failed one after the other, of whichever sessions: the fault is more likely ours than theirs. */
export const FAILED_CYCLES_UNTIL_PAUSE = 5;

export function openPause(pause: Pick<Pause, 'id' | 'by' | 'why' | 'thread'>, at: Date): OpenPause {
  return { ...pause, since: at, state: 'open' };
}

export function endPause(pause: OpenPause, by: ActorId, at: Date): EndedPause {
  return { ...pause, state: 'ended', endedBy: by, endedAt: at };
}
