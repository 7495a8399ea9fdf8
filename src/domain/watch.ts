import type { ActorId, HostId, WatchId } from './ids.ts';

/**
 * A message that shows a session's screen and follows it for a limited time.
 * `name` is the tmux session's. `messageTs` is null until it is posted.
 *
 * watching → ended: its time is over, somebody stopped it, or nothing can be shown any more; `why` says which.
 */
export type Watch = {
  readonly id: WatchId;
  readonly host: HostId;
  readonly name: string;
  readonly by: ActorId;
  readonly channel: string;
  readonly threadTs: string | null;
  readonly messageTs: string | null;
  /** SHA-256 of what the message shows, hex; null until it is posted. */
  readonly shown: string | null;
  readonly startedAt: Date;
  readonly until: Date;
} & ({ readonly state: 'watching' } | { readonly state: 'ended'; readonly why: string });

export const WATCH_FOR_MS = 2 * 60_000;
export const WATCH_FOR_MAX_MS = 10 * 60_000;
