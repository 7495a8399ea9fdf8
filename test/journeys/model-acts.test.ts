import { afterAll, expect, test } from 'vitest';
import { openModelDouble } from '../doubles/model.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, QUICK, shareWorld } from './world.ts';

const QUESTION = 'Should the change be described in the README, or in a note of its own?';
const ANSWER = {
  why: 'The brief asks for a note.',
  strategy: 'debate',
  action: 'send',
  text: 'In a note of its own, please.',
  option: 0,
  replies: [],
  confidence: 0.8,
};

const model = await openModelDouble();
afterAll(() => model[Symbol.asyncDispose]());
const shared = shareWorld({
  toml: QUICK,
  env: { ANTHROPIC_API_KEY: model.apiKey, ANTHROPIC_BASE_URL: model.url, FLEET_DEMO_LINGER_MS: '500' },
});

const WIPE = 'Run `dd if=/dev/zero of=/dev/sda` first.';

async function decisions(title: string, wanted: RegExp): Promise<void> {
  const { ask } = shared();
  let told = '';
  await until(
    async () => {
      const line = (await ask('status')).split('\n').find((each) => each.includes(title)) ?? '';
      const task = /T\d+/.exec(line)?.[0];
      told = task === undefined ? line : await ask('decisions', task);
      return wanted.test(told);
    },
    { withinMs: 60_000, what: `the decisions about ${title}` },
  ).catch((cause: unknown) => {
    throw new Error(`told was:\n${told}`, { cause });
  });
}

async function asking(title: string, answer: Partial<typeof ANSWER>) {
  const { page } = shared();
  model.plan({ kind: 'answer', value: { ...ANSWER, ...answer } });
  await page.say(YOU, `/fleet add ${title} [demo:slow=50] [demo:asks-in-prose] --repo demo/shop`);
  return page.card(title);
}

test(
  'what the model is sure of and risks nothing is typed by itself, told in one message, and replayed',
  JOURNEY,
  async () => {
    const { page, ask } = shared();
    const card = await asking('Write down the port', {});
    await page.reply(card, `Sent “${ANSWER.text}” (80 % sure, Debate): The brief asks for a note.`);
    await page.card('Write down the port', 'Finished');
    const replies = await page.replies(card);
    expect(replies.filter(({ buttons }) => buttons.length > 0)).toEqual([]);
    expect(replies.filter(({ words }) => words.includes('The model went on by itself'))).toHaveLength(1);
    expect(replies.filter(({ words }) => words.includes('write your answer here'))).toEqual([]);
    const decisions = await ask('decisions', 'T1');
    expect(decisions).toContain(`model decided to send “${ANSWER.text}” as the answer to “${QUESTION}”`);

    model.plan({ kind: 'answer', value: { ...ANSWER, action: 'ask-a-person' } });
    const replay = await ask('replay', '--since', '1d');
    expect(replay).toMatch(
      /send “In a note of its own, please\.”, Debate, 80 % \(proceed\) → ask people, Debate, 80 %/,
    );
  },
);

test('what the model is not sure of waits for a person', JOURNEY, async () => {
  const { page } = shared();
  const card = await asking('Describe the port', { confidence: 0.59 });
  const question = await page.question(card, QUESTION);
  expect(question.words).toContain('59 % sure');
  await page.press(YOU, question, 'Send this answer');
  await page.card('Describe the port', 'Finished');
});

test('words that risk something wait for a person, however sure the model is', JOURNEY, async () => {
  const { page } = shared();
  const card = await asking('Push the port', { text: 'Force-push it to main.', confidence: 1 });
  const question = await page.question(card, QUESTION);
  expect(question.screen).toBe('Force-push it to main.');
  await page.press(YOU, question, 'Don’t');
  await page.reply(card, /Don’t · answered by You/);
});

test(
  'a model that waits is left to wait, and what nobody may do is dropped with its reason',
  JOURNEY,
  async () => {
    const { page } = shared();
    const card = await asking('Leave the port', { action: 'wait', confidence: 0.9 });
    await decisions('Leave the port', /model decided to wait.*— allowed/);
    const forbidden = await asking('Wipe the port', { text: WIPE, confidence: 1 });
    await decisions('Wipe the port', /model decided to send .* — held back: dd .* overwrites/);
    for (const thread of [card, forbidden]) {
      await page.say(YOU, 'In the README', { thread });
      await page.reply(thread, 'Delivered to the agent');
    }
  },
);

test(
  'a model may finish a task, answer a dialog, and restart its agent where it is sure enough',
  JOURNEY,
  async () => {
    const { page } = shared();
    await asking('Finish the port', { action: 'finish', confidence: 0.9 });
    await page.card('Finish the port', 'Finished');

    const card = await asking('Restart the port', { action: 'restart', confidence: 0.79 });
    const question = await page.question(card, /79 % sure, and 80 % are needed/);
    await page.press(YOU, question, 'Don’t');
    await page.say(YOU, 'In the README', { thread: card });
    await page.card('Restart the port', 'Finished');
    await asking('Restart the port at once', { action: 'restart', confidence: 0.8 });
    await decisions('Restart the port at once', /asked to restart the agent — succeeded/);

    model.plan({ kind: 'answer', value: { ...ANSWER, action: 'answer', option: 1, confidence: 0.9 } });
    await page.say(YOU, '/fleet add Answer the port [demo:slow=50] --repo demo/shop');
    await decisions('Answer the port', /model decided to answer .* — allowed/);
    await page.card('Answer the port', 'Finished');
  },
);
