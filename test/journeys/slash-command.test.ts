import { expect, test } from 'vitest';
import { YOU } from './page.ts';
import { JOURNEY, openWorld } from './world.ts';

test(
  'a slash command becomes a card, a question with buttons, a pull request and an end',
  JOURNEY,
  async () => {
    await using world = await openWorld();
    const { page } = world;
    await page.say(YOU, '/fleet add Add a health endpoint [demo:slow=50] --repo demo/shop --priority high');

    const card = await page.card('Add a health endpoint');
    const progress = await page.reply(card, 'Running');
    expect(progress.words).toMatch(/Queued by You\nAssigned to local, branch fleet\/\S+\nRunning/);

    const question = await page.question(card, 'git push -u origin fleet/');
    expect(question.screen).toContain('Do you want to run: git push');
    expect(question.buttons.map((button) => button.label)).toEqual([
      'Yes',
      "Yes, and don't ask again for this session",
      'No, and tell the agent what to do differently',
    ]);
    expect(await world.sessions()).toHaveLength(1);
    await page.press(YOU, question, 'Yes');

    const finished = await page.card('Add a health endpoint', 'Finished');
    await page.reply(card, 'Finished');
    const [pull, ...others] = (await page.github()).pullRequests;
    expect(others).toEqual([]);
    expect(finished.words).toContain(`/github/demo/shop/pull/${pull?.number}`);
    expect((await world.git('branch', '--list', pull?.branch ?? '')).trim()).toBe(pull?.branch);
    await world.noSessions();

    const replies = await page.replies(card);
    expect(replies.map((reply) => reply.words.split('\n')[0])).toEqual([
      'Queued by You',
      expect.stringContaining('The agent of T1 asks: Do you want to run: git push'),
      expect.stringContaining('Pull request · '),
      expect.stringContaining('Finished · '),
    ]);
    expect(replies[1]?.words).toContain('Yes · answered by You');
    expect(replies[1]?.buttons).toEqual([]);
    expect(await page.posted()).toHaveLength(1 + replies.length);
    expect(await page.ephemerals(YOU)).toEqual([]);
    expect(await world.stop()).toMatchObject({ exitCode: 0, stderr: '' });
  },
);
