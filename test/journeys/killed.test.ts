import { expect, test } from 'vitest';
import { YOU } from './page.ts';
import { JOURNEY, openWorld, type World } from './world.ts';

const ADD = '/fleet add Cross the river [demo:slow=400] --repo demo/shop';

/** The same task, one session, nothing told twice, one pull request. */
async function endsWell(world: World): Promise<void> {
  const { page } = world;
  const finished = await page.card('Cross the river', 'Finished', 60_000);
  await page.reply(finished, /^Finished/);
  await world.noSessions();
  expect((await page.github()).pullRequests).toHaveLength(1);
  expect(await page.cards()).toHaveLength(1);
  const first = (await page.replies(finished)).map((reply) => reply.words.split('\n')[0]);
  expect(first).toEqual([
    'Queued by You',
    expect.stringContaining('The agent of T1 asks: Do you want to run: git push'),
    expect.stringContaining('Pull request · '),
    expect.stringContaining('Finished · '),
  ]);
}

async function answerWhenAsked({ page }: World): Promise<void> {
  const card = await page.card('Cross the river');
  await page.press(YOU, await page.question(card, 'git push'), 'Yes');
}

test('just after the task was asked for', JOURNEY, async () => {
  await using world = await openWorld();
  await world.page.say(YOU, ADD);
  await world.kill();
  await world.restart();
  await answerWhenAsked(world);
  await endsWell(world);
});

test('while the agent works, and again while its question is open', JOURNEY, async () => {
  await using world = await openWorld();
  const { page } = world;
  await page.say(YOU, ADD);
  await page.card('Cross the river', 'Running');
  const session = await world.sessions();
  await world.kill();
  expect(await world.sessions()).toEqual(session);
  await world.restart();

  const question = await page.question(await page.card('Cross the river'), 'git push');
  await world.kill();
  await world.restart();
  expect(await world.sessions()).toEqual(session);
  await page.press(YOU, question, 'Yes');
  await endsWell(world);
});

test('just after Yes was pressed', JOURNEY, async () => {
  await using world = await openWorld();
  await world.page.say(YOU, ADD);
  await answerWhenAsked(world);
  await world.kill();
  await world.restart();
  await endsWell(world);
});
