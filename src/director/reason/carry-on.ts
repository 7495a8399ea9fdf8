import {
  type Action,
  type ActionId,
  type Approval,
  type Decision,
  dialogFingerprint,
  dialogOf,
  type Hold,
  hasEnded,
  isAnotherQuestion,
  isAtPrompt,
  isBusy,
  type Observation,
} from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'carry-on';

/** States in which an agent takes no words and that do not end by themselves. */
const OBSTACLES: readonly { readonly state: Observation['state']; readonly why: string }[] = [
  { state: 'logged_out', why: 'the agent is not logged in' },
  { state: 'suspended', why: 'the agent is suspended' },
];

/** What keeps back everybody's words: they would only meet the limit again, or cost what nobody has allowed. */
const HOLDS_WORDS: readonly Hold['kind'][] = ['quota', 'budget'];

/** An end before a restart, a stop before an answer, an answer before words: words wait for a dialog to close, and its answer is what closes it. */
const ORDER: readonly Action['effect']['kind'][] = [
  'report',
  'end-session',
  'reassign-task',
  'restart-agent',
  'interrupt',
  'answer-hook',
  'guide-session',
  'allow-turns',
  'tell-neighbours',
  'press-option',
  'type-text',
];

const OF_MODEL: readonly Action['effect']['kind'][] = ['ask-model', 'judge-goal'];

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
    const refused = situation.pending.flatMap((action) => refusalOf(action, situation.approvals));
    if (refused.length > 0) return refused;
    // The model is asked apart from this: its answer takes long, and nothing else waits for it. Nor does anything for a person's yes.
    const pending = situation.pending.filter(
      (action) => !OF_MODEL.includes(action.effect.kind) && !waitsForYes(action, situation.approvals),
    );
    const [next] = pending.toSorted((a, b) => ORDER.indexOf(a.effect.kind) - ORDER.indexOf(b.effect.kind));
    if (next === undefined) return [];
    switch (sight.kind) {
      case 'unreachable':
        return isWithoutHost(next.effect)
          ? [
              {
                kind: 'carry-out',
                action: next.id,
                effect: next.effect,
                ...because(NAME, 'it needs no host'),
              },
            ]
          : [];
      case 'absent':
        // Nothing is left to end or to interrupt; what was to follow still follows.
        return needsNoSession(next.effect)
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
        return next.effect.kind === 'answer-hook'
          ? decideAnswer(next, next.effect.ask, situation)
          : decideSeen(next, sight.observation, situation.holds);
    }
  },
};

function isWithoutHost(effect: Action['effect']): boolean {
  return effect.kind === 'report' || (effect.kind === 'reassign-task' && effect.because === 'host-gone');
}

function waitsForYes({ id, allowedBy }: Action, approvals: readonly Approval[]): boolean {
  return allowedBy === null && lastAskedOf(id, approvals)?.state === 'open';
}

/** People were asked for a yes to it, and none came. */
function refusalOf(action: Action, approvals: readonly Approval[]): readonly Decision[] {
  const asked = lastAskedOf(action.id, approvals);
  if (asked === undefined || asked.state === 'open' || action.allowedBy !== null) return [];
  return [{ kind: 'drop', action: action.id, ...because(NAME, whyNoYes(asked)) }];
}

function whyNoYes(asked: Exclude<Approval, { state: 'open' }>): string {
  switch (asked.state) {
    case 'answered':
      return 'somebody said no to it';
    case 'expired':
      return 'nobody answered in time whether it may be typed';
    case 'withdrawn':
      return asked.why;
  }
}

function lastAskedOf(id: ActionId, approvals: readonly Approval[]): Approval | undefined {
  return approvals.findLast(({ subject }) => subject.kind === 'allow-action' && subject.action === id);
}

function needsNoSession({ kind }: Action['effect']): boolean {
  return kind === 'end-session' || kind === 'restart-agent' || kind === 'reassign-task' || kind === 'report';
}

/** A hook takes an answer whatever the screen shows, as long as it waits. */
function decideAnswer(action: Action, ask: string, { requests }: Situation): readonly Decision[] {
  const request = requests.find((each) => each.ask === ask);
  switch (request?.state) {
    case 'waiting':
      return [
        {
          kind: 'carry-out',
          action: action.id,
          effect: action.effect,
          ...because(NAME, 'the agent’s hook waits for it'),
        },
      ];
    case 'told':
      // A process that died after the hook took it left no outcome.
      return action.state === 'started'
        ? [{ kind: 'settle', action: action.id, state: 'succeeded', ...because(NAME, 'the hook took it') }]
        : [{ kind: 'drop', action: action.id, ...because(NAME, 'the agent was told already') }];
    case 'over':
    case undefined:
      return [
        {
          kind: 'drop',
          action: action.id,
          ...because(
            NAME,
            'the agent waits for it no longer: it was answered at its terminal, or it went on',
          ),
        },
      ];
  }
}

function decideSeen(action: Action, observation: Observation, holds: readonly Hold[]): readonly Decision[] {
  const { effect } = action;
  const carryOut: Decision = {
    kind: 'carry-out',
    action: action.id,
    effect,
    ...because(NAME, `${effect.kind} was intended`, observation.confidence),
  };
  switch (effect.kind) {
    case 'ask-model':
    case 'judge-goal':
    case 'answer-hook':
      return [];
    case 'end-session':
    case 'reassign-task':
    case 'restart-agent':
    case 'guide-session':
    case 'allow-turns':
    case 'report':
    case 'tell-neighbours':
      return [carryOut];
    case 'interrupt':
      if (dialogOf(observation) !== null) {
        const why = 'the agent is not at work: it waits for the answer to its question';
        return [{ kind: 'drop', action: action.id, ...because(NAME, why) }];
      }
      if (observation.state === 'shell' || observation.state === 'exiting') {
        return [{ kind: 'drop', action: action.id, ...because(NAME, 'the agent has ended') }];
      }
      return observation.state === 'unknown' ? [] : [carryOut];
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
      const held = holds.find(({ kind }) => HOLDS_WORDS.includes(kind));
      if (held !== undefined) return [{ kind: 'hold', action: action.id, ...because(NAME, held.why) }];
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
