import { type Action, dialogOf, isBusy } from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';
import { begin, finish, proof, type Target } from './target.ts';

// Of two presses; people are told within five seconds whether the agent stopped.
const STOPS_WITHIN_MS = 2_500;
const PRESSES = 2;

/**
 * Stops the turn in progress and waits until the agent is seen to have stopped. A key that came too early is pressed once more.
 * An agent that rests is left as it is, and a dialog gets no key: it has answers of its own.
 */
export async function interrupt(
  ports: DirectorPorts,
  target: Target,
  action: Action,
  effect: Extract<Action['effect'], { kind: 'interrupt' }>,
): Promise<void> {
  const { fleet, now } = ports;
  const { host, session, kind, signal } = target;
  const before = await target.look();
  if (before.kind !== 'seen' || before.observation.state === 'unknown') return;
  if (dialogOf(before.observation) !== null) return;
  const started = await begin(ports, target, action);
  if (started === null) return;
  if (!isBusy(before.observation)) {
    const isCutOff = action.state === 'started';
    await finish(ports, target, started, {
      state: 'succeeded',
      ...(effect.isForWords && !isCutOff ? {} : { wasAtWork: isCutOff }),
    });
    return;
  }
  for (let press = 1; press <= PRESSES; press += 1) {
    const pressed = await fleet.press(host, session.name, kind.interruptKeys, signal);
    if (!pressed.ok) {
      await finish(ports, target, started, { state: 'failed', why: target.describe(pressed.error) });
      return;
    }
    const rests = await proof(
      now,
      target,
      async (sight) => (isBusy(sight.observation) ? null : true),
      STOPS_WITHIN_MS,
    );
    if (rests !== null) {
      await finish(ports, target, started, { state: 'succeeded', wasAtWork: true });
      return;
    }
  }
  await finish(ports, target, started, {
    state: 'failed',
    why: 'the keys were pressed, but the agent still works; `restart` starts it anew',
  });
}
