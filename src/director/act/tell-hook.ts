import { type Action, dialogOf, startAction } from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';
import type { Sight } from '../situation.ts';
import { settle } from './settle.ts';
import type { Target } from './target.ts';

/**
 * Hands the answer to the hook that waits for it. Where the host does not answer it stays started, and the next cycle tries again: a hook takes
 * one answer, and of one that took it already `ask-ended` has told.
 */
export async function tellHook(
  { store, fleet, now }: DirectorPorts,
  { task, host, kind, look, signal }: Target,
  action: Action,
  { ask, event, answer }: Extract<Action['effect'], { kind: 'answer-hook' }>,
): Promise<void> {
  const answers = kind.hooks?.answers ?? null;
  const isLate = action.by !== null && answers?.showsDialog === true && isClosed(await look());
  const printed = isLate ? '' : (answers?.printed(event, answer) ?? '');
  const started = startAction(action, now());
  await store.saveAction(started);
  const told = await fleet.answerHook(host, action.session, ask, printed, signal);
  if (!told.ok) return;
  const isTaken = told.value === 'taken';
  await store.transaction(async (tx) => {
    await tx.endRequest(action.session, ask, isTaken && printed !== '' ? 'told' : 'over');
    await settle(
      tx,
      task,
      started,
      isTaken && !isLate
        ? { state: 'succeeded' }
        : { state: 'dropped', why: 'the agent was answered at its terminal before' },
      now(),
    );
    await tx.enqueue({ kind: 'cycle', session: action.session });
  });
}

/** The agent's own dialog was on the screen from the beginning, so somebody has answered it there. */
function isClosed(sight: Sight): boolean {
  return (
    sight.kind === 'seen' && sight.observation.state !== 'unknown' && dialogOf(sight.observation) === null
  );
}

export async function guide(
  { store, fleet, now }: DirectorPorts,
  { task, host, signal }: Target,
  action: Action,
  isGuided: boolean,
): Promise<void> {
  const started = startAction(action, now());
  await store.saveAction(started);
  const guided = await fleet.guideSession(host, action.session, isGuided, signal);
  if (!guided.ok) return;
  await store.transaction(async (tx) => {
    const session = await tx.lockSession(action.session);
    if (session !== null) await tx.saveSession({ ...session, isGuided });
    await settle(tx, task, started, { state: 'succeeded' }, now());
  });
}
