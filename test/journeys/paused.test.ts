import { expect, test } from 'vitest';
import { openDatabase } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, openWorld, type World } from './world.ts';

/** Changes the database of a program that does not run. */
async function alter({ environment, dataDir }: World, change: string): Promise<void> {
  const { DATABASE_URL: url } = environment;
  const opened = await openDatabase(
    url === undefined ? { kind: 'embedded', dataDir } : { kind: 'server', url },
  );
  if (!opened.ok) throw new Error(`the database did not open: ${JSON.stringify(opened.error)}`);
  await opened.value.connection.execute(sql.raw(change));
  await opened.value.close();
}

test(
  'failing cycles pause the director and tell it once, over a kill; a person is heard meanwhile, and resumes it',
  JOURNEY,
  async () => {
    await using world = await openWorld();
    const { page } = world;
    // One after the other: what is asked for at once may be numbered either way.
    await page.say(YOU, '/fleet add Open the gate [demo:slow=50] --repo demo/shop');
    const open = await page.card('Open the gate');
    await page.say(YOU, '/fleet add Close the gate [demo:slow=50] --repo demo/shop');
    const question = await page.question(open, 'git push');
    await page.question(await page.card('Close the gate'), 'git push');
    const sessions = await world.sessions();

    // As on a full disk: nothing that is seen can be kept.
    await world.stop();
    await alter(world, 'alter table observations add constraint no_room check (false) not valid');
    await world.restart();
    const alert = await page.card(
      'Director paused',
      /5 cycles in a row failed, the last one of T[12]: .*no_room/,
    );
    expect(alert.words).toContain('resume');
    expect((await world.ask('status')).split('\n\n')[1]).toMatch(/^Director paused by itself for .*no_room/);
    await page.say(YOU, '/fleet add Paint the gate [demo:slow=50] --repo demo/shop');
    await page.card('Paint the gate', 'Queued · the director is paused');

    await world.kill();
    await alter(world, 'alter table observations drop constraint no_room');
    await world.restart();
    expect(await world.ask('pause')).toContain('The director is paused already, by itself for');
    await page.press(YOU, question, 'Yes');
    await page.card('Open the gate', 'Finished');
    await page.card('Paint the gate', 'Queued · the director is paused');
    const held = /lifecycle decided to end the session: .* — held back: the director is paused/;
    await until(async () => held.test(await world.ask('decisions', 'T1')), {
      withinMs: 30_000,
      what: 'an end that is held back',
    });
    expect(await world.sessions()).toEqual(sessions);

    await page.say(YOU, '/fleet resume');
    await page.card('Director paused', 'Resumed by You');
    await page.question(await page.card('Paint the gate', 'Running'), 'git push');
    expect((await page.cards()).filter(({ words }) => words.includes('Director paused'))).toHaveLength(1);

    const decided = await world.ask('decisions', 'T1');
    expect(decided).toMatch(
      /questions decided to ask people “Do you want to run: git push.*: the agent asks \(\d+ % sure\) — allowed/,
    );
    expect(decided).toMatch(
      /You asked to answer “Yes” to “Do you want to run.*” with the keys .* — succeeded, took \d/,
    );
    await page.say(YOU, '@Fleet Director decisions', { thread: open });
    await page.ephemeral(YOU, /Decisions for T1 Open the gate[\s\S]*You asked to answer “Yes”/);
  },
);
