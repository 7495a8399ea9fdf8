import {
  type Approval,
  type Decision,
  hasEnded,
  isAtPrompt,
  isSpent,
  resumesAt,
  type SpendingQuestion,
  spendingQuestion,
} from '../../domain/index.ts';
import type { Seen, Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';
import { RESTS_FOR_MS } from './rest.ts';

const NAME = 'limits';

const GO_ON = 'The usage limit has reset. Go on where you stopped.';

/** Lets an agent go on whose account may be used again, and asks people at the end of a turn whether more money is spent. */
export const limits: Reasoner = {
  name: NAME,
  decide(situation) {
    const { task, sight } = situation;
    if (sight.kind !== 'seen' || hasEnded(task)) return [];
    return [...withdraw(situation), ...(resume(situation, sight) ?? askToSpend(situation, sight))];
  },
};

function resume(
  { session, limit, holds, pending, now }: Situation,
  { observation }: Seen,
): readonly Decision[] | null {
  const isLimited = observation.state === 'rate_limited' && !observation.willRetry;
  if (!isLimited || limit === null || limit.isOver || now < resumesAt(limit, session.id)) return null;
  if (holds.length > 0 || pending.length > 0) return null;
  return [
    {
      kind: 'resume-work',
      text: GO_ON,
      ...because(NAME, `the usage limit of ${limit.account.title} has reset`, observation.confidence),
    },
  ];
}

function askToSpend(
  { standings, approvals, since, now }: Situation,
  { observation }: Seen,
): readonly Decision[] {
  const spent = standings.find((each) => each.scope.kind !== 'director-day' && isSpent(each));
  // In the middle of a turn nothing is stopped: what the agent has begun would be lost.
  const isOver = isAtPrompt(observation) && now.getTime() - since.getTime() >= RESTS_FOR_MS;
  if (spent === undefined || !isOver) return [];
  const question = spendingQuestion(spent);
  if (approvals.some((each) => each.state !== 'withdrawn' && isAbout(each, question))) return [];
  return [
    {
      kind: 'ask-to-spend',
      question,
      ...because(NAME, `the budget of ${question.title} is spent`, observation.confidence),
    },
  ];
}

/** What somebody raised meanwhile, or a new day gave back, is no question any more. */
function withdraw({ standings, approvals }: Situation): readonly Decision[] {
  const spent = standings.filter(isSpent).map(spendingQuestion);
  return approvals
    .filter((each) => each.state === 'open' && each.subject.kind === 'spend-more')
    .filter((each) => !spent.some((question) => isAbout(each, question)))
    .map((each) => ({
      kind: 'withdraw-question',
      approval: each.id,
      ...because(NAME, 'there is money to spend again'),
    }));
}

function isAbout({ subject }: Approval, { scope, capUsd }: SpendingQuestion): boolean {
  return (
    subject.kind === 'spend-more' && subject.question.scope === scope && subject.question.capUsd === capUsd
  );
}
