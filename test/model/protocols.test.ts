import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_RULES } from '../../src/domain/index.ts';
import { createConfiguredModel, type ModelService } from '../../src/model/index.ts';
import { redact } from '../../src/safety/index.ts';
import { type ChatDouble, openChatDouble } from '../doubles/chat-model.ts';
import { type ModelDouble, openModelDouble, type Reply } from '../doubles/model.ts';
import { QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';
import { question } from './questions.ts';

const ANSWER = {
  why: 'The brief names the README.',
  strategy: 'debate',
  action: 'send',
  text: 'In the README, please.',
  option: 0,
  replies: [],
  confidence: 0.75,
};
const ADVICE = {
  kind: 'send',
  text: ANSWER.text,
  why: ANSWER.why,
  strategy: 'debate',
  confidence: 0.75,
};

type Double = Pick<ModelDouble, 'plan' | 'count' | 'waiting' | 'turnedAway'> & AsyncDisposable;
type Way = {
  readonly name: ModelService['protocol'];
  open(): Promise<{ readonly double: Double; readonly service: ModelService }>;
};

const serviceAt = (protocol: 'anthropic' | 'openai', double: ModelDouble | ChatDouble): ModelService => ({
  protocol,
  apiKey: double.apiKey,
  baseUrl: double.url,
  name: double.name,
  prices: new Map([[double.name, { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }]]),
});

/** Two services that a network lies before. */
const WAYS: readonly Way[] = [
  {
    name: 'anthropic',
    async open() {
      const double = await openModelDouble();
      return { double, service: serviceAt('anthropic', double) };
    },
  },
  {
    name: 'openai',
    async open() {
      const double = await openChatDouble();
      return { double, service: serviceAt('openai', double) };
    },
  },
];

const ask = (service: ModelService, { timeoutMs = 30_000, signal = new AbortController().signal } = {}) =>
  createConfiguredModel(service, {
    redact,
    log: QUIET,
    now: () => new Date(),
    firstPauseMs: 1,
  }).decide(question(), { ...DEFAULT_RULES.model, timeoutMs }, signal);

describe.each(WAYS)('models behind $name', ({ name, open }) => {
  let double: Double;
  let service: ModelService;
  beforeEach(async () => {
    ({ double, service } = await open());
  });
  afterEach(() => double[Symbol.asyncDispose]());

  test('answer with what it took', async () => {
    double.plan({ kind: 'answer', value: ANSWER });
    const { advice, call } = await ask(service);
    expect(advice).toEqual({ ok: true, value: ADVICE });
    expect(call).toMatchObject({ protocol: name, model: service.name, tries: 1 });
    expect(call.usage.input).toBe(1);
    expect(call.costUsd).toBeGreaterThan(0);
    expect(double.turnedAway).toEqual([]);
  });

  const ENDS: readonly (readonly [reply: Reply, kind: string, tries: number])[] = [
    [{ kind: 'message', text: '', stopReason: 'refusal' }, 'refused', 1],
    [{ kind: 'message', text: '{', stopReason: 'max_tokens' }, 'cut-off', 1],
    [{ kind: 'message', text: '', stopReason: 'tool_use' }, 'unfinished', 1],
    [{ kind: 'body', body: '{"content": [' }, 'bad-answer', 1],
    [{ kind: 'body', body: '{"ok":true}' }, 'bad-answer', 1],
    [{ kind: 'error', status: 400, type: 'invalid_request_error' }, 'unexpected-status', 1],
    [{ kind: 'error', status: 401, type: 'authentication_error' }, 'wrong-key', 1],
    [{ kind: 'error', status: 413, type: 'request_too_large' }, 'too-long', 1],
    [{ kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: '90' }, 'rate-limited', 1],
    [{ kind: 'error', status: 500, type: 'api_error' }, 'unexpected-status', 3],
    [{ kind: 'error', status: 503, type: 'api_error' }, 'overloaded', 3],
    [{ kind: 'no-answer' }, 'unreachable', 3],
    [{ kind: 'half-a-body' }, 'unreachable', 3],
  ];
  test.each(ENDS)('end by name: %o is %s', async (reply, kind, tries) => {
    double.plan(reply);
    const { advice, call } = await ask(service);
    expect(advice).toMatchObject({ ok: false, error: { kind } });
    expect(call.tries).toBe(tries);
    expect(double.count()).toBe(tries);
  });

  test('are asked again after a moment of overload', async () => {
    double.plan(
      { kind: 'error', status: 503, type: 'api_error' },
      { kind: 'error', status: 429, type: 'rate_limit_error', retryAfter: '0' },
      { kind: 'answer', value: ANSWER },
    );
    expect((await ask(service)).advice.ok).toBe(true);
    expect(double.count()).toBe(3);
  });

  test('are given up at the time limit', async () => {
    double.plan({ kind: 'silence' });
    const { advice } = await ask(service, { timeoutMs: 200 });
    expect(advice).toMatchObject({ ok: false, error: { kind: 'timed-out', afterMs: 200 } });
    await until(() => double.waiting() === 0, { withinMs: 2_000, what: 'the call being given up' });
  });

  test('are given up when nobody waits any more', async () => {
    double.plan({ kind: 'silence' });
    const stop = new AbortController();
    const asked = ask(service, { signal: stop.signal });
    await until(() => double.waiting() === 1, { withinMs: 5_000, what: 'the call' });
    stop.abort();
    expect((await asked).advice.ok).toBe(false);
    expect(double.count()).toBe(1);
  });
});

test('a chat service is told the rules before the question, and needs no key where it takes none', async () => {
  await using double = await openChatDouble();
  double.plan({ kind: 'answer', value: ANSWER });
  await ask(serviceAt('openai', double));
  const [first] = double.asked;
  expect(first?.messages.map(({ role }) => role)).toEqual(['system', 'system', 'user']);
  expect(first?.messages[0]?.content).toContain('Choose exactly one action');
  expect(first?.messages[2]?.content).toContain('Its terminal:');
  const keyless = {
    ...serviceAt('openai', double),
    protocol: 'openai',
    apiKey: null,
    baseUrl: double.url,
  } as const;
  expect((await ask(keyless)).advice).toMatchObject({ ok: false, error: { kind: 'wrong-key' } });
});

test('a chat service that counts what is too long says so by its code', async () => {
  await using double = await openChatDouble();
  double.plan({ kind: 'error', status: 400, type: 'context_length_exceeded' });
  const { advice } = await ask(serviceAt('openai', double));
  expect(advice).toMatchObject({ ok: false, error: { kind: 'too-long' } });
});

const SCRIPT: ModelService = {
  protocol: 'scripted',
  name: 'script',
  prices: new Map(),
  replies: [
    { about: 'nothing like it', reply: { ...ANSWER, text: 'No.' } },
    { about: 'note of its own', reply: ANSWER },
  ],
};

test('a script answers the first question that fits, in the same words as a model', async () => {
  const { advice, call } = await ask(SCRIPT);
  expect(advice).toEqual({ ok: true, value: ADVICE });
  expect(call).toMatchObject({ protocol: 'scripted', costUsd: null });
  expect(call.usage.input).toBeGreaterThan(100);
  const prose = await ask({ ...SCRIPT, replies: [{ reply: 'I do not know.' }] });
  expect(prose.advice).toMatchObject({ ok: true, value: { kind: 'wait', confidence: 0.3 } });
});

test('a script without a fitting answer says so', async () => {
  const { advice } = await ask({ ...SCRIPT, replies: [] });
  expect(advice).toMatchObject({ ok: false, error: { kind: 'unscripted' } });
});
