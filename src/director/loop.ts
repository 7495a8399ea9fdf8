import {
  expireApproval,
  type Host,
  type HostId,
  type Job,
  type JobKind,
  type Session,
  type SessionId,
} from '../domain/index.ts';
import { cycle } from './cycle.ts';
import { rememberReach } from './learn/index.ts';
import { pause } from './pause.ts';
import { describeFailure } from './perceive/index.ts';
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
const RECOVER_AGAIN_AFTER_MS = 1_000;

export function createDirector(ports: DirectorPorts, signal: AbortSignal): Director {
  const { store } = ports;
  // Sessions that were to be looked at while another worker of this process had them: it looks once more before it lets go.
  const missed = new Set<SessionId>();
  const once = async (id: SessionId, work: () => Promise<'done' | 'busy'>): Promise<void> => {
    if ((await work()) === 'busy') {
      missed.add(id);
      return;
    }
    while (missed.delete(id) && !signal.aborted) await work();
  };
  return {
    handlers: {
      place: () => place(ports),
      prepare: (job) => once(job.session, () => prepare(ports, job.session, signal)),
      cycle: (job) => once(job.session, () => cycle(ports, job.session, signal)),
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
      await recover(ports, signal);
      await Promise.all([watchHosts(ports, signal), poll(ports, signal)]);
    },
  };
}

/** Every job that the state calls for, asked for again: jobs are idempotent, and one too many does nothing. */
async function recover(ports: DirectorPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await askForAll(ports);
    } catch (error) {
      ports.log.error({ error }, 'what an earlier process left could not be taken up; it is tried again');
      await pause(RECOVER_AGAIN_AFTER_MS, signal);
    }
  }
}

async function askForAll({ store }: DirectorPorts): Promise<void> {
  await store.enqueue({ kind: 'place' });
  for (const session of await store.openSessions()) {
    await askFor(store, session);
  }
  for (const approval of await store.openApprovals()) {
    await store.enqueue({ kind: 'expire', approval: approval.id, at: approval.expiresAt });
  }
}

function askFor(store: DirectorPorts['store'], { id, state }: Session): Promise<void> {
  return store.enqueue({ kind: state === 'preparing' ? 'prepare' : 'cycle', session: id });
}

/** The backstop: a look at every session, at the queue, and at hosts that did not answer, whatever the lines say. */
async function poll(ports: DirectorPorts, signal: AbortSignal): Promise<void> {
  const { store, settings, log } = ports;
  while (!signal.aborted) {
    await pause(settings.pollEveryMs, signal);
    if (signal.aborted) return;
    try {
      for (const session of await store.openSessions()) {
        await askFor(store, session);
      }
      for (const host of await store.listHosts()) await tryAgain(ports, host, signal);
      if ((await store.tasksInStates(['queued'])).length > 0) await store.enqueue({ kind: 'place' });
    } catch (error) {
      log.error({ error }, 'the poll could not ask for looks; it goes on');
    }
  }
}

/** A host that did not answer a call may answer the next one, without its line having gone down in between. */
async function tryAgain(
  { store, fleet, now }: DirectorPorts,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  if (host.reach.state !== 'unreachable') return;
  const listed = await fleet.list(host, signal);
  if (listed.ok && (await rememberReach(store, host, { isReachable: true }, now()))) {
    await store.enqueue({ kind: 'place' });
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
            line.up ? { isReachable: true } : { isReachable: false, why: describeFailure(line.failure) },
            now(),
          );
          if (hasTurned && line.up) await store.enqueue({ kind: 'place' });
        }),
    },
    signal,
  );
}
