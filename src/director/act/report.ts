import { type Action, type ActionEffect, placeOf, startAction, timeOf } from '../../domain/index.ts';
import type { DirectorPorts, DirectorTables } from '../ports.ts';
import { tailOf } from './change-task.ts';
import { settle } from './settle.ts';
import type { Target } from './target.ts';

/** Tells the task's thread how things stand, with what was last seen. It touches no agent, and is told with its outcome or not at all. */
export async function report(
  { store, now }: DirectorPorts,
  { task, session }: Target,
  action: Action,
  effect: Extract<ActionEffect, { kind: 'report' }>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const last = await tx.lastObservation(session.id);
    const words = effect.text ?? (await standOf(tx, { task, session }));
    const at = now();
    const about = { task: task.id, thread: task.thread, at, by: action.by };
    const tail = tailOf(last?.screen ?? []);
    await tx.addEvents([{ ...about, kind: 'reported', because: effect.because, words, tail }]);
    await settle(tx, task, startAction(action, at), { state: 'succeeded' }, at);
  });
}

async function standOf(
  tx: DirectorTables,
  { task, session }: Pick<Target, 'task' | 'session'>,
): Promise<string> {
  const last = await tx.lastObservation(session.id);
  const digest = (await tx.transcriptOf(session.id))?.digest ?? null;
  const pullRequest = placeOf(task)?.pullRequest ?? null;
  const files = digest?.changedFiles.length ?? 0;
  return [
    last === null
      ? 'The agent was not looked at yet'
      : `The agent is ${last.observation.state.replaceAll('_', ' ')} since ${timeOf(last.since)}, as its ${last.observation.source} says`,
    `on \`${session.branch}\``,
    ...(files === 0 ? [] : [`with ${files} changed ${files === 1 ? 'file' : 'files'}`]),
    pullRequest === null ? 'without a pull request yet.' : `with ${pullRequest.url}`,
  ].join(', ');
}
