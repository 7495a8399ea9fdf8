import {
  isPending,
  type ObservedState,
  type Session,
  type SessionId,
  type Task,
  unreachable,
  withdrawApproval,
} from '../domain/index.ts';
import {
  askPeople,
  carryOut,
  closeSession,
  complete,
  completeIfDelivered,
  endIdleSession,
  fail,
  intendSuggestion,
  settle,
  type Target,
} from './act/index.ts';
import { countFailedCycle } from './circuit-breaker.ts';
import { withClaim } from './claim.ts';
import { gate, gateByHost, gateByPause } from './gate.ts';
import { rememberDecision, rememberReach, rememberSight } from './learn/index.ts';
import { pause } from './pause.ts';
import { type Beforehand, describeFailure, kindFor, look } from './perceive/index.ts';
import type { DirectorPorts, DirectorTables } from './ports.ts';
import { REASONERS_WITH_MODEL, reason } from './reason/index.ts';
import type { Sight, Situation } from './situation.ts';

// Longer than any action takes.
const CLAIM_MS = 120_000;
// What people are told of a state follows its first look closely.
const EVENTS_LOOKED_AT = 30;
const RESTING: readonly string[] = ['completed', 'idle'];

/** One pass over one session: perceive, reason, act, learn. `busy`: another worker is at it. A pass that throws counts towards a pause. */
export async function cycle(
  ports: DirectorPorts,
  id: SessionId,
  signal: AbortSignal,
): Promise<'done' | 'busy'> {
  let session: Session | null = null;
  try {
    return await withClaim(ports, id, CLAIM_MS, async (found) => {
      session = found;
      if (found?.state !== 'live') return;
      await pass(ports, found, signal);
      if (!signal.aborted) await ports.store.forgetFailedCycles();
    });
  } catch (error) {
    // What broke because the process stops did not fail.
    if (!signal.aborted) await countOrSay(ports, session, error);
    throw error;
  }
}

/** A database that cannot count is told of, and does not hide what failed before it. */
async function countOrSay(ports: DirectorPorts, session: Session | null, error: unknown): Promise<void> {
  try {
    await countFailedCycle(ports, session, error);
  } catch (counting) {
    ports.log.error({ error: counting }, 'a cycle that failed could not be counted');
  }
}

async function pass(ports: DirectorPorts, seen: Session, signal: AbortSignal): Promise<void> {
  const { store, fleet, agents, model, settings, now } = ports;
  const task = await store.findTask(seen.task);
  const host = await store.findHost(seen.host);
  const kind = kindFor(agents, seen.agent);
  if (task === null || host === null) throw new Error(`session ${seen.id} has no task or no host`);

  // Perceive.
  const beforehand = await whatIsKnown(ports, seen);
  const isStopped = (await store.stoppedHosts()).has(host.id);
  const lookAt = async (at: Session): Promise<Sight> =>
    isStopped
      ? { kind: 'unreachable', why: `${host.name} is stopped` }
      : await look(fleet, kind, host, at, beforehand, signal);
  const sight = await lookAt(seen);
  if (signal.aborted) return;
  const session =
    sight.kind === 'seen'
      ? { ...seen, name: sight.name, server: sight.server, missedLooks: 0, isToBeObservedFirst: false }
      : seen;
  const { isNews, since } = await rememberSight(store, seen, sight, now());
  const isReachable = sight.kind !== 'unreachable';
  const hasTurned = await rememberReach(
    store,
    host,
    isReachable ? { isReachable } : { isReachable, why: sight.why },
    now(),
  );
  if (hasTurned && isReachable) await store.enqueue({ kind: 'place' });

  if (seen.isToBeObservedFirst && sight.kind === 'seen') return observeOnly(ports, seen, now());

  // Reason.
  const actions = (await store.actionsOfTasks([task.id])).filter((action) => action.session === session.id);
  const situation: Situation = {
    task,
    session,
    sight,
    since,
    pending: actions.filter(isPending),
    settled: actions.filter((action) => !isPending(action)),
    approvals: await store.approvalsOfSession(task.id, session.id),
    isTold: sight.kind === 'seen' && (await isTold(store, task, sight.observation.state, since)),
    now: now(),
  };

  // Act, and learn.
  const target: Target = {
    task,
    session,
    host,
    kind,
    look: () => lookAt(session),
    pause: (forMs) => pause(forMs, signal),
    signal,
    describe: describeFailure,
  };
  const paused = await store.openPause();
  for (const decision of reason(situation, model === null ? undefined : REASONERS_WITH_MODEL)) {
    const verdict =
      gateByHost(decision, session, host) ??
      gateByPause(decision, session, situation.pending, paused) ??
      gate(decision, session, sight, settings.gate);
    await rememberDecision(store, session, decision, verdict, isNews, now());
    if (verdict.kind === 'proceed') await act(ports, target, situation, decision);
  }
}

/** The first cycle of a session that a person began: it looks, and leaves everything else to the next one. */
async function observeOnly({ store }: DirectorPorts, session: Session, at: Date): Promise<void> {
  const decision = {
    kind: 'wait',
    reasoner: 'cycle',
    why: 'it was only just adopted',
    confidence: 1,
  } as const;
  await store.recordDecision(session, decision, { kind: 'proceed' }, at);
  await store.enqueue({ kind: 'cycle', session: session.id });
}

/** Newer reports than any look needs. */
const REPORTS_READ = 40;

/** What there is to weigh a look with, beside the look. */
async function whatIsKnown(
  { store, now }: Pick<DirectorPorts, 'store' | 'now'>,
  { id, host, generation }: Session,
): Promise<Beforehand> {
  const events = await store.agentEvents(id, REPORTS_READ);
  const transcript = await store.transcriptOf(id);
  const facts = await store.hostFacts();
  const hosts = await store.listHosts();
  return {
    identity: facts.find((each) => each.host === host)?.identity ?? null,
    otherHosts: hosts.filter((each) => each.id !== host).map(({ name }) => name),
    reports: [
      ...events.filter((event) => event.generation === generation).map(({ report }) => report),
      transcript?.report ?? null,
    ].filter((report) => report !== null),
    now,
  };
}

/** Told, that is, since the agent is in this state and not some other time before. */
async function isTold(
  store: Pick<DirectorTables, 'eventsOfTask'>,
  task: Task,
  state: ObservedState,
  since: Date,
): Promise<boolean> {
  const events = await store.eventsOfTask(task.id, EVENTS_LOOKED_AT);
  return events.some(
    (event) => event.kind === 'agent-observed' && event.state === state && event.at >= since,
  );
}

async function act(
  ports: DirectorPorts,
  target: Target,
  { task, session, sight, pending, approvals }: Situation,
  decision: ReturnType<typeof reason>[number],
): Promise<void> {
  const { store, now } = ports;
  const screen =
    sight.kind === 'seen' ? sight.screen : ((await store.lastObservation(session.id))?.screen ?? []);
  const actionOf = (id: string) => {
    const action = pending.find((each) => each.id === id);
    if (action === undefined) throw new Error(`a decision names the action ${id}, which is not pending`);
    return action;
  };
  switch (decision.kind) {
    case 'wait':
      return;
    case 'send-text':
      throw new Error('words of a model are proposed, never sent');
    case 'suggest-answer':
      return intendSuggestion(ports, task, session, decision.question);
    case 'ask-a-person':
      return askPeople(ports, task, session, decision.dialog, screen);
    case 'withdraw-question': {
      const approval = approvals.find((each) => each.id === decision.approval);
      await store.transaction(async (tx) => {
        const current = approval === undefined ? null : await tx.lockApproval(approval.id);
        const step = current === null ? null : withdrawApproval(current, decision.why, now());
        if (step !== null) await tx.saveApproval(step);
      });
      return;
    }
    case 'tell-people':
      if (RESTING.includes(decision.state) && (await completeIfDelivered(ports, task, session))) return;
      return store.transaction((tx) =>
        tx.addEvents([
          {
            kind: 'agent-observed',
            task: task.id,
            thread: task.thread,
            at: now(),
            state: decision.state,
            why: decision.why,
          },
        ]),
      );
    case 'note-missing':
      await store.saveSession({ ...session, missedLooks: session.missedLooks + 1 });
      return;
    case 'complete-task':
      return complete(ports, task, session);
    case 'fail-task':
      return fail(ports, task, session, decision.why, screen);
    case 'close-session':
      return store.transaction((tx) => closeSession(tx, { task: task.id, session: session.id }, null, now()));
    case 'end-session':
      return endIdleSession(ports, target);
    case 'carry-out':
      return carryOut(ports, target, actionOf(decision.action));
    case 'hold': {
      const action = actionOf(decision.action);
      if (action.why === decision.why) return;
      return store.transaction(async (tx) => {
        await tx.saveAction({ ...action, why: decision.why });
        if (action.effect.kind === 'type-text' && action.by !== null) {
          await tx.addEvents([
            {
              kind: 'input-held',
              task: task.id,
              thread: task.thread,
              at: now(),
              by: action.by,
              text: action.effect.text,
              why: decision.why,
            },
          ]);
        }
      });
    }
    case 'drop':
    case 'settle': {
      const state = decision.kind === 'drop' ? 'dropped' : decision.state;
      const outcome = state === 'succeeded' ? ({ state } as const) : ({ state, why: decision.why } as const);
      return store.transaction((tx) => settle(tx, task, actionOf(decision.action), outcome, now()));
    }
    default:
      return unreachable(decision);
  }
}
