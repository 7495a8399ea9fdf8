import { type Decision, isBusy } from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { askModel } from './ask-model.ts';
import { attention } from './attention.ts';
import { carryOn } from './carry-on.ts';
import { guide } from './guide.ts';
import { lifecycle } from './lifecycle.ts';
import { limits } from './limits.ts';
import { questions } from './questions.ts';
import type { Reasoner } from './reasoner.ts';
import { requests } from './requests.ts';
import { turns } from './turns.ts';

/** In this order; adding a reasoner is adding a line. */
const REASONERS: readonly Reasoner[] = [
  carryOn,
  lifecycle,
  limits,
  turns,
  requests,
  guide,
  questions,
  attention,
  askModel,
];

/** What leaves the session as it is, so that the next reasoner may still speak. */
const LEAVES_SESSION: readonly Decision['kind'][] = [
  'hold',
  'ask-permission',
  'answer-hook',
  'guide-session',
  'judge-goal',
  'end-lock',
  'withdraw-question',
  'tell-people',
  'ask-model',
  'ask-to-spend',
  'ask-what-to-do',
];

/** Reasoners are heard in turn until one of them wants to change the session; with nothing from any of them the director waits. */
export function reason(situation: Situation): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const reasoner of REASONERS) {
    decisions.push(...reasoner.decide(situation));
    if (decisions.some((decision) => !LEAVES_SESSION.includes(decision.kind))) return decisions;
  }
  if (decisions.length > 0) return decisions;
  return [{ kind: 'wait', reasoner: 'chain', why: whyToWait(situation), confidence: 1 }];
}

function whyToWait({ sight, approvals }: Situation): string {
  if (approvals.some(({ state }) => state === 'open')) return 'people are asked already';
  if (sight.kind !== 'seen') return 'the agent cannot be seen right now';
  return isBusy(sight.observation) ? 'the agent is at work' : 'nothing is to be done';
}
