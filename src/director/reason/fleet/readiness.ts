import { hasEnded, type QueuedTask, type Task, taskLabel } from '../../../domain/index.ts';
import type { FleetSituation } from './fleet-situation.ts';

/** What a waiting task waits for beside a place; null: nothing. */
export function notReadyBecause(
  task: QueuedTask,
  { awaited }: Pick<FleetSituation, 'awaited'>,
): string | null {
  const open = task.after.filter((id) => awaited.get(id)?.state !== 'completed');
  if (open.length === 0) return null;
  const ended = open.map((id) => awaited.get(id)).filter((each) => each !== undefined && hasEnded(each));
  const [over] = ended;
  // It may wait for ever, and only a person can say whether it should.
  return over === undefined
    ? `it comes after ${open.map((id) => taskLabel(awaited.get(id)?.id ?? id)).join(', ')}`
    : endWords(over);
}

function endWords({ id, state }: Task): string {
  const label = taskLabel(id);
  return `it comes after ${label}, which ${state === 'failed' ? 'failed' : 'was cancelled'}: \`retry ${label}\`, or cancel this one`;
}
