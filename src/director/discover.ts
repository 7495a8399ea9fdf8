import {
  type Discovery,
  type Host,
  type HostFacts,
  type HostListing,
  type HostRules,
  hostId,
  isNamedBy,
  type Job,
  type ListedHost,
  type ListingFault,
  type Log,
  type Reach,
  type Result,
  type SeenSession,
  type Session,
} from '../domain/index.ts';
import { pause } from './pause.ts';

/** Somebody who knows which machines there are. */
export interface Provider {
  readonly name: string;
  list(signal: AbortSignal): Promise<Result<HostListing, ListingFault>>;
}

/** What a provider told of a host, the last time that it could be asked. */
export type Told = Pick<
  HostFacts,
  'provider' | 'region' | 'isRunning' | 'toldSessions' | 'staleSince' | 'absentSince'
>;

export interface DiscoveryTables {
  /** What belongs to a provider, in the order it was added; removed hosts too. */
  inventoryOf(provider: string): Promise<readonly { readonly host: Host; readonly told: Told }[]>;
  recordInventory(told: Told & Pick<HostFacts, 'host'>): Promise<void>;
  /** What it told stays, and since when it could not be asked is kept. */
  markStale(provider: string, since: Date): Promise<void>;
  hostNamed(name: string): Promise<Host | null>;
  addHost(host: Host): Promise<void>;
  saveHost(host: Host): Promise<void>;
  openSessions(): Promise<readonly Session[]>;
  seenSessions(host: Host['id'] | null): Promise<readonly SeenSession[]>;
  enqueue(job: Job): Promise<void>;
}

export type DiscoveryPorts = {
  readonly store: DiscoveryTables & {
    transaction<T>(work: (tx: DiscoveryTables) => Promise<T>): Promise<T>;
  };
  readonly sources: readonly Source[];
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: () => string;
};

/** A provider and what is done with what it lists. */
export type Source = {
  readonly provider: Provider;
  readonly rules: HostRules;
  /**
   * written: what is on the list is the operator's word, whatever became of it since; what is not may have been added by command.
   * found: what people did with a host counts more than that it is listed.
   */
  readonly nature: 'written' | 'found';
};

export type HostDiscovery = {
  /** Asks the providers of these names now; all of them when left out. Never twice at once. */
  readonly refresh: (signal: AbortSignal, names?: readonly string[]) => Promise<readonly Discovery[]>;
  /** Asks again and again until the signal aborts. */
  readonly run: (everyMs: number, signal: AbortSignal) => Promise<void>;
};

/** A host that is not listed may be back soon: who drained or excluded it wants that kept for so long. */
const FORGET_ABSENT_AFTER_MS = 24 * 3_600_000;

export function createHostDiscovery(ports: DiscoveryPorts): HostDiscovery {
  const { sources, log } = ports;
  const underWay = new Map<string, Promise<Discovery>>();

  function ask(source: Source, signal: AbortSignal): Promise<Discovery> {
    const { name } = source.provider;
    const asking = underWay.get(name) ?? discover(ports, source, signal).finally(() => underWay.delete(name));
    underWay.set(name, asking);
    return asking;
  }

  const refresh: HostDiscovery['refresh'] = (signal, names) =>
    Promise.all(
      sources
        .filter(({ provider }) => names === undefined || names.includes(provider.name))
        .map((source) => ask(source, signal)),
    );

  return {
    refresh,
    async run(everyMs, signal) {
      while (!signal.aborted) {
        try {
          for (const discovery of await refresh(signal)) tellLog(log, discovery);
        } catch (error) {
          if (!signal.aborted) log.error({ error }, 'hosts could not be asked for; it is tried again');
        }
        await pause(everyMs, signal);
      }
    },
  };
}

function tellLog(log: Log, discovery: Discovery): void {
  const { provider } = discovery;
  if (discovery.kind === 'failed')
    log.warn({ provider, why: discovery.sentence }, 'a provider lists no hosts');
  else if (discovery.added.length > 0) log.info({ provider, hosts: discovery.added }, 'hosts were found');
}

async function discover(
  { store, now, newId }: DiscoveryPorts,
  source: Source,
  signal: AbortSignal,
): Promise<Discovery> {
  const provider = source.provider.name;
  const askedAt = now();
  const listed = await source.provider.list(signal);
  return await store.transaction(async (tx) => {
    if (listed.ok) return await takeListing(tx, source, listed.value, askedAt, newId);
    await tx.markStale(provider, askedAt);
    const kept = (await tx.inventoryOf(provider)).filter(({ host }) => host.state !== 'removed');
    return {
      provider,
      kind: 'failed',
      sentence: listed.error.sentence,
      kept: kept.length,
      staleSince: kept.map(({ told }) => told.staleSince).find((since) => since !== null) ?? null,
    };
  });
}

async function takeListing(
  tx: DiscoveryTables,
  { provider: { name: provider }, rules, nature }: Source,
  { hosts, isComplete }: HostListing,
  at: Date,
  newId: () => string,
): Promise<Discovery> {
  const known = await tx.inventoryOf(provider);
  const wanted = hosts.filter(({ name }) => isNamedBy(rules.allowed, name));
  const found: string[] = [];
  const added: string[] = [];
  const taken: string[] = [];

  for (const listed of wanted) {
    const told = toldOf(provider, listed);
    const inUse = await tx.hostNamed(listed.name);
    const mine = known.find(({ host }) => host.id === inUse?.id);
    if (inUse !== null && mine === undefined && nature === 'found') {
      taken.push(listed.name);
      continue;
    }
    if (inUse !== null) {
      const before = mine?.told ?? null;
      found.push(listed.name);
      const next = takenUp(inUse, before, listed, rules, provider, at);
      if (JSON.stringify(next) !== JSON.stringify(inUse)) await tx.saveHost(next);
      if (JSON.stringify(told) !== JSON.stringify(before)) {
        await tx.recordInventory({ ...told, host: inUse.id });
      }
      continue;
    }
    const last = known.findLast(({ host }) => host.name === listed.name);
    // Somebody removed it while it was listed, and wants it to stay so.
    if (nature === 'found' && last?.told.absentSince === null) continue;
    const host: Host = {
      id: hostId(newId()),
      name: listed.name,
      transport: listed.transport,
      capacity: listed.capacity ?? rules.capacity,
      state: isNamedBy(rules.excluded, listed.name) ? 'excluded' : rules.startsAs,
      reach: reachOf(listed, provider, { state: 'unknown' }, null, at),
    };
    await tx.addHost(host);
    await tx.recordInventory({ ...told, host: host.id });
    found.push(listed.name);
    added.push(listed.name);
  }

  const absent =
    nature === 'found' && isComplete
      ? known.filter(({ host }) => host.state !== 'removed' && !found.includes(host.name))
      : [];
  for (const { host, told } of absent) {
    const absentSince = told.absentSince ?? at;
    await tx.recordInventory({ ...told, host: host.id, staleSince: null, absentSince });
    if (at.getTime() - absentSince.getTime() < FORGET_ABSENT_AFTER_MS) continue;
    if (!(await hasSessions(tx, host))) await tx.saveHost({ ...host, state: 'removed' });
  }
  await tx.enqueue({ kind: 'place' });
  return { provider, kind: 'listed', found, added, absent: absent.map(({ host }) => host.name), taken };
}

function toldOf(provider: string, { region, isRunning, toldSessions }: ListedHost): Told {
  return { provider, region, isRunning, toldSessions, staleSince: null, absentSince: null };
}

/** A known host as it is from now on. */
function takenUp(
  host: Host,
  before: Told | null,
  listed: ListedHost,
  rules: HostRules,
  provider: string,
  at: Date,
): Host {
  return {
    ...host,
    transport: listed.transport,
    capacity: listed.capacity ?? host.capacity,
    state: isNamedBy(rules.excluded, host.name) ? 'excluded' : host.state,
    reach: reachOf(listed, provider, host.reach, before?.isRunning ?? null, at),
  };
}

/** A machine that is off answers nobody; nobody has to try. */
function reachOf(
  { isRunning }: ListedHost,
  provider: string,
  reach: Reach,
  wasRunning: boolean | null,
  at: Date,
): Reach {
  if (isRunning === false) {
    return wasRunning === false && reach.state === 'unreachable'
      ? reach
      : { state: 'unreachable', since: at, why: `${provider} says that it is stopped` };
  }
  return wasRunning === false ? { state: 'unknown' } : reach;
}

async function hasSessions(tx: DiscoveryTables, host: Host): Promise<boolean> {
  if ((await tx.openSessions()).some((session) => session.host === host.id)) return true;
  return (await tx.seenSessions(host.id)).some(({ presence }) => presence === 'present');
}
