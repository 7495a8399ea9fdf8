import { expect, test } from 'vitest';
import { RANDOM_CHANNEL, SAM, YOU } from './page.ts';
import { JOURNEY, shareWorld } from './world.ts';

const shared = shareWorld();

test.each([
  ['an unknown host', 'add Do it --repo demo/shop --host mars', 'mars'],
  ['an unknown repository', 'add Do it --repo demo/nothing', 'demo/nothing'],
  ['no repository at all', 'add Do it --repo nothing', 'is not a repository'],
  ['an unknown flag', 'add Do it --colour blue', "I don't know --colour"],
  ['an unknown priority', 'add Do it --repo demo/shop --priority whenever', 'whenever is not a priority'],
  ['an unknown agent', 'add Do it --repo demo/shop --agent hal', 'hal'],
  ['an unknown task', 'cancel T99', 'There is no task T99'],
  ['a word that is none of its own', 'dance', "I don't know dance"],
])('%s is refused in one sentence that only the person sees', JOURNEY, async (_what, words, sentence) => {
  const { page, cli } = shared();
  const before = (await page.ephemerals(YOU)).length;
  await page.say(YOU, `/fleet ${words}`);
  await page.ephemeral(YOU, sentence);
  expect(await page.ephemerals(YOU)).toHaveLength(before + 1);
  expect(await page.posted()).toEqual([]);
  expect((await cli('queue')).stdout).toContain('Nothing waits.');
});

test('where the bot is not a member it says so, and queues nothing', JOURNEY, async () => {
  const { page, cli } = shared();
  await page.say(YOU, '/fleet add Do it --repo demo/shop', { channel: RANDOM_CHANNEL });
  const told = await page.ephemeral(YOU, '/invite');
  expect(told.channel).toBe(RANDOM_CHANNEL);
  expect(await page.posted()).toEqual([]);
  expect((await cli('queue')).stdout).toContain('Nothing waits.');
});

test('who may only look is told which role it takes', JOURNEY, async () => {
  const { page } = shared();
  await page.say(SAM, '/fleet add Do it --repo demo/shop');
  await page.ephemeral(SAM, 'you need the role operator');
  expect(await page.posted()).toEqual([]);
});
