import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { ROBIN, SAM, YOU } from './page.ts';
import type { Shown } from './shown.ts';
import { JOURNEY, QUICK, shareWorld, type World } from './world.ts';

const shared = shareWorld({
  toml: `${QUICK}
[[hosts]]
name = "local"
local = true
capacity = 10

[[people]]
name = "Robin"
slack = "${ROBIN}"
role = "approver"
`,
});

const ASKED = 'wants to use Bash';

/** A task whose agent asks through its hook whether it may push. */
async function asking({ page }: World, title: string) {
  await page.say(YOU, `/fleet add ${title} [demo:slow=50] [demo:hook] --repo demo/shop`);
  const card = await page.card(title);
  return { card, question: await page.question(card, ASKED) };
}

test('what an agent’s hook asks is one question, and Allow lets it go on', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const { card, question } = await asking(world, 'Ask by hook');
  expect(question.screen).toMatch(/^git push -u origin fleet\/t\d+-ask-by-hook/);
  expect(question.words).toContain('Risk: none known.');
  expect(question.buttons.map(({ label }) => label)).toEqual([
    'Allow',
    'Allow for this task',
    'Deny',
    'Deny with a reason…',
  ]);

  await page.press(SAM, question, 'Allow');
  await page.ephemeral(SAM, 'Only approvers may answer this.');
  await page.press(YOU, question, 'Allow');
  await page.reply(card, /Allow · answered by You/);
  await page.card('Ask by hook', 'Finished');
  const asked = (await page.replies(card)).filter(({ words }) => /wants to use|asks:/.test(words));
  expect(asked).toHaveLength(1);
});

test(
  'a no with a reason reaches the agent in these words, from the form and from the shell',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    const formed = await asking(world, 'Ask and read why');
    await page.press(SAM, formed.question, 'Deny with a reason…');
    await page.ephemeral(SAM, 'Only approvers may answer this.');
    await page.press(ROBIN, formed.question, 'Deny with a reason…');
    const form = await page.form(ROBIN, 'Deny with a reason');
    expect(form.words).toContain('Bash: git push -u origin fleet/');
    expect(await page.submit(ROBIN, form, { reason: '' })).toMatchObject({ kind: 'errors' });
    await page.submit(ROBIN, form, { reason: 'wait for the freeze to end' });
    await page.reply(formed.card, /Deny · answered by Robin/);
    await said(world, formed.card, 'wait for the freeze to end');

    const { card } = await asking(world, 'Ask and hear why');
    const id = /`?([0-9a-f]{8})/.exec(await world.ask('approvals'))?.[1] ?? '';
    await world.ask('answer', id, 'deny', 'wait for the release');
    await page.reply(card, /Deny · answered by/);
    await said(world, card, 'wait for the release');
  },
);

/** Until the agent of a card shows that it was refused for this reason. */
async function said(world: World, card: Shown, reason: string): Promise<void> {
  const [label = ''] = /^T\d+/.exec(card.words) ?? [];
  await until(async () => (await world.ask('snapshot', label)).includes(`said no: ${reason}`), {
    withinMs: 15_000,
    what: 'the reason on the agent’s screen',
  });
}

test('an answer at the terminal takes the question back', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const before = await world.sessions();
  const { card } = await asking(world, 'Answered at its terminal');
  const [session = ''] = (await world.sessions()).filter((name) => !before.includes(name));
  await world.tmux('send-keys', '-t', `=${session}:`, '1');

  await page.reply(card, /No longer needed/);
  await page.card('Answered at its terminal', 'Finished');
});

test(
  'a question outlives the program, and its answer reaches the agent from the next one',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    const { card, question } = await asking(world, 'Ask twice over');
    await world.kill();
    await world.restart();
    await page.press(ROBIN, question, 'Allow');
    await page.reply(card, /Allow · answered by Robin/);
    await page.card('Ask twice over', 'Finished');
  },
);
