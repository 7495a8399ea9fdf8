import type { Health } from './health.ts';
import type { HostIdentity } from './host-identity.ts';
import type { HostId } from './ids.ts';

/** What is known of a host beside how it is reached. */
export type HostFacts = {
  readonly host: HostId;
  /** Who listed it: `static`, `ssh-config`, `azlin`. */
  readonly provider: string;
  readonly region: string | null;
  /** As the provider says; null: it does not say. */
  readonly isRunning: boolean | null;
  /** Sessions that the provider itself names, running or not looked at yet. */
  readonly toldSessions: readonly string[];
  /** Since when the provider could not be asked again: all this is as it was then. Null: it is fresh. */
  readonly staleSince: Date | null;
  /** Since when the provider lists it no more. Null: it does. */
  readonly absentSince: Date | null;
  readonly identity: HostIdentity | null;
  readonly health: Health | null;
  /** The last look that succeeded. */
  readonly lookedAt: Date | null;
  /** Looks whose answer came from another machine, and was thrown away. */
  readonly misroutedLooks: number;
  /** The other machine that answers in its place; null: none does. It is believed when a person accepts it. */
  readonly stranger: Stranger | null;
  /** Since when it pushes nothing any more, though it did; null: it does, or never did. */
  readonly silentSince: Date | null;
};

/** A machine that answered under a host's name and is not the one that was known. */
export type Stranger = { readonly identity: HostIdentity; readonly why: string; readonly since: Date };
