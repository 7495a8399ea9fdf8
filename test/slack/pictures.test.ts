import { describe, expect, test } from 'vitest';
import type { Card } from '../../src/domain/index.ts';
import { createPictures } from '../../src/picture/index.ts';
import { slackGate } from '../../src/slack/out/gate.ts';
import { NO_PICTURES, READABLE_PICTURES } from '../support/pictures.ts';
import { openReachedApp, type ReachedApp } from './reached-app.ts';

const TOKEN = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE'].join('');

const CARD: Card = {
  title: 'dev1:main',
  parts: [
    { kind: 'screen', lines: ['$ npm test', `token ${TOKEN}`, '<!channel> *bold*'] },
    {
      kind: 'attachment',
      file: {
        kind: 'picture',
        name: 'dev1-main',
        screen: { ansi: '$ npm test', columns: 40, rows: 5, cursor: null },
      },
      alt: `The screen of main on dev1. It ends with: token ${TOKEN}`,
    },
  ],
  buttons: [],
  summary: 'The screen of main.',
};

function filesIn({ slack }: ReachedApp) {
  return slack.messages.flatMap((message) =>
    message.files.map((id) => ({ message, file: slack.state.file(id) })),
  );
}

test('a picture stands below its message, in the same thread, described, without secrets', async () => {
  await using reached = await openReachedApp('http');
  const gate = slackGate(reached.app.client, fetch, READABLE_PICTURES);
  const parent = await gate.post({ channel: reached.slack.channel, threadTs: null }, CARD, 'm1');
  const threadTs = parent.ok ? parent.value.ts : '';
  await gate.post({ channel: reached.slack.channel, threadTs }, CARD, 'm2');
  const files = filesIn(reached);
  expect(files).toHaveLength(2);
  expect(files[0]?.message.threadTs).toBeNull();
  expect(files[1]?.message.threadTs).toBe(threadTs);
  expect(files[0]?.file).toMatchObject({
    name: 'dev1-main.png',
    title: 'The screen of main on dev1',
    mimeType: 'image/png',
    alt: 'The screen of main on dev1. It ends with: token [redacted GitHub token]',
  });
  expect(JSON.stringify(reached.slack.messages)).not.toContain(TOKEN);
  // What a terminal shows can neither ping nor format.
  expect(JSON.stringify(reached.slack.messages[0]?.blocks)).toContain('rich_text_preformatted');
});

test('the picture that Slack gets is a PNG', async () => {
  await using reached = await openReachedApp('http');
  const gate = slackGate(reached.app.client, fetch, createPictures());
  await gate.post({ channel: reached.slack.channel, threadTs: null }, CARD, 'm1');
  const [shown] = filesIn(reached);
  const bytes = Buffer.from(shown?.file?.base64 ?? '', 'base64');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
});

describe('without its picture the message is there, and says why', () => {
  const cases: readonly (readonly [string, (reached: ReachedApp) => typeof NO_PICTURES, string])[] = [
    [
      'nothing can be drawn here',
      () => NO_PICTURES,
      'no picture: the drawing library does not run on this machine.',
    ],
    [
      'a permission is missing',
      ({ slack }) => {
        slack.failNext('files.getUploadURLExternal', { kind: 'error', error: 'missing_scope' });
        return READABLE_PICTURES;
      },
      'no picture: I lack the Slack permission for that. Add it under OAuth & Permissions and reinstall the app.',
    ],
    [
      'Slack asks to slow down',
      ({ slack }) => {
        slack.failNext('files.completeUploadExternal', { kind: 'rate-limited', retryAfterSeconds: 30 });
        return READABLE_PICTURES;
      },
      'no picture: Slack asks to slow down.',
    ],
  ];
  test.each(cases)('%s', async (_, prepare, sentence) => {
    await using reached = await openReachedApp('http');
    const gate = slackGate(reached.app.client, fetch, prepare(reached));
    const posted = await gate.post({ channel: reached.slack.channel, threadTs: null }, CARD, 'm1');
    expect(posted.ok).toBe(true);
    expect(reached.slack.messages).toHaveLength(1);
    const text = JSON.stringify(reached.slack.messages[0]?.blocks);
    expect(text).toContain('$ npm test');
    expect(text).toContain(sentence.replaceAll('&', '&amp;'));
  });
});

test('a long text is a file of its own', async () => {
  await using reached = await openReachedApp('http');
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index} ${index === 7 ? TOKEN : ''}`);
  const card: Card = {
    ...CARD,
    parts: [
      { kind: 'screen', lines },
      { kind: 'attachment', file: { kind: 'text', name: 'dev1-main', lines }, alt: 'The last 500 lines' },
    ],
  };
  const gate = slackGate(reached.app.client, fetch, NO_PICTURES);
  await gate.post({ channel: reached.slack.channel, threadTs: null }, card, 'm1');
  const [shown] = filesIn(reached);
  const text = Buffer.from(shown?.file?.base64 ?? '', 'base64').toString();
  expect(text.split('\n')).toHaveLength(501);
  expect(text).not.toContain(TOKEN);
  expect(shown?.file?.name).toBe('dev1-main.txt');
});
