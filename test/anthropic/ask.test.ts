import { afterEach, beforeEach, expect, test } from 'vitest';
import { createModel } from '../../src/anthropic/index.ts';
import { type Log, strategyOf } from '../../src/domain/index.ts';
import { redact } from '../../src/safety/index.ts';
import { type ModelDouble, openModelDouble, type Reply } from '../doubles/model.ts';
import { until } from '../support/until.ts';

const ANSWER = {
  answer: 'In the README, please.',
  confidence: 0.75,
  why: 'The brief names the README.',
  strategy: 'debate',
};
const QUESTION = {
  brief: 'Describe how to change the port',
  repo: 'demo/shop',
  question: 'In the README, or in a note of its own?',
  screen: ['● Reading the repository', '● In the README, or in a note of its own?'],
  strategies: [strategyOf('investigate-first'), strategyOf('debate')],
};

let double: ModelDouble;
let said: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[];

beforeEach(async () => {
  double = await openModelDouble();
  said = [];
});
afterEach(() => double[Symbol.asyncDispose]());

function model(more: { apiKey?: string; baseUrl?: string; name?: string; timeoutMs?: number } = {}) {
  const say = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void said.push({ fields, message });
  const log: Log = { info: say, warn: say, error: say };
  return createModel({
    apiKey: double.apiKey,
    baseUrl: double.url,
    name: double.name,
    redact,
    log,
    now: () => new Date(),
    firstPauseMs: 1,
    ...more,
  });
}

const ask = (more: Parameters<typeof model>[0] = {}, question = QUESTION) =>
  model(more).suggestAnswer(question, new AbortController().signal);

test('an answer comes back as text, reason, confidence and the strategy it follows', async () => {
  double.plan({ kind: 'answer', value: ANSWER });
  expect(await ask()).toEqual({
    ok: true,
    value: {
      text: 'In the README, please.',
      confidence: 0.75,
      why: 'The brief names the README.',
      strategy: 'debate',
    },
  });
  expect(double.turnedAway).toEqual([]);
});

test.each([
  ['is none', 'none'],
  ['is empty', ''],
  ['there is no such', 'hope-for-the-best'],
  ['was not offered', 'architect-first'],
])('an answer stays one when its strategy %s, and follows none', async (_what, strategy) => {
  double.plan({ kind: 'answer', value: { ...ANSWER, strategy } });
  expect(await ask()).toMatchObject({ ok: true, value: { text: ANSWER.answer, strategy: null } });
});

test('the rules are sent apart from the question, marked to be kept, and are the same each time', async () => {
  double.plan({ kind: 'answer', value: ANSWER });
  await ask();
  await ask({}, { ...QUESTION, brief: 'Another brief', screen: ['another screen'], strategies: [] });
  const [first, second] = double.asked;
  expect(first?.system).toMatchObject([{ cache_control: { type: 'ephemeral' } }]);
  expect(second?.system).toEqual(first?.system);
  expect(second?.messages).not.toEqual(first?.messages);
  expect(second?.output_config).toEqual(first?.output_config);
  expect(first?.output_config?.format?.schema).toMatchObject({
    required: ['answer', 'confidence', 'why', 'strategy'],
    additionalProperties: false,
  });
});

test('no secret of brief, question, repository or screen reaches the model', async () => {
  double.plan({ kind: 'answer', value: ANSWER });
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  const key = ['-----BEGIN PRIVATE KEY-----', 'MIIEvQIBADAN', '-----END PRIVATE KEY-----'];
  await ask(
    {},
    {
      ...QUESTION,
      brief: `use ${secret}`,
      repo: `x/${secret}`,
      question: `is it ${secret}?`,
      screen: [secret, ...key],
    },
  );
  const sent = JSON.stringify(double.asked);
  expect(sent).not.toContain(secret);
  expect(sent).not.toContain('MIIEvQIBADAN');
  expect(sent.match(/\[redacted GitHub token\]/g)).toHaveLength(4);
});

const UNUSABLE: readonly [what: string, reply: Reply][] = [
  ['text that is no JSON', { kind: 'message', text: 'In the README.', stopReason: 'end_turn' }],
  ['no text at all', { kind: 'message', text: '', stopReason: 'end_turn' }],
  ['a field missing', { kind: 'answer', value: { answer: 'Yes', confidence: 1 } }],
  ['a confidence above 1', { kind: 'answer', value: { ...ANSWER, confidence: 90 } }],
  ['an empty answer', { kind: 'answer', value: { ...ANSWER, answer: '' } }],
  ['an answer of 2001 characters', { kind: 'answer', value: { ...ANSWER, answer: 'x'.repeat(2001) } }],
  ['a reason of 301 characters', { kind: 'answer', value: { ...ANSWER, why: 'x'.repeat(301) } }],
  ['an escape sequence', { kind: 'answer', value: { ...ANSWER, answer: 'yes\u001b[201~\rrm -rf .' } }],
  ['text turned around', { kind: 'answer', value: { ...ANSWER, answer: 'yes \u202e on' } }],
  ['a command of the agent', { kind: 'answer', value: { ...ANSWER, answer: '/exit' } }],
  ['a command for its shell', { kind: 'answer', value: { ...ANSWER, answer: '!git push --force' } }],
  ['what looks like a secret', { kind: 'answer', value: { ...ANSWER, answer: `ghp_${'a1B2'.repeat(9)}` } }],
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
  expect(asked.ok ? '' : asked.error.sentence).toContain('ANTHROPIC_API_KEY');
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
  const asked = model().suggestAnswer(QUESTION, stop.signal);
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
