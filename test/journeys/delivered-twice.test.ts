import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { eventPayload, messageEvents } from '../../src/workspace/slack-payloads.ts';
import { openSlackDouble, signSlackRequest } from '../doubles/slack.ts';
import { until } from '../support/until.ts';
import { openRealGithub } from './real-github.ts';
import { JOURNEY, openWorld, type World } from './world.ts';

/** Without a host nothing is placed: what was asked for stays in the queue, to be counted. */
const noHosts = (toml: string) => toml.replace(/\[\[hosts\]\]\nname = "here"\nlocal = true\n/, '');

async function queue({ cli }: World): Promise<readonly string[]> {
  const { stdout } = await cli('queue');
  return stdout.split('\n').filter((line) => /\bT\d+\b/.test(line));
}

/** The queue once everything that was delivered has been worked on: `marker` was delivered last. */
async function queueUpTo(world: World, marker: string): Promise<readonly string[]> {
  return until(
    async () => {
      const lines = await queue(world);
      return lines.some((line) => line.includes(marker)) && lines;
    },
    { withinMs: 20_000, what: `${marker} in the queue` },
  );
}

test('what GitHub delivers again makes nothing again', JOURNEY, async () => {
  await using real = await openRealGithub();
  const { github } = real;
  await using world = await openWorld({
    toml: async (folder) => noHosts(await real.toml(folder)),
    env: real.env,
  });
  const url = `http://127.0.0.1:${world.port}/webhooks/github`;
  github.connect(url);

  // Opened with its label: one delivery for each of the two.
  await github.createIssue({ title: 'Twice told', labels: ['fleet'] });
  await until(() => github.deliveries.length >= 2, { withinMs: 10_000, what: 'both deliveries' });
  const told = [...github.deliveries];
  const again = await Promise.all(
    [...told, ...told, ...told].map((delivery) => github.redeliver(url, delivery)),
  );
  expect(again.every((response) => response.ok)).toBe(true);
  const labelled = told.find((delivery) => delivery.event === 'issues');
  if (labelled === undefined) throw new Error('no delivery of an issue');
  // The same news under new ids, at the same time.
  const news = await Promise.all(
    [1, 2, 3, 4].map(() => github.redeliver(url, { ...labelled, id: randomUUID() })),
  );
  expect(news.every((response) => response.ok)).toBe(true);

  const forged = await github.deliver(url, {
    event: 'issues',
    payload: JSON.parse(labelled.body.replaceAll('Twice told', 'Forged')),
    secret: 'a guess',
  });
  expect(forged.status).toBe(401);

  await github.createIssue({ title: 'The last one', labels: ['fleet'] });
  const lines = await queueUpTo(world, 'The last one');
  expect(lines).toEqual([expect.stringContaining('Twice told'), expect.stringContaining('The last one')]);
  const comments = () => github.comments(1);
  await until(async () => (await comments()).length > 0, { withinMs: 20_000, what: 'the comment' });
  expect(await comments()).toHaveLength(1);
});

test('what Slack sends again makes nothing again', JOURNEY, async () => {
  const secret = 'a secret only Slack knows';
  await using slack = await openSlackDouble({ signingSecret: secret });
  await using real = await openRealGithub();
  await using world = await openWorld({
    toml: async (folder) => noHosts(await real.toml(folder)),
    env: {
      ...real.env,
      SLACK_BOT_TOKEN: slack.bot.token,
      SLACK_API_URL: slack.apiUrl,
      SLACK_SIGNING_SECRET: secret,
    },
  });
  const url = `http://127.0.0.1:${world.port}/slack/events`;
  const sender = slack.through({ kind: 'http', url });
  const send = (body: string, type: string, headers: Record<string, string> = {}, key = secret) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': type,
        ...signSlackRequest(key, body, Math.floor(Date.now() / 1000)),
        ...headers,
      },
      body,
    });

  // A mention arrives as a mention and as a message; each of them is repeated.
  const repo = real.github.repo;
  const message = await sender.say({ text: `<@${slack.bot.userId}> add Mentioned once --repo ${repo}` });
  const repeated = messageEvents(slack.state, message).map((event) =>
    JSON.stringify(eventPayload(slack.state, event)),
  );
  expect(repeated).toHaveLength(2);
  const retry = { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' };
  const answers = await Promise.all(
    [...repeated, ...repeated].map((body) => send(body, 'application/json', retry)),
  );
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);

  // A command whose answer was lost on the way, sent again by hand: the same trigger.
  const command = new URLSearchParams({
    command: '/fleet',
    text: `add Commanded once --repo ${repo}`,
    team_id: slack.teamId,
    user_id: slack.people[0].id,
    user_name: 'ana',
    channel_id: slack.channel,
    channel_name: 'fleet',
    trigger_id: '1.2.commanded-once',
    api_app_id: slack.state.appId,
    response_url: `${slack.apiUrl}nowhere`,
  }).toString();
  const form = 'application/x-www-form-urlencoded';
  const commanded = await Promise.all([send(command, form), send(command, form)]);
  expect(commanded.map((answer) => answer.status)).toEqual([200, 200]);
  expect((await send(command.replace('once', 'falsely'), form, {}, 'a guess')).status).toBe(401);

  await sender.sendSlashCommand({ command: '/fleet', text: `add The last one --repo ${repo}` });
  // Deliveries are worked on side by side: the last one may come first.
  for (const marker of ['Mentioned once', 'Commanded once']) await queueUpTo(world, marker);
  const titles = (await queueUpTo(world, 'The last one')).map((line) => /T\d+ (.*?) —/.exec(line)?.[1]);
  expect(titles).toHaveLength(3);
  expect(new Set(titles)).toEqual(new Set(['Commanded once', 'Mentioned once', 'The last one']));
});
