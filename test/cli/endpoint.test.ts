import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCliAddress } from '../../src/cli/address.ts';
import { type CliOptions, createCliEndpoint, writeCliAddress } from '../../src/cli/index.ts';
import { err, ok, sentenceCard } from '../../src/domain/index.ts';
import { OTHER_ADDRESS, statusFromElsewhere } from '../support/other-address.ts';
import { READABLE_PICTURES } from '../support/pictures.ts';

const TOKEN = 'the-token-of-this-run';

async function openEndpoint(run: CliOptions['run']) {
  const endpoint = createCliEndpoint({ token: TOKEN, run, draw: READABLE_PICTURES.draw });
  const server = createServer((request, response) => {
    endpoint(request, response).then(
      (isMine) => {
        if (!isMine) response.writeHead(404).end();
      },
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    async send(body: unknown, { token = TOKEN, method = 'POST', path = '/cli' } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(method === 'POST' ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
      });
      return { status: response.status, reply: await response.json().catch(() => null) };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const ASKED = { argv: ['status'], user: 'ann' };

test('the words of a command line are asked by a person of this machine', async () => {
  const requests: unknown[] = [];
  await using endpoint = await openEndpoint(async (request) => {
    requests.push(request);
    return ok({ kind: 'card', card: sentenceCard('All is well.') });
  });
  expect(await endpoint.send({ argv: ['add', 'Fix it', '--repo', 'acme/api'], user: 'ann' })).toEqual({
    status: 200,
    reply: { text: 'All is well.', exitCode: 0 },
  });
  expect(requests).toEqual([
    {
      from: { source: 'shell', externalId: 'ann', name: 'ann' },
      place: { kind: 'shell' },
      ask: { kind: 'words', words: 'add --repo acme/api -- Fix it' },
    },
  ]);
});

test.each([
  ['another token', { token: 'another' }, 401],
  ['a token that only begins the same', { token: TOKEN.slice(0, -1) }, 401],
  ['a token that goes on', { token: `${TOKEN}x` }, 401],
  ['no token', { token: '' }, 401],
  ['another method', { method: 'GET' }, 401],
  ['another path', { path: '/other' }, 404],
] as const)('with %s nothing is run', async (_, options, status) => {
  let runs = 0;
  await using endpoint = await openEndpoint(async () => {
    runs += 1;
    return ok({ kind: 'nothing' });
  });
  expect((await endpoint.send(ASKED, options)).status).toBe(status);
  expect(runs).toBe(0);
});

test.skipIf(OTHER_ADDRESS === null)('with the token, from another machine, nothing is run', async () => {
  let runs = 0;
  await using endpoint = await openEndpoint(async () => {
    runs += 1;
    return ok({ kind: 'nothing' });
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect(await statusFromElsewhere(`${endpoint.url}/cli`, { method: 'POST', headers })).toBe(401);
  expect(runs).toBe(0);
});

test.each([
  ['what is not JSON', 'hello'],
  ['no words', { user: 'ann' }],
  ['words that are none', { argv: [1], user: 'ann' }],
  ['nobody', { argv: ['status'], user: '' }],
  ['a body without end', { argv: ['x'.repeat(300_000)], user: 'ann' }],
])('%s is not understood', async (_, body) => {
  await using endpoint = await openEndpoint(async () => ok({ kind: 'nothing' }));
  expect(await endpoint.send(body)).toEqual({
    status: 400,
    reply: { text: 'The request could not be read.', exitCode: 2 },
  });
});

test('a refusal is its sentence; words that are not understood have an exit code of their own', async () => {
  await using endpoint = await openEndpoint(async ({ ask }) =>
    err(
      ask.kind === 'words' && ask.words === 'status'
        ? { kind: 'no-such-task', sentence: 'There is no \u001b[31mtask.' }
        : { kind: 'bad-words', sentence: 'Try `help`.' },
    ),
  );
  expect((await endpoint.send(ASKED)).reply).toEqual({ text: 'There is no �[31mtask.', exitCode: 1 });
  expect((await endpoint.send({ argv: ['x'], user: 'ann' })).reply).toEqual({
    text: 'Try `help`.',
    exitCode: 2,
  });
});

test('the address of the running bot is for its own user only', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-cli-'));
  try {
    expect(readCliAddress(folder)).toBeNull();
    const address = { url: 'http://127.0.0.1:3000', token: TOKEN };
    writeFileSync(join(folder, 'cli.json'), 'of an earlier bot', { mode: 0o644 });
    await writeCliAddress(folder, address);
    expect(readCliAddress(folder)).toEqual(address);
    expect(statSync(join(folder, 'cli.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['cli.json']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
