import { expect, test } from 'vitest';
import { reason } from '../../src/director/reason/index.ts';
import type { Situation } from '../../src/director/situation.ts';
import {
  type Action,
  type Approval,
  type ApprovalSubject,
  actionId,
  actorId,
  approvalId,
  completeTask,
  DEFAULT_RULES,
  type Decision,
  hostId,
  meaningOf,
  NEW_SESSION,
  type Observation,
  projectId,
  type RunningTask,
  type Session,
  sessionId,
  taskId,
  threadId,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds));
const SESSION = sessionId('s1');
const ANN = actorId('ann');
const QUESTION = 'Which one?';

const evidence = {
  confidence: 0.8,
  source: 'screen',
  rule: 'demo/asks-in-prose',
  evidence: QUESTION,
} as const;
const asks = (question: string): Observation => ({
  ...evidence,
  state: 'waiting_input',
  promptKind: 'text_question',
  question,
});
const works: Observation = { ...evidence, state: 'thinking' };
const unknown: Observation = { ...evidence, state: 'unknown', why: 'half drawn' };

const task: RunningTask = {
  id: taskId(1),
  brief: 'Add a note',
  project: projectId('p1'),
  repo: 'demo/shop',
  priority: 'medium',
  agent: 'demo',
  wantedHost: null,
  permissionMode: null,
  maxTurns: null,
  after: [],
  askedBy: ANN,
  origin: { kind: 'chat' },
  thread: threadId('t1'),
  attempt: 1,
  createdAt: at(0),
  lock: null,
  state: 'running',
  host: hostId('h1'),
  session: SESSION,
  branch: 'fleet/t1',
  pullRequest: null,
  startedAt: at(0),
};
const session: Session = {
  ...NEW_SESSION,
  id: SESSION,
  task: task.id,
  host: hostId('h1'),
  name: 'fleet-t1',
  agent: 'demo',
  worktree: '/work/t1',
  branch: 'fleet/t1',
  generation: 2,
  state: 'live',
  createdAt: at(0),
};

type Moment = { readonly from: number; readonly to?: number };

function action(
  effect: Action['effect'],
  state: Action['state'],
  { from, to = from }: Moment,
  generation = session.generation,
): Action {
  const isOver = state !== 'intended' && state !== 'started';
  return {
    id: actionId(`${effect.kind}-${from}`),
    task: task.id,
    session: SESSION,
    generation,
    effect,
    by: effect.kind === 'type-text' ? ANN : null,
    allowedBy: null,
    state,
    why: null,
    createdAt: at(from),
    startedAt: state === 'intended' ? null : at(from),
    endedAt: isOver ? at(to) : null,
  };
}
const consultation = (observation: Observation) =>
  ({ kind: 'ask-model', meaning: meaningOf(observation), about: 'it' }) as const;
const words = (text: string, answers?: string) =>
  ({ kind: 'type-text', text, ...(answers === undefined ? {} : { answers }) }) as const;

function decide(observation: Observation, more: Partial<Situation> = {}): readonly Decision[] {
  const situation: Situation = {
    task,
    session,
    sight: {
      kind: 'seen',
      observation,
      readings: [],
      screen: [],
      name: session.name,
      server: { bootId: 'boot-1', tmuxPid: 100, tmuxStartedAt: at(0) },
      takenAt: at(50),
    },
    since: at(50),
    pending: [],
    settled: [],
    approvals: [],
    requests: [],
    granted: new Set(),
    asksByHook: 'never',
    rules: DEFAULT_RULES,
    isTold: true,
    workedAt: null,
    isModelAtHand: true,
    holds: [],
    limit: null,
    standings: [],
    turns: null,
    now: at(50),
    ...more,
  };
  return reason(situation);
}

const asked = (observation: Observation, more: Partial<Situation> = {}): boolean =>
  decide(observation, more).some((decision) => decision.kind === 'ask-model');

test('a new question in prose goes to the model, and people are told of it after the model was heard', () => {
  const settled = [action(consultation(asks(QUESTION)), 'succeeded', { from: 20 })];
  expect(decide(asks(QUESTION), { isTold: false })).toMatchObject([
    { kind: 'ask-model', about: QUESTION, reasoner: 'ask-model' },
  ]);
  expect(decide(asks(QUESTION), { isTold: false, settled })).toMatchObject([
    { kind: 'tell-people', state: 'waiting_input' },
  ]);
});

test('a question that was given up before the model heard it is asked after all', () => {
  const givenUp = { ...action(consultation(asks(QUESTION)), 'dropped', { from: 20 }), startedAt: null };
  expect(asked(asks(QUESTION), { settled: [givenUp] })).toBe(true);
});

test('without a model the question is told, and nothing else', () => {
  const given = { isTold: false, isModelAtHand: false };
  expect(decide(asks(QUESTION), given)).toMatchObject([{ kind: 'tell-people' }]);
});

const NOT_ASKED: readonly (readonly [why: string, observation: Observation, more: Partial<Situation>])[] = [
  ['an agent at work', works, {}],
  ['a question that is hardly read', { ...asks(QUESTION), confidence: 0.5 }, {}],
  ['a task that is over', asks(QUESTION), { task: completeTask(task, at(9)).next }],
  [
    'a question that is with the model',
    asks(QUESTION),
    { pending: [action(consultation(asks(QUESTION)), 'started', { from: 40 })] },
  ],
  [
    'another question meanwhile',
    asks('Another?'),
    { pending: [action(consultation(asks(QUESTION)), 'intended', { from: 40 })] },
  ],
  [
    'words of a person that are on their way',
    asks(QUESTION),
    { pending: [action(words('This one'), 'intended', { from: 40 })] },
  ],
  ...(['succeeded', 'failed', 'dropped'] as const).map(
    (state) =>
      [
        `a question the model was asked before: ${state}`,
        asks(QUESTION),
        { settled: [action(consultation(asks(QUESTION)), state, { from: 20 })] },
      ] as const,
  ),
  [
    'the same question that was on the screen before something was typed',
    asks(QUESTION),
    {
      settled: [
        action(consultation(asks(QUESTION)), 'succeeded', { from: 20 }),
        action(words('This one'), 'succeeded', { from: 30, to: 31 }),
      ],
      since: at(19),
    },
  ],
  [
    'the fourth wording since anybody typed something',
    asks('Fourth?'),
    {
      settled: ['1', '2', '3'].map((each, nth) =>
        action(consultation(asks(each)), 'failed', { from: 20 + nth }),
      ),
    },
  ],
];
test.each(NOT_ASKED)('the model is not asked about %s', (_why, observation, more) => {
  expect(asked(observation, more)).toBe(false);
});

const ASKED: readonly (readonly [why: string, observation: Observation, more: Partial<Situation>])[] = [
  [
    'another question',
    asks('Another?'),
    { settled: [action(consultation(asks(QUESTION)), 'succeeded', { from: 20 })] },
  ],
  [
    'the same question of an agent that was started anew',
    asks(QUESTION),
    { settled: [action(consultation(asks(QUESTION)), 'succeeded', { from: 20 }, 1)] },
  ],
  [
    'the same question after it was answered and the agent went on',
    asks(QUESTION),
    {
      settled: [
        action(consultation(asks(QUESTION)), 'succeeded', { from: 20 }),
        action(words('This one'), 'succeeded', { from: 30, to: 31 }),
      ],
      since: at(40),
    },
  ],
];
test.each(ASKED)('the model is asked about %s', (_why, observation, more) => {
  expect(asked(observation, more)).toBe(true);
});

test('a call that a stopped process began is settled as failed, after a while', () => {
  const pending = [action(consultation(asks(QUESTION)), 'started', { from: 0 })];
  expect(decide(asks(QUESTION), { pending, now: at(119) })).toMatchObject([{ kind: 'wait' }]);
  expect(decide(asks(QUESTION), { pending, now: at(121) })).toMatchObject([
    { kind: 'settle', action: pending[0]?.id, state: 'failed' },
  ]);
});

test('a person’s words do not wait for the model', () => {
  const pending = [
    action(consultation(asks(QUESTION)), 'started', { from: 40 }),
    action(words('This one'), 'intended', { from: 45 }),
  ];
  expect(decide(asks(QUESTION), { pending })).toMatchObject([{ kind: 'carry-out', action: pending[1]?.id }]);
});

const AFTER_A_YES: readonly (readonly [seen: string, observation: Observation, kind: Decision['kind']])[] = [
  ['still asks the same', asks(QUESTION), 'carry-out'],
  ['asks something else', asks('Another?'), 'drop'],
  ['is at work', works, 'drop'],
  ['waits at its prompt', { ...evidence, state: 'completed' }, 'drop'],
  ['cannot be read', unknown, 'wait'],
];
test.each(AFTER_A_YES)(
  'a suggested answer, once allowed, meets an agent that %s',
  (_seen, observation, kind) => {
    const pending = [action(words('This one', QUESTION), 'intended', { from: 45 })];
    expect(decide(observation, { pending })).toMatchObject([{ kind }]);
  },
);

const SUBJECT: ApprovalSubject = {
  kind: 'send-text',
  session: SESSION,
  generation: 2,
  question: QUESTION,
  text: 'This one',
  why: 'The brief says so',
  confidence: 0.9,
};
const open: Approval = {
  id: approvalId('a1'),
  task: task.id,
  thread: task.thread,
  subject: SUBJECT,
  digest: 'd',
  choices: [],
  requestedBy: null,
  ...underPolicy(),
  votes: [],
  createdAt: at(30),
  expiresAt: at(3_000),
  state: 'open',
};
const settled = [action(consultation(asks(QUESTION)), 'succeeded', { from: 20 })];

test.each([
  ['works again', works],
  ['asks something else', { ...asks('Another?'), confidence: 0.3 }],
])('a suggestion is withdrawn when the agent %s', (_what, observation) => {
  expect(decide(observation, { approvals: [open], settled })).toMatchObject([
    { kind: 'withdraw-question', approval: 'a1' },
  ]);
});

test.each([
  ['still asks', asks(QUESTION)],
  ['cannot be read', unknown],
])('a suggestion stays while the agent %s', (_what, observation) => {
  expect(decide(observation, { approvals: [open], settled })).toMatchObject([{ kind: 'wait' }]);
});
