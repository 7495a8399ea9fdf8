import { expect, test } from 'vitest';
import { yesTo } from '../../src/director/yes-to.ts';
import {
  APPROVE,
  type ApprovalSubject,
  actionId,
  approvalId,
  type Choice,
  DENY,
  type Decision,
  openApproval,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';
import { AT, runningTask } from '../domain/tasks.ts';
import { DIALOG, SESSION } from './situations.ts';

const OF = { session: SESSION.id, generation: SESSION.generation } as const;
const ADVISED = { option: null, why: 'w', confidence: 0.9 } as const;
const BY = { reasoner: 'model', why: 'w', confidence: 0.9 } as const;
const [YES] = DIALOG.options;
if (YES === undefined) throw new Error('the dialog has no option');

const YES_OR_NO: readonly Choice[] = [
  { id: APPROVE, label: 'Yes', style: 'primary' },
  { id: DENY, label: 'Don’t', style: 'plain', declines: true },
];
const OPTIONS: readonly Choice[] = DIALOG.options.map(({ label }, nth) => ({
  id: String(nth),
  label,
  style: 'plain',
}));

const asked = (subject: ApprovalSubject) =>
  openApproval(
    {
      id: approvalId('a'),
      task: runningTask().id,
      thread: runningTask().thread,
      subject,
      choices: subject.kind === 'dialog' ? OPTIONS : YES_OR_NO,
      requestedBy: null,
      ...underPolicy(),
    },
    { digest: (text) => text, at: AT },
  ).next;

const dialog = asked({ kind: 'dialog', ...OF, dialog: DIALOG, tail: [] });
const otherDialog = asked({ kind: 'dialog', ...OF, dialog: { ...DIALOG, question: 'Delete it?' }, tail: [] });
const words = { kind: 'send-text', ...OF, question: null, text: 'go on', why: 'w', confidence: 0.9 } as const;
const send = asked(words);
const allow = asked({ kind: 'allow-action', ...OF, action: actionId('x'), text: 'force-push it' });
const restart = asked({ kind: 'restart-session', ...OF, advised: ADVISED });
const restartByPerson = asked({ kind: 'restart-session', ...OF });
const complete = asked({ kind: 'complete-task', ...OF, advised: ADVISED });
const cancel = asked({ kind: 'cancel-task', ...OF });
const ALL = [dialog, otherDialog, send, allow, restart, restartByPerson, complete, cancel];

const press: Decision = { ...BY, kind: 'press-option', dialog: DIALOG, option: YES };
const type: Decision = { ...BY, kind: 'send-text', question: null, text: 'go on' };
const carryOut: Decision = {
  ...BY,
  kind: 'carry-out',
  action: actionId('x'),
  effect: { kind: 'type-text', text: 'force-push it' },
};

test.for<readonly [string, Decision, readonly (readonly [(typeof ALL)[number], string])[]]>([
  ['to answer a dialog', press, [[dialog, '0']]],
  ['to send words', type, [[send, APPROVE]]],
  ['to send other words', { ...type, text: 'stop' }, []],
  ['to answer a question with them', { ...type, question: 'Which?' }, []],
  ['to begin the agent anew', { ...BY, kind: 'restart-agent' }, [[restart, APPROVE]]],
  ['to complete the task', { ...BY, kind: 'complete-task' }, [[complete, APPROVE]]],
  ['to type what somebody wrote', carryOut, [[allow, APPROVE]]],
  ['to type something else that somebody wrote', { ...carryOut, action: actionId('y') }, []],
  ['to wait', { ...BY, kind: 'wait' }, []],
  ['to ask a person', { ...BY, kind: 'ask-a-person', dialog: DIALOG, replies: [] }, []],
])('a yes given beforehand %s is one to nothing else', ([, decision, expected]) => {
  const yeses = ALL.map((approval) => [approval, yesTo(approval, decision)] as const);
  expect(yeses.filter(([, yes]) => yes !== null)).toEqual(expected);
});

test('an option that is not offered gets no yes', () => {
  const without = { ...dialog, choices: OPTIONS.slice(1) };
  expect(yesTo(without, press)).toBeNull();
});
