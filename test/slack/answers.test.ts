import { expect, test } from 'vitest';
import type { AddForm, Answer } from '../../src/commands/index.ts';
import { approvalId, type Card, projectId, sentenceCard } from '../../src/domain/index.ts';
import { requestFromDelivery } from '../../src/slack/in/request-from-payload.ts';
import { createSlackAnswers } from '../../src/slack/out/answers.ts';
import { containing } from '../support/containing.ts';
import { NO_PICTURES } from '../support/pictures.ts';
import { openReachedApp, type ReachedApp } from './reached-app.ts';

const FORM: AddForm = {
  brief: 'Fix <b>',
  projects: [
    { id: projectId('p1'), repo: 'demo/shop' },
    { id: projectId('p2'), repo: 'demo/other' },
  ],
  agents: ['claude', 'demo'],
  hosts: [],
};

test('a command is answered to the one who asked, also where the bot was never invited', async () => {
  await using reached = await openReachedApp('http');
  const { slack } = reached;
  await asked(reached, { channel: slack.otherChannel });
  expect(await answer(reached, sentenceCard('Nothing is running.'))).toMatchObject({ ok: true });
  expect(slack.ephemerals).toMatchObject([
    { to: 'U0ANA', channel: slack.otherChannel, text: 'Nothing is running.' },
  ]);
  expect(slack.messages).toEqual([]);
});

test('when the address of the request is used up, the answer still arrives', async () => {
  await using reached = await openReachedApp('http');
  await asked(reached);
  for (let times = 0; times < 7; times += 1) {
    expect(await answer(reached, sentenceCard(`Answer ${times}`))).toMatchObject({ ok: true });
  }
  expect(reached.slack.ephemerals.map(({ text }) => text)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((times) => `Answer ${times}`),
  );
});

test('a refusal is one sentence, seen only by the one who asked', async () => {
  await using reached = await openReachedApp('http');
  await reached.sender.say({ text: '<@U0BOT> cancel T99' });
  const [delivery] = reached.stored;
  if (delivery === undefined) throw new Error('nothing was stored');
  const answers = createSlackAnswers(reached.app.client, NO_PICTURES);
  await answers.refuse(delivery, {
    kind: 'no-such-task',
    sentence: 'There is no T99. `status` lists the tasks.',
  });
  expect(reached.slack.ephemerals).toMatchObject([
    { to: 'U0ANA', text: 'There is no T99. `status` lists the tasks.' },
  ]);
  expect(JSON.stringify(reached.slack.ephemerals[0]?.blocks)).toContain(
    '"text":"status","style":{"code":true}',
  );
});

test('the add form opens, and what is filled in comes back to the letter', async () => {
  await using reached = await openReachedApp('http');
  const { slack, sender } = reached;
  const brief = "'; touch /tmp/x; $(id)\n\n<b> & 漢 🙂";
  await asked(reached);
  const [delivery] = reached.stored;
  if (delivery === undefined) throw new Error('nothing was stored');
  const shown = await createSlackAnswers(reached.app.client, NO_PICTURES).answer(delivery, {
    kind: 'add-form',
    form: FORM,
  });
  expect(shown).toMatchObject({ ok: true });
  const [view] = slack.views;
  await sender.submitView({
    viewId: String(view?.id),
    inputs: {
      brief: { brief },
      project: { project: 'p2' },
      priority: { priority: 'high' },
      agent: { agent: 'claude' },
    },
  });
  const filledIn = reached.stored.at(-1);
  expect(filledIn === undefined ? null : requestFromDelivery(filledIn)).toMatchObject({
    ok: true,
    value: {
      place: { kind: 'slack', channel: slack.channel },
      ask: { kind: 'add-form', brief, project: 'p2', priority: 'high', agent: 'claude', host: null },
    },
  });
});

test.each<readonly [Answer, string]>([
  [{ kind: 'add-form', form: FORM }, 'Send it again'],
  [
    { kind: 'reason-form', form: { approval: approvalId('3fa9c1d2-0000'), about: 'Bash: npm test' } },
    '`answer 3fa9c1d2 deny YOUR REASON`',
  ],
])('a form that comes too late says what to do instead: %j', async (answer, instead) => {
  let seconds = 0;
  await using reached = await openReachedApp('http', {
    now: () => new Date(Date.UTC(2026, 10, 22) + seconds * 1000),
  });
  await asked(reached);
  seconds += 10;
  const [delivery] = reached.stored;
  if (delivery === undefined) throw new Error('nothing was stored');
  await createSlackAnswers(reached.app.client, NO_PICTURES).answer(delivery, answer);
  expect(reached.slack.ephemerals).toMatchObject([{ text: containing(instead) }]);
});

test('a form without a project to pick is not opened', async () => {
  await using reached = await openReachedApp('http');
  await asked(reached);
  const [delivery] = reached.stored;
  if (delivery === undefined) throw new Error('nothing was stored');
  await createSlackAnswers(reached.app.client, NO_PICTURES).answer(delivery, {
    kind: 'add-form',
    form: { ...FORM, projects: [] },
  });
  expect(reached.slack.views).toEqual([]);
  expect(reached.slack.ephemerals).toMatchObject([{ text: containing('no project yet') }]);
});

test('the Home tab shows its cards, however many there are', async () => {
  await using reached = await openReachedApp('http');
  await reached.sender.sendEvent({
    type: 'app_home_opened',
    user: 'U0ANA',
    channel: 'D0ANA',
    tab: 'home',
    event_ts: '1.0',
  });
  const [delivery] = reached.stored;
  if (delivery === undefined) throw new Error('nothing was stored');
  const cards = Array.from({ length: 80 }, (_, index) => sentenceCard(`Task ${index}`));
  const shown = await createSlackAnswers(reached.app.client, NO_PICTURES).answer(delivery, {
    kind: 'home',
    cards,
  });
  expect(shown).toMatchObject({ ok: true });
  expect(JSON.stringify(reached.slack.state.home('U0ANA')?.given)).toContain('more are not shown');
});

test('no secret leaves, also when it goes over several lines or would be cut in two', async () => {
  await using reached = await openReachedApp('http');
  await reached.sender.say({ text: '<@U0BOT> snapshot' });
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const key = [
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: 80 }, () => 'MIIEow0123456789'.repeat(4)),
    '-----END RSA PRIVATE KEY-----',
  ];
  const card: Card = {
    title: token,
    summary: token,
    parts: [
      { kind: 'text', spans: [{ kind: 'text', text: `${'x'.repeat(2985)} ${token}` }] },
      { kind: 'screen', lines: key },
      { kind: 'note', spans: [{ kind: 'link', url: `https://u:${token}@example.com`, label: token }] },
    ],
    buttons: [],
  };
  expect(await answer(reached, card)).toMatchObject({ ok: true });
  const sent = JSON.stringify(reached.slack.calls);
  expect(sent).not.toContain('ghp_');
  expect(sent).not.toContain('MIIEow');
});

async function asked(reached: ReachedApp, where: { readonly channel?: string } = {}): Promise<void> {
  await reached.sender.sendSlashCommand({ command: '/fleet', text: 'status', ...where });
}

async function answer(reached: ReachedApp, card: Card) {
  const [delivery] = reached.stored;
  if (delivery === undefined) throw new Error('nothing was stored');
  return createSlackAnswers(reached.app.client, NO_PICTURES).answer(delivery, { kind: 'card', card });
}
