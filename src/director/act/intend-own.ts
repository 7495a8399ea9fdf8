import {
  type ActionEffect,
  actionId,
  intendAction,
  isLive,
  type Session,
  type Task,
} from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';

type Effect = Extract<ActionEffect, { kind: 'ask-model' | 'type-text' }>;

/** Writes down what the director wants of its own accord, with the job that does it: it asks the model, or a cycle types what the gate lets through. */
export async function intendOwn(
  { store, now, newId }: DirectorPorts,
  task: Task,
  { id: session, generation }: Session,
  effect: Effect,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.lockTask(task.id);
    if (current === null || !isLive(current)) return;
    const action = { id: actionId(newId()), task: task.id, session, generation, effect, by: null };
    await tx.addAction(intendAction(action, now()));
    await tx.enqueue({ kind: effect.kind === 'ask-model' ? 'ask-model' : 'cycle', session });
  });
}
