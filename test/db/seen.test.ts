import { expect, test } from 'vitest';
import { rowsOf } from '../../db/connect.ts';
import { sql } from '../../db/drizzle.ts';
import {
  emptyTranscript,
  type Health,
  type Host,
  type HostIdentity,
  type Observation,
  type Report,
  type SeenSession,
} from '../../src/domain/index.ts';
import { type FleetState, openFleetState, QUIET } from '../support/fleet-state.ts';

const EVIDENCE = { confidence: 0.9, source: 'screen', rule: 'test', evidence: 'a line' } as const;
const ASKING: Observation = {
  ...EVIDENCE,
  state: 'waiting_input',
  promptKind: 'permission',
  dialog: { promptKind: 'permission', question: 'Proceed?', options: [{ label: 'Yes', keys: ['1'] }] },
};
const LEASE_MS = 30_000;

const identity = (more: Partial<HostIdentity> = {}): HostIdentity => ({
  hostName: 'dev1',
  hostKey: null,
  machineId: 'machine-1',
  bootId: 'boot-1',
  tmuxPid: 100,
  tmuxStartedAt: new Date('2026-11-22T08:00:00Z'),
  ...more,
});

const read = (value: number) => ({ kind: 'read', value }) as const;

function health(at: Date): Health {
  return {
    memoryUsedPercent: read(41),
    diskUsedPercent: { kind: 'unreadable', why: 'df said nothing' },
    load: read(0.5),
    cores: read(2),
    uptimeMs: read(86_400_000),
    agents: { kind: 'read', value: 1 },
    readAt: at,
  };
}

function seen(host: Host, at: Date, more: Partial<SeenSession> = {}): SeenSession {
  return {
    host: host.id,
    name: 'work',
    tmuxId: '$1',
    session: null,
    windows: 2,
    isAttached: true,
    createdAt: at,
    place: { folder: '/srv/api', remote: 'https://github.com/acme/api', branch: 'main' },
    agent: 'claude',
    agentVersion: null,
    pullRequestUrl: null,
    observation: ASKING,
    readings: [{ ...EVIDENCE, state: 'waiting_input', ageMs: 12 }],
    screen: ['Proceed?', '> Yes'],
    observedAt: at,
    since: at,
    unchangedSince: at,
    stuckSince: null,
    presence: 'present',
    ...more,
  };
}

/** Watches all hosts as `owner` and keeps a look at one of them. */
async function keepLook(
  state: FleetState,
  host: Host,
  sessions: readonly SeenSession[],
  who: HostIdentity = identity(),
  { owner = 'one', how = health(state.clock.now()) }: { owner?: string; how?: Health | null } = {},
): Promise<boolean> {
  const at = state.clock.now();
  const watched = await state.store.claimWatches(owner, at, new Date(at.getTime() + LEASE_MS));
  const generation = watched.get(host.id);
  if (generation === undefined) throw new Error(`${owner} does not watch ${host.name}`);
  return state.store.recordLook(
    { host: host.id, owner, generation },
    { sessions, forgotten: [], host: { identity: who, health: how, lookedAt: at } },
  );
}

test('what was seen of a host comes back as it was', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const one = seen(host, state.clock.now());
  const other = seen(host, state.clock.now(), {
    name: 'it’s "other"',
    tmuxId: '$2',
    place: null,
    agent: null,
    observation: { ...EVIDENCE, state: 'shell', exitStatus: 3, trouble: null },
  });
  expect(await keepLook(state, host, [one, other])).toBe(true);
  expect(await state.store.seenSessions(host.id)).toEqual([other, one]);
  expect(await state.store.seenSession(host.id, 'work')).toEqual(one);
  expect(await state.store.seenSession(host.id, 'nothing')).toBeNull();
  expect(await state.store.hostFacts()).toEqual([
    {
      host: host.id,
      provider: 'static',
      region: null,
      isRunning: null,
      toldSessions: [],
      staleSince: null,
      absentSince: null,
      identity: identity(),
      health: health(state.clock.now()),
      lookedAt: state.clock.now(),
      misroutedLooks: 0,
      stranger: null,
      silentSince: null,
    },
  ]);
});

test('a look that does not ask how a host is leaves what is known of that', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const healthOf = async () => (await state.store.hostFacts())[0]?.health;
  await keepLook(state, host, [], identity(), { how: null });
  expect(await healthOf()).toBeNull();
  await keepLook(state, host, []);
  const known = health(state.clock.now());
  state.clock.advance(5_000);
  await keepLook(state, host, [], identity({ bootId: 'boot-2' }), { how: null });
  expect(await healthOf()).toEqual(known);
  expect(await state.store.hostFacts()).toMatchObject([
    { identity: { bootId: 'boot-2' }, lookedAt: state.clock.now() },
  ]);
});

test('a later look that finds nothing new counts as seeing what is there, and not what is missing', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const at = state.clock.now();
  await keepLook(state, host, [
    seen(host, at),
    seen(host, at, { name: 'gone', tmuxId: '$2', presence: 'missing' }),
  ]);
  state.clock.advance(5_000);
  await keepLook(state, host, []);
  const [gone, work] = await state.store.seenSessions(host.id);
  expect([gone?.observedAt, work?.observedAt]).toEqual([at, state.clock.now()]);
});

test('sessions that nobody wants to know of any more are forgotten', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const at = state.clock.now();
  await keepLook(state, host, [seen(host, at), seen(host, at, { name: 'old', tmuxId: '$2' })]);
  await state.store.recordLook(
    { host: host.id, owner: 'one', generation: 1 },
    { sessions: [], forgotten: ['old', 'never there'], host: null },
  );
  expect((await state.store.seenSessions(null)).map(({ name }) => name)).toEqual(['work']);
});

test('a tmux server that two hosts reach shows its sessions once; equal names on two servers are two sessions', async () => {
  await using state = await openFleetState();
  const first = await state.addHost({ name: 'b-first' });
  state.clock.advance(1);
  const second = await state.addHost({ name: 'a-second' });
  await keepLook(state, first, [seen(first, state.clock.now())]);
  await keepLook(state, second, [seen(second, state.clock.now())]);
  expect((await state.store.seenSessions(null)).map(({ host }) => host)).toEqual([first.id]);
  expect(await state.store.seenSessions(second.id)).toHaveLength(1);

  await keepLook(state, second, [], identity({ machineId: 'machine-2', bootId: 'boot-2' }));
  expect((await state.store.seenSessions(null)).map(({ host }) => host)).toEqual([first.id, second.id]);
});

test('a damaged row is left out, told of once, and keeps nothing else from being read', async () => {
  const told: object[] = [];
  await using state = await openFleetState({ log: { ...QUIET, error: (facts) => told.push(facts) } });
  const host = await state.addHost();
  state.clock.advance(1);
  const other = await state.addHost({ name: 'dev2' });
  const at = state.clock.now();
  await keepLook(state, host, [
    seen(host, at),
    seen(host, at, { name: 'damaged', tmuxId: '$2' }),
    seen(host, at, { name: 'unknown word', tmuxId: '$3' }),
  ]);
  await keepLook(state, other, []);
  const { connection } = state.database;
  await connection.execute(sql`update seen_sessions set observation = '{"state": 7}' where name = 'damaged'`);
  await connection.execute(
    sql`update seen_sessions set observation = jsonb_set(observation, '{promptKind}', '"riddle"') where name = 'unknown word'`,
  );
  await connection.execute(sql`update host_facts set health = '[]' where host = ${other.id}`);

  for (let reading = 0; reading < 3; reading += 1) {
    expect((await state.store.seenSessions(host.id)).map(({ name }) => name)).toEqual(['work']);
    expect(await state.store.seenSession(host.id, 'damaged')).toBeNull();
    expect((await state.store.hostFacts()).map((facts) => facts.host)).toEqual([host.id]);
  }
  expect(told).toMatchObject([
    { table: 'seen_sessions', key: `${host.id} damaged` },
    { table: 'seen_sessions', key: `${host.id} unknown word` },
    { table: 'host_facts', key: other.id },
  ]);
});

test('a host is watched by one process at a time, and by another one when the first lets it go or dies', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const removed = await state.addHost({ name: 'gone', state: 'removed' });
  const claim = async (owner: string) => {
    const at = state.clock.now();
    const watched = await state.store.claimWatches(owner, at, new Date(at.getTime() + LEASE_MS));
    expect(watched.has(removed.id)).toBe(false);
    return watched.get(host.id) ?? null;
  };

  const claims = await Promise.all(['one', 'two', 'three'].map(claim));
  expect(claims.filter((generation) => generation !== null)).toEqual([1]);
  const holder = ['one', 'two', 'three'][claims.indexOf(1)] ?? '';
  expect([await claim(holder), await claim('late')]).toEqual([1, null]);

  state.clock.advance(LEASE_MS);
  expect(await claim('late')).toBeNull();
  state.clock.advance(1);
  expect([await claim('late'), await claim(holder)]).toEqual([2, null]);

  await state.store.releaseWatches(holder);
  expect(await claim('next')).toBeNull();
  await state.store.releaseWatches('late');
  expect(await claim('next')).toBe(3);
  await state.store.releaseClaims((owner) => owner === 'next');
  expect(await claim('last')).toBe(4);
});

test('the version of the hosts is another one after each change of their lists, and no other one while they are watched', async () => {
  await using state = await openFleetState();
  const { store, clock } = state;
  const versions = [await store.hostsVersion()];
  const host = await state.addHost();
  versions.push(await store.hostsVersion());
  await store.saveHost({ ...host, state: 'draining' });
  versions.push(await store.hostsVersion());
  await store.recordReach(host.id, { state: 'reachable', since: clock.now() });
  versions.push(await store.hostsVersion());
  await store.recordInventory({
    host: host.id,
    provider: 'azlin',
    region: null,
    isRunning: false,
    toldSessions: [],
    staleSince: null,
    absentSince: null,
  });
  versions.push(await store.hostsVersion());
  expect(new Set(versions).size).toBe(versions.length);

  await store.claimWatches('one', clock.now(), new Date(clock.now().getTime() + LEASE_MS));
  await keepLook(state, host, []);
  expect(await store.hostsVersion()).toBe(versions.at(-1));
});

test('who lost a host stores nothing about it any more', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  await keepLook(state, host, [seen(host, state.clock.now())]);
  state.clock.advance(LEASE_MS + 1);
  await keepLook(state, host, [], identity(), { owner: 'two' });
  const at = state.clock.now();
  const late = (owner: string, generation: number) =>
    state.store.recordLook(
      { host: host.id, owner, generation },
      { sessions: [seen(host, at, { name: 'late' })], forgotten: ['work'], host: null },
    );
  expect([await late('one', 1), await late('one', 2), await late('two', 1)]).toEqual([false, false, false]);
  expect((await state.store.seenSessions(host.id)).map(({ name }) => name)).toEqual(['work']);
  expect(await late('two', 2)).toBe(true);
});

test('answers of another machine are counted, each machine is news once, and a person’s word makes it the host', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  await keepLook(state, host, []);
  const stranger = (machineId: string, bootId = 'b') => ({
    identity: identity({ machineId, bootId }),
    why: 'its machine id is another one',
    since: state.clock.now(),
  });
  expect(await state.store.acceptStranger(host.id)).toBe(false);
  const first = stranger('machine-2');
  expect(await state.store.recordMisroute(host.id, first)).toBe(true);
  state.clock.advance(1_000);
  expect(await state.store.recordMisroute(host.id, stranger('machine-2', 'another boot'))).toBe(false);
  expect(await state.store.hostFacts()).toMatchObject([
    { misroutedLooks: 2, stranger: first, identity: identity() },
  ]);
  const other = stranger('machine-3');
  expect(await state.store.recordMisroute(host.id, other)).toBe(true);
  expect(await state.store.acceptStranger(host.id)).toBe(true);
  expect(await state.store.acceptStranger(host.id)).toBe(false);
  expect(await state.store.hostFacts()).toMatchObject([
    { misroutedLooks: 3, stranger: null, identity: other.identity },
  ]);
});

test('the right machine answering again ends the talk of another one', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  await keepLook(state, host, []);
  const stranger = { identity: identity({ machineId: 'x' }), why: 'why', since: state.clock.now() };
  await state.store.recordMisroute(host.id, stranger);
  await keepLook(state, host, []);
  expect(await state.store.hostFacts()).toMatchObject([{ misroutedLooks: 1, stranger: null }]);
  expect(await state.store.recordMisroute(host.id, stranger)).toBe(true);
});

test('what a provider says and what a look found stand beside each other', async () => {
  await using state = await openFleetState();
  const host = await state.addHost();
  const told = {
    host: host.id,
    provider: 'azlin',
    region: 'westus2',
    isRunning: true,
    toldSessions: ['a', 'b'],
    staleSince: null,
    absentSince: null,
  };
  await state.store.recordInventory(told);
  await keepLook(state, host, []);
  const stale = { ...told, staleSince: state.clock.now() };
  await state.store.recordInventory(stale);
  await state.store.recordSilence(host.id, state.clock.now());
  expect(await state.store.hostFacts()).toMatchObject([
    { ...stale, identity: identity(), silentSince: state.clock.now() },
  ]);
  await state.store.recordSilence(host.id, null);
  expect(await state.store.hostFacts()).toMatchObject([{ silentSince: null }]);
});

test('an event of an agent is kept once, however often its spool is read', async () => {
  await using state = await openFleetState();
  const { session } = await state.addRunningTask(await state.addHost());
  const report: Report = {
    channel: 'hook',
    says: { kind: 'turn-ended', lastMessage: 'Done', backgroundTasks: 1 },
    at: state.clock.now(),
    detail: 'Stop',
  };
  const event = (start: number, more = {}) => ({
    session: session.id,
    generation: 1,
    start,
    end: start + 10,
    event: 'Stop',
    at: state.clock.now(),
    report,
    payload: '{"a":"b"}',
    ...more,
  });
  expect(await state.store.addAgentEvents([event(0), event(10)])).toBe(2);
  expect(await state.store.addAgentEvents([event(10), event(20, { report: null })])).toBe(1);
  expect(await state.store.addAgentEvents([])).toBe(0);
  expect((await state.store.spoolOffsets([session.id])).get(session.id)).toBe(30);
  expect(await state.store.agentEvents(session.id, 2)).toEqual([event(10), event(20, { report: null })]);

  // The spool is gone and begins anew.
  state.clock.advance(1_000);
  expect(await state.store.addAgentEvents([event(0)])).toBe(1);
  expect((await state.store.spoolOffsets([session.id])).get(session.id)).toBe(10);
  expect(await state.store.agentEvents(session.id, 9)).toHaveLength(4);
});

test('of the events of a session the last ones are kept', async () => {
  await using state = await openFleetState();
  const { session } = await state.addRunningTask(await state.addHost());
  for (let round = 0; round < 4; round += 1) {
    await state.store.addAgentEvents(
      Array.from({ length: 100 }, (_, at) => ({
        session: session.id,
        generation: 1,
        start: round * 100 + at,
        end: round * 100 + at + 1,
        event: 'Stop',
        at: state.clock.now(),
        report: null,
        payload: '',
      })),
    );
  }
  const [row] = await rowsOf(
    state.database.connection,
    sql`select count(*)::int as kept from agent_events where session = ${session.id}`,
  );
  expect(row).toEqual({ kept: 300 });
});

test('what a transcript told is kept with the place where reading stopped', async () => {
  const told: object[] = [];
  await using state = await openFleetState({ log: { ...QUIET, error: (facts) => told.push(facts) } });
  const { session } = await state.addRunningTask(await state.addHost());
  expect(await state.store.transcriptOf(session.id)).toBeNull();
  const at = state.clock.now();
  const read = {
    file: '/home/ann/.claude/a.jsonl',
    size: 5_000_000_000,
    digest: {
      ...emptyTranscript,
      first: [{ by: 'user', text: 'Hello', at }] as const,
      tools: { Bash: 2 },
      lastEntryAt: at,
    },
    report: null,
    readAt: at,
  };
  await state.store.saveTranscript(session.id, { ...read, size: 1 });
  await state.store.saveTranscript(session.id, read);
  expect(await state.store.transcriptOf(session.id)).toEqual(read);
  await state.database.connection.execute(sql`update transcripts set digest = '{}'`);
  expect(await state.store.transcriptOf(session.id)).toBeNull();
  expect(told).toHaveLength(1);
});

test('marks and the tmux server of a session are kept with it', async () => {
  await using state = await openFleetState();
  const { session } = await state.addRunningTask(await state.addHost());
  const changed = {
    ...session,
    name: 'renamed',
    isAdopted: true,
    isToBeObservedFirst: true,
    conversation: 'c-1',
    server: { bootId: 'b', tmuxPid: 7, tmuxStartedAt: state.clock.now() },
  };
  await state.store.saveSession(changed);
  expect(await state.store.findSession(session.id)).toEqual(changed);
});
