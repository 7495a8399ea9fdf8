import { expect, test } from 'vitest';
import {
  actorId,
  answerApproval,
  approvalId,
  type Card,
  completeTask,
  failTask,
  type OpenApproval,
  ok,
  openApproval,
  sessionId,
} from '../../src/domain/index.ts';
import type { SurfaceClient } from '../../src/notify/ports.ts';
import type { Message } from '../../src/workspace/slack-state.ts';
import { underPolicy } from '../domain/policies.ts';
import { containing } from '../support/containing.ts';
import { openToldThread, type ToldThread } from './told-thread.ts';

const TOLD = { kind: 'told' };

test('a task gets one card, and its thread below it', async () => {
  await using told = await openToldThread();
  expect(await told.deliver()).toEqual(TOLD);
  const [card, progress, ...more] = told.shown();
  expect(more).toEqual([]);
  expect(card).toMatchObject({
    channel: told.slack.channel,
    threadTs: null,
    text: containing('T12 queued'),
  });
  expect(progress).toMatchObject({ threadTs: card?.ts, text: containing('Queued by Ana') });
  expect(await told.store.findThread(told.thread)).toMatchObject({ slack: { messageTs: card?.ts } });
});

test('telling a thread again changes nothing', async () => {
  await using told = await openToldThread();
  await told.deliver();
  const calls = told.slack.calls.length;
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.slack.calls).toHaveLength(calls);
});

test('news edit what is there and add only what is new, in order', async () => {
  await using told = await openToldThread();
  await told.deliver();
  const running = await told.run();
  await told.deliver();
  expect(told.shown()).toHaveLength(2);
  expect(words(told.shown()[1])).toMatch(/Queued.*Assigned.*dev1.*Running/s);
  await told.store.saveTask(failTask(running, 'the agent ended', ['last words'], new Date()));
  await told.deliver();
  expect(told.shown().map((message) => message.text)).toEqual([
    containing('T12 failed'),
    containing('T12: Running'),
    containing('T12 failed: the agent ended'),
  ]);
  expect(words(told.shown()[2])).toContain('last words');
});

test('an answered question is rewritten where it stands, without its buttons', async () => {
  await using told = await openToldThread();
  await told.run();
  const approval = await ask(told);
  await told.deliver();
  expect(words(told.shown()[2])).toContain('"action_id":"fleet:answer:');
  const answered = answerApproval(approval, 'approve', actorId('ann'), new Date());
  if (answered.ok) await told.store.saveApproval(answered.value);
  await told.deliver();
  expect(told.shown()).toHaveLength(3);
  expect(words(told.shown()[2])).toContain('answered by Ana');
  expect(words(told.shown()[2])).not.toContain('action_id');
});

test('a card whose answer was lost is found in its channel', async () => {
  await using told = await openToldThread();
  told.slack.failNext('chat.postMessage', { kind: 'lost-answer' });
  expect(await told.deliver()).toMatchObject({ kind: 'later' });
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.shown().map((message) => message.threadTs === null)).toEqual([true, false]);
});

test('a reply whose answer was lost is found in its thread', async () => {
  await using told = await openToldThread();
  await told.deliver();
  await told.run();
  await ask(told);
  told.slack.failNext('chat.postMessage', { kind: 'lost-answer' });
  expect(await told.deliver()).toMatchObject({ kind: 'later' });
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.shown().filter((message) => words(message).includes('fleet:answer:'))).toHaveLength(1);
});

test('when Slack asks to slow down, the caller hears for how long and the order is kept', async () => {
  await using told = await openToldThread();
  told.slack.failNext('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7 });
  const asked = Date.now();
  const outcome = await told.deliver();
  const waitMs = outcome.kind === 'later' ? outcome.notBefore.getTime() - asked : 0;
  expect(waitMs).toBeGreaterThanOrEqual(7_000);
  expect(waitMs).toBeLessThan(10_000);
  expect(told.shown()).toEqual([]);
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.shown()).toHaveLength(2);
});

test('when Slack is in trouble, nothing is lost', async () => {
  await using told = await openToldThread();
  told.slack.failNext('chat.postMessage', { kind: 'server-error' });
  expect(await told.deliver()).toMatchObject({ kind: 'later' });
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.shown()).toHaveLength(2);
});

test('a channel without the bot is refused once, with what to do; after the invitation the next news arrive', async () => {
  await using told = await openToldThread({ inOtherChannel: true });
  expect(await told.deliver()).toEqual(TOLD);
  expect(await told.store.notifications(told.thread, 'slack')).toMatchObject([
    { key: 'card', state: 'undeliverable', why: containing('/invite') },
  ]);
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.shown()).toEqual([]);
  told.slack.state.commit({
    kind: 'member-joined',
    channel: told.slack.otherChannel,
    user: told.slack.bot.userId,
  });
  await told.run();
  expect(await told.deliver()).toEqual(TOLD);
  expect(told.shown()).toHaveLength(2);
});

test('what Slack refuses does not keep GitHub from being told', async () => {
  await using told = await openToldThread({ inOtherChannel: true });
  const comments: Card[] = [];
  const github: SurfaceClient = {
    post: async (_thread, { card }) => ok({ messageId: String(comments.push(card)) }),
    edit: async () => ok(undefined),
    find: async () => ok(null),
  };
  const slack: SurfaceClient = {
    ...github,
    post: async () => ({ ok: false, error: { kind: 'refused', why: 'Invite me.' } }),
  };
  expect(await told.deliver('one', { surfaces: { slack, github } })).toEqual(TOLD);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.buttons).toEqual([]);
});

test('a card that somebody deleted is posted anew, once', async () => {
  await using told = await openToldThread();
  await told.deliver();
  const [card] = told.shown();
  told.slack.state.commit({ kind: 'message-deleted', channel: told.slack.channel, ts: card?.ts ?? '' });
  const running = await told.run();
  expect(await told.deliver()).toEqual(TOLD);
  await told.store.saveTask(completeTask(running, new Date()));
  expect(await told.deliver()).toEqual(TOLD);
  const cards = told.shown().filter((message) => message.threadTs === null);
  expect(cards).toHaveLength(1);
  expect(cards[0]?.text).toContain('T12 finished');
});

test('a thread is told by one process at a time', async () => {
  await using told = await openToldThread();
  const outcomes = await Promise.all(['one', 'two', 'three'].map((owner) => told.deliver(owner)));
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['busy', 'busy', 'told']);
  expect(told.shown()).toHaveLength(2);
});

test('a process that is told to stop begins no further message', async () => {
  await using told = await openToldThread();
  expect(await told.deliver('one', { signal: AbortSignal.abort() })).toMatchObject({ kind: 'later' });
  expect(told.shown()).toEqual([]);
});

async function ask(told: ToldThread): Promise<OpenApproval> {
  const step = openApproval(
    {
      id: approvalId('approval-1'),
      task: told.task.id,
      thread: told.thread,
      subject: { kind: 'cancel-task', session: sessionId('session-1'), generation: 1 },
      choices: [
        { id: 'approve', label: 'Cancel it', style: 'danger' },
        { id: 'deny', label: 'Keep it', style: 'plain' },
      ],
      requestedBy: null,
      ...underPolicy({ expiresAfterMs: 60_000 }),
    },
    { digest: () => 'd'.repeat(64), at: new Date() },
  );
  await told.store.addApproval(step);
  return step.next;
}

function words(message: Message | undefined): string {
  return JSON.stringify(message?.blocks);
}
