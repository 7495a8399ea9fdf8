import {
  hasEnded,
  ok,
  placeOf,
  queueTask,
  scopeKey,
  sentenceCard,
  type TaskId,
  taskLabel,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole, resolveTask } from './context.ts';

/** Queues a failed or cancelled task again: a new task, the next attempt, in the same thread. */
export function retryTask(context: Context, named: TaskId | null): Promise<Outcome> {
  return queueAgain(context, named, 'retry');
}

/** The same, on the same host, branch and workspace, and with the agent's own conversation: for work whose session was lost. */
export function resumeTask(context: Context, named: TaskId | null): Promise<Outcome> {
  return queueAgain(context, named, 'resume');
}

async function queueAgain(
  context: Context,
  named: TaskId | null,
  verb: 'retry' | 'resume',
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', `${verb} tasks`);
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, verb);
  if (!resolved.ok) return resolved;
  const { at, actor } = context;
  return context.change(async (tx): Promise<Outcome> => {
    // One number at a time is given out: of two requests for the next try one waits here, and then finds the other's.
    const id = await tx.nextTaskId();
    const last = (await tx.tasksOfThread(resolved.value.thread)).at(-1);
    if (last === undefined) return refuse('no-such-task', 'This task is not known any more.');
    if (!hasEnded(last))
      return refuse('wrong-state', `${taskLabel(last.id)} is ${last.state}; there is nothing to ${verb}.`);
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
    const isResumable = session !== null && session.conversation !== null && !session.isAdopted;
    if (verb === 'resume' && !isResumable) {
      return refuse(
        'wrong-state',
        `Nothing is known of a conversation that ${taskLabel(last.id)} could go on with. \`retry\` starts it anew.`,
      );
    }
    const resumed = verb === 'resume' && session !== null ? session : null;
    const { brief, project, repo, priority, agent, wantedHost, after, origin, thread, attempt } = last;
    const { permissionMode, maxTurns } = last;
    await tx.addTask(
      queueTask(
        {
          id,
          brief,
          project,
          repo,
          priority,
          agent,
          wantedHost: resumed?.host ?? wantedHost,
          after,
          permissionMode,
          maxTurns,
          askedBy: actor.id,
          origin,
          thread,
          attempt: attempt + 1,
          ...(resumed === null ? {} : { resumes: resumed.id }),
          createdAt: at,
        },
        at,
      ),
    );
    const scope = scopeKey({ kind: 'task', task: last.id });
    const cap = (await tx.budgetCaps([scope])).get(scope);
    if (cap !== undefined) await tx.setBudgetCap(scopeKey({ kind: 'task', task: id }), cap, actor.id, at);
    await tx.enqueue({ kind: 'place' });
    return ok({
      kind: 'card',
      card: sentenceCard(
        `Queued again as ${taskLabel(id)}, attempt ${attempt + 1}${resumed === null ? '' : ', to go on where it was'}.`,
      ),
    });
  });
}
