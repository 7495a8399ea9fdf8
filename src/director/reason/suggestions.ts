import { type Action, type Decision, hasEnded, textQuestionOf } from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'suggestions';
// A half-drawn line reads as another question than the whole one.
const SURE_OF_QUESTION = 0.6;
/** An agent that words its question anew with each look costs this much, until somebody types something. */
const MOST_PER_INPUT = 3;
/** Longer than the model may take: who began to ask it is gone. */
const GIVEN_UP_AFTER_MS = 120_000;

/** A question in prose goes to the model, once; what the model says goes to people. Heard only where a model is configured. */
export const suggestions: Reasoner = {
  name: NAME,
  decide(situation) {
    const { sight, task, session, pending } = situation;
    if (sight.kind !== 'seen' || hasEnded(task)) return [];
    const asking = pending.find((action) => action.effect.kind === 'suggest-answer');
    if (asking !== undefined) return giveUp(asking, situation.now);

    const question = textQuestionOf(sight.observation);
    if (question === null || sight.observation.confidence < SURE_OF_QUESTION || pending.length > 0) return [];
    const asked = askedSinceInput(situation).filter((action) => action.generation === session.generation);
    const isKnown = asked.some(
      ({ effect }) => effect.kind === 'suggest-answer' && effect.question === question,
    );
    if (isKnown || asked.length >= MOST_PER_INPUT) return [];
    return [
      {
        kind: 'suggest-answer',
        question,
        ...because(NAME, 'the agent asks in prose, and no rule answers', sight.observation.confidence),
      },
    ];
  },
};

/** What the model was asked since something was last typed: with new words in between, the same question is a new one. */
function askedSinceInput({ settled, since }: Situation): readonly Action[] {
  const lastInput = settled.findLast(
    (action) =>
      action.effect.kind === 'type-text' &&
      action.state === 'succeeded' &&
      action.endedAt !== null &&
      // The agent has to be seen at work in between, or it may still be the old question.
      action.endedAt <= since,
  );
  const from = lastInput?.endedAt ?? null;
  return settled.filter(
    ({ effect, createdAt, startedAt }) =>
      // What was given up before the model heard it was not asked.
      effect.kind === 'suggest-answer' && startedAt !== null && (from === null || createdAt >= from),
  );
}

function giveUp({ id, startedAt }: Action, now: Date): readonly Decision[] {
  return startedAt !== null && now.getTime() - startedAt.getTime() > GIVEN_UP_AFTER_MS
    ? [
        {
          kind: 'settle',
          action: id,
          state: 'failed',
          ...because(NAME, 'Fleet Director stopped while it asked the model. Answer the agent here'),
        },
      ]
    : [];
}
