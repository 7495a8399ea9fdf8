import type { Action } from './action.ts';
import type { Hold } from './hold.ts';
import type { Host } from './host.ts';
import type { Observation } from './observation.ts';
import type { OpenPause } from './pause.ts';
import type { Session } from './session.ts';

/** What the gate looks at beside a decision and the rules. It is kept with the decision, so that other rules can judge it again. */
export type GateInput = {
  readonly session: Pick<Session, 'state' | 'generation' | 'isAdopted'>;
  readonly host: Pick<Host, 'name' | 'state'>;
  /** The last look; null: the agent cannot be seen right now. */
  readonly seen: { readonly observation: Observation; readonly takenAt: Date } | null;
  /** For which generation of the agent it was decided. */
  readonly generation: number;
  /** What was intended for the session and is not over. */
  readonly pending: readonly Pick<Action, 'id' | 'by' | 'allowedBy' | 'generation' | 'state'>[];
  /** Null: the director is not paused. */
  readonly pause: Pick<OpenPause, 'id'> | null;
  readonly holds: readonly Pick<Hold, 'kind' | 'why'>[];
  readonly now: Date;
};

/** Of all that is at hand only what the gate looks at, and of the intended only what is decided on. */
export function gateInputOf(
  { session, host, seen, generation, pending, pause, holds, now }: GateInput,
  action: Action['id'] | null,
): GateInput {
  const { state, isAdopted } = session;
  return {
    session: { state, generation: session.generation, isAdopted },
    host: { name: host.name, state: host.state },
    seen: seen === null ? null : { observation: seen.observation, takenAt: seen.takenAt },
    generation,
    pending: pending
      .filter(({ id }) => id === action)
      .map(({ id, by, allowedBy, generation: of, state: at }) => ({
        id,
        by,
        allowedBy,
        generation: of,
        state: at,
      })),
    pause: pause === null ? null : { id: pause.id },
    holds: holds.map(({ kind, why }) => ({ kind, why })),
    now,
  };
}
