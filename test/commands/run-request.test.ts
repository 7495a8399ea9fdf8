import { expect, test } from 'vitest';
import { rowsOf } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
import { runRequest, type Source, workOnDelivery } from '../../src/commands/index.ts';
import {
  type Approval,
  actionId,
  actorId,
  approvalId,
  cancelTask,
  completeTask,
  type Dialog,
  deliveryId,
  dialogFingerprint,
  err,
  failTask,
  intendAction,
  type OpenApproval,
  ok,
  openApproval,
  type RunningTask,
  type Session,
  STRATEGIES,
  settleAction,
  startAction,
  strategyOf,
  taskId,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';
import { containing } from '../support/containing.ts';
import { QUIET } from '../support/fleet-state.ts';
import { ANN, CHANNEL, nothing, OLA, openWorld, PAT, readAnswer, SHELL, VIC, type World } from './world.ts';

const T1 = taskId(1);
const GITHUB = { source: 'github' as const, externalId: 'ann-hub', name: 'ann-hub' };
const ISSUE = { kind: 'issue' as const, repo: 'acme/api', issue: 7 };
const LABELLED = {
  kind: 'issue-labelled' as const,
  repo: 'acme/api',
  issue: 7,
  title: 'The login test is flaky',
  body: 'It fails\r\non Mondays.',
  url: 'https://github.com/acme/api/issues/7',
};
const PULL_REQUEST = { url: 'https://github.com/acme/api/pull/9', number: 9, title: 'Fix it' };
const DIALOG: Dialog = {
  promptKind: 'permission',
  question: 'Run npm install?',
  options: [
    { label: 'Yes', keys: ['1'] },
    { label: 'No', keys: ['Escape'] },
  ],
};

const tasksIn = (world: World, ...states: ('queued' | 'running' | 'cancelled')[]) =>
  world.store.tasksInStates(states);

async function askOf(world: World, task: RunningTask, session: Session): Promise<OpenApproval> {
  const subject = {
    kind: 'dialog' as const,
    session: session.id,
    generation: session.generation,
    dialog: DIALOG,
    tail: [],
  };
  const step = openApproval(
    {
      id: approvalId(world.newId()),
      task: task.id,
      thread: task.thread,
      subject,
      choices: [
        { id: '0', label: 'Yes', style: 'primary' },
        { id: '1', label: 'No', style: 'plain' },
      ],
      requestedBy: null,
      ...underPolicy({ expiresAfterMs: 60_000 }),
    },
    { digest: world.digest, at: world.clock.now() },
  );
  await world.store.transaction((tx) => tx.addApproval(step));
  return step.next;
}

const press = (approval: Approval, choice: string) =>
  ({ kind: 'button', button: { kind: 'answer', approval: approval.id, choice } }) as const;

test('who adds a task in a channel reads it in the thread, and everybody finds it in the queue', async () => {
  await using world = await openWorld();
  expect(await world.say(OLA, 'add Fix it --priority high')).toEqual(nothing);
  expect(await tasksIn(world, 'queued')).toMatchObject([
    { id: 1, brief: 'Fix it', priority: 'high', repo: 'acme/api', agent: 'claude', origin: { kind: 'chat' } },
  ]);
  expect(readAnswer(await world.say(VIC, 'queue'))).toBe('Queue\nT1 Fix it — high, acme/api, waiting 0 s');
  expect(await world.jobs.countOpen('place')).toBe(1);
  expect(await world.jobs.countOpen('notify')).toBe(1);
});

test('from a shell the answer names the task', async () => {
  await using world = await openWorld();
  const asked = await world.ask(
    { source: 'shell', externalId: 'ann', name: 'ann' },
    { kind: 'words', words: 'add Fix it' },
    SHELL,
  );
  expect(readAnswer(asked)).toBe('T1 is queued for acme/api: Fix it. Follow it with status T1.');
  const [task] = await tasksIn(world, 'queued');
  expect(task?.origin).toEqual({ kind: 'shell' });
  expect(task && (await world.store.findThread(task.thread))?.slack?.channel).toBe('CHOME');
});

test('every refusal of add says what to do, and leaves nothing behind', async () => {
  await using world = await openWorld();
  await world.addHost({ name: 'dev1' });
  await world.addHost({ name: 'old', state: 'draining' });
  const table: readonly (readonly [string, string])[] = [
    [
      'add Fix it --repo acme/web',
      "no-such-project: I don't know acme/web. Known are acme/api; add another with `projects add acme/web`.",
    ],
    ['add Fix it --agent gpt', "bad-words: I don't know the agent `gpt`. Use one of claude, codex."],
    [
      'add Fix it --agent codex --mode edits',
      'bad-words: `codex` takes no `--mode`: what it may do is set where it runs. Leave the flag out.',
    ],
    [
      'add Fix it --mode all',
      'not-allowed: You may look, but to start agents with `--mode all` you need the role approver. Ask whoever runs Fleet Director to add it for Ola.',
    ],
    ['add Fix it --turns 1001', 'bad-words: `--turns` takes a number from 1 to 1000.'],
    [
      'add Fix it --host dev9',
      'no-such-host: There is no host `dev9`. Use one of dev1, old, or add it with `hosts add`.',
    ],
    [
      'add Fix it --host old',
      'wrong-state: old is draining and takes nothing new. Leave `--host` out, or `hosts resume old`.',
    ],
    [
      'add Fix \u001b[201~ it',
      'bad-words: The text holds control characters that a terminal would take for keys. Remove them and try again.',
    ],
    [
      'add Fix \u0000 it',
      'bad-words: The text holds control characters that a terminal would take for keys. Remove them and try again.',
    ],
    [
      'add Fix \u009b it',
      'bad-words: The text holds control characters that a terminal would take for keys. Remove them and try again.',
    ],
    [
      `add ${'é'.repeat(50_001)}`,
      'bad-words: The text has 100002 bytes; an agent takes 100000. Put the details into a file of the repository and point to it.',
    ],
  ];
  for (const [words, refusal] of table) expect(readAnswer(await world.say(OLA, words))).toBe(refusal);
  expect(readAnswer(await world.say(VIC, 'add Fix it'))).toBe(
    'not-allowed: You may look, but to add tasks you need the role operator. Ask whoever runs Fleet Director to add it for Vic.',
  );
  world.outside.channel = err('Invite me to this channel first: `/invite @Fleet Director`.');
  expect(readAnswer(await world.say(OLA, 'add Fix it'))).toBe(
    'unavailable: Invite me to this channel first: `/invite @Fleet Director`.',
  );
  expect(await tasksIn(world, 'queued')).toEqual([]);
  expect(await world.jobs.countOpen('place')).toBe(0);
});

test('a text of line breaks, tabs and shell words is kept to the letter', async () => {
  await using world = await openWorld();
  const brief = 'Fix \'; touch /tmp/x; $(id) `id`\n\tand "this" 🐙\r\nand that';
  await world.say(OLA, `add ${brief}`);
  expect((await tasksIn(world, 'queued'))[0]?.brief).toBe(brief);
});

test('with more than one repository the channel decides, or the person', async () => {
  await using world = await openWorld();
  expect(readAnswer(await world.say(ANN, 'projects add acme/web'))).toBe(
    'acme/web is a project now: tasks start from trunk with claude.',
  );
  await world.say(OLA, 'add In its channel');
  expect(
    readAnswer(await world.say(OLA, 'add Elsewhere', { kind: 'slack', channel: 'C9', threadTs: null })),
  ).toBe('no-such-project: Which repository? Add `--repo` with one of acme/api, acme/web.');
  await world.say(OLA, 'add Named --repo ACME/API', { kind: 'slack', channel: 'C9', threadTs: null });
  expect((await tasksIn(world, 'queued')).map((task) => [task.brief, task.repo])).toEqual([
    ['In its channel', 'acme/web'],
    ['Named', 'acme/api'],
  ]);
});

test('add without a text opens a form that names what there is, and the form queues the task', async () => {
  await using world = await openWorld();
  await world.addHost({ name: 'dev1' });
  await world.addHost({ name: 'old', state: 'draining' });
  expect(await world.say(OLA, 'add')).toEqual({
    ok: true,
    value: {
      kind: 'add-form',
      form: {
        brief: '',
        projects: [{ id: 'api', repo: 'acme/api' }],
        agents: ['claude', 'codex'],
        hosts: ['dev1'],
      },
    },
  });
  expect(readAnswer(await world.say(OLA, 'add', SHELL))).toContain('bad-words: What should the agent do?');
  expect(readAnswer(await world.say(VIC, 'add'))).toContain('not-allowed');
  const form = {
    kind: 'add-form',
    brief: ' Fix it ',
    project: world.project.id,
    priority: 'low',
    agent: 'codex',
    host: 'dev1',
  } as const;
  expect(await world.ask(OLA, form)).toEqual(nothing);
  expect(await tasksIn(world, 'queued')).toMatchObject([
    { brief: 'Fix it', agent: 'codex', priority: 'low' },
  ]);
});

test('what there is to look at, anybody may look at', async () => {
  await using world = await openWorld();
  const host = await world.addHost({ name: 'dev1' });
  await world.addRunningTask(host);
  expect(readAnswer(await world.say(VIC, 'help'))).toContain('/fleet add TEXT');
  expect(readAnswer(await world.say(VIC, 'help cancel', SHELL))).toContain('cancel T12');
  expect(readAnswer(await world.say(VIC, 'status'))).toContain(
    'dev1 — this machine, 1 of 3 agents, not looked at yet',
  );
  expect(readAnswer(await world.say(VIC, 'status T1'))).toContain('State: running');
  expect(readAnswer(await world.say(VIC, 'status T9'))).toBe(
    'no-such-task: There is no task T9. `status` lists the tasks.',
  );
  expect(readAnswer(await world.say(VIC, 'hosts'))).toContain('dev1');
  expect(readAnswer(await world.say(VIC, 'projects'))).toContain('acme/api — branch main, agent claude');
  expect(readAnswer(await world.say(VIC, 'approvals'))).toBe('Waiting for an answer\nNothing waits.');
  expect(readAnswer(await world.ask(VIC, { kind: 'open-home' }))).toContain('Nothing waits for you.');
});

test('the 20 strategies are listed with what triggers each, and one is shown whole', async () => {
  await using world = await openWorld();
  const [title, ...lines] = readAnswer(await world.say(VIC, 'strategies')).split('\n');
  expect(title).toBe('Strategies');
  expect(lines).toEqual(STRATEGIES.map(({ title, when }, at) => `${at + 1}. ${title} — ${when}`));
  expect(lines).toHaveLength(20);

  const { when, what, whenNot } = strategyOf('debate');
  for (const words of ['strategies debate', 'strategies 16']) {
    expect(readAnswer(await world.say(VIC, words, SHELL))).toBe(
      [
        '16. Debate',
        `When: ${when}`,
        `What to do: ${what}`,
        `When not: ${whenNot}`,
        'In decisions: debate',
      ].join('\n'),
    );
  }
  expect(readAnswer(await world.say(VIC, 'strategies 21'))).toMatch(
    /^bad-words: There is no strategy `21`.* 1 to 20, or as `workflow-compliance`, .*`escalation`\.$/,
  );
});

test('a snapshot is for the thread; without a live agent or host it says so', async () => {
  await using world = await openWorld();
  expect(readAnswer(await world.say(VIC, 'snapshot'))).toBe(
    "bad-words: Which session? Write `snapshot T12` or `snapshot HOST SESSION`, or say it in a task's thread.",
  );
  const queued = await world.addTask();
  expect(readAnswer(await world.say(VIC, 'snapshot T1'))).toBe(
    'wrong-state: T1 is queued and has no agent to look at.',
  );
  const { task } = await world.addRunningTask(await world.addHost());
  expect(await world.say(VIC, 'snapshot T2')).toEqual(nothing);
  expect((await world.store.eventsOfTask(task.id, 1))[0]).toMatchObject({
    kind: 'screen-shown',
    lines: ['$ npm test', 'all green'],
  });
  expect(readAnswer(await world.say(VIC, 'snapshot T2', SHELL))).toContain('all green');
  world.outside.screen = err('dev1 cannot show the screen just now: no answer. Try again in a moment.');
  expect(readAnswer(await world.say(VIC, 'snapshot T2'))).toContain('unavailable: dev1 cannot show');
  expect(queued.state).toBe('queued');
});

test('a waiting task is cancelled at once and once, however many want it', async () => {
  await using world = await openWorld();
  await world.addTask();
  expect(readAnswer(await world.say(VIC, 'cancel T1'))).toContain('not-allowed');
  const both = await Promise.all([world.say(OLA, 'cancel T1'), world.say(PAT, 'cancel T1')]);
  expect(both.map(readAnswer).toSorted()).toEqual(['T1 is cancelled already.', 'T1 is off the queue.']);
  const events = await world.store.eventsOfTask(T1, 10);
  expect(events.filter((event) => event.kind === 'task-cancelled')).toHaveLength(1);
});

test('a running task is cancelled only after a yes, which is asked for once', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const both = await Promise.all([world.say(OLA, 'cancel T1'), world.say(OLA, 'cancel T1')]);
  expect(both.map(readAnswer).toSorted()).toEqual([
    'T1 has a running agent, so I asked in its thread first.',
    'That is being asked already, in the thread of T1.',
  ]);
  const [approval, ...others] = await world.store.openApprovals();
  if (approval === undefined) throw new Error('nothing was asked');
  expect(others).toEqual([]);
  expect(readAnswer(await world.ask(OLA, press(approval, 'approve')))).toContain(
    'not-allowed: Only approvers',
  );
  expect(await world.ask(PAT, press(approval, 'approve'))).toEqual(nothing);
  expect(await world.store.actionsOfTasks([task.id])).toMatchObject([
    { effect: { kind: 'end-session', because: 'task-cancelled' }, session: session.id, state: 'intended' },
  ]);
  expect((await world.store.findTask(task.id))?.state).toBe('running');
});

test('a no to cancelling does nothing', async () => {
  await using world = await openWorld();
  const { task } = await world.addRunningTask(await world.addHost());
  await world.say(OLA, 'cancel T1');
  const [approval] = await world.store.openApprovals();
  if (approval === undefined) throw new Error('nothing was asked');
  await world.ask(PAT, press(approval, 'deny'));
  expect(await world.store.actionsOfTasks([task.id])).toEqual([]);
});

test('a task whose agent has not started is cancelled at once', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  await world.store.saveSession({ ...session, state: 'preparing' });
  expect(readAnswer(await world.say(OLA, 'cancel T1'))).toBe('T1 is cancelled before its agent started.');
  expect((await world.store.findTask(task.id))?.state).toBe('cancelled');
  expect(await world.jobs.countOpen('prepare')).toBe(1);
});

test('what has ended is not cancelled or restarted', async () => {
  await using world = await openWorld();
  const { task } = await world.addRunningTask(await world.addHost());
  await world.store.transaction((tx) => tx.saveTask(completeTask(task, world.clock.now())));
  expect(readAnswer(await world.say(OLA, 'cancel T1'))).toBe(
    'wrong-state: T1 has ended (completed); there is nothing to cancel.',
  );
  expect(readAnswer(await world.say(OLA, 'restart T1'))).toBe(
    'wrong-state: T1 is completed; only a running task has an agent to restart.',
  );
  expect(readAnswer(await world.say(OLA, 'retry T1'))).toBe(
    'wrong-state: T1 is completed. Queue what is left as a new task with `add`.',
  );
});

test('a restart is asked for, and the yes restarts the agent it was asked about', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  expect(readAnswer(await world.say(VIC, 'restart T1'))).toContain('not-allowed');
  await world.say(OLA, 'restart T1');
  const [approval] = await world.store.openApprovals();
  if (approval === undefined) throw new Error('nothing was asked');
  await world.ask(PAT, press(approval, 'approve'));
  expect(await world.store.actionsOfTasks([task.id])).toMatchObject([
    { effect: { kind: 'restart-agent' }, generation: session.generation },
  ]);
});

test('a task is locked for as long as is said, and said again the new time counts', async () => {
  await using world = await openWorld();
  const { task } = await world.addRunningTask(await world.addHost());
  expect(readAnswer(await world.say(VIC, 'lock T1'))).toContain(
    'not-allowed: You may look, but to lock tasks',
  );
  expect(readAnswer(await world.say(VIC, 'unlock T1'))).toContain('not-allowed');
  expect(readAnswer(await world.say(OLA, 'unlock T1'))).toBe('T1 is not locked.');
  expect(readAnswer(await world.say(OLA, 'lock T1 for 3h'))).toBe(
    'T1 is locked until 2026-11-22 12:00 UTC: it does not count as stuck.',
  );
  expect(readAnswer(await world.say(PAT, 'lock T1'))).toBe(
    'T1 stays locked, now until it is unlocked; before it was until 2026-11-22 12:00 UTC.',
  );
  expect(readAnswer(await world.say(OLA, 'lock T1'))).toBe(
    'T1 is locked already, by Pat until it is unlocked.',
  );
  expect(readAnswer(await world.say(OLA, 'unlock T1'))).toBe('T1 is not locked any more.');
  expect(readAnswer(await world.say(PAT, 'unlock T1'))).toBe('T1 is not locked.');
  const told = await world.store.eventsOfTask(task.id, 3);
  expect(told).toMatchObject([
    { kind: 'task-locked', until: new Date('2026-11-22T12:00:00Z') },
    { kind: 'task-locked', until: null },
    { kind: 'task-unlocked' },
  ]);
  const names = await world.store.actorsById(told.flatMap((event) => ('by' in event && event.by) || []));
  expect(told.map((event) => 'by' in event && event.by && names.get(event.by)?.name)).toEqual([
    'Ola',
    'Pat',
    'Ola',
  ]);
});

test('a lock is over when its time is, and a new one may follow', async () => {
  await using world = await openWorld();
  await world.addTask();
  await world.say(OLA, 'lock T1 for 30m');
  world.clock.advance(30 * 60_000);
  expect(readAnswer(await world.say(OLA, 'unlock T1'))).toBe('T1 is not locked.');
  expect(readAnswer(await world.say(PAT, 'lock T1 for 30m'))).toBe(
    'T1 is locked until 2026-11-22 10:00 UTC: it does not count as stuck.',
  );
});

test('what has ended is not locked or unlocked', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  const { task } = await world.addRunningTask(host);
  await world.say(OLA, 'lock T1');
  await world.store.saveTask(completeTask(task, world.clock.now()));
  const { task: other } = await world.addRunningTask(host);
  await world.store.saveTask(failTask(other, 'it ended', [], world.clock.now()));
  expect(readAnswer(await world.say(OLA, 'lock T1'))).toBe(
    'wrong-state: T1 has ended (completed), and a lock ends with its task. Queue what is left as a new task with `add`, and lock that.',
  );
  expect(readAnswer(await world.say(OLA, 'lock T2 for 3h'))).toBe(
    'wrong-state: T2 has ended (failed), and a lock ends with its task. `retry T2`, and lock the new try.',
  );
  expect(readAnswer(await world.say(OLA, 'unlock T1'))).toBe(
    'wrong-state: T1 has ended (completed), and its lock with it; there is nothing to unlock.',
  );
  expect(readAnswer(await world.say(OLA, 'lock T9'))).toContain('no-such-task: There is no task T9.');
});

test('a failed task is queued again once, with the next attempt in the same thread', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  expect(readAnswer(await world.say(OLA, 'retry T1'))).toBe(
    'wrong-state: T1 is running; there is nothing to retry.',
  );
  await world.store.transaction((tx) => tx.saveTask(failTask(task, 'it ended', [], world.clock.now())));
  expect(readAnswer(await world.say(OLA, 'retry T1'))).toBe(
    'wrong-state: The agent of T1 is still being ended. Try again in a moment.',
  );
  await world.store.saveSession({ ...session, state: 'ended' });
  expect(readAnswer(await world.say(VIC, 'retry T1'))).toContain('not-allowed');
  const both = await Promise.all([world.say(OLA, 'retry T1'), world.say(PAT, 'retry T1')]);
  expect(both.map(readAnswer).toSorted()).toEqual([
    'Queued again as T2, attempt 2.',
    'wrong-state: T2 is queued; there is nothing to retry.',
  ]);
  expect(await tasksIn(world, 'queued')).toMatchObject([{ id: 2, attempt: 2, thread: task.thread }]);
});

test('the task of a thread need not be named there', async () => {
  await using world = await openWorld();
  const task = await world.addTask();
  await world.store.recordCardMessage(task.thread, 'slack', '1700.1');
  const thread = { kind: 'slack', channel: 'C1', threadTs: '1700.1' } as const;
  expect(readAnswer(await world.say(OLA, 'lock for 1h', thread))).toContain('T1 is locked until');
  expect(readAnswer(await world.say(OLA, 'unlock', thread))).toBe('T1 is not locked any more.');
  expect(readAnswer(await world.say(OLA, 'cancel', thread))).toBe('T1 is off the queue.');
  expect(readAnswer(await world.say(OLA, 'cancel', CHANNEL))).toContain('no-such-task: Which task?');
});

test('an answer counts once, whoever clicks how often at the same time', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  const clicks = await Promise.all([
    world.ask(PAT, press(approval, '0')),
    world.ask(PAT, press(approval, '0')),
    world.ask(ANN, press(approval, '1')),
    world.ask(PAT, press(approval, '0')),
  ]);
  expect(clicks.filter((click) => click.ok)).toHaveLength(1);
  for (const click of clicks.filter((each) => !each.ok))
    expect(readAnswer(click)).toMatch(/^already-answered: /);
  const actions = await world.store.actionsOfTasks([task.id]);
  expect(actions).toHaveLength(1);
  expect(actions[0]?.effect).toMatchObject({ kind: 'press-option', dialog: dialogFingerprint(DIALOG) });
});

test('who comes second reads who was first and what they chose', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  await world.ask(PAT, press(approval, '0'));
  world.clock.advance(30_000);
  expect(readAnswer(await world.ask(PAT, press(approval, '0')))).toBe(
    'already-answered: You have answered this already. It counted once.',
  );
  expect(readAnswer(await world.ask(ANN, press(approval, '1')))).toBe(
    'already-answered: Pat answered this 30 s ago: Yes.',
  );
});

test('an answer that comes too late does nothing, and can be asked for again', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  const again = { kind: 'button', button: { kind: 'ask-again', approval: approval.id } } as const;
  expect(readAnswer(await world.ask(PAT, again))).toBe(
    'wrong-state: This question is not expired; answer it with its buttons.',
  );
  world.clock.advance(60_000);
  expect(readAnswer(await world.ask(PAT, press(approval, '0')))).toContain(
    'expired: This question has expired',
  );
  const why = { kind: 'button', button: { kind: 'say-why', approval: approval.id } } as const;
  expect(readAnswer(await world.ask(OLA, why))).toContain('not-allowed');
  expect(readAnswer(await world.ask(PAT, why))).toContain('Nobody waits for this answer any more.');
  expect(await world.store.actionsOfTasks([task.id])).toEqual([]);
  expect(await world.store.approvalsOfTasks([task.id])).toMatchObject([{ state: 'expired' }]);
  expect(readAnswer(await world.ask(OLA, again))).toContain('not-allowed');
  expect(await world.ask(PAT, again)).toEqual(nothing);
  expect(readAnswer(await world.ask(PAT, again))).toContain('The same question is open already');
  expect(await world.store.openApprovals()).toHaveLength(1);
});

test('an answer for an agent that was restarted since is refused', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  await world.store.saveSession({ ...session, generation: 2 });
  expect(readAnswer(await world.ask(PAT, press(approval, '0')))).toContain(
    'expired: The agent this question was about',
  );
  expect(await world.store.actionsOfTasks([task.id])).toEqual([]);
});

test('questions nobody knows and choices they do not have are refused', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  expect(readAnswer(await world.ask(PAT, press({ ...approval, id: approvalId('none') }, '0')))).toContain(
    'expired',
  );
  expect(readAnswer(await world.ask(PAT, press(approval, '7')))).toBe(
    'bad-words: That is none of its answers. Use one of the buttons.',
  );
});

test('a question is answered in words by the beginning of its id', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  const word = approval.id.slice(0, 8);
  expect(readAnswer(await world.say(PAT, 'approvals'))).toContain(`${word} T1`);
  expect(readAnswer(await world.say(PAT, 'answer zzzz yes'))).toBe(
    'expired: No open question begins with `zzzz`. `approvals` lists them.',
  );
  expect(readAnswer(await world.say(PAT, `answer ${word} maybe`))).toBe(
    'bad-words: Choose one of `0` (Yes), `1` (No).',
  );
  expect(readAnswer(await world.say(OLA, `answer ${word} yes`))).toContain('not-allowed');
  expect(readAnswer(await world.say(PAT, `answer ${word.toUpperCase()} YES`, SHELL))).toBe('Answered: Yes.');
});

test('without named approvers people answer for the tasks they asked for', async () => {
  await using world = await openWorld({ hasNamedApprovers: false });
  await world.say(OLA, 'add Fix it');
  const ola = await world.store.actorOf(OLA);
  const { task, session } = await world.addRunningTask(await world.addHost(), {
    askedBy: ola?.id ?? actorId('none'),
  });
  const approval = await askOf(world, task, session);
  expect(
    readAnswer(await world.ask({ ...OLA, externalId: 'UZED', name: 'Zed' }, press(approval, '0'))),
  ).toContain('not-allowed: Only the person who asked for this task may answer');
  expect(await world.ask(OLA, press(approval, '0'))).toEqual(nothing);
});

test('without named approvers any operator answers for the task of an issue, and nobody who may only look', async () => {
  await using world = await openWorld({ hasNamedApprovers: false });
  await world.ask(GITHUB, LABELLED, ISSUE);
  const hub = await world.store.actorOf(GITHUB);
  const { task, session } = await world.addRunningTask(await world.addHost(), {
    askedBy: hub?.id ?? actorId('none'),
    origin: ISSUE,
  });
  const approval = await askOf(world, task, session);
  expect(readAnswer(await world.ask(VIC, press(approval, '0')))).toContain(
    'not-allowed: Only operators may answer for the task of an issue',
  );
  expect(await world.ask(OLA, press(approval, '0'))).toEqual(nothing);
  expect(await world.store.actionsOfTasks([task.id])).toHaveLength(1);
});

test('words in a task’s thread are for its agent', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  await world.store.recordCardMessage(task.thread, 'slack', '1700.1');
  const thread = { kind: 'slack', channel: 'C1', threadTs: '1700.1' } as const;
  const reply = (words: string, from = OLA) => world.ask(from, { kind: 'thread-reply', words }, thread);
  expect(await reply('use the other library')).toEqual(nothing);
  expect(readAnswer(await reply('me too', VIC))).toContain(
    'not-allowed: You may look, but to write to agents',
  );
  expect(readAnswer(await reply('x'.repeat(20_001)))).toContain(
    'bad-words: That is more than the 20000 bytes',
  );
  expect(readAnswer(await reply('stop \u001b[201~ now'))).toContain(
    'bad-words: The text holds control characters',
  );
  expect(await reply('   ')).toEqual(nothing);
  expect(await world.say(OLA, 'and add a test', thread)).toEqual(nothing);
  expect((await world.store.actionsOfTasks([task.id])).map((action) => action.effect)).toMatchObject([
    { kind: 'type-text', text: 'use the other library' },
    { kind: 'type-text', text: 'and add a test' },
  ]);
  await world.store.saveSession({ ...session, state: 'ended' });
  expect(readAnswer(await reply('hello?'))).toContain('wrong-state: The agent of T1 is gone');
  await world.store.transaction((tx) => tx.saveTask(cancelTask(task, world.ann.id, world.clock.now())));
  expect(readAnswer(await reply('hello?'))).toContain('wrong-state: T1 has ended, so nobody reads this');
});

test('words where no task is are between people', async () => {
  await using world = await openWorld();
  const thread = { kind: 'slack', channel: 'C1', threadTs: '99.9' } as const;
  expect(await world.ask(OLA, { kind: 'thread-reply', words: 'lunch?' }, thread)).toEqual(nothing);
  expect(readAnswer(await world.say(OLA, 'lunch?', thread))).toContain("bad-words: I don't know `lunch?`");
});

test('hosts are added by admins, after they were reached', async () => {
  await using world = await openWorld();
  expect(readAnswer(await world.say(PAT, 'hosts add dev1'))).toContain('not-allowed');
  expect(readAnswer(await world.say(ANN, 'hosts add -x'))).toContain('bad-words: `-x` is not a host name');
  expect(readAnswer(await world.say(ANN, 'hosts add dev1 --ssh -oProxyCommand=id'))).toContain(
    'is not what ssh takes as a destination',
  );
  world.outside.host = err('dev1 cannot join: no route. Check `ssh dev1` from the bot’s machine.');
  expect(readAnswer(await world.say(ANN, 'hosts add dev1'))).toContain('unavailable: dev1 cannot join');
  expect(await world.store.listHosts()).toEqual([]);
  world.outside.host = { ok: true, value: undefined };
  expect(readAnswer(await world.say(ANN, 'hosts add dev1 --ssh ann@dev1 --port 2222 --capacity 5'))).toBe(
    'dev1 is part of the fleet and takes 5 agents at a time.',
  );
  expect(await world.store.listHosts()).toMatchObject([
    { name: 'dev1', capacity: 5, transport: { kind: 'ssh', target: 'ann@dev1', port: 2222 } },
  ]);
  expect(readAnswer(await world.say(ANN, 'hosts add dev1'))).toContain(
    'wrong-state: There is a host dev1 already',
  );
});

test('a host is drained, resumed, and removed when it is empty', async () => {
  await using world = await openWorld();
  const host = await world.addHost({ name: 'dev1' });
  const { session } = await world.addRunningTask(host);
  expect(readAnswer(await world.say(PAT, 'hosts drain dev1'))).toContain('not-allowed');
  expect(readAnswer(await world.say(ANN, 'hosts drain dev9'))).toBe(
    'no-such-host: There is no host `dev9`. Known are dev1.',
  );
  expect(readAnswer(await world.say(ANN, 'hosts drain dev1'))).toBe(
    'dev1 takes nothing new and finishes the 1 it has. hosts resume dev1 takes that back.',
  );
  expect(readAnswer(await world.say(ANN, 'hosts remove dev1'))).toContain(
    'wrong-state: dev1 still runs 1 agents.',
  );
  expect(readAnswer(await world.say(ANN, 'hosts resume dev1'))).toBe('dev1 takes tasks again.');
  await world.store.saveSession({ ...session, state: 'ended' });
  expect(readAnswer(await world.say(ANN, 'hosts remove dev1'))).toContain(
    'dev1 is no longer part of the fleet.',
  );
  expect(readAnswer(await world.say(ANN, 'hosts add dev1'))).toContain('dev1 is part of the fleet');
});

test('projects are added by admins, once, after GitHub was asked or with a URL that can be cloned', async () => {
  await using world = await openWorld();
  expect(readAnswer(await world.say(PAT, 'projects add acme/web'))).toContain('not-allowed');
  expect(readAnswer(await world.say(ANN, 'projects add ACME/api'))).toBe('ACME/api is a project already.');
  expect(readAnswer(await world.say(ANN, 'projects add acme/web --agent gpt'))).toContain(
    "I don't know the agent `gpt`",
  );
  expect(readAnswer(await world.say(ANN, 'projects add acme/web --clone-url ext::sh'))).toContain(
    'bad-words: The clone URL must begin with',
  );
  world.outside.repository = err('GitHub does not show me acme/web. Install the App there.');
  expect(readAnswer(await world.say(ANN, 'projects add acme/web'))).toContain(
    'unavailable: GitHub does not show me',
  );
  expect(await world.store.listProjects()).toHaveLength(1);
  expect(
    readAnswer(await world.say(ANN, 'projects add acme/web --clone-url /srv/web.git --branch dev')),
  ).toBe('acme/web is a project now: tasks start from dev with claude.');
  expect(await world.store.projectOfRepo('acme/web')).toMatchObject({
    cloneUrl: '/srv/web.git',
    channel: 'C1',
  });
});

test('a label makes one task, however often and at the same time it is told', async () => {
  await using world = await openWorld();
  const both = await Promise.all([
    world.ask(GITHUB, LABELLED, ISSUE),
    world.ask(GITHUB, LABELLED, ISSUE),
    world.ask(GITHUB, LABELLED, ISSUE),
  ]);
  expect(both).toEqual([nothing, nothing, nothing]);
  expect(await tasksIn(world, 'queued')).toMatchObject([
    {
      brief:
        'The login test is flaky\n\nIt fails\non Mondays.\n\n(GitHub issue #7: https://github.com/acme/api/issues/7)',
      origin: ISSUE,
      attempt: 1,
    },
  ]);
});

test('a label makes the next try once the last one has failed, and a retry at the same time makes no second', async () => {
  await using world = await openWorld();
  await world.ask(GITHUB, LABELLED, ISSUE);
  await world.ask(GITHUB, { kind: 'issue-unlabelled', repo: 'acme/api', issue: 7 }, ISSUE);
  expect((await tasksIn(world, 'cancelled')).map((task) => task.id)).toEqual([1]);

  const both = await Promise.all([world.ask(GITHUB, LABELLED, ISSUE), world.say(OLA, 'retry T1')]);

  expect(both[0]).toEqual(nothing);
  expect(await tasksIn(world, 'queued')).toMatchObject([{ id: 2, attempt: 2 }]);
});

test('whoever may only look gives no work by a label and takes none back', async () => {
  await using world = await openWorld({
    roleOf: ({ source, externalId }) =>
      source === 'github' && externalId === 'vic-hub' ? 'viewer' : 'operator',
  });
  const vic = { source: 'github' as const, externalId: 'vic-hub', name: 'vic-hub' };
  expect(readAnswer(await world.ask(vic, LABELLED, ISSUE))).toContain('not-allowed: You may look');
  expect(await tasksIn(world, 'queued')).toEqual([]);

  await world.ask(GITHUB, LABELLED, ISSUE);
  const unlabelled = { kind: 'issue-unlabelled', repo: 'acme/api', issue: 7 } as const;
  expect(readAnswer(await world.ask(vic, unlabelled, ISSUE))).toContain('not-allowed: You may look');
  expect(await tasksIn(world, 'queued')).toHaveLength(1);
});

test('a label of a repository nobody added is refused', async () => {
  await using world = await openWorld();
  expect(readAnswer(await world.ask(GITHUB, { ...LABELLED, repo: 'acme/web' }, ISSUE))).toBe(
    'no-such-project: acme/web is not a project of this fleet: `projects add acme/web`.',
  );
});

test('an issue with characters that a terminal would obey becomes a task without them', async () => {
  await using world = await openWorld();
  await world.ask(
    GITHUB,
    { ...LABELLED, title: 'Stop\u0007 it', body: `a\u001b[31mb\tc\n${'é'.repeat(60_000)}` },
    ISSUE,
  );
  const brief = (await tasksIn(world, 'queued'))[0]?.brief ?? '';
  expect(brief).toMatch(/^Stop it\n\na\[31mb\tc\n/);
  expect(Buffer.byteLength(brief)).toBeLessThanOrEqual(100_000);
  expect(brief).toMatch(/\(GitHub issue #7: https:\/\/github\.com\/acme\/api\/issues\/7\)$/);
});

test('a pull request from a task’s branch completes it, once, and takes its questions back', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  await askOf(world, task, session);
  const opened = {
    kind: 'pull-request-opened',
    repo: 'ACME/api',
    branch: task.branch,
    pullRequest: PULL_REQUEST,
  } as const;
  await Promise.all([world.ask(GITHUB, opened, SHELL), world.ask(GITHUB, opened, SHELL)]);
  expect(await world.store.findTask(task.id)).toMatchObject({
    state: 'completed',
    pullRequest: PULL_REQUEST,
  });
  expect(await world.store.openApprovals()).toEqual([]);
  const kinds = (await world.store.eventsOfTask(task.id, 20)).map((event) => event.kind);
  expect(kinds.filter((kind) => kind === 'task-completed')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'pull-request-opened')).toHaveLength(1);
  expect(await world.ask(GITHUB, { ...opened, branch: 'other' }, SHELL)).toEqual(nothing);
});

test('a delivery that is worked on twice is carried out once', async () => {
  await using world = await openWorld();
  const key = { source: 'slack' as const, id: deliveryId('d1') };
  await world.store.transaction((tx) =>
    tx.acceptDelivery({ ...key, kind: 'command', payload: {}, receivedAt: world.clock.now() }),
  );
  const add = { kind: 'words', words: 'add Fix it' } as const;
  const both = await Promise.all([world.ask(OLA, add, CHANNEL, key), world.ask(OLA, add, CHANNEL, key)]);
  expect(both).toEqual([nothing, nothing]);
  expect(await world.ask(OLA, add, CHANNEL, key)).toEqual(nothing);
  expect(await tasksIn(world, 'queued')).toHaveLength(1);
});

test('a refused delivery stays open until its refusal was told, and then says that it was refused', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const approval = await askOf(world, task, session);
  const key = { source: 'slack' as const, id: deliveryId('d1') };
  await world.store.transaction((tx) =>
    tx.acceptDelivery({ ...key, kind: 'block_actions', payload: {}, receivedAt: world.clock.now() }),
  );
  const told: string[] = [];
  const refuse: Source['refuse'] = async (_, refusal) => {
    told.push(refusal.sentence);
    if (told.length === 1) throw new Error('the process died here');
  };
  const work = () =>
    workOnDelivery(
      {
        store: world.store,
        sources: {
          slack: {
            read: async () => ok({ from: OLA, place: CHANNEL, ask: press(approval, '0') }),
            answer: async () => undefined,
            refuse,
          },
        },
        run: (request, delivery) => runRequest(world.ports, request, delivery),
        now: world.clock.now,
        log: QUIET,
      },
      key,
    );

  await expect(work()).rejects.toThrow('died');
  expect(await world.store.openDelivery(key)).not.toBeNull();
  await work();
  expect(told).toEqual(Array(2).fill(containing('Only approvers may answer this')));
  expect(await world.store.openDelivery(key)).toBeNull();
  expect(
    await rowsOf(world.database.connection, sql`select outcome from deliveries where id = ${key.id}`),
  ).toEqual([{ outcome: 'refused: not-allowed' }]);
});

test('a pause is said with who, why and how to go on, twice says so, and every status shows it first', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  const { session } = await world.addRunningTask(host);
  await world.addTask({ brief: 'Wait for it' });
  expect(readAnswer(await world.say(VIC, 'pause'))).toContain(
    'to pause the director you need the role operator',
  );
  expect(readAnswer(await world.say(OLA, 'resume'))).toBe('The director is not paused.');

  expect(readAnswer(await world.say(OLA, 'pause deploying the shop'))).toContain('resume lets it go on');
  world.clock.advance(300_000);
  expect(readAnswer(await world.say(ANN, 'pause again'))).toBe(
    'The director is paused already, by Ola for 5 min: deploying the shop. resume ends that.',
  );
  for (const words of ['status', 'status T1', 'status T2', 'queue']) {
    expect(readAnswer(await world.say(VIC, words)).split('\n')[1]).toBe(
      'Director paused by Ola for 5 min: deploying the shop. Nothing is started or decided by itself until resume.',
    );
  }
  expect(await world.store.openPause()).toMatchObject({ why: 'deploying the shop', thread: null });

  expect(readAnswer(await world.say(VIC, 'resume'))).toContain('you need the role operator');
  const before = await world.jobs.countOpen('cycle');
  expect(readAnswer(await world.say(ANN, 'resume'))).toBe(
    'The director goes on. It was paused by Ola for 5 min: deploying the shop.',
  );
  expect(await world.jobs.countOpen('cycle')).toBe(before + 1);
  expect(await world.jobs.countOpen('place')).toBe(1);
  expect(readAnswer(await world.say(VIC, 'status'))).not.toContain('Director paused');
  expect(session.state).toBe('live');
});

test('decisions and actions of a task read with reasoner, gate, who asked, what came of it and how long it took', async () => {
  await using world = await openWorld();
  const { task, session } = await world.addRunningTask(await world.addHost());
  const because = { reasoner: 'carry-on', why: 'type-text was intended', confidence: 0.9 };
  const effect = { kind: 'type-text' as const, text: 'use ghp_0123456789012345678901234567890123456789' };
  const intended = intendAction(
    {
      id: actionId('a1'),
      task: task.id,
      session: session.id,
      generation: 1,
      effect,
      by: (await world.store.actorOf(ANN))?.id ?? null,
    },
    world.clock.now(),
  );
  await world.store.addAction(intended);
  world.clock.advance(1_000);
  for (let look = 0; look < 3; look += 1) {
    await world.store.recordDecision(
      session,
      { kind: 'hold', action: intended.id, ...because, why: 'the agent asks something first' },
      { kind: 'proceed' },
      world.clock.now(),
    );
    world.clock.advance(10_000);
  }
  await world.store.recordDecision(
    session,
    { kind: 'carry-out', action: intended.id, effect, ...because },
    { kind: 'drop', why: 'the agent cannot be seen right now' },
    world.clock.now(),
  );
  const started = startAction(intended, world.clock.now());
  world.clock.advance(2_500);
  await world.store.saveAction(
    settleAction(
      started,
      { state: 'failed', why: 'it was typed, but nothing of it shows' },
      world.clock.now(),
    ),
  );

  const [title, ...lines] = readAnswer(await world.say(VIC, 'decisions T1')).split('\n');
  expect(title).toBe('Decisions for T1 Add a health endpoint');
  expect(lines).toEqual([
    '34 s ago — Ann asked to type “use [redacted GitHub token]” — failed, took 2.5 s: it was typed, but nothing of it shows',
    '13 s ago — carry-on decided to hold an action: the agent asks something first (90 % sure) — allowed (3 times in 20 s)',
    '3 s ago — carry-on decided to type “use [redacted GitHub token]”: type-text was intended (90 % sure) — held back: the agent cannot be seen right now',
  ]);
  expect(readAnswer(await world.say(VIC, 'decisions'))).toContain('Write `decisions T12`');
  expect(readAnswer(await world.say(VIC, 'decisions T9'))).toContain('There is no task T9');
});

test('in a thread decisions are those of every try, and many of them come as a file', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  const { task, session } = await world.addRunningTask(host);
  const thread = { ...CHANNEL, threadTs: '17.5' };
  await world.store.recordCardMessage(task.thread, 'slack', thread.threadTs);
  const told = (nth: number) =>
    world.store.recordDecision(
      session,
      { kind: 'wait', reasoner: 'lifecycle', why: `for the ${nth}th time`, confidence: 1 },
      { kind: 'proceed' },
      world.clock.now(),
    );
  await told(1);
  expect(readAnswer(await world.say(VIC, 'decisions', thread))).toMatch(
    /ago — lifecycle decided to wait: for the 1th/,
  );

  await world.store.saveSession({ ...session, state: 'ended' });
  await world.store.saveTask(failTask(task, 'it broke', [], world.clock.now()));
  expect(readAnswer(await world.say(OLA, 'retry T1'))).toContain('Queued again as T2');
  expect(readAnswer(await world.say(VIC, 'decisions', thread))).toMatch(/ago — T1 lifecycle decided to wait/);
  for (let nth = 2; nth <= 30; nth += 1) await told(nth);
  const long = await world.say(VIC, 'decisions T1', thread);
  expect(long).toMatchObject({ ok: true, value: { kind: 'posted' } });
  const lines = readAnswer(long).split('\n');
  expect(lines.slice(-3)).toEqual([
    containing('for the 30th time'),
    'The last 20 of 30.',
    '<text: The last 30 decisions and actions of T1>',
  ]);
  expect(readAnswer(await world.say(VIC, 'decisions T1', SHELL)).split('\n')).toHaveLength(31);
});

test('two accounts of one person are one actor, whichever was seen first', async () => {
  await using world = await openWorld();
  await world.ask(GITHUB, LABELLED, ISSUE);
  await world.store.replaceIdentities([{ ...GITHUB, actor: world.ann.id }]);
  await world.ask(GITHUB, { ...LABELLED, issue: 8 }, { ...ISSUE, issue: 8 });
  const [before, after] = await tasksIn(world, 'queued');
  expect(before?.askedBy).not.toBe(world.ann.id);
  expect(after?.askedBy).toBe(world.ann.id);
  expect(readAnswer(await world.ask(GITHUB, { kind: 'words', words: 'hosts drain dev9' }, SHELL))).toContain(
    'no-such-host',
  );
});

test('a role is what the configuration says today, and a new name is taken over', async () => {
  const roles = new Map([['UOLA', 'operator' as const]]);
  await using world = await openWorld({ roleOf: ({ externalId }) => roles.get(externalId) ?? 'viewer' });
  expect(await world.say(OLA, 'add Fix it')).toEqual(nothing);
  roles.delete('UOLA');
  expect(readAnswer(await world.say({ ...OLA, name: 'Ola Nord' }, 'add Fix it'))).toContain(
    'add it for Ola Nord.',
  );
  expect(await world.store.actorOf(OLA)).toMatchObject({ name: 'Ola Nord', role: 'viewer' });
});
