import type { Action } from './action.ts';
import type { Neighbour } from './neighbour.ts';
import type { Session } from './session.ts';

/** What an agent was told last. `isRefused`: its host did not take it, and it is not tried again until there is something else to tell. */
export type ToldNeighbours = {
  readonly neighbours: readonly Neighbour[];
  readonly isRefused: boolean;
  readonly at: Date;
};

/** Null: nothing since the agent was started. @param actions oldest first */
export function toldNeighbours(
  actions: readonly Action[],
  { id, generation }: Pick<Session, 'id' | 'generation'>,
): ToldNeighbours | null {
  const told = actions.flatMap((action): readonly ToldNeighbours[] => {
    const { effect, state, endedAt } = action;
    if (effect.kind !== 'tell-neighbours' || endedAt === null || state === 'dropped') return [];
    if (action.session !== id || action.generation !== generation) return [];
    return [{ neighbours: effect.neighbours, isRefused: state === 'failed', at: endedAt }];
  });
  return told.at(-1) ?? null;
}
