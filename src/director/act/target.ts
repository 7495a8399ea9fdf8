import type { AgentKind } from '../../agents/index.ts';
import {
  type Action,
  type Host,
  isPending,
  type Session,
  startAction,
  type Task,
} from '../../domain/index.ts';
import type { DirectorPorts, HostFailure } from '../ports.ts';
import type { Seen, Sight } from '../situation.ts';
import { type Outcome, settle } from './settle.ts';

/** What an action is done to, and how it looks and waits. */
export type Target = {
  readonly task: Task;
  readonly session: Session;
  readonly host: Host;
  readonly kind: AgentKind;
  /** Looks again. */
  readonly look: () => Promise<Sight>;
  /** Waits, unless the process stops. */
  readonly pause: (forMs: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** One clause for people. */
  readonly describe: (failure: HostFailure) => string;
};

// How long an agent may take to show that a key or a text reached it.
const CONFIRM_WITHIN_MS = 8_000;
const CONFIRM_EVERY_MS = 250;

/** Writes down that it begins. Null: a person took it back, or somebody else settled it. */
export async function begin(
  { store, now }: Pick<DirectorPorts, 'store' | 'now'>,
  { task }: Pick<Target, 'task'>,
  { id }: Action,
): Promise<Action | null> {
  return store.transaction(async (tx) => {
    await tx.lockTask(task.id);
    const current = (await tx.actionsOfTasks([task.id])).find((each) => each.id === id);
    if (current === undefined || !isPending(current)) return null;
    const started = startAction(current, now());
    await tx.saveAction(started);
    return started;
  });
}

/** Writes down what came of it; the next cycle goes on from there. */
export async function finish(
  { store, now }: Pick<DirectorPorts, 'store' | 'now'>,
  { task, session }: Pick<Target, 'task' | 'session'>,
  action: Action,
  outcome: Outcome,
): Promise<void> {
  await store.transaction(async (tx) => {
    await settle(tx, task, action, outcome, now());
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}

/** Looks until what was expected is seen. False: it was not, in time, however long a look takes. */
export async function confirm(
  now: () => Date,
  target: Target,
  isExpected: (sight: Seen) => boolean,
): Promise<boolean> {
  return (await proof(now, target, async (sight) => isExpected(sight) || null)) !== null;
}

/**
 * Looks until something is found. Null: nothing was, in time. `true` where the session has gone: whatever it was about, it is over.
 * @param withinMs how long at most
 */
export async function proof<T>(
  now: () => Date,
  target: Target,
  find: (sight: Seen) => Promise<T | null>,
  withinMs = CONFIRM_WITHIN_MS,
): Promise<T | true | null> {
  const giveUpAt = now().getTime() + withinMs;
  for (
    let waitedMs = 0;
    waitedMs < withinMs && now().getTime() < giveUpAt && !target.signal.aborted;
    waitedMs += CONFIRM_EVERY_MS
  ) {
    await target.pause(CONFIRM_EVERY_MS);
    const sight = await target.look();
    if (sight.kind === 'absent') return true;
    const found = sight.kind === 'seen' ? await find(sight) : null;
    if (found !== null) return found;
  }
  return null;
}
/** What something is done to. */
