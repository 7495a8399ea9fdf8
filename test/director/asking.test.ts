import { expect, test } from 'vitest';
import { askPeople, askToChoose, followModel } from '../../src/director/act/index.ts';
import {
  type ApprovalPolicy,
  actorId,
  answerApproval,
  DEFAULT_RULES,
  type Dialog,
  NO_LIMITS,
  type OpenApproval,
  votesLeft,
} from '../../src/domain/index.ts';
import { approvalMessage } from '../../src/notify/approval-message.ts';
import { openFleetState } from '../support/fleet-state.ts';
import { DIALOG } from './situations.ts';

const OPTIONS: Dialog['options'] = [
  { label: 'Yes', keys: ['1'] },
  { label: 'Yes, and don’t ask again', keys: ['2'] },
  { label: 'No', keys: ['3'] },
];

const asking = (command: string): Dialog => ({
  ...DIALOG,
  question: `Bash command\n${command}\nDo you want to proceed?`,
  options: OPTIONS,
});

const TWO = { ...DEFAULT_RULES.approvals.routine, votes: 2 };

/** A task at work in a project where so many people have to allow what risks nothing, and two what does. */
async function openAsking({ routine = TWO }: { readonly routine?: ApprovalPolicy } = {}) {
  const state = await openFleetState();
  const about = await state.addRunningTask(await state.addHost());
  const rules = { ...DEFAULT_RULES, approvals: { routine, risky: TWO, byCategory: new Map() } };
  const ports = { ...state, now: state.clock.now, settings: { rulesOf: () => rules } };
  return {
    about,
    ports,
    store: state.store,
    async asked(): Promise<OpenApproval> {
      const [approval] = await state.store.openApprovals();
      if (approval?.state !== 'open') throw new Error('nobody is asked');
      return approval;
    },
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}

test('of a dialog only what may be allowed is offered, with the reason', async () => {
  await using at = await openAsking();
  const dialog = asking('rm -rf / --no-preserve-root');
  await at.store.transaction((tx) => askPeople(at.ports, tx, at.about, dialog, []));
  const { choices, because } = await at.asked();
  expect(choices.map(({ id, label }) => [id, label])).toEqual([['2', 'No']]);
  expect(because).toMatch(/^rm -rf .*, and nobody can allow that from here$/);
});

test('what risks something is still offered', async () => {
  await using at = await openAsking();
  await at.store.transaction((tx) => askPeople(at.ports, tx, at.about, asking('git push --force'), []));
  expect((await at.asked()).choices.map(({ label }) => label)).toEqual(OPTIONS.map(({ label }) => label));
});

test('what a model thinks people may want to say is one button each, and shown in full where a button cuts it', async () => {
  await using at = await openAsking();
  const long = `Keep the old port until ${'all of the clients '.repeat(6)}have moved.`;
  const decision = {
    kind: 'ask-a-person',
    dialog: null,
    replies: ['Use 8080.', long],
    why: 'Which port is meant?',
    reasoner: 'model',
    confidence: 0.9,
  } as const;
  const { task, session } = at.about;
  await at.store.transaction((tx) =>
    followModel(at.ports, tx, { task, session, screen: ['Which port?'] }, decision, { kind: 'proceed' }),
  );
  const approval = await at.asked();
  expect(approval.subject).toMatchObject({
    question: 'Which port is meant?',
    options: [
      { effect: { kind: 'type-text', text: 'Use 8080.' } },
      { effect: { kind: 'type-text', text: long } },
      { label: 'Leave it to me', effect: null },
    ],
  });
  const story = await at.store.story(task.thread);
  if (story === null) throw new Error('the thread has no story');
  const card = approvalMessage({ ...story, limits: NO_LIMITS }, approval);
  expect(card.buttons.map(({ label }) => label)).toEqual(['Use 8080.', long, 'Leave it to me']);
  expect(card.parts).toContainEqual({ kind: 'list', items: [[{ kind: 'text', text: long }]] });
});

test('to end an agent takes one person where everything else takes two', async () => {
  await using at = await openAsking();
  const options = [
    { label: 'Go on', effect: { kind: 'type-text', text: 'go on' } },
    { label: 'End the agent', effect: { kind: 'end-session', because: 'task-cancelled' } },
    { label: 'Leave it', effect: null },
  ] as const;
  const question = { question: 'What now?', because: null, options, screen: [] };
  await at.store.transaction((tx) => askToChoose(at.ports, tx, at.about, question));
  const approval = await at.asked();
  expect(options.map((_, index) => votesLeft(approval, String(index)))).toEqual([2, 1, 1]);
});

const ONE = { routine: DEFAULT_RULES.approvals.routine };
const votesFor = (approval: OpenApproval) =>
  approval.choices.map(({ id, label }) => [label, votesLeft(approval, id)] as const);

test('each answer takes as many people as what it allows: to go on without asking takes more than once', async () => {
  await using at = await openAsking(ONE);
  await at.store.transaction((tx) => askPeople(at.ports, tx, at.about, asking('npm test'), []));
  const approval = await at.asked();
  expect(votesFor(approval)).toEqual([
    ['Yes', 1],
    ['Yes, and don’t ask again', 2],
    ['No', 1],
  ]);
  const story = await at.store.story(at.about.task.thread);
  if (story === null) throw new Error('the thread has no story');
  const told = JSON.stringify(approvalMessage({ ...story, limits: NO_LIMITS }, approval).parts);
  expect(told).toContain('The first answer');
  expect(told).toContain(' “Yes, and don’t ask again” takes 2 people');

  const [one, other] = [actorId('one'), actorId('other')];
  await at.store.saveActor({ ...PERSON, id: one, externalId: 'U1' }, approval.createdAt);
  await at.store.saveActor({ ...PERSON, id: other, externalId: 'U2' }, approval.createdAt);
  const vote = async (by: typeof one) => {
    const step = answerApproval(await at.asked(), '1', by, approval.createdAt);
    if (!step.ok) throw new Error(step.error.kind);
    await at.store.saveApproval(step.value);
    return step.value.next.state;
  };
  expect(await vote(one)).toBe('open');
  expect((await at.asked()).votes).toMatchObject([{ by: one, choice: '1' }]);
  expect(await vote(other)).toBe('answered');
});

test('a model that would rather say no does not make the yes of others routine', async () => {
  await using at = await openAsking(ONE);
  const dialog = asking('git push --force');
  const no = OPTIONS[2];
  if (no === undefined) throw new Error('there is no third option');
  const decision = { ...BY_MODEL, kind: 'press-option', dialog, option: no } as const;
  const about = { ...at.about, screen: [] };
  await at.store.transaction((tx) =>
    followModel(at.ports, tx, about, decision, { kind: 'needs-approval', why: 'it is not sure' }),
  );
  expect(votesFor(await at.asked())).toEqual([
    ['Yes', 2],
    ['Yes, and don’t ask again', 2],
    ['No', 1],
  ]);
});

test('a risky reply takes as many people as its risk, and one that nobody may allow is no button', async () => {
  await using at = await openAsking(ONE);
  const replies = ['Use 8080.', 'Force-push it to main.', 'Run `rm -rf / --no-preserve-root`.'];
  const decision = { ...BY_MODEL, kind: 'ask-a-person', dialog: null, replies } as const;
  const about = { ...at.about, screen: [] };
  await at.store.transaction((tx) => followModel(at.ports, tx, about, decision, { kind: 'proceed' }));
  const approval = await at.asked();
  expect(approval.choices.map(({ id, label }) => [id, label, votesLeft(approval, id)])).toEqual([
    ['0', 'Use 8080.', 1],
    ['1', 'Force-push it to main.', 2],
    ['3', 'Leave it to me', 1],
  ]);
});

const BY_MODEL = { why: 'Which is meant?', reasoner: 'model', confidence: 0.4 } as const;
const PERSON = { source: 'slack', name: 'One', role: 'approver' } as const;
