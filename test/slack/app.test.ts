import { expect, test } from 'vitest';
import type { Card, Delivery } from '../../src/domain/index.ts';
import { sentenceCard, taskId } from '../../src/domain/index.ts';
import { createSlackApp } from '../../src/slack/in/app.ts';
import { requestFromDelivery } from '../../src/slack/in/request-from-payload.ts';
import { slackGate } from '../../src/slack/out/gate.ts';
import { openReceiver } from '../../src/workspace/receiver.ts';
import { commandPayload } from '../../src/workspace/slack-payloads.ts';
import { openSlackDouble, signSlackRequest } from '../doubles/slack.ts';
import { containing } from '../support/containing.ts';
import { NO_PICTURES } from '../support/pictures.ts';
import { openReachedApp, type ReachedApp, WAYS } from './reached-app.ts';

const CANCEL_CARD: Card = {
  ...sentenceCard('T12 is running'),
  buttons: [
    {
      request: { kind: 'task', verb: 'cancel', task: taskId(12) },
      label: 'Cancel',
      style: 'danger',
      confirm: null,
    },
  ],
};

test.each(WAYS)('over %s a command is stored before it is acknowledged, to the letter', async (way) => {
  await using reached = await openReachedApp(way);
  const text = "add '; touch /tmp/x; $(id) <b> & “q”\n漢 --repo demo/shop";
  // As Slack escapes what people type.
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const reception = await reached.sender.sendSlashCommand({ command: '/fleet', text: escaped });
  expect(reception).toEqual({ kind: 'acknowledged', response: undefined });
  expect(reached.stored).toMatchObject([{ source: 'slack', kind: 'command' }]);
  expect(asksIn(reached)).toMatchObject([
    { from: { externalId: 'U0ANA' }, ask: { kind: 'words', words: text } },
  ]);
});

test.each(WAYS)(
  'over %s a mention is one request, though Slack sends it as two events and again',
  async (way) => {
    await using reached = await openReachedApp(way);
    const { slack, sender } = reached;
    const said = await sender.say({ text: `<@${slack.bot.userId}> status` });
    const again = {
      type: 'app_mention',
      channel: said.channel,
      user: said.user,
      text: said.text,
      ts: said.ts,
      team: slack.teamId,
    };
    await sender.sendEvent(again, { number: 1, reason: 'http_timeout' });
    await sender.sendEvent({ ...again, type: 'message' }, { number: 2, reason: 'http_timeout' });
    expect(asksIn(reached)).toMatchObject([{ ask: { kind: 'words', words: 'status' } }]);
  },
);

test.each(WAYS)('over %s replies in threads of the bot are kept, other talk is not', async (way) => {
  await using reached = await openReachedApp(way);
  const { slack, sender, app } = reached;
  const posted = await slackGate(app.client, fetch, NO_PICTURES).post(
    { channel: slack.channel, threadTs: null },
    CANCEL_CARD,
    'm',
  );
  const card = posted.ok ? posted.value.ts : '';
  const said = { type: 'message', channel: slack.channel, user: 'U0ANA', team: slack.teamId };
  await sender.sendEvent({ ...said, text: 'lunch?', ts: '1.000' });
  await sender.sendEvent({ ...said, text: 'yes', ts: '2.000', thread_ts: '1.000', parent_user_id: 'U0ANA' });
  const ours = { thread_ts: card, parent_user_id: slack.bot.userId };
  await sender.sendEvent({ ...said, ...ours, text: 'use port 8080', ts: '3.000' });
  await sender.sendEvent({ ...said, ...ours, text: 'so be it', ts: '4.000', user: slack.bot.userId });
  await sender.sendEvent({ ...said, ...ours, text: 'deployed', ts: '5.000', bot_id: 'B0OTHER' });
  expect(asksIn(reached)).toMatchObject([
    {
      place: { channel: slack.channel, threadTs: card },
      ask: { kind: 'thread-reply', words: 'use port 8080' },
    },
  ]);
});

test.each(WAYS)('over %s a press is stored with what the button carries', async (way) => {
  await using reached = await openReachedApp(way);
  const { slack, sender, app } = reached;
  const posted = await slackGate(app.client, fetch, NO_PICTURES).post(
    { channel: slack.channel, threadTs: null },
    CANCEL_CARD,
    'm',
  );
  const ts = posted.ok ? posted.value.ts : '';
  const reception = await sender.pressButton(
    { channel: slack.channel, ts },
    'fleet:cancel:12',
    slack.people[1].id,
  );
  expect(reception).toMatchObject({ kind: 'acknowledged' });
  expect(asksIn(reached)).toMatchObject([
    {
      from: { externalId: slack.people[1].id },
      ask: { kind: 'button', button: { verb: 'cancel', task: 12 } },
    },
  ]);
});

test.each(WAYS)('over %s opening the Home tab asks for it', async (way) => {
  await using reached = await openReachedApp(way);
  await reached.sender.sendEvent({
    type: 'app_home_opened',
    user: 'U0ANA',
    channel: 'D0ANA',
    tab: 'home',
    event_ts: '1.0',
  });
  expect(asksIn(reached)).toMatchObject([{ ask: { kind: 'open-home' } }]);
});

test.each(WAYS)('over %s a command that cannot be stored is answered so', async (way) => {
  await using reached = await openReachedApp(way);
  reached.setStorage(false);
  expect(await reached.sender.sendSlashCommand({ command: '/fleet', text: 'status' })).toEqual({
    kind: 'acknowledged',
    response: { response_type: 'ephemeral', text: containing('could not be stored') },
  });
});

test('an event that cannot be stored is not acknowledged, and is stored when Slack sends it again', async () => {
  await using reached = await openReachedApp('http');
  const mention = {
    type: 'app_mention',
    channel: 'C0FLEET',
    user: 'U0ANA',
    text: '<@U0BOT> status',
    ts: '1.000',
    team: reached.slack.teamId,
  };
  reached.setStorage(false);
  expect(await reached.sender.sendEvent(mention)).toEqual({ kind: 'failed' });
  reached.setStorage(true);
  expect(await reached.sender.sendEvent(mention, { number: 1, reason: 'http_error' })).toMatchObject({
    kind: 'acknowledged',
  });
  expect(reached.stored).toHaveLength(1);
});

test('over the socket as well, what is not stored is not acknowledged', async () => {
  await using reached = await openReachedApp('socket');
  reached.setStorage(false);
  const mention = {
    type: 'app_mention',
    channel: 'C0FLEET',
    user: 'U0ANA',
    text: '<@U0BOT> status',
    ts: '1.000',
  };
  expect(await reached.sender.sendEvent(mention)).toEqual({ kind: 'too-late' });
});

test('a press that cannot be stored is not acknowledged', async () => {
  await using reached = await openReachedApp('http');
  const { slack, sender, app } = reached;
  const posted = await slackGate(app.client, fetch, NO_PICTURES).post(
    { channel: slack.channel, threadTs: null },
    CANCEL_CARD,
    'm',
  );
  reached.setStorage(false);
  const message = { channel: slack.channel, ts: posted.ok ? posted.value.ts : '' };
  expect(await sender.pressButton(message, 'fleet:cancel:12')).toEqual({ kind: 'failed' });
});

test('while Slack does not say who the bot is, nothing is acknowledged; afterwards all is well', async () => {
  await using reached = await openReachedApp('http');
  const mention = {
    type: 'app_mention',
    channel: 'C0FLEET',
    user: 'U0ANA',
    text: '<@U0BOT> status',
    ts: '1.000',
    team: reached.slack.teamId,
  };
  reached.slack.failNext('auth.test', { kind: 'server-error' });
  expect(await reached.sender.sendEvent(mention)).toEqual({ kind: 'failed' });
  expect(await reached.sender.sendEvent(mention)).toMatchObject({ kind: 'acknowledged' });
  expect(reached.stored).toHaveLength(1);
});

test('the verification token of old is not stored', async () => {
  await using reached = await openReachedApp('http');
  await reached.sender.sendSlashCommand({ command: '/fleet', text: 'status' });
  expect(reached.stored[0]?.payload).toMatchObject({ body: { command: '/fleet' }, bot: { userId: 'U0BOT' } });
  expect(reached.stored[0]?.payload).not.toHaveProperty('body.token');
});

test('an unsigned, a wrongly signed and an old request are refused', async () => {
  await using reached = await openReachedApp('http');
  const body = JSON.stringify({ type: 'event_callback', event: { type: 'app_mention', text: 'status' } });
  const now = Math.floor(Date.now() / 1000);
  for (const headers of [
    {},
    signSlackRequest('another-secret', body, now),
    signSlackRequest(reached.slack.signingSecret, body, now - 3600),
    signSlackRequest(reached.slack.signingSecret, `${body} `, now),
  ]) {
    const response = await fetch(reached.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(response.status).toBe(401);
  }
  expect(reached.stored).toEqual([]);
});

test('of the shared HTTP server only Slack’s own path is answered', async () => {
  await using reached = await openReachedApp('http');
  expect((await fetch(reached.url)).status).toBe(404);
  expect((await fetch(new URL('/healthz', reached.url), { method: 'POST' })).status).toBe(404);
});

test('people of a workspace that is not on the list are not heard', async () => {
  await using reached = await openReachedApp('http', { allowedTeams: ['T0OTHER'] });
  await reached.sender.sendSlashCommand({ command: '/fleet', text: 'status' });
  expect(reached.stored.map((delivery) => requestFromDelivery(delivery).ok)).toEqual([false]);
});

test('through a receiver of somebody else’s the same app is reached', async () => {
  await using slack = await openSlackDouble({ signingSecret: 'secret' });
  const { receiver, deliver } = openReceiver(() => {});
  const stored: Delivery[] = [];
  const app = createSlackApp({
    way: { kind: 'receiver', receiver },
    botToken: slack.bot.token,
    slackApiUrl: slack.apiUrl,
    fetch: null,
    command: '/fleet',
    allowedTeams: [],
    intake: { accept: async (delivery) => stored.push(delivery) > 0 },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => new Date(),
  });
  await app.start();
  const reception = await deliver(
    commandPayload(slack.state, { command: '/fleet', text: 'help', person: 'U0ANA', channel: slack.channel }),
  );
  await app.stop();
  expect(reception).toMatchObject({ kind: 'acknowledged' });
  expect(stored).toHaveLength(1);
  expect(app.answer).toBeNull();
});

function asksIn(reached: ReachedApp) {
  return reached.stored.map((delivery) => {
    const request = requestFromDelivery(delivery);
    return request.ok ? request.value : request.error;
  });
}
