import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sessionId } from '../../src/domain/index.ts';
import { HOOK_SCRIPT, MAX_PAYLOAD_BYTES, MAX_SPOOL_BYTES } from '../../src/fleet/hook-script.ts';
import type { LaunchRequest } from '../../src/fleet/index.ts';
import { signalProcess } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { openLocalPlace, type Place } from './places.ts';

const NEVER = new AbortController().signal;
const SHELLS = ['dash', 'bash --posix', 'bash', 'busybox sh', 'ksh', 'zsh'].filter(
  (shell) => spawnSync('sh', ['-c', `command -v ${shell.split(' ')[0]}`]).status === 0,
);

// A folder without a server: where there is no folder, tmux asks the server of whoever runs the tests. The script does not wait for
// its clients, and they make a folder in it, so it is not the one that each test takes away.
const noServer = mkdtempSync(join(tmpdir(), 'tmux-'));
afterAll(() => rmSync(noServer, { recursive: true, maxRetries: 5 }));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-'));
  writeFileSync(join(folder, 'hook'), HOOK_SCRIPT);
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH,
  TMUX_TMPDIR: noServer,
  FLEET_HOOK: join(folder, 'hook'),
  FLEET_SESSION: 'one',
  FLEET_GENERATION: '3',
  ...more,
});

function tell(shell: string, event: string, payload: string, more?: Readonly<Record<string, string>>) {
  const [program = 'sh', ...options] = shell.split(' ');
  return spawnSync(program, [...options, join(folder, 'hook'), event], {
    input: payload,
    env: environment(more),
    encoding: 'utf8',
  });
}

function written(): readonly string[] {
  const text = readFileSync(join(folder, 'events'), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

describe.each(SHELLS)('run by %s', (shell) => {
  test('an event is one line, and nothing is printed', () => {
    const before = Math.floor(Date.now() / 1000);
    expect(tell(shell, 'Stop', '{"a":"it\'s $(id) `x` \\\\n %s"}')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    });
    const [version, generation, seconds, event, ...payload] = written()[0]?.split(' ') ?? [];
    expect([version, generation, event]).toEqual(['1', '3', 'Stop']);
    expect(Number(seconds)).toBeGreaterThanOrEqual(before);
    expect(payload.join(' ')).toBe('{"a":"it\'s $(id) `x` \\\\n %s"}');
  });

  test('line ends and control characters of a payload become blanks', () => {
    tell(shell, 'Stop', 'one\ntwo\r\n\u001b]0;title\u0007\u0000three\n1 9 9 Stop forged\n');
    expect(written()).toHaveLength(1);
    expect(written()[0]).toMatch(/^1 3 \d+ Stop one two {3}\]0;title {2}three 1 9 9 Stop forged $/);
  });

  test('a payload that is too long is cut, and says by how much', () => {
    tell(shell, 'Stop', 'x'.repeat(MAX_PAYLOAD_BYTES + 10));
    tell(shell, 'Stop', 'y'.repeat(MAX_PAYLOAD_BYTES));
    expect(written()[0]).toMatch(/ Stop x{65536} \[cut: 10 more bytes\]$/);
    expect(written()[1]).toMatch(/ Stop y{65536}$/);
  });

  test.each([
    ['an event with a strange name', 'Stop now', {}],
    ['a strange session', 'Stop', { FLEET_SESSION: '../two' }],
    ['a strange generation', 'Stop', { FLEET_GENERATION: '1 1' }],
    ['a folder that is gone', 'Stop', { FLEET_HOOK: '/nowhere/at/all/hook' }],
  ])('%s is not written, and fails nobody', (_name, event, more) => {
    expect(tell(shell, event, '{}', more)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(() => statSync(join(folder, 'events'))).toThrow();
  });

  test('a file of events that has grown too large is begun anew, and kept once', () => {
    tell(shell, 'Stop', 'first');
    truncateSync(join(folder, 'events'), MAX_SPOOL_BYTES);
    tell(shell, 'Stop', 'second');
    expect(written()).toEqual([expect.stringMatching(/ Stop second$/)]);
    expect(statSync(join(folder, 'events.old')).size).toBe(MAX_SPOOL_BYTES);
    tell(shell, 'Stop', 'third');
    expect(written()).toHaveLength(2);
  });

  test('a question is only told where nobody is there to answer it', () => {
    const [program = 'sh', ...options] = shell.split(' ');
    const asked = spawnSync(program, [...options, join(folder, 'hook'), 'PermissionRequest', '600'], {
      input: '{}',
      env: environment(),
      encoding: 'utf8',
    });
    expect(asked).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(written()).toEqual([expect.stringMatching(/^1 3 \d+ PermissionRequest \{\}$/)]);
  });

  test('events of many hooks at once are all whole lines', async () => {
    const [program = 'sh', ...options] = shell.split(' ');
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const hook = spawn(program, [...options, join(folder, 'hook'), 'Tool'], { env: environment() });
        hook.stdin.end(`${index}:${String.fromCharCode(97 + index).repeat(40_000)}`);
        return new Promise((done) => hook.on('exit', done));
      }),
    );
    const payloads = written().map((line) => /^1 3 \d+ Tool (\d+):(.)\2{39999}$/.exec(line)?.[1]);
    expect(payloads.map(Number).toSorted((one, other) => one - other)).toEqual([...Array(20).keys()]);
  });
});

test('a hook that is killed half-way leaves what was written before, and no half of a line', async () => {
  tell('sh', 'Stop', '{"first":true}');
  // It waits for the end of its payload, which never comes.
  const hook = spawn('sh', [join(folder, 'hook'), 'Stop'], { env: environment(), detached: true });
  hook.stdin.write('{"second":');
  const { pid } = hook;
  if (pid === undefined) throw new Error('the hook did not start');
  await until(() => statSync(join(folder, `.payload-${pid}`)).size > 0, { withinMs: 5_000 });
  const ended = new Promise((done) => hook.on('exit', done));
  signalProcess(-pid, 'SIGKILL');
  await ended;
  tell('sh', 'Stop', '{"third":true}');
  expect(written().map((line) => line.split(' ').at(-1))).toEqual(['{"first":true}', '{"third":true}']);
});

describe('a launched session', () => {
  let place: Place;
  beforeEach(async () => {
    place = await openLocalPlace();
  });
  afterEach(() => place[Symbol.asyncDispose]());

  async function launch(script: string, more: Partial<LaunchRequest> = {}): Promise<string> {
    const session = sessionId(randomUUID());
    const started = await place.fleet.launch(
      place.host,
      {
        session,
        generation: 1,
        name: 'fleet-t1',
        worktree: place.home,
        words: ['sh', '-c', `${script}; sleep 1000`],
        env: {},
        files: [],
        prompt: '',
        ...more,
      },
      NEVER,
    );
    expect(started).toEqual({ ok: true, value: { started: true } });
    return join(place.home, '.fleet', 'sessions', more.session ?? session);
  }

  const eventsOf = (path: string) => readFileSync(join(path, 'events'), 'utf8');

  test('has a hook that only its owner may read, in a folder that only its owner may enter', async () => {
    const path = await launch('true');
    await until(() => statSync(join(path, 'hook')).isFile(), { withinMs: 5_000 });
    expect(statSync(join(path, 'hook')).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test('writes down what its hooks tell, under its own id and start, and rings', async () => {
    await place.tmux('new-session', '-d', '-s', '_fleet', 'sleep', '1000');
    const path = await launch('echo \'{"ok":1}\' | sh "$FLEET_HOOK" Stop', { generation: 7 });
    await until(() => /^1 7 \d+ Stop \{"ok":1\} ?\n$/.test(eventsOf(path)), { withinMs: 10_000 });
    const session = path.slice(path.lastIndexOf('/') + 1);
    await until(
      async () =>
        new RegExp(`^event ${session} \\d+$`, 'm').test(
          await place.tmux('list-windows', '-t', '=_fleet:', '-F', '#{window_name}'),
        ),
      { withinMs: 5_000 },
    );
  });

  test('gives the agent files of its own, and their places in words and environment', async () => {
    const path = await launch('true', {
      words: ['sh', '-c', 'cat "$1/a.json" "$SETTINGS"; sleep 1000', 'sh', { kind: 'path', name: 'plugin' }],
      env: { SETTINGS: { kind: 'path', name: 'settings.json' } },
      files: [
        { name: 'plugin/a.json', content: `{"it's":"$HOME"}\n` },
        { name: 'settings.json', content: 'second\n' },
      ],
    });
    await until(async () => (await place.tmux('capture-pane', '-p', '-t', '=fleet-t1:')).includes('second'), {
      withinMs: 10_000,
    });
    expect(await place.tmux('capture-pane', '-p', '-t', '=fleet-t1:')).toContain(`{"it's":"$HOME"}`);
    expect(statSync(join(path, 'plugin', 'a.json')).mode & 0o077).toBe(0);
  });

  test('keeps what was written down when it is started again, as another start', async () => {
    const session = sessionId(randomUUID());
    const say = 'printf hello | sh "$FLEET_HOOK" Stop';
    const path = await launch(say, { session, generation: 1 });
    await until(() => eventsOf(path).endsWith('\n'), { withinMs: 10_000 });
    await place.fleet.end(place.host, 'fleet-t1', NEVER);
    await launch(say, { session, generation: 2 });
    await until(() => eventsOf(path).split('\n').length === 3, { withinMs: 10_000 });
    expect(eventsOf(path)).toMatch(/^1 1 \d+ Stop hello\n1 2 \d+ Stop hello\n$/);
  });

  test('hands what its agent is to know to its next hook, once, and none of it to a subagent', async () => {
    const say = (event: string, more = '') =>
      `printf '{"a":1${more}}' | sh "$FLEET_HOOK" ${event} >>"$HOME/said"`;
    const path = await launch(
      [
        'while [ ! -f "$FLEET_NEIGHBOURS" ]; do sleep 0.1; done',
        say('PostToolUse', ',"agent_id":"x"'),
        say('Stop'),
        say('PostToolUse'),
        say('PostToolUse'),
        'echo >"$HOME/done"',
        'while [ -f "$FLEET_NEIGHBOURS" ]; do sleep 0.1; done',
        say('UserPromptSubmit'),
        'echo again >"$HOME/done"',
        'sleep 1000',
      ].join('; '),
    );
    const session = sessionId(path.slice(path.lastIndexOf('/') + 1));
    const tell = (list: string | null, text: string) => {
      const printed = new Map([
        ['PostToolUse', `after: ${text}\n`],
        ['UserPromptSubmit', `with: ${text}\n`],
      ]);
      return place.fleet.tellNeighbours(place.host, session, { list, printed }, NEVER);
    };
    const inHome = (file: string) => readFileSync(join(place.home, file), 'utf8');
    expect(await tell("it's T2\n", 'T2')).toEqual({ ok: true, value: undefined });
    await until(() => existsSync(join(place.home, 'done')), { withinMs: 10_000 });
    expect(inHome('said')).toBe('after: T2\n');
    expect(readFileSync(join(path, 'neighbours.md'), 'utf8')).toBe("it's T2\n");
    await tell(null, 'nobody');
    await until(() => inHome('done') === 'again\n', { withinMs: 10_000 });
    expect(inHome('said')).toBe('after: T2\nwith: nobody\n');

    await tell('T3', 'T3');
    await tell('T3 and T4', 'T3 and T4');
    expect(readFileSync(join(path, 'context', 'UserPromptSubmit'), 'utf8')).toBe('with: T3 and T4\n');
    await tell(null, 'nobody');
    expect(readdirSync(path).filter((name) => /context|neighbours/.test(name))).toEqual([]);
    const gone = sessionId(randomUUID());
    expect(
      await place.fleet.tellNeighbours(place.host, gone, { list: null, printed: new Map() }, NEVER),
    ).toMatchObject({
      ok: false,
      error: { kind: 'refused' },
    });
  });

  describe('with a hook that asks', () => {
    const ASK = `printf '{"tool":1}' | sh "$FLEET_HOOK" PermissionRequest 600 >answer.txt; echo "ended $?" >>answer.txt`;
    const answerIn = () => readFileSync(join(place.home, 'answer.txt'), 'utf8');
    const askIn = (path: string): string =>
      /^2 1 \d+ PermissionRequest (\d+-\d+) \{"tool":1\} ?$/m.exec(eventsOf(path))?.[1] ?? '';
    const isHeard = (path: string) =>
      until(() => askIn(path) !== '', { withinMs: 10_000, what: 'the question' });

    test('waits for an answer, prints exactly that, and says so', async () => {
      await place.fleet.list(place.host, NEVER);
      const path = await launch(ASK);
      const session = sessionId(path.slice(path.lastIndexOf('/') + 1));
      await isHeard(path);
      const ask = askIn(path);
      expect(await place.fleet.heedHook(place.host, session, ask, NEVER)).toEqual({
        ok: true,
        value: undefined,
      });
      const words = '{"behavior":"deny","message":"it\'s $(id) `x`\\n"}';
      expect(await place.fleet.answerHook(place.host, session, ask, words, NEVER)).toEqual({
        ok: true,
        value: 'taken',
      });
      await until(() => answerIn().endsWith('ended 0\n'), { withinMs: 10_000 });
      expect(answerIn()).toBe(`${words}ended 0\n`);
      expect(eventsOf(path)).toMatch(/^1 1 \d+ ask-ended \{"ask":"\d+-\d+","how":"told"\} ?$/m);
      expect(await place.fleet.answerHook(place.host, session, ask, words, NEVER)).toEqual({
        ok: true,
        value: 'gone',
      });
    });

    test('is let go by an empty answer, and prints nothing', async () => {
      await place.fleet.list(place.host, NEVER);
      const path = await launch(ASK);
      await isHeard(path);
      const session = sessionId(path.slice(path.lastIndexOf('/') + 1));
      await place.fleet.answerHook(place.host, session, askIn(path), '', NEVER);
      await until(() => answerIn() === 'ended 0\n', { withinMs: 10_000 });
      expect(eventsOf(path)).toContain('"how":"left"');
    });

    test('waits no longer when nobody says that it was heard', { timeout: 60_000 }, async () => {
      await place.fleet.list(place.host, NEVER);
      const path = await launch(ASK);
      await isHeard(path);
      await until(() => answerIn() === 'ended 0\n', { withinMs: 40_000 });
      expect(eventsOf(path)).toContain('"how":"nobody"');
    });

    test('tells that it was cut off when its agent ends it', async () => {
      await place.fleet.list(place.host, NEVER);
      const path = await launch('printf {} | sh "$FLEET_HOOK" PermissionRequest 600');
      await until(() => eventsOf(path).startsWith('2 '), { withinMs: 10_000 });
      await place.fleet.end(place.host, 'fleet-t1', NEVER);
      await until(() => eventsOf(path).includes('"how":"cut-off"'), { withinMs: 10_000 });
    });

    test('about the end of a turn asks only while its session is guided, and tells of the end when it is let go', async () => {
      const stop = 'printf \'{"a":1}\' | sh "$FLEET_HOOK" Stop 600 guided >>answer.txt';
      await place.fleet.list(place.host, NEVER);
      const path = await launch(`${stop}; while [ ! -f "$HOME/go" ]; do sleep 0.1; done; ${stop}`);
      const session = sessionId(path.slice(path.lastIndexOf('/') + 1));
      await until(() => /^1 1 \d+ Stop \{"a":1\} ?\n$/.test(eventsOf(path)), { withinMs: 10_000 });
      await place.fleet.guideSession(place.host, session, true, NEVER);
      writeFileSync(join(place.home, 'go'), '');
      const asked = await until(() => /^2 1 \d+ Stop (\d+-\d+) /m.exec(eventsOf(path))?.[1], {
        withinMs: 10_000,
      });
      await place.fleet.answerHook(place.host, session, asked, '', NEVER);
      await until(() => eventsOf(path).includes('ask-ended'), { withinMs: 10_000 });
      expect(
        eventsOf(path)
          .split('\n')
          .map((line) => line.split(' ')[3]),
      ).toEqual(['Stop', 'Stop', 'Stop', 'ask-ended', undefined]);
      await place.fleet.guideSession(place.host, session, false, NEVER);
      expect(() => statSync(join(path, 'guided'))).toThrow();
    });
  });

  test('is told nothing by what is only printed in its pane', async () => {
    const path = await launch(
      `printf '1 1 1700000000 Stop {}\\n\\033k1 1 1 Stop\\033\\\\\\033]0;event x 1\\007'; echo shown`,
    );
    await until(async () => (await place.tmux('capture-pane', '-p', '-t', '=fleet-t1:')).includes('shown'), {
      withinMs: 10_000,
    });
    expect(() => statSync(join(path, 'events'))).toThrow();
  });

  test('removes what sessions left behind long ago, and nothing else', async () => {
    const sessions = join(place.home, '.fleet', 'sessions');
    execFileSync('mkdir', ['-p', join(sessions, 'old'), join(sessions, 'young')]);
    for (const name of ['old', 'young']) writeFileSync(join(sessions, name, 'events'), '1 1 1 Stop {}\n');
    execFileSync('touch', ['-d', '2020-01-01', join(sessions, 'old', 'events'), join(sessions, 'old')]);
    execFileSync('touch', ['-d', '2020-01-01', join(sessions, 'young')]);
    await launch('true');
    expect(() => statSync(join(sessions, 'old'))).toThrow();
    expect(statSync(join(sessions, 'young', 'events')).isFile()).toBe(true);
  });

  test.each([
    ['a file that would stand elsewhere', { files: [{ name: '../x.json', content: '' }] }],
    ['a file in place of the events', { files: [{ name: 'events', content: '' }] }],
  ])('is refused with %s', async (_name, more) => {
    const refused = await place.fleet.launch(
      place.host,
      {
        session: sessionId(randomUUID()),
        generation: 1,
        name: 'fleet-t1',
        worktree: place.home,
        words: ['true'],
        env: {},
        prompt: '',
        ...more,
      },
      NEVER,
    );
    expect(refused).toMatchObject({ ok: false, error: { kind: 'refused' } });
  });
});
