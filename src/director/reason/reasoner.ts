import type { Decision } from '../../domain/index.ts';
import type { Situation } from '../situation.ts';

/** One way of thinking about a session. Pure. An empty list: nothing to say, the next one may. */
export type Reasoner = {
  readonly name: string;
  decide(situation: Situation): readonly Decision[];
};

/** What every decision says of itself. Rules are sure of what they see; how sure the seeing is, the observation tells. */
export function because(
  reasoner: string,
  why: string,
  confidence = 1,
): Pick<Decision, 'confidence' | 'why' | 'reasoner'> {
  return { reasoner, why, confidence };
}
