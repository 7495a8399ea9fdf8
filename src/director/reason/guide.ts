import {
  type Action,
  type AgentRequest,
  type Decision,
  hasEnded,
  lockOf,
  type TaskLock,
} from '../../domain/index.ts';
import type { Situation } from '../situation.ts';
import { because, type Reasoner } from './reasoner.ts';

const NAME = 'guide';
/** So often in a row an agent is guided on; after that people see to it. */
export const MOST_GUIDED_TURNS = 10;
/** Longer than the model may take: who began to ask it is gone. */
const GIVEN_UP_AFTER_MS = 120_000;

/** Deep work with a goal: at the end of each turn the model says whether the goal is reached, what is to be done next, or that people are needed. */
export const guide: Reasoner = {
  name: NAME,
  decide(situation) {
    const { task, session, sight, now } = situation;
    if (sight.kind !== 'seen' || session.isAdopted || situation.asksByHook === 'never') return [];
    const lock = lockOf(task, now);
    const goal = lock?.goal ?? null;
    return [
      ...switched(situation, goal !== null && !hasEnded(task)),
      ...stopsWaitedFor(situation).flatMap((request) =>
        lock === null || goal === null
          ? isOnItsWay(request, situation)
            ? []
            : [leave(request, 'it is not guided any more')]
          : decideOn(request, lock, goal, situation),
      ),
    ];
  },
};

function switched({ session, pending }: Situation, isWanted: boolean): readonly Decision[] {
  if (session.isGuided === isWanted || pending.some(({ effect }) => effect.kind === 'guide-session'))
    return [];
  return [
    {
      kind: 'guide-session',
      isGuided: isWanted,
      ...because(
        NAME,
        isWanted ? 'its task is locked with a goal' : 'its task has no lock with a goal any more',
      ),
    },
  ];
}

function stopsWaitedFor({ session, requests }: Situation): readonly AgentRequest[] {
  return requests.filter(
    ({ state, generation, wants }) =>
      state === 'waiting' && generation === session.generation && wants.kind === 'stop',
  );
}

function isOnItsWay({ ask }: AgentRequest, { pending }: Situation): boolean {
  return pending.some(({ effect }) => effect.kind === 'answer-hook' && effect.ask === ask);
}

function decideOn(
  request: AgentRequest,
  lock: TaskLock,
  goal: string,
  situation: Situation,
): readonly Decision[] {
  if (isOnItsWay(request, situation)) return [];
  const { pending, settled, isModelAtHand, now } = situation;
  const judging = pending.find(({ effect }) => effect.kind === 'judge-goal' && effect.ask === request.ask);
  if (judging !== undefined) return giveUp(judging, now);
  const judged = settled.some(({ effect }) => effect.kind === 'judge-goal' && effect.ask === request.ask);
  if (judged) return [leave(request, 'the model gave no answer')];
  if (!isModelAtHand) return [leave(request, 'no model may be asked now')];
  const guided = settled.filter(
    ({ effect, state, createdAt }) =>
      effect.kind === 'answer-hook' &&
      effect.answer.kind === 'go-on' &&
      state === 'succeeded' &&
      createdAt >= lock.at,
  );
  if (guided.length >= MOST_GUIDED_TURNS) {
    const why = `it was guided on ${guided.length} times and has not reached its goal`;
    return [{ kind: 'end-lock', request, isReached: false, ...because(NAME, why) }];
  }
  return [{ kind: 'judge-goal', request, goal, ...because(NAME, 'the agent wants to end its turn') }];
}

function giveUp({ id, startedAt }: Action, now: Date): readonly Decision[] {
  return startedAt !== null && now.getTime() - startedAt.getTime() > GIVEN_UP_AFTER_MS
    ? [
        {
          kind: 'settle',
          action: id,
          state: 'failed',
          ...because(NAME, 'Fleet Director stopped while it asked the model'),
        },
      ]
    : [];
}

function leave(request: AgentRequest, why: string): Decision {
  return { kind: 'answer-hook', request, answer: { kind: 'leave' }, ...because(NAME, why) };
}
