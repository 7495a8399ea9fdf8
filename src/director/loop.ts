import { expireApproval, type Job, type JobKind, resumesAt, type Session } from '../domain/index.ts';
import { askModel } from './ask-model.ts';
import { countOrSay } from './circuit-breaker.ts';
import { cycle } from './cycle.ts';
import { createFirstLooks } from './first-looks.ts';
import { judgeGoal } from './judge-goal.ts';
import { createOneAtATime, type Work } from './one-at-a-time.ts';
import { pause } from './pause.ts';
import { place } from './place.ts';
import type { AnswerFor, DirectorPorts } from './ports.ts';
import { prepare } from './prepare.ts';
import { goRound, type InTurn } from './round.ts';
import { watchHosts } from './watch-hosts.ts';

/** What the director does with the jobs of its kinds. */
export type Handlers = {
  readonly [Kind in Extract<JobKind, 'place' | 'prepare' | 'cycle' | 'ask-model' | 'round' | 'expire'>]: (
    job: Extract<Job, { kind: Kind }>,
  ) => Promise<void>;
};

export type Director = {
  readonly handlers: Handlers;
  /** Picks up what an earlier process left, and watches the hosts until the signal aborts. */
  readonly run: () => Promise<void>;
};

const RECOVER_AGAIN_AFTER_MS = 1_000;
/** Longer than whatever is at work on a session takes; who waits longer is told that another worker has it. */
const TURN_WITHIN_MS = 20_000;

export function createDirector(ports: DirectorPorts, answerFor: AnswerFor, signal: AbortSignal): Director {
  const { store } = ports;
  const oneAtATime = createOneAtATime(signal);
  const firstLooks = createFirstLooks();
  return {
    handlers: {
      place: () => placeAll(ports, signal),
      prepare: (job) => oneAtATime(job.session, job.kind, () => prepare(ports, job.session, signal)),
      cycle: async (job) => {
        await firstLooks.over(signal);
        await oneAtATime(job.session, job.kind, () => cycle(ports, job.session, signal));
      },
      'ask-model': async (job) => {
        await askModel(ports, job.session, signal);
        await judgeGoal(ports, job.session, signal);
      },
      round: async (job) => {
        await firstLooks.over(signal);
        const inTurn: InTurn = (session, work) =>
          waitForTurn(oneAtATime, `round ${job.round}`, session, work, signal);
        await goRound({ ports, answerFor, inTurn, signal }, job.round);
      },
      expire: async (job) => {
        await store.transaction(async (tx) => {
          const approval = await tx.lockApproval(job.approval);
          const step = approval === null ? null : expireApproval(approval, ports.now());
          if (step !== null) await tx.saveApproval(step);
        });
      },
    },
    run: async () => {
      const watching = watchHosts(ports, firstLooks, signal);
      const recovering = firstLooks.over(signal).then(() => recover(ports, signal));
      await Promise.all([watching, recovering, poll(ports, signal)]);
    },
  };
}

/** Resolves when it is done, whoever does it: what is at work already may take it over. */
async function waitForTurn(
  oneAtATime: ReturnType<typeof createOneAtATime>,
  kind: string,
  { id }: Session,
  work: Work,
  signal: AbortSignal,
): Promise<void> {
  const isOver = new AbortController();
  await oneAtATime(id, kind, async () => {
    try {
      const outcome = await work();
      if (outcome === 'done') isOver.abort();
      return outcome;
    } catch (error) {
      isOver.abort();
      throw error;
    }
  });
  await pause(TURN_WITHIN_MS, AbortSignal.any([signal, isOver.signal]));
}

/** A pass over the queue that throws counts towards a pause, as one over a session does. */
async function placeAll(ports: DirectorPorts, signal: AbortSignal): Promise<void> {
  try {
    await place(ports);
  } catch (error) {
    if (!signal.aborted) await countOrSay(ports, null, error);
    throw error;
  }
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

/** The backstop for what no host tells of: sessions that are being made, the queue, and limits that are over. */
async function poll({ store, settings, log, now }: DirectorPorts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(settings.pollEveryMs, signal);
    if (signal.aborted) return;
    try {
      for (const session of await store.openSessions()) {
        if (session.state === 'preparing') await askFor(store, session);
      }
      const open = await store.tasksInStates(['queued', 'assigned', 'running']);
      if (open.length > 0) await store.enqueue({ kind: 'place' });
      for (const limit of await store.accountLimitsToEnd(now())) {
        if (now() >= resumesAt(limit, limit.session)) {
          await store.enqueue({ kind: 'cycle', session: limit.session });
        }
      }
    } catch (error) {
      log.error({ error }, 'the poll could not ask for work; it goes on');
    }
  }
}
