import { JOB_KINDS, type Jobs, type Store } from '../../db/index.ts';
import type { Metrics } from '../../webhooks/index.ts';

/** What was stored or said before this process began, and is not finished. */
export async function takeUpAgain(store: Store): Promise<void> {
  for (const { source, id } of await store.openDeliveries())
    await store.enqueue({ kind: 'intake', source, delivery: id });
  for (const thread of await store.untoldThreads())
    await store.enqueue({ kind: 'notify', thread, notBefore: null });
  // One that waits already for its next look is not asked for twice.
  for (const { id } of await store.openWatches())
    await store.enqueue({ kind: 'watch', watch: id, notBefore: new Date() });
}

export function countOpenWork(metrics: Metrics, store: Store, jobs: Jobs): void {
  const states = ['queued', 'assigned', 'running'] as const;
  metrics.addGaugeBy('jobs', 'Jobs that are not finished, by kind.', 'kind', async () => {
    const counts = await Promise.all(
      JOB_KINDS.map(async (kind) => [kind, await jobs.countOpen(kind)] as const),
    );
    return new Map<string, number>(counts);
  });
  metrics.addGaugeBy('tasks', 'Tasks that are not over, by state.', 'state', async () => {
    const live = await store.tasksInStates(states);
    return new Map(states.map((state) => [state, live.filter((task) => task.state === state).length]));
  });
}
