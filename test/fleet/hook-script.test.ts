import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hook-'));
  writeFileSync(join(folder, 'hook'), HOOK_SCRIPT);
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH,
  TMUX_TMPDIR: '/nowhere/at/all',
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
