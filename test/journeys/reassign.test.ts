import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSshd } from '../doubles/sshd.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, openWorld, QUICK } from './world.ts';

const TOLD_WITHIN_MS = 20_000;

/** What the agents of a home may read of each other. */
async function listsIn(home: string): Promise<readonly string[]> {
  const lists: string[] = [];
  for await (const file of glob('.fleet/sessions/*/neighbours.md', { cwd: home })) {
    lists.push(await readFile(join(home, file), 'utf8'));
  }
  return lists;
}

test(
  'a task is moved with its work, and gives its place to a critical one until there is room again',
  JOURNEY,
  async () => {
    await using far = await openSshd();
    await using world = await openWorld({
      toml: `${QUICK}
[[hosts]]
name = "near"
local = true
capacity = 1
[[hosts]]
name = "far"
ssh = "${far.alias}"
config_file = "${far.sshConfigFile}"
capacity = 1
`,
    });
    const { page } = world;
    await page.say(
      YOU,
      '/fleet add Paint the door [demo:ask] [demo:slow=50] --repo demo/shop --priority low',
    );
    const door = await page.card('Paint the door', /Running[\s\S]*near/);
    await page.question(door, 'Where should the change be described?');

    await page.say(YOU, '/fleet reassign T1 far');
    const doubt = await page.question(door, 'Take T1 off near and to far?');
    await page.press(YOU, doubt, 'Save, end and reassign');
    await page.reply(door, /Back in the queue by You: taken off near[\s\S]*Assigned to far/);
    await page.card('Paint the door', /Running[\s\S]*far/);
    await page.question(door, 'Where should the change be described?');
    expect(await world.sessions()).toEqual([]);

    await page.say(YOU, '/fleet add Sweep the yard [demo:slow=50] --repo demo/shop');
    const yard = await page.card('Sweep the yard', 'Running');
    const sweeping = await page.question(yard, 'git push');
    const explained = (label: string, words: RegExp) =>
      until(async () => words.test(await world.ask('explain', label)), {
        withinMs: TOLD_WITHIN_MS,
        what: `${words} in the explanation of ${label}`,
      });
    await explained('T1', /Told it works with +T2 \(demo on near, branch fleet\/t2-sweep-the-yard/);
    await explained('T2', /Told it works with +T1 \(demo on far, branch fleet\/t1-paint-the-door/);
    expect(await listsIn(world.home)).toEqual([expect.stringContaining('- T1 “Paint the door')]);
    expect(await listsIn(far.home)).toEqual([expect.stringContaining('- T2 “Sweep the yard')]);
    await page.say(YOU, '/fleet add Put out the fire [demo:slow=50] --repo demo/shop --priority critical');
    const fire = await page.card('Put out the fire', /Running[\s\S]*far/);
    await page.card('Paint the door', 'Queued');
    await page.reply(door, 'Back in the queue: gave its place on far to T3, which is critical');
    await page.card('Sweep the yard', 'Running');
    expect(await world.ask('decisions', 'T1')).toContain(
      'preemption decided to end the agent and put the task back into the queue: T3 is critical and no place is free',
    );

    await page.press(YOU, await page.question(fire, 'git push'), 'Yes');
    await page.card('Put out the fire', 'Finished');
    await page.card('Paint the door', /Running[\s\S]*far/);

    await page.press(YOU, await page.question(door, 'Where should the change be described?'), 'Nowhere');
    await until(
      async () => (await world.ask('snapshot', 'T1')).includes('Told by a hook: Other agents at work'),
      {
        withinMs: TOLD_WITHIN_MS,
        what: 'the other task on the screen of T1',
      },
    );
    await page.press(YOU, sweeping, 'Yes');
    await page.card('Sweep the yard', 'Finished');
    await explained('T1', /Told it works with +nobody else any more, /);
    await until(async () => [...(await listsIn(world.home)), ...(await listsIn(far.home))].length === 0, {
      withinMs: TOLD_WITHIN_MS,
      what: 'no list of others any more',
    });
  },
);
