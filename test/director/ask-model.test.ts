import { afterAll, expect, test } from 'vitest';
import { rowsOf } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
import { askModel } from '../../src/director/ask-model.ts';
import type { DirectorPorts } from '../../src/director/index.ts';
import { type AtHand, strategySituation } from '../../src/director/strategy-situation.ts';
import {
  actionId,
  DEFAULT_RULES,
  emptyTranscript,
  err,
  intendAction,
  lockTask,
  meaningOf,
  notePullRequest,
  type Objective,
  type Observation,
  type ProjectRules,
} from '../../src/domain/index.ts';
import { createConfiguredModel } from '../../src/model/index.ts';
import { redact } from '../../src/safety/index.ts';
import { ANN, AT, LATER, runningTask } from '../domain/tasks.ts';
import { openModelDouble } from '../doubles/model.ts';
import { openFleetState, QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';
import { DIALOG, EVIDENCE, NO_FLEET, SESSION } from './situations.ts';

const QUESTION = 'A table of its own, or one more column?';
const ASKS: Observation = {
  ...EVIDENCE,
  state: 'waiting_input',
  promptKind: 'text_question',
  question: QUESTION,
};
const SHOWS: Observation = {
  ...EVIDENCE,
  state: 'waiting_input',
  promptKind: DIALOG.promptKind,
  dialog: DIALOG,
};
const RESTS: Observation = { ...EVIDENCE, state: 'completed' };
const NO_REPLIES: readonly string[] = [];
const ANSWER = {
  why: 'It is smaller.',
  strategy: 'debate',
  action: 'send',
  text: 'One more column.',
  option: 0,
  replies: NO_REPLIES,
  confidence: 0.8,
};
const NEVER = new AbortController().signal;

const double = await openModelDouble();
afterAll(() => double[Symbol.asyncDispose]());

/** A session that shows this, and a model that is asked about it and answers so. */
async function openSession(
  observation: Observation,
  answer: Partial<typeof ANSWER> = {},
  rules: Partial<ProjectRules> = {},
) {
  const state = await openFleetState();
  const { store, clock, newId, digest } = state;
  const { task, session } = await state.addRunningTask(await state.addHost());
  const look = (looked: Observation) =>
    store.recordObservation(session, {
      observation: looked,
      readings: [],
      screen: ['●'],
      takenAt: clock.now(),
    });
  await look(observation);
  await store.addAction(
    intendAction(
      {
        id: actionId(newId()),
        task: task.id,
        session: session.id,
        generation: session.generation,
        effect: { kind: 'ask-model', meaning: meaningOf(observation), about: 'it' },
        by: null,
      },
      clock.now(),
    ),
  );
  double.plan({ kind: 'answer', value: { ...ANSWER, ...answer } });
  const { apiKey, url: baseUrl, name } = double;
  const service = { protocol: 'anthropic', apiKey, baseUrl, name, prices: new Map() } as const;
  const ports: DirectorPorts = {
    store,
    // What is stored has to do.
    fleet: {
      ...NO_FLEET,
      context: async ({ id }) => err({ kind: 'unreachable', host: id, detail: 'no route' }),
    },
    agents: new Map(),
    pullRequests: null,
    log: QUIET,
    digest,
    now: clock.now,
    newId,
    model: createConfiguredModel(service, { redact, log: QUIET, now: clock.now }),
    settings: {
      owner: 'test',
      permissionMode: 'ask',
      rulesOf: () => ({ ...DEFAULT_RULES, ...rules }),
      pollEveryMs: 60_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
      alertChannel: null,
    },
  };
  return {
    state,
    task,
    session,
    look,
    ask: () => askModel(ports, session.id, NEVER),
    decided: async () =>
      (await store.decisionsOfTasks([task.id], 9)).map(({ decision, verdict }) => ({
        ...decision,
        verdict: verdict.kind,
      })),
    actions: async () =>
      (await store.actionsOfTasks([task.id])).filter(({ effect }) => effect.kind !== 'ask-model'),
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}

test.each([
  ['one that there is', 'debate', 'debate'],
  ['none, where there is no such', 'hope-for-the-best', undefined],
])('the decision names the strategy that the model followed: %s', async (_what, told, named) => {
  await using at = await openSession(ASKS, { strategy: told }, { actsAlone: false });
  await at.ask();

  expect(JSON.stringify(double.asked.at(-1)?.messages)).toContain('Strategies that fit, best first: debate');
  const [decision] = await at.decided();
  expect(decision).toMatchObject({ kind: 'send-text', question: QUESTION, text: ANSWER.text });
  expect(decision?.strategy).toBe(named);
  const [asked] = await at.state.store.openApprovals();
  expect(asked?.subject).toEqual({
    kind: 'send-text',
    session: at.session.id,
    generation: at.session.generation,
    question: QUESTION,
    text: ANSWER.text,
    why: ANSWER.why,
    confidence: ANSWER.confidence,
    ...(named === undefined ? {} : { strategy: named }),
  });
});

/** What follows from an answer: the decision, what is intended by nobody's word, and what people are asked. */
type Case = readonly [
  what: string,
  observation: Observation,
  answer: Partial<typeof ANSWER>,
  decided: object,
  follows: { readonly intended?: object; readonly asked?: string; readonly told?: object },
];

const ALONE: readonly Case[] = [
  [
    'words for a question',
    ASKS,
    {},
    { kind: 'send-text', question: QUESTION, verdict: 'proceed' },
    { intended: { kind: 'type-text', text: ANSWER.text, answers: QUESTION } },
  ],
  [
    'words for an agent that rests',
    RESTS,
    {},
    { kind: 'send-text', question: null, verdict: 'proceed' },
    { intended: { kind: 'type-text', text: ANSWER.text } },
  ],
  [
    'an option of the dialog',
    SHOWS,
    { action: 'answer', option: 2 },
    { kind: 'press-option', option: DIALOG.options[1], verdict: 'proceed' },
    { intended: { kind: 'press-option', label: 'No', keys: ['Escape'] } },
  ],
  [
    'a new start',
    RESTS,
    { action: 'restart' },
    { kind: 'restart-agent', verdict: 'proceed' },
    { intended: { kind: 'restart-agent' } },
  ],
  ['nothing yet', RESTS, { action: 'wait' }, { kind: 'wait', verdict: 'proceed' }, {}],
  [
    'a person, where there is no dialog',
    ASKS,
    { action: 'ask-a-person' },
    { kind: 'ask-a-person', dialog: null, verdict: 'proceed' },
    { told: { kind: 'agent-observed', why: ANSWER.why } },
  ],
  [
    'a person, with texts that they could send',
    ASKS,
    { action: 'ask-a-person', replies: ['Port 80', 'Port 8080'] },
    { kind: 'ask-a-person', dialog: null, verdict: 'proceed' },
    { asked: 'choose' },
  ],
  [
    'a person, for a dialog',
    SHOWS,
    { action: 'ask-a-person' },
    { kind: 'ask-a-person', dialog: DIALOG, verdict: 'proceed' },
    { asked: 'dialog' },
  ],
  [
    'words for a dialog, which takes none',
    SHOWS,
    {},
    { kind: 'ask-a-person', dialog: DIALOG, replies: [ANSWER.text], verdict: 'proceed' },
    { asked: 'dialog' },
  ],
];
const HELD_BACK: readonly Case[] = [
  [
    'words it is not sure of',
    ASKS,
    { confidence: 0.59 },
    { kind: 'send-text', verdict: 'needs-approval' },
    { asked: 'send-text' },
  ],
  [
    'words that ask for something risky',
    RESTS,
    { text: 'Force-push the branch to main.' },
    { kind: 'send-text', verdict: 'needs-approval' },
    { asked: 'send-text' },
  ],
  [
    'an option it is not sure of',
    SHOWS,
    { action: 'answer', option: 1, confidence: 0.5 },
    { kind: 'press-option', verdict: 'needs-approval' },
    { asked: 'dialog' },
  ],
  [
    'a new start it is not sure enough of',
    RESTS,
    { action: 'restart', confidence: 0.79 },
    { kind: 'restart-agent', verdict: 'needs-approval' },
    { asked: 'restart-session' },
  ],
  [
    'an end it is not sure of',
    RESTS,
    { action: 'finish', confidence: 0.3 },
    { kind: 'complete-task', verdict: 'needs-approval' },
    { asked: 'complete-task' },
  ],
];
test.each([...ALONE, ...HELD_BACK])(
  'what the model wants passes the gate: %s',
  async (_what, observation, answer, decided, { intended, asked, told }) => {
    await using at = await openSession(observation, answer);
    await at.ask();

    expect(await at.decided()).toMatchObject([{ ...decided, reasoner: 'model' }]);
    expect(await at.actions()).toMatchObject(
      intended === undefined ? [] : [{ effect: intended, by: null, state: 'intended' }],
    );
    const open = await at.state.store.openApprovals();
    expect(open.map(({ subject }) => subject.kind)).toEqual(asked === undefined ? [] : [asked]);
    if (asked !== undefined && asked !== 'send-text' && asked !== 'choose') {
      expect(open[0]?.subject).toMatchObject({ advised: { why: ANSWER.why, strategy: 'debate' } });
    }
    const events = await at.state.store.eventsOfTask(at.task.id, 1);
    if (intended !== undefined) expect(events).toMatchObject([{ kind: 'model-acted', why: ANSWER.why }]);
    if (told !== undefined) expect(events).toMatchObject([told]);
  },
);

test('a task that the model calls done is done, with its pull request', async () => {
  await using at = await openSession(RESTS, { action: 'finish' });
  await at.ask();
  expect(await at.decided()).toMatchObject([{ kind: 'complete-task', verdict: 'proceed' }]);
  expect((await at.state.store.findTask(at.task.id))?.state).toBe('completed');
});

test('an answer that is too late is stored with what it cost, and followed by nothing', async () => {
  await using at = await openSession(ASKS);
  double.plan({ kind: 'silence' });
  const asking = at.ask();
  await until(() => double.waiting() === 1, { withinMs: 5_000, what: 'the call' });
  await at.look({ ...EVIDENCE, state: 'thinking' });
  double.speak(ANSWER);
  await asking;

  expect(await at.decided()).toEqual([]);
  expect(await at.state.store.openApprovals()).toEqual([]);
  const rows = await rowsOf(
    at.state.database.connection,
    sql`select input_tokens as input, decision, answer->>'kind' as answer from model_calls`,
  );
  expect(rows).toEqual([{ input: 1, decision: null, answer: 'advice' }]);
});

test('a model that fails is a decision for people, with why', async () => {
  await using at = await openSession(ASKS);
  double.plan({ kind: 'message', text: '', stopReason: 'refusal' });
  await at.ask();

  expect(await at.decided()).toMatchObject([{ kind: 'ask-a-person', confidence: 0, verdict: 'proceed' }]);
  const [row] = await rowsOf(
    at.state.database.connection,
    sql`select answer->>'failure' as failure from model_calls`,
  );
  expect(row).toEqual({ failure: 'refused' });
  const events = await at.state.store.eventsOfTask(at.task.id, 1);
  expect(events).toMatchObject([{ kind: 'action-failed', what: 'Asking the model' }]);
});

test('the next question tells what was decided before, and only the messages since', async () => {
  await using at = await openSession(ASKS);
  const say = (...texts: readonly string[]) => {
    const messages = texts.map((text) => ({ by: 'assistant' as const, text, at: null }));
    const digest = { ...emptyTranscript, first: messages, assistantMessages: messages.length };
    return at.state.store.saveTranscript(at.session.id, {
      file: 'a.jsonl',
      size: 1,
      digest,
      report: null,
      readAt: at.state.clock.now(),
    });
  };
  await say('first words');
  await at.ask();
  await say('first words', 'second words');
  at.state.clock.advance(120_000);
  const again = { kind: 'ask-model', meaning: meaningOf(ASKS), about: 'it' } as const;
  const { task, session, state } = at;
  const { generation } = session;
  const intended = {
    id: actionId(state.newId()),
    task: task.id,
    session: session.id,
    generation,
    effect: again,
    by: null,
  };
  await state.store.addAction(intendAction(intended, state.clock.now()));
  await at.ask();

  const [one, other] = double.asked.slice(-2).map(({ messages }) => JSON.stringify(messages));
  expect(one).toContain('first words');
  expect(one).not.toContain('Decided before');
  expect(other).toContain('second words');
  expect(other).not.toContain('first words');
  expect(other).toContain('2 min ago: send “One more column.” (Debate)');
});

test('what there is too much of is left out from its beginning, with a mark that says how much', async () => {
  await using at = await openSession(ASKS);
  const messages = Array.from({ length: 100 }, (_, nth) => ({
    by: 'assistant' as const,
    text: `said ${nth}.`,
    at: null,
  }));
  const digest = {
    ...emptyTranscript,
    last: messages,
    assistantMessages: messages.length,
    changedFiles: Array.from({ length: 45 }, (_, nth) => `src/${nth}.ts`),
    errors: Array.from({ length: 12 }, (_, nth) => `failed ${nth}.`),
  };
  const readAt = at.state.clock.now();
  await at.state.store.saveTranscript(at.session.id, {
    file: 'a.jsonl',
    size: 1,
    digest,
    report: null,
    readAt,
  });
  await at.ask();
  const asked = JSON.stringify(double.asked.at(-1)?.messages);
  for (const [title, left, first] of [
    ['New in its conversation', 40, 'assistant: said 40.'],
    ['Files it changed', 5, 'src/5.ts'],
    ['Errors it met', 2, 'failed 2.'],
  ] as const) {
    expect(asked).toContain(`${title}:\\n[${left} earlier ones are left out here]\\n| ${first}`);
  }
});

test('the question tells the open objectives of the project, the newest twenty, with no secret in them', async () => {
  await using at = await openSession(ASKS);
  const wish = (issue: number, more: Partial<Objective> = {}): Objective => ({
    project: at.task.project,
    issue,
    title: `Wish no. ${issue}.`,
    url: `https://github.test/acme/api/issues/${issue}`,
    state: 'open',
    changedAt: at.state.clock.now(),
    ...more,
  });
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  for (let nth = 1; nth <= 22; nth++) await at.state.store.saveObjective(wish(nth));
  await at.state.store.saveObjective(wish(30, { title: `Rotate ${secret}` }));
  await at.state.store.saveObjective(wish(31, { title: 'Done long ago', state: 'closed' }));
  await at.ask();
  const asked = JSON.stringify(double.asked.at(-1)?.messages);
  expect(asked).toContain('#22 Wish no. 22.');
  expect(asked).toContain('#30 Rotate');
  for (const unseen of ['#3 Wish', 'Done long ago', secret]) expect(asked).not.toContain(unseen);
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
