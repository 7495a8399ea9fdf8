import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { type ModelDouble, openModelDouble } from './model.ts';
import type { Step } from './model-script.ts';

let double: ModelDouble;
beforeEach(async () => {
  double = await openModelDouble();
});
afterEach(() => double[Symbol.asyncDispose]());

const TOOL = { name: 'run', description: '', parameters: {}, input_schema: {} };
const CALL = { tool: 'run', input: { command: 'npm test' } };
const SAID: Step = { kind: 'say', text: 'I run the tests.', lasts: 'at-once' };
const THOUGHT: Step = { kind: 'think', text: 'Which tests?', lasts: 'at-once' };

/** How each service is asked for a turn, and what of an answer its callers read. */
const services = [
  {
    name: 'Anthropic Messages',
    path: '/v1/messages',
    body: { model: 'm', stream: true, messages: [], tools: [TOOL] },
    says: /"type":"text_delta","text":"I run the tests\."/,
    thinks: /"type":"thinking_delta","thinking":"Which tests\?"/,
    calls: /"type":"tool_use","id":"[^"]+","name":"run"[\s\S]*npm test[\s\S]*"stop_reason":"tool_use"/,
    ends: /event: message_stop\n/,
  },
  {
    name: 'OpenAI Responses',
    path: '/v1/responses',
    body: { model: 'm', stream: true, input: [], tools: [TOOL] },
    says: /"type":"response\.output_text\.delta"[^\n]*"delta":"I run the tests\."/,
    thinks: /"type":"response\.reasoning_summary_text\.delta"[^\n]*"delta":"Which tests\?"/,
    calls: /"type":"function_call"[^\n]*"name":"run","arguments":"[^\n]*npm test/,
    ends: /event: response\.completed\n/,
  },
  {
    name: 'OpenAI chat completions',
    path: '/v1/chat/completions',
    body: { model: 'm', stream: true, messages: [], tools: [{ type: 'function', function: TOOL }] },
    says: /"delta":\{"content":"I run the tests\."\}/,
    thinks: /"delta":\{"reasoning_content":"Which tests\?"\}/,
    calls: /"tool_calls":\[\{"index":0[^\n]*"name":"run"[^\n]*npm test[\s\S]*"finish_reason":"tool_calls"/,
    ends: /data: \[DONE\]\n/,
  },
  {
    name: 'Gemini',
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    body: { contents: [], tools: [{ functionDeclarations: [TOOL] }] },
    says: /"parts":\[\{"text":"I run the tests\."\}\]/,
    thinks: /"text":"Which tests\?","thought":true/,
    calls: /"functionCall":\{"id":"[^"]+","name":"run","args":\{"command":"npm test"\}\}/,
    ends: /"finishReason":"STOP"/,
  },
] as const;

const ask = ({ path, body }: { readonly path: string; readonly body: object }, signal?: AbortSignal) =>
  fetch(double.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

for (const service of services) {
  test(`${service.name}: a turn is thought, said, called for and ended in its words`, async () => {
    double.perform({ steps: [THOUGHT, SAID, { kind: 'call', call: CALL }] });
    const text = await (await ask(service)).text();
    expect(text).toMatch(service.thinks);
    expect(text).toMatch(service.says);
    expect(text).toMatch(service.calls);
    expect(text).toMatch(service.ends);
    expect(double.offeredTools()).toEqual(['run']);
    expect(double.traffic()).toMatchObject({ mainRequests: 1, inFlight: [], queuedTurns: 0 });
  });

  test(`${service.name}: errors come with their status, and for as long as they are told to`, async () => {
    double.perform(
      { steps: [{ kind: 'fail', status: 429, retryAfter: '3' }] },
      { steps: [{ kind: 'fail', status: 500 }], repeats: true },
    );
    const first = await ask(service);
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await first.json()).toHaveProperty('error');
    expect([(await ask(service)).status, (await ask(service)).status]).toEqual([500, 500]);
    expect(double.traffic().errorResponses).toBe(3);
  });

  test(`${service.name}: the double knows at which step a request is, until it is let go on`, async () => {
    double.perform({ steps: [{ kind: 'hold' }, { ...SAID, lasts: 'until-released' }, { kind: 'stall' }] });
    const answered = ask(service).then((response) => response.text());
    for (const step of ['hold', 'say', 'stall']) {
      await until(() => double.traffic().inFlight[0]?.step === step, { withinMs: 5_000, what: step });
      double.release();
    }
    expect(await answered).toMatch(service.ends);
    expect(double.traffic().inFlight).toEqual([]);
  });

  test(`${service.name}: a line that breaks ends the answer in its middle`, async () => {
    double.perform({ steps: [SAID, { kind: 'cut' }] });
    await expect(ask(service).then((response) => response.text())).rejects.toThrow();
  });
}

test("a helper's small question gets the least that fits, and costs no turn", async () => {
  double.perform({ steps: [SAID] });
  const response = await ask({
    path: '/v1beta/models/m:generateContent?',
    body: {
      contents: [],
      generationConfig: {
        responseJsonSchema: { type: 'object', properties: { model: { enum: ['flash', 'pro'] } } },
      },
    },
  });
  expect(await response.text()).toContain('{\\"model\\":\\"flash\\"}');
  expect(double.traffic()).toMatchObject({ mainRequests: 0, auxRequests: 1, queuedTurns: 1 });
});

test('a service that is down refuses connections, and answers again when it is back', async () => {
  double.perform({ steps: [SAID], repeats: true });
  await double.goDown();
  await expect(ask(services[0])).rejects.toThrow();
  await double.comeBack();
  expect((await ask(services[0])).status).toBe(200);
});

test('a caller that gives up is in flight no more', async () => {
  double.perform({ steps: [{ kind: 'hold' }] });
  const caller = new AbortController();
  const asked = ask(services[2], caller.signal).catch(() => 'gave up');
  await until(() => double.traffic().inFlight.length === 1, { withinMs: 5_000 });
  caller.abort();
  expect(await asked).toBe('gave up');
  await until(() => double.traffic().inFlight.length === 0, { withinMs: 5_000 });
});
