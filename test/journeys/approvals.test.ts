import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { ROBIN, SAM, YOU } from './page.ts';
import { JOURNEY, openWorld, QUICK, shareWorld, type World } from './world.ts';

const TWO_APPROVERS = `${QUICK}
[[hosts]]
name = "local"
local = true
capacity = 10

[[people]]
name = "Robin"
slack = "${ROBIN}"
role = "approver"
`;

const shared = shareWorld({ toml: TWO_APPROVERS });

/** A task whose agent has come to its question. */
async function asking({ page }: World, title: string) {
  await page.say(YOU, `/fleet add ${title} [demo:slow=50] --repo demo/shop`);
  const card = await page.card(title);
  return { card, question: await page.question(card, 'git push') };
}

test('No reaches the agent as its own No, and the task goes on at the prompt', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const { card, question } = await asking(world, 'Sort the shelves');
  await page.press(YOU, question, /^No, and tell the agent/);

  await page.reply(card, 'answered by You');
  const [label = ''] = /^T\d+/.exec(card.words) ?? [];
  await until(
    async () => (await world.cli('snapshot', label)).stdout.includes('You said no: nothing was pushed'),
    { withinMs: 15_000, what: 'the agent’s word that it was told no' },
  );
  await page.card('Sort the shelves', 'Running');
  expect(await world.git('branch', '--list', 'fleet/*')).not.toContain('sort-the-shelves');
});

test('a stranger is refused and nothing happens', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const { card, question } = await asking(world, 'Paint the door');
  await page.press(SAM, question, 'Yes');

  await page.ephemeral(SAM, 'Only approvers may answer this.');
  const [still] = (await page.replies(card)).filter((reply) => reply.ts === question.ts);
  expect(still?.buttons).toEqual(question.buttons);
  expect(still?.isEdited).toBe(question.isEdited);
  await page.press(YOU, question, 'Yes');
  await page.card('Paint the door', 'Finished');
});

test('of two people who answer at once one is told that the other was first', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const { card, question } = await asking(world, 'Wind the clock');
  const pressed = await Promise.all([page.press(YOU, question, 'Yes'), page.press(ROBIN, question, 'Yes')]);
  expect(pressed).toEqual([{ kind: 'done' }, { kind: 'done' }]);

  const answered = await page.reply(card, /Yes · answered by (?:You|Robin)/);
  const isYours = answered.words.includes('answered by You');
  await page.ephemeral(isYours ? ROBIN : YOU, `${isYours ? 'You' : 'Robin'} answered this`);
  await page.reply(card, /^Finished/);
  expect((await page.replies(card)).filter((reply) => reply.words.startsWith('Pull request'))).toHaveLength(
    1,
  );
});

test('a second click of the same person counts for nothing and is told so', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const { question } = await asking(world, 'Oil the hinges');
  await Promise.all([page.press(ROBIN, question, 'Yes'), page.press(ROBIN, question, 'Yes')]);

  await page.ephemeral(ROBIN, 'You have answered this already. It counted once.');
  await page.card('Oil the hinges', 'Finished');
});

test('a question that was answered at the terminal is withdrawn', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const before = await world.sessions();
  const { card } = await asking(world, 'Count the nails');
  const [session = ''] = (await world.sessions()).filter((name) => !before.includes(name));
  await world.tmux('send-keys', '-t', `=${session}:`, '1');

  await page.reply(card, /No longer needed/);
  await page.card('Count the nails', 'Finished');
});

test('a question that nobody answers expires, and can be asked again', JOURNEY, async () => {
  await using world = await openWorld({ toml: '[fleet]\npoll_seconds = 1\napproval_minutes = 0.1\n' });
  const { page } = world;
  const { card } = await asking(world, 'Feed the cat');

  const expired = await page.reply(card, /Expired · nobody answered .*, so nothing was done/);
  expect(expired.words).not.toContain('No ·');
  expect(expired.buttons.map((button) => button.label)).toEqual(['Ask again']);
  await page.press(YOU, await page.card('Feed the cat', 'Running'), 'Snapshot');
  expect((await page.reply(card, 'Snapshot')).screen).toContain('Do you want to run: git push');

  await page.press(YOU, expired, 'Ask again');
  const again = await until(
    async () =>
      (await page.replies(card)).find((reply) => reply.buttons.some(({ label }) => label === 'Yes')),
    { withinMs: 20_000, what: 'the question asked again' },
  );
  await page.press(YOU, again, 'Yes');
  await page.card('Feed the cat', 'Finished');
});
