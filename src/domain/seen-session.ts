import type { HostId, SessionId } from './ids.ts';
import type { Observation, Reading } from './observation.ts';

/**
 * What a host is, beyond its name: names move, machines are replaced, tmux servers restart.
 * Null: the host does not tell.
 */
export type HostIdentity = {
  readonly hostName: string | null;
  /** SHA-256 of the host key that the connection was made with, as ssh prints it; null without ssh. */
  readonly hostKey: string | null;
  /** Survives a reboot; shared by what runs on one machine. */
  readonly machineId: string | null;
  /** New with every boot. */
  readonly bootId: string | null;
  readonly tmuxPid: number;
  readonly tmuxStartedAt: Date;
};

/** Where a session works, read from its folder, worktrees included. */
export type Place = {
  readonly folder: string;
  /** The remote that it was cloned from, as git has it, without credentials; null: no repository, or no remote. */
  readonly remote: string | null;
  /** Null: no repository, or no branch is checked out. */
  readonly branch: string | null;
};

/** One tmux session as a host has it, ours or not. */
export type SeenSession = {
  readonly host: HostId;
  readonly name: string;
  /** tmux's own id, `$3`: a name that is used again has another one. Only unique with the server's pid and start. */
  readonly tmuxId: string;
  /** What Fleet Director wrote on it; null: not one of ours. */
  readonly session: SessionId | null;
  readonly windows: number;
  readonly isAttached: boolean;
  readonly createdAt: Date;
  readonly place: Place | null;
  /** The agent kind that lives in it, by its processes; null: none that is known. */
  readonly agent: string | null;
  readonly agentVersion: string | null;
  readonly pullRequestUrl: string | null;
  readonly observation: Observation;
  readonly readings: readonly Reading[];
  /** The visible screen, redacted. */
  readonly screen: readonly string[];
  readonly observedAt: Date;
  /** Since when the observation has been the same. */
  readonly since: Date;
  /** present: in the last successful look. missing: not in it. Nothing is said by a look that failed. */
  readonly presence: 'present' | 'missing';
};
