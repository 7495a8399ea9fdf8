import { expireApproval, type Host, type HostId, type Job, type JobKind } from '../domain/index.ts';
import { cycle } from './cycle.ts';
import { rememberReach } from './learn/index.ts';
import { pause } from './pause.ts';
import { place } from './place.ts';
import type { DirectorPorts } from './ports.ts';
import { prepare } from './prepare.ts';
import { suggest } from './suggest.ts';

/** What the director does with the jobs of its kinds. */
export type Handlers = {
  readonly [Kind in Extract<JobKind, 'place' | 'prepare' | 'cycle' | 'suggest' | 'expire'>]: (
    job: Extract<Job, { kind: Kind }>,
  ) => Promise<void>;
};

export type Director = {
  readonly handlers: Handlers;
  /** Picks up what an earlier process left, then watches the hosts until the signal aborts. */
  readonly run: () => Promise<void>;
};

const SYNC_HOSTS_EVERY_MS = 2_000;
const BUSY_AGAIN_AFTER_MS = 250;

export function createDirector(ports: DirectorPorts, signal: AbortSignal): Director {
  const { store } = ports;
  const again = async (work: () => Promise<'done' | 'busy'>): Promise<void> => {
    // Another worker has the session: what woke this job may have come after that one looked.
    while (!signal.aborted && (await work()) === 'busy') await pause(BUSY_AGAIN_AFTER_MS, signal);
  };
  return {
    handlers: {
      place: () => place(ports),
      prepare: (job) => again(() => prepare(ports, job.session, signal)),
      cycle: (job) => again(() => cycle(ports, job.session, signal)),
      suggest: (job) => suggest(ports, job.session, signal),
      expire: async (job) => {
        await store.transaction(async (tx) => {
          const approval = await tx.lockApproval(job.approval);
          const step = approval === null ? null : expireApproval(approval, ports.now());
          if (step !== null) await tx.saveApproval(step);
        });
      },
    },
    run: async () => {
      await recover(ports);
      await Promise.all([watchHosts(ports, signal), poll(ports, signal)]);
    },
  };
}

/** Every job that the state calls for, asked for again: jobs are idempotent, and one too many does nothing. */
async function recover({ store }: DirectorPorts): Promise<void> {
  await store.enqueue({ kind: 'place' });
  for (const session of await store.openSessions()) {
    await store.enqueue({ kind: session.state === 'preparing' ? 'prepare' : 'cycle', session: session.id });
  }
  for (const approval of await store.openApprovals()) {
    await store.enqueue({ kind: 'expire', approval: approval.id, at: approval.expiresAt });
  }
}

/** The backstop: a look at every session, and at the queue, whatever the lines say. */
async function poll({ store, settings, log }: DirectorPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(settings.pollEveryMs, signal);
    if (signal.aborted) return;
    try {
      for (const session of await store.openSessions()) {
        if (session.state === 'live') await store.enqueue({ kind: 'cycle', session: session.id });
      }
      if ((await store.tasksInStates(['queued'])).length > 0) await store.enqueue({ kind: 'place' });
    } catch (error) {
      log.error({ error }, 'the poll could not ask for looks; it goes on');
    }
  }
}

/** Keeps one line to every host of the fleet: a change there wakes a cycle, a line that goes up or down is the host's reach. */
async function watchHosts(ports: DirectorPorts, signal: AbortSignal): Promise<void> {
  const { store, log } = ports;
  const watched = new Map<HostId, { readonly host: Host; readonly stop: AbortController }>();
  while (!signal.aborted) {
    try {
      const hosts = await store.listHosts();
      for (const [id, { host, stop }] of watched) {
        const current = hosts.find((each) => each.id === id);
        if (current !== undefined && JSON.stringify(current.transport) === JSON.stringify(host.transport))
          continue;
        stop.abort();
        watched.delete(id);
      }
      for (const host of hosts) {
        if (watched.has(host.id)) continue;
        const stop = new AbortController();
        watched.set(host.id, { host, stop });
        watch(ports, host, AbortSignal.any([signal, stop.signal]));
      }
    } catch (error) {
      log.error({ error }, 'the list of hosts could not be read; it is tried again');
    }
    await pause(SYNC_HOSTS_EVERY_MS, signal);
  }
}

function watch(ports: DirectorPorts, host: Host, signal: AbortSignal): void {
  const { store, fleet, log, now } = ports;
  const guard = (work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      if (!signal.aborted) log.error({ error, host: host.name }, 'news from a host could not be stored');
    });
  };
  fleet.watch(
    host,
    {
      onChange: (name) =>
        guard(async () => {
          const session = await store.openSessionNamed(host.id, name);
          if (session?.state === 'live') await store.enqueue({ kind: 'cycle', session: session.id });
        }),
      onLine: (line) =>
        guard(async () => {
          if (signal.aborted) return;
          const current = await store.findHost(host.id);
          if (current === null) return;
          const hasTurned = await rememberReach(
            store,
            current,
            line.up ? { isReachable: true } : { isReachable: false, why: line.why },
            now(),
          );
          if (hasTurned && line.up) await store.enqueue({ kind: 'place' });
        }),
    },
    signal,
  );
}
