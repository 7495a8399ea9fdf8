import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, openWorld } from './world.ts';

test(
  'a labelled issue becomes a task with one comment that ends with the pull request',
  JOURNEY,
  async () => {
    await using world = await openWorld();
    const { page } = world;
    await page.createIssue('Greet the visitors', 'By name, please. [demo:slow=50]');
    const issueNow = async () =>
      (await page.github()).issues.find((each) => each.title === 'Greet the visitors');
    const number = (await issueNow())?.number ?? 0;
    await page.addLabel(number);

    const comment = (words: string) =>
      until(async () => (await issueNow())?.comments.find((each) => each.body.includes(words)), {
        withinMs: 30_000,
        what: `a comment with “${words}”`,
      });
    const card = await page.card('Greet the visitors');
    const question = await page.question(card, 'git push');
    const running = await comment('Running');
    expect(running.author).toBe('fleet-director');

    await page.removeLabel(number);
    await page.addLabel(number);
    await page.press(YOU, question, 'Yes');
    await page.card('Greet the visitors', 'Finished');
    const [pull, ...others] = (await page.github()).pullRequests;
    expect(others).toEqual([]);
    const finished = await comment(`/pull/${pull?.number}`);
    expect(finished.id).toBe(running.id);
    expect(finished.body).toContain('Finished');

    await page.removeLabel(number);
    await page.addLabel(number);
    expect((await issueNow())?.labels).toContain('fleet');
    await world.noSessions();
    expect((await issueNow())?.comments).toHaveLength(1);
    expect(await page.cards()).toHaveLength(1);
    expect((await world.cli('queue')).stdout).toContain('Nothing waits.');
  },
);
