import {
  type Action,
  type Advice,
  type AgentRequest,
  type Decision,
  isLive,
  isPending,
  lockOf,
  type ModelCall,
  type ModelQuestion,
  type Result,
  type Session,
  type SessionId,
  startAction,
  type Task,
} from '../domain/index.ts';
import { intendAnswer, settle, stopGuiding } from './act/index.ts';
import { questionAbout } from './ask-model.ts';
import { gate, MODEL } from './gate.ts';
import { type Gathered, gather } from './gather.ts';
import { holdsFor } from './holds.ts';
import type { DirectorPorts, DirectorTables } from './ports.ts';

type Advised = Result<Advice, { readonly kind: string; readonly sentence: string }>;
type Judgement = Extract<Decision, { kind: 'answer-hook' | 'end-lock' }>;

/**
 * Asks the model whether the agent whose hook waits has reached its goal, lets the gate judge what it says, and stores what follows. No lock
 * and no claim is held while the model thinks. Whatever goes wrong lets the agent end its turn.
 */
export async function judgeGoal(ports: DirectorPorts, id: SessionId, signal: AbortSignal): Promise<void> {
  if (!(await isIntended(ports, id))) return;
  const gathered = await gather(ports, id, signal);
  if (signal.aborted) return;
  const begun = await begin(ports, id, gathered);
  if (begun === null || ports.model === null) return;
  const { model } = ports.settings.rulesOf(begun.task.project);
  const { advice, call } = await ports.model.decide(begun.question, model, signal);
  // Cut off by the end of this process, it stays started: the next one settles it.
  if (signal.aborted) return;
  await ports.store.transaction((tx) => conclude(ports, tx, begun, advice, call));
}

type Begun = {
  readonly task: Task;
  readonly session: Session;
  readonly action: Action;
  readonly request: AgentRequest;
  readonly question: ModelQuestion;
};

/** Its host is asked only for a reason. */
async function isIntended({ store }: DirectorPorts, id: SessionId): Promise<boolean> {
  const session = await store.findSession(id);
  return session !== null && intendedOf(await store.actionsOfTasks([session.task]), id) !== undefined;
}

function intendedOf(actions: readonly Action[], session: SessionId): Action | undefined {
  return actions.find(
    ({ session: of, effect, state }) =>
      of === session && effect.kind === 'judge-goal' && state === 'intended',
  );
}

/** Writes down that the model is asked, so that no other worker asks it too. Null: there is nothing to ask. */
async function begin(
  { store, model, now }: DirectorPorts,
  id: SessionId,
  gathered: Gathered | null,
): Promise<Begun | null> {
  return store.transaction(async (tx) => {
    const session = await tx.lockSession(id);
    const task = session === null ? null : await tx.lockTask(session.task);
    if (session === null || task === null) return null;
    const intended = intendedOf(await tx.actionsOfTasks([task.id]), id);
    if (intended?.effect.kind !== 'judge-goal') return null;
    const { ask, goal } = intended.effect;
    const at = now();
    const request = await waitingFor(tx, task, intended, at);
    const last = await tx.lastObservation(id);
    if (model === null || request === null || last === null) {
      await settle(tx, task, intended, { state: 'dropped', why: 'nobody needs it any more' }, at);
      await tx.enqueue({ kind: 'cycle', session: id });
      return null;
    }
    const action = startAction(intended, at);
    await tx.saveAction(action);
    const said = request.wants.kind === 'stop' ? request.wants.said : null;
    const question = await questionAbout(tx, { task, session, last, now: at }, gathered);
    return {
      task,
      session,
      action,
      request: { ...request, ask },
      question: { ...question, asks: { kind: 'may-stop', goal, said } },
    };
  });
}

/** Null: its hook waits no longer, its agent is another one, or its goal is not the same. */
async function waitingFor(
  tx: DirectorTables,
  task: Task,
  { session, generation, effect }: Action,
  at: Date,
): Promise<AgentRequest | null> {
  if (effect.kind !== 'judge-goal' || !isLive(task) || lockOf(task, at)?.goal !== effect.goal) return null;
  const requests = await tx.requestsOfSession(session);
  return (
    requests.find(
      (each) => each.ask === effect.ask && each.state === 'waiting' && each.generation === generation,
    ) ?? null
  );
}

async function conclude(
  ports: DirectorPorts,
  tx: DirectorTables,
  { session, action, request, question, ...begun }: Begun,
  advised: Advised,
  call: ModelCall,
): Promise<void> {
  const at = ports.now();
  const current = await tx.lockSession(session.id);
  const task = await tx.lockTask(begun.task.id);
  const isOpen =
    task !== null &&
    (await tx.actionsOfTasks([task.id])).some((each) => each.id === action.id && isPending(each));
  const isWanted =
    isOpen &&
    current?.state === 'live' &&
    current.generation === session.generation &&
    (await waitingFor(tx, task, action, at)) !== null;
  const decision = judgementFrom(request, advised);
  const verdict = isWanted ? gate(decision, await factsOf(ports, tx, task, current)) : null;
  await tx.addModelCall({
    ...call,
    task: begun.task.id,
    session: session.id,
    generation: session.generation,
    question,
    answer: advised.ok
      ? { kind: 'advice', advice: advised.value }
      : { kind: 'failure', failure: advised.error.kind },
    decided: verdict === null ? null : { decision, verdict },
  });
  if (task === null || !isOpen) return;
  await tx.enqueue({ kind: 'cycle', session: session.id });
  if (verdict === null) {
    return settle(tx, task, action, { state: 'dropped', why: 'nobody needs it any more' }, at);
  }
  await tx.recordDecision(session, decision, verdict, at);
  const outcome = advised.ok
    ? ({ state: 'succeeded' } as const)
    : ({ state: 'failed', why: advised.error.sentence } as const);
  await settle(tx, task, action, outcome, at);
  if (decision.kind === 'answer-hook' && verdict.kind === 'proceed') {
    return intendAnswer(ports, tx, task, request, decision.answer);
  }
  // What the gate holds back is for people, and so is what the model leaves to them.
  const why = verdict.kind === 'proceed' ? decision.why : verdict.why;
  const isReached = decision.kind === 'end-lock' && decision.isReached && verdict.kind === 'proceed';
  await stopGuiding(
    ports,
    tx,
    task,
    request,
    `${isReached ? 'its goal is reached' : 'people are needed'}: ${why}`,
  );
}

async function factsOf(
  ports: DirectorPorts,
  tx: DirectorTables,
  task: Task,
  session: Session,
): Promise<Parameters<typeof gate>[1]> {
  const host = await tx.findHost(session.host);
  if (host === null) throw new Error(`session ${session.id} has no host`);
  return {
    session,
    host,
    seen: null,
    generation: session.generation,
    pending: [],
    pause: await tx.openPause(),
    holds: await holdsFor({ ...ports, store: tx }, task, session),
    rules: ports.settings.rulesOf(task.project),
    now: ports.now(),
  };
}

/** In the director's words. */
export function judgementFrom(request: AgentRequest, advised: Advised): Judgement {
  if (!advised.ok) {
    const why = advised.error.sentence;
    return { kind: 'answer-hook', request, answer: { kind: 'leave' }, why, confidence: 0, reasoner: MODEL };
  }
  const { why, confidence, strategy, ...advice } = advised.value;
  const common = { request, why, confidence, reasoner: MODEL, ...(strategy === null ? {} : { strategy }) };
  switch (advice.kind) {
    case 'send':
      return { ...common, kind: 'answer-hook', answer: { kind: 'go-on', guidance: advice.text } };
    case 'wait':
      return { ...common, kind: 'answer-hook', answer: { kind: 'leave' } };
    case 'finish':
      return { ...common, kind: 'end-lock', isReached: true };
    case 'ask-a-person':
    case 'answer':
    case 'restart':
      return { ...common, kind: 'end-lock', isReached: false };
  }
}
