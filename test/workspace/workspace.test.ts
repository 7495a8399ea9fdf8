import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { type Fields, fieldsListAt, textAt } from '../../src/workspace/json.ts';
import { OTHER_ADDRESS, statusFromElsewhere } from '../support/other-address.ts';
import { installExampleBot } from './bot-journey.ts';
import { openTestWorkspace } from './open-test-workspace.ts';

const say = (text: string, person = 'U0ANA', channel = 'C0FLEET') => ({
  kind: 'say',
  person,
  channel,
  threadTs: null,
  text,
});
const messagesOf = (shown: Fields) => fieldsListAt(shown, 'messages');
const botsMessage = (shown: Fields, text: string) =>
  messagesOf(shown).find((entry) => entry.text === text && entry.user === 'U0BOT');

test('a command makes a card, its button rewrites it, and the answer in the thread is seen', async () => {
  const bot: { heard: string[] } = { heard: [] };
  await using world = await openTestWorkspace({
    install: (app) => Object.assign(bot, installExampleBot(app)),
  });

  await world.outcome(say('/deploy shop & <co>'));
  const card = await world.sees((shown) => botsMessage(shown, 'Deploy shop &amp; &lt;co&gt;?'));
  const [, actions] = fieldsListAt(card, 'blocks');
  const place = { kind: 'message', channel: 'C0FLEET', ts: textAt(card, 'ts') };
  await world.outcome({
    kind: 'press',
    person: 'U0SAM',
    place,
    blockId: actions?.block_id,
    actionId: 'go',
    input: null,
    inputs: {},
  });

  const shown = await world.sees((now) => (fieldsListAt(now, 'ephemerals').length > 0 ? now : null), 'U0SAM');
  expect(bot.heard).toEqual(['command shop &amp; &lt;co&gt;', 'button shop &amp; &lt;co&gt; by U0SAM']);
  expect(messagesOf(shown)).toMatchObject([
    { text: 'Deployed shop &amp; &lt;co&gt;', blocks: [] },
    { text: 'It is out.', threadTs: textAt(card, 'ts') },
  ]);
  expect(fieldsListAt(shown, 'ephemerals')).toMatchObject([{ text: 'Thank you.', to: 'U0SAM' }]);
  expect(fieldsListAt(await world.snapshot('U0ANA'), 'ephemerals')).toEqual([]);
});

test('a form shows the errors of the bot, keeps open, and closes when they are gone', async () => {
  const bot: { heard: string[] } = { heard: [] };
  await using world = await openTestWorkspace({
    install: (app) => Object.assign(bot, installExampleBot(app)),
  });

  await world.outcome(say('/deploy form'));
  const view = await world.sees((shown) => fieldsListAt(shown, 'modals').at(0));
  const submit = (name: string | null) =>
    world.outcome({ kind: 'submit', person: 'U0ANA', viewId: view.id, inputs: { what: { name } } });

  expect(await submit(null)).toEqual({
    kind: 'errors',
    errors: { what: 'Please complete this required field.' },
  });
  expect(await submit('ab')).toEqual({ kind: 'errors', errors: { what: 'At least three letters.' } });
  expect(fieldsListAt(await world.snapshot(), 'modals')).toHaveLength(1);
  expect(await submit('abc')).toEqual({ kind: 'done' });
  expect(fieldsListAt(await world.snapshot(), 'modals')).toEqual([]);
  expect(bot.heard).toContain('form abc');
});

test('closing a form tells the bot that asked to be told', async () => {
  const bot: { heard: string[] } = { heard: [] };
  await using world = await openTestWorkspace({
    install: (app) => Object.assign(bot, installExampleBot(app)),
  });
  await world.outcome(say('/deploy form'));
  const view = await world.sees((shown) => fieldsListAt(shown, 'modals').at(0));
  await world.outcome({ kind: 'close', person: 'U0ANA', viewId: view.id });
  await world.sees(() => bot.heard.includes('form closed'));
});

test('a mention reaches the bot, and its answer is in the thread', async () => {
  await using world = await openTestWorkspace({ install: installExampleBot });
  await world.outcome(say('@Fleet Director are you there?'));
  const answer = await world.sees((shown) => botsMessage(shown, 'Yes?'));
  const [asked] = messagesOf(await world.snapshot());
  expect(asked?.text).toBe('<@U0BOT> are you there?');
  expect(answer.threadTs).toBe(asked?.ts);
});

test('a command the bot leaves unanswered for three seconds is reported as Slack reports it', async () => {
  await using world = await openTestWorkspace({
    install: (app) => app.command('/silent', async () => {}),
  });
  await world.outcome(say('/silent'));
  const shown = await world.snapshot();
  const [said] = fieldsListAt(shown, 'ephemerals');
  expect(said).toMatchObject({ from: 'slack', to: 'U0ANA' });
  expect(said?.text).toContain('operation_timeout');
});

test('a command nobody offers is no command, and one in a thread is refused', async () => {
  await using world = await openTestWorkspace({ install: installExampleBot });
  await world.outcome(say('/nothing'));
  expect(fieldsListAt(await world.snapshot(), 'ephemerals')).toMatchObject([
    { text: '`/nothing` is not a valid command.' },
  ]);
  expect(await world.outcome({ ...say('/deploy x'), threadTs: '1.000001' })).toMatchObject({
    kind: 'problem',
  });
});

test('the bot cannot speak where it does not belong until somebody invites it', async () => {
  await using world = await openTestWorkspace({ install: installExampleBot });
  const client = new WebClient('xoxb-local', {
    slackApiUrl: world.workspace.slackApiUrl,
    retryConfig: { retries: 0 },
  });
  const post = () => client.chat.postMessage({ channel: 'C0RANDOM', text: 'hello' });
  await expect(post()).rejects.toMatchObject({ data: { error: 'not_in_channel' } });
  await world.outcome(say('/invite @Fleet Director', 'U0ANA', 'C0RANDOM'));
  await expect(post()).resolves.toMatchObject({ ok: true });
});

test('the Web API wants the right token, and form encoding means the same as JSON', async () => {
  await using world = await openTestWorkspace();
  const call = async (headers: Record<string, string>, body: string) =>
    (await fetch(`${world.workspace.slackApiUrl}chat.postMessage`, { method: 'POST', headers, body })).json();
  const json = { 'content-type': 'application/json' };
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'a' } }];

  expect(await call(json, JSON.stringify({ channel: 'C0FLEET', text: 'a' }))).toMatchObject({
    ok: false,
    error: 'not_authed',
  });
  expect(
    await call({ ...json, authorization: 'Bearer wrong' }, JSON.stringify({ channel: 'C0FLEET', text: 'a' })),
  ).toMatchObject({ error: 'invalid_auth' });
  expect(
    await call({ ...json, authorization: 'Bearer xoxb-local' }, JSON.stringify({ channel: 'C9', text: 'a' })),
  ).toMatchObject({ error: 'channel_not_found' });
  const form = new URLSearchParams({
    token: 'xoxb-local',
    channel: 'C0FLEET',
    blocks: JSON.stringify(blocks),
  });
  expect(await call({ 'content-type': 'application/x-www-form-urlencoded' }, form.toString())).toMatchObject({
    ok: true,
    message: { blocks },
  });
});

test('a file goes to its address, is shown in the thread, and is served from here', async () => {
  await using world = await openTestWorkspace();
  const client = new WebClient('xoxb-local', { slackApiUrl: world.workspace.slackApiUrl });
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0FLEET', text: 'card' });
  await client.filesUploadV2({
    channel_id: 'C0FLEET',
    thread_ts: ts,
    filename: 'screen.txt',
    title: 'Screen',
    content: 'npm test',
  });
  const [, reply] = messagesOf(await world.snapshot());
  expect(reply).toMatchObject({ threadTs: ts, files: [{ title: 'Screen' }] });
  const [file] = fieldsListAt(reply, 'files');
  expect(await (await fetch(textAt(file, 'url_private') ?? '')).text()).toBe('npm test');
});

test('messages outlive the program, whatever happened to the last line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'workspace-'));
  const journalFile = join(folder, 'workspace.ndjson');
  try {
    {
      await using world = await openTestWorkspace({ journalFile });
      await world.outcome(say('one'));
      await world.outcome(say('two'));
    }
    await appendFile(journalFile, '{"kind":"message-stored","message":{"channel":"C0FLEET","ts":"99');
    {
      await using world = await openTestWorkspace({ journalFile });
      await world.outcome(say('three'));
    }
    await using world = await openTestWorkspace({ journalFile });
    expect(messagesOf(await world.snapshot()).map((entry) => entry.text)).toEqual(['one', 'two', 'three']);
    expect((await readFile(journalFile, 'utf8')).endsWith('\n')).toBe(true);
    expect((await stat(journalFile)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['a page of another origin', { origin: 'https://evil.example' }, 403],
  ['a page of another site by the same name', { origin: 'same', 'sec-fetch-site': 'cross-site' }, 403],
  ['nobody in particular', {}, 403],
  [
    'a form, which a foreign page can send without asking',
    { origin: 'same', 'content-type': 'text/plain' },
    415,
  ],
  ['the page itself', { origin: 'same', 'sec-fetch-site': 'same-origin' }, 200],
])('%s changes something: %#', async (_, headers: Record<string, string>, status) => {
  await using world = await openTestWorkspace();
  const own = headers.origin === 'same' ? { ...headers, origin: world.origin } : headers;
  expect((await world.act(say('hello'), own)).status).toBe(status);
  expect(messagesOf(await world.snapshot())).toHaveLength(status === 200 ? 1 : 0);
});

test('a foreign name that points here is not answered', async () => {
  await using world = await openTestWorkspace();
  const status = await new Promise((resolve, reject) => {
    httpRequest(`${world.origin}/`, { headers: { host: 'evil.example' } }, (response) =>
      resolve(response.statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});

test.skipIf(OTHER_ADDRESS === null)(
  'another machine is told nothing, whatever headers it sends',
  async () => {
    await using world = await openTestWorkspace();
    const { origin } = world;
    const paths = ['/', '/workspace/page/stream', '/archives/C0FLEET/p1', '/workspace/files/F1'];
    for (const path of paths) expect(await statusFromElsewhere(`${origin}${path}`)).toBe(403);
    for (const url of [`${origin}/workspace/page/do`, `${world.workspace.slackApiUrl}chat.postMessage`]) {
      const headers = { origin, 'content-type': 'application/json' };
      expect(await statusFromElsewhere(url, { method: 'POST', headers })).toBe(403);
    }
  },
);

test('a foreign page cannot use the token of the bot', async () => {
  await using world = await openTestWorkspace();
  const response = await fetch(`${world.workspace.slackApiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ token: 'xoxb-local', channel: 'C0FLEET', text: 'hello' }),
  });
  expect(response.status).toBe(403);
});

test('what is not of the workspace is left to others', async () => {
  await using world = await openTestWorkspace();
  expect(await (await fetch(`${world.origin}/healthz`)).text()).toBe('not ours');
  expect((await fetch(`${world.origin}/workspace/page/../door.ts`)).status).toBe(404);
  expect((await fetch(`${world.origin}/`)).headers.get('content-security-policy')).toContain(
    "default-src 'none'",
  );
});

test('a pull request has a page, and whatever is in its diff is text', async () => {
  const at = new Date('2026-01-02T03:04:05Z');
  const pullRequest = {
    number: 7,
    title: '<img src=x onerror=alert(1)>',
    body: 'Adds it',
    author: 'agent',
    state: 'open' as const,
    branch: 'fleet/x',
    base: 'main',
    comments: [{ id: 1, author: 'ana', body: 'Good', createdAt: at, updatedAt: at }],
    createdAt: at,
  };
  await using world = await openTestWorkspace({
    github: {
      owner: 'demo',
      repository: 'shop',
      label: 'fleet',
      issues: async () => [],
      issue: async () => null,
      createIssue: async () => ({ number: 1 }),
      addLabel: async () => {},
      removeLabel: async () => {},
      comment: async () => {},
      pullRequests: async () => [pullRequest],
      pullRequest: async (number) =>
        number === 7 ? { pullRequest, diff: '+<script>alert(1)</script>' } : null,
    },
  });
  const html = await (await fetch(`${world.origin}/github/demo/shop/pull/7`)).text();
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).not.toContain('<img src=x');
  expect((await fetch(`${world.origin}/github/demo/shop/pull/8`)).status).toBe(404);
  expect((await fetch(`${world.origin}/github/other/shop/pull/7`)).status).toBe(404);
  expect(await (await fetch(`${world.origin}/workspace/page/github`)).json()).toMatchObject({
    pullRequests: [{ number: 7, branch: 'fleet/x' }],
  });
});
