import { expect, test } from 'vitest';
import { gate } from '../../src/director/gate.ts';
import { reason } from '../../src/director/reason/index.ts';
import type { Situation } from '../../src/director/situation.ts';
import {
  type AccountLimit,
  type Action,
  type ActionEffect,
  actionId,
  type BudgetStanding,
  DEFAULT_RULES,
  dialogFingerprint,
  dialogOf,
  type Hold,
  isAtPrompt,
  RESUMES_WITHIN_MS,
  spendingQuestion,
} from '../../src/domain/index.ts';
import { ANN, AT, LATER } from '../domain/tasks.ts';
import { pick, seeded } from '../support/seeded.ts';
import {
  ABSENT,
  approvalOf,
  DIALOG,
  EFFECTS,
  gateFacts,
  intended,
  OBSERVATIONS,
  OTHER_DIALOG,
  SESSION,
  seen,
  situation,
  started,
  succeeded,
  TASKS,
  UNREACHABLE,
} from './situations.ts';

const answered = { state: 'answered', choice: '0', by: ANN, at: AT };

/** What is decided, one word each: the kind, and what it is about. */
function decided(given: Situation): readonly string[] {
  return reason(given).map((decision) => {
    switch (decision.kind) {
      case 'carry-out':
      case 'hold':
      case 'drop':
        return `${decision.kind} ${decision.action}`;
      case 'settle':
        return `settle ${decision.action} ${decision.state}`;
      case 'ask-a-person':
        return `ask ${decision.dialog?.question}`;
      case 'withdraw-question':
        return `withdraw ${decision.approval}`;
      case 'tell-people':
        return `tell ${decision.state}`;
      default:
        return decision.kind;
    }
  });
}

const LIMIT: AccountLimit = {
  session: SESSION.id,
  generation: SESSION.generation,
  account: { key: 'claude on host-1', title: 'claude on dev1' },
  words: 'You’ve hit your session limit',
  toldAt: AT,
  until: LATER,
  isTimeTold: true,
  isOver: false,
};
const RESUMED = new Date(LATER.getTime() + RESUMES_WITHIN_MS);
const QUOTA: Hold = { kind: 'quota', why: 'claude on dev1 has reached its usage limit', until: LATER };
const TURNS: Hold = { kind: 'turns', why: 'its turns are used up: 5 of 5', until: null };
const BUDGET: Hold = { kind: 'budget', why: 'the budget of T12 is spent', until: null };
const SPENT: BudgetStanding = {
  scope: { kind: 'task', task: SESSION.task },
  spend: { usd: 5.5, unpricedTokens: 0 },
  capUsd: 5,
  stepUsd: 5,
};
const SPENDING = approvalOf(DIALOG, {
  subject: {
    kind: 'spend-more',
    session: SESSION.id,
    generation: SESSION.generation,
    question: spendingQuestion(SPENT),
  },
});

const TABLE: readonly (readonly [string, Partial<Situation>, readonly string[]])[] = [
  ['an agent at work is left alone', {}, ['wait']],
  ['an agent that starts is left alone', { sight: seen('starting') }, ['wait']],
  ['an agent that cannot be read is left alone', { sight: seen('unknown') }, ['wait']],
  [
    'a host that does not answer is no look',
    { sight: UNREACHABLE, session: { ...SESSION, missedLooks: 1 } },
    ['wait'],
  ],

  ['a session missing once is looked for again', { sight: ABSENT }, ['note-missing']],
  [
    'a session missing twice fails its task',
    { sight: ABSENT, session: { ...SESSION, missedLooks: 1 } },
    ['fail-task'],
  ],
  [
    'a missing session of a task that is over is closed',
    { sight: ABSENT, task: TASKS.completed },
    ['close-session'],
  ],
  ['an agent that ended well completes its task', { sight: seen('ended') }, ['complete-task']],
  ['an agent that ended badly fails its task', { sight: seen('endedBadly') }, ['fail-task']],
  ['an agent that was killed fails its task', { sight: seen('killed') }, ['fail-task']],
  ['an end that is not sure is no end', { sight: seen('ended', 0.6) }, ['wait']],
  ['an agent on its way out is awaited', { sight: seen('exiting') }, ['wait']],

  [
    'an agent at its prompt is ended once its task is over',
    { sight: seen('idle'), task: TASKS.completed },
    ['end-session'],
  ],
  [
    'so is one that asks for something nobody will answer',
    { sight: seen('dialog'), task: TASKS.completed },
    ['end-session'],
  ],
  [
    'so is one that failed or was logged out',
    { sight: seen('loggedOut'), task: TASKS.failed },
    ['end-session'],
  ],
  [
    'an agent at work is not, even if its task is over',
    { sight: seen('thinking'), task: TASKS.completed },
    ['wait'],
  ],
  ['nor one that cannot be read', { sight: seen('unknown'), task: TASKS.cancelled }, ['wait']],
  [
    'unless it goes on long after the end',
    { sight: seen('thinking'), task: TASKS.completed, now: new Date(LATER.getTime() + 11 * 60_000) },
    ['end-session'],
  ],

  ['a dialog becomes a question', { sight: seen('dialog') }, [`ask ${DIALOG.question}`]],
  ['a dialog that is not drawn yet does not', { sight: seen('dialog', 0.5) }, ['wait']],
  [
    'a dialog whose answers cannot be read is told of',
    { sight: seen('unreadableDialog') },
    ['tell waiting_input'],
  ],
  ['a question is asked once', { sight: seen('dialog'), approvals: [approvalOf(DIALOG)] }, ['wait']],
  [
    'an expired question is not asked again by itself',
    { sight: seen('dialog'), approvals: [approvalOf(DIALOG, { state: 'expired', at: AT })] },
    ['wait'],
  ],
  [
    'another dialog withdraws the question and asks its own',
    { sight: seen('otherDialog'), approvals: [approvalOf(DIALOG)] },
    ['withdraw a1', `ask ${OTHER_DIALOG.question}`],
  ],
  [
    'a question whose dialog is gone is withdrawn',
    { sight: seen('thinking'), approvals: [approvalOf(DIALOG)] },
    ['withdraw a1'],
  ],
  [
    'a screen that cannot be read withdraws nothing',
    { sight: seen('unknown'), approvals: [approvalOf(DIALOG)] },
    ['wait'],
  ],
  [
    'a question about the agent before a restart is withdrawn, and asked for this one',
    { sight: seen('dialog'), approvals: [approvalOf(DIALOG, {}, 1)] },
    ['withdraw a1', `ask ${DIALOG.question}`],
  ],
  [
    'a dialog that came back after it was withdrawn is asked again',
    {
      sight: seen('dialog'),
      since: LATER,
      approvals: [approvalOf(DIALOG, { state: 'withdrawn', why: 'x', at: AT })],
    },
    [`ask ${DIALOG.question}`],
  ],
  [
    'an answered question is not asked while its answer is on the way',
    {
      sight: seen('dialog', 0.9),
      approvals: [approvalOf(DIALOG, answered)],
      pending: [intended('press-option')],
    },
    ['carry-out press-option'],
  ],
  [
    'the same dialog once more after its answer was pressed is asked again, even if no look fell in between',
    {
      sight: seen('dialog'),
      approvals: [approvalOf(DIALOG, answered)],
      settled: [succeeded('press-option')],
    },
    [`ask ${DIALOG.question}`],
  ],

  [
    'an answer to the dialog that is shown is pressed',
    { sight: seen('dialog'), pending: [intended('press-option')] },
    ['carry-out press-option'],
  ],
  [
    'an answer to another dialog is dropped',
    { sight: seen('otherDialog'), pending: [intended('press-option')] },
    ['drop press-option'],
  ],
  [
    'an answer to a dialog that is gone is dropped',
    { sight: seen('thinking'), pending: [intended('press-option')] },
    ['drop press-option'],
  ],
  [
    'an answer waits while the screen cannot be read',
    { sight: seen('unknown'), pending: [intended('press-option')] },
    ['wait'],
  ],
  [
    'an answer whose pressing was cut off counts when the dialog is gone',
    { sight: seen('thinking'), pending: [started('press-option')] },
    ['settle press-option succeeded'],
  ],
  [
    'an answer whose pressing was cut off is pressed when the dialog still stands',
    { sight: seen('dialog'), pending: [started('press-option')] },
    ['carry-out press-option'],
  ],
  [
    'words are typed at a free prompt',
    { sight: seen('idle'), pending: [intended('type-text')] },
    ['carry-out type-text'],
  ],
  [
    'words answer a question in prose',
    { sight: seen('textQuestion'), pending: [intended('type-text')] },
    ['carry-out type-text'],
  ],
  [
    'words let an agent try again after an error',
    { sight: seen('error'), pending: [intended('type-text')] },
    ['carry-out type-text'],
  ],
  [
    'words are held, and said to be, while nothing can take them',
    { sight: seen('loggedOut'), pending: [intended('type-text')] },
    ['hold type-text', 'tell logged_out'],
  ],
  [
    'words are held until the account may be used again, also where the agent itself has not met its limit',
    { sight: seen('idle'), pending: [intended('type-text')], holds: [QUOTA], isTold: true },
    ['hold type-text'],
  ],
  [
    'words are held while nobody has said whether more money is spent',
    { sight: seen('idle'), pending: [intended('type-text')], holds: [BUDGET] },
    ['hold type-text'],
  ],
  [
    'words reach an agent that was turned away and whose account may be used',
    { sight: seen('rateLimited'), pending: [intended('type-text')] },
    ['carry-out type-text'],
  ],
  [
    'an agent goes on after the reset of its account',
    { sight: seen('rateLimited'), limit: LIMIT, isTold: true, now: RESUMED },
    ['resume-work'],
  ],
  [
    'not before its own moment',
    { sight: seen('rateLimited'), limit: LIMIT, isTold: true, now: LATER },
    ['wait'],
  ],
  [
    'and once',
    { sight: seen('rateLimited'), limit: { ...LIMIT, isOver: true }, isTold: true, now: RESUMED },
    ['wait'],
  ],
  [
    'at a cap that is reached people are asked when the turn is over',
    { sight: seen('completed'), standings: [SPENT], holds: [BUDGET] },
    ['ask-to-spend'],
  ],
  ['in the middle of a turn nobody is', { standings: [SPENT], holds: [BUDGET] }, ['wait']],
  [
    'once',
    { sight: seen('completed'), standings: [SPENT], holds: [BUDGET], approvals: [SPENDING] },
    ['wait'],
  ],
  [
    'and not any more when the cap was raised',
    {
      sight: seen('completed'),
      standings: [{ ...SPENT, capUsd: 9 }],
      approvals: [SPENDING],
      isTold: true,
    },
    ['withdraw a1'],
  ],
  [
    'words wait for the end of a turn',
    { sight: seen('thinking'), pending: [intended('type-text')] },
    ['wait'],
  ],
  [
    'words wait for a dialog, which is asked meanwhile',
    { sight: seen('dialog'), pending: [intended('type-text')] },
    ['hold type-text', `ask ${DIALOG.question}`],
  ],
  [
    'words for an agent that has ended are dropped',
    { sight: seen('ended'), pending: [intended('type-text')] },
    ['drop type-text'],
  ],
  [
    'words whose typing was cut off arrived if the agent works',
    { sight: seen('thinking'), pending: [started('type-text')] },
    ['settle type-text succeeded'],
  ],
  [
    'words whose typing was cut off are not typed again',
    { sight: seen('idle'), pending: [started('type-text')] },
    ['settle type-text failed'],
  ],
  [
    'an end is carried out, whatever is shown',
    { sight: seen('thinking'), pending: [intended('end-session')] },
    ['carry-out end-session'],
  ],
  [
    'an end that was cut off is carried out again',
    { sight: seen('dialog'), pending: [started('end-session')] },
    ['carry-out end-session'],
  ],
  [
    'an end of a session that is gone is written down',
    { sight: ABSENT, pending: [started('end-session')] },
    ['carry-out end-session'],
  ],
  [
    'a task is taken off its host, whatever its agent does',
    { sight: seen('running'), pending: [intended('reassign-task')] },
    ['carry-out reassign-task'],
  ],
  [
    'also when its session is gone already',
    { sight: ABSENT, pending: [started('reassign-task')] },
    ['carry-out reassign-task'],
  ],
  [
    'but not while its host does not answer',
    { sight: UNREACHABLE, pending: [intended('reassign-task')] },
    ['wait'],
  ],
  [
    'a restart is carried out',
    { sight: seen('error'), pending: [intended('restart-agent')] },
    ['carry-out restart-agent'],
  ],
  [
    'a restart that was cut off after the end goes on',
    { sight: ABSENT, pending: [started('restart-agent')] },
    ['carry-out restart-agent'],
  ],
  [
    'an end goes before everything that was meant earlier',
    { sight: seen('idle'), pending: [intended('type-text'), intended('end-session')] },
    ['carry-out end-session'],
  ],
  [
    'nothing is done while the host does not answer',
    { sight: UNREACHABLE, pending: [intended('end-session')] },
    ['wait'],
  ],
  [
    'what was meant for the agent before a restart is dropped',
    { sight: seen('idle'), pending: [intended('type-text', 1)] },
    ['drop type-text'],
  ],

  [
    'a hook begins to ask about the ends of turns whatever the agent does',
    { sight: seen('thinking'), pending: [intended('guide-session')] },
    ['carry-out guide-session'],
  ],
  [
    'a report is made whatever the agent does',
    { sight: seen('thinking'), pending: [intended('report')] },
    ['carry-out report'],
  ],
  [
    'also of a host that does not answer',
    { sight: UNREACHABLE, pending: [intended('report')] },
    ['carry-out report'],
  ],
  [
    'more turns are given whatever the agent does',
    { sight: seen('thinking'), pending: [intended('allow-turns')] },
    ['carry-out allow-turns'],
  ],
  [
    'after its turns people are asked whether the agent goes on',
    { sight: seen('completed'), turns: { ended: 5, max: 5 }, holds: [TURNS] },
    ['ask-what-to-do'],
  ],
  ['in the middle of the last one nobody is', { turns: { ended: 5, max: 5 }, holds: [TURNS] }, ['wait']],
  [
    'an agent is told of others whatever it does',
    { sight: seen('dialog'), pending: [intended('tell-neighbours')] },
    ['carry-out tell-neighbours'],
  ],
  ['people are told of an end of turn', { sight: seen('completed') }, ['tell completed']],
  ['a turn is stopped while it goes on', { pending: [intended('interrupt')] }, ['carry-out interrupt']],
  [
    'also where the agent rests by now',
    { sight: seen('idle'), pending: [intended('interrupt')] },
    ['carry-out interrupt'],
  ],
  [
    'a dialog is no turn, and gets no key that was not chosen',
    { sight: seen('dialog'), pending: [intended('interrupt')] },
    ['drop interrupt'],
  ],
  ['nor does what cannot be read', { sight: seen('unknown'), pending: [intended('interrupt')] }, ['wait']],
  [
    'an agent that has ended is not stopped',
    { sight: seen('ended'), pending: [intended('interrupt')] },
    ['drop interrupt'],
  ],
  ['people are told of a prompt that stays free', { sight: seen('idle') }, ['tell idle']],
  ['which may still be followed by the end', { sight: seen('completed'), since: LATER }, ['wait']],
  ['people are told of an error', { sight: seen('error') }, ['tell error']],
  ['people are told of a logout', { sight: seen('loggedOut') }, ['tell logged_out']],
  ['people are told of a suspended agent', { sight: seen('suspended') }, ['tell suspended']],
  ['people are told of a usage limit', { sight: seen('rateLimited') }, ['tell rate_limited']],
  ['people are told of a question in prose', { sight: seen('textQuestion') }, ['tell waiting_input']],
  ['once', { sight: seen('error'), isTold: true }, ['wait']],
];

test.each(TABLE)('%s', (_, given, decisions) => expect(decided(situation(given))).toEqual(decisions));

test('every kind of decision about a session and every effect has its row', () => {
  const all = TABLE.flatMap(([, given]) => reason(situation(given)));
  const kinds = [
    'ask-a-person',
    'ask-to-spend',
    'ask-what-to-do',
    'carry-out',
    'close-session',
    'complete-task',
    'drop',
    'end-session',
    'fail-task',
    'hold',
  ];
  const more = ['note-missing', 'resume-work', 'settle', 'tell-people', 'wait', 'withdraw-question'];
  expect([...new Set(all.map((decision) => decision.kind))].toSorted()).toEqual([...kinds, ...more]);
  const effects = TABLE.flatMap(([, given]) => (given.pending ?? []).map((action) => action.effect.kind));
  const elsewhere = ['ask-model', 'answer-hook', 'judge-goal'];
  expect(new Set(effects)).toEqual(new Set(Object.keys(EFFECTS).filter((kind) => !elsewhere.includes(kind))));
});

test('a model is asked only where one is at hand', () => {
  const asked = situation({ sight: seen('textQuestion'), isTold: true });
  expect(reason(asked).map((decision) => decision.kind)).toEqual(['wait']);
  expect(reason({ ...asked, isModelAtHand: true }).map(({ kind }) => kind)).toEqual(['ask-model']);
});

test('nothing is typed or pressed but at a free prompt or into the very dialog that was answered', () => {
  const random = seeded(2026);
  const names = Object.keys(OBSERVATIONS);
  const effects = [...Object.keys(EFFECTS), 'type-text', 'press-option'].filter(
    (kind): kind is ActionEffect['kind'] => kind in EFFECTS,
  );
  let touched = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const sight = pick(random, [ABSENT, UNREACHABLE, ...names.map((name) => seen(name, random()))]);
    const pending: readonly Action[] = Array.from({ length: Math.floor(random() * 4) }, (_unused, index) => {
      const kind = pick(random, effects);
      const action = pick(random, [
        intended(kind),
        intended(kind),
        intended(kind),
        started(kind),
        intended(kind, 1),
      ]);
      const dialog = dialogFingerprint(pick(random, [DIALOG, OTHER_DIALOG]));
      const effect = action.effect.kind === 'press-option' ? { ...action.effect, dialog } : action.effect;
      return { ...action, effect, id: actionId(String(index)) };
    });
    const given = situation({
      sight,
      pending,
      task: pick(random, Object.values(TASKS)),
      isTold: random() < 0.5,
      isModelAtHand: random() < 0.5,
      session: { ...SESSION, missedLooks: Math.floor(random() * 2) },
      approvals: [approvalOf(pick(random, [DIALOG, OTHER_DIALOG]), pick(random, [{}, answered]))],
    });
    const proceeding = reason(given).filter(
      (decision) => gate(decision, gateFacts({ session: given.session, sight, pending })).kind === 'proceed',
    );
    for (const decision of proceeding) {
      if (decision.kind !== 'carry-out') continue;
      const action = pending.find((each) => each.id === decision.action);
      expect(action?.generation).toBe(SESSION.generation);
      if (decision.effect.kind !== 'press-option' && decision.effect.kind !== 'type-text') continue;
      touched += 1;
      if (sight.kind !== 'seen') throw new Error('an agent was touched unseen');
      const dialog = dialogOf(sight.observation);
      expect(sight.observation.confidence).toBeGreaterThanOrEqual(DEFAULT_RULES.minConfidence.send);
      if (decision.effect.kind === 'press-option')
        expect(dialog && dialogFingerprint(dialog)).toBe(decision.effect.dialog);
      else expect([isAtPrompt(sight.observation), action?.state]).toEqual([true, 'intended']);
    }
  }
  expect(touched).toBeGreaterThan(50);
});
