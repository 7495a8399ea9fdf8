import { type Action, dialogFingerprint, dialogOf, startAction } from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';
import { mayResume } from '../resume.ts';
import { allowTurns } from './allow-turns.ts';
import { endOrRelease } from './end-or-release.ts';
import { interrupt } from './interrupt.ts';
import { reassign } from './reassign.ts';
import { report } from './report.ts';
import { closeSession, settle, withdrawOpenQuestions } from './settle.ts';
import { confirm, finish, type Target } from './target.ts';
import { guide, tellHook } from './tell-hook.ts';
import { tellNeighbours } from './tell-neighbours.ts';
import { typeWords } from './type-words.ts';

const INTERRUPT_GAP_MS = 400;

/** Does what was intended: written down before, looked at just before, its outcome written down after. */
export async function carryOut(ports: DirectorPorts, target: Target, action: Action): Promise<void> {
  switch (action.effect.kind) {
    case 'press-option':
      return press(ports, target, action, action.effect);
    case 'type-text':
      return typeWords(ports, target, action, action.effect);
    case 'interrupt':
      return interrupt(ports, target, action, action.effect);
    case 'end-session':
      return end(ports, target, action);
    case 'restart-agent':
      return restart(ports, target, action);
    case 'reassign-task':
      return reassign(ports, target, action, action.effect);
    case 'answer-hook':
      return tellHook(ports, target, action, action.effect);
    case 'guide-session':
      return guide(ports, target, action, action.effect.isGuided);
    case 'report':
      return report(ports, target, action, action.effect);
    case 'allow-turns':
      return allowTurns(ports, target, action, action.effect.upTo);
    case 'tell-neighbours':
      return tellNeighbours(ports, target, action, action.effect.neighbours);
    case 'ask-model':
    case 'judge-goal':
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
 * generation: the preparation goes on with the agent's conversation, or starts the agent anew, in the same workspace. Nothing that was
 * typed or run before is typed or run again.
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
      isGuided: false,
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
          isResumed: mayResume(target.kind, next),
        },
      ]);
    }
    await tx.enqueue({ kind: 'prepare', session: session.id });
  });
}
