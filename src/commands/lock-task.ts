import {
  type ActorId,
  hasEnded,
  lockTask as locked,
  lockOf,
  ok,
  placeOf,
  sentenceCard,
  type Task,
  type TaskId,
  taskLabel,
  unlockTask as unlocked,
  untilWords,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole, resolveTask } from './context.ts';
import type { CommandTables } from './ports.ts';

/** Said again, the new time counts. */
export async function lockTask(
  context: Context,
  {
    task: named,
    forMs,
    goal,
  }: { readonly task: TaskId | null; readonly forMs: number | null; readonly goal: string | null },
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'lock tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'lock');
  if (!resolved.ok) return resolved;
  const { actor, at } = context;
  const label = taskLabel(resolved.value.id);
  if (goal !== null && !context.ports.settings.asksModel(resolved.value.project)) {
    return refuse(
      'unavailable',
      `No model judges goals here: lock ${label} without one, or configure a model first.`,
    );
  }
  const until = forMs === null ? null : new Date(at.getTime() + forMs);
  return context.change(async (tx): Promise<Outcome> => {
    const task = await tx.lockTask(resolved.value.id);
    if (task === null || hasEnded(task)) return refuseEnded(task ?? resolved.value);
    const before = lockOf(task, at);
    const step = locked(task, actor.id, until, at, goal);
    if (step === null) {
      const by = await nameOf(tx, before?.by ?? actor.id);
      return say(`${label} is locked already, by ${by} ${untilWords({ until })}.`);
    }
    await tx.saveTask(step);
    const place = placeOf(step.next);
    if (place !== null) await tx.enqueue({ kind: 'cycle', session: place.session });
    return before === null
      ? say(`${label} is locked ${untilWords({ until })}: it does not count as stuck${guidedWords(goal)}.`)
      : say(
          `${label} stays locked, now ${untilWords({ until })}; before it was ${untilWords(before)}${guidedWords(goal)}.`,
        );
  });
}

function guidedWords(goal: string | null): string {
  return goal === null
    ? ''
    : `, and at the end of each turn its agent is guided on until the goal is reached`;
}

export async function unlockTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'unlock tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'unlock');
  if (!resolved.ok) return resolved;
  const { actor, at } = context;
  const label = taskLabel(resolved.value.id);
  return context.change(async (tx): Promise<Outcome> => {
    const task = await tx.lockTask(resolved.value.id);
    if (task === null || hasEnded(task)) {
      const { state } = task ?? resolved.value;
      return refuse(
        'wrong-state',
        `${label} has ended (${state}), and its lock with it; there is nothing to unlock.`,
      );
    }
    const step = unlocked(task, actor.id, at);
    if (step === null) return say(`${label} is not locked.`);
    await tx.saveTask(step);
    return say(`${label} is not locked any more.`);
  });
}

function refuseEnded({ id, state }: Task): Outcome {
  const next =
    state === 'completed'
      ? 'Queue what is left as a new task with `add`, and lock that.'
      : `\`retry ${taskLabel(id)}\`, and lock the new try.`;
  return refuse(
    'wrong-state',
    `${taskLabel(id)} has ended (${state}), and a lock ends with its task. ${next}`,
  );
}

async function nameOf(tx: CommandTables, by: ActorId): Promise<string> {
  return (await tx.actorsById([by])).get(by)?.name ?? 'somebody';
}

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
