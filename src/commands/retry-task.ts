import { hasEnded, ok, placeOf, queueTask, sentenceCard, type TaskId, taskLabel } from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole, resolveTask } from './context.ts';

/** Queues a failed or cancelled task again: a new task, the next attempt, in the same thread. */
export async function retryTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'retry tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'retry');
  if (!resolved.ok) return resolved;
  const { at, actor } = context;
  return context.change(async (tx): Promise<Outcome> => {
    // One number at a time is given out: of two requests for the next try one waits here, and then finds the other's.
    const id = await tx.nextTaskId();
    const last = (await tx.tasksOfThread(resolved.value.thread)).at(-1);
    if (last === undefined) return refuse('no-such-task', 'This task is not known any more.');
    if (!hasEnded(last))
      return refuse('wrong-state', `${taskLabel(last.id)} is ${last.state}; there is nothing to retry.`);
    if (last.state === 'completed') {
      return refuse(
        'wrong-state',
        `${taskLabel(last.id)} is completed. Queue what is left as a new task with \`add\`.`,
      );
    }
    const place = placeOf(last);
    const session = place === null ? null : await tx.findSession(place.session);
    if (session !== null && session.state !== 'ended') {
      return refuse(
        'wrong-state',
        `The agent of ${taskLabel(last.id)} is still being ended. Try again in a moment.`,
      );
    }
    const { brief, project, repo, priority, agent, wantedHost, origin, thread, attempt } = last;
    await tx.addTask(
      queueTask(
        {
          id,
          brief,
          project,
          repo,
          priority,
          agent,
          wantedHost,
          askedBy: actor.id,
          origin,
          thread,
          attempt: attempt + 1,
          createdAt: at,
        },
        at,
      ),
    );
    await tx.enqueue({ kind: 'place' });
    return ok({
      kind: 'card',
      card: sentenceCard(`Queued again as ${taskLabel(id)}, attempt ${attempt + 1}.`),
    });
  });
}
