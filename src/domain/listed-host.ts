import type { Transport } from './host.ts';

/** A machine as a provider lists it. */
export type ListedHost = {
  readonly name: string;
  readonly transport: Transport;
  readonly region: string | null;
  /** Null: the provider does not say. */
  readonly isRunning: boolean | null;
  /** Sessions that the provider itself names. */
  readonly toldSessions: readonly string[];
  /** Null: what the operator wants of the provider's hosts in general. */
  readonly capacity: number | null;
};

/** What a provider lists. Of a list that is not complete, a host that is not in it is not known to be gone. */
export type HostListing = { readonly hosts: readonly ListedHost[]; readonly isComplete: boolean };

/** `sentence`: for people, with what to do next. */
export type ListingFault = {
  readonly kind: 'missing-program' | 'failed' | 'unreadable';
  readonly sentence: string;
};

/** What came of asking a provider. */
export type Discovery = { readonly provider: string } & (
  | {
      readonly kind: 'listed';
      /** Hosts of the fleet that are on its list, by name. */
      readonly found: readonly string[];
      /** Of these, the ones that were not known before. */
      readonly added: readonly string[];
      /** Known ones that are not on its list. */
      readonly absent: readonly string[];
      /** Listed under a name that another host has; they are left out. */
      readonly taken: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly sentence: string;
      /** How many hosts stay as they were, and since when. Null: it never answered. */
      readonly kept: number;
      readonly staleSince: Date | null;
    }
);

/** How the operator wants the hosts of a provider to be taken. */
export type HostRules = {
  readonly capacity: number;
  /** Of a host that was not known before: one that the fleet may act on, or one that it only looks at. */
  readonly startsAs: 'active' | 'excluded';
  /** Names, with `*` and `?`. */
  readonly allowed: readonly string[];
  /** The same; they stay excluded whatever anybody asks. */
  readonly excluded: readonly string[];
};

/** Whether a name is among those that patterns with `*` and `?` mean. Case counts for nothing, as in host names. */
export function isNamedBy(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    const expression = pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${expression}$`, 'is').test(name);
  });
}
