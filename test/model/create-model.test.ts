import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_RULES, type Log, type ModelQuestion, type TokenPrices } from '../../src/domain/index.ts';
import { createConfiguredModel } from '../../src/model/index.ts';
import { redact } from '../../src/safety/index.ts';
import { type ModelDouble, openModelDouble, type Reply } from '../doubles/model.ts';
import { until } from '../support/until.ts';
import { CHOICE, question } from './questions.ts';

const ANSWER = {
  why: 'The brief names the README.',
  strategy: 'debate',
  action: 'send',
  text: 'In the README, please.',
  option: 0,
  replies: [],
  confidence: 0.75,
};
const PRICE: TokenPrices = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

let double: ModelDouble;
let said: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[];

beforeEach(async () => {
  double = await openModelDouble();
  said = [];
});
afterEach(() => double[Symbol.asyncDispose]());

type Change = { apiKey?: string; baseUrl?: string; name?: string; timeoutMs?: number };

function model({ apiKey = double.apiKey, baseUrl = double.url, name = double.name }: Change) {
  const say = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void said.push({ fields, message });
  const log: Log = { info: say, warn: say, error: say };
  const service = {
    protocol: 'anthropic',
    apiKey,
    baseUrl,
    name,
    prices: new Map([[double.name, PRICE]]),
  } as const;
  return createConfiguredModel(service, { redact, log, now: () => new Date(), firstPauseMs: 1 });
}

async function decide(
  change: Change = {},
  asked: ModelQuestion = question(),
  signal: AbortSignal = new AbortController().signal,
) {
  const { timeoutMs = 30_000 } = change;
  return model(change).decide(asked, { ...DEFAULT_RULES.model, timeoutMs }, signal);
}

const ask = async (...asked: Parameters<typeof decide>) => (await decide(...asked)).advice;

test('an answer comes back as text, reason, confidence and the strategy it follows', async () => {
  double.plan({ kind: 'answer', value: ANSWER });
  expect(await ask()).toEqual({
    ok: true,
    value: {
      kind: 'send',
      text: 'In the README, please.',
      confidence: 0.75,
      why: 'The brief names the README.',
      strategy: 'debate',
    },
  });
  expect(double.turnedAway).toEqual([]);
});

test('each of the six actions is one', async () => {
  const told = { confidence: 0.75, why: ANSWER.why, strategy: 'debate' };
  const six: readonly [answer: object, advice: object][] = [
    [
      { action: 'send', text: 'Go on.' },
      { kind: 'send', text: 'Go on.' },
    ],
    [
      { action: 'answer', option: 2 },
      { kind: 'answer', option: 1 },
    ],
    [{ action: 'wait' }, { kind: 'wait' }],
    [
      { action: 'ask-a-person', replies: ['Yes.', 'No.'] },
      { kind: 'ask-a-person', replies: ['Yes.', 'No.'] },
    ],
    [{ action: 'finish' }, { kind: 'finish' }],
    [{ action: 'restart' }, { kind: 'restart' }],
  ];
  for (const [answer, advice] of six) {
    double.plan({ kind: 'answer', value: { ...ANSWER, ...answer } });
    expect(await ask({}, question({ asks: CHOICE }))).toEqual({ ok: true, value: { ...told, ...advice } });
  }
});

test.each([
  ['is none', 'none'],
  ['is empty', ''],
  ['there is no such', 'hope-for-the-best'],
])('an answer stays one when its strategy %s, and follows none', async (_what, strategy) => {
  double.plan({ kind: 'answer', value: { ...ANSWER, strategy } });
  expect(await ask()).toMatchObject({ ok: true, value: { text: ANSWER.text, strategy: null } });
});

test('the rules are sent apart from the question, marked to be kept, and are the same each time', async () => {
  double.plan({ kind: 'answer', value: ANSWER });
  await ask();
  await ask({}, question({ screen: ['another screen'], strategies: [] }));
  await ask({}, question({ task: { ...question().task, brief: 'Another brief' } }));
  const [first, second, third] = double.asked;
  expect(first?.system).toMatchObject([
    { cache_control: { type: 'ephemeral' } },
    { cache_control: { type: 'ephemeral' } },
  ]);
  expect(second?.system).toEqual(first?.system);
  expect(third?.system?.[0]).toEqual(first?.system?.[0]);
  expect(third?.system?.[1]).not.toEqual(first?.system?.[1]);
  expect(second?.messages).not.toEqual(first?.messages);
  expect(second?.output_config).toEqual(first?.output_config);
  expect(first?.output_config?.format?.schema).toMatchObject({
    required: ['why', 'strategy', 'action', 'text', 'option', 'replies', 'confidence'],
    additionalProperties: false,
  });
});

test('no secret of what is told of a session reaches the model', async () => {
  double.plan({ kind: 'answer', value: ANSWER });
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADAN', '-----END PRIVATE KEY-----'];
  await ask(
    {},
    question({
      task: { ...question().task, brief: `use ${secret}` },
      asks: { kind: 'words', question: `is it ${secret}?` },
      messages: [{ by: 'assistant', text: secret }],
      errors: [secret],
      screen: [secret, ...key],
    }),
  );
  const sent = JSON.stringify(double.asked);
  expect(sent).not.toContain(secret);
  expect(sent).not.toContain('MIIEvQIBADAN');
  expect(sent.match(/\[redacted GitHub token\]/g)).toHaveLength(5);
});

test('a call is told of with what it took and cost', async () => {
  const usage = {
    input_tokens: 1_000,
    output_tokens: 200,
    cache_read_input_tokens: 4_000,
    cache_creation_input_tokens: 0,
  };
  double.plan(
    { kind: 'error', status: 529, type: 'overloaded_error' },
    { kind: 'answer', value: ANSWER, usage },
  );
  const { call } = await decide();
  expect(call).toMatchObject({
    protocol: 'anthropic',
    model: double.name,
    tries: 2,
    usage: { input: 1_000, output: 200, cacheRead: 4_000, cacheWrite: 0 },
  });
  expect(call.costUsd).toBeCloseTo(0.0072, 6);
});

test('a refusal costs as well, and of a model without a price nobody says what it costs', async () => {
  double.plan({ kind: 'message', text: '', stopReason: 'refusal' });
  const { advice, call } = await decide({ name: double.name });
  expect(advice.ok).toBe(false);
  expect(call.usage).toMatchObject({ input: 1, output: 1 });
  expect((await decide({ name: 'claude-of-nowhere' })).call.costUsd).toBeNull();
});

const UNUSABLE: readonly [what: string, reply: Reply][] = [
  ['an empty answer', { kind: 'answer', value: { ...ANSWER, text: '' } }],
  ['an answer of 2001 characters', { kind: 'answer', value: { ...ANSWER, text: 'x'.repeat(2001) } }],
  ['an option that is not there', { kind: 'answer', value: { ...ANSWER, action: 'answer', option: 3 } }],
  ['an escape sequence', { kind: 'answer', value: { ...ANSWER, text: 'yes\u001b[201~\rrm -rf .' } }],
  ['text turned around', { kind: 'answer', value: { ...ANSWER, text: 'yes \u202e on' } }],
  ['a command of the agent', { kind: 'answer', value: { ...ANSWER, text: '/exit' } }],
  ['a command for its shell', { kind: 'answer', value: { ...ANSWER, text: '!git push --force' } }],
  ['what looks like a secret', { kind: 'answer', value: { ...ANSWER, text: `ghp_${'a1B2'.repeat(9)}` } }],
  ['a body that is no JSON', { kind: 'body', body: '{"content": [' }],
  ['a body that is no message', { kind: 'body', body: '{"ok":true}' }],
  ['a page of HTML', { kind: 'body', body: '<html>', contentType: 'text/html' }],
];
test.each(UNUSABLE)('%s is no answer, and is not asked for again', async (_what, reply) => {
  double.plan(reply);
  expect(await ask()).toMatchObject({
    ok: false,
    error: {
      kind: 'bad-answer',
      sentence: 'The model’s answer could not be used. Answer the agent in this thread.',
    },
  });
  expect(double.count()).toBe(1);
});

const ENDS: readonly [stopReason: string, kind: string, sentence: string][] = [
  ['refusal', 'refused', 'does not want to answer'],
  ['max_tokens', 'cut-off', 'was cut off'],
  ['model_context_window_exceeded', 'too-long', 'longer than the model reads'],
  ['pause_turn', 'unfinished', 'stopped before it had answered'],
  ['tool_use', 'unfinished', 'stopped before it had answered'],
  ['a reason of tomorrow', 'unfinished', 'stopped before it had answered'],
];
test.each(ENDS)('an answer that ended with %s is not used: %s', async (stopReason, kind, sentence) => {
  double.plan({ kind: 'message', text: JSON.stringify(ANSWER), stopReason });
  const asked = await ask();
  expect(asked).toMatchObject({ ok: false, error: { kind } });
  expect(asked.ok ? '' : asked.error.sentence).toContain(sentence);
  expect(double.count()).toBe(1);
});

const STATUSES: readonly [
  status: number,
  type: string,
  error: Readonly<Record<string, unknown>>,
  tries: number,
][] = [
  [400, 'invalid_request_error', { kind: 'unexpected-status', status: 400, requestId: 'req_1' }, 1],
  [401, 'authentication_error', { kind: 'wrong-key' }, 1],
  [403, 'permission_error', { kind: 'wrong-key' }, 1],
  [404, 'not_found_error', { kind: 'unexpected-status', status: 404 }, 1],
  [413, 'request_too_large', { kind: 'too-long' }, 1],
  [429, 'rate_limit_error', { kind: 'rate-limited', retryAfterMs: null }, 3],
  [500, 'api_error', { kind: 'unexpected-status', status: 500 }, 3],
  [503, 'api_error', { kind: 'overloaded' }, 3],
  [529, 'overloaded_error', { kind: 'overloaded', retryAfterMs: null }, 3],
];
test.each(STATUSES)('status %i (%s) is told by its name', async (status, type, error, tries) => {
  double.plan({ kind: 'error', status, type });
  expect(await ask()).toMatchObject({ ok: false, error });
  expect(double.count()).toBe(tries);
});

test('a wrong key is said to be one, and the log does not hold it', async () => {
  const asked = await ask({ apiKey: 'sk-ant-of-somebody-else' });
  expect(asked).toMatchObject({ ok: false, error: { kind: 'wrong-key' } });
  expect(asked.ok ? '' : asked.error.sentence).toContain('does not accept its key');
  expect(said).toMatchObject([{ fields: { kind: 'wrong-key', tries: 1 } }]);
  expect(JSON.stringify(said)).not.toContain('sk-ant-of-somebody-else');
});

test('a model that does not exist is a status people can look into', async () => {
  const asked = await ask({ name: 'claude-of-nowhere' });
  expect(asked.ok ? '' : asked.error.sentence).toContain('answered 404 (request req_1)');
});

test('what was overloaded for a moment is asked again', async () => {
  double.plan(
    { kind: 'error', status: 529, type: 'overloaded_error' },
    { kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: '0' },
    { kind: 'answer', value: ANSWER },
  );
  expect(await ask()).toMatchObject({ ok: true });
  expect(double.count()).toBe(3);
});

test('a limit that lifts later than there is time is told at once, with its time', async () => {
  double.plan({ kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: '90' });
  const asked = await ask();
  expect(asked).toMatchObject({ ok: false, error: { kind: 'rate-limited', retryAfterMs: 90_000 } });
  expect(asked.ok ? '' : asked.error.sentence).toContain('for another 90 s');
  expect(double.count()).toBe(1);
});

const BROKEN: readonly Reply[] = [{ kind: 'no-answer' }, { kind: 'half-a-body' }];
test.each(BROKEN)('a line that breaks ($kind) is asked again, then given up', async (reply) => {
  double.plan(reply);
  expect(await ask()).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  expect(double.count()).toBe(3);
});

test('a service that is not there is unreachable', async () => {
  const { url } = double;
  await double[Symbol.asyncDispose]();
  expect(await ask({ baseUrl: url })).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
});

test('a slow answer is given up at the limit, further tries included', async () => {
  double.plan({ kind: 'error', status: 529, type: 'overloaded_error' }, { kind: 'silence' });
  expect(await ask({ timeoutMs: 300 })).toMatchObject({
    ok: false,
    error: { kind: 'timed-out', afterMs: 300 },
  });
  expect(double.count()).toBe(2);
  await until(() => double.waiting() === 0, { withinMs: 2_000, what: 'the call being given up' });
});

test('who stops waiting ends the call at once', async () => {
  double.plan({ kind: 'silence' });
  const stop = new AbortController();
  const asked = ask({}, question(), stop.signal);
  await until(() => double.waiting() === 1, { withinMs: 5_000, what: 'the call' });
  stop.abort();
  expect(await asked).toMatchObject({ ok: false });
  await until(() => double.waiting() === 0, { withinMs: 2_000, what: 'the call being given up' });
  expect(double.count()).toBe(1);
});

test('the double refuses what the service refuses', async () => {
  const body = { model: double.name, max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] };
  const post = (more: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${double.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${double.apiKey}`,
        'anthropic-version': '2026-10-21',
        ...headers,
      },
      body: JSON.stringify({ ...body, ...more }),
    }).then((response) => response.status);
  const open = { type: 'object', properties: {} };
  const bounded = {
    type: 'object',
    additionalProperties: false,
    properties: { n: { type: 'number', maximum: 1 } },
  };
  double.plan({ kind: 'answer', value: {} });
  expect(await post({})).toBe(200);
  expect(await post({ temperature: 0 })).toBe(400);
  expect(await post({ max_tokens: 0 })).toBe(400);
  expect(await post({ messages: [] })).toBe(400);
  expect(await post({ model: 'gone' })).toBe(404);
  expect(await post({ output_config: { format: { type: 'json_schema', schema: open } } })).toBe(400);
  expect(await post({ output_config: { format: { type: 'json_schema', schema: bounded } } })).toBe(400);
  expect(await post({}, { 'anthropic-version': '2023-06-01' })).toBe(400);
  expect(await post({}, { authorization: 'Bearer other' })).toBe(401);
});
