import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGithubReceiver, createMetrics, type Http } from '../../webhooks/index.ts';
import { type GithubDouble, openGithubDouble, sign } from '../doubles/github.ts';
import { until } from '../support/until.ts';
import { fixture, type Kept, keepingIntake, serve, silent } from './support.ts';

const SECRET = 'a secret only GitHub knows';
const OLD_SECRET = 'the secret before it was replaced';
const AT = new Date('2026-11-22T12:00:00Z');

let intake: Kept;
let http: Http;
let metrics: ReturnType<typeof createMetrics>;

beforeEach(async () => {
  intake = keepingIntake();
  metrics = createMetrics();
  const receiver = createGithubReceiver({
    secrets: [SECRET, OLD_SECRET],
    intake,
    metrics,
    log: silent,
    now: () => AT,
  });
  http = await serve([receiver], { metrics });
});
afterEach(() => http.close());

function deliver(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
  method = 'POST',
): Promise<Response> {
  const { 'x-hub-signature-256': signature = sign(String(body), SECRET), ...others } = headers;
  return fetch(`${http.url}/webhooks/github`, {
    method,
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': '7b4a0e7e-0000-4000-8000-000000000001',
      'x-github-event': 'issues',
      ...others,
      ...(signature === '' ? {} : { 'x-hub-signature-256': signature }),
    },
    ...(method === 'GET' ? {} : { body }),
  });
}

const labeled = () => JSON.stringify(fixture('issues.labeled'));

test('a signed delivery is stored before it is acknowledged', async () => {
  const answered = await deliver(labeled());
  expect(answered.status).toBe(202);
  expect(await answered.json()).toEqual({ outcome: 'stored' });
  expect(intake.stored).toEqual([
    {
      source: 'github',
      id: '7b4a0e7e-0000-4000-8000-000000000001',
      kind: 'issues.labeled',
      payload: fixture('issues.labeled'),
      receivedAt: AT,
    },
  ]);
});

test('the same delivery again is acknowledged and not stored again', async () => {
  await deliver(labeled());
  const again = await deliver(labeled());
  expect(again.status).toBe(200);
  expect(await again.json()).toEqual({ outcome: 'duplicate' });
  expect(intake.stored).toHaveLength(1);
});

test('while a secret is replaced, both are good', async () => {
  const body = labeled();
  expect((await deliver(body, { 'x-hub-signature-256': sign(body, OLD_SECRET) })).status).toBe(202);
});

test.each([
  ['is missing', () => ''],
  ['is of another secret', (body: string) => sign(body, 'guessed')],
  ['is of another body', (body: string) => sign(`${body} `, SECRET)],
  ['has another shape', () => 'sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709'],
])('a delivery whose signature %s is refused and not stored', async (_how, signatureOf) => {
  const body = labeled();
  expect((await deliver(body, { 'x-hub-signature-256': signatureOf(body) })).status).toBe(401);
  expect(intake.stored).toEqual([]);
});

test('the signature is looked at before the body is understood', async () => {
  expect((await deliver('{ not json', { 'x-hub-signature-256': 'sha256=00' })).status).toBe(401);
  expect((await deliver('{ not json')).status).toBe(400);
});

test('bytes that are no text are refused', async () => {
  const bytes = new Uint8Array(randomBytes(64));
  bytes[0] = 0xff;
  expect((await deliver(bytes)).status).toBe(401);
});

test.each([
  ['without an id', { 'x-github-delivery': '' }, 400],
  ['without an event', { 'x-github-event': '' }, 400],
  ['that is a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
])('a signed delivery %s is refused', async (_what, headers, status) => {
  expect((await deliver(labeled(), headers)).status).toBe(status);
  expect(intake.stored).toEqual([]);
});

test('a body that announces more than GitHub ever sends is refused before it is read', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      `${http.url}/webhooks/github`,
      { method: 'POST', headers: { 'content-length': String(26 * 1024 * 1024) } },
      (answered) => {
        resolve(answered.statusCode);
        sent.destroy();
      },
    );
    sent.once('error', reject);
    sent.write('{');
  });
  expect(status).toBe(413);
});

test('a body that grows over the limit without announcing it is refused', async () => {
  const chunk = new Uint8Array(1024 * 1024);
  let left = 27;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      left -= 1;
      if (left < 0) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const answered = await fetch(`${http.url}/webhooks/github`, { method: 'POST', body, duplex: 'half' });
  expect(answered.status).toBe(413);
});

test('a ping is answered and not stored', async () => {
  const answered = await deliver(JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 }), {
    'x-github-event': 'ping',
  });
  expect(answered.status).toBe(200);
  expect(intake.stored).toEqual([]);
});

test('an event that nobody acts on is acknowledged and not stored', async () => {
  const answered = await deliver(JSON.stringify({ ref: 'refs/heads/main' }), { 'x-github-event': 'watch' });
  expect(answered.status).toBe(202);
  expect(await answered.json()).toMatchObject({ outcome: 'ignored' });
  expect(intake.stored).toEqual([]);
});

test('a delivery that could not be stored is answered 500, so that it can be sent again', async () => {
  intake.breakNext();
  expect((await deliver(labeled())).status).toBe(500);
  expect((await deliver(labeled())).status).toBe(202);
  expect(intake.stored).toHaveLength(1);
});

test('anything but POST is told so', async () => {
  expect((await deliver('', {}, 'GET')).status).toBe(405);
});

test('deliveries are counted by what became of them', async () => {
  await deliver(labeled());
  await deliver(labeled());
  await deliver(labeled(), { 'x-hub-signature-256': 'sha256=00' });
  const { text } = await metrics.expose();
  expect(text).toContain('fleet_deliveries_total{source="github",outcome="stored"} 1');
  expect(text).toContain('fleet_deliveries_total{source="github",outcome="duplicate"} 1');
  expect(text).toContain('fleet_deliveries_total{source="github",outcome="refused"} 1');
});

test('what GitHub itself sends arrives: labelled, and sent again', async () => {
  const github: GithubDouble = await openGithubDouble();
  try {
    const url = `${http.url}/webhooks/github`;
    github.connect(url);
    const issue = await github.createIssue({ title: 'Fix it' });
    await github.label(issue, 'fleet');
    await until(() => intake.stored.length === 2, { withinMs: 5000 });
    expect(intake.stored.map(({ kind }) => kind)).toEqual(['issues.opened', 'issues.labeled']);
    const [first] = github.deliveries;
    expect(first === undefined ? 0 : (await github.redeliver(url, first)).status).toBe(200);
    expect(
      (await github.deliver(url, { event: 'issues', payload: {}, id: randomUUID(), secret: 'x' })).status,
    ).toBe(401);
    expect(intake.stored).toHaveLength(2);
  } finally {
    await github[Symbol.asyncDispose]();
  }
});
