import {
  type Action,
  type Decision,
  dialogFingerprint,
  dialogOf,
  hasEnded,
  isAnotherQuestion,
  isAtPrompt,
  isBusy,
  type Observation,
} from '../../domain/index.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'carry-on';

/** States in which an agent takes no words and that do not end by themselves. */
const OBSTACLES: readonly { readonly state: Observation['state']; readonly why: string }[] = [
  { state: 'rate_limited', why: 'the agent has reached a usage limit' },
  { state: 'logged_out', why: 'the agent is not logged in' },
  { state: 'suspended', why: 'the agent is suspended' },
];

/** An end before a restart, an answer before words: words wait for a dialog to close, and its answer is what closes it. */
const ORDER: readonly Action['effect']['kind'][] = [
  'end-session',
  'restart-agent',
  'press-option',
  'type-text',
];

/** Goes on with what was intended before: answers, words, an end, a restart. One at a time; of a kind, in the order they were meant. */
export const carryOn: Reasoner = {
  name: NAME,
  decide(situation) {
    const { session, sight, task } = situation;
    // It is let go as it is: nothing is typed any more into what a person began.
    if (session.isAdopted && hasEnded(task)) return [];
    const stale = situation.pending.filter((action) => action.generation !== session.generation);
    if (stale.length > 0) {
      return stale.map((action) => ({
        kind: 'drop',
        action: action.id,
        ...because(NAME, 'the agent was restarted since; this was meant for the one before'),
      }));
    }
    // The model is asked apart from this: its answer takes long, and nothing else waits for it.
    const pending = situation.pending.filter((action) => action.effect.kind !== 'suggest-answer');
    const [next] = pending.toSorted((a, b) => ORDER.indexOf(a.effect.kind) - ORDER.indexOf(b.effect.kind));
    if (next === undefined) return [];
    switch (sight.kind) {
      case 'unreachable':
        return [];
      case 'absent':
        // Nothing is left to end or to interrupt; what was to follow still follows.
        return next.effect.kind === 'end-session' || next.effect.kind === 'restart-agent'
          ? [
              {
                kind: 'carry-out',
                action: next.id,
                effect: next.effect,
                ...because(NAME, 'its session is gone'),
              },
            ]
          : [];
      case 'seen':
        return decideSeen(next, sight.observation);
    }
  },
};

function decideSeen(action: Action, observation: Observation): readonly Decision[] {
  const { effect } = action;
  const carryOut: Decision = {
    kind: 'carry-out',
    action: action.id,
    effect,
    ...because(NAME, `${effect.kind} was intended`, observation.confidence),
  };
  switch (effect.kind) {
    case 'suggest-answer':
      return [];
    case 'end-session':
    case 'restart-agent':
      return [carryOut];
    case 'press-option': {
      const dialog = dialogOf(observation);
      const isSame = dialog !== null && dialogFingerprint(dialog) === effect.dialog;
      if (isSame) return [carryOut];
      if (observation.state === 'unknown') return [];
      // A process that died after the keys left no outcome: the question being gone is the outcome.
      return action.state === 'started'
        ? [
            {
              kind: 'settle',
              action: action.id,
              state: 'succeeded',
              ...because(NAME, 'the question is closed'),
            },
          ]
        : [{ kind: 'drop', action: action.id, ...because(NAME, 'the agent does not ask this any more') }];
    }
    case 'type-text': {
      if (action.state === 'started') {
        return [
          {
            kind: 'settle',
            action: action.id,
            state: isBusy(observation) ? 'succeeded' : 'failed',
            ...because(
              NAME,
              isBusy(observation)
                ? 'the agent works on it'
                : 'Fleet Director stopped while typing, so nobody can know whether the agent got it; look at a snapshot, and write again if not',
            ),
          },
        ];
      }
      if (isAnotherQuestion(effect, observation)) {
        return [
          { kind: 'drop', action: action.id, ...because(NAME, 'the agent does not ask this any more') },
        ];
      }
      if (isAtPrompt(observation)) return [carryOut];
      if (dialogOf(observation) !== null) {
        return [{ kind: 'hold', action: action.id, ...because(NAME, 'the agent asks something first') }];
      }
      if (observation.state === 'shell' || observation.state === 'exiting') {
        return [{ kind: 'drop', action: action.id, ...because(NAME, 'the agent has ended') }];
      }
      const obstacle = OBSTACLES.find(({ state }) => state === observation.state);
      return obstacle === undefined
        ? []
        : [{ kind: 'hold', action: action.id, ...because(NAME, obstacle.why) }];
    }
  }
}
