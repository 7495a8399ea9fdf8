import { expect, test } from 'vitest';
import { FRESH_FOR_MS, type GateFacts, gate } from '../../src/director/gate.ts';
import {
  type Action,
  type ActionEffect,
  type ActionId,
  actionId,
  approvalId,
  DEFAULT_RULES,
  type Decision,
  type Dialog,
  type Hold,
  type OpenPause,
  pauseId,
} from '../../src/domain/index.ts';
import { ANN, AT, LATER } from '../domain/tasks.ts';
import { ABSENT, gateFacts, HOST, intended, SESSION, seen, UNREACHABLE } from './situations.ts';

const RISKY = 'Force-push the branch to main';
const FORBIDDEN = 'rm -rf / --no-preserve-root';

const PAUSE: OpenPause = { id: pauseId('p'), by: ANN, why: null, thread: null, since: LATER, state: 'open' };
const HOLDS: readonly Hold[] = [
  { kind: 'quota', why: 'the account has reached its limit', until: LATER },
  { kind: 'budget', why: 'the money of the day is spent', until: null },
  { kind: 'quiet-hours', why: 'it is quiet until 07:00', until: LATER },
];
const OF_MODEL = { reasoner: 'model', why: 'w', confidence: 0.9 } as const;

const sendText = (text: string, confidence = 0.9): Decision => ({
  ...OF_MODEL,
  kind: 'send-text',
  question: 'Which port?',
  text,
  confidence,
});
const restart = (confidence: number): Decision => ({ ...OF_MODEL, kind: 'restart-agent', confidence });
const finish = (confidence: number): Decision => ({ ...OF_MODEL, kind: 'complete-task', confidence });

const dialog = (command: string): Dialog => ({
  promptKind: 'permission',
  question: `Bash command\n${command}\nDo you want to proceed?`,
  options: [
    { label: 'Yes', keys: ['1'] },
    { label: 'No, and tell it what to do', keys: ['Escape'] },
  ],
});
const press = (command: string, option: 0 | 1, confidence = 0.9): Decision => {
  const asked = dialog(command);
  const chosen = asked.options[option];
  if (chosen === undefined) throw new Error('there is no such option');
  return { ...OF_MODEL, kind: 'press-option', dialog: asked, option: chosen, confidence };
};

const verdictOf = (decision: Decision, change: Parameters<typeof gateFacts>[0] = {}) => {
  const verdict = gate(decision, gateFacts(change));
  return verdict.kind === 'drop' && verdict.isForGood === true ? 'drop for good' : verdict.kind;
};

test.each<[string, Decision, string]>([
  ['words at 0.59', sendText('Use port 80.', 0.59), 'needs-approval'],
  ['words at 0.6', sendText('Use port 80.', 0.6), 'proceed'],
  ['an option at 0.59', press('npm test', 0, 0.59), 'needs-approval'],
  ['an option at 0.6', press('npm test', 0, 0.6), 'proceed'],
  ['a restart at 0.79', restart(0.79), 'needs-approval'],
  ['a restart at 0.8', restart(0.8), 'proceed'],
  ['an end at 0.59', finish(0.59), 'needs-approval'],
  ['an end at 0.6', finish(0.6), 'proceed'],
])('what the model wants counts from a border on: %s', (_, decision, verdict) => {
  expect(verdictOf(decision)).toBe(verdict);
});

test('a project sets its own borders', () => {
  const rules = { ...DEFAULT_RULES, minConfidence: { send: 0.9, restart: 0.5 } };
  expect(verdictOf(sendText('Use port 80.', 0.89), { rules })).toBe('needs-approval');
  expect(verdictOf(restart(0.5), { rules })).toBe('proceed');
});

test.each<[string, Decision, string]>([
  ['everyday words are sent', sendText('Use port 80.'), 'proceed'],
  ['risky words are asked about', sendText(RISKY), 'needs-approval'],
  ['what nobody may allow is dropped', sendText(FORBIDDEN), 'drop for good'],
  ['a yes to an everyday command is pressed', press('npm test', 0), 'proceed'],
  ['a yes to a risky command is asked about', press('git push --force', 0), 'needs-approval'],
  ['a no risks nothing', press('git push --force', 1), 'proceed'],
])('what the model wants is weighed by what it would do: %s', (_, decision, verdict) => {
  expect(verdictOf(decision)).toBe(verdict);
});

test('what is risky names its category, by which its policy is found', () => {
  expect(gate(press('git push --force', 0), gateFacts())).toMatchObject({
    kind: 'needs-approval',
    risk: { category: 'git' },
  });
});

test('where a project wants to be asked, the model does nothing by itself', () => {
  const rules = { ...DEFAULT_RULES, actsAlone: false };
  for (const decision of [sendText('Use port 80.', 1), press('npm test', 0, 1), restart(1), finish(1)]) {
    expect(verdictOf(decision, { rules })).toBe('needs-approval');
  }
});

test.each(HOLDS)('a hold ($kind) makes a question of what the model wants, with the reason', (hold) => {
  expect(gate(sendText('Use port 80.'), gateFacts({ holds: [hold] }))).toEqual({
    kind: 'needs-approval',
    why: hold.why,
  });
});

test('a pause makes a question of what the model wants', () => {
  expect(verdictOf(sendText('Use port 80.'), { pause: PAUSE })).toBe('needs-approval');
});

test('nothing is proposed to an agent that ended or began anew, nor on a host that is left alone', () => {
  expect(verdictOf(sendText('Hi'), { session: { ...SESSION, state: 'ended' } })).toBe('drop');
  expect(verdictOf(sendText('Hi'), { generation: SESSION.generation - 1 })).toBe('drop');
  expect(verdictOf(sendText('Hi'), { host: { ...HOST, state: 'excluded' } })).toBe('drop');
});

test('nobody asks the model while its account, the money or the director rests; quiet hours do not keep it from thinking', () => {
  const ask: Decision = {
    kind: 'ask-model',
    meaning: 'asks',
    about: 'Which?',
    reasoner: 'r',
    why: 'w',
    confidence: 1,
  };
  const kinds = HOLDS.map((hold) => [hold.kind, verdictOf(ask, { holds: [hold] })]);
  expect(kinds).toEqual([
    ['quota', 'drop'],
    ['budget', 'drop'],
    ['quiet-hours', 'proceed'],
  ]);
  expect(verdictOf(ask, { pause: PAUSE })).toBe('drop');
});

const carryOut = (effect: ActionEffect, action: ActionId, confidence = 1): Decision => ({
  kind: 'carry-out',
  action,
  effect,
  reasoner: 'r',
  why: 'w',
  confidence,
});

/** An action that is carried out now. */
function doing(
  kind: ActionEffect['kind'],
  change: Partial<Action> = {},
  { confidence, ...facts }: { readonly confidence?: number } & Parameters<typeof gateFacts>[0] = {},
) {
  const action = { ...intended(kind), ...change };
  return verdictOf(carryOut(action.effect, action.id, confidence), { pending: [action], ...facts });
}

const OWN = { by: null, allowedBy: null } as const;
const words = (text: string): ActionEffect => ({ kind: 'type-text', text });

test('nothing touches an agent that is unseen, not seen just now, not read for sure, ended or begun anew', () => {
  expect(doing('type-text', {}, { confidence: 0.6 })).toBe('proceed');
  expect(doing('type-text', {}, { confidence: 0.59 })).toBe('drop');
  expect(doing('press-option', {}, { confidence: 0.59 })).toBe('drop');
  expect(doing('press-option', {}, { sight: ABSENT })).toBe('drop');
  expect(doing('type-text', {}, { sight: UNREACHABLE })).toBe('drop');
  const late = new Date(LATER.getTime() + FRESH_FOR_MS + 1);
  expect(doing('type-text', {}, { now: late })).toBe('drop');
  for (const kind of ['type-text', 'end-session', 'restart-agent'] as const) {
    expect(doing(kind, {}, { session: { ...SESSION, state: 'ended' } })).toBe('drop');
    expect(doing(kind, { generation: SESSION.generation - 1 })).toBe('drop for good');
  }
  expect(doing('end-session', {}, { sight: ABSENT, confidence: 0 })).toBe('proceed');
  expect(doing('restart-agent', {}, { sight: seen('unknown'), confidence: 0 })).toBe('proceed');
});

test('the model’s own restart needs a look just now, and is given up for an agent that works again', () => {
  expect(doing('restart-agent', OWN)).toBe('proceed');
  expect(doing('restart-agent', OWN, { sight: ABSENT })).toBe('drop');
  expect(doing('restart-agent', OWN, { confidence: 0.59 })).toBe('drop');
  expect(doing('restart-agent', OWN, { sight: seen('thinking') })).toBe('drop for good');
  // What it began it ends, also after a crash; and what people allow is done.
  expect(doing('restart-agent', { ...OWN, state: 'started', startedAt: AT }, { sight: ABSENT })).toBe(
    'proceed',
  );
  expect(doing('restart-agent', {}, { sight: seen('thinking') })).toBe('proceed');
});

test('a hold or a pause keeps back what the director wants, and nothing that a person asked for or allowed', () => {
  const stops: readonly Partial<GateFacts>[] = [
    { pause: PAUSE },
    ...HOLDS.map((hold) => ({ holds: [hold] })),
  ];
  for (const stop of stops) {
    for (const kind of ['type-text', 'press-option', 'restart-agent', 'end-session'] as const) {
      expect(doing(kind, OWN, stop)).toBe('drop');
      expect(doing(kind, { by: null, allowedBy: approvalId('a') }, stop)).toBe('proceed');
      expect(doing(kind, { by: ANN, allowedBy: null }, stop)).toBe('proceed');
    }
  }
});

test.each<[string, Partial<Action>, string]>([
  ['a person’s everyday words are typed', { effect: words('Also add a test') }, 'proceed'],
  ['a person’s risky words need a second yes', { effect: words(RISKY) }, 'needs-approval'],
  ['with that yes they are typed', { effect: words(RISKY), allowedBy: approvalId('a') }, 'proceed'],
  ['the director’s risky words need a yes', { effect: words(RISKY), ...OWN }, 'needs-approval'],
  [
    'what nobody may allow is dropped, whoever said yes',
    { effect: words(FORBIDDEN), allowedBy: approvalId('a') },
    'drop for good',
  ],
])('%s', (_, change, verdict) => {
  expect(doing('type-text', change)).toBe(verdict);
});

test('where a project trusts what people write, their risky words are typed, and the director’s are not', () => {
  const rules = { ...DEFAULT_RULES, trustsOwnWords: true };
  expect(doing('type-text', { effect: words(RISKY), allowedBy: null }, { rules })).toBe('proceed');
  expect(doing('type-text', { effect: words(RISKY), ...OWN }, { rules })).toBe('needs-approval');
  expect(doing('type-text', { effect: words(FORBIDDEN) }, { rules })).toBe('drop for good');
});

test('what touches nothing needs no reading of a screen', () => {
  const facts = { sight: ABSENT, pause: PAUSE, holds: HOLDS };
  const withdraw = { kind: 'withdraw-question', approval: approvalId('a') } as const;
  expect(verdictOf({ ...withdraw, reasoner: 'r', why: 'w', confidence: 0 }, facts)).toBe('proceed');
  const settle = { kind: 'settle', action: actionId('a'), state: 'failed' } as const;
  expect(verdictOf({ ...settle, reasoner: 'r', why: 'w', confidence: 0 }, facts)).toBe('proceed');
});
