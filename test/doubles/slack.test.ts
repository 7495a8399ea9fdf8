import { Server } from 'node:http';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { textAt } from '../../src/workspace/json.ts';
import { until } from '../support/until.ts';
import { installExampleBot } from '../workspace/bot-journey.ts';
import { openSlackDouble, type SlackDouble, type SlackRoute } from './slack.ts';

const SIGNING_SECRET = 'a-signing-secret';

/** A real Bolt app against the double, by either of Slack's two ways to reach it. */
async function openBot(slack: SlackDouble, kind: SlackRoute['kind']) {
  const receiver =
    kind === 'http'
      ? new HTTPReceiver({ signingSecret: SIGNING_SECRET })
      : new SocketModeReceiver({ appToken: slack.appToken, ...clientOf(slack) });
  const app = new App({ token: slack.bot.token, receiver, ...clientOf(slack) });
  const bot = installExampleBot(app);
  const started: unknown = receiver instanceof HTTPReceiver ? await receiver.start(0) : await app.start();
  const route: SlackRoute =
    kind === 'http' ? { kind, url: `http://127.0.0.1:${portOf(started)}/slack/events` } : { kind };
  return {
    ...bot,
    person: slack.through(route),
    route,
    [Symbol.asyncDispose]: async () => {
      await app.stop();
    },
  };
}

function clientOf(slack: SlackDouble) {
  return {
    clientOptions: { slackApiUrl: slack.apiUrl },
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  };
}

function portOf(server: unknown): number {
  const address = server instanceof Server ? server.address() : null;
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return address.port;
}

test.each(['http', 'socket'] as const)(
  'command, card, button, update, respond and form: over %s',
  async (kind) => {
    await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET });
    await using bot = await openBot(slack, kind);

    expect(await bot.person.sendSlashCommand({ command: '/deploy', text: 'shop' })).toMatchObject({
      kind: 'acknowledged',
    });
    const card = await until(() => slack.messages.find((entry) => entry.text === 'Deploy shop?'), {
      withinMs: 5_000,
    });
    expect(await bot.person.pressButton(card, 'go', 'U0SAM')).toMatchObject({ kind: 'acknowledged' });
    await until(() => slack.ephemerals.length > 0, { withinMs: 5_000 });
    expect(slack.updates).toMatchObject([{ ts: card.ts, text: 'Deployed shop' }]);
    expect(slack.messages).toMatchObject([
      { text: 'Deployed shop', blocks: [] },
      { text: 'It is out.', threadTs: card.ts },
    ]);
    expect(slack.ephemerals).toMatchObject([{ text: 'Thank you.', to: 'U0SAM' }]);

    await bot.person.sendSlashCommand({ command: '/deploy', text: 'form' });
    const view = await until(() => slack.views.at(0), { withinMs: 5_000 });
    const viewId = textAt(view, 'id') ?? '';
    expect(await bot.person.submitView({ viewId, inputs: { what: { name: 'ab' } } })).toEqual({
      kind: 'errors',
      errors: { what: 'At least three letters.' },
    });
    expect(await bot.person.submitView({ viewId, inputs: { what: { name: 'abc' } } })).toEqual({
      kind: 'done',
    });
    expect(slack.state.modals('U0ANA')).toEqual([]);

    const asked = await bot.person.say({ text: `<@${slack.bot.userId}> hello` });
    await until(() => slack.messages.find((entry) => entry.threadTs === asked.ts && entry.text === 'Yes?'), {
      withinMs: 5_000,
    });
    expect(bot.heard).toEqual([
      'command shop',
      'button shop by U0SAM',
      'command form',
      'form abc',
      `mention <@${slack.bot.userId}> hello`,
    ]);
  },
);

test('a request signed with another secret never reaches the bot', async () => {
  await using slack = await openSlackDouble({ signingSecret: 'another-secret' });
  await using bot = await openBot(slack, 'http');
  expect(await bot.person.sendSlashCommand({ command: '/deploy', text: 'shop' })).toEqual({ kind: 'failed' });
  expect(bot.heard).toEqual([]);
});

test('a repeated event says that it is one', async () => {
  await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET });
  const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET });
  const app = new App({ token: slack.bot.token, receiver, ...clientOf(slack) });
  const retries: unknown[] = [];
  app.use(async ({ context, next }) => {
    retries.push([context.retryNum, context.retryReason]);
    await next();
  });
  const url = `http://127.0.0.1:${portOf(await receiver.start(0))}/slack/events`;
  await slack
    .through({ kind: 'http', url })
    .sendEvent(
      { type: 'message', channel: slack.channel, user: 'U0ANA', text: 'a', ts: '1.0' },
      { number: 1, reason: 'http_timeout' },
    );
  expect(retries).toEqual([[1, 'http_timeout']]);
  await app.stop();
});

test('a cut socket is opened anew', async () => {
  await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET });
  await using bot = await openBot(slack, 'socket');
  slack.refreshConnections();
  await until(
    () =>
      slack.calls.filter((call) => call.method === 'apps.connections.open').length === 2 &&
      slack.connections === 1,
    { withinMs: 15_000 },
  );
  expect(await bot.person.sendSlashCommand({ command: '/deploy', text: 'shop' })).toMatchObject({
    kind: 'acknowledged',
  });
});

test('calls fail in the way they are told to, once', async () => {
  await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET });
  const client = new WebClient(slack.bot.token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  const post = (text: string) => client.chat.postMessage({ channel: slack.channel, text });

  slack.failNext('chat.postMessage', { kind: 'error', error: 'restricted_action' });
  await expect(post('one')).rejects.toMatchObject({ data: { error: 'restricted_action' } });
  slack.failNext('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7 });
  await expect(post('two')).rejects.toMatchObject({ retryAfter: 7 });
  slack.failNext('chat.postMessage', { kind: 'server-error' });
  await expect(post('three')).rejects.toThrow();
  slack.failNext('chat.postMessage', { kind: 'lost-answer' });
  await expect(post('four')).rejects.toThrow();
  await post('five');

  expect(slack.messages.map((entry) => entry.text)).toEqual(['four', 'five']);
});

test('a trigger opens one view, within three seconds', async () => {
  let nowMs = Date.now();
  await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET, now: () => new Date(nowMs) });
  const client = new WebClient(slack.bot.token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
  const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'a' }, blocks: [] };
  const open = (trigger_id: string) => client.views.open({ trigger_id, view });

  const used = slack.state.newTrigger('U0ANA');
  await expect(open(used)).resolves.toMatchObject({ ok: true });
  await expect(open(used)).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
  const old = slack.state.newTrigger('U0ANA');
  nowMs += 3_001;
  await expect(open(old)).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
});

test('a response address is good for five answers and half an hour', async () => {
  let nowMs = Date.now();
  await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET, now: () => new Date(nowMs) });
  const addresses: string[] = [];
  const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET });
  const app = new App({ token: slack.bot.token, receiver, ...clientOf(slack) });
  app.command('/where', async ({ ack, command }) => {
    addresses.push(command.response_url);
    await ack();
  });
  const url = `http://127.0.0.1:${portOf(await receiver.start(0))}/slack/events`;
  const person = slack.through({ kind: 'http', url });
  const answer = async (address: string, body: object) => {
    const response = await fetch(address, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, textAt(await response.json(), 'error')];
  };

  await person.sendSlashCommand({ command: '/where', text: '' });
  for (const text of ['1', '2', '3', '4', '5'])
    expect(await answer(addresses[0] ?? '', { text })).toEqual([200, null]);
  expect(await answer(addresses[0] ?? '', { text: '6' })).toEqual([404, 'used_url']);
  await person.sendSlashCommand({ command: '/where', text: '' });
  expect(await answer(addresses[1] ?? '', { response_type: 'in_channel', text: 'for all' })).toEqual([
    200,
    null,
  ]);
  nowMs += 30 * 60_000 + 1;
  expect(await answer(addresses[1] ?? '', { text: 'late' })).toEqual([404, 'expired_url']);
  expect(slack.ephemerals).toHaveLength(5);
  expect(slack.messages).toMatchObject([{ text: 'for all' }]);
  await app.stop();
});

test('threads, history, metadata and reactions read back as they were written', async () => {
  await using slack = await openSlackDouble({ signingSecret: SIGNING_SECRET });
  const client = new WebClient(slack.bot.token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
  const { channel } = slack;
  const metadata = { event_type: 'task', event_payload: { id: 't-1' } };
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'card', metadata });
  const { ts: replyTs } = await client.chat.postMessage({ channel, text: 'reply', thread_ts: ts });

  const plain = await client.conversations.replies({ channel, ts });
  const full = await client.conversations.replies({ channel, ts, include_all_metadata: true });
  expect(plain.messages?.map((entry) => [entry.text, 'metadata' in entry])).toEqual([
    ['card', false],
    ['reply', false],
  ]);
  expect(full.messages?.[0]).toMatchObject({ metadata, reply_count: 1, latest_reply: replyTs });
  expect((await client.conversations.history({ channel })).messages?.map((entry) => entry.text)).toEqual([
    'card',
  ]);

  await client.reactions.add({ channel, timestamp: ts, name: 'eyes' });
  await expect(client.reactions.add({ channel, timestamp: ts, name: 'eyes' })).rejects.toMatchObject({
    data: { error: 'already_reacted' },
  });
  await client.reactions.remove({ channel, timestamp: ts, name: 'eyes' });
  await expect(client.chat.update({ channel, ts: '1.000001', text: 'a' })).rejects.toMatchObject({
    data: { error: 'message_not_found' },
  });
  const theirs = await slack.through({ kind: 'socket' }).say({ text: 'mine' });
  await expect(client.chat.update({ channel, ts: theirs.ts, text: 'a' })).rejects.toMatchObject({
    data: { error: 'cant_update_message' },
  });
  expect(await client.usergroups.users.list({ usergroup: 'S0APPROVERS' })).toMatchObject({
    users: ['U0ANA'],
  });
});
