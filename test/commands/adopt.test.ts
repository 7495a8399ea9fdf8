import { expect, test } from 'vitest';
import { type Host, type SeenSession, sessionId } from '../../src/domain/index.ts';
import { HEALTH, identity } from '../director/looks.ts';
import { CHANNEL, OLA, openWorld, readAnswer, SHELL, VIC, type World } from './world.ts';

const PLACE = { folder: '/home/ann/api', remote: 'git@github.com:acme/api.git', branch: 'fix-login' };
const EVIDENCE = { confidence: 0.9, source: 'screen', rule: 'test', evidence: '' } as const;

/** Keeps a look that found these sessions there. */
async function look(world: World, host: Host, sessions: readonly Partial<SeenSession>[]): Promise<void> {
  const at = world.clock.now();
  const watched = await world.store.claimWatches('one', at, new Date(at.getTime() + 30_000));
  await world.store.recordLook(
    { host: host.id, owner: 'one', generation: watched.get(host.id) ?? 0 },
    {
      forgotten: [],
      host: { identity: identity(), health: HEALTH, lookedAt: at },
      sessions: sessions.map((each, index) => ({
        host: host.id,
        name: `s${index}`,
        tmuxId: `$${index}`,
        session: null,
        windows: 1,
        isAttached: true,
        createdAt: at,
        place: PLACE,
        agent: 'claude',
        agentVersion: null,
        pullRequestUrl: null,
        observation: { ...EVIDENCE, state: 'thinking' },
        readings: [],
        screen: [],
        observedAt: at,
        since: at,
        unchangedSince: at,
        stuckSince: null,
        presence: 'present',
        ...each,
      })),
    },
  );
}

const tasks = (world: World) => world.store.tasksInStates(['queued', 'assigned', 'running', 'cancelled']);

test('a session that a person began becomes a task with all that can be known of it', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [{ name: 'main' }, { name: 'other', place: { ...PLACE, folder: '/home/ann/b' } }]);
  world.outside.requests.set('main', { text: 'Fix the login test\nIt fails.', conversation: 'talk-1' });
  expect(readAnswer(await world.say(OLA, 'adopt dev1', SHELL))).toMatchInlineSnapshot(`
    "2 of dev1 adopted: T1, T2.
    T1 main: claude on acme/api, branch fix-login — Fix the login test
    T2 other: claude on acme/api, branch fix-login — other on fix-login
    I look first and answer only what you allow. cancel stops that and leaves a session as it is."
  `);

  const [first, second] = await tasks(world);
  expect(first).toMatchObject({
    state: 'assigned',
    brief: 'Fix the login test\nIt fails.',
    repo: 'acme/api',
    branch: 'fix-login',
    agent: 'claude',
    priority: 'medium',
    host: host.id,
    origin: { kind: 'shell' },
  });
  expect(second?.brief).toBe('other on fix-login');
  expect(await world.store.openSessions()).toMatchObject([
    {
      task: first?.id,
      name: 'main',
      worktree: '/home/ann/api',
      isAdopted: true,
      isToBeObservedFirst: true,
      conversation: 'talk-1',
      state: 'preparing',
    },
    { name: 'other', conversation: null },
  ]);
  expect(await world.jobs.countOpen('prepare')).toBe(2);
});

test('twice is once', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [{ name: 'main' }]);
  const answers = await Promise.all([world.say(OLA, 'adopt dev1'), world.say(OLA, 'adopt dev1 main')]);
  expect(
    answers.map(readAnswer).filter((answer) => answer.includes('it has a task already: T1')),
  ).toHaveLength(1);
  expect(readAnswer(await world.say(OLA, 'adopt dev1'))).toContain('it has a task already: T1');
  expect(await tasks(world)).toHaveLength(1);

  // As the next look finds it, with our mark.
  const [session] = await world.store.openSessions();
  await look(world, host, [{ name: 'main', session: session?.id ?? null }]);
  expect(readAnswer(await world.say(OLA, 'adopt dev1'))).toContain('it has a task already: T1');
  expect(await tasks(world)).toHaveLength(1);
});

const LEFT_ALONE: readonly [string, Partial<SeenSession>, string][] = [
  ['an invalid name', { name: '(odd' }, 'its name has characters'],
  ['a name with blanks', { name: 'my work' }, 'its name has characters'],
  ['no agent', { agent: null }, 'no agent that I know runs in it'],
  ['an agent that is not configured here', { agent: 'robo' }, 'no agent that I know runs in it'],
  ['a folder that is gone', { place: null }, 'its folder is gone, or not read yet; try again in a moment'],
  ['no repository', { place: { ...PLACE, remote: null } }, 'no repository with a remote'],
  [
    'a repository that is no project',
    { place: { ...PLACE, remote: 'https://github.com/acme/secret.git' } },
    'projects add owner/name for https://github.com/acme/secret.git',
  ],
  ['the mark of somebody else', { session: sessionId('unheard-of') }, 'another Fleet Director follows it'],
];

test.each(LEFT_ALONE)('a session is left alone for %s, and people are told', async (_what, session, why) => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [session, { name: 'good' }]);
  const answer = readAnswer(await world.say(OLA, 'adopt dev1'));
  expect(answer).toContain(why);
  expect(answer).toContain('good');
  expect(await tasks(world)).toHaveLength(1);
});

test('only what is named is adopted, and what is not there is named', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [
    { name: 'a' },
    { name: 'b' },
    { name: 'c', presence: 'missing' },
    { name: 'd', agent: null },
  ]);
  const answer = readAnswer(await world.say(OLA, 'adopt dev1 b c nowhere'));
  expect(answer).toContain('c: there is no such session');
  expect(answer).toContain('nowhere: there is no such session');
  expect(answer).not.toMatch(/^d:/m);
  expect((await world.store.openSessions()).map(({ name }) => name)).toEqual(['b']);
});

test('agents that share a folder are not given each other’s words', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [{ name: 'a' }, { name: 'b' }]);
  for (const name of ['a', 'b']) world.outside.requests.set(name, { text: 'Mine', conversation: 'x' });
  await world.say(OLA, 'adopt dev1');
  expect((await tasks(world)).map(({ brief }) => brief)).toEqual(['a on fix-login', 'b on fix-login']);
});

test('hosts that are unknown, excluded or never seen are refused, and so are viewers', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  expect(readAnswer(await world.say(OLA, 'adopt'))).toContain('bad-words: Name a host');
  expect(readAnswer(await world.say(OLA, 'adopt dev9'))).toContain(
    'no-such-host: There is no host `dev9`. Known are dev1',
  );
  expect(readAnswer(await world.say(OLA, 'adopt dev1'))).toContain('unavailable: I have not seen dev1 yet');
  await look(world, host, [{ name: 'main' }]);
  expect(readAnswer(await world.say(VIC, 'adopt dev1'))).toContain('not-allowed');
  await world.store.saveHost({ ...host, state: 'excluded' });
  expect(readAnswer(await world.say(OLA, 'adopt dev1'))).toContain('wrong-state: dev1 is excluded');
  expect(await tasks(world)).toEqual([]);
});

test('in Slack the tasks get their threads where it was said', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [{ name: 'main' }]);
  await world.say(OLA, 'adopt dev1', CHANNEL);
  const [task] = await tasks(world);
  const story = task === undefined ? null : await world.store.story(task.thread);
  expect(story?.thread.slack).toEqual({ channel: 'C1', messageTs: null });
});

test('cancelling stops following at once and ends nothing; restarting is refused', async () => {
  await using world = await openWorld();
  const host = await world.addHost();
  await look(world, host, [{ name: 'main' }]);
  await world.say(OLA, 'adopt dev1');
  const [session] = await world.store.openSessions();
  const [task] = await tasks(world);
  if (session === undefined || task?.state !== 'assigned') throw new Error('it was not adopted');
  await world.store.saveSession({ ...session, state: 'live' });
  await world.store.saveTask({
    next: { ...task, state: 'running', startedAt: world.clock.now() },
    events: [],
  });
  expect(readAnswer(await world.say(OLA, 'restart T1'))).toContain('begun by a person');
  expect(readAnswer(await world.say(OLA, 'cancel T1'))).toContain('The session itself goes on');
  expect(await world.store.openApprovals()).toEqual([]);
  expect((await tasks(world))[0]?.state).toBe('cancelled');
  expect(await world.jobs.countOpen('cycle')).toBe(1);
});
