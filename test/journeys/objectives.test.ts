import { test } from 'vitest';
import { until } from '../support/until.ts';
import { openRealGithub } from './real-github.ts';
import { JOURNEY, openWorld } from './world.ts';

test(
  'what a project wants follows its issues on GitHub, and stands in the report of a round',
  JOURNEY,
  async () => {
    await using real = await openRealGithub();
    const { github } = real;
    // Before anybody could tell of it.
    const known = await github.createIssue({
      title: 'Pay with\u0007 cards\u202E',
      labels: ['fleet-objective'],
    });
    await github.createIssue({ title: 'No wish at all' });
    await using world = await openWorld({
      toml: real.toml,
      env: real.env,
    });
    github.connect(`http://127.0.0.1:${world.port}/webhooks/github`);
    const told = (words: string) =>
      until(async () => (await world.cli('projects')).stdout.includes(words), {
        withinMs: 20_000,
        what: `projects that say ${words}`,
      });
    await told('1 open objective\n');

    const next = await github.createIssue({ title: 'Ship abroad', labels: ['fleet-objective'] });
    await told('2 open objectives');

    await world.cli('add', 'Write down the port [demo:slow=200]', '--repo', github.repo);
    await until(async () => (await world.sessions()).length > 0, { withinMs: 20_000, what: 'its session' });
    await until(async () => (await world.cli('scout')).stdout.includes('R1'), { withinMs: 10_000 });
    await until(
      async () =>
        (await world.cli('rounds', 'R1')).stdout.includes(`#${known} Pay with cards; #${next} Ship abroad`),
      { withinMs: 30_000, what: 'the objectives in the report' },
    );

    await github.call('PATCH', `/issues/${known}`, { state: 'closed' });
    await told('1 open objective');
    await github.unlabel(next, 'fleet-objective');
    await until(async () => !(await world.cli('projects')).stdout.includes('objective'), {
      withinMs: 20_000,
      what: 'a project without objectives',
    });
    await github.call('PATCH', `/issues/${known}`, { state: 'open' });
    await told('1 open objective');
  },
);
