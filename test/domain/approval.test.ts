import { expect, test } from 'vitest';
import {
  type Approval,
  type ApprovalSubject,
  actorId,
  answerApproval,
  approvalId,
  approvedText,
  type Dialog,
  dialogFingerprint,
  expireApproval,
  type OpenApproval,
  openApproval,
  sessionId,
  taskId,
  threadId,
  withdrawApproval,
} from '../../src/domain/index.ts';
import { underPolicy } from './policies.ts';

const ANN = actorId('ann');
const BOB = actorId('bob');
const CREATED = new Date(Date.UTC(2026, 10, 22, 9));
const EXPIRES = new Date(Date.UTC(2026, 10, 22, 10));
const JUST_BEFORE = new Date(EXPIRES.getTime() - 1);
const LONG_AFTER = new Date(EXPIRES.getTime() + 3_600_000);

const OPEN: OpenApproval = {
  id: approvalId('a1'),
  task: taskId(12),
  thread: threadId('t1'),
  subject: { kind: 'cancel-task', session: sessionId('s1'), generation: 1 },
  digest: 'd',
  choices: [
    { id: 'approve', label: 'Cancel the task', style: 'danger' },
    { id: 'deny', label: 'Let it run', style: 'plain' },
  ],
  requestedBy: BOB,
  ...underPolicy({ expiresAfterMs: EXPIRES.getTime() - CREATED.getTime() }),
  votes: [],
  createdAt: CREATED,
  expiresAt: EXPIRES,
  state: 'open',
};
const ANSWERED: Approval = { ...OPEN, state: 'answered', choice: 'deny', by: BOB, at: JUST_BEFORE };
const EXPIRED: Approval = { ...OPEN, state: 'expired', at: EXPIRES };
const WITHDRAWN: Approval = { ...OPEN, state: 'withdrawn', why: 'the agent has ended', at: JUST_BEFORE };
const about = { task: OPEN.task, thread: OPEN.thread, approval: OPEN.id };

test('a question is bound to what a yes would do, open until its time is over, and said once', () => {
  const { id, task, thread, subject, choices, requestedBy, host, policy, because } = OPEN;
  const step = openApproval(
    { id, task, thread, subject, choices, requestedBy, host, policy, because },
    { digest: (text) => `digest of ${text}`, at: CREATED },
  );
  expect(step).toEqual({
    next: { ...OPEN, digest: `digest of ${approvedText(subject)}` },
    events: [{ ...about, kind: 'approval-requested', at: CREATED }],
  });
});

test('an open question takes one of its choices up to its last millisecond', () => {
  expect(answerApproval(OPEN, 'approve', ANN, JUST_BEFORE)).toEqual({
    ok: true,
    value: {
      next: { ...OPEN, state: 'answered', choice: 'approve', by: ANN, at: JUST_BEFORE },
      events: [{ ...about, kind: 'approval-answered', at: JUST_BEFORE, choice: 'approve', by: ANN }],
    },
  });
});

const FAULTS: readonly (readonly [string, Approval, string, Date, object])[] = [
  [
    'at its very end it counts as expired, swept or not',
    OPEN,
    'approve',
    EXPIRES,
    { kind: 'expired', at: EXPIRES },
  ],
  [
    'long after, it says when its time was over',
    OPEN,
    'approve',
    LONG_AFTER,
    { kind: 'expired', at: EXPIRES },
  ],
  [
    'a choice it does not have is refused',
    OPEN,
    'maybe',
    CREATED,
    { kind: 'no-such-choice', choice: 'maybe' },
  ],
  ['nothing is no choice', OPEN, '', CREATED, { kind: 'no-such-choice', choice: '' }],
  [
    'an answered one names the first answer',
    ANSWERED,
    'approve',
    CREATED,
    { kind: 'already-answered', choice: 'deny', by: BOB, at: JUST_BEFORE },
  ],
  ['an expired one stays expired', EXPIRED, 'approve', CREATED, { kind: 'expired', at: EXPIRES }],
  [
    'a withdrawn one says why',
    WITHDRAWN,
    'approve',
    CREATED,
    { kind: 'withdrawn', why: 'the agent has ended' },
  ],
];

for (const [name, approval, choice, at, error] of FAULTS) {
  test(name, () => expect(answerApproval(approval, choice, ANN, at)).toEqual({ ok: false, error }));
}

test('it expires at its time, not before, and only while it is open', () => {
  expect(expireApproval(OPEN, JUST_BEFORE)).toBeNull();
  expect(expireApproval(OPEN, EXPIRES)).toEqual({
    next: { ...OPEN, state: 'expired', at: EXPIRES },
    events: [{ ...about, kind: 'approval-expired', at: EXPIRES }],
  });
  for (const ended of [ANSWERED, EXPIRED, WITHDRAWN]) expect(expireApproval(ended, LONG_AFTER)).toBeNull();
});

test('it is withdrawn with its reason, and only while it is open', () => {
  expect(withdrawApproval(OPEN, 'the task is completed', LONG_AFTER)).toEqual({
    next: { ...OPEN, state: 'withdrawn', why: 'the task is completed', at: LONG_AFTER },
    events: [{ ...about, kind: 'approval-withdrawn', at: LONG_AFTER, why: 'the task is completed' }],
  });
  for (const ended of [ANSWERED, EXPIRED, WITHDRAWN])
    expect(withdrawApproval(ended, 'late', CREATED)).toBeNull();
});

const DIALOG: Dialog = {
  promptKind: 'permission',
  question: 'Do you want to proceed?',
  options: [
    { label: 'Yes', keys: ['1'] },
    { label: 'No', keys: ['Escape', 'Enter'] },
  ],
};
const SUBJECT: ApprovalSubject = {
  kind: 'dialog',
  session: sessionId('s1'),
  generation: 2,
  dialog: DIALOG,
  tail: ['$ rm -rf dist'],
};

/** What jsonb does to a record: keys come back in another order. */
function reordered<T>(value: T): T;
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown): unknown => reordered(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, reordered(each)] as const)
      .toSorted(([a], [b]) => (a < b ? 1 : -1)),
  );
}

test('a question is the same question after the database has put its keys into another order', () => {
  expect(JSON.stringify(reordered(SUBJECT))).not.toBe(JSON.stringify(SUBJECT));
  expect(dialogFingerprint(reordered(DIALOG))).toBe(dialogFingerprint(DIALOG));
  expect(approvedText(reordered(SUBJECT))).toBe(approvedText(SUBJECT));
});

const SUGGESTED = {
  kind: 'send-text',
  session: SUBJECT.session,
  generation: 2,
  question: 'Which file?',
  text: 'The README',
  why: 'The brief names it',
  confidence: 0.8,
} as const satisfies ApprovalSubject;

test('a suggested answer is the same after the database has put its keys into another order', () => {
  expect(approvedText(reordered(SUGGESTED))).toBe(approvedText(SUGGESTED));
});

test.each([
  ['another text', { ...SUGGESTED, text: 'The README ' }],
  ['an answer to another question', { ...SUGGESTED, question: 'Which folder?' }],
  [
    'what question and text make together otherwise',
    { ...SUGGESTED, question: 'Which', text: ' file?The README' },
  ],
  ['another start of the agent', { ...SUGGESTED, generation: 3 }],
])('a yes to a suggested answer does not hold for %s', (_what, other) => {
  expect(approvedText(other)).not.toBe(approvedText(SUGGESTED));
});

test('how sure the model is, why, and by which strategy, is not part of what is allowed', () => {
  expect(approvedText({ ...SUGGESTED, why: 'No idea', confidence: 0, strategy: 'debate' })).toBe(
    approvedText(SUGGESTED),
  );
});

const OTHERS: readonly (readonly [string, ApprovalSubject])[] = [
  ['another question', { ...SUBJECT, dialog: { ...DIALOG, question: 'Delete everything?' } }],
  ['another kind of dialog', { ...SUBJECT, dialog: { ...DIALOG, promptKind: 'trust' } }],
  [
    'its answers the other way round',
    { ...SUBJECT, dialog: { ...DIALOG, options: DIALOG.options.toReversed() } },
  ],
  [
    'another key for the same answer',
    { ...SUBJECT, dialog: { ...DIALOG, options: [{ label: 'Yes', keys: ['2'] }] } },
  ],
  ['another start of the agent', { ...SUBJECT, generation: 3 }],
  ['another session', { ...SUBJECT, session: sessionId('s2') }],
  ['to cancel instead', { kind: 'cancel-task', session: SUBJECT.session, generation: 2 }],
  ['to restart instead', { kind: 'restart-session', session: SUBJECT.session, generation: 2 }],
];

for (const [name, other] of OTHERS) {
  test(`a yes does not hold for ${name}`, () => expect(approvedText(other)).not.toBe(approvedText(SUBJECT)));
}

test('the screen around the question is not part of what is allowed', () => {
  expect(approvedText({ ...SUBJECT, tail: ['something else'] })).toBe(approvedText(SUBJECT));
});
