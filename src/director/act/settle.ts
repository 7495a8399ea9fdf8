import {
  type Action,
  cancelTask,
  type Event,
  type InputProof,
  isLive,
  settleAction,
  type Task,
  withdrawApproval,
} from '../../domain/index.ts';
import type { DirectorTables } from '../ports.ts';

/** What came of an action. `shownBy`: what showed that typed words were taken. `wasAtWork`: whether there was a turn to stop; left out: nobody asked. */
export type Outcome = Parameters<typeof settleAction>[1] & {
  readonly shownBy?: InputProof;
  readonly wasAtWork?: boolean;
};

/** Stores what came of an action, with what people are told of it. */
export async function settle(
  tx: DirectorTables,
  task: Task,
  action: Action,
  outcome: Outcome,
  at: Date,
): Promise<void> {
  await tx.saveAction(settleAction(action, outcome, at));
  await tx.addEvents(eventsOf(task, action, outcome, at));
}

/** The session has ended on the host: the record, and the task when it was to be cancelled, follow. */
export async function closeSession(
  tx: DirectorTables,
  ids: { readonly task: Task['id']; readonly session: Action['session'] },
  ending: Action | null,
  at: Date,
): Promise<void> {
  const session = await tx.lockSession(ids.session);
  if (session !== null && session.state !== 'ended') await tx.saveSession({ ...session, state: 'ended' });
  const task = await tx.lockTask(ids.task);
  if (task === null) return;
  if (ending?.effect.kind === 'end-session') {
    await settle(tx, task, ending, { state: 'succeeded' }, at);
    if (ending.effect.because === 'task-cancelled' && ending.by !== null && isLive(task)) {
      await tx.saveTask(cancelTask(task, ending.by, at));
    }
  }
  await withdrawOpenQuestions(tx, task, ids.session, 'the agent has ended', at);
  await dropPending(tx, task, ids.session, 'the agent has ended', at);
  await tx.enqueue({ kind: 'place' });
}

export async function withdrawOpenQuestions(
  tx: DirectorTables,
  task: Task,
  session: Action['session'],
  why: string,
  at: Date,
): Promise<void> {
  for (const approval of await tx.approvalsOfSession(task.id, session)) {
    const step = withdrawApproval(approval, why, at);
    if (step !== null) await tx.saveApproval(step);
  }
}

export async function dropPending(
  tx: DirectorTables,
  task: Task,
  session: Action['session'],
  why: string,
  at: Date,
): Promise<void> {
  for (const action of await tx.actionsOfTasks([task.id])) {
    if (action.session !== session || (action.state !== 'intended' && action.state !== 'started')) continue;
    await settle(tx, task, action, { state: 'dropped', why }, at);
  }
}

function eventsOf(task: Task, action: Action, outcome: Outcome, at: Date): readonly Event[] {
  const about = { task: task.id, thread: task.thread, at };
  const { effect, by } = action;
  if (effect.kind === 'type-text' && by !== null) {
    const input = { ...about, by, text: effect.text, action: action.id };
    return outcome.state === 'succeeded'
      ? [{ ...input, kind: 'input-accepted', shownBy: outcome.shownBy ?? 'screen' }]
      : [{ ...input, kind: 'input-refused', why: outcome.why }];
  }
  if (effect.kind === 'answer-hook' && by === null) {
    return outcome.state === 'succeeded' && effect.answer.kind === 'deny'
      ? [{ ...about, kind: 'permission-refused', by, what: effect.about, why: effect.answer.reason }]
      : [];
  }
  if (outcome.state === 'succeeded') {
    const { wasAtWork } = outcome;
    return wasAtWork === undefined || by === null
      ? []
      : [{ ...about, kind: 'turn-interrupted', by, wasAtWork }];
  }
  switch (effect.kind) {
    case 'press-option':
      return [{ ...about, kind: 'action-failed', what: `Answering “${effect.label}”`, why: outcome.why }];
    case 'interrupt':
      return [{ ...about, kind: 'action-failed', what: 'Stopping the agent', why: outcome.why }];
    case 'restart-agent':
      return [{ ...about, kind: 'action-failed', what: 'Restarting the agent', why: outcome.why }];
    case 'reassign-task':
      return outcome.state === 'failed'
        ? [{ ...about, kind: 'action-failed', what: 'Taking the task off its host', why: outcome.why }]
        : [];
    case 'end-session':
      return outcome.state === 'failed'
        ? [{ ...about, kind: 'action-failed', what: 'Ending the agent', why: outcome.why }]
        : [];
    case 'ask-model':
    case 'judge-goal':
      return outcome.state === 'failed'
        ? [{ ...about, kind: 'action-failed', what: 'Asking the model', why: outcome.why }]
        : [];
    case 'answer-hook':
      return [{ ...about, kind: 'action-failed', what: `Answering “${effect.about}”`, why: outcome.why }];
    case 'type-text':
    case 'guide-session':
    case 'allow-turns':
    case 'report':
    case 'tell-neighbours':
      return [];
  }
}
