import { actionId, intendAction, isLive, type Session, type Task } from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';

/** Writes down that the model is to be asked; the job that asks it comes with the same transaction. */
export async function intendSuggestion(
  { store, now, newId }: DirectorPorts,
  task: Task,
  session: Session,
  question: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    const current = await tx.lockTask(task.id);
    if (current === null || !isLive(current)) return;
    await tx.addAction(
      intendAction(
        {
          id: actionId(newId()),
          task: task.id,
          session: session.id,
          generation: session.generation,
          effect: { kind: 'suggest-answer', question },
          by: null,
        },
        now(),
      ),
    );
    await tx.enqueue({ kind: 'suggest', session: session.id });
  });
}
