import { describe, expect, test } from 'vitest';
import {
  emptyTranscript,
  type Health,
  type Host,
  type HostIdentity,
  hostId,
  notePullRequest,
  type Observation,
  ok,
  type Reading,
  type SeenSession,
} from '../../src/domain/index.ts';
import { ANN, CHANNEL, nothing, OLA, openWorld, readAnswer, SHELL, VIC, type World } from './world.ts';

const IDENTITY: HostIdentity = {
  hostName: 'dev1.example.org',
  hostKey: 'SHA256:abcdef',
  machineId: 'machine-1',
  bootId: '9a55d4d7-1111',
  tmuxPid: 4711,
  tmuxStartedAt: new Date('2026-11-22T08:00:00Z'),
};

const read = (value: number) => ({ kind: 'read', value }) as const;
const health = (at: Date, parts: Partial<Health> = {}): Health => ({
  memoryUsedPercent: read(41),
  diskUsedPercent: read(52),
  load: read(0.5),
  cores: read(4),
  uptimeMs: read(26 * 3600_000),
  agents: read(2),
  readAt: at,
  ...parts,
});

const WORKS: Observation = {
  state: 'thinking',
  confidence: 0.95,
  source: 'screen',
  rule: 'claude-code/spinner-line',
  evidence: '✻ Pondering… (esc to interrupt)',
};
const ASKS: Observation = {
  state: 'waiting_input',
  promptKind: 'permission',
  dialog: {
    promptKind: 'permission',
    question: 'Run npm install?',
    options: [{ label: 'Yes', keys: ['1'] }],
  },
  confidence: 0.99,
  source: 'hook',
  rule: 'claude-code/hook-permission',
  evidence: 'PermissionRequest Bash: npm install',
};

/** Stores what a look at a host brought, as the director does. */
async function look(
  world: World,
  host: Host,
  sessions: readonly Partial<SeenSession>[],
  hostHealth: Health = health(world.clock.now()),
  identity: HostIdentity = IDENTITY,
): Promise<void> {
  const at = world.clock.now();
  const until = new Date(at.getTime() + 60_000);
  const generation = (await world.store.claimWatches('test', at, until)).get(host.id);
  if (generation === undefined) throw new Error('the host is watched by somebody else');
  const isStored = await world.store.recordLook(
    { host: host.id, owner: 'test', generation },
    {
      sessions: sessions.map((each, index) => seen(host, { tmuxId: `$${index}`, ...each }, at)),
      forgotten: [],
      host: { identity, health: hostHealth, lookedAt: at },
    },
  );
  if (!isStored) throw new Error('the look was not stored');
}

function seen(host: Host, parts: Partial<SeenSession>, at: Date): SeenSession {
  return {
    host: host.id,
    name: 'main',
    tmuxId: '$1',
    session: null,
    windows: 1,
    isAttached: false,
    createdAt: at,
    place: { folder: '/home/ann/api', remote: 'https://github.com/acme/api', branch: 'fix-login' },
    agent: 'claude',
    agentVersion: '2.1.197',
    pullRequestUrl: 'https://github.com/acme/api/pull/9',
    observation: WORKS,
    readings: [],
    screen: ['one', '', 'two', 'three', 'four'],
    observedAt: at,
    since: at,
    unchangedSince: at,
    stuckSince: null,
    presence: 'present',
    ...parts,
  };
}

const reading = (parts: Partial<Reading>): Reading => ({
  source: 'screen',
  state: 'thinking',
  rule: 'claude-code/spinner-line',
  evidence: '✻ Pondering…',
  confidence: 0.95,
  ageMs: 1000,
  ...parts,
});

test('the fleet at a glance: who needs a person first, every session with why, hosts that are away say since when', async () => {
  await using world = await openWorld();
  const dev1 = await world.addHost({ name: 'dev1', reach: { state: 'reachable', since: world.clock.now() } });
  const gone = await world.addHost({
    name: 'gone',
    reach: { state: 'unreachable', since: world.clock.now(), why: 'no route to host' },
  });
  const { session } = await world.addRunningTask(dev1);
  await look(world, dev1, [
    { name: session.name, session: session.id },
    { name: 'ask', observation: ASKS },
    { name: 'stuck', stuckSince: world.clock.now() },
  ]);
  await look(world, gone, [{ name: 'old' }], health(world.clock.now(), { diskUsedPercent: read(91) }), {
    ...IDENTITY,
    machineId: 'machine-2',
    bootId: 'another',
  });
  world.clock.advance(120_000);

  const shown = readAnswer(await world.say(VIC, 'status'));
  expect(shown).toBe(
    [
      'Fleet',
      'Needs a person',
      'ask (claude) on dev1 — waiting input (permission): Run npm install? (for 2 min) · hook permission, told by its hook, 2 min ago',
      'stuck (claude) on dev1 — thinking (for 2 min, stuck for 2 min) · spinner line, read off its screen, 2 min ago',
      'dev1 — this machine, 1 of 3 agents, reachable',
      'ask — waiting input, see above',
      'stuck — thinking, see above',
      'T1 Add a health endpoint — thinking (for 2 min) · spinner line, read off its screen, 2 min ago',
      'gone — this machine, 0 of 3 agents, unreachable for 2 min (no route to host); what stands here is from before, unhealthy: see `health`',
      'old (claude) — thinking (for 2 min) · spinner line, read off its screen, 2 min ago',
      '[Look at ask]',
      '[Look at stuck]',
    ].join('\n'),
  );
  const ofTask = readAnswer(await world.say(VIC, 'status T1'));
  expect(ofTask).toContain('Because: spinner line, read off its screen, 2 min ago');
  expect(ofTask).toContain('Evidence: ✻ Pondering… (esc to interrupt)');
});

test('who locked a task and for how long is shown, until the lock is over', async () => {
  await using world = await openWorld();
  const dev1 = await world.addHost({ name: 'dev1' });
  const { session } = await world.addRunningTask(dev1);
  await look(world, dev1, [{ name: session.name, session: session.id }]);
  await world.say(OLA, 'lock T1 for 3h');
  const shown = async () => ({
    fleet: readAnswer(await world.say(VIC, 'status')),
    task: readAnswer(await world.say(VIC, 'status T1')),
    why: readAnswer(await world.say(VIC, 'explain T1')),
  });
  const { fleet, task, why } = await shown();
  expect(fleet).toContain('thinking (for 0 s, locked until 2026-11-22 12:00 UTC)');
  expect(task).toContain('Locked: by Ola until 2026-11-22 12:00 UTC');
  expect(task).toContain('0 s ago — task locked by Ola until 2026-11-22 12:00 UTC');
  expect(why).toContain('Locked: by Ola until 2026-11-22 12:00 UTC');
  world.clock.advance(3 * 3_600_000);
  const later = await shown();
  expect(later.fleet).not.toContain('locked');
  expect(later.task).not.toContain('Locked:');
  expect(later.why).not.toContain('Locked:');
});

test('a large fleet stays one message, and says where the rest is', async () => {
  await using world = await openWorld();
  for (let index = 0; index < 15; index += 1) {
    const host = await world.addHost({ name: `vm${index}` });
    if (index > 1) continue;
    const names = Array.from({ length: 12 }, (_, nth) => ({ name: `s${nth}`, observation: ASKS }));
    await look(world, host, names, health(world.clock.now()), {
      ...IDENTITY,
      machineId: `machine-${index}`,
      bootId: `boot-${index}`,
    });
  }
  const answer = await world.say(VIC, 'status');
  const shown = readAnswer(answer);
  expect(shown).toContain('and 16 more, below at their hosts');
  expect(shown).toContain('and 7 more: observe vm0');
  expect(shown).toContain('and 3 more hosts: hosts');
  const parts = answer.ok && answer.value.kind === 'card' ? answer.value.card.parts.length : 99;
  expect(parts).toBeLessThanOrEqual(47);
});

test('observe shows everything that is known of each session of a host', async () => {
  await using world = await openWorld();
  const dev1 = await world.addHost({ name: 'dev1', reach: { state: 'reachable', since: world.clock.now() } });
  await look(world, dev1, [{ isAttached: true }, { name: 'left', presence: 'missing' }]);
  world.clock.advance(5_000);
  expect(readAnswer(await world.say(VIC, 'observe dev1'))).toBe(
    [
      'Sessions on dev1',
      'reachable; 1 session',
      'main, somebody is attached — thinking (for 5 s)',
      '95 % sure: spinner line (claude-code/spinner-line), read off its screen, 5 s ago',
      'matched ✻ Pondering… (esc to interrupt)',
      'claude 2.1.197, branch fix-login, https://github.com/acme/api/pull/9',
      'two',
      'three',
      'four',
      'Not there any more: left (last seen 5 s ago)',
      '[Explain main]',
    ].join('\n'),
  );
  expect(readAnswer(await world.say(VIC, 'observe dev9'))).toBe(
    'no-such-host: There is no host `dev9`. Known are dev1.',
  );
});

describe('explain', () => {
  test('shows every source with its age, the identity, and why it is not what another one says', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({
      name: 'dev1',
      reach: { state: 'reachable', since: world.clock.now() },
    });
    const readings = [
      reading({
        source: 'hook',
        state: 'waiting_input',
        rule: 'claude-code/hook-permission',
        confidence: 0.99,
      }),
      reading({
        source: 'transcript',
        state: 'thinking',
        rule: 'claude-code/transcript-working',
        ageMs: 95_000,
      }),
      reading({ source: 'screen', state: 'idle', rule: 'claude-code/prompt-free', confidence: 0.5 }),
    ];
    await look(world, dev1, [{ observation: ASKS, readings }]);
    world.clock.advance(3_000);
    const shown = readAnswer(await world.say(VIC, 'explain main'));
    for (const line of [
      'Why dev1:main counts as waiting input',
      'Session: dev1:main',
      'State: waiting input (permission): Run npm install? — 99 % sure',
      'Since: 3 s ago; looked at 3 s ago',
      'Source: hook: told by its hook',
      'Rule: hook permission claude-code/hook-permission',
      'Matched line: PermissionRequest Bash: npm install',
      'Agent: claude 2.1.197',
      'Works in: /home/ann/api, branch fix-login, from https://github.com/acme/api',
      'tmux: session $0, server 4711',
      'Machine: dev1.example.org, boot 9a55d4d7, host key SHA256:abcdef',
      'transcript: thinking, 1 min old, 95 % sure (claude-code/transcript-working): ✻ Pondering…',
      'Why not otherwise',
      'not thinking, as the transcript says: that is 1 min older than what the hook says',
      'not idle, as the screen says: it is only 50 % sure, and the hook 99 % sure',
      '[Snapshot]',
      '[Watch]',
    ])
      expect(shown.split('\n')).toContain(line);
  });

  test('of a task tells what happened; contradiction is named as such', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    const { session } = await world.addRunningTask(dev1);
    const unknown: Observation = {
      state: 'unknown',
      why: 'the hook says that it works, and nothing moves',
      confidence: 0.3,
      source: 'screen',
      rule: 'claude-code/contradiction',
      evidence: '',
    };
    const readings = [reading({ source: 'hook' }), reading({ state: 'idle' })];
    await look(world, dev1, [{ name: session.name, session: session.id, observation: unknown, readings }]);
    const shown = readAnswer(await world.say(VIC, 'explain T1'));
    expect(shown).toContain('State: unknown: the hook says that it works, and nothing moves — 30 % sure');
    expect(shown).toContain('Matched line: none');
    expect(shown).toContain('not idle, as the screen says: the sources contradict each other');
    expect(shown).toContain('What happened last');
    expect(shown).toContain('task started');
  });

  test('tells what the agent wrote down of its conversation, bounded and without secrets', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    const { session } = await world.addRunningTask(dev1);
    await look(world, dev1, [
      { name: session.name, session: session.id, pullRequestUrl: null, windows: 3, isAttached: true },
    ]);
    expect(readAnswer(await world.say(VIC, 'explain T1'))).not.toContain('transcript');

    const token = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE'].join('');
    const said = (by: 'user' | 'assistant', words: string) => ({ by, text: words, at: null });
    await world.store.saveTranscript(session.id, {
      file: '/home/ann/.claude/projects/a/b.jsonl',
      size: 4711,
      report: null,
      readAt: world.clock.now(),
      digest: {
        ...emptyTranscript,
        first: [said('user', 'Add a\ncache'), said('assistant', 'I look first.')],
        last: [said('assistant', `Done, with ${token}. ${'long '.repeat(500)}`)],
        userMessages: 1,
        assistantMessages: 61,
        tools: { Read: 2, Bash: 40, Edit: 2 },
        changedFiles: Array.from({ length: 30 }, (_, index) => `src/${index}.ts`),
        pullRequestUrls: ['https://github.com/acme/api/pull/7'],
        errors: ['API Error: 500'],
        usage: {
          inputTokens: 1_234_567,
          outputTokens: 480,
          cacheReadTokens: 9,
          cacheWriteTokens: 0,
          costUsd: 1.5,
        },
        malformedLines: 2,
      },
    });
    world.clock.advance(4_000);
    const shown = readAnswer(await world.say(VIC, 'explain T1'));
    for (const line of [
      'What its transcript tells, read 4 s ago',
      'First request: Add a cache',
      'Messages: 1 of people, 61 of the agent',
      'Tools: 44 calls: Bash 40, Edit 2, Read 2',
      'Changed files: 30: src/22.ts, src/23.ts, src/24.ts, src/25.ts, src/26.ts, src/27.ts, src/28.ts, src/29.ts and 22 more',
      'It opened: https://github.com/acme/api/pull/7',
      'Errors: “API Error: 500”',
      'Used: 1,234,567 tokens in, 480 out, 9 read from the cache, $1.50',
      'Unreadable: 2 lines, passed over',
      'tmux: session $0, 3 windows, somebody is attached, server 4711',
    ])
      expect(shown.split('\n')).toContain(line);
    const last = /^Last message: of the agent: (.*)$/m.exec(shown)?.[1] ?? '';
    expect(last).toMatch(/^Done, with \[redacted GitHub token\]\. long .*…$/);
    expect(last).toHaveLength(300);
    expect(shown).not.toContain(token);
  });

  test('names the pull request that the repository told of where none was seen', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    const { task, session } = await world.addRunningTask(dev1);
    const url = 'https://github.com/acme/api/pull/12';
    const noted = notePullRequest(task, { url, number: 12, title: 'Add' }, world.clock.now());
    if (noted === null) throw new Error('it was known before');
    await world.store.saveTask(noted);
    await look(world, dev1, [{ name: session.name, session: session.id, pullRequestUrl: null }]);
    expect(readAnswer(await world.say(VIC, 'explain T1'))).toContain(`Pull request: ${url}`);
    expect(readAnswer(await world.say(VIC, 'observe dev1'))).toContain(url);
  });

  test('a name that several hosts have is answered with all of them', async () => {
    await using world = await openWorld();
    for (const name of ['dev1', 'dev2']) {
      const host = await world.addHost({ name });
      await look(world, host, [{}, { name: 'two words' }], health(world.clock.now()), {
        ...IDENTITY,
        machineId: name,
        bootId: name,
      });
    }
    expect(readAnswer(await world.say(VIC, 'explain main'))).toBe(
      'ambiguous: 2 hosts have a session `main`: `explain dev1 main`, `explain dev2 main`.',
    );
    expect(readAnswer(await world.say(VIC, 'explain dev2:main'))).toContain('Session: dev2:main');
    expect(readAnswer(await world.say(VIC, 'explain dev2 "two words"'))).toContain('Session: dev2:two words');
    expect(readAnswer(await world.say(VIC, 'explain dev1 mian'))).toBe(
      'no-such-session: dev1 has no session `mian`. Try `explain dev1 main`, `explain dev1 "two words"`.',
    );
    expect(readAnswer(await world.say(VIC, 'explain T7'))).toBe(
      'no-such-task: There is no task T7. `status` lists what there is.',
    );
  });
});

test('health: the thresholds at their borders, the worst first, and what could not be read is no zero', async () => {
  await using world = await openWorld();
  const unreadable = { kind: 'unreadable', why: 'df: permission denied' } as const;
  const cases: readonly (readonly [string, Partial<Health>, string])[] = [
    ['at80', { memoryUsedPercent: read(80), diskUsedPercent: read(80) }, 'healthy'],
    ['over80', { memoryUsedPercent: read(80.1) }, 'healthy, wants attention'],
    ['mem94', { memoryUsedPercent: read(94.9) }, 'healthy, wants attention'],
    ['mem95', { memoryUsedPercent: read(95) }, 'unhealthy'],
    ['disk89', { diskUsedPercent: read(89.9) }, 'healthy, wants attention'],
    ['disk90', { diskUsedPercent: read(90) }, 'unhealthy'],
    ['blind', { diskUsedPercent: unreadable }, 'cannot be read in full'],
  ];
  for (const [name, parts] of cases) {
    const host = await world.addHost({ name, reach: { state: 'reachable', since: world.clock.now() } });
    await look(world, host, [], health(world.clock.now(), parts), {
      ...IDENTITY,
      machineId: name,
      bootId: name,
    });
  }
  await world.addHost({ name: 'new' });
  world.clock.advance(60_000);
  const lines = readAnswer(await world.say(VIC, 'health')).split('\n');
  for (const [name, , verdict] of cases) expect(lines).toContain(`${name} — ${verdict}`);
  expect(lines[1]).toBe('blind — cannot be read in full');
  expect(lines[2]).toBe(
    'memory 41 % · disk unreadable (df: permission denied) · load 0.50 on 4 cores · up 26 h · agents 2',
  );
  expect(lines).toContain('new — not looked at yet');
  expect(readAnswer(await world.say(VIC, 'health at80'))).not.toContain('blind');
});

describe('a snapshot', () => {
  test('of a session that is nobody’s task is posted where it was asked, with its picture and a file when it is long', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    await look(world, dev1, [{}]);
    const short = await world.say(VIC, 'snapshot dev1 main');
    expect(short).toMatchObject({ ok: true, value: { kind: 'posted' } });
    expect(readAnswer(short)).toBe(
      [
        'dev1:main',
        '$ npm test',
        'all green',
        'main on dev1, thinking',
        '<picture: The screen of main on dev1, thinking. It ends with: $ npm test / all green>',
      ].join('\n'),
    );
    expect(readAnswer(await world.say(VIC, 'snapshot dev1 main --text'))).not.toContain('<picture');

    world.outside.screen = ok(Array.from({ length: 300 }, (_, index) => `line ${index}`));
    const long = readAnswer(await world.say(VIC, 'snapshot dev1 main 200 lines', SHELL));
    expect(world.outside.linesAsked.at(-1)).toBe(200);
    expect(long).toContain('line 100\n');
    expect(long).not.toContain('line 99\n');
    expect(long).toContain('<text: The last 200 lines of main on dev1>');
  });

  test('of a task goes into its thread with its colours, unless only text is wanted', async () => {
    await using world = await openWorld();
    const { task } = await world.addRunningTask(await world.addHost());
    expect(await world.say(VIC, 'snapshot T1')).toEqual(nothing);
    expect((await world.store.eventsOfTask(task.id, 1))[0]).toMatchObject({
      kind: 'screen-shown',
      styled: { ansi: '$ npm test\nall green', columns: 80, rows: 24 },
    });
    expect(await world.say(VIC, 'snapshot T1 --text')).toEqual(nothing);
    expect((await world.store.eventsOfTask(task.id, 1))[0]).not.toHaveProperty('styled');
    // A longer one is no news for the thread: who asked for it gets it where they asked.
    expect(await world.say(VIC, 'snapshot T1 5 lines')).toMatchObject({
      ok: true,
      value: { kind: 'posted' },
    });
    const button = { kind: 'session', verb: 'snapshot', host: task.host, name: 'fleet-t1' } as const;
    expect(await world.ask(VIC, { kind: 'button', button })).toEqual(nothing);
  });
});

describe('a watch', () => {
  test('is begun once in a place, lasts as long as is said, and is stopped once', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    await look(world, dev1, [{}, { name: 'other' }]);
    expect(await world.say(VIC, 'watch dev1 main for 5m')).toEqual(nothing);
    const [watch] = await world.store.openWatches();
    expect(watch).toMatchObject({
      host: dev1.id,
      name: 'main',
      channel: 'C1',
      threadTs: null,
      messageTs: null,
      state: 'watching',
      until: new Date(world.clock.now().getTime() + 300_000),
    });
    expect(await world.jobs.countOpen('watch')).toBe(1);
    expect(readAnswer(await world.say(OLA, 'watch dev1 main'))).toBe(
      'wrong-state: main on dev1 is being watched here already, by the message above.',
    );
    expect(await world.say(OLA, 'watch dev1 other')).toEqual(nothing);

    if (watch === undefined) throw new Error('no watch');
    const stop = { kind: 'button', button: { kind: 'stop-watch', watch: watch.id } } as const;
    expect(await world.ask(ANN, stop)).toEqual(nothing);
    expect(await world.ask(OLA, stop)).toEqual(nothing);
    expect(await world.store.findWatch(watch.id)).toMatchObject({ state: 'ended', why: 'stopped by Ann' });
    expect(await world.store.openWatches()).toMatchObject([{ name: 'other' }]);
  });

  test('there are only so many at a time, and none where the bot may not post', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    const names = Array.from({ length: 9 }, (_, index) => ({ name: `s${index}` }));
    await look(world, dev1, names);
    for (let index = 0; index < 8; index += 1)
      expect(await world.say(VIC, `watch dev1 s${index}`)).toEqual(nothing);
    expect(readAnswer(await world.say(VIC, 'watch dev1 s8'))).toContain('8 screens are being watched');
    world.outside.channel = { ok: false, error: 'I am not in that channel.' };
    expect(readAnswer(await world.say(VIC, 'watch dev1 s8'))).toBe('unavailable: I am not in that channel.');
  });

  test('from a shell it is one look after the other', async () => {
    await using world = await openWorld();
    const dev1 = await world.addHost({ name: 'dev1' });
    await look(world, dev1, [{}]);
    const shown = await world.say(VIC, 'watch dev1 main', SHELL);
    expect(shown).toMatchObject({ ok: true, value: { kind: 'live', againAfterMs: 1000 } });
    expect(readAnswer(shown)).toBe('dev1:main\n$ npm test\nall green\nthinking');
    expect(await world.store.openWatches()).toEqual([]);
  });
});

test('a button about a host that is gone says so', async () => {
  await using world = await openWorld();
  const button = { kind: 'session', verb: 'explain', host: hostId('nowhere'), name: 'main' } as const;
  expect(readAnswer(await world.ask(VIC, { kind: 'button', button }, CHANNEL))).toBe(
    'no-such-host: This host is not part of the fleet any more.',
  );
});
