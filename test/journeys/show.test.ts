import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldsListAt, textAt } from '../../src/workspace/json.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, shareWorld, type World } from './world.ts';

const TOKEN = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE'].join('');
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const SEEN_WITHIN_MS = 30_000;
const WATCH = /^(?:Watching|No longer watched) · main on local/;

/** A session that somebody else began, with more lines than its screen has. */
async function beginSession({ tmux, ask }: World): Promise<void> {
  const script = `seq -f 'line %g' 1 300; printf '\\033[32mgreen\\033[0m │ 漢字\\n'; echo token ${TOKEN}; exec cat`;
  await tmux('new-session', '-d', '-s', 'main', '-x', '80', '-y', '20', script);
  await until(async () => (await ask('observe', 'local')).includes('main'), {
    withinMs: SEEN_WITHIN_MS,
    what: 'the session among those that were seen',
  });
}

const shared = shareWorld();

test('a session of somebody else is seen, explained and shown from a shell', JOURNEY, async () => {
  const world = shared();
  const { cli, ask } = world;
  await beginSession(world);

  expect(await ask('status')).toMatch(
    /main.* — .* \(for .*\) · .*, seen in its processes|read off its screen/,
  );
  const explained = await ask('explain', 'main');
  expect(explained).toMatch(/Session +local:main/);
  expect(explained).toMatch(/Rule +\S+/);
  expect(explained).toMatch(/tmux +session \$\d+, server \d+/);
  expect(explained).toContain('What each source says');
  expect(await ask('health')).toMatch(
    /memory \d+ % · disk \d+ % · load [\d.]+ on \d+ cores? · up .* · agents \d+/,
  );

  // The last lines, also those that have scrolled away; and no secret.
  const long = (await cli('snapshot', 'local', 'main', '250', 'lines')).stdout;
  expect(long).toContain('│ line 53\n');
  expect(long).not.toContain('│ line 52\n');
  expect(long).toContain('token [redacted GitHub token]');
  expect(long).not.toContain(TOKEN);
  expect(await cli('snapshot', 'local', 'main', '10001', 'lines')).toMatchObject({ exitCode: 2, stdout: '' });

  const file = join(world.folder, 'screen.png');
  const saved = await cli('snapshot', 'local', 'main', '--out', file);
  expect(saved).toMatchObject({ exitCode: 0 });
  expect((await readFile(file)).subarray(0, 4)).toEqual(PNG);
  expect((await cli('watch', 'local', 'main')).stdout).toContain('│ line 300\n');
});

test('in the chat its picture stands below its text, and says what it shows', JOURNEY, async () => {
  const { page } = shared();
  await page.say(YOU, '/fleet snapshot local main');
  const card = await page.card('local:main', 'line 300');
  expect(card.screen).not.toContain(TOKEN);
  const file = await until(
    async () =>
      fieldsListAt(await page.snapshot(YOU), 'messages').flatMap((each) => fieldsListAt(each, 'files'))[0],
    { withinMs: SEEN_WITHIN_MS, what: 'the picture' },
  );
  expect(textAt(file, 'alt_txt')).toContain('The screen of main on local');
  const picture = await fetch(textAt(file, 'url_private') ?? '');
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await picture.arrayBuffer()).subarray(0, 4)).toEqual(PNG);
});

test(
  'a watched screen is followed in one message, over a kill of the program, until somebody stops it',
  JOURNEY,
  async () => {
    const world = shared();
    const { page, tmux } = world;
    await page.say(YOU, '/fleet watch local main for 10m');
    const all = async () => (await page.cards()).filter((each) => WATCH.test(each.words));
    const watched = (words: string) =>
      until(async () => (await all()).find((each) => each.words.includes(words)), {
        withinMs: SEEN_WITHIN_MS,
        what: `“${words}” in the message that watches`,
      });
    const first = await watched('line 300');
    expect(first.words).not.toContain(TOKEN);

    await tmux('send-keys', '-t', 'main', 'something new', 'Enter');
    expect((await watched('something new')).ts).toBe(first.ts);

    await world.kill();
    await tmux('send-keys', '-t', 'main', 'and more', 'Enter');
    await world.restart();
    const after = await watched('and more');
    expect(after.ts).toBe(first.ts);

    await page.press(YOU, after, 'Stop watching');
    const ended = await watched('No longer watched');
    expect(ended.ts).toBe(first.ts);
    expect(ended.words).toContain('stopped by You');
    expect(ended.buttons).toEqual([]);
    expect(await all()).toHaveLength(1);
  },
);
