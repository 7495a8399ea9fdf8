import {
  type Action,
  type Approval,
  type Decision,
  dialogFingerprint,
  dialogOf,
  hasEnded,
  isAtPrompt,
  isBusy,
  type Observation,
  textQuestionOf,
} from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { isForModelFirst } from './ask-model.ts';
import { because, type Reasoner } from './reasoner.ts';
import { isAskedByHook } from './requests.ts';

const NAME = 'questions';
// Asking too early shows a half-drawn dialog; under this confidence the next look decides.
const SURE_OF_DIALOG = 0.6;

/** A dialog of the agent becomes a question to people, once; a question about what the agent does not ask any more is withdrawn. */
export const questions: Reasoner = {
  name: NAME,
  decide(situation) {
    const { sight, task, session, approvals, pending } = situation;
    if (sight.kind !== 'seen' || sight.observation.state === 'unknown') return [];
    const { observation } = sight;
    const dialog = dialogOf(observation);
    const shown = dialog === null ? null : dialogFingerprint(dialog);
    const open = approvals.filter((approval) => approval.state === 'open');

    const gone: readonly Decision[] = open
      .filter(({ subject }) => {
        // Asked about the agent before this one: its answer could not be carried out any more.
        if (subject.generation !== session.generation) return true;
        if (subject.kind === 'dialog') return dialogFingerprint(subject.dialog) !== shown;
        if (subject.kind === 'allow-action') return !pending.some(({ id }) => id === subject.action);
        if (subject.kind === 'choose') return isBusy(observation);
        return subject.kind === 'send-text' && !isStillFor(subject.question, observation);
      })
      .map((approval) => ({
        kind: 'withdraw-question',
        approval: approval.id,
        ...because(
          NAME,
          'the agent does not ask this any more; it was answered at its terminal, or it went on',
        ),
      }));
    if (dialog === null || hasEnded(task) || observation.confidence < SURE_OF_DIALOG) return gone;
    // Without its answers there is nothing to press: people are told to answer at its terminal.
    if (dialog.options.length === 0) return gone;
    if (isForModelFirst(situation)) return gone;

    // The hook of the same request asks in its place.
    if (isAskedByHook(dialog, situation)) return gone;
    const same = approvals.filter(
      (approval) => approval.subject.generation === session.generation && fingerprintOf(approval) === shown,
    );
    const last = same.at(-1);
    if (last !== undefined && !isAskedAnew(last, situation)) return gone;
    return [
      ...gone,
      {
        kind: 'ask-a-person',
        dialog,
        replies: [],
        ...because(NAME, 'the agent asks', observation.confidence),
      },
    ];
  },
};

/** Words for an agent that rests are for as long as it rests; those that answer it, for as long as it asks just that. */
function isStillFor(question: string | null, observation: Observation): boolean {
  return textQuestionOf(observation) === question && isAtPrompt(observation);
}

/**
 * The same question is asked again once the one before was answered and its answer was carried out: a dialog that is seen after that
 * is a new one, even if no look fell between the two, or the answer did not reach the agent.
 */
function isAskedAnew(last: Approval, { settled, pending, since }: Situation): boolean {
  switch (last.state) {
    case 'open':
    // It waits at its dialog until somebody asks again; asking by ourselves would repeat for ever.
    case 'expired':
      return false;
    case 'withdrawn':
      return since > last.at;
    case 'answered': {
      const isOfIt = ({ effect, allowedBy }: Action) =>
        effect.kind === 'press-option' && allowedBy === last.id;
      return !pending.some(isOfIt) && settled.some(isOfIt);
    }
  }
}

function fingerprintOf(approval: Approval): string | null {
  return approval.subject.kind === 'dialog' ? dialogFingerprint(approval.subject.dialog) : null;
}
