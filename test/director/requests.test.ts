import { expect, test } from 'vitest';
import { gate } from '../../src/director/gate.ts';
import { reason } from '../../src/director/reason/index.ts';
import type { Situation } from '../../src/director/situation.ts';
import {
  type AgentRequest,
  type Approval,
  DEFAULT_RULES,
  type Decision,
  type ProjectRules,
  parsePermissionRule,
  type UseRisk,
} from '../../src/domain/index.ts';
import { AT, LATER } from '../domain/tasks.ts';
import {
  approvalOf,
  DIALOG,
  gateFacts,
  intended,
  SESSION,
  seen,
  situation,
  succeeded,
  TASKS,
  UNREACHABLE,
} from './situations.ts';

const ASK = '1700000000-42';
const NONE: UseRisk = { verdict: 'allow', category: 'none', reason: 'is everyday work' };
const RISKY: UseRisk = { verdict: 'approve', category: 'git', reason: 'git push --force overwrites' };
const REFUSED: UseRisk = { verdict: 'refuse', category: 'files', reason: 'rm -rf / deletes everything' };

function request(
  rest: { readonly shown?: string; readonly risk?: UseRisk } & Partial<AgentRequest> = {},
): AgentRequest {
  const { shown = 'npm test', risk = NONE, ...more } = rest;
  return {
    session: SESSION.id,
    generation: SESSION.generation,
    ask: ASK,
    event: 'PermissionRequest',
    wants: { kind: 'permission', tool: 'Bash', shown, use: 'digest', risk },
    askedAt: LATER,
    state: 'waiting',
    ...more,
  };
}

function approval(rest: object): Approval {
  const subject = { kind: 'permission', session: SESSION.id, generation: SESSION.generation, ask: ASK };
  return approvalOf(DIALOG, { subject, ...rest });
}

const withRules = (permissions: { harmless?: boolean; allow?: readonly string[] }): ProjectRules => ({
  ...DEFAULT_RULES,
  permissions: {
    allowsHarmless: permissions.harmless ?? false,
    allowed: (permissions.allow ?? []).flatMap((each) => parsePermissionRule(each) ?? []),
  },
});

const asking: Partial<Situation> = {
  requests: [request()],
  asksByHook: 'with-dialog',
  sight: seen('dialog'),
};

function words(decision: Decision): string {
  if (decision.kind === 'answer-hook') return decision.answer.kind;
  return decision.kind === 'carry-out' || decision.kind === 'drop' || decision.kind === 'settle'
    ? `${decision.kind} ${decision.action}`
    : decision.kind;
}

const TABLE: readonly (readonly [string, Partial<Situation>, readonly string[]])[] = [
  ['people are asked, and only by the hook', asking, ['ask-permission']],
  ['a question that is open is not asked again', { ...asking, approvals: [approval({})] }, ['wait']],
  [
    'what risks nothing is allowed where the project says so',
    { ...asking, rules: withRules({ harmless: true }) },
    ['allow'],
  ],
  ['a rule allows what it names', { ...asking, rules: withRules({ allow: ['Bash(npm *)'] }) }, ['allow']],
  [
    'a rule for another command allows nothing',
    { ...asking, rules: withRules({ allow: ['Bash(npm)', 'Edit'] }) },
    ['ask-permission'],
  ],
  [
    'a star does not reach into the command that follows',
    {
      ...asking,
      requests: [request({ shown: 'npm test; git push' })],
      rules: withRules({ allow: ['Bash(npm *)'] }),
    },
    ['ask-permission'],
  ],
  [
    'what is risky goes to people whatever the rules say',
    {
      ...asking,
      requests: [request({ risk: RISKY })],
      rules: withRules({ harmless: true, allow: ['Bash'] }),
    },
    ['ask-permission'],
  ],
  [
    'what a person allowed for the task is allowed again, risky or not',
    { ...asking, requests: [request({ risk: RISKY })], granted: new Set(['digest']) },
    ['allow'],
  ],
  [
    'what nobody may allow is denied',
    { ...asking, requests: [request({ risk: REFUSED })], granted: new Set(['digest']) },
    ['deny'],
  ],
  [
    'in a project that does nothing alone people are asked',
    { ...asking, rules: { ...withRules({ harmless: true }), actsAlone: false } },
    ['ask-permission'],
  ],
  [
    'an answer on its way is not decided again',
    { ...asking, pending: [intended('answer-hook')] },
    ['carry-out answer-hook'],
  ],
  [
    'an answer that comes too late is dropped',
    { ...asking, requests: [request({ state: 'over' })], pending: [intended('answer-hook')] },
    ['drop answer-hook'],
  ],
  [
    'a dialog that closed was answered at the terminal, and the hook is let go',
    { ...asking, sight: seen('thinking'), requests: [request({ askedAt: AT })], approvals: [approval({})] },
    ['leave'],
  ],
  [
    'an agent that shows no dialog meanwhile waits on while it looks busy',
    {
      ...asking,
      asksByHook: 'silently',
      sight: seen('thinking'),
      requests: [request({ askedAt: AT })],
      approvals: [approval({})],
    },
    ['wait'],
  ],
  [
    'nobody answered in time: the agent asks at its terminal',
    { ...asking, asksByHook: 'silently', approvals: [approval({ state: 'expired', at: AT })] },
    ['leave'],
  ],
  [
    'where its dialog is there all the time, it waits on',
    { ...asking, approvals: [approval({ state: 'expired', at: AT })] },
    ['wait'],
  ],
  [
    'a question about what is over is withdrawn',
    { ...asking, sight: seen('thinking'), requests: [request({ state: 'over' })], approvals: [approval({})] },
    ['withdraw-question'],
  ],
  [
    'an agent whose task is over is let go',
    { ...asking, task: TASKS.completed, sight: seen('thinking') },
    ['leave'],
  ],
  ['a host that does not answer is asked later', { ...asking, sight: UNREACHABLE }, ['wait']],
  [
    'a request of the agent before this one is nobody’s any more',
    { ...asking, sight: seen('thinking'), requests: [request({ generation: SESSION.generation - 1 })] },
    ['wait'],
  ],
];

test.each(TABLE)('%s', (_name, given, expected) => {
  expect(reason(situation(given)).map(words)).toEqual(expected);
});

test('a dialog is not asked about before its hook had time to be heard', () => {
  const given = { asksByHook: 'with-dialog', sight: seen('dialog') } as const;
  expect(reason(situation({ ...given, since: LATER })).map(words)).toEqual(['wait']);
  expect(reason(situation({ ...given, since: AT })).map(words)).toEqual(['ask-a-person']);
});

test('a dialog that was seen before its hook’s answer closed it is not asked about', () => {
  const answered: Partial<Situation> = {
    asksByHook: 'with-dialog',
    requests: [request({ askedAt: AT, state: 'told' })],
    settled: [succeeded('answer-hook')],
    since: AT,
  };
  const sight = seen('dialog');
  if (sight.kind !== 'seen') throw new Error('nothing was seen');
  const at = (takenAt: Date) => reason(situation({ ...answered, sight: { ...sight, takenAt } })).map(words);
  expect(at(new Date(LATER.getTime() - 1_000))).toEqual(['wait']);
  expect(at(new Date(LATER.getTime() + 1_000))).toEqual(['wait']);
  expect(at(new Date(LATER.getTime() + 60_000))).toEqual(['ask-a-person']);
});

test.each([
  ['a pause', { pause: { state: 'open' } }],
  ['quiet hours', { holds: [{ kind: 'quiet-hours', why: 'it is quiet', until: null }] }],
])('during %s people are asked in the director’s place, and a no stays a no', (_name, held) => {
  const about = { request: request(), reasoner: 'requests', why: 'a rule', confidence: 1 } as const;
  const facts = Object.assign(gateFacts(), held);
  expect(gate({ kind: 'answer-hook', answer: { kind: 'allow' }, ...about }, facts).kind).toBe(
    'needs-approval',
  );
  expect(gate({ kind: 'answer-hook', answer: { kind: 'deny', reason: 'x' }, ...about }, facts).kind).toBe(
    'proceed',
  );
});
