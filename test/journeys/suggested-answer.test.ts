import { afterAll, expect, test } from 'vitest';
import { openModelDouble, type Reply } from '../doubles/model.ts';
import { until } from '../support/until.ts';
import { SAM, YOU } from './page.ts';
import { JOURNEY, shareWorld } from './world.ts';

const QUESTION = 'Should the change be described in the README, or in a note of its own?';
const ANSWER = {
  why: 'The brief asks for a note.',
  strategy: 'debate',
  action: 'send',
  text: 'In a note of its own: `notes/`, please.\nQuote it "as is"; $HOME stays $HOME.',
  option: 0,
  replies: [],
  confidence: 0.8,
};

const model = await openModelDouble();
afterAll(() => model[Symbol.asyncDispose]());
const shared = shareWorld({
  toml: '[rules]\nacts_alone = false\n',
  env: {
    ANTHROPIC_API_KEY: model.apiKey,
    ANTHROPIC_BASE_URL: model.url,
    FLEET_DEMO_LINGER_MS: '500',
  },
});

/** A task whose agent ends its first turn with a question, and a model that replies so. */
async function asking(title: string, reply: Reply = { kind: 'answer', value: ANSWER }) {
  const world = shared();
  model.plan(reply);
  await world.page.say(YOU, `/fleet add ${title} [demo:slow=50] [demo:asks-in-prose] --repo demo/shop`);
  return { ...world, card: await world.page.card(title), timesAsked: () => timesAskedAbout(title) };
}

function timesAskedAbout(title: string): number {
  return model.asked.filter((each) => JSON.stringify(each.messages).includes(title)).length;
}

/** What the demo agent wrote down of what was typed to it. */
async function notesOn(branchWords: string): Promise<string> {
  const { git } = shared();
  const branches = (await git('branch', '--list', '--format=%(refname:short)', 'fleet/*')).split('\n');
  const branch = branches.find((each) => each.includes(branchWords));
  return git('show', `${branch}:notes/follow-ups.md`);
}

test(
  'a question in prose comes with a suggested answer that names its strategy, and a yes types exactly that',
  JOURNEY,
  async () => {
    const { page, card, said, timesAsked } = await asking('Write down the port');
    expect(said()).toContain('claude-sonnet-5-5');
    const question = await page.question(card, QUESTION);
    expect(question.words).toContain('80 % sure');
    expect(question.words).toContain('The brief asks for a note.');
    expect(question.words).toContain('Strategy: Debate.');
    expect(JSON.stringify(model.asked.at(-1)?.messages)).toContain('best first: debate');
    expect(question.screen).toBe(ANSWER.text);
    expect(question.buttons.map((button) => button.label)).toEqual(['Send this answer', 'Don’t']);

    await page.press(SAM, question, 'Send this answer');
    await page.ephemeral(SAM, 'Only approvers may answer this.');
    await page.press(YOU, question, 'Send this answer');

    await page.reply(card, /Send this answer · answered by You/);
    await page.reply(card, 'Delivered to the agent');
    await page.card('Write down the port', 'Finished');
    const typed = ANSWER.text.split('\n').map((line) => `    ${line}\n`);
    expect(await notesOn('write-down-the-port')).toContain(typed.join(''));
    expect(timesAsked()).toBe(1);
    expect(model.turnedAway).toEqual([]);
  },
);

test('a person’s own answer takes the suggestion back', JOURNEY, async () => {
  const { page, card, timesAsked } = await asking('Ask me instead', {
    kind: 'answer',
    value: { ...ANSWER, strategy: 'hope-for-the-best' },
  });
  const question = await page.question(card, QUESTION);
  expect(question.words).not.toContain('Strategy:');
  await page.say(YOU, 'In the README', { thread: card });

  await page.reply(card, /No longer needed · You wrote to the agent/);
  await page.card('Ask me instead', 'Finished');
  expect(await notesOn('ask-me-instead')).toContain('## In the README');
  expect(timesAsked()).toBe(1);
});

test('an answer at the terminal takes the suggestion back', JOURNEY, async () => {
  const { page, card, sessions, tmux } = await asking('Answered over there');
  await page.question(card, QUESTION);
  const session = (await sessions()).at(-1) ?? '';
  await tmux('send-keys', '-t', session, '-l', 'Neither');
  await tmux('send-keys', '-t', session, 'Enter');

  // The agent may be seen at work first, or be done already.
  await page.reply(card, /No longer needed · the (agent|task) /);
  await page.card('Answered over there', 'Finished');
});

test('a model that fails is told of once, and people answer as before', JOURNEY, async () => {
  const { page, card, timesAsked } = await asking('Without its help', {
    kind: 'message',
    text: '',
    stopReason: 'refusal',
  });
  await page.reply(card, 'Asking the model: The model does not want to answer this question');
  await page.say(YOU, 'In the README', { thread: card });
  await page.reply(card, 'Delivered to the agent');
  await page.card('Without its help', 'Finished');
  const told = (await page.replies(card)).filter((reply) => reply.words.includes('Asking the model'));
  expect(told).toHaveLength(1);
  expect(timesAsked()).toBe(1);
});

test(
  'while the model thinks, a person’s words reach the agent and make its answer needless',
  JOURNEY,
  async () => {
    const { page, card } = await asking('No waiting for it', { kind: 'silence' });
    await until(() => model.waiting() === 1, { withinMs: 30_000, what: 'the call' });
    await page.say(YOU, 'In the README', { thread: card });
    await page.reply(card, 'Delivered to the agent');
    expect(model.waiting()).toBe(1);
    model.speak(ANSWER);
    await until(() => model.waiting() === 0, { withinMs: 5_000, what: 'the late answer' });
    await page.card('No waiting for it', 'Finished');
    expect((await page.replies(card)).filter((reply) => reply.words.includes('suggests'))).toEqual([]);
  },
);

test('a no types nothing, and the model is not asked again by the next process', JOURNEY, async () => {
  const { page, card, stop, restart, timesAsked } = await asking('Leave it be');
  await page.press(YOU, await page.question(card, QUESTION), 'Don’t');
  await page.reply(card, /Don’t · answered by You/);

  await stop();
  await restart();
  await page.press(YOU, await page.card('Leave it be', 'Running'), 'Snapshot');
  const snapshot = await page.reply(card, 'Snapshot');
  expect(snapshot.screen).toContain(`● ${QUESTION}\n`);
  expect(snapshot.screen).not.toContain('In a note of its own: ');
  expect(timesAsked()).toBe(1);
});
