import { expect, test } from 'vitest';
import { YOU } from './page.ts';
import { JOURNEY, shareWorld, type World } from './world.ts';

const shared = shareWorld();

async function add({ page }: World, title: string): Promise<void> {
  await page.say(YOU, `/fleet add ${title} [demo:slow=400] --repo demo/shop`);
}

async function answerWhenAsked({ page }: World, title: string): Promise<void> {
  await page.press(YOU, await page.question(await page.card(title), 'git push'), 'Yes');
}

/** The same task, its one session, nothing told twice, one pull request. */
async function endsWell(world: World, title: string): Promise<void> {
  const { page } = world;
  const card = await page.card(title, 'Finished', 60_000);
  await page.reply(card, /^Finished/);
  await world.noSessions();
  expect((await page.cards()).filter((each) => each.words.includes(title))).toHaveLength(1);
  const replies = await page.replies(card);
  expect(replies.map((reply) => reply.words.split('\n')[0])).toEqual([
    'Queued by You',
    expect.stringContaining('asks: Do you want to run: git push'),
    expect.stringContaining('Pull request · '),
    expect.stringContaining('Finished · '),
  ]);
  const pulls = (await page.github()).pullRequests.filter((pull) => pull.title.includes(title));
  expect(pulls).toHaveLength(1);
}

test('killed just after the task was asked for', JOURNEY, async () => {
  const world = shared();
  await add(world, 'Cross the river');
  await world.kill();
  await world.restart();
  await answerWhenAsked(world, 'Cross the river');
  await endsWell(world, 'Cross the river');
});

test('killed while the agent works, and again while its question is open', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  await add(world, 'Climb the hill');
  await page.card('Climb the hill', 'Running');
  const session = await world.sessions();
  expect(session).toHaveLength(1);
  await world.kill();
  expect(await world.sessions()).toEqual(session);
  await world.restart();

  const question = await page.question(await page.card('Climb the hill'), 'git push');
  await world.kill();
  await world.restart();
  expect(await world.sessions()).toEqual(session);
  await page.press(YOU, question, 'Yes');
  await endsWell(world, 'Climb the hill');
});

test('killed just after Yes was pressed', JOURNEY, async () => {
  const world = shared();
  await add(world, 'Ride the bus');
  await answerWhenAsked(world, 'Ride the bus');
  await world.kill();
  await world.restart();
  await endsWell(world, 'Ride the bus');
});
