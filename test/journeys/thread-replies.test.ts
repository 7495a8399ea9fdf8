import { expect, test } from 'vitest';
import { SAM, YOU } from './page.ts';
import { JOURNEY, openWorld } from './world.ts';

test(
  'words in a thread wait for the dialog, then reach the agent, each with its receipt',
  JOURNEY,
  async () => {
    await using world = await openWorld();
    const { page } = world;
    await page.say(YOU, '/fleet add Name the boat [demo:slow=50] [demo:no-pr] --repo demo/shop');
    const card = await page.card('Name the boat');
    const question = await page.question(card, 'git push');

    await page.say(YOU, 'Call it Alma', { thread: card });
    await page.reply(card, /^Held · the agent asks something first\.[\s\S]*You: Call it Alma/);
    await page.say(SAM, 'Call it Sam', { thread: card });
    await page.ephemeral(SAM, 'you need the role operator');
    await page.press(YOU, question, 'Yes');
    await page.reply(card, /^Delivered to the agent[\s\S]*You: Call it Alma/);

    await page.say(YOU, '@Fleet Director and paint it blue', { thread: card });
    await page.reply(card, /^Delivered to the agent[\s\S]*You: and paint it blue/);
    const branch = /`(fleet\/[^`]*)`/.exec((await page.card('Name the boat')).words)?.[1] ?? '';
    const seen = async () => (await world.git('log', '--format=%s', branch)).split('\n');
    await expect.poll(seen, { timeout: 20_000 }).toContain('and paint it blue');
    expect(await seen()).toContain('Call it Alma');
    expect(await seen()).not.toContain('Call it Sam');

    await page.say(YOU, '@Fleet Director status', { thread: card });
    await page.ephemeral(YOU, /T1/);
    expect((await page.replies(card)).filter((reply) => reply.words.includes('Call it Alma'))).toHaveLength(
      1,
    );
  },
);
