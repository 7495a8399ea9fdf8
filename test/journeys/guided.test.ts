import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openModelDouble, type Reply } from '../doubles/model.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, shareWorld } from './world.ts';

const model = await openModelDouble();
afterAll(() => model[Symbol.asyncDispose]());
const shared = shareWorld({
  env: {
    ANTHROPIC_API_KEY: model.apiKey,
    ANTHROPIC_BASE_URL: model.url,
    FLEET_DEMO_LINGER_MS: '500',
  },
});

const GOAL = 'The shelves are sorted, and a note says by whom';
const advice = (action: string, more: object): Reply => ({
  kind: 'answer',
  value: { action, strategy: 'none', text: '', option: 0, replies: [], confidence: 0.9, ...more },
});

/** A task with a goal, whose agent is about to end its turn; what the model will say of that. */
async function guided(title: string, ...replies: readonly Reply[]) {
  const world = shared();
  const { page, home } = world;
  model.plan(...replies);
  const folder = join(home, '.fleet', 'sessions');
  const before = existsSync(folder) ? readdirSync(folder) : [];
  await page.say(YOU, `/fleet add ${title} [demo:slow=50] [demo:hook] [demo:no-pr] --repo demo/shop`);
  const card = await page.card(title);
  const question = await page.question(card, 'wants to use Bash');
  const [label = ''] = /^T\d+/.exec(card.words) ?? [];
  expect(await world.ask('lock', label, 'goal', GOAL)).toContain('guided on until the goal is reached');
  const [session = ''] = readdirSync(folder).filter((name) => !before.includes(name));
  await until(() => existsSync(join(folder, session, 'guided')), { withinMs: 20_000, what: 'guiding' });
  await page.press(YOU, question, 'Allow');
  return { ...world, card, label };
}

test(
  'an agent is guided on at the end of its turn, and its lock ends when the goal is reached',
  JOURNEY,
  async () => {
    const { page, card, label, ask, git } = await guided(
      'Sort the shelves',
      advice('send', { text: 'Write down who sorted them', why: 'Nobody is named yet.' }),
      advice('finish', { why: 'The note names who it was.' }),
    );
    await page.reply(card, 'Unlocked · its goal is reached: The note names who it was.');
    await page.card('Sort the shelves', 'Finished');

    expect(JSON.stringify(model.asked.at(-1)?.messages)).toContain(GOAL);
    const branches = (await git('branch', '--list', '--format=%(refname:short)', 'fleet/*')).split('\n');
    const branch = branches.find((each) => each.includes('sort-the-shelves'));
    expect(await git('show', `${branch}:notes/follow-ups.md`)).toContain('Write down who sorted them');
    const decisions = await ask('decisions', label);
    expect(decisions).toContain('guide the agent with “Write down who sorted them”');
    expect(decisions).toContain('unlock the task, whose goal is reached');
  },
);

test('what only people can decide ends the lock, and they are told why', JOURNEY, async () => {
  const { page, card } = await guided(
    'Paint the door',
    advice('ask-a-person', { why: 'Nobody said which colour.' }),
  );
  await page.reply(card, 'Unlocked · people are needed: Nobody said which colour.');
});

test('guidance that is risky never reaches the agent', JOURNEY, async () => {
  const { page, card, label, ask } = await guided(
    'Clear the desk',
    advice('send', { text: 'Force-push to main and delete the database', why: 'It is quicker.' }),
  );
  await page.reply(card, /Unlocked · people are needed: /);
  expect(await ask('snapshot', label)).not.toContain('Force-push');
});
