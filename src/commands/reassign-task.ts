import {
  APPROVE,
  approvalId,
  DENY,
  type Host,
  isLive,
  ok,
  openApproval,
  policyFor,
  sentenceCard,
  type TaskId,
  taskLabel,
} from '../domain/index.ts';
import { hostForNew } from './add-task.ts';
import { type Context, type Outcome, refuse, requireActing, requireRole, resolveTask } from './context.ts';
import type { CommandTables } from './ports.ts';

/** Asks whether a live task may be taken off its host, to start again on another one. */
export async function reassignTask(
  context: Context,
  wish: { readonly task: TaskId | null; readonly host: string | null },
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'reassign tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, wish.task, 'reassign');
  if (!resolved.ok) return resolved;
  const to = wish.host === null ? ok(null) : await hostForNew(context, wish.host);
  if (!to.ok) return to;
  return context.change((tx) => askToReassign(tx, context, resolved.value.id, to.value));
}

/** Inside the transaction of the request. @param to null: any other host */
export async function askToReassign(
  tx: CommandTables,
  context: Context,
  id: TaskId,
  to: Host | null,
): Promise<Outcome> {
  const { ports, actor, at } = context;
  const task = await tx.lockTask(id);
  const label = taskLabel(id);
  if (task === null || !isLive(task)) {
    return refuse(
      'wrong-state',
      `${label} is ${task?.state ?? 'gone'}; only a task that has a host can be taken off it.`,
    );
  }
  const session = await tx.findSession(task.session);
  if (session?.state !== 'live') {
    return refuse('wrong-state', `${label} has no live agent yet. Wait until it runs, or \`cancel\` it.`);
  }
  if (session.isAdopted) {
    return refuse(
      'wrong-state',
      `${label} was begun by a person, so I do not end its agent. End \`${session.name}\` yourself, and queue what is left with \`add\`.`,
    );
  }
  if (to?.id === session.host) {
    return refuse(
      'wrong-state',
      `${label} is on ${to.name} already. \`restart ${label}\` starts its agent anew.`,
    );
  }
  const acting = await requireActing(tx, session, 'saved or ended');
  if (!acting.ok) return acting;
  const isNew = await tx.addApproval(
    openApproval(
      {
        id: approvalId(ports.newId()),
        task: task.id,
        thread: task.thread,
        subject: {
          kind: 'reassign-task',
          session: session.id,
          generation: session.generation,
          from: session.host,
          to: to?.id ?? null,
        },
        choices: [
          { id: APPROVE, label: 'Save, end and reassign', style: 'danger' },
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
  const sentence = isNew
    ? `${label} has a running agent, so I asked in its thread first.`
    : `That is being asked already, in the thread of ${label}.`;
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
