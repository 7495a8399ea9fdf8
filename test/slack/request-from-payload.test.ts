import { expect, test } from 'vitest';
import type { Request } from '../../src/commands/index.ts';
import { deliveryId } from '../../src/domain/index.ts';
import { privateMetadata } from '../../src/slack/form-place.ts';
import { requestFromDelivery } from '../../src/slack/in/request-from-payload.ts';
import { containing } from '../support/containing.ts';

const bot = { userId: 'UBOT', botId: 'BBOT', teams: ['T1'] };

function read(kind: string, body: unknown) {
  const payload = { body, bot };
  return requestFromDelivery({
    source: 'slack',
    id: deliveryId('d1'),
    kind,
    payload,
    receivedAt: new Date(0),
  });
}

const message = { type: 'message', channel: 'C1', user: 'UANN', team: 'T1', ts: '2.000', text: 'try again' };
const event = (given: object) => ({ team_id: 'T1', event: { ...message, ...given } });
const press = {
  type: 'block_actions',
  user: { id: 'UANN', username: 'ann', team_id: 'T1' },
  team: { id: 'T1' },
  trigger_id: 't',
  actions: [{ action_id: 'fleet:cancel:12', value: '{"kind":"task","verb":"cancel","task":12}' }],
};
const values = {
  brief: { brief: { type: 'plain_text_input', value: "Fix '; $(id)\nand <b>" } },
  project: { project: { type: 'static_select', selected_option: { value: 'p1' } } },
  priority: { priority: { type: 'static_select', selected_option: { value: 'high' } } },
  agent: { agent: { type: 'static_select', selected_option: null } },
};
const form = (given: object) => ({
  type: 'view_submission',
  user: { id: 'UANN', name: 'ann', team_id: 'T1' },
  team: { id: 'T1' },
  view: {
    callback_id: 'fleet-add',
    private_metadata: privateMetadata({ channel: 'C1', threadTs: null }),
    state: { values },
    ...given,
  },
});

const asks: readonly [string, string, unknown, Partial<Request>][] = [
  [
    'a command keeps its prompt to the letter',
    'command',
    {
      text: 'add a &amp;&amp; &lt;b&gt;\nc',
      user_id: 'UANN',
      user_name: 'ann',
      team_id: 'T1',
      channel_id: 'C1',
      trigger_id: 't',
    },
    {
      from: { source: 'slack', externalId: 'UANN', name: 'ann' },
      place: { kind: 'slack', channel: 'C1', threadTs: null },
      ask: { kind: 'words', words: 'add a && <b>\nc' },
    },
  ],
  [
    'a mention is a command',
    'event',
    event({ type: 'app_mention', text: '<@UBOT> status' }),
    { place: { kind: 'slack', channel: 'C1', threadTs: null }, ask: { kind: 'words', words: 'status' } },
  ],
  [
    'a mention that comes as a message means the same',
    'event',
    event({ text: '<@UBOT> status' }),
    { place: { kind: 'slack', channel: 'C1', threadTs: null }, ask: { kind: 'words', words: 'status' } },
  ],
  [
    'a reply in a thread goes to the thread',
    'event',
    event({ thread_ts: '1.000', text: ' use &lt;b&gt; ' }),
    {
      place: { kind: 'slack', channel: 'C1', threadTs: '1.000' },
      ask: { kind: 'thread-reply', words: ' use <b> ' },
    },
  ],
  [
    'a reply shown in the channel as well is a reply',
    'event',
    event({ thread_ts: '1.000', subtype: 'thread_broadcast' }),
    { ask: { kind: 'thread-reply', words: 'try again' } },
  ],
  [
    'the Home tab was opened',
    'event',
    { team_id: 'T1', event: { type: 'app_home_opened', user: 'UANN', tab: 'home' } },
    { place: { kind: 'slack', channel: 'UANN', threadTs: null }, ask: { kind: 'open-home' } },
  ],
  [
    'a press on the card stands for its thread',
    'block_actions',
    { ...press, channel: { id: 'C1' }, message: { ts: '1.000' } },
    {
      place: { kind: 'slack', channel: 'C1', threadTs: '1.000' },
      ask: { kind: 'button', button: { kind: 'task', verb: 'cancel', task: 12 } } as Request['ask'],
    },
  ],
  [
    'a press on what only one person saw knows its channel',
    'block_actions',
    { ...press, container: { type: 'message', channel_id: 'C1', message_ts: '3.0', thread_ts: '1.000' } },
    { place: { kind: 'slack', channel: 'C1', threadTs: '1.000' } },
  ],
  [
    'a press on the Home tab is answered directly',
    'block_actions',
    { ...press, container: { type: 'view', view_id: 'V1' } },
    { place: { kind: 'slack', channel: 'UANN', threadTs: null } },
  ],
  [
    'a form keeps its brief to the letter',
    'view_submission',
    form({}),
    {
      place: { kind: 'slack', channel: 'C1', threadTs: null },
      ask: {
        kind: 'add-form',
        brief: "Fix '; $(id)\nand <b>",
        project: 'p1',
        priority: 'high',
        agent: null,
        host: null,
      } as Request['ask'],
    },
  ],
  [
    'a reason form names the question and the words',
    'view_submission',
    {
      ...form({}),
      view: {
        callback_id: 'fleet-reason',
        private_metadata: '{"channel":"C1","threadTs":"1.000","about":"a1"}',
        state: { values: { reason: { reason: { value: ' Use <b>staging</b> ' } } } },
      },
    },
    {
      place: { kind: 'slack', channel: 'C1', threadTs: '1.000' },
      ask: { kind: 'reason-form', approval: 'a1', reason: 'Use <b>staging</b>' } as Request['ask'],
    },
  ],
];

test.each(asks)('%s', (_name, kind, body, request) => {
  expect(read(kind, body)).toMatchObject({ ok: true, value: request });
});

const ignored: readonly [string, string, unknown][] = [
  ['the bot itself', 'event', event({ user: 'UBOT', thread_ts: '1.0' })],
  ['another bot', 'event', event({ bot_id: 'B2', thread_ts: '1.0' })],
  ['an edit', 'event', event({ subtype: 'message_changed', thread_ts: '1.0' })],
  ['somebody joining', 'event', event({ subtype: 'channel_join' })],
  ['a message without a writer', 'event', event({ user: undefined, thread_ts: '1.0' })],
  ['talk in the channel', 'event', event({})],
  ['talk about the bot', 'event', event({ thread_ts: '1.0', text: 'ask <@UBOT> about it' })],
  ['an empty reply', 'event', event({ thread_ts: '1.0', text: ' ' })],
  ['a person of another company', 'event', event({ thread_ts: '1.0', user_team: 'T2' })],
  [
    'a command of another workspace',
    'command',
    { text: '', user_id: 'U', team_id: 'T2', channel_id: 'C', trigger_id: 't' },
  ],
  ['a press from another workspace', 'block_actions', { ...press, user: { id: 'U', team_id: 'T2' } }],
  [
    'a button of another version',
    'block_actions',
    { ...press, actions: [{ action_id: 'fleet:old', value: 'x' }] },
  ],
  ['a form of another version', 'view_submission', form({ callback_id: 'fleet-old' })],
  ['a form that lacks its brief', 'view_submission', form({ state: { values: { ...values, brief: {} } } })],
  [
    'the messages tab',
    'event',
    { team_id: 'T1', event: { type: 'app_home_opened', user: 'UANN', tab: 'messages' } },
  ],
  ['an unknown event', 'event', { team_id: 'T1', event: { type: 'team_join' } }],
  ['an unknown kind', 'shortcut', {}],
  ['something else altogether', 'command', 'text'],
];

test.each(ignored)('%s is ignored, with a reason', (_name, kind, body) => {
  expect(read(kind, body)).toMatchObject({
    ok: false,
    error: { kind: 'ignored', why: containing(/\w/) },
  });
});
