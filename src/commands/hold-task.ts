import {
  hasEnded,
  type KnownOverlap,
  ok,
  type Result,
  sentenceCard,
  type TaskId,
  taskLabel,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole, resolveTask } from './context.ts';
import type { CommandTables } from './ports.ts';
import { askToReassign } from './reassign-task.ts';
import type { Refusal } from './request.ts';

/** Lets a task wait for those that change the same. One that runs is taken off its host, which is asked first. */
export async function holdTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'hold tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'hold');
  if (!resolved.ok) return resolved;
  return context.change(async (tx): Promise<Outcome> => {
    const overlaps = await openOverlaps(tx, resolved.value.id);
    if (!overlaps.ok) return overlaps;
    const { id } = resolved.value;
    const label = taskLabel(id);
    const others = overlaps.value.filter(({ held }) => held === null);
    if (others.length === 0) {
      return refuse(
        'wrong-state',
        overlaps.value.length === 0
          ? `${label} changes nothing that another task changes, as far as I know; \`cancel ${label}\` takes it back.`
          : `${label} and what it overlaps with are parted already: one of them waits.`,
      );
    }
    for (const each of others) await tx.saveOverlap({ ...each, state: 'held', held: id });
    const task = await tx.findTask(id);
    if (task?.state !== 'queued') return askToReassign(tx, context, id, null);
    await tx.enqueue({ kind: 'place' });
    return say(`${label} waits until ${others.map((each) => labelOfOther(each, id)).join(', ')} has ended.`);
  });
}

/** Lets a task start although others change the same. */
export async function releaseTask(context: Context, named: TaskId | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'release tasks');
  if (!allowed.ok) return allowed;
  const resolved = await resolveTask(context, named, 'release');
  if (!resolved.ok) return resolved;
  return context.change(async (tx): Promise<Outcome> => {
    const overlaps = await openOverlaps(tx, resolved.value.id);
    if (!overlaps.ok) return overlaps;
    const { id } = resolved.value;
    const held = overlaps.value.filter((each) => each.held === id);
    if (held.length === 0)
      return refuse('wrong-state', `${taskLabel(id)} is not held; \`queue\` says what it waits for.`);
    for (const each of held) {
      await tx.saveOverlap({ ...each, state: 'released', held: null });
      await tellReleased(tx, context, each);
    }
    await tx.enqueue({ kind: 'place' });
    return say(
      `${taskLabel(id)} may start, although ${held.map((each) => labelOfOther(each, id)).join(', ')} changes the same.`,
    );
  });
}

/** With tasks that have not ended. */
async function openOverlaps(
  tx: CommandTables,
  id: TaskId,
): Promise<Result<readonly KnownOverlap[], Refusal>> {
  const task = await tx.lockTask(id);
  if (task === null || hasEnded(task)) {
    return refuse('wrong-state', `${taskLabel(id)} has ended; it holds nobody up.`);
  }
  const open = await tx.tasksInStates(['queued', 'assigned', 'running']);
  const overlaps = await tx.overlapsOf(open.map((each) => each.id));
  return ok(overlaps.filter(({ one, other }) => one === id || other === id));
}

async function tellReleased(
  tx: CommandTables,
  { actor, at }: Context,
  { one, other }: KnownOverlap,
): Promise<void> {
  for (const id of [one, other]) {
    const task = await tx.findTask(id);
    if (task === null) continue;
    await tx.addEvents([
      {
        kind: 'overlap-released',
        task: id,
        thread: task.thread,
        at,
        other: id === one ? other : one,
        by: actor.id,
      },
    ]);
  }
}

function labelOfOther({ one, other }: KnownOverlap, id: TaskId): string {
  return taskLabel(one === id ? other : one);
}

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
