import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Host, ListedHost } from '../../src/domain/index.ts';
import { createAzlinProvider, type LineState, type Provider } from '../../src/fleet/index.ts';
import { type Azlin, type ListShape, openAzlin, type Vm } from '../doubles/azlin.ts';
import { openSshd } from '../doubles/sshd.ts';
import { until } from '../support/until.ts';
import { describeFleet } from './contract.ts';
import { environment, openSshPlace, QUIET, type SshPlace } from './places.ts';
import { hostOf, openAzlinPlace } from './provider-places.ts';

const NEVER = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);

describe('the list of azlin', () => {
  const VMS: readonly Vm[] = [
    {
      name: 'dev1',
      status: 'Running',
      region: 'westus2',
      sessions: ['main', 'build', 'docs', 'fix-7', 'web'],
    },
    { name: 'dev2', status: 'Deallocated', region: 'eastus', sessions: [] },
    { name: 'dev3', status: 'Stopped', region: 'northeurope' },
  ];
  const READ = [
    {
      name: 'dev1',
      region: 'westus2',
      isRunning: true,
      toldSessions: ['main', 'build', 'docs', 'fix-7', 'web'],
    },
    { name: 'dev2', region: 'eastus', isRunning: false, toldSessions: [] },
    { name: 'dev3', region: 'northeurope', isRunning: false, toldSessions: [] },
  ];
  const SHAPES: Readonly<Record<string, ListShape>> = {
    'a JSON list': {},
    'a JSON object': { json: 'object' },
    'a table in boxes': { frame: 'boxes' },
    'a table of ASCII': { frame: 'ascii' },
    'a table with statuses cut off': { statusWidth: 3 },
    'a table with one session in a row': { sessionsInRow: 1, frame: 'ascii' },
  };

  test.each(Object.entries(SHAPES))('is read from %s', async (what, shape) => {
    using azlin = openAzlin(VMS, shape);
    if (what.includes('table')) failJson(azlin);
    expect(await hostsOf(providerOf(azlin))).toMatchObject(READ);
  });

  test('comes from the next source when one fails, and the best source is asked first', async () => {
    using azlin = openAzlin(VMS);
    azlin.setFault('fail-output-json', "error: unexpected argument '--output' found");
    expect(await hostsOf(providerOf(azlin))).toMatchObject(READ);
    azlin.setFault('fail-json', 'error: the API answered 503');
    expect(await hostsOf(providerOf(azlin))).toMatchObject(READ);
    expect(azlin.calls()).toEqual([
      'list --output json',
      'list --json',
      'list --output json',
      'list --json',
      'list',
    ]);
  });

  test.each([
    ['not JSON at all', 'Fetching VMs …'],
    ['JSON that ends in the middle', '[{"name": "dev1", "location": "west'],
    ['JSON of something else', '{"error": "AADSTS700082: the refresh token has expired"}'],
    ['entries that are no VMs', '[{"id": 1}, {"id": 2}]'],
    ['nothing', ''],
  ])('is no list when it is %s', async (_, said) => {
    using azlin = openAzlin(VMS);
    azlin.setFault('say-output-json', said);
    azlin.setFault('say-json', said);
    azlin.setFault('say-text', said);
    const listed = await providerOf(azlin).list(NEVER);
    expect(listed).toMatchObject({ ok: false, error: { kind: 'failed', sentence: containing('az login') } });
  });

  test('is found among what azlin says to people, and counts although azlin ends with an error', async () => {
    using azlin = openAzlin(VMS);
    azlin.setFault(
      'say-output-json',
      'Warning: keys were not synced\n[\n  {"name": "dev1", "power_state": "VM running", "location": "westus2"}\n]\nA new version is there.',
    );
    expect(await hostsOf(providerOf(azlin))).toMatchObject([{ name: 'dev1', isRunning: true }]);
  });

  test('may be empty, which is no failure', async () => {
    using azlin = openAzlin([]);
    expect(await providerOf(azlin).list(NEVER)).toEqual({ ok: true, value: { hosts: [], isComplete: true } });
    failJson(azlin);
    azlin.setFault('say-text', "No VMs found in resource group 'fleet-rg'");
    expect(await providerOf(azlin).list(NEVER)).toEqual({ ok: true, value: { hosts: [], isComplete: true } });
  });

  test('is not complete where a name is cut off, and such a VM is left out', async () => {
    using azlin = openAzlin([...VMS, { name: 'a-very-long-na…', status: 'Running', region: 'westus2' }]);
    failJson(azlin);
    expect(await providerOf(azlin).list(NEVER)).toMatchObject({
      ok: true,
      value: { isComplete: false, hosts: READ },
    });
  });

  test('never names a VM that azlin would take for an option', async () => {
    using azlin = openAzlin([{ name: '--help', status: 'Running', region: 'westus2' }, ...VMS]);
    expect((await hostsOf(providerOf(azlin))).map(({ name }) => name)).toEqual(['dev1', 'dev2', 'dev3']);
  });

  test('is waited for only so long', async () => {
    using azlin = openAzlin(VMS);
    azlin.setFault('slow', '30');
    const listed = await providerOf(azlin, { listWithinMs: 200 }).list(NEVER);
    expect(listed).toMatchObject({ ok: false, error: { sentence: containing('gave no answer within') } });
  });

  test('stops being waited for when nobody wants it any more', async () => {
    using azlin = openAzlin(VMS);
    azlin.setFault('slow', '30');
    await expect(providerOf(azlin).list(AbortSignal.timeout(200))).rejects.toThrow();
  });
});

describe('an azlin that is not there', () => {
  const env = { PATH: '/nowhere' };
  test.each([
    ['is not on PATH', env, ['PATH', 'AZLIN_PATH', 'https://github.com/rysweet/azlin']],
    [
      'is not where AZLIN_PATH says',
      { ...env, AZLIN_PATH: '/nowhere/azlin' },
      ['/nowhere/azlin', 'AZLIN_PATH', 'https://github.com/rysweet/azlin'],
    ],
    ['is no program', { ...env, AZLIN_PATH: import.meta.filename }, ['azlin.test.ts', 'AZLIN_PATH']],
  ])('%s: it is said where to put it', async (_, where, named) => {
    const listed = await createAzlinProvider({ env: where, user: null, configFile: null, log: QUIET }).list(
      NEVER,
    );
    expect(listed).toMatchObject({ ok: false, error: { kind: 'missing-program' } });
    for (const each of named) expect(listed).toMatchObject({ error: { sentence: containing(each) } });
  });

  test('makes its hosts unreachable, and says which program is missing', async () => {
    await using place = await openAzlinPlace();
    const host = await firstHost(place.provider);
    rmSync(place.azlin.program);
    expect(await place.fleet.list(host, NEVER)).toMatchObject({
      ok: false,
      error: { kind: 'missing-program', program: 'azlin' },
    });
  });
});

test('what azlin says when it cannot connect is why the host is unreachable', async () => {
  await using place = await openAzlinPlace();
  const host = await firstHost(place.provider);
  place.azlin.setFault('fail', 'Error: no bastion host found for region westus2');
  expect(await place.fleet.list(host, NEVER)).toMatchObject({
    ok: false,
    error: { kind: 'unreachable', detail: containing('no bastion host found') },
  });
});

test('a file that arrives in part is not taken for the file', async () => {
  await using place = await openAzlinPlace();
  const host = await firstHost(place.provider);
  place.azlin.setFault('cuts-copies', 'yes');
  const copied = await place.fleet.copy(host, { from: import.meta.filename, to: 'it' }, NEVER);
  expect(copied).toMatchObject({ ok: false, error: { kind: 'refused', stderr: containing('as a whole') } });
});

test('an azlin that connects again by itself brings a new line, and nobody waits on the old one', async () => {
  await using place = await openAzlinPlace();
  const host = await firstHost(place.provider);
  place.azlin.setFault('reconnects', 'yes');
  const lines: LineState[] = [];
  const stop = new AbortController();
  place.fleet.watch(host, { onChange: () => {}, onLine: (line) => lines.push(line) }, stop.signal);
  await until(() => lines.length === 1, { withinMs: 10_000, what: 'the line' });
  place.sshd.cut();
  place.sshd.restore();
  await until(() => lines.some(({ up }) => !up) && lines.at(-1)?.up === true, {
    withinMs: 30_000,
    what: 'a new line',
  });
  expect(await place.fleet.list(host, NEVER)).toEqual({ ok: true, value: [] });
  stop.abort();
}, 60_000);

test('a tunnel that leads to another machine than before is not believed', async () => {
  await using place = await openAzlinPlace({ hasTunnel: true });
  await using other = await openSshd();
  expect(await place.fleet.list(await firstHost(place.provider), NEVER)).toMatchObject({ ok: true });
  place.azlin.setVms([
    { name: 'dev1', status: 'Running', region: 'westus2', sshd: place.sshd, tunnelPort: other.port },
  ]);
  expect(await place.fleet.list(await firstHost(place.provider), NEVER)).toMatchObject({
    ok: false,
    error: { kind: 'unreachable', detail: containing('verification failed') },
  });
  expect(other.acceptedConnections()).toBe(0);
});

test('tunnels are kept while only a list can be had that does not tell of them', async () => {
  await using place = await openAzlinPlace({ hasTunnel: true });
  const before = await firstHost(place.provider);
  failJson(place.azlin);
  expect((await firstHost(place.provider)).transport).toEqual(before.transport);
});

describeFleet('azlin', () => openPlaceByAzlin());

async function openPlaceByAzlin(): Promise<SshPlace> {
  const azlin = openAzlin();
  azlin.setFault('chatty', 'yes');
  azlin.setFault('fails-after-all', 'yes');
  const place = await openSshPlace({
    way: (sshd) => {
      azlin.setVms([{ name: 'dev1', status: 'Running', region: 'westus2', sshd }]);
      return {
        transport: { kind: 'azlin', vm: 'dev1', tunnel: null },
        env: { AZLIN_PATH: azlin.program },
      };
    },
  });
  return {
    ...place,
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]();
      azlin[Symbol.dispose]();
    },
  };
}

function providerOf({ program }: Azlin, more: { readonly listWithinMs?: number } = {}): Provider {
  const env = environment({ AZLIN_PATH: program });
  return createAzlinProvider({ env, user: null, configFile: null, log: QUIET, ...more });
}

function failJson(azlin: Azlin): void {
  for (const fault of ['fail-output-json', 'fail-json'] as const)
    azlin.setFault(fault, 'error: unknown option');
}

async function hostsOf(provider: Provider): Promise<readonly ListedHost[]> {
  const listed = await provider.list(NEVER);
  if (!listed.ok) throw new Error(listed.error.sentence);
  return listed.value.hosts;
}

async function firstHost(provider: Provider): Promise<Host> {
  const [host] = await hostsOf(provider);
  if (host === undefined) throw new Error('no host is listed');
  return hostOf(host);
}
