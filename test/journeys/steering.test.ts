import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, shareWorld } from './world.ts';

const shared = shareWorld();

/** Titles of the commits on the branch that the card names. */
async function titles(card: { readonly words: string }): Promise<readonly string[]> {
  const branch = /`(fleet\/[^`]*)`/.exec(card.words)?.[1] ?? '';
  return (await shared().git('log', '--format=%s', branch)).split('\n');
}

test(
  'words wait for the end of a turn and can be taken back until then; with a ! they stop it first',
  JOURNEY,
  async () => {
    const { page } = shared();
    await page.say(YOU, '/fleet add Paint the fence [demo:slow=4000] [demo:no-pr] --repo demo/shop');
    const card = await page.card('Paint the fence', 'Running');

    await page.say(YOU, 'use blue', { thread: card });
    const waiting = await page.reply(card, /^On its way to the agent[\s\S]*You: use blue/);
    await page.press(YOU, waiting, 'Undo');
    await page.reply(card, /^Taken back · by You, before it was typed[\s\S]*You: use blue/);
    await page.say(YOU, 'use yellow', { thread: card });
    await page.reply(card, /^On its way[\s\S]*You: use yellow/);
    await page.say(YOU, '@Fleet Director undo', { thread: card });
    await page.reply(card, /^Taken back[\s\S]*You: use yellow/);
    await page.say(YOU, '@Robin do you like green?', { thread: card });

    await page.say(YOU, '!use green', { thread: card });
    await page.reply(card, 'Stopped by You · the agent waits at its prompt');
    const delivered = await page.reply(card, /^Delivered to the agent · [\s\S]*You: use green/);
    expect(delivered.buttons).toEqual([]);
    await until(async () => (await titles(await page.card('Paint the fence'))).includes('use green'), {
      withinMs: 30_000,
      what: 'the work that was asked for',
    });
    expect(await titles(await page.card('Paint the fence'))).not.toContainEqual(
      expect.stringMatching(/blue|yellow|do you like/),
    );
    expect((await page.replies(card)).filter(({ words }) => words.includes('do you like'))).toEqual([]);
  },
);

test('stop ends the turn and keeps the agent, whose task goes on with the next words', JOURNEY, async () => {
  const { page, cli } = shared();
  await page.say(YOU, '/fleet add Oil the gate [demo:slow=4000] [demo:no-pr] --repo demo/shop');
  const card = await page.card('Oil the gate', 'Running');
  const label = /^T\d+/.exec(card.words)?.[0] ?? '';
  expect(await cli('stop', label)).toMatchObject({ exitCode: 0 });
  await page.reply(card, /^Stopped by \S+ · the agent waits at its prompt/);
  expect((await page.card('Oil the gate')).words).toContain('Running');

  await page.say(YOU, `@Fleet Director stop`, { thread: card });
  await page.reply(card, /^Stopped by You · the agent was not at work/);
  await page.say(YOU, 'oil it now', { thread: card });
  await page.reply(card, /^Delivered to the agent[\s\S]*You: oil it now/);
});
