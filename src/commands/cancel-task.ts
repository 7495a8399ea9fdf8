import {
  APPROVE,
  type ApprovalSubject,
  approvalId,
  cancelTask as cancelled,
  DENY,
  hasEnded,
  ok,
  openApproval,
  policyFor,
  type Session,
  sentenceCard,
  type Task,
  type TaskId,
  taskLabel,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireActing, requireRole, resolveTask } from './context.ts';
import type { CommandTables } from './ports.ts';

/** A waiting task is cancelled at once; ending a live agent is asked first. */
export async function cancelTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'cancel tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'cancel');
  if (!resolved.ok) return resolved;
  return context.change((tx) => cancelInside(tx, context, resolved.value.id));
}

/** Asks whether the agent of a live task may be ended and started again. */
export async function restartTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'restart agents');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'restart');
  if (!resolved.ok) return resolved;
  return context.change(async (tx): Promise<Outcome> => {
    const task = await tx.lockTask(resolved.value.id);
    if (task?.state !== 'running') {
      return refuse(
        'wrong-state',
        `${taskLabel(resolved.value.id)} is ${task?.state ?? 'gone'}; only a running task has an agent to restart.`,
      );
    }
    const session = await tx.findSession(task.session);
    if (session?.state !== 'live')
      return refuse(
        'wrong-state',
        `${taskLabel(task.id)} has no live agent. \`retry\` starts it anew once it has failed.`,
      );
    if (session.isAdopted) {
      return refuse(
        'wrong-state',
        `${taskLabel(task.id)} was begun by a person, so I do not end its agent. Restart it in \`${session.name}\` yourself.`,
      );
    }
    const acting = await requireActing(tx, session, 'restarted');
    if (!acting.ok) return acting;
    return ask(tx, context, task, session, {
      kind: 'restart-session',
      session: session.id,
      generation: session.generation,
    });
  });
}

async function cancelInside(tx: CommandTables, context: Context, id: TaskId): Promise<Outcome> {
  const task = await tx.lockTask(id);
  if (task === null) return refuse('no-such-task', `There is no task ${taskLabel(id)}.`);
  if (task.state === 'cancelled') return say(`${taskLabel(id)} is cancelled already.`);
  if (hasEnded(task))
    return refuse('wrong-state', `${taskLabel(id)} has ended (${task.state}); there is nothing to cancel.`);
  if (task.state === 'queued') {
    await tx.saveTask(cancelled(task, context.actor.id, context.at));
    return say(`${taskLabel(id)} is off the queue.`);
  }
  const session = await tx.findSession(task.session);
  if (session === null || session.state === 'preparing') {
    // No agent yet: the preparation sees that its task is over and stops.
    await tx.saveTask(cancelled(task, context.actor.id, context.at));
    await tx.enqueue({ kind: 'prepare', session: task.session });
    return say(`${taskLabel(id)} is cancelled before its agent started.`);
  }
  if (session.isAdopted) {
    // Nothing of anybody's is ended, so nobody has to be asked.
    await tx.saveTask(cancelled(task, context.actor.id, context.at));
    await tx.enqueue({ kind: 'cycle', session: session.id });
    return say(
      `${taskLabel(id)} is cancelled: I no longer follow \`${session.name}\`. The session itself goes on; a person began it.`,
    );
  }
  const acting = await requireActing(tx, session, 'ended');
  if (!acting.ok) return acting;
  return ask(tx, context, task, session, {
    kind: 'cancel-task',
    session: session.id,
    generation: session.generation,
  });
}

async function ask(
  tx: CommandTables,
  context: Context,
  task: Task,
  session: Session,
  subject: Extract<ApprovalSubject, { kind: 'cancel-task' | 'restart-session' }>,
): Promise<Outcome> {
  const { ports, actor, at } = context;
  const isNew = await tx.addApproval(
    openApproval(
      {
        id: approvalId(ports.newId()),
        task: task.id,
        thread: task.thread,
        subject,
        choices:
          subject.kind === 'cancel-task'
            ? [
                { id: APPROVE, label: 'Cancel the task', style: 'danger' },
                { id: DENY, label: 'Let it run', style: 'plain', declines: true },
              ]
            : [
                { id: APPROVE, label: 'Restart the agent', style: 'danger' },
                { id: DENY, label: 'Leave it', style: 'plain', declines: true },
              ],
        requestedBy: actor.id,
        host: session.host,
        policy: policyFor(ports.settings.rulesOf(task.project).approvals, null),
        because: null,
      },
      { digest: ports.digest, at },
    ),
  );
  return say(
    isNew
      ? `${taskLabel(task.id)} has a running agent, so I asked in its thread first.`
      : `That is being asked already, in the thread of ${taskLabel(task.id)}.`,
  );
}

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
