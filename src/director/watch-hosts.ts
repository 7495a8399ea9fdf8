import type { Host, HostId } from '../domain/index.ts';
import type { FirstLooks } from './first-looks.ts';
import { pause } from './pause.ts';
import type { DirectorPorts } from './ports.ts';
import { watchHost } from './watch-host.ts';

const SYNC_EVERY_MS = 2_000;
const CLAIM_EVERY_MS = 10_000;
/** So long a host waits for somebody else when its watcher dies. */
const LEASE_MS = 30_000;

type Watched = {
  readonly host: Host;
  readonly generation: number;
  readonly stop: AbortController;
  readonly done: Promise<void>;
};

/** Watches every host that no other process watches, until the signal aborts. Then others may take them at once. */
export async function watchHosts(
  ports: DirectorPorts,
  firstLooks: FirstLooks,
  signal: AbortSignal,
): Promise<void> {
  const { store, settings, log, now } = ports;
  const watched = new Map<HostId, Watched>();
  const areListed = firstLooks.begin();
  let hosts: readonly Host[] = [];
  let stopped: ReadonlySet<HostId> = new Set();
  let version: string | null = null;
  let claimed: ReadonlyMap<HostId, number> = new Map();
  let claimedAt = 0;

  const stop = (isOver: (watch: Watched) => boolean): void => {
    for (const [id, watch] of watched) {
      if (!isOver(watch)) continue;
      watch.stop.abort();
      watched.delete(id);
    }
  };

  const begin = (host: Host, generation: number): void => {
    const stopping = new AbortController();
    const current = () => ({
      host: hosts.find(({ id }) => id === host.id) ?? host,
      others: hosts.filter(({ id }) => id !== host.id).map(({ name }) => name),
    });
    const lease = { host: host.id, owner: settings.owner, generation };
    const isLookedAt = firstLooks.begin();
    const ending = AbortSignal.any([signal, stopping.signal]);
    const done = watchHost(ports, lease, current, { isLookedAt, waitForOthers: firstLooks.over }, ending)
      .catch((error: unknown) => {
        log.error({ error, host: host.name }, 'watching a host broke; it begins anew');
      })
      .then(() => {
        isLookedAt();
        if (watched.get(host.id)?.stop !== stopping) return;
        // It ended by itself, so the lease may be somebody else's.
        watched.delete(host.id);
        claimed = new Map();
      });
    watched.set(host.id, { host, generation, stop: stopping, done });
  };

  while (!signal.aborted) {
    try {
      const versionNow = await store.hostsVersion();
      if (versionNow !== version) {
        hosts = await store.listHosts();
        stopped = await store.stoppedHosts();
        version = versionNow;
      }
      const at = now();
      if (at.getTime() - claimedAt >= CLAIM_EVERY_MS || hosts.some(({ id }) => !claimed.has(id))) {
        claimed = await store.claimWatches(settings.owner, at, new Date(at.getTime() + LEASE_MS));
        claimedAt = at.getTime();
      }
      const byId = new Map(hosts.map((host) => [host.id, host]));
      stop(({ host, generation }) => {
        const same = byId.get(host.id);
        return (
          claimed.get(host.id) !== generation ||
          stopped.has(host.id) ||
          JSON.stringify(same?.transport) !== JSON.stringify(host.transport)
        );
      });
      for (const host of hosts) {
        const generation = claimed.get(host.id);
        if (generation !== undefined && !stopped.has(host.id) && !watched.has(host.id))
          begin(host, generation);
      }
    } catch (error) {
      log.error({ error }, 'the list of hosts could not be read; it is tried again');
      // Nobody knows whether the leases still hold, so others may watch these hosts by now.
      if (now().getTime() - claimedAt > LEASE_MS) stop(() => true);
    }
    areListed();
    await pause(SYNC_EVERY_MS, signal);
  }
  await Promise.all([...watched.values()].map(({ done }) => done));
  await store.releaseWatches(settings.owner);
}
