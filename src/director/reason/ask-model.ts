import {
  type Action,
  type Decision,
  type Dialog,
  dialogOf,
  hasEnded,
  lockOf,
  meaningOf,
  type Observation,
  textQuestionOf,
} from '../../domain/index.ts';
import type { Seen, Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';
import { isAskedByHook } from './requests.ts';
import { RESTS_FOR_MS } from './rest.ts';

const NAME = 'ask-model';
// A half-drawn line reads as another question than the whole one.
const SURE_OF_SCREEN = 0.6;
/** An agent that words its question anew with each look costs this much, until it was at work again. */
const MOST_PER_REST = 3;
/** So many words of the model in a row without any of a person, and people are asked to look. */
const MOST_WORDS_IN_A_ROW = 10;
/** Longer than the model may take: who began to ask it is gone. */
const GIVEN_UP_AFTER_MS = 120_000;
/** These are about the machine or an account, and nobody but a person answers them. */
const FOR_PEOPLE_ONLY: readonly Dialog['promptKind'][] = ['trust', 'onboarding', 'login'];

/**
 * Where the rules have no answer the model is asked, once for each meaning until the agent was at work again: when the agent asks in prose, shows a
 * dialog that it may answer, or rests at its prompt without having delivered. Everything else costs no call.
 */
export const askModel: Reasoner = {
  name: NAME,
  decide(situation) {
    const asking = situation.pending.find((action) => action.effect.kind === 'ask-model');
    if (asking !== undefined) return giveUp(asking, situation.now);
    const turn = modelsTurn(situation);
    return turn.kind === 'now'
      ? [{ kind: 'ask-model', ...turn.subject, ...because(NAME, turn.why, turn.confidence) }]
      : [];
  },
};

/** Whether people are asked and told only after the model had its say. */
export function isForModelFirst(situation: Situation): boolean {
  const { sight, pending } = situation;
  if (sight.kind !== 'seen' || !situation.isModelAtHand) return false;
  const meaning = meaningOf(sight.observation);
  return (
    pending.some(({ effect }) => effect.kind === 'ask-model' && effect.meaning === meaning) ||
    modelsTurn(situation).kind !== 'never'
  );
}

type Turn =
  | {
      readonly kind: 'now';
      readonly subject: { readonly meaning: string; readonly about: string };
      readonly why: string;
      readonly confidence: number;
    }
  /** It rests for a moment only, as far as anybody can tell yet. */
  | { readonly kind: 'soon' }
  | { readonly kind: 'never' };

const NEVER: Turn = { kind: 'never' };

function modelsTurn(situation: Situation): Turn {
  const { sight, task, isModelAtHand } = situation;
  if (sight.kind !== 'seen' || hasEnded(task) || !isModelAtHand) return NEVER;
  const { observation } = sight;
  const matter = matterOf(situation, sight);
  if (matter === null || observation.confidence < SURE_OF_SCREEN) return NEVER;
  if (situation.pending.length > 0) return NEVER;
  const meaning = meaningOf(observation);
  const asked = askedSinceWork(situation);
  const isKnown = asked.some(({ effect }) => effect.kind === 'ask-model' && effect.meaning === meaning);
  if (isKnown || asked.length >= MOST_PER_REST || ownWordsInRow(situation) >= MOST_WORDS_IN_A_ROW)
    return NEVER;
  const restedMs = situation.now.getTime() - situation.since.getTime();
  if (matter.isRest && restedMs < RESTS_FOR_MS) return { kind: 'soon' };
  return {
    kind: 'now',
    subject: { meaning, about: matter.about },
    why: matter.why,
    confidence: observation.confidence,
  };
}

type Matter = { readonly about: string; readonly why: string; readonly isRest: boolean };

/** Null: the rules or people answer, or there is nothing to answer. */
function matterOf(situation: Situation, { observation, screen }: Seen): Matter | null {
  const { task, now } = situation;
  const question = textQuestionOf(observation);
  if (question !== null) {
    return { about: question, why: 'the agent asks in prose, and no rule answers', isRest: false };
  }
  const dialog = dialogOf(observation);
  if (dialog !== null) {
    const isForOthers = FOR_PEOPLE_ONLY.includes(dialog.promptKind) || isAskedByHook(dialog, situation);
    return dialog.options.length === 0 || isForOthers
      ? null
      : { about: dialog.question, why: 'the agent shows a dialog, and no rule answers', isRest: false };
  }
  const why = restWords(observation);
  // A screen without anything on it is a dead session, and deep work is not disturbed.
  const isEmpty = screen.every((line) => line.trim() === '');
  const lock = lockOf(task, now);
  return why === null || isEmpty || (lock !== null && lock.goal === null)
    ? null
    : { about: why, why, isRest: true };
}

function restWords({ state }: Observation): string | null {
  switch (state) {
    case 'completed':
      return 'the agent finished its turn and delivered nothing';
    case 'idle':
      return 'the agent rests at its prompt and delivered nothing';
    case 'error':
      return 'the agent’s turn ended with an error';
    default:
      return null;
  }
}

/** What the model was asked since the agent was last at work, or something was typed to it: after that, the same question is a new one. */
function askedSinceWork({ session, settled, since, workedAt }: Situation): readonly Action[] {
  const lastInput = settled.findLast(
    (action) =>
      action.effect.kind === 'type-text' &&
      action.state === 'succeeded' &&
      action.endedAt !== null &&
      // The agent has to be seen at work in between, or it may still be the old question.
      action.endedAt <= since,
  );
  const from = Math.max(lastInput?.endedAt?.getTime() ?? 0, workedAt?.getTime() ?? 0);
  return settled.filter(
    ({ effect, createdAt, startedAt, generation }) =>
      // What was given up before the model heard it was not asked.
      effect.kind === 'ask-model' &&
      startedAt !== null &&
      generation === session.generation &&
      createdAt.getTime() >= from,
  );
}

function ownWordsInRow({ settled }: Situation): number {
  const typed = settled.filter(({ effect, state }) => effect.kind === 'type-text' && state === 'succeeded');
  return typed.length - 1 - typed.findLastIndex(({ by }) => by !== null);
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
