import { sql } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { rowsOf } from '../../db/connect.ts';
import { createModel } from '../../src/anthropic/index.ts';
import { DEFAULT_GATE } from '../../src/director/index.ts';
import { type AtHand, strategySituation } from '../../src/director/strategy-situation.ts';
import { suggest } from '../../src/director/suggest.ts';
import {
  actionId,
  emptyTranscript,
  intendAction,
  lockTask,
  notePullRequest,
  type Observation,
  strategyOf,
} from '../../src/domain/index.ts';
import { redact } from '../../src/safety/index.ts';
import { ANN, AT, LATER, runningTask } from '../domain/tasks.ts';
import { openModelDouble } from '../doubles/model.ts';
import { openFleetState, QUIET } from '../support/fleet-state.ts';
import { EVIDENCE, SESSION } from './situations.ts';

const QUESTION = 'A table of its own, or one more column?';
const ASKS: Observation = {
  ...EVIDENCE,
  state: 'waiting_input',
  promptKind: 'text_question',
  question: QUESTION,
};
const ANSWER = { answer: 'One more column.', confidence: 0.8, why: 'It is smaller.', strategy: 'debate' };
const NEVER = new AbortController().signal;

const double = await openModelDouble();
afterAll(() => double[Symbol.asyncDispose]());

test.each([
  ['one that was offered', 'debate', 'debate'],
  ['none, where that was not offered', 'multi-agent-review', null],
])('the decision names the strategy that the model followed: %s', async (_what, told, named) => {
  await using state = await openFleetState();
  const { store, clock, newId, digest } = state;
  const { task, session } = await state.addRunningTask(await state.addHost());
  const looked = { observation: ASKS, readings: [], screen: ['●'], takenAt: clock.now() };
  await store.recordObservation(session, looked);
  await store.addAction(
    intendAction(
      {
        id: actionId(newId()),
        task: task.id,
        session: session.id,
        generation: session.generation,
        effect: { kind: 'suggest-answer', question: QUESTION },
        by: null,
      },
      clock.now(),
    ),
  );
  double.plan({ kind: 'answer', value: { ...ANSWER, strategy: told } });
  const { apiKey, url: baseUrl, name } = double;
  const ports = {
    store,
    digest,
    now: clock.now,
    newId,
    model: createModel({ apiKey, baseUrl, name, redact, log: QUIET, now: clock.now }),
    settings: {
      owner: 'test',
      permissionMode: 'ask',
      approvalExpiresAfterMs: 60_000,
      gate: DEFAULT_GATE,
      pollEveryMs: 60_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
      alertChannel: null,
    },
  } as const;

  await suggest(ports, session.id, NEVER);

  const offered = JSON.stringify(double.asked.at(-1)?.messages);
  expect(offered).toContain(strategyOf('debate').what);
  expect(offered).not.toContain('multi-agent-review');
  const [row] = await rowsOf(
    state.database.connection,
    sql`select decision->>'kind' as kind, decision->>'strategy' as strategy from decisions`,
  );
  expect(row).toEqual({ kind: 'send-text', strategy: named });
  const [asked] = await store.openApprovals();
  expect(asked?.subject).toEqual({
    kind: 'send-text',
    session: session.id,
    generation: session.generation,
    question: QUESTION,
    text: ANSWER.answer,
    why: ANSWER.why,
    confidence: ANSWER.confidence,
    ...(named === null ? {} : { strategy: named }),
  });
});

const AT_HAND: AtHand = {
  task: runningTask(),
  session: SESSION,
  last: { observation: ASKS, readings: [], screen: ['● one', '● two'], since: AT, lastSeenAt: LATER },
  seen: null,
  digest: null,
  project: { defaultBranch: 'main' },
  queuedTasks: 0,
  now: LATER,
};

test('of a session with a screen and nothing else that is what a strategy is chosen by', () => {
  expect(strategySituation(AT_HAND)).toEqual({
    observation: ASKS,
    unchangedForMs: 3_600_000,
    stuckForMs: null,
    followedForMs: 3_600_000,
    isAdopted: false,
    isOnDefaultBranch: false,
    isLocked: false,
    hasPullRequest: false,
    queuedTasks: 0,
    brief: 'Add a health endpoint',
    said: ['● one\n● two'],
    changedFiles: [],
    errors: [],
  });
});

test('task, host and transcript tell the rest', () => {
  const locked = lockTask(runningTask(), ANN, null, AT)?.next ?? runningTask();
  const by = 'assistant' as const;
  const messages = Array.from({ length: 7 }, (_, nth) => ({ by, text: `said ${nth}`, at: null }));
  const digest = {
    ...emptyTranscript,
    first: messages.slice(0, 3),
    last: [...messages.slice(3), { by: 'user' as const, text: 'go on', at: null }],
    changedFiles: ['a.ts'],
    errors: ['it failed'],
    pullRequestUrls: ['https://github.com/acme/api/pull/9'],
  };
  expect(
    strategySituation({
      ...AT_HAND,
      task: locked,
      session: { ...SESSION, isAdopted: true, branch: 'main' },
      seen: { stuckSince: AT },
      digest,
      queuedTasks: 2,
    }),
  ).toMatchObject({
    stuckForMs: 3_600_000,
    isAdopted: true,
    isOnDefaultBranch: true,
    isLocked: true,
    hasPullRequest: true,
    queuedTasks: 2,
    said: ['said 2', 'said 3', 'said 4', 'said 5', 'said 6'],
    changedFiles: ['a.ts'],
    errors: ['it failed'],
  });
});

test('a pull request that the task knows of counts, and a lock that is over does not', () => {
  const pullRequest = { number: 9, url: 'https://github.com/acme/api/pull/9', title: 'Add it' };
  const noted = notePullRequest(runningTask(), pullRequest, AT)?.next ?? runningTask();
  const task = lockTask(noted, ANN, LATER, AT)?.next ?? noted;
  expect(strategySituation({ ...AT_HAND, task })).toMatchObject({ hasPullRequest: true, isLocked: false });
});
