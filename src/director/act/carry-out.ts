import type { AgentKind } from '../../agents/index.ts';
import {
  type Action,
  dialogFingerprint,
  dialogOf,
  type Host,
  isAnotherQuestion,
  isAtPrompt,
  isBusy,
  mayActOn,
  ok,
  type Result,
  type Session,
  standsUnsent,
  startAction,
  type Task,
} from '../../domain/index.ts';
import type { DirectorPorts, Fleet, HostFailure } from '../ports.ts';
import type { Sight } from '../situation.ts';
import { closeSession, settle, withdrawOpenQuestions } from './settle.ts';

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
const INTERRUPT_GAP_MS = 400;

/** Does what was intended: written down before, looked at just before, its outcome written down after. */
export async function carryOut(ports: DirectorPorts, target: Target, action: Action): Promise<void> {
  switch (action.effect.kind) {
    case 'press-option':
      return press(ports, target, action, action.effect);
    case 'type-text':
      return type(ports, target, action, action.effect);
    case 'end-session':
      return end(ports, target, action);
    case 'restart-agent':
      return restart(ports, target, action);
    case 'suggest-answer':
      throw new Error('the model is asked by a job of its own');
  }
}

/** Ends a session that has nothing left to do. Nothing was asked, so nothing is recorded but the end. */
export async function endIdleSession(ports: DirectorPorts, target: Target): Promise<void> {
  const ended = await endOrRelease(ports.fleet, target.host, target.session, target.signal);
  if (!ended.ok) return;
  await ports.store.transaction((tx) =>
    closeSession(tx, { task: target.task.id, session: target.session.id }, null, ports.now()),
  );
}

/** What Fleet Director began it ends; what a person began stays as it is and is only no longer followed. */
export async function endOrRelease(
  fleet: Pick<Fleet, 'end' | 'unmark'>,
  host: Host,
  { id, name, isAdopted }: Session,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  if (!isAdopted) return fleet.end(host, name, signal);
  return mayActOn(host) ? fleet.unmark(host, name, id, signal) : ok(undefined);
}

async function press(
  ports: DirectorPorts,
  target: Target,
  action: Action,
  effect: Extract<Action['effect'], { kind: 'press-option' }>,
): Promise<void> {
  const { store, fleet, now } = ports;
  const before = await target.look();
  if (before.kind !== 'seen') return;
  const dialog = dialogOf(before.observation);
  if (dialog === null || dialogFingerprint(dialog) !== effect.dialog) {
    await finish(ports, target, action, { state: 'dropped', why: 'the agent does not ask this any more' });
    return;
  }
  const started = startAction(action, now());
  await store.saveAction(started);
  const pressed = await fleet.press(target.host, target.session.name, effect.keys, target.signal);
  if (!pressed.ok) {
    await finish(ports, target, started, { state: 'failed', why: target.describe(pressed.error) });
    return;
  }
  const isClosed = await confirm(now, target, ({ observation }) => {
    const shown = dialogOf(observation);
    return shown === null || dialogFingerprint(shown) !== effect.dialog;
  });
  await finish(
    ports,
    target,
    started,
    isClosed
      ? { state: 'succeeded' }
      : { state: 'failed', why: 'the keys were pressed, but the agent still shows the question' },
  );
}

async function type(
  ports: DirectorPorts,
  target: Target,
  action: Action,
  effect: Extract<Action['effect'], { kind: 'type-text' }>,
): Promise<void> {
  const { store, fleet, now } = ports;
  const before = await target.look();
  if (before.kind !== 'seen' || !isAtPrompt(before.observation)) return;
  if (isAnotherQuestion(effect, before.observation)) {
    await finish(ports, target, action, { state: 'dropped', why: 'the agent does not ask this any more' });
    return;
  }
  const started = startAction(action, now());
  await store.saveAction(started);
  const typed = await fleet.type(target.host, target.session.name, effect.text, target.signal);
  if (!typed.ok) {
    await finish(ports, target, started, { state: 'failed', why: target.describe(typed.error) });
    return;
  }
  const seen = ({ observation, screen }: Extract<Sight, { kind: 'seen' }>) =>
    isBusy(observation) ||
    dialogOf(observation) !== null ||
    (!standsUnsent(observation) && screen.join('\n') !== before.screen.join('\n'));
  const isTaken = await confirm(now, target, seen);
  if (!isTaken) {
    // Some agents take an Enter that follows a paste too closely for a line break.
    await fleet.press(target.host, target.session.name, ['Enter'], target.signal);
  }
  const isConfirmed = isTaken || (await confirm(now, target, seen));
  await finish(
    ports,
    target,
    started,
    isConfirmed
      ? { state: 'succeeded' }
      : {
          state: 'failed',
          why: 'it was typed, but the agent’s screen shows nothing of it; look at a snapshot',
        },
  );
}

async function end(ports: DirectorPorts, target: Target, action: Action): Promise<void> {
  const { store, fleet, now } = ports;
  const started = startAction(action, now());
  await store.saveAction(started);
  const ended = await endOrRelease(fleet, target.host, target.session, target.signal);
  if (!ended.ok) {
    // It stays started: the next cycle looks whether the session is gone, and ends it again if not.
    ports.log.warn(
      { session: target.session.id, failure: ended.error.kind },
      'a session could not be ended yet',
    );
    return;
  }
  await store.transaction((tx) =>
    closeSession(tx, { task: target.task.id, session: target.session.id }, started, now()),
  );
}

/**
 * Two interrupts, so that nothing is left half typed, then the session is ended and its record goes back to `preparing` with the next
 * generation: the preparation starts the agent anew in the same workspace. Nothing of the old screen is typed again.
 */
async function restart(ports: DirectorPorts, target: Target, action: Action): Promise<void> {
  const { store, fleet, now } = ports;
  const started = startAction(action, now());
  await store.saveAction(started);
  for (const _ of [1, 2]) {
    const interrupted = await fleet.press(
      target.host,
      target.session.name,
      target.kind.interruptKeys,
      target.signal,
    );
    // A session that is gone or takes no keys any more has nothing left to interrupt. A host that does not answer is asked again later.
    if (
      !interrupted.ok &&
      (interrupted.error.kind === 'unreachable' || interrupted.error.kind === 'timed-out')
    )
      return;
    await target.pause(INTERRUPT_GAP_MS);
  }
  const ended = await fleet.end(target.host, target.session.name, target.signal);
  if (!ended.ok) return;
  await store.transaction(async (tx) => {
    const session = await tx.lockSession(target.session.id);
    if (session === null || session.state === 'ended') return;
    const next = {
      ...session,
      state: 'preparing' as const,
      generation: session.generation + 1,
      missedLooks: 0,
    };
    await tx.saveSession(next);
    await withdrawOpenQuestions(tx, target.task, session.id, 'its agent was restarted', now());
    await settle(tx, target.task, started, { state: 'succeeded' }, now());
    if (action.by !== null) {
      await tx.addEvents([
        {
          kind: 'session-restarted',
          task: target.task.id,
          thread: target.task.thread,
          at: now(),
          session: session.id,
          by: action.by,
          generation: next.generation,
        },
      ]);
    }
    await tx.enqueue({ kind: 'prepare', session: session.id });
  });
}

async function finish(
  { store, now }: DirectorPorts,
  target: Target,
  action: Action,
  outcome: Parameters<typeof settle>[3],
): Promise<void> {
  await store.transaction(async (tx) => {
    await settle(tx, target.task, action, outcome, now());
    await tx.enqueue({ kind: 'cycle', session: target.session.id });
  });
}

/** Looks until what was expected is seen. False: it was not, in time, however long a look takes. */
async function confirm(
  now: () => Date,
  target: Target,
  isExpected: (sight: Extract<Sight, { kind: 'seen' }>) => boolean,
): Promise<boolean> {
  const giveUpAt = now().getTime() + CONFIRM_WITHIN_MS;
  for (
    let waitedMs = 0;
    waitedMs < CONFIRM_WITHIN_MS && now().getTime() < giveUpAt && !target.signal.aborted;
    waitedMs += CONFIRM_EVERY_MS
  ) {
    await target.pause(CONFIRM_EVERY_MS);
    const sight = await target.look();
    if (sight.kind === 'absent') return true;
    if (sight.kind === 'seen' && isExpected(sight)) return true;
  }
  return false;
}
