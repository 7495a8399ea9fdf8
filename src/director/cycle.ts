import {
  type ActionId,
  type Decision,
  hasEnded,
  isDirectorSpent,
  isPending,
  type ObservedState,
  type Session,
  type SessionId,
  type Task,
  unreachable,
  type Verdict,
  withdrawApproval,
} from '../domain/index.ts';
import {
  askPeople,
  askPermission,
  askToAllow,
  askToChoose,
  askToSpend,
  carryOut,
  closeSession,
  complete,
  completeIfDelivered,
  endIdleSession,
  fail,
  holdBack,
  intendAnswer,
  intendGuiding,
  intendJudgement,
  intendOwn,
  settle,
  stopGuiding,
  type Target,
} from './act/index.ts';
import { countOrSay } from './circuit-breaker.ts';
import { withClaim } from './claim.ts';
import { endLeftover } from './end-leftover.ts';
import { type GateFacts, gate, mayAskModel } from './gate.ts';
import { grantsOf } from './grants.ts';
import { limitsFor } from './holds.ts';
import { rememberDecision, rememberLimit, rememberReach, rememberSight } from './learn/index.ts';
import { outlast } from './outlast.ts';
import { pause } from './pause.ts';
import { type Beforehand, describeFailure, howItAsks, kindFor, limitSignIn, look } from './perceive/index.ts';
import type { DirectorPorts, DirectorTables } from './ports.ts';
import { reason } from './reason/index.ts';
import type { Sight, Situation } from './situation.ts';

// Longer than any action takes.
const CLAIM_MS = 120_000;
// A process that stops ends the step at work first. Less than jobs may take to end.
const STEP_ENDS_WITHIN_MS = 8_000;
// What people are told of a state follows its first look closely.
const EVENTS_LOOKED_AT = 30;
const RESTING: readonly string[] = ['completed', 'idle'];

export type CycleOptions = {
  /** Called before anything is done. */
  readonly onConsidered?: (considered: Considered) => void;
  /** Whoever asked for the cycle asks the model too, if it is to be asked. Left out: a job does. */
  readonly leavesModel?: boolean;
};

/** One pass over one session: perceive, reason, act, learn. `busy`: another worker is at it. A pass that throws counts towards a pause. */
export async function cycle(
  ports: DirectorPorts,
  id: SessionId,
  signal: AbortSignal,
  options: CycleOptions = {},
): Promise<'done' | 'busy'> {
  let session: Session | null = null;
  try {
    return await withClaim(ports, id, CLAIM_MS, async (found) => {
      session = found;
      if (found === null || found.state === 'preparing') return;
      using step = outlast(signal, STEP_ENDS_WITHIN_MS);
      if (found.state === 'ended') return await endLeftover(ports, found, step.signal);
      await pass(ports, found, signal, step.signal, options);
      if (!signal.aborted) await ports.store.forgetFailedCycles();
    });
  } catch (error) {
    // What broke because the process stops did not fail.
    if (!signal.aborted) await countOrSay(ports, session, error);
    throw error;
  }
}

async function pass(
  ports: DirectorPorts,
  seen: Session,
  signal: AbortSignal,
  stepSignal: AbortSignal,
  { onConsidered, leavesModel = false }: CycleOptions,
): Promise<void> {
  const { store, now } = ports;
  const considered = await consider(ports, seen, signal, stepSignal);
  if (considered === null) return;
  onConsidered?.(considered);
  if (considered.isToBeObservedFirst) return observeOnly(ports, seen, now());
  // Act, and learn.
  const { target, situation, isNews } = considered;
  for (const { decision, verdict } of considered.decided) {
    if (signal.aborted) return;
    await rememberDecision(
      store,
      situation.session,
      decision,
      verdict,
      { ...considered.facts, now: now() },
      isNews,
    );
    if (decision.kind === 'ask-model' && leavesModel) continue;
    if (verdict.kind === 'proceed') await act(ports, target, situation, decision);
    else if (decision.kind === 'carry-out') await keepBack(ports, situation, decision.action, verdict);
    else if (verdict.kind === 'needs-approval' && decision.kind === 'answer-hook')
      await askPermission(ports, situation.task, decision.request);
  }
}

/** What one look at a session leads to, before any of it is done. */
export type Considered = {
  readonly target: Target;
  readonly situation: Situation;
  /** Its agent means something else than at the look before. */
  readonly isNews: boolean;
  /** It was only just adopted: nothing is to be done before the next look. */
  readonly isToBeObservedFirst: boolean;
  readonly facts: GateFacts;
  readonly decided: readonly { readonly decision: Decision; readonly verdict: Verdict }[];
};

/**
 * Perceives and reasons, and does nothing to the host. What was seen is remembered. Null: the process stops, or nothing is known of the host.
 * @param stepSignal for what is done to the host because of it
 */
export async function consider(
  ports: DirectorPorts,
  seen: Session,
  signal: AbortSignal,
  stepSignal: AbortSignal = signal,
): Promise<Considered | null> {
  const { store, fleet, agents, model, settings, now } = ports;
  const task = await store.findTask(seen.task);
  const host = await store.findHost(seen.host);
  const kind = kindFor(agents, seen.agent);
  if (task === null) throw new Error(`session ${seen.id} has no task`);
  // Its row cannot be read, and the store has told of that: no other host is to suffer from it.
  if (host === null) return null;

  // Perceive.
  const beforehand = await whatIsKnown(ports, seen);
  const isStopped = (await store.stoppedHosts()).has(host.id);
  const lookAt = async (at: Session, until: AbortSignal): Promise<Sight> =>
    isStopped
      ? { kind: 'unreachable', why: `${host.name} is stopped` }
      : await look(fleet, kind, host, at, beforehand, until);
  const sight = await lookAt(seen, signal);
  if (signal.aborted) return null;
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

  // Reason.
  const rules = settings.rulesOf(task.project);
  const paused = await store.openPause();
  const actions = (await store.actionsOfTasks([task.id])).filter((action) => action.session === session.id);
  const settled = actions.filter((action) => !isPending(action));
  const limit =
    sight.kind === 'seen' && !hasEnded(task)
      ? await rememberLimit(
          store,
          { task, session, host, kind, rules, settled },
          sight.observation,
          limitSignIn(kind, sight, since),
          { since, now: now() },
        )
      : null;
  // What was just told holds back this very pass.
  const { standings, turns, holds } = hasEnded(task)
    ? { standings: [], turns: null, holds: [] }
    : await limitsFor(ports, task, session);
  const situation: Situation = {
    task,
    session,
    sight,
    since,
    pending: actions.filter(isPending),
    settled,
    approvals: await store.approvalsOfSession(task.id, session.id),
    requests: await store.requestsOfSession(session.id),
    granted: grantsOf(await store.approvalsOfTasks([task.id])),
    asksByHook: howItAsks(kind),
    rules: settings.rulesOf(task.project),
    isTold: sight.kind === 'seen' && (await isTold(store, task, sight.observation.state, since)),
    workedAt: await store.lastSeenAtWork(session),
    isModelAtHand:
      model !== null &&
      rules.model.isAsked &&
      mayAskModel({ pause: paused, holds }) &&
      !standings.some(isDirectorSpent),
    standings,
    turns,
    holds,
    limit,
    now: now(),
  };

  const target: Target = {
    task,
    session,
    host,
    kind,
    look: () => lookAt(session, stepSignal),
    pause: (forMs) => pause(forMs, stepSignal),
    signal: stepSignal,
    describe: describeFailure,
  };
  const facts: GateFacts = {
    session,
    host,
    seen: sight.kind === 'seen' ? sight : null,
    generation: session.generation,
    pending: situation.pending,
    pause: paused,
    holds,
    rules,
    now: now(),
  };
  return {
    target,
    situation,
    isNews,
    isToBeObservedFirst: seen.isToBeObservedFirst && sight.kind === 'seen',
    facts,
    decided: reason(situation).map((decision) => ({ decision, verdict: gate(decision, facts) })),
  };
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

/** What the gate did not let through: dropped, or kept for later with the reason. */
async function keepBack(
  ports: DirectorPorts,
  { task, session, pending }: Situation,
  id: ActionId,
  verdict: Exclude<Verdict, { kind: 'proceed' }>,
): Promise<void> {
  const action = pending.find((each) => each.id === id);
  if (action === undefined) return;
  if (verdict.kind === 'drop' && verdict.isForGood === true) {
    const outcome = { state: 'dropped', why: verdict.why } as const;
    return ports.store.transaction((tx) => settle(tx, task, action, outcome, ports.now()));
  }
  if (verdict.kind === 'drop') return holdBack(ports, task, action, verdict.why);
  await ports.store.transaction((tx) => askToAllow(ports, tx, { task, session }, action, verdict));
  return holdBack(ports, task, action, `${verdict.why}, so somebody has to say yes first`);
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
    case 'place-task':
    case 'reassign-task':
    case 'report':
    case 'tell-neighbours':
      throw new Error('what is decided for the fleet is carried out by its own pass');
    case 'send-text':
    case 'press-option':
    case 'restart-agent':
      throw new Error('what a model wants is followed by the job that asked it');
    case 'ask-model': {
      const { meaning, about } = decision;
      const state = sight.kind === 'seen' ? sight.observation.state : 'unknown';
      if (RESTING.includes(state) && (await completeIfDelivered(ports, task, session))) return;
      return intendOwn(ports, task, session, { kind: 'ask-model', meaning, about });
    }
    case 'resume-work':
      return intendOwn(ports, task, session, { kind: 'type-text', text: decision.text });
    case 'ask-to-spend':
      if (await completeIfDelivered(ports, task, session)) return;
      return askToSpend(ports, task, session, decision.question);
    case 'ask-what-to-do': {
      if (await completeIfDelivered(ports, task, session)) return;
      const { question, options } = decision;
      const about = { question, because: null, options, screen };
      return store.transaction((tx) => askToChoose(ports, tx, { task, session }, about));
    }
    case 'ask-a-person': {
      const { dialog } = decision;
      if (dialog === null) return;
      return store.transaction((tx) => askPeople(ports, tx, { task, session }, dialog, screen));
    }
    case 'ask-permission':
      return askPermission(ports, task, decision.request);
    case 'answer-hook':
      return store.transaction((tx) => intendAnswer(ports, tx, task, decision.request, decision.answer));
    case 'guide-session':
      return store.transaction((tx) => intendGuiding(ports, tx, task, session, decision.isGuided));
    case 'judge-goal':
      return store.transaction((tx) => intendJudgement(ports, tx, task, decision.request, decision.goal));
    case 'end-lock':
      return store.transaction((tx) => stopGuiding(ports, tx, task, decision.request, decision.why));
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
    case 'hold':
      return holdBack(ports, task, actionOf(decision.action), decision.why);
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
