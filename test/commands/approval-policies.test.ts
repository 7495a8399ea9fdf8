import { expect, test } from 'vitest';
import {
  APPROVE,
  type ApprovalPolicy,
  actionId,
  approvalId,
  DENY,
  type Dialog,
  err,
  type HostId,
  intendAction,
  type OpenApproval,
  ok,
  openApproval,
  type RunningTask,
  type Session,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';
import { ANN, OLA, openWorld, PAT, readAnswer, VIC, type World } from './world.ts';

const DIALOG: Dialog = {
  promptKind: 'permission',
  question: 'Run git push?',
  options: [
    { label: 'Yes', keys: ['1'] },
    { label: 'No', keys: ['Escape'] },
  ],
};

async function askOf(
  world: World,
  { task, session }: { readonly task: RunningTask; readonly session: Session },
  policy: Partial<ApprovalPolicy>,
  host: HostId | null = session.host,
): Promise<OpenApproval> {
  const step = openApproval(
    {
      id: approvalId(world.newId()),
      task: task.id,
      thread: task.thread,
      subject: {
        kind: 'dialog',
        session: session.id,
        generation: session.generation,
        dialog: DIALOG,
        tail: [],
      },
      choices: [
        { id: '0', label: 'Yes', style: 'primary' },
        { id: '1', label: 'No', style: 'plain', declines: true },
      ],
      requestedBy: null,
      ...underPolicy(policy),
      host,
    },
    { digest: world.digest, at: world.clock.now() },
  );
  await world.store.transaction((tx) => tx.addApproval(step));
  return step.next;
}

const begin = async (world: World) => world.addRunningTask(await world.addHost());

const press = (approval: OpenApproval, choice: string) =>
  ({ kind: 'button', button: { kind: 'answer', approval: approval.id, choice } }) as const;

test('of two that have to say yes the first is counted, once, and the second decides', async () => {
  await using world = await openWorld();
  const running = await begin(world);
  const approval = await askOf(world, running, { votes: 2 });

  expect((await world.ask(PAT, press(approval, '0'))).ok).toBe(true);
  expect(await world.store.actionsOfTasks([running.task.id])).toEqual([]);
  expect(readAnswer(await world.ask(PAT, press(approval, '0')))).toBe(
    'already-answered: You have said Yes already. One more person has to say so.',
  );
  expect((await world.store.findApproval(approval.id))?.votes).toMatchObject([{ choice: '0' }]);

  expect((await world.ask(ANN, press(approval, '0'))).ok).toBe(true);
  expect(await world.store.findApproval(approval.id)).toMatchObject({ state: 'answered', by: world.ann.id });
  expect(await world.store.actionsOfTasks([running.task.id])).toMatchObject([
    { effect: { kind: 'press-option', keys: ['1'] }, allowedBy: approval.id },
  ]);
  const kinds = (await world.store.eventsOfTask(running.task.id, 9)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind.startsWith('approval-'))).toEqual([
    'approval-requested',
    'approval-voted',
    'approval-answered',
  ]);
});

test('two who say yes at the same moment are two, and intend one action', async () => {
  await using world = await openWorld();
  const running = await begin(world);
  const approval = await askOf(world, running, { votes: 2 });
  const clicks = await Promise.all([PAT, ANN, PAT, ANN].map((who) => world.ask(who, press(approval, '0'))));
  expect(clicks.filter((click) => click.ok)).toHaveLength(2);
  expect(await world.store.actionsOfTasks([running.task.id])).toHaveLength(1);
});

test('one no ends what two have to allow', async () => {
  await using world = await openWorld();
  const running = await begin(world);
  const approval = await askOf(world, running, { votes: 2 });
  await world.ask(PAT, press(approval, '0'));
  await world.ask(ANN, press(approval, '1'));
  expect(await world.store.findApproval(approval.id)).toMatchObject({ state: 'answered', choice: '1' });
});

test('a vote does not keep a question open: it expires with its votes, and nobody is told that anybody said no', async () => {
  await using world = await openWorld();
  const approval = await askOf(world, await begin(world), { votes: 2, expiresAfterMs: 60_000 });
  await world.ask(PAT, press(approval, '0'));
  world.clock.advance(60_000);
  expect(readAnswer(await world.ask(ANN, press(approval, '0')))).toContain('nobody said no');
  expect(await world.store.findApproval(approval.id)).toMatchObject({ state: 'expired', votes: [{}] });
});

test('who asked for the task does not allow what it risks where the policy says so, and may say no', async () => {
  await using world = await openWorld();
  const running = await begin(world);
  const approval = await askOf(world, running, { mayAnswerOwn: false });
  expect(readAnswer(await world.ask(ANN, press(approval, '0')))).toBe(
    'not-allowed: You asked for this, and here somebody else has to say yes to it. You may still say no.',
  );
  expect((await world.ask(ANN, press(approval, '1'))).ok).toBe(true);
});

test('a policy names who answers: a role, whoever asked, a Slack group, code owners', async () => {
  await using world = await openWorld();
  const running = await begin(world);
  world.outside.groups.set('S0SRE', ok(['UOLA']));
  world.outside.groups.set('acme/api', ok(['pat-hub']));
  await world.say(PAT, 'status');
  const pat = await world.store.actorOf({ source: 'slack', externalId: 'UPAT' });
  if (pat === null) throw new Error('Pat is not known');
  await world.store.transaction((tx) =>
    tx.replaceIdentities([{ actor: pat.id, source: 'github', externalId: 'pat-hub' }]),
  );
  const may = async (by: ApprovalPolicy['by']) => {
    const approval = await askOf(world, running, { by });
    const answers = [];
    for (const who of [VIC, OLA, PAT, ANN]) {
      const answer = await world.ask(who, press(approval, '9'));
      answers.push(!answer.ok && answer.error.kind !== 'not-allowed');
    }
    await world.ask(ANN, press(approval, '1'));
    await world.ask(OLA, press(approval, '1'));
    await world.ask(PAT, press(approval, '1'));
    return answers;
  };
  expect(await may([{ kind: 'role', role: 'operator' }])).toEqual([false, true, true, true]);
  expect(await may([{ kind: 'asker' }])).toEqual([false, false, false, true]);
  expect(await may([{ kind: 'slack-group', group: 'S0SRE' }])).toEqual([false, true, false, false]);
  expect(await may([{ kind: 'code-owners' }])).toEqual([false, false, true, false]);
  expect(await may([{ kind: 'code-owners' }, { kind: 'role', role: 'admin' }])).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('where nobody can tell who is in a group, nobody answers and everybody reads why', async () => {
  await using world = await openWorld();
  world.outside.groups.set('S0SRE', err('Slack did not answer.'));
  const approval = await askOf(world, await begin(world), { by: [{ kind: 'slack-group', group: 'S0SRE' }] });
  expect(readAnswer(await world.ask(ANN, press(approval, '0')))).toBe('unavailable: Slack did not answer.');
});

test('a yes to words that wait allows exactly these words, and a changed text is refused', async () => {
  await using world = await openWorld();
  const { task, session } = await begin(world);
  const words = intendAction(
    {
      id: actionId('words'),
      task: task.id,
      session: session.id,
      generation: session.generation,
      effect: { kind: 'type-text', text: 'force-push it' },
      by: world.ann.id,
    },
    world.clock.now(),
  );
  await world.store.addAction(words);
  const askFor = async (text: string) => {
    const step = openApproval(
      {
        id: approvalId(world.newId()),
        task: task.id,
        thread: task.thread,
        subject: {
          kind: 'allow-action',
          session: session.id,
          generation: session.generation,
          action: words.id,
          text,
        },
        choices: [
          { id: APPROVE, label: 'Type it', style: 'danger' },
          { id: DENY, label: 'Don’t', style: 'plain', declines: true },
        ],
        requestedBy: world.ann.id,
        ...underPolicy(),
      },
      { digest: world.digest, at: world.clock.now() },
    );
    await world.store.transaction((tx) => tx.addApproval(step));
    return step.next;
  };
  const changed = await askFor('say hello');
  expect(readAnswer(await world.ask(PAT, press(changed, APPROVE)))).toContain(
    'expired: These words do not wait',
  );
  const approval = await askFor('force-push it');
  await world.ask(PAT, press(approval, APPROVE));
  expect(await world.store.actionsOfTasks([task.id])).toMatchObject([
    { id: words.id, state: 'intended', allowedBy: approval.id },
  ]);
});

test('an answer counts for the host it was asked about, and for no other', async () => {
  await using world = await openWorld();
  const running = await begin(world);
  const elsewhere = await world.addHost({ name: 'dev2' });
  const approval = await askOf(world, running, {}, elsewhere.id);
  expect(readAnswer(await world.ask(PAT, press(approval, '0')))).toContain('has been restarted or is gone');
  expect(await world.store.actionsOfTasks([running.task.id])).toEqual([]);
});

test('of several ways the chosen one is done and no other, and a way that does nothing ends the question', async () => {
  await using world = await openWorld();
  const { task, session } = await begin(world);
  const of = { session: session.id, generation: session.generation };
  const offer = async (question: string) => {
    const step = openApproval(
      {
        id: approvalId(world.newId()),
        task: task.id,
        thread: task.thread,
        subject: {
          kind: 'choose',
          ...of,
          question,
          options: [
            { label: 'Port 80', effect: { kind: 'type-text', text: 'Port 80' } },
            { label: 'Begin anew', effect: { kind: 'restart-agent' } },
            { label: 'Leave it to me', effect: null },
          ],
          tail: [],
        },
        choices: [
          { id: '0', label: 'Port 80', style: 'plain' },
          { id: '1', label: 'Begin anew', style: 'plain' },
          { id: '2', label: 'Leave it to me', style: 'plain', declines: true },
        ],
        requestedBy: null,
        ...underPolicy(),
      },
      { digest: world.digest, at: world.clock.now() },
    );
    await world.store.transaction((tx) => tx.addApproval(step));
    return step.next;
  };
  await world.ask(PAT, press(await offer('Which port?'), '2'));
  expect(await world.store.actionsOfTasks([task.id])).toEqual([]);
  const approval = await offer('Which port, then?');
  await world.ask(PAT, press(approval, '0'));
  expect(await world.store.actionsOfTasks([task.id])).toMatchObject([
    { effect: { kind: 'type-text', text: 'Port 80' }, allowedBy: approval.id, state: 'intended' },
  ]);
});

test('what the gate would not let through is explained with its reason', async () => {
  await using world = await openWorld();
  const { session } = await begin(world);
  const decision = {
    kind: 'send-text',
    question: null,
    text: 'Wipe the disk',
    reasoner: 'model',
    why: 'it is full',
    confidence: 0.9,
  } as const;
  const at = world.clock.now();
  await world.store.recordDecision(session, decision, { kind: 'drop', why: 'nobody may allow that' }, at);
  await world.store.recordDecision(session, { ...decision, kind: 'wait' }, { kind: 'proceed' }, at);
  expect(readAnswer(await world.say(VIC, 'explain T1'))).toMatch(
    /Last decision: model decided to send “Wipe the disk”: it is full .*nobody may allow that/,
  );
});

test('what is held back is explained with its reason', async () => {
  await using world = await openWorld();
  const { task, session } = await begin(world);
  const words = intendAction(
    {
      id: actionId('words'),
      task: task.id,
      session: session.id,
      generation: session.generation,
      effect: { kind: 'type-text', text: 'Go on' },
      by: null,
    },
    world.clock.now(),
  );
  await world.store.addAction({ ...words, why: 'it is quiet until 07:00 (UTC)' });
  expect(readAnswer(await world.say(VIC, 'explain T1'))).toContain(
    'Held back: type “Go on”: it is quiet until 07:00 (UTC)',
  );
});
