import { describe, expect, test } from 'vitest';
import { createHostDiscovery } from '../../src/director/index.ts';
import type { Discovery, HostRules, Log } from '../../src/domain/index.ts';
import { createAzlinProvider } from '../../src/fleet/index.ts';
import { type Azlin, openAzlin, type Vm } from '../doubles/azlin.ts';
import { ANN, OLA, openWorld, PAT, readAnswer, VIC, type World } from './world.ts';

const NEVER = new AbortController().signal;
const QUIET: Log = { info() {}, warn() {}, error() {} };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const TEN_VMS: readonly Vm[] = [
  { name: 'dev1', status: 'Running', region: 'westus2', sessions: ['main', 'build', 'fix-7', 'docs'] },
  { name: 'dev2', status: 'Running', region: 'eastus', sessions: ['web'] },
  { name: 'dev3', status: 'Deallocated', region: 'eastus', sessions: [] },
  { name: 'dev4', status: 'Ru…', region: 'westus2', sessions: ['cut-off'] },
  { name: 'dev5', status: 'Running', region: 'northeurope', sessions: [] },
  { name: 'dev6', status: 'Stopped', region: 'westus2', sessions: [] },
  ...[7, 8, 9, 10].map((number) => ({
    name: `dev${number}`,
    status: 'Running',
    region: 'centralus',
    sessions: [`s${number}`, `t${number}`],
  })),
];

const RULES: HostRules = { capacity: 2, startsAs: 'excluded', allowed: ['*'], excluded: [] };

/** A world in which azlin finds hosts. `refresh` is what the director does by itself every few minutes. */
async function openFoundWorld(vms: readonly Vm[] = TEN_VMS, rules: Partial<HostRules> = {}) {
  const world = await openWorld();
  const azlin = openAzlin(vms);
  const env = { PATH: process.env.PATH, AZLIN_PATH: azlin.program };
  const discovery = createHostDiscovery({
    store: world.store,
    sources: [
      {
        provider: createAzlinProvider({ env, user: null, configFile: null, log: QUIET }),
        rules: { ...RULES, ...rules },
        nature: 'found',
      },
    ],
    log: QUIET,
    now: world.clock.now,
    newId: world.newId,
  });
  const refresh = () => discovery.refresh(NEVER);
  const hostProviders = { ...world.ports.hostProviders, refresh };
  Object.assign(world.ports, { hostProviders });
  return {
    world,
    azlin,
    refresh,
    async [Symbol.asyncDispose]() {
      azlin[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

function failBothWays(azlin: Azlin): void {
  azlin.setFault('fail-output-json', "error: unexpected argument '--output' found");
  azlin.setFault('fail-json', 'error: unexpected argument');
  azlin.setFault('fail-text', 'ERROR: AADSTS700082: The refresh token has expired');
}

const byName = (one: { readonly name: string }, other: { readonly name: string }) =>
  one.name.localeCompare(other.name, 'en', { numeric: true });

/** What is stored of every host, in the order of their names. */
async function inventory({ store }: World) {
  const facts = new Map((await store.hostFacts()).map((each) => [each.host, each]));
  const hosts = (await store.listHosts()).toSorted(byName);
  return hosts.map((host) => ({
    ...facts.get(host.id),
    name: host.name,
    state: host.state,
  }));
}

describe('hosts that a provider finds', () => {
  test.each(['by JSON', 'by the table'])('ten are stored as they are, listed %s', async (way) => {
    await using found = await openFoundWorld();
    const { world, azlin } = found;
    if (way === 'by the table') {
      azlin.setVms(TEN_VMS, { statusWidth: 3, sessionsInRow: 2 });
      azlin.setFault('fail-output-json', 'error: unknown');
      azlin.setFault('fail-json', 'error: unknown');
    }
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).toContain('azlin lists 10 hosts');
    expect(await inventory(world)).toMatchObject(
      TEN_VMS.map(({ name, status, region, sessions }) => ({
        name,
        region,
        state: 'excluded',
        provider: 'azlin',
        isRunning: status.startsWith('Ru'),
        toldSessions: sessions,
        staleSince: null,
      })),
    );
    expect((await inventory(world)).filter(({ isRunning }) => isRunning === false)).toHaveLength(2);
  });

  test('when every source fails, one clear error is told and what was known stays, with since when it is stale', async () => {
    await using found = await openFoundWorld();
    const { world, azlin } = found;
    await found.refresh();
    const before = await inventory(world);
    failBothWays(azlin);
    world.clock.advance(HOUR_MS);
    const failedAt = world.clock.now();
    const told = readAnswer(await world.say(ANN, 'hosts refresh'));
    expect(told).toContain('unavailable: azlin: azlin does not list its VMs');
    expect(told).toContain('AADSTS700082');
    expect(told).toContain('Its 10 hosts stay as they were, stale since 0 s ago.');
    expect(await inventory(world)).toEqual(before.map((host) => ({ ...host, staleSince: failedAt })));

    world.clock.advance(20 * MINUTE_MS);
    await found.refresh();
    expect(readAnswer(await world.say(VIC, 'hosts'))).toContain('stale since 20 min ago');
    expect(await inventory(world)).toMatchObject(before.map(() => ({ staleSince: failedAt })));

    azlin.setFault('fail-text', null);
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).toContain('azlin lists 10 hosts.');
    expect(await inventory(world)).toEqual(before);
  });

  test('a provider that never answered has no hosts to keep, and says what to do', async () => {
    await using found = await openFoundWorld();
    found.azlin[Symbol.dispose]();
    expect(readAnswer(await found.world.say(ANN, 'hosts refresh'))).toMatch(
      /^unavailable: azlin: AZLIN_PATH names .*, which is no program that can be run\./,
    );
  });

  test('what people did with a host stays when it is found again', async () => {
    await using found = await openFoundWorld();
    const { world } = found;
    await found.refresh();
    await world.say(ANN, 'hosts include dev1');
    await world.say(ANN, 'hosts include dev2');
    await world.say(ANN, 'hosts drain dev2');
    await world.say(ANN, 'hosts remove dev5');
    await found.refresh();
    const states = new Map((await inventory(world)).map(({ name, state }) => [name, state]));
    expect(states.get('dev1')).toBe('active');
    expect(states.get('dev2')).toBe('draining');
    expect(states.has('dev5')).toBe(false);
    expect(readAnswer(await world.say(ANN, 'hosts include dev5'))).toContain('dev5 takes tasks');
    expect((await world.store.listHosts()).map(({ name }) => name)).toContain('dev5');
  });

  test('a host that is no longer listed stays and says so, and goes when it has had no session for a day', async () => {
    await using found = await openFoundWorld(TEN_VMS.slice(0, 2));
    const { world, azlin } = found;
    await found.refresh();
    await world.say(ANN, 'hosts include dev1');
    const dev1 = await world.store.hostNamed('dev1');
    if (dev1 === null) throw new Error('dev1 is not there');
    const { session } = await world.addRunningTask(dev1);
    azlin.setVms([]);
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).toContain('No longer listed: dev1, dev2.');
    world.clock.advance(25 * HOUR_MS);
    await found.refresh();
    expect(await inventory(world)).toMatchObject([{ name: 'dev1' }]);
    expect(readAnswer(await world.say(VIC, 'hosts'))).toContain('not listed by azlin for 25 h');
    await world.store.saveSession({ ...session, state: 'ended' });
    await found.refresh();
    expect(await inventory(world)).toEqual([]);
    azlin.setVms(TEN_VMS.slice(0, 2));
    await found.refresh();
    expect(await inventory(world)).toMatchObject([
      { name: 'dev1', state: 'excluded', absentSince: null },
      { name: 'dev2' },
    ]);
  });

  test('a list that could only be read in part makes no host absent', async () => {
    await using found = await openFoundWorld(TEN_VMS.slice(0, 2));
    const { world, azlin } = found;
    await found.refresh();
    for (const fault of ['fail-output-json', 'fail-json'] as const) azlin.setFault(fault, 'error: unknown');
    azlin.setVms([
      { name: 'dev1', status: 'Running', region: 'westus2' },
      { name: 'de…', status: 'Running', region: 'eastus' },
    ]);
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).not.toContain('No longer listed');
    expect(await inventory(world)).toMatchObject([{ name: 'dev1' }, { name: 'dev2', absentSince: null }]);
  });

  test('a stopped host takes no task until it runs', async () => {
    await using found = await openFoundWorld(TEN_VMS.slice(2, 3), { startsAs: 'active' });
    const { world, azlin } = found;
    await found.refresh();
    expect(await world.store.listHosts()).toMatchObject([
      { name: 'dev3', reach: { state: 'unreachable', why: 'azlin says that it is stopped' } },
    ]);
    expect(await world.store.stoppedHosts()).toEqual(
      new Set((await world.store.listHosts()).map(({ id }) => id)),
    );
    expect(readAnswer(await world.say(VIC, 'hosts'))).toContain('dev3 — stopped, 0 of 2 agents');
    azlin.setVms([{ name: 'dev3', status: 'Running', region: 'eastus' }]);
    await found.refresh();
    expect(await world.store.listHosts()).toMatchObject([{ reach: { state: 'unknown' } }]);
    expect(await world.store.stoppedHosts()).toEqual(new Set());
  });

  test('the operator’s file decides which hosts are taken, and which are never acted on', async () => {
    await using found = await openFoundWorld(
      [
        { name: 'prod1', status: 'Running', region: 'westus2' },
        { name: 'dev1', status: 'Running', region: 'westus2' },
        { name: 'other', status: 'Running', region: 'westus2' },
      ],
      { startsAs: 'active', allowed: ['dev*', 'prod?'], excluded: ['prod*'], capacity: 7 },
    );
    const { world } = found;
    await found.refresh();
    expect(await world.store.listHosts()).toMatchObject([
      { name: 'dev1', state: 'active', capacity: 7 },
      { name: 'prod1', state: 'excluded' },
    ]);
    expect(readAnswer(await world.say(ANN, 'hosts include prod1'))).toBe(
      'wrong-state: fleet.toml excludes prod1. Take it out of `exclude` there and start Fleet Director again.',
    );
  });

  test('a name that another host has is left to it', async () => {
    await using found = await openFoundWorld(TEN_VMS.slice(0, 2));
    const { world } = found;
    const own = await world.addHost({ name: 'dev1' });
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).toContain(
      'Left out, for another host has the name: dev1.',
    );
    expect(await world.store.hostNamed('dev1')).toMatchObject({ id: own.id, transport: own.transport });
  });

  test('asking twice at once asks the provider once', async () => {
    await using found = await openFoundWorld(TEN_VMS.slice(0, 2));
    await Promise.all([found.refresh(), found.refresh(), found.refresh()]);
    expect(found.azlin.calls()).toEqual(['list --output json']);
    expect(await inventory(found.world)).toHaveLength(2);
  });
});

describe('hosts refresh', () => {
  test('is for admins, and says so where nobody finds hosts', async () => {
    await using world = await openWorld();
    for (const person of [VIC, OLA, PAT]) {
      expect(readAnswer(await world.say(person, 'hosts refresh'))).toContain('not-allowed');
    }
    Object.assign(world.ports, { hostProviders: { ...world.ports.hostProviders, finders: [] } });
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).toContain('[providers.azlin]');
  });

  test('does not wait for ever', async () => {
    await using world = await openWorld();
    world.outside.discoveries = null;
    expect(readAnswer(await world.say(ANN, 'hosts refresh'))).toBe(
      'azlin takes longer; hosts shows what comes.',
    );
  });

  test('tells of each provider what came of it', async () => {
    await using world = await openWorld();
    const listed: Discovery = {
      provider: 'ssh-config',
      kind: 'listed',
      found: ['a'],
      added: ['a'],
      absent: [],
      taken: [],
    };
    const failed: Discovery = {
      provider: 'azlin',
      kind: 'failed',
      sentence: 'It broke.',
      kept: 1,
      staleSince: new Date(world.clock.now().getTime() - MINUTE_MS),
    };
    Object.assign(world.ports, {
      hostProviders: { ...world.ports.hostProviders, finders: ['ssh-config', 'azlin'] },
    });
    world.outside.discoveries = [listed, failed];
    const told = readAnswer(await world.say(ANN, 'hosts refresh'));
    expect(told).toContain('ssh-config lists 1 host. New: a.');
    expect(told).toContain('azlin: It broke. Its 1 host stay as they were, stale since 1 min ago.');
  });
});

describe('an excluded host', () => {
  test('is excluded and included by admins, with the way back', async () => {
    await using world = await openWorld();
    const host = await world.addHost({ name: 'dev1' });
    await world.addRunningTask(host);
    expect(readAnswer(await world.say(PAT, 'hosts exclude dev1'))).toContain('not-allowed');
    expect(readAnswer(await world.say(ANN, 'hosts exclude dev9'))).toContain('There is no host `dev9`.');
    expect(readAnswer(await world.say(ANN, 'hosts exclude dev1'))).toBe(
      'dev1 is looked at, and nothing is begun, typed or ended there. Its 1 agent goes on with nobody to answer. hosts include dev1 takes that back.',
    );
    expect(readAnswer(await world.say(ANN, 'hosts exclude dev1'))).toContain('dev1 is looked at');
    expect(readAnswer(await world.say(ANN, 'hosts drain dev1'))).toBe(
      'wrong-state: dev1 is excluded, so nothing is begun or ended there anyway. `hosts include dev1` first.',
    );
    expect(readAnswer(await world.say(ANN, 'hosts include dev1'))).toBe(
      'dev1 takes tasks. hosts exclude dev1 takes that back.',
    );
    expect(await world.store.hostNamed('dev1')).toMatchObject({ state: 'active' });
  });

  test('is shown to everybody, and no task goes there', async () => {
    await using world = await openWorld();
    await world.addHost({ name: 'dev1' });
    await world.addHost({ name: 'old', state: 'excluded' });
    expect(readAnswer(await world.say(VIC, 'hosts'))).toContain('old — excluded');
    expect(readAnswer(await world.say(OLA, 'add --host old Fix it'))).toBe(
      'wrong-state: old is excluded: nothing is begun there. Leave `--host` out, or `hosts include old`.',
    );
    expect(await world.say(OLA, 'add')).toMatchObject({ value: { form: { hosts: ['dev1'] } } });
  });
});

describe('a task on an excluded host', () => {
  test('takes no words, no restart, no end and no yes, and says what to do first', async () => {
    await using world = await openWorld();
    const host = await world.addHost({ name: 'dev1' });
    const { task, session } = await world.addRunningTask(host);
    await world.store.recordCardMessage(task.thread, 'slack', '1700.1');
    const thread = { kind: 'slack', channel: 'C1', threadTs: '1700.1' } as const;
    await world.say(ANN, 'cancel T1');
    const [question] = await world.store.openApprovals();
    if (question === undefined) throw new Error('nothing was asked');
    await world.say(ANN, 'hosts exclude dev1');
    const first = '`hosts include dev1` first.';
    expect(readAnswer(await world.ask(OLA, { kind: 'thread-reply', words: 'go on' }, thread))).toBe(
      `wrong-state: dev1 is excluded, so nothing is typed there. ${first}`,
    );
    expect(readAnswer(await world.say(ANN, 'restart T1'))).toBe(
      `wrong-state: dev1 is excluded, so nothing is restarted there. ${first}`,
    );
    expect(readAnswer(await world.say(ANN, 'cancel T1'))).toBe(
      `wrong-state: dev1 is excluded, so nothing is ended there. ${first}`,
    );
    expect(readAnswer(await world.say(ANN, `answer ${question.id.slice(0, 8)} approve`))).toBe(
      `wrong-state: dev1 is excluded, so nothing is pressed, typed or ended there. ${first}`,
    );
    expect(await world.store.openApprovals()).toHaveLength(1);
    expect(await world.store.actionsOfTasks([task.id])).toEqual([]);
    await world.say(ANN, 'hosts include dev1');
    expect(await world.say(ANN, `answer ${question.id.slice(0, 8)} approve`)).toMatchObject({ ok: true });
    expect(await world.store.actionsOfTasks([task.id])).toMatchObject([{ session: session.id }]);
  });
});

test('a removed host says how to bring it back', async () => {
  await using world = await openWorld();
  await world.addHost({
    name: 'dev1',
    capacity: 5,
    transport: { kind: 'ssh', target: 'ann@dev1', port: 2222, configFile: null },
  });
  await world.addHost({ name: 'written' });
  expect(readAnswer(await world.say(ANN, 'hosts remove dev1'))).toBe(
    'dev1 is no longer part of the fleet. hosts add dev1 --ssh ann@dev1 --port 2222 --capacity 5 takes that back.',
  );
  expect(readAnswer(await world.say(ANN, 'hosts remove written'))).toContain('fleet.toml names it');
});

test('a machine that was replaced is accepted by an admin', async () => {
  await using world = await openWorld();
  const host = await world.addHost({ name: 'dev1' });
  expect(readAnswer(await world.say(ANN, 'hosts accept dev1'))).toBe(
    'dev1 is the machine that it was; there is nothing to accept.',
  );
  const identity = {
    hostName: 'dev1',
    hostKey: null,
    machineId: 'new',
    bootId: 'b',
    tmuxPid: 1,
    tmuxStartedAt: world.clock.now(),
  };
  await world.store.recordMisroute(host.id, {
    identity,
    why: 'its machine id is another one',
    since: world.clock.now(),
  });
  expect(readAnswer(await world.say(VIC, 'hosts'))).toContain(
    'another machine answers for it (its machine id is another one): hosts accept dev1 if it was replaced',
  );
  expect(readAnswer(await world.say(PAT, 'hosts accept dev1'))).toContain('not-allowed');
  expect(readAnswer(await world.say(ANN, 'hosts accept dev1'))).toBe(
    'The machine that answers for dev1 is dev1 from now on (its machine id is another one).',
  );
  expect(await world.store.hostFacts()).toMatchObject([{ identity: { machineId: 'new' }, stranger: null }]);
});
