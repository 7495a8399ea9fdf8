import { expect, test } from 'vitest';
import { openSlackDouble, type SlackDouble, type SlackRoute } from '../doubles/slack.ts';
import { until } from '../support/until.ts';
import { reads } from './page.ts';
import { openRealGithub } from './real-github.ts';
import { parseShown, type Shown } from './shown.ts';
import { JOURNEY, openWorld } from './world.ts';

const SECRET = 'a secret only Slack knows';

test.each(['socket', 'http'] as const)('a task by way of Slack’s own %s', JOURNEY, async (way) => {
  await using slack = await openSlackDouble({ signingSecret: SECRET });
  await using real = await openRealGithub();
  await using world = await openWorld({
    toml: real.toml,
    env: {
      ...real.env,
      SLACK_BOT_TOKEN: slack.bot.token,
      SLACK_API_URL: slack.apiUrl,
      ...(way === 'socket' ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: SECRET }),
    },
  });
  const url = `http://127.0.0.1:${world.port}`;
  real.github.connect(`${url}/webhooks/github`);
  const route: SlackRoute =
    way === 'socket' ? { kind: 'socket' } : { kind: 'http', url: `${url}/slack/events` };
  if (way === 'socket') await until(() => slack.connections > 0, { withinMs: 10_000 });
  const sender = slack.through(route);

  await sender.sendSlashCommand({
    command: '/fleet',
    text: `add Add a health endpoint [demo:slow=50] --repo ${real.github.repo}`,
  });
  const question = await seen(slack, 'git push', (message) => message.threadTs !== null);
  expect(question.threadTs).toBe((await seen(slack, 'T1 · Add a health endpoint')).ts);
  const yes = question.buttons.find((button) => button.label === 'Yes');
  await sender.pressButton(question, yes?.actionId ?? '');

  const finished = await seen(slack, /^T1 · [\s\S]*Finished/);
  expect(finished.words).toMatch(/\/octo\/shop\/pull\/\d+/);
  await seen(slack, /^Finished · /);
  await world.noSessions();
  expect(posted(slack)).toHaveLength(5);
  expect(slack.ephemerals).toEqual([]);
  expect(await world.stop()).toMatchObject({ exitCode: 0, stderr: '' });
});

function posted(slack: SlackDouble): readonly Shown[] {
  return slack.messages.filter((message) => message.user === slack.bot.userId).map(parseShown);
}

function seen(
  slack: SlackDouble,
  words: string | RegExp,
  isIt: (message: Shown) => boolean = () => true,
): Promise<Shown> {
  return until(() => posted(slack).find((message) => reads(message, words) && isIt(message)), {
    withinMs: 30_000,
    what: `a message with “${words}”`,
  });
}
