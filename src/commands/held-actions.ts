import { isPending, type Span, type Task, text } from '../domain/index.ts';
import type { Context } from './context.ts';
import { effectWords } from './show-decisions.ts';

/** What is intended for a task and does not happen yet, with the reason. */
export async function heldFacts(
  { ports }: Context,
  task: Task,
): Promise<readonly { readonly label: string; readonly value: readonly Span[] }[]> {
  const actions = await ports.store.actionsOfTasks([task.id]);
  return actions
    .filter((action) => isPending(action))
    .flatMap((action) =>
      action.why === null
        ? []
        : [{ label: 'Held back', value: [text(`${effectWords(action, [])}: ${action.why}`)] }],
    );
}
