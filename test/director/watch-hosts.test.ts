import { expect, test } from 'vitest';
import type { Fleet } from '../../src/director/index.ts';
import type { DirectorStore } from '../../src/director/ports.ts';
import { DEFAULT_RULES, type HostIdentity, lockTask, type SeenSession } from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import { openWatched, WITHIN } from './watched.ts';

/** The fleet with a host that says of itself what the test wants. */
const posing =
  (pose: () => Partial<HostIdentity>) =>
  (fleet: Fleet): Fleet => ({
    ...fleet,
    look: async (host, request, signal) => {
      const looked = await fleet.look(host, request, signal);
      return looked.ok
        ? { ok: true, value: { ...looked.value, identity: { ...looked.value.identity, ...pose() } } }
        : looked;
    },
  });

test('every session of a host is seen with what it does, ours or not, and a change soon', async () => {
  await using watched = await openWatched();
  await watched.beginByHand('by-hand');
  await watched.place.tmux('new-session', '-d', '-s', 'shell', 'sh');
  watched.direct('one');
  const seen = await watched.see('by-hand', ({ agent }) => agent === 'robo');
  expect(seen).toMatchObject({ session: null, windows: 1, isAttached: false, presence: 'present' });
  expect((await watched.see('shell', () => true)).agent).toBeNull();
  await watched.place.tmux('send-keys', '-t', '=by-hand:', 'hello', 'Enter');
  await watched.see('by-hand', ({ screen }) => screen.includes('got hello'));
  expect((await watched.facts())?.health?.memoryUsedPercent.kind).toBe('read');
  expect((await watched.state.store.listHosts())[0]?.reach.state).toBe('reachable');
});

test('a session that goes away is missing, and one that is renamed is the same', async () => {
  await using watched = await openWatched();
  await watched.beginByHand('a');
  await watched.beginByHand('b');
  watched.direct('one');
  const before = await watched.see('b', () => true);
  await watched.see('a', () => true);
  await watched.place.tmux('kill-session', '-t', '=a');
  await watched.place.tmux('rename-session', '-t', '=b', 'c');
  await watched.see('a', ({ presence }) => presence === 'missing');
  const after = await watched.see('c', ({ presence }) => presence === 'present');
  expect([after.tmuxId, after.createdAt]).toEqual([before.tmuxId, before.createdAt]);
  expect(await watched.seen('b')).toBeNull();
});

test('what hooks tell is kept at once and weighed, and once though it is read by two directors', async () => {
  await using watched = await openWatched();
  const { session } = await watched.beginOurs();
  const first = watched.direct('one');
  await watched.see(session.name, () => true);
  await watched.tell(session, 'Working');
  const working = await watched.see(session.name, ({ observation }) => observation.source === 'hook');
  expect(working.observation.state).toBe('thinking');
  expect(working.readings.map(({ source }) => source)).toContain('screen');
  await first.stop();

  await watched.tell(session, 'Done');
  watched.direct('two');
  await watched.see(session.name, ({ observation }) => observation.state === 'completed');
  const events = await watched.state.store.agentEvents(session.id, 9);
  expect(events.map(({ event }) => event)).toEqual(['Working', 'Done']);
  expect((await watched.state.store.findSession(session.id))?.conversation).toBe('talk-1');
  // What is seen is kept first, and what the director knows of its own session right after it.
  const kept = await until(
    async () => {
      const last = await watched.state.store.lastObservation(session.id);
      return last?.observation.state === 'completed' ? last : null;
    },
    { ...WITHIN, what: 'the observation of its end' },
  );
  expect(kept.observation.source).toBe('hook');
});

test.for([
  ['ahead of', 600_000],
  ['behind', -600_000],
] as const)('what a host tells whose clock is %s ours is as old as it is', async ([, aheadMs]) => {
  const now = () => new Date(Date.now() - aheadMs);
  await using watched = await openWatched({ now });
  const { session } = await watched.beginOurs();
  watched.direct('one');
  await watched.see(session.name, () => true);
  await watched.tell(session, 'Working');
  const { readings } = await watched.see(session.name, ({ observation }) => observation.source === 'hook');
  expect(readings.find(({ source }) => source === 'hook')?.ageMs).toBeLessThan(60_000);
  const [event] = await watched.state.store.agentEvents(session.id, 9);
  expect(Math.abs((event?.report?.at.getTime() ?? 0) - now().getTime())).toBeLessThan(60_000);
});

test('a hook that could not ring is read all the same', async () => {
  await using watched = await openWatched();
  const { session } = await watched.beginOurs();
  watched.direct('one');
  await watched.see(session.name, () => true);
  await watched.tell(session, 'Working', { rings: false });
  // By when it is read, the screen may be so much newer that it outweighs it.
  await watched.see(session.name, ({ readings }) => readings.some(({ source }) => source === 'hook'));
});

test('what stands still becomes stuck, anew after a change, and not while its task is locked', async () => {
  await using watched = await openWatched();
  const { store, ann } = watched.state;
  const { task, session } = await watched.beginOurs();
  const lock = async (until: Date | null) => {
    const step = lockTask(task, ann.id, until, new Date());
    if (step !== null) await store.saveTask(step);
  };
  await lock(null);
  watched.direct('one', { settings: { ...SETTINGS, pollEveryMs: 200, stuckAfterMs: 800 } });
  const write = async (name: string, ...keys: readonly string[]) => {
    await watched.see(name, ({ screen }) => screen.includes('ready'));
    await watched.place.tmux('send-keys', '-t', `=${name}:`, ...keys);
  };
  // Words without a prompt: nobody can tell whether it works.
  const begin = (name: string) => write(name, 'say half a line', 'Enter');
  const isStuck = ({ stuckSince }: SeenSession) => stuckSince !== null;
  await begin(session.name);
  await watched.see(session.name, ({ screen }) => screen.includes('half a line'));
  await watched.beginByHand('beside');
  await begin('beside');
  const first = await watched.see('beside', isStuck);
  expect(first.stuckSince).toEqual(first.unchangedSince);
  await write('beside', ' more');
  await watched.see('beside', (seen) => seen.screen.includes('half a line more') && !isStuck(seen));
  await watched.see('beside', isStuck);

  expect(await watched.seen(session.name)).toMatchObject({ stuckSince: null, presence: 'present' });
  const until = new Date(Date.now() + 1_000);
  await lock(until);
  const after = await watched.see(session.name, isStuck);
  expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
  expect(after.stuckSince).toEqual(after.unchangedSince);
  expect(after.unchangedSince.getTime()).toBeLessThan(first.unchangedSince.getTime());
});

test('one director watches a host; another one takes it when the first stops', async () => {
  const looks: string[] = [];
  await using watched = await openWatched();
  const counting = (owner: string): Fleet => ({
    ...watched.place.fleet,
    look: (host, request, signal) => {
      looks.push(owner);
      return watched.place.fleet.look(host, request, signal);
    },
  });
  await watched.beginByHand('a');
  const first = watched.direct('one', { fleet: counting('one') });
  await watched.see('a', () => true);
  const second = watched.direct('two', { fleet: counting('two') });
  const before = looks.length;
  await until(() => looks.length >= before + 3, { ...WITHIN, what: 'three more looks' });
  expect(new Set(looks)).toEqual(new Set(['one']));

  await first.stop();
  await until(() => looks.includes('two'), { ...WITHIN, what: 'a look of the second' });
  await watched.place.tmux('send-keys', '-t', '=a:', 'again', 'Enter');
  await watched.see('a', ({ screen }) => screen.includes('got again'));
  expect(looks.lastIndexOf('one')).toBeLessThan(looks.indexOf('two'));
  await second.stop();
});

test('an answer of another machine is thrown away, counted and told of once, until a person accepts it', async () => {
  let pose: Partial<HostIdentity> = {};
  await using watched = await openWatched({ fleet: posing(() => pose) });
  await watched.beginByHand('a');
  watched.direct('one');
  await watched.see('a', () => true);
  pose = { machineId: 'another' };
  await watched.place.tmux('kill-session', '-t', '=a');
  await until(async () => ((await watched.facts())?.misroutedLooks ?? 0) >= 2, {
    ...WITHIN,
    what: 'two answers to be thrown away',
  });
  expect((await watched.seen('a'))?.presence).toBe('present');
  const [host] = await watched.state.store.listHosts();
  expect(host?.reach).toMatchObject({ state: 'unreachable' });
  expect(host?.reach.state === 'unreachable' && host.reach.why).toContain('hosts accept here');
  expect(watched.warnings.filter((warning) => warning.includes('another machine'))).toHaveLength(1);

  expect(await watched.state.store.acceptStranger(watched.place.host.id)).toBe(true);
  await watched.see('a', ({ presence }) => presence === 'missing');
  await until(async () => (await watched.state.store.listHosts())[0]?.reach.state === 'reachable', {
    ...WITHIN,
    what: 'the host to be reachable again',
  });
});

test('after a reboot what ran before is missing at the first look', async () => {
  let pose: Partial<HostIdentity> = {};
  let isRebooted = false;
  await using watched = await openWatched({
    fleet: (fleet) => ({
      ...posing(() => pose)(fleet),
      look: async (host, request, signal) => {
        const looked = await posing(() => pose)(fleet).look(host, request, signal);
        return looked.ok && isRebooted ? { ok: true, value: { ...looked.value, sessions: [] } } : looked;
      },
    }),
  });
  await watched.beginByHand('a');
  watched.direct('one');
  await watched.see('a', () => true);
  pose = { bootId: 'another boot', tmuxPid: 7 };
  isRebooted = true;
  await watched.see('a', ({ presence }) => presence === 'missing');
  expect((await watched.facts())?.identity?.bootId).toBe('another boot');
});

test('a host that falls silent is marked, and not when it never spoke', async () => {
  const beats = new Set<() => void>();
  await using watched = await openWatched({
    fleet: (fleet) => ({
      ...fleet,
      watch: (host, { onHeartbeat, ...callbacks }, signal) => {
        if (onHeartbeat !== undefined) beats.add(onHeartbeat);
        fleet.watch(host, callbacks, signal);
      },
    }),
  });
  await watched.beginByHand('a');
  const ports = { settings: { ...SETTINGS, silentAfterMs: 400 } };
  watched.direct('one', ports);
  await watched.see('a', () => true);
  expect((await watched.facts())?.silentSince).toBeNull();
  for (const beat of beats) beat();
  await until(async () => (await watched.facts())?.silentSince, { ...WITHIN, what: 'the mark' });
  for (const beat of beats) beat();
  await until(async () => (await watched.facts())?.silentSince === null, { ...WITHIN, what: 'its end' });
});

const SETTINGS = {
  owner: 'one',
  permissionMode: 'ask',
  rulesOf: () => DEFAULT_RULES,
  alertChannel: null,
  pollEveryMs: 2_000,
  stuckAfterMs: 300_000,
  silentAfterMs: 60_000,
} as const;

/** What sharing the hosts and placing tasks reads, however many looks there are. */
const OF_OTHERS = [
  'hostsVersion',
  'listHosts',
  'stoppedHosts',
  'claimWatches',
  'openSessions',
  'tasksInStates',
  'findHost',
];

test('a look that finds nothing new writes once, and asks for no cycle', async () => {
  const calls: string[] = [];
  const counting = (store: DirectorStore): DirectorStore =>
    new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]) => {
          calls.push(name === 'enqueue' ? `enqueue ${JSON.stringify(args[0])}` : String(name));
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
  await using watched = await openWatched({ store: counting });
  const { session } = await watched.beginOurs();
  for (const name of ['a', 'b', 'c', 'd']) await watched.beginByHand(name);
  watched.direct('one', { settings: { ...SETTINGS, pollEveryMs: 300 } });
  for (const name of ['a', 'b', 'c', 'd', session.name])
    await watched.see(name, ({ agent }) => agent === 'robo');
  const quiet = async () => {
    const from = calls.length;
    await until(() => calls.slice(from).filter((call) => call === 'recordLook').length >= 4, {
      ...WITHIN,
      what: 'four looks',
    });
    return calls.slice(from);
  };
  // The first looks still learn: a second screen, a version.
  await quiet();
  const during = (await quiet()).filter((call) => !OF_OTHERS.includes(call));
  const looks = during.filter((call) => call === 'recordLook').length;
  // The poll goes over the whole fleet, which is no look.
  const asked = during.filter((call) => call.startsWith('enqueue') && call !== 'enqueue {"kind":"place"}');
  expect(asked).toEqual([]);
  expect(during.filter((call) => call === 'recordObservation')).toEqual([]);
  // Our sessions, their locks, what is to be done there, and the one statement that keeps the look; the spool and the poll read theirs.
  expect(during.length / looks).toBeLessThanOrEqual(8);
});
