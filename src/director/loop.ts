import { expireApproval, type Job, type JobKind, type Session } from '../domain/index.ts';
import { cycle } from './cycle.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { pause } from './pause.ts';
import { place } from './place.ts';
import type { DirectorPorts } from './ports.ts';
import { prepare } from './prepare.ts';
import { suggest } from './suggest.ts';
import { watchHosts } from './watch-hosts.ts';

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

const RECOVER_AGAIN_AFTER_MS = 1_000;

export function createDirector(ports: DirectorPorts, signal: AbortSignal): Director {
  const { store } = ports;
  const oneAtATime = createOneAtATime(signal);
  return {
    handlers: {
      place: () => place(ports),
      prepare: (job) => oneAtATime(job.session, job.kind, () => prepare(ports, job.session, signal)),
      cycle: (job) => oneAtATime(job.session, job.kind, () => cycle(ports, job.session, signal)),
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

/** The backstop for what no host tells of: sessions that are being made, and the queue. */
async function poll({ store, settings, log }: DirectorPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(settings.pollEveryMs, signal);
    if (signal.aborted) return;
    try {
      for (const session of await store.openSessions()) {
        if (session.state === 'preparing') await askFor(store, session);
      }
      if ((await store.tasksInStates(['queued'])).length > 0) await store.enqueue({ kind: 'place' });
    } catch (error) {
      log.error({ error }, 'the poll could not ask for work; it goes on');
    }
  }
}
