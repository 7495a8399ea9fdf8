import { type HostIdentity, isSameServer } from './host-identity.ts';
import type { HostId, SessionId } from './ids.ts';
import type { Observation, Reading } from './observation.ts';

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
  /** Since when the screen has been the same. */
  readonly unchangedSince: Date;
  /** Since when nothing moves that should; null: it is not stuck. */
  readonly stuckSince: Date | null;
  /** present: in the last successful look. missing: not in it. Nothing is said by a look that failed. */
  readonly presence: 'present' | 'missing';
};

/**
 * Hosts that reach one tmux server show each of its sessions once, on the host that was added first.
 * Sessions of the same name on two servers are two sessions.
 * @param hosts in the order they were added
 */
export function seenOnce(
  sessions: readonly SeenSession[],
  hosts: readonly { readonly id: HostId; readonly identity: HostIdentity | null }[],
): readonly SeenSession[] {
  const shadowed = new Set<HostId>();
  const servers: HostIdentity[] = [];
  for (const { id, identity } of hosts) {
    if (identity === null) continue;
    if (servers.some((server) => isSameServer(server, identity))) shadowed.add(id);
    else servers.push(identity);
  }
  return sessions.filter(({ host }) => !shadowed.has(host));
}
