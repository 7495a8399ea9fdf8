import { type Action, isLive } from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';
import { settle } from './settle.ts';
import type { Target } from './target.ts';

/** Touches no agent: from the next cycle on it may be let go on again. */
export async function allowTurns(
  { store, now }: DirectorPorts,
  { task, session }: Target,
  action: Action,
  upTo: number,
): Promise<void> {
  await store.transaction(async (tx) => {
    const live = await tx.lockTask(task.id);
    if (live !== null && isLive(live)) await tx.saveTask({ next: { ...live, maxTurns: upTo }, events: [] });
    await settle(tx, task, action, { state: 'succeeded' }, now());
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}
