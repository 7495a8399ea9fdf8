import {
  type Action,
  cancelTask,
  type Event,
  isLive,
  settleAction,
  type Task,
  withdrawApproval,
} from '../../domain/index.ts';
import type { DirectorTables } from '../ports.ts';

type Outcome = Parameters<typeof settleAction>[1];

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
    return outcome.state === 'succeeded'
      ? [{ ...about, kind: 'input-typed', by, text: effect.text }]
      : [{ ...about, kind: 'input-refused', by, text: effect.text, why: outcome.why }];
  }
  if (outcome.state === 'succeeded') return [];
  switch (effect.kind) {
    case 'press-option':
      return [{ ...about, kind: 'action-failed', what: `Answering “${effect.label}”`, why: outcome.why }];
    case 'restart-agent':
      return [{ ...about, kind: 'action-failed', what: 'Restarting the agent', why: outcome.why }];
    case 'end-session':
      return outcome.state === 'failed'
        ? [{ ...about, kind: 'action-failed', what: 'Ending the agent', why: outcome.why }]
        : [];
    case 'suggest-answer':
      return outcome.state === 'failed'
        ? [{ ...about, kind: 'action-failed', what: 'Suggesting an answer', why: outcome.why }]
        : [];
    case 'type-text':
      return [];
  }
}
