import { type Action, isPending, type Task } from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';

/** Keeps an action intended, with the reason why it is not carried out yet. Whoever's words wait is told, once for each reason. */
export async function holdBack(
  { store, now }: Pick<DirectorPorts, 'store' | 'now'>,
  task: Task,
  action: Action,
  why: string,
): Promise<void> {
  if (action.why === why) return;
  const { effect, by } = action;
  await store.transaction(async (tx) => {
    await tx.lockTask(task.id);
    const current = (await tx.actionsOfTasks([task.id])).find(({ id }) => id === action.id);
    // A person may have taken it back just now.
    if (current === undefined || !isPending(current)) return;
    await tx.saveAction({ ...current, why });
    if (effect.kind !== 'type-text' || by === null) return;
    const about = { task: task.id, thread: task.thread, at: now() };
    await tx.addEvents([{ kind: 'input-held', ...about, by, text: effect.text, action: action.id, why }]);
  });
}
