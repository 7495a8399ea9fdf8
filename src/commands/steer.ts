import {
  type Action,
  type ActionEffect,
  type ActionId,
  actionId,
  hasEnded,
  holdsRole,
  intendAction,
  isPending,
  ok,
  type Result,
  type Session,
  sentenceCard,
  settleAction,
  type Task,
  type TaskId,
  taskLabel,
  withdrawApproval,
} from '../domain/index.ts';
import { CONTROL, NO_CONTROL } from './add-task.ts';
import {
  type Context,
  type Outcome,
  refuse,
  requireActing,
  requireRole,
  resolveTask,
  taskOfPlace,
} from './context.ts';
import type { CommandTables } from './ports.ts';
import type { Refusal } from './request.ts';

// Longer input belongs into a file of the repository.
const STEER_MAX_BYTES = 20_000;

/**
 * A person's words in a task's thread, for the agent. They wait for the end of its turn, or for a dialog to be answered.
 * With a `!` before them they wait for nothing but a dialog: the turn in progress is stopped first. A `!` alone only stops it.
 */
export async function steer(context: Context, said: string): Promise<Outcome> {
  const found = await taskOfPlace(context);
  // Not a task's thread: people talk to each other there.
  if (found === null || said.trim() === '') return ok({ kind: 'nothing' });
  if (!holdsRole(context.actor, 'operator')) return requireAsRefusal(context);
  const isUrgent = said.trimStart().startsWith('!');
  const words = isUrgent ? said.trimStart().slice(1).trimStart() : said;
  const fault = faultOf(words);
  if (fault !== null) return refuse('bad-words', fault);
  return context.change(async (tx): Promise<Outcome> => {
    const live = await liveSession(tx, found.id, 'typed');
    if (!live.ok) return live;
    const { task, session } = live.value;
    const isBare = /^(?:stop)?$/i.test(words.trim());
    if (isUrgent) await intend(tx, context, live.value, { kind: 'interrupt', isForWords: !isBare });
    if (isUrgent && isBare) return ok({ kind: 'nothing' });
    const action = await intend(tx, context, live.value, { kind: 'type-text', text: words });
    const about = { task: task.id, thread: task.thread, at: context.at, by: context.actor.id };
    await tx.addEvents([{ ...about, kind: 'input-queued', text: words, action }]);
    await withdrawSuggestions(tx, context, task, session);
    return ok({ kind: 'nothing' });
  });
}

/** Stops the turn in progress. The agent keeps its conversation and waits at its prompt. */
export async function stopAgent(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'stop agents');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'stop');
  if (!resolved.ok) return resolved;
  return context.change(async (tx): Promise<Outcome> => {
    const live = await liveSession(tx, resolved.value.id, 'stopped');
    if (!live.ok) return live;
    await intend(tx, context, live.value, { kind: 'interrupt', isForWords: false });
    const label = taskLabel(live.value.task.id);
    return say(
      `The agent of ${label} is being stopped; its thread tells when it has. \`cancel\` ends the task.`,
    );
  });
}

/** How a task's agent stands, told in its thread by the director. */
export async function reportTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'ask for reports');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'report');
  if (!resolved.ok) return resolved;
  return context.change(async (tx): Promise<Outcome> => {
    const live = await liveSession(tx, resolved.value.id, 'looked at');
    if (!live.ok) return live;
    await intend(tx, context, live.value, { kind: 'report', because: 'asked', text: null });
    return say(`The thread of ${taskLabel(live.value.task.id)} tells in a moment how its agent stands.`);
  });
}

/** Takes words back that are not typed yet. `action` null: the newest ones of the person who asks. */
export async function undoWords(
  context: Context,
  wanted: { readonly task: TaskId | null; readonly action: ActionId | null },
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'take words back');
  if (!allowed.ok) return allowed;
  const { actor, at } = context;
  const resolved = await resolveTask(context, wanted.task, 'undo');
  if (!resolved.ok) return resolved;
  return context.change(async (tx): Promise<Outcome> => {
    const task = await tx.lockTask(resolved.value.id);
    const words = (task === null ? [] : await tx.actionsOfTasks([task.id])).filter(
      (action) => action.effect.kind === 'type-text' && action.by !== null,
    );
    const meant = words.findLast((action) =>
      wanted.action === null ? action.by === actor.id && isPending(action) : action.id === wanted.action,
    );
    if (task === null || meant?.effect.kind !== 'type-text' || meant.by === null) {
      return refuse(
        'wrong-state',
        'None of your words wait to be typed. What is typed already, `stop` stops.',
      );
    }
    if (meant.state !== 'intended') return refuse('wrong-state', whyNotUndone(meant.state));
    await tx.saveAction(settleAction(meant, { state: 'dropped', why: `${actor.name} took it back` }, at));
    const { text } = meant.effect;
    const about = { task: task.id, thread: task.thread, at };
    await tx.addEvents([
      { ...about, kind: 'input-undone', by: meant.by, text, action: meant.id, undoneBy: actor.id },
    ]);
    return ok({ kind: 'nothing' });
  });
}

function whyNotUndone(state: Action['state']): string {
  switch (state) {
    case 'dropped':
      return 'That was not typed, and will not be.';
    case 'intended':
    case 'started':
    case 'succeeded':
    case 'failed':
      return 'That is typed already, so it cannot be taken back. `stop` stops what the agent does with it.';
  }
}

function faultOf(words: string): string | null {
  if (Buffer.byteLength(words) > STEER_MAX_BYTES) {
    return `That is more than the ${STEER_MAX_BYTES} bytes an agent takes at once. Put it into a file of the repository and point to it.`;
  }
  return words.search(CONTROL) === -1 ? null : NO_CONTROL;
}

type Live = { readonly task: Task; readonly session: Session };

/** The agent of a task, where it may be written to; if not, what to do. */
async function liveSession(tx: CommandTables, id: TaskId, nothing: string): Promise<Result<Live, Refusal>> {
  const task = await tx.lockTask(id);
  if (task === null || hasEnded(task)) {
    return refuse(
      'wrong-state',
      `${taskLabel(id)} has ended, so nobody reads this. Queue what is left with \`add\`, or \`retry\` it.`,
    );
  }
  if (task.state === 'queued') {
    return refuse('wrong-state', `${taskLabel(id)} has not started yet. Write again when its agent runs.`);
  }
  const session = await tx.findSession(task.session);
  if (session === null || session.state === 'ended') {
    return refuse('wrong-state', `The agent of ${taskLabel(id)} is gone. \`retry\` starts it again.`);
  }
  const acting = await requireActing(tx, session, nothing);
  return acting.ok ? ok({ task, session }) : acting;
}

async function intend(
  tx: CommandTables,
  { ports, actor, at }: Context,
  { task, session }: Live,
  effect: ActionEffect,
): Promise<ActionId> {
  const id = actionId(ports.newId());
  const { generation } = session;
  await tx.addAction(
    intendAction({ id, task: task.id, session: session.id, generation, effect, by: actor.id }, at),
  );
  await tx.enqueue({ kind: 'cycle', session: session.id });
  return id;
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

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
