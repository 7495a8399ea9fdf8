import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, QUICK, shareWorld, type World } from './world.ts';

const shared = shareWorld({
  toml: `${QUICK}\n[[hosts]]\nname = "local"\nlocal = true\ncapacity = 10\n`,
});

/** Words that would be something else to a shell, to tmux, to Slack or to the grammar. */
const nastyWords = ({ folder }: World) =>
  [
    `'; touch ${folder}/ran; $(touch ${folder}/ran) \`touch ${folder}/ran\` "two" 'one' #{pane_id} %1 !! \\n \\\\`,
    `  C-c Enter; \${HOME} ~ * > < & | &amp; <@U0NOBODY> *bold* _it_`,
    '',
    'Ünïcödé – “quotes”, 日本語, עברית, 👩‍💻🚀 \t tab',
    '-- --priority low-ish, and --host mars in the middle',
  ].join('\n');

/** What the agent was given, as it wrote it down. */
async function received({ tmux, sessions }: World, before: readonly string[]): Promise<string> {
  return until(
    async () => {
      const [session] = (await sessions()).filter((name) => !before.includes(name));
      if (session === undefined) return false;
      const folder = await tmux('display-message', '-p', '-t', `=${session}:`, '#{pane_current_path}');
      const words = await readFile(join(folder.trim(), 'prompt-received.txt'), 'utf8');
      return words !== '' && words;
    },
    { withinMs: 30_000, what: 'what the agent was given' },
  );
}

test('from chat', JOURNEY, async () => {
  const world = shared();
  const before = await world.sessions();
  const brief = `Say [demo:echo]\n${nastyWords(world)}`;
  await world.page.say(YOU, `/fleet add --repo demo/shop -- ${brief}`);
  await world.page.card('Say');
  expect(await received(world, before)).toBe(brief);
  expect(existsSync(join(world.folder, 'ran'))).toBe(false);
});

test('from a shell, beginning with dashes', JOURNEY, async () => {
  const world = shared();
  const before = await world.sessions();
  const brief = `--help me [demo:echo]\n${nastyWords(world)}`;
  expect(await world.cli('add', '--repo', 'demo/shop', '--', brief)).toMatchObject({ exitCode: 0 });
  expect(await received(world, before)).toBe(brief);
  expect(existsSync(join(world.folder, 'ran'))).toBe(false);
});

test('from an issue', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const before = await world.sessions();
  const words = `Please [demo:echo]\n${nastyWords(world)}`;
  await page.createIssue('Say it', words);
  const issue = (await page.github()).issues.find((each) => each.title === 'Say it');
  await page.addLabel(issue?.number ?? 0);
  const text = await received(world, before);
  expect(text.startsWith(`Say it\n\n${words}\n\n(GitHub issue #${issue?.number}: http`)).toBe(true);
  expect(existsSync(join(world.folder, 'ran'))).toBe(false);
});

test('typed into a session from its thread', JOURNEY, async () => {
  const world = shared();
  const { page } = world;
  const words = `'; touch ${world.folder}/ran; $(touch ${world.folder}/ran) 👩‍💻 "two"\nand a second line`;
  await page.say(YOU, '/fleet add Wait for words [demo:slow=50] --repo demo/shop');
  const card = await page.card('Wait for words');
  await page.press(YOU, await page.question(card, 'git push'), /^No, /);
  await page.reply(card, 'answered by You');
  await page.say(YOU, words, { thread: card });
  await page.reply(card, 'Delivered to the agent');
  const branch = /`(fleet\/\S*wait-for-words\S*)`/.exec((await page.card('Wait for words')).words)?.[1] ?? '';
  await until(
    async () => {
      const note = await world.git('show', `${branch}:notes/follow-ups.md`);
      return words.split('\n').every((line) => note.includes(line));
    },
    { withinMs: 20_000, what: 'the words in the agent’s commit' },
  );
  expect(existsSync(join(world.folder, 'ran'))).toBe(false);
});
