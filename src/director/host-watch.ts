import type {
  Capture,
  Host,
  HostIdentity,
  Report,
  SeenSession,
  SessionId,
  TaskLock,
} from '../domain/index.ts';
import type { Lease, ReadTranscript, SessionLook } from './ports.ts';

/** What a process remembers of a host while it watches it. Everything that matters is in the database too. */
export type HostWatch = {
  readonly lease: Lease;
  /** The host as it is now, and the names of all others. */
  readonly current: () => { readonly host: Host; readonly others: readonly string[] };
  identity: HostIdentity | null;
  /** How far the host's clock was ahead of ours at the last look. */
  clockAheadMs: number;
  /** By name, as they are stored. */
  seen: Map<string, SeenSession>;
  /** By tmux's id: the last look at each screen, and the two last screens, oldest first. */
  readonly frames: Map<string, Frames>;
  readonly told: Map<SessionId, ToldOfSession>;
  /** Of the sessions whose task a person locked; read anew before anything is said of them. */
  locks: ReadonlyMap<SessionId, TaskLock>;
  /** By the process that was asked; null: it does not tell. */
  readonly versions: Map<number, string | null>;
  readonly passes: Map<SessionId, Passes>;
  /** One at a time changes what is remembered and stored. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
};

export type Frames = {
  readonly look: SessionLook;
  readonly captures: readonly Capture[];
  /** The process of the agent in the last of them; null: there is none. */
  readonly agentPid: number | null;
  /** What it was weighed with the last time, and when. */
  readonly weighed: { readonly reports: readonly Report[]; readonly at: number } | null;
};

/** What an agent told by itself, of one start of a session. */
export type ToldOfSession = {
  readonly generation: number;
  /** The newest ones, newest last. */
  reports: readonly Report[];
  transcript: ReadTranscript | null;
  transcriptAskedAt: number;
  /** It was wanted too soon after the last time. */
  isTranscriptDue: boolean;
  spoolOffset: number;
};

/** How often a session was passed over since its meaning changed. */
export type Passes = { readonly since: number; readonly count: number; readonly at: number };

export function createTurns(): HostWatch['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
