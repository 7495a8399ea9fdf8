import {
  type Approval,
  areUsedUp,
  type ChooseOption,
  hasEnded,
  isAtPrompt,
  type Turns,
} from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';
import { RESTS_FOR_MS } from './rest.ts';

const NAME = 'turns';

/** Asks people, once for each rest, whether an agent goes on that has had all the turns it was given. */
export const turns: Reasoner = {
  name: NAME,
  decide(situation) {
    const { task, sight, since, turns: had, now } = situation;
    if (sight.kind !== 'seen' || hasEnded(task) || had === null || !areUsedUp(had)) return [];
    const rests = isAtPrompt(sight.observation) && now.getTime() - since.getTime() >= RESTS_FOR_MS;
    if (!rests || isAsked(situation)) return [];
    return [
      {
        kind: 'ask-what-to-do',
        question: `The agent has used its turns, ${had.ended} of ${had.max}. Go on?`,
        options: optionsFor(had),
        ...because(NAME, `it was given ${had.max} turns`, sight.observation.confidence),
      },
    ];
  },
};

/** As many once more. */
function optionsFor({ ended, max }: Turns): readonly ChooseOption[] {
  return [
    {
      label: `${max} more ${max === 1 ? 'turn' : 'turns'}`,
      effect: { kind: 'allow-turns', upTo: ended + max },
    },
    { label: 'End the agent', effect: { kind: 'end-session', because: 'task-cancelled' } },
    { label: 'Leave it', effect: null },
  ];
}

/** Since the agent was last at work. */
function isAsked({ approvals, workedAt }: Situation): boolean {
  return approvals.some(
    (each) =>
      isAboutTurns(each) && each.state !== 'withdrawn' && (workedAt === null || each.createdAt >= workedAt),
  );
}

/** Nobody else lets people give more turns. */
function isAboutTurns({ subject }: Approval): boolean {
  return subject.kind === 'choose' && subject.options.some(({ effect }) => effect?.kind === 'allow-turns');
}
