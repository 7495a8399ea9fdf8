import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { createMetrics, type Http, openHttp } from '../../webhooks/index.ts';
import { containing } from '../support/containing.ts';
import { serve, silent } from './support.ts';

const open: Http[] = [];

afterEach(async () => {
  for (const http of open.splice(0)) await http.close();
});

async function serving(...given: Parameters<typeof serve>): Promise<Http> {
  const http = await serve(...given);
  open.push(http);
  return http;
}

test('the probes tell whether it lives and whether it is ready', async () => {
  const ready = await serving([]);
  expect((await fetch(`${ready.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${ready.url}/readyz`)).status).toBe(200);

  const unready = await serving([], { ready: false });
  const answered = await fetch(`${unready.url}/readyz`);
  expect(answered.status).toBe(503);
  expect(await answered.text()).toBe('the database does not answer\n');
  expect((await fetch(`${unready.url}/healthz`)).status).toBe(200);
});

test('the first answerer whose path it is answers, and nothing else does', async () => {
  const asked: string[] = [];
  const http = await serving([
    async () => {
      asked.push('first');
      return false;
    },
    async (_request, response) => {
      asked.push('second');
      response.end('mine');
      return true;
    },
    async () => {
      asked.push('third');
      return true;
    },
  ]);
  expect(await (await fetch(`${http.url}/some/path`)).text()).toBe('mine');
  expect(asked).toEqual(['first', 'second']);
});

test('a path of nobody is not found, in a sentence', async () => {
  const http = await serving([async () => false]);
  const answered = await fetch(`${http.url}/../etc/passwd`);
  expect(answered.status).toBe(404);
  expect(await answered.text()).toBe('Nothing is here.\n');
});

test('an answerer that breaks is answered 500 with something to quote, and nothing of the reason', async () => {
  const http = await serving([
    async () => {
      throw new Error('secret detail');
    },
  ]);
  const answered = await fetch(`${http.url}/x`);
  expect(answered.status).toBe(500);
  expect(await answered.text()).toMatch(/^This broke\. Quote [0-9a-f]{8} /);
});

test('metrics count requests by route and show what was added from outside', async () => {
  const metrics = createMetrics();
  metrics.addGaugeBy('tasks', 'Tasks by state.', 'state', () => new Map([['running', 2]]));
  const http = await serving([async () => false], { metrics });
  await fetch(`${http.url}/healthz`);
  await fetch(`${http.url}/a/b/c`);
  const text = await (await fetch(`${http.url}/metrics`)).text();
  expect(text).toContain('fleet_http_requests_total{route="/healthz",status="200"} 1');
  expect(text).toContain('fleet_http_requests_total{route="unknown",status="404"} 1');
  expect(text).toContain('fleet_tasks{state="running"} 2');
});

test('a taken port is told in a sentence that says what to do', async () => {
  const http = await serving([]);
  const second = await openHttp({
    host: '127.0.0.1',
    port: http.port,
    answerers: [],
    readiness: { check: async () => ({ ready: true, why: '' }) },
    metrics: createMetrics(),
    log: silent,
    newId: randomUUID,
  });
  expect(second).toMatchObject({
    ok: false,
    error: { kind: 'port-taken', sentence: containing(`PORT=${http.port + 1} npm start`) },
  });
});

test('an address this machine does not have is told with the variable that names it', async () => {
  const opened = await openHttp({
    host: '192.0.2.1',
    port: 0,
    answerers: [],
    readiness: { check: async () => ({ ready: true, why: '' }) },
    metrics: createMetrics(),
    log: silent,
    newId: randomUUID,
  });
  expect(opened).toMatchObject({
    ok: false,
    error: { kind: 'no-such-address', sentence: containing('set FLEET_HOST') },
  });
});

test('closing lets a running request finish and takes no new one', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const http = await serve([
    async (_request, response) => {
      arrive();
      await mayAnswer;
      response.end('finished');
      return true;
    },
  ]);
  const running = fetch(`${http.url}/slow`);
  await arrived;
  const closed = http.close();
  await expect(fetch(`${http.url}/healthz`)).rejects.toThrow();
  answer();
  expect(await (await running).text()).toBe('finished');
  await closed;
});
