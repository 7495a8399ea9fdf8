import { expect, test } from 'vitest';
import { MOST_GUIDED_TURNS } from '../../src/director/reason/guide.ts';
import { reason } from '../../src/director/reason/index.ts';
import {
  type Action,
  type AgentRequest,
  actionId,
  intendAction,
  settleAction,
} from '../../src/domain/index.ts';
import { ANN, AT, LATER, runningTask } from '../domain/tasks.ts';
import { SESSION, seen, situation } from './situations.ts';

const GOAL = 'All tests pass';
const LOCK = { by: ANN, at: AT, until: null, goal: GOAL };

const stopOf = (nth: number): AgentRequest => ({
  session: SESSION.id,
  generation: SESSION.generation,
  ask: `1700000000-${nth}`,
  event: 'Stop',
  wants: { kind: 'stop', said: 'I am done.' },
  askedAt: LATER,
  state: 'waiting',
});

function guidedOn(nth: number, at: Date): Action {
  const answer = { kind: 'go-on', guidance: 'Run the tests.' } as const;
  const effect = {
    kind: 'answer-hook',
    ask: `1700000000-${nth}`,
    event: 'Stop',
    about: 'its turn',
    answer,
  } as const;
  const { id: session, task, generation } = SESSION;
  const intended = intendAction({ id: actionId(`g${nth}`), task, session, generation, effect, by: null }, at);
  return settleAction(intended, { state: 'succeeded' }, at);
}

/** What is decided when an agent that was guided on so often wants to end its turn. */
function decidedAfter(times: number, at = LATER) {
  const settled = Array.from({ length: times }, (_, nth) => guidedOn(nth, at));
  return reason(
    situation({
      task: { ...runningTask(), lock: LOCK },
      session: { ...SESSION, isGuided: true },
      sight: seen('running'),
      asksByHook: 'silently',
      isModelAtHand: true,
      requests: [stopOf(99)],
      settled,
    }),
  );
}

test('an agent is guided on ten times, and then people see to it', () => {
  expect(decidedAfter(MOST_GUIDED_TURNS - 1)).toMatchObject([{ kind: 'judge-goal', goal: GOAL }]);
  expect(decidedAfter(MOST_GUIDED_TURNS)).toMatchObject([
    { kind: 'end-lock', isReached: false, why: 'it was guided on 10 times and has not reached its goal' },
  ]);
});

test('what it was guided on before the lock does not count', () => {
  expect(decidedAfter(MOST_GUIDED_TURNS, new Date(AT.getTime() - 1))).toMatchObject([{ kind: 'judge-goal' }]);
});
