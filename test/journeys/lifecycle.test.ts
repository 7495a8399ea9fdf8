import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, openWorld, QUICK, shareWorld } from './world.ts';

const ROOM_FOR_ONE = `${QUICK}
[[hosts]]
name = "local"
local = true
capacity = 1
`;

test(
  'what waits is cancelled at once, what runs after a button, and then the next one starts',
  JOURNEY,
  async () => {
    await using world = await openWorld({ toml: ROOM_FOR_ONE });
    const { page } = world;
    await page.say(YOU, '/fleet add First thing [demo:slow=50] --repo demo/shop');
    const first = await page.card('First thing');
    await page.question(first, 'git push');
    await page.say(YOU, '/fleet add Second thing --repo demo/shop');
    const second = await page.card('Second thing', 'Queued · every host is full');
    await page.say(YOU, '/fleet add Third thing [demo:slow=50] --repo demo/shop');

    await page.press(YOU, second, 'Cancel');
    await page.card('Second thing', 'Cancelled · by You');
    await page.ephemeral(YOU, 'T2 is off the queue.');

    await page.say(YOU, '/fleet cancel T1');
    const doubt = await page.question(first, 'Cancel T1 on local and end its agent?');
    expect(doubt.words).toContain('Asked for by You');
    await page.press(YOU, doubt, 'Let it run');
    await page.reply(first, 'Let it run · answered by You');
    const session = await world.sessions();
    expect(session).toHaveLength(1);
    await page.card('First thing', 'Running');
    await page.card('Third thing', 'Queued · every host is full');

    await page.press(YOU, await page.card('First thing'), 'Cancel');
    await page.press(YOU, await page.question(first, 'end its agent?'), 'Cancel the task');
    await page.card('First thing', 'Cancelled · by You');
    const third = await page.card('Third thing', 'Running');
    await page.question(third, 'git push');
    expect(await world.sessions()).not.toEqual(session);
    expect(await page.cards()).toHaveLength(3);
    expect((await page.github()).pullRequests).toEqual([]);
  },
);

const shared = shareWorld();

test(
  'restart ends the agent after a button and goes on with its conversation, nothing run again',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    await page.say(YOU, '/fleet add Turn the key [demo:slow=50] --repo demo/shop');
    const card = await page.card('Turn the key');
    await page.question(card, 'git push');
    await page.say(YOU, '@Fleet Director restart', { thread: card });
    const doubt = await page.question(card, 'Restart the agent of T1 on local?');
    await page.press(YOU, doubt, 'Restart the agent');

    await page.reply(card, 'Agent restarted · by You; its conversation goes on');
    await page.reply(card, 'No longer needed · its agent was restarted');
    await page.say(YOU, 'Turn it twice', { thread: card });
    await page.reply(card, /^Delivered to the agent[\s\S]*You: Turn it twice/);
    expect(await world.sessions()).toHaveLength(1);
    const [session = ''] = await world.sessions();
    expect(await world.tmux('capture-pane', '-p', '-S', '-', '-t', `=${session}:`)).toMatch(
      /Resumed the conversation[\s\S]*Turn it twice/,
    );
    const branch = branchOf(await page.card('Turn the key'));
    const titles = async () => (await world.git('log', '--format=%s', branch)).split('\n');
    await until(async () => (await titles()).includes('Turn it twice'), { withinMs: 20_000 });
    // What was asked first is not done a second time.
    expect((await titles()).filter((title) => /turn the key/i.test(title))).toHaveLength(1);
    expect((await page.replies(card)).filter((each) => each.words.includes('git push'))).toHaveLength(1);
  },
);

test(
  'a failure is told with its reason and last lines, and retried in the same thread',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    await page.say(YOU, '/fleet add Break the glass [demo:fail] [demo:slow=50] --repo demo/shop');
    const card = await page.card('Break the glass');
    const failed = await page.question(card, 'Failed · the agent ended with exit status 3.');
    expect(failed.screen).toContain('the demo was asked to fail');
    await world.noSessions();

    await page.press(YOU, failed, 'Retry');
    await page.ephemeral(YOU, 'Queued again as T3, attempt 2.');
    await page.reply(card, 'Queued by You, attempt 2');
    const again = await page.question(card, /Failed · [\s\S]*/);
    expect(again.words).toContain('exit status 3');
    expect((await page.cards()).filter((each) => each.words.includes('Break the glass'))).toHaveLength(1);
    await page.card('T3 · Break the glass', '*Attempt*\n2');
  },
);

test(
  'a session that was lost is resumed: same branch, same conversation, and nothing run again',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    await page.say(YOU, '/fleet add Lose the thread [demo:slow=50] --repo demo/shop');
    const card = await page.card('Lose the thread');
    await page.question(card, 'git push');
    const branch = branchOf(await page.card('Lose the thread'));
    const [session = ''] = await world.sessions();
    await world.tmux('kill-session', '-t', `=${session}`);

    const lost = await page.question(card, `Failed · the tmux session ${session} is gone from the host`);
    expect(lost.buttons.map(({ label }) => label)).toEqual(['Resume', 'Retry']);
    // Right behind its failure the record of the session may still be open, which is answered with a word to try again.
    await until(
      async () => {
        await page.press(YOU, lost, 'Resume');
        return (await page.ephemerals(YOU)).some(({ words }) => words.includes('to go on where it was'));
      },
      { withinMs: 30_000, what: 'the resumption' },
    );
    const resumed = await page.card('Lose the thread', /Running[\s\S]*\*Attempt\*\n2/);
    expect(branchOf(resumed)).toBe(branch);
    await page.say(YOU, 'Find it again', { thread: card });
    await page.reply(card, /^Delivered to the agent[\s\S]*You: Find it again/);
    const [again = ''] = await world.sessions();
    expect(await world.tmux('capture-pane', '-p', '-S', '-', '-t', `=${again}:`)).toContain(
      'Resumed the conversation',
    );
    const titles = async () => (await world.git('log', '--format=%s', branch)).split('\n');
    await until(async () => (await titles()).includes('Find it again'), { withinMs: 20_000 });
    expect((await titles()).filter((title) => /lose the thread/i.test(title))).toHaveLength(1);
  },
);

/** As the card names it. */
function branchOf({ words }: { readonly words: string }): string {
  return /`(fleet\/[^`]*)`/.exec(words)?.[1] ?? '';
}
