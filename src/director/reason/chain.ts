import type { Decision } from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { attention } from './attention.ts';
import { carryOn } from './carry-on.ts';
import { lifecycle } from './lifecycle.ts';
import { questions } from './questions.ts';
import type { Reasoner } from './reasoner.ts';
import { suggestions } from './suggestions.ts';

/** In this order; adding a reasoner is adding a line. */
const REASONERS: readonly Reasoner[] = [carryOn, lifecycle, questions, attention];
export const REASONERS_WITH_MODEL: readonly Reasoner[] = [...REASONERS, suggestions];

/** What leaves the session as it is, so that the next reasoner may still speak. */
const LEAVES_SESSION: readonly Decision['kind'][] = [
  'hold',
  'withdraw-question',
  'tell-people',
  'suggest-answer',
];

/** Reasoners are heard in turn until one of them wants to change the session; with nothing from any of them the director waits. */
export function reason(
  situation: Situation,
  reasoners: readonly Reasoner[] = REASONERS,
): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const reasoner of reasoners) {
    decisions.push(...reasoner.decide(situation));
    if (decisions.some((decision) => !LEAVES_SESSION.includes(decision.kind))) return decisions;
  }
  if (decisions.length > 0) return decisions;
  return [{ kind: 'wait', reasoner: 'chain', why: 'the agent is at work', confidence: 1 }];
}
