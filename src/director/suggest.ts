import {
  type Action,
  chooseStrategies,
  type Decision,
  isLive,
  isPending,
  type Session,
  type SessionId,
  type Strategy,
  startAction,
  type Task,
  textQuestionOf,
} from '../domain/index.ts';
import { type AskingPorts, askToSend, settle } from './act/index.ts';
import { gate } from './gate.ts';
import type {
  DirectorPorts,
  DirectorTables,
  LastObservation,
  QuestionForModel,
  Suggestion,
} from './ports.ts';
import { type AtHand, strategySituation } from './strategy-situation.ts';

export type SuggestPorts = AskingPorts & Pick<DirectorPorts, 'store' | 'model'>;

/**
 * Asks the model what the session's agent wants to know, and people whether that may be sent. No lock and no claim is held
 * meanwhile: cycles of this session go on, and what they find decides whether the answer still has a use.
 */
export async function suggest(ports: SuggestPorts, id: SessionId, signal: AbortSignal): Promise<void> {
  const begun = await begin(ports, id);
  if (begun === null || ports.model === null) return;
  const suggested = await ports.model.suggestAnswer(begun.question, signal);
  // Cut off by the end of this process, it stays started: the next one settles it.
  if (signal.aborted) return;
  await ports.store.transaction(async (tx) => {
    const { task, action, wanted } = await current(tx, id, begun.action);
    if (task === null || action === null) return;
    const at = ports.now();
    if (wanted === null) {
      return settle(tx, task, action, { state: 'dropped', why: 'nobody needs it any more' }, at);
    }
    if (!suggested.ok) {
      return settle(tx, task, action, { state: 'failed', why: suggested.error.sentence }, at);
    }
    const asked = { task, session: begun.session, question: begun.question.question };
    await propose(ports, tx, asked, suggested.value);
    await settle(tx, task, action, { state: 'succeeded' }, at);
  });
}

type Begun = { readonly session: Session; readonly action: Action; readonly question: QuestionForModel };

/** Writes down that the model is asked, so that no other worker asks it too. Null: there is nothing to ask. */
async function begin({ store, model, now }: SuggestPorts, id: SessionId): Promise<Begun | null> {
  return store.transaction(async (tx) => {
    const session = await tx.lockSession(id);
    const task = session === null ? null : await tx.lockTask(session.task);
    if (session === null || task === null) return null;
    const intended = (await tx.actionsOfTasks([task.id])).find(
      (action) =>
        action.session === id && action.effect.kind === 'suggest-answer' && action.state === 'intended',
    );
    if (intended?.effect.kind !== 'suggest-answer') return null;
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
      session,
      action,
      question: {
        brief: task.brief,
        repo: task.repo,
        question: intended.effect.question,
        screen: wanted.screen,
        strategies: await strategiesFor(tx, { task, session, last: wanted, now: at }),
      },
    };
  });
}

async function strategiesFor(
  tx: DirectorTables,
  known: Pick<AtHand, 'task' | 'session' | 'last' | 'now'>,
): Promise<readonly Strategy[]> {
  const { task, session } = known;
  return chooseStrategies(
    strategySituation({
      ...known,
      seen: await tx.seenSession(session.host, session.name),
      digest: (await tx.transcriptOf(session.id))?.digest ?? null,
      project: await tx.findProject(task.project),
      queuedTasks: (await tx.tasksInStates(['queued'])).length,
    }),
  );
}

/** Where things stand now. `action` is null when it was settled by somebody else. */
async function current(
  tx: DirectorTables,
  id: SessionId,
  { id: actionId, generation, effect, createdAt }: Action,
): Promise<{
  readonly task: Task | null;
  readonly action: Action | null;
  /** The last look; null: it shows another agent or question by now, or a person has written to the agent since. */
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
  const isAsked =
    effect.kind === 'suggest-answer' && seen !== null && textQuestionOf(seen.observation) === effect.question;
  const isWanted = isSameAgent && task !== null && isLive(task) && isAsked && !isAnswered;
  return {
    task,
    action: actions.find((action) => action.id === actionId && isPending(action)) ?? null,
    wanted: isWanted ? seen : null,
  };
}

async function propose(
  ports: SuggestPorts,
  tx: DirectorTables,
  asked: { readonly task: Task; readonly session: Session; readonly question: string },
  suggestion: Suggestion,
): Promise<void> {
  const { session, question } = asked;
  const decision: Decision = { kind: 'send-text', question, ...suggestion, reasoner: 'model' };
  const at = ports.now();
  const verdict = gate(decision, session, { kind: 'seen' }, ports.settings.gate);
  await tx.recordDecision(session, decision, verdict, at);
  if (verdict.kind === 'needs-approval') await askToSend(ports, tx, { ...asked, ...suggestion });
}
