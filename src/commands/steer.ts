import {
  actionId,
  hasEnded,
  holdsRole,
  intendAction,
  ok,
  type Session,
  type Task,
  taskLabel,
  withdrawApproval,
} from '../domain/index.ts';
import { CONTROL, NO_CONTROL } from './add-task.ts';
import { type Context, type Outcome, refuse, requireActing, requireRole, taskOfPlace } from './context.ts';
import type { CommandTables } from './ports.ts';

// Longer input belongs into a file of the repository.
const STEER_MAX_BYTES = 20_000;

/** A person's words in a task's thread, for the agent. They wait for the end of its turn, or for a dialog to be answered. */
export async function steer(context: Context, words: string): Promise<Outcome> {
  const found = await taskOfPlace(context);
  // Not a task's thread: people talk to each other there.
  if (found === null || words.trim() === '') return ok({ kind: 'nothing' });
  if (!holdsRole(context.actor, 'operator')) return requireAsRefusal(context);
  if (Buffer.byteLength(words) > STEER_MAX_BYTES) {
    return refuse(
      'bad-words',
      `That is more than the ${STEER_MAX_BYTES} bytes an agent takes at once. Put it into a file of the repository and point to it.`,
    );
  }
  if (words.search(CONTROL) !== -1) return refuse('bad-words', NO_CONTROL);
  return context.change(async (tx): Promise<Outcome> => {
    const task = await tx.lockTask(found.id);
    if (task === null || hasEnded(task)) {
      return refuse(
        'wrong-state',
        `${taskLabel(found.id)} has ended, so nobody reads this. Queue what is left with \`add\`, or \`retry\` it.`,
      );
    }
    if (task.state === 'queued') {
      return refuse(
        'wrong-state',
        `${taskLabel(task.id)} has not started yet. Write again when its agent runs.`,
      );
    }
    const session = await tx.findSession(task.session);
    if (session === null || session.state === 'ended') {
      return refuse('wrong-state', `The agent of ${taskLabel(task.id)} is gone. \`retry\` starts it again.`);
    }
    const acting = await requireActing(tx, session, 'typed');
    if (!acting.ok) return acting;
    await tx.addAction(
      intendAction(
        {
          id: actionId(context.ports.newId()),
          task: task.id,
          session: session.id,
          generation: session.generation,
          effect: { kind: 'type-text', text: words },
          by: context.actor.id,
        },
        context.at,
      ),
    );
    await tx.addEvents([
      {
        kind: 'input-queued',
        task: task.id,
        thread: task.thread,
        at: context.at,
        by: context.actor.id,
        text: words,
      },
    ]);
    await withdrawSuggestions(tx, context, task, session);
    await tx.enqueue({ kind: 'cycle', session: session.id });
    return ok({ kind: 'nothing' });
  });
}

/** A person's own words are the answer: what a model would have said is not needed. */
async function withdrawSuggestions(
  tx: CommandTables,
  { actor, at }: Context,
  task: Task,
  session: Session,
): Promise<void> {
  for (const { id, subject } of await tx.approvalsOfTasks([task.id])) {
    if (subject.kind !== 'send-text' || subject.session !== session.id) continue;
    const approval = await tx.lockApproval(id);
    const step =
      approval === null ? null : withdrawApproval(approval, `${actor.name} wrote to the agent`, at);
    if (step !== null) await tx.saveApproval(step);
  }
}

function requireAsRefusal(context: Context): Outcome {
  const allowed = requireRole(context, 'operator', 'write to agents');
  return allowed.ok ? ok({ kind: 'nothing' }) : allowed;
}
