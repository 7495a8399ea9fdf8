import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { ROBIN, SAM, YOU } from './page.ts';
import { JOURNEY, QUICK, shareWorld, type World } from './world.ts';

/** Two people for everything; Robin may say yes too. */
const TWO_FOR_ALL = `${QUICK}
[[hosts]]
name = "local"
local = true
capacity = 10

[[people]]
name = "Robin"
slack = "${ROBIN}"
role = "approver"

[rules.approvals.all]
votes = 2
`;
const RISKY = 'Force-push the branch over main, please';

const shared = shareWorld({ toml: TWO_FOR_ALL });

async function asking({ page }: World, title: string) {
  await page.say(YOU, `/fleet add ${title} [demo:slow=50] [demo:no-pr] --repo demo/shop`);
  const card = await page.card(title);
  return { card, question: await page.question(card, 'git push') };
}

async function screenOf(world: World, label: string): Promise<string> {
  return (await world.cli('snapshot', label)).stdout;
}

test(
  'what two people have to allow is done with the second yes, and everybody sees who said what',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    const { card, question } = await asking(world, 'Hang the sign');
    expect(question.words).toContain('2 people have to say the same yes');

    await page.press(YOU, question, 'Yes');
    const half = await page.reply(card, /Yes · You, .*UTC/);
    expect(half.ts).toBe(question.ts);
    expect(half.buttons.map(({ label }) => label)).toEqual(question.buttons.map(({ label }) => label));
    await page.press(YOU, half, 'Yes');
    await page.ephemeral(YOU, 'You have said Yes already. One more person has to say so.');
    await page.press(SAM, half, 'Yes');
    await page.ephemeral(SAM, 'Only approvers may answer this.');
    const [label = ''] = /^T\d+/.exec(card.words) ?? [];
    expect(await screenOf(world, label)).toContain('Do you want to run: git push');

    await page.press(ROBIN, half, 'Yes');
    const done = await page.reply(card, /Yes · answered by Robin[\s\S]*Yes · You/);
    expect(done.ts).toBe(question.ts);
    await page.card('Hang the sign', 'Finished');
  },
);

test('one no is enough, and the agent gets that no', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const { card, question } = await asking(world, 'Move the shelf');
  await page.press(YOU, question, 'Yes');
  const half = await page.reply(card, /Yes · You, .*UTC/);
  await page.press(ROBIN, half, /^No/);
  await page.reply(card, /No, and tell .* · answered by Robin/);
  const [label = ''] = /^T\d+/.exec(card.words) ?? [];
  await until(async () => (await screenOf(world, label)).includes('You said no: nothing was pushed'), {
    withinMs: 15_000,
    what: 'the agent’s word that it was told no',
  });
});

test(
  'a person’s risky words wait for a yes: a no leaves the agent as it is, a yes types exactly them',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    const { card, question } = await asking(world, 'Fix the lamp');
    await page.press(YOU, question, 'Yes');
    const half = await page.reply(card, /Yes · You, .*UTC/);
    await page.press(ROBIN, half, 'Yes');
    await page.reply(card, /answered by Robin/);
    const [label = ''] = /^T\d+/.exec(card.words) ?? [];

    await page.say(YOU, RISKY, { thread: card });
    const refused = await page.question(card, 'Type this to the agent');
    expect(refused.screen).toBe(RISKY);
    expect(refused.words).toContain('You are asked because');
    await page.reply(card, /^Held · .*somebody has to say yes first/);
    // It was held at the agent's free prompt, where nothing changes by itself.
    const before = await screenOf(world, label);
    await page.press(ROBIN, refused, 'Don’t');
    await page.reply(card, /^Not delivered · somebody said no to it\./);
    expect(await screenOf(world, label)).toBe(before);

    await page.say(YOU, `${RISKY}!`, { thread: card });
    const allowed = await page.question(card, 'Type this to the agent');
    await page.press(YOU, allowed, 'Type it');
    const counted = await page.reply(card, /Type it · You, .*UTC/);
    await page.press(ROBIN, counted, 'Type it');
    await page.reply(card, /Type it · answered by Robin/);
    await until(async () => (await screenOf(world, label)).includes(`${RISKY}!`), {
      withinMs: 15_000,
      what: 'the words at the agent’s prompt',
    });
  },
);
