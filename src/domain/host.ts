import type { HostId } from './ids.ts';

/** How a host is reached. `target` is what `ssh` takes: an alias of the user's ssh config, or `user@name`. */
export type Transport =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'ssh';
      readonly target: string;
      readonly port: number | null;
      /** A config file for `ssh -F`; null: the user's own. */
      readonly configFile: string | null;
    }
  | {
      /** A VM of Azure that only the program `azlin` reaches, or a tunnel of it. */
      readonly kind: 'azlin';
      readonly vm: string;
      readonly tunnel: Tunnel | null;
    };

/** A port of this machine that leads to a host's sshd for as long as somebody keeps it open. */
export type Tunnel = {
  readonly port: number;
  /** Null: who ssh logs in as anyway. */
  readonly user: string | null;
  readonly configFile: string | null;
};

/**
 * active: takes tasks. draining: finishes what it has. removed: kept for the history only.
 * excluded: seen and never acted on: nothing is placed, typed, ended, restarted or adopted there.
 */
export type HostState = 'active' | 'draining' | 'excluded' | 'removed';

/** unknown: never looked at. A host that does not answer is unreachable, which says nothing about its sessions. */
export type Reach =
  | { readonly state: 'unknown' }
  | { readonly state: 'reachable'; readonly since: Date }
  | { readonly state: 'unreachable'; readonly since: Date; readonly why: string };

/** A machine that runs agents. */
export type Host = {
  readonly id: HostId;
  readonly name: string;
  readonly transport: Transport;
  /** Agents at the same time. */
  readonly capacity: number;
  readonly state: HostState;
  readonly reach: Reach;
};

export const DEFAULT_CAPACITY = 3;

/** Whether anything may be done on a host, beside looking at it. */
export function mayActOn(host: Pick<Host, 'state'>): boolean {
  return host.state === 'active' || host.state === 'draining';
}

/** Starts with a letter or digit; then letters, digits, `_`, `-`, `.`; 64 at most. */
export function isHostName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text);
}

/** A word that `ssh` takes as its destination and never as an option. */
export function isSshTarget(text: string): boolean {
  return (
    /^(?!-)(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?(?:[A-Za-z0-9][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:]+\])$/.test(text) &&
    text.length <= 255
  );
}
