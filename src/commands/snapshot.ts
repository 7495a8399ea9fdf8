import { ok, placeOf, type TaskId, taskLabel, text } from '../domain/index.ts';
import { type Context, type Outcome, refuse, resolveTask } from './context.ts';
import { briefTitle } from './wording.ts';

/** Looks at the agent's screen now and shows it in the task's thread. */
export async function takeSnapshot(context: Context, named: TaskId | null): Promise<Outcome> {
  const resolved = await resolveTask(context, named, 'snapshot');
  if (!resolved.ok) return resolved;
  const task = resolved.value;
  const { store, screens } = context.ports;
  const place = placeOf(task);
  const session = place === null ? null : await store.findSession(place.session);
  const host = place === null ? null : await store.findHost(place.host);
  if (session === null || host === null || session.state !== 'live') {
    return refuse('wrong-state', `${taskLabel(task.id)} is ${task.state} and has no agent to look at.`);
  }
  const screen = await screens.read(session, host);
  if (!screen.ok) return refuse('unavailable', screen.error);
  const lines = screen.value;
  return context.change(async (tx): Promise<Outcome> => {
    await tx.addEvents([
      {
        kind: 'screen-shown',
        task: task.id,
        thread: task.thread,
        at: context.at,
        by: context.actor.id,
        lines,
      },
    ]);
    if (context.place.kind === 'slack') return ok({ kind: 'nothing' });
    return ok({
      kind: 'card',
      card: {
        title: `${taskLabel(task.id)} ${briefTitle(task.brief)}`,
        parts: [
          { kind: 'screen', lines },
          { kind: 'note', spans: [text(`${session.name} on ${host.name}`)] },
        ],
        buttons: [],
        summary: `The screen of ${taskLabel(task.id)}.`,
      },
    });
  });
}
