import {
  type Action,
  type Advice,
  actionId,
  chooseStrategies,
  type Decision,
  dialogOf,
  intendAction,
  isLive,
  isPending,
  lockOf,
  type ModelCall,
  type ModelQuestion,
  meaningOf,
  type Observation,
  objectiveWords,
  type Result,
  type Session,
  type SessionId,
  type StoredModelCall,
  startAction,
  type Task,
  textQuestionOf,
  unreachable,
  type Verdict,
} from '../domain/index.ts';
import { complete, followModel, type ModelDecision, settle } from './act/index.ts';
import { gate, MODEL } from './gate.ts';
import { type Gathered, gather } from './gather.ts';
import { holdsFor } from './holds.ts';
import type { DirectorPorts, DirectorTables, LastObservation } from './ports.ts';
import { questionForModel } from './question-for-model.ts';
import { type AtHand, strategySituation } from './strategy-situation.ts';

/** The newest: a project that wants more than that says little with it. */
const OBJECTIVES_MOST = 20;

/** What is told of advice that never came. */
type Advised = Result<Advice, { readonly kind: string; readonly sentence: string }>;

/**
 * Asks the model what is to be done about a session, lets the gate judge what it says, and stores what follows. No lock and no claim is held while the
 * model thinks: cycles of this session go on, and what they find decides whether the answer still has a use.
 */
export async function askModel(ports: DirectorPorts, id: SessionId, signal: AbortSignal): Promise<void> {
  const gathered = await gather(ports, id, signal);
  if (signal.aborted) return;
  const begun = await begin(ports, id, gathered);
  if (begun !== null) await goOn(ports, begun, signal);
}

/** What the model decided, and what the gate said to that. */
export type Decided = { readonly decision: ModelDecision; readonly verdict: Verdict };

/** The same at once, for who waits for it. Null: nobody needs the answer any more, nobody can be asked, or the process stops. */
export async function askModelNow(
  ports: DirectorPorts,
  { task, session }: Pick<About, 'task' | 'session'>,
  { meaning, about }: Pick<Extract<Decision, { kind: 'ask-model' }>, 'meaning' | 'about'>,
  signal: AbortSignal,
): Promise<Decided | null> {
  const { store, now, newId } = ports;
  const { id, generation } = session;
  const effect = { kind: 'ask-model', meaning, about } as const;
  const gathered = await gather(ports, id, signal);
  const at = now();
  const action = startAction(
    intendAction({ id: actionId(newId()), task: task.id, session: id, generation, effect, by: null }, at),
    at,
  );
  const begun = await store.transaction(async (tx) => {
    const last = await tx.lastObservation(id);
    if (last === null || !(await tx.addAction(action))) return null;
    const question = await questionAbout(tx, { task, session, last, now: at }, gathered);
    return { task, session, action, last, question };
  });
  return begun === null ? null : goOn(ports, begun, signal);
}

async function goOn(ports: DirectorPorts, begun: Begun, signal: AbortSignal): Promise<Decided | null> {
  if (ports.model === null) return null;
  const answer = await answerOf(ports, begun, signal);
  // Cut off by the end of this process, it stays started: the next one settles it.
  if (signal.aborted) return null;
  const { decided, completes } = await ports.store.transaction((tx) => conclude(ports, tx, begun, answer));
  if (completes) await complete(ports, begun.task, begun.session);
  return decided;
}

/**
 * What the model would decide about a session as it was last seen, and what the gate would say to that: nothing follows from it, and nothing is written
 * but the call, which costs the same. Null: there is nothing to ask about, or nobody to ask.
 */
export async function consultModel(
  ports: DirectorPorts,
  id: SessionId,
  signal: AbortSignal,
): Promise<Decided | null> {
  const { store, model, now } = ports;
  const session = await store.findSession(id);
  const task = session === null ? null : await store.findTask(session.task);
  const last = session === null ? null : await store.lastObservation(id);
  if (model === null || session === null || task === null || last === null) return null;
  const about: About = {
    task,
    session,
    last,
    question: await questionAbout(
      store,
      { task, session, last, now: now() },
      await gather(ports, id, signal),
    ),
  };
  const answer = await answerOf(ports, about, signal);
  const decided = await decidedBy(ports, store, about, answer.advice);
  // What follows nothing is no decision of this session: the next question tells of the last one that counted.
  await store.addModelCall(callOf(about, answer, null));
  return decided;
}

/** About what the model was asked, and what it was told. */
type About = {
  readonly task: Task;
  readonly session: Session;
  readonly last: LastObservation;
  readonly question: ModelQuestion;
};

type Answer = { readonly advice: Advised; readonly call: ModelCall };

async function answerOf(
  { model, settings }: DirectorPorts,
  { task, question }: About,
  signal: AbortSignal,
): Promise<Answer> {
  if (model === null) throw new Error('there is no model to ask');
  return model.decide(question, settings.rulesOf(task.project).model, signal);
}

type Begun = About & { readonly action: Action };

/** Writes down that the model is asked, so that no other worker asks it too. Null: there is nothing to ask. */
async function begin(ports: DirectorPorts, id: SessionId, gathered: Gathered | null): Promise<Begun | null> {
  const { store, model, now } = ports;
  return store.transaction(async (tx) => {
    const session = await tx.lockSession(id);
    const task = session === null ? null : await tx.lockTask(session.task);
    if (session === null || task === null) return null;
    const intended = (await tx.actionsOfTasks([task.id])).find(
      (action) => action.session === id && action.effect.kind === 'ask-model' && action.state === 'intended',
    );
    if (intended === undefined) return null;
    const { wanted } = await current(tx, id, intended);
    const isPaused = (await tx.openPause()) !== null;
    if (model === null || wanted === null || isPaused) {
      const why = isPaused ? 'the director is paused' : 'nobody needs it any more';
      await settle(tx, task, intended, { state: 'dropped', why }, now());
      return null;
    }
    const at = now();
    const action = startAction(intended, at);
    await tx.saveAction(action);
    return {
      task,
      session,
      action,
      last: wanted,
      question: await questionAbout(tx, { task, session, last: wanted, now: at }, gathered),
    };
  });
}

/**
 * Everything at hand of a session, as the model is told.
 * @param gathered read just now; null: its host was not asked, or did not answer
 */
export async function questionAbout(
  tx: DirectorTables,
  known: Pick<AtHand, 'task' | 'session' | 'last' | 'now'>,
  gathered: Gathered | null = null,
): Promise<ModelQuestion> {
  const { task, session } = known;
  const host = await tx.findHost(session.host);
  const project = await tx.findProject(task.project);
  if (host === null || project === null) throw new Error(`session ${session.id} has no host or no project`);
  const digest = gathered?.digest ?? (await tx.transcriptOf(session.id))?.digest ?? null;
  const facts = (await tx.hostFacts()).find((each) => each.host === host.id) ?? null;
  const strategies = chooseStrategies(
    strategySituation({
      ...known,
      seen: await tx.seenSession(session.host, session.name),
      digest,
      project,
      queuedTasks: (await tx.tasksInStates(['queued'])).length,
    }),
  );
  return questionForModel({
    ...known,
    host,
    project,
    digest,
    strategies,
    facts: gathered ?? facts,
    gathered,
    objectives: [
      ...goalsOf(task, known.now),
      ...(await tx.openObjectives(project.id)).slice(-OBJECTIVES_MOST).map(objectiveWords),
    ],
    before: await tx.lastModelCall(session.id),
  });
}

function goalsOf(task: Task, now: Date): readonly string[] {
  const goal = lockOf(task, now)?.goal ?? null;
  return goal === null ? [] : [goal];
}

/** Stores the call, and what follows from its answer while somebody needs it. `completes`: the task is to be completed. */
async function conclude(
  ports: DirectorPorts,
  tx: DirectorTables,
  begun: Begun,
  answer: Answer,
): Promise<{ readonly decided: Decided | null; readonly completes: boolean }> {
  const { advice } = answer;
  const { task, action, wanted } = await current(tx, begun.session.id, begun.action);
  const isWanted = task !== null && action !== null && wanted !== null;
  const decided = isWanted ? await decidedBy(ports, tx, { ...begun, task, last: wanted }, advice) : null;
  await tx.addModelCall(callOf(begun, answer, decided));
  if (task === null || action === null) return { decided: null, completes: false };
  const at = ports.now();
  if (wanted === null || decided === null) {
    await settle(tx, task, action, { state: 'dropped', why: 'nobody needs it any more' }, at);
    return { decided: null, completes: false };
  }
  const { session } = begun;
  const { decision, verdict } = decided;
  await tx.recordDecision(session, decision, verdict, at);
  await settle(
    tx,
    task,
    action,
    advice.ok ? { state: 'succeeded' } : { state: 'failed', why: advice.error.sentence },
    at,
  );
  await tx.enqueue({ kind: 'cycle', session: session.id });
  // A failure is told of by its action; people are asked by the next cycle, as if there were no model.
  if (!advice.ok) return { decided, completes: false };
  const about = { task, session, screen: wanted.screen };
  const { completes } = await followModel(ports, tx, about, decision, verdict);
  return { decided, completes };
}

function callOf(
  { task, session, question }: About,
  { advice, call }: Answer,
  decided: StoredModelCall['decided'],
): StoredModelCall {
  return {
    ...call,
    task: task.id,
    session: session.id,
    generation: session.generation,
    question,
    answer: advice.ok
      ? { kind: 'advice', advice: advice.value }
      : { kind: 'failure', failure: advice.error.kind },
    decided,
  };
}

async function decidedBy(
  ports: DirectorPorts,
  tables: DirectorTables,
  { task, session, last }: Omit<About, 'question'>,
  advice: Advised,
): Promise<Decided> {
  const host = await tables.findHost(session.host);
  if (host === null) throw new Error(`session ${session.id} has no host`);
  const decision = decisionFrom(last.observation, advice);
  const verdict = gate(decision, {
    session,
    host,
    seen: { observation: last.observation, takenAt: last.lastSeenAt },
    generation: session.generation,
    pending: [],
    pause: await tables.openPause(),
    holds: await holdsFor({ ...ports, store: tables }, task, session),
    rules: ports.settings.rulesOf(task.project),
    now: ports.now(),
  });
  return { decision, verdict };
}

/** In the director's words. What does not fit what the agent shows is for people, and so is advice that never came. */
export function decisionFrom(observation: Observation, advised: Advised): ModelDecision {
  const dialog = dialogOf(observation);
  const forPeople = (why: string, confidence: number, replies: readonly string[] = []): ModelDecision => ({
    kind: 'ask-a-person',
    dialog,
    replies,
    why,
    confidence,
    reasoner: MODEL,
  });
  if (!advised.ok) return forPeople(advised.error.sentence, 0);
  const { why, confidence, strategy, ...advice } = advised.value;
  const common = { why, confidence, reasoner: MODEL, ...(strategy === null ? {} : { strategy }) };
  switch (advice.kind) {
    case 'send':
      return dialog === null
        ? { ...common, kind: 'send-text', question: textQuestionOf(observation), text: advice.text }
        : { ...forPeople(why, confidence, [advice.text]), ...common };
    case 'answer': {
      const option = dialog?.options[advice.option];
      return dialog === null || option === undefined
        ? { ...forPeople(why, confidence), ...common }
        : { ...common, kind: 'press-option', dialog, option };
    }
    case 'ask-a-person':
      return { ...forPeople(why, confidence, advice.replies), ...common };
    case 'wait':
      return { ...common, kind: 'wait' };
    case 'finish':
      return { ...common, kind: 'complete-task' };
    case 'restart':
      return { ...common, kind: 'restart-agent' };
    default:
      return unreachable(advice);
  }
}

/** Where things stand now. `action` is null when it was settled by somebody else. */
async function current(
  tx: DirectorTables,
  id: SessionId,
  { id: actionId, generation, effect, createdAt }: Action,
): Promise<{
  readonly task: Task | null;
  readonly action: Action | null;
  /** The last look; null: it shows another agent or something else by now, or a person has written to the agent since. */
  readonly wanted: LastObservation | null;
}> {
  const session = await tx.lockSession(id);
  const task = session === null ? null : await tx.lockTask(session.task);
  const actions = task === null ? [] : await tx.actionsOfTasks([task.id]);
  const seen = await tx.lastObservation(id);
  const isAnswered = actions.some(
    (action) => action.session === id && action.effect.kind === 'type-text' && action.createdAt >= createdAt,
  );
  const isSameAgent = session?.state === 'live' && session.generation === generation;
  const isSame =
    effect.kind === 'ask-model' && seen !== null && meaningOf(seen.observation) === effect.meaning;
  const isWanted = isSameAgent && task !== null && isLive(task) && isSame && !isAnswered;
  return {
    task,
    action: actions.find((action) => action.id === actionId && isPending(action)) ?? null,
    wanted: isWanted ? seen : null,
  };
}
