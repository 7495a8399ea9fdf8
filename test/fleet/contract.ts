import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessionId } from '../../src/domain/index.ts';
import type { LaunchRequest } from '../../src/fleet/index.ts';
import { isRunning } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { argumentRecorder, byteRecorder, bytesOf } from './agents.ts';
import { describeFiles } from './files-contract.ts';
import { describeLook } from './look-contract.ts';
import type { Place } from './places.ts';
import { typing } from './typing.ts';
import { describeWatch } from './watch-contract.ts';

const NEVER = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);
const containingAll = (values: readonly unknown[]): unknown => expect.arrayContaining([...values]);

/** What every transport has to keep, whatever is between us and the host. */
export function describeFleet(transport: string, openPlace: () => Promise<Place>): void {
  describe(`a host reached by ${transport}`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace();
    });
    afterAll(async () => {
      await place[Symbol.asyncDispose]();
    });

    const folder = () => mkdtempSync(join(place.home, 'test-'));
    let count = 0;
    const newName = () => {
      count += 1;
      return `fleet-t${count}`;
    };

    function request(words: LaunchRequest['words'], more: Partial<LaunchRequest> = {}): LaunchRequest {
      return {
        session: sessionId(randomUUID()),
        generation: 1,
        name: newName(),
        worktree: place.home,
        words,
        env: {},
        files: [],
        prompt: '',
        ...more,
      };
    }

    async function launch(asked: LaunchRequest): Promise<LaunchRequest> {
      expect(await place.fleet.launch(place.host, asked, NEVER)).toEqual({
        ok: true,
        value: { started: true },
      });
      return asked;
    }

    async function read(name: string) {
      const seen = await place.fleet.read(place.host, name, NEVER);
      if (!seen.ok) throw new Error(JSON.stringify(seen.error));
      return seen.value;
    }

    async function launchAndAwait(asked: LaunchRequest, text: string): Promise<LaunchRequest> {
      await launch(asked);
      await until(async () => (await read(asked.name)).plain.includes(text), { withinMs: 10_000 });
      return asked;
    }

    describe('list', () => {
      test('a host without sessions has an empty list', async () => {
        expect(await place.fleet.list(place.host, NEVER)).toEqual({ ok: true, value: [] });
      });

      test('sessions of ours carry their id, those of others do not', async () => {
        const ours = await launch(request(['sleep', '1000']));
        await place.tmux('new-session', '-d', '-s', 'of somebody; else', 'sleep 1000');

        const listed = await place.fleet.list(place.host, NEVER);

        expect(listed).toMatchObject({
          ok: true,
          value: containingAll([
            { name: ours.name, session: ours.session },
            { name: 'of somebody; else', session: null },
          ]),
        });
        expect((await place.fleet.end(place.host, 'of somebody; else', NEVER)).ok).toBe(true);
      });
    });

    describe('launch', () => {
      const nasty: Readonly<Record<string, string>> = {
        quotes: `it's "quoted" \`twice\``,
        'a command': `'; touch /tmp/fleet-was-here; $(touch /tmp/fleet-was-here) #{pane_id} %1 ~`,
        'line breaks': 'first\nsecond\r\n\n  fourth',
        'a line end at its end': 'first\n\n',
        'a leading dash': '--help -x',
        'backslashes and variables': '\\n \\\\ $HOME $(HOME) !! \\',
        'letters of many scripts': 'naïve 日本語 עברית 🦊👩‍👩‍👧 e\u0301',
        'control characters': '\u001b[31mred\u0007\u007f\tend',
        'nothing at all': '',
        '100 kB': 'a "b" \'c\' $(d)\n'.repeat(7_000).slice(0, 100_000),
      };
      for (const [what, prompt] of Object.entries(nasty)) {
        test(`a prompt with ${what} arrives to the letter`, async () => {
          const agent = argumentRecorder(folder());
          const asked = await launch(
            request([...agent.words, '--flag', { kind: 'prompt' }, "it's"], {
              prompt,
              env: { NOTE: prompt },
            }),
          );
          const written = await until(() => agent.written() !== '' && agent.written(), { withinMs: 10_000 });
          expect(JSON.parse(written)).toEqual({
            words: ['--flag', prompt, "it's"],
            cwd: place.home,
            note: prompt,
          });
          expect(existsSync('/tmp/fleet-was-here')).toBe(false);
          expect((await place.fleet.end(place.host, asked.name, NEVER)).ok).toBe(true);
        });
      }

      test('an agent that ends at once leaves its dead pane and its status', async () => {
        const asked = await launch(request(['sh', '-c', 'echo last words; exit 7']));
        const seen = await until(
          async () => {
            const capture = await read(asked.name);
            return capture.pane.isDead && capture;
          },
          { withinMs: 5_000 },
        );
        expect(seen.pane).toMatchObject({ isDead: true, deadStatus: 7 });
        expect(seen.plain.trim()).toBe('last words');
        expect(seen.processes).toEqual([]);
      });

      test('an agent that a signal ended has no status', async () => {
        const asked = await launch(request(['sh', '-c', 'kill -9 $$']));
        const seen = await until(
          async () => {
            const capture = await read(asked.name);
            return capture.pane.isDead && capture;
          },
          { withinMs: 5_000 },
        );
        expect(seen.pane.deadStatus).toBeNull();
      });

      test('a program that is not there leaves 127 and says so', async () => {
        const asked = await launch(request(['no-such-agent']));
        const seen = await until(
          async () => {
            const capture = await read(asked.name);
            return capture.pane.isDead && capture;
          },
          { withinMs: 5_000 },
        );
        expect(seen.pane.deadStatus).toBe(127);
        expect(seen.plain).toContain('no-such-agent');
      });

      test('twice is once, also at the same moment', async () => {
        const asked = request(['sleep', '1000']);
        const both = await Promise.all([
          place.fleet.launch(place.host, asked, NEVER),
          place.fleet.launch(place.host, asked, NEVER),
        ]);
        expect(
          both
            .filter((each) => each.ok)
            .map((each) => each.value.started)
            .toSorted((a, b) => Number(a) - Number(b)),
        ).toEqual([false, true]);
        expect(await place.fleet.launch(place.host, asked, NEVER)).toEqual({
          ok: true,
          value: { started: false },
        });
      });

      test('nothing of the prompt is left on the disk', async () => {
        const words = ['sh', '-c', 'echo begun; sleep 1000', 'sh', { kind: 'prompt' }] as const;
        const asked = await launchAndAwait(request(words, { prompt: 'a secret plan' }), 'begun');
        const left = join(place.home, '.fleet', 'sessions', asked.session);
        // What its hooks run is no secret.
        expect(readdirSync(left)).toEqual(['hook']);
        expect(readFileSync(join(left, 'hook'), 'utf8')).not.toContain('secret');
        expect(statSync(join(place.home, '.fleet', 'sessions')).mode & 0o777).toBe(0o700);
      });

      test("somebody else's session of that name is left alone", async () => {
        const asked = request(['sleep', '1000']);
        await place.tmux('new-session', '-d', '-s', asked.name, 'sleep 2000');
        const refused = await place.fleet.launch(place.host, asked, NEVER);
        expect(refused).toMatchObject({ ok: false, error: { kind: 'refused' } });
        expect((await read(asked.name)).processes[0]?.cmd).toContain('sleep 2000');
      });

      test('a prompt that no command line can hold is refused before anything starts', async () => {
        const asked = request(['echo', { kind: 'prompt' }], { prompt: 'x'.repeat(131_072) });
        expect(await place.fleet.launch(place.host, asked, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused', stderr: containing('too long') },
        });
        expect(await place.fleet.read(place.host, asked.name, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'no-session' },
        });
        await launch({ ...asked, prompt: 'x'.repeat(131_071) });
      });

      test('a worktree that is not there is refused', async () => {
        const asked = request(['true'], { worktree: join(place.home, 'nowhere') });
        expect(await place.fleet.launch(place.host, asked, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused', stderr: containing('nowhere') },
        });
      });
    });

    describe('read', () => {
      test('a look brings the screen, the facts of the pane and its processes', async () => {
        const asked = await launchAndAwait(
          request(['sh', '-c', `printf '\\033]2;a | title;x\\007\\033[31mréd\\033[0m 🦊'; sleep 1234; true`]),
          'réd',
        );
        const seen = await read(asked.name);
        expect(seen.plain.trimEnd()).toBe('réd 🦊');
        expect(seen.ansi).toContain('\u001b[31mréd');
        expect(seen.pane).toMatchObject({
          title: 'a | title;x',
          width: 200,
          height: 50,
          cursorX: 6,
          cursorY: 0,
          isCursorVisible: true,
          isAlternateScreen: false,
          isInMode: false,
          isDead: false,
          deadStatus: null,
        });
        expect(seen.processes.map((each) => each.comm)).toEqual(['sh', 'sleep']);
        expect(seen.processes[0]?.pid).toBe(seen.pane.pid);
        expect(seen.processes[1]).toMatchObject({ ppid: seen.pane.pid, cmd: 'sleep 1234' });
      });

      test('wrapped lines are one line, and the screen has no scrollback', async () => {
        const asked = await launchAndAwait(
          request(['sh', '-c', `seq 1 100; printf '%0300d\\n' 7; echo end; sleep 1000`]),
          'end',
        );
        const lines = (await read(asked.name)).plain.trimEnd().split('\n');
        expect(lines).toContain(`${'0'.repeat(299)}7`);
        expect(lines).not.toContain('1');
      });

      test('the last lines are read with what scrolled away, and no more than are wanted or there', async () => {
        const asked = await launchAndAwait(
          request(['sh', '-c', `seq 1 300; printf '%0300d\\n' 7; echo end; sleep 1000`]),
          'end',
        );
        const history = async (lines: number) => {
          const told = await place.fleet.readHistory(place.host, asked.name, lines, NEVER);
          return told.ok ? told.value.split('\n') : [];
        };
        expect(await history(1)).toEqual(['end']);
        expect(await history(100)).toEqual([
          ...Array.from({ length: 98 }, (_, index) => String(203 + index)),
          `${'0'.repeat(299)}7`,
          'end',
        ]);
        expect(await history(10_000)).toHaveLength(302);
        expect(await place.fleet.readHistory(place.host, 'nobody', 5, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'no-session' },
        });
      });

      test('what a pane prints is never taken for the protocol', async () => {
        const now = Math.floor(Date.now() / 1000);
        const lines = Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0 ? `%end ${now} ${250 + index} 1` : `%begin ${now} ${250 + index} 1`,
        );
        const screen = [
          '%end 1 2 0',
          '%exit',
          '%begin',
          '%subscription-changed fleet-changes $0 : x',
          ...lines,
        ];
        const file = join(folder(), 'screen');
        writeFileSync(file, screen.join('\n'));
        const asked = await launchAndAwait(
          request(['sh', '-c', 'cat "$1"; sleep 1000', 'sh', file]),
          screen.at(-1) ?? '',
        );
        const [seen, listed, again] = await Promise.all([
          read(asked.name),
          place.fleet.list(place.host, NEVER),
          read(asked.name),
        ]);
        expect(seen.plain.trimEnd().split('\n')).toEqual(screen);
        expect(again.plain).toBe(seen.plain);
        expect(listed.ok && listed.value.some(({ name }) => name === asked.name)).toBe(true);
      });

      test('the real end of an answer printed inside a screen ends nothing', async () => {
        // The numbers that tmux gives to commands count up, so a program can print what the next answers will end with.
        const program = join(folder(), 'guess.mjs');
        writeFileSync(
          program,
          `let from = 0;
console.log('ready');
setInterval(() => {
  const now = Math.floor(Date.now() / 1000);
  const lines = Array.from({ length: 48 }, (_, i) => '%end ' + now + ' ' + (from + i) + ' 1');
  from = (from + 48) % 2000;
  process.stdout.write('\\x1b[H' + lines.join('\\n'));
}, 20);`,
        );
        const asked = await launchAndAwait(request([process.execPath, program]), '%end');
        for (let round = 0; round < 5; round += 1) {
          for (const seen of await Promise.all(Array.from({ length: 20 }, () => read(asked.name)))) {
            expect(seen.plain.split('\n').length).toBeGreaterThan(45);
            expect(seen.pane.height).toBe(50);
          }
        }
        await place.fleet.end(place.host, asked.name, NEVER);
      });

      test('a session that is not there is told apart from one whose name begins the same', async () => {
        const asked = await launch(request(['sleep', '1000']));
        expect(await place.fleet.read(place.host, asked.name.slice(0, -1), NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'no-session', host: place.host.id, session: asked.name.slice(0, -1) },
        });
      });
    });

    describeLook(() => place);
    describeFiles(() => place);
    describeWatch(() => place);

    describe('type and press', () => {
      const text = 'first line\n\tsecond "line" \'x\' $HOME; #{pane_id}\n\nfourth 🦊 -- \\ end';

      test('text of many lines is one paste, and Enter is a key of its own', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');

        expect(await place.fleet.type(place.host, name, typing(text), NEVER)).toEqual({
          ok: true,
          value: { isEntered: true },
        });

        const pasted = `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~\r`;
        await until(() => bytesOf(agent.written()).length >= pasted.length, { withinMs: 5_000 });
        expect(bytesOf(agent.written())).toBe(pasted);
        await expect(place.tmux('list-buffers')).resolves.toBe('');
      });

      test('a program that asks for no marks gets none', async () => {
        const agent = byteRecorder(folder(), { isBracketed: false });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        await place.fleet.type(place.host, name, typing('a\nb'), NEVER);
        await until(() => bytesOf(agent.written()) === 'a\rb\r', { withinMs: 5_000 });
      });

      test('a long text arrives whole', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        const long = `${'0123456789 é\n'.repeat(5_000)}end`;
        expect((await place.fleet.type(place.host, name, typing(long), NEVER)).ok).toBe(true);
        const pasted = `\u001b[200~${long.replaceAll('\n', '\r')}\u001b[201~\r`;
        await until(() => bytesOf(agent.written()).length >= pasted.length, { withinMs: 10_000 });
        expect(bytesOf(agent.written()) === pasted).toBe(true);
      });

      test('texts typed at the same time do not mix', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        await Promise.all(
          ['one', 'two'].map((word) => place.fleet.type(place.host, name, typing(word), NEVER)),
        );
        await until(
          () => bytesOf(agent.written()) === '\u001b[200~one\u001b[201~\r\u001b[200~two\u001b[201~\r',
          { withinMs: 5_000 },
        );
      });

      test('an Enter that is kept back is not pressed, and lines become one where the program loses them', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        const kept = typing('one\ntwo', { keepsLines: false, mayEnter: async () => false });
        expect(await place.fleet.type(place.host, name, kept, NEVER)).toEqual({
          ok: true,
          value: { isEntered: false },
        });
        await until(() => bytesOf(agent.written()) === '\u001b[200~one two\u001b[201~', { withinMs: 5_000 });
      });

      test('somebody who scrolls in the pane does not swallow the text', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        await place.tmux('copy-mode', '-t', name);
        expect((await read(name)).pane.isInMode).toBe(true);
        await place.fleet.type(place.host, name, typing('hello'), NEVER);
        await until(() => bytesOf(agent.written()) === '\u001b[200~hello\u001b[201~\r', { withinMs: 5_000 });
      });

      test('control characters are refused, because they are keys', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        for (const control of ['a\u0003b', '\u001b[201~\r', 'x\u0000', '\u0085']) {
          expect(await place.fleet.type(place.host, name, typing(control), NEVER)).toMatchObject({
            ok: false,
            error: { kind: 'refused' },
          });
        }
        expect(agent.written()).toBe('');
      });

      test('keys arrive one by one in their order', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        const keys = ['2', 'Down', ';', '-', 'C-c', 'é', 'Escape', 'Enter'];
        expect((await place.fleet.press(place.host, name, keys, NEVER)).ok).toBe(true);
        await until(() => bytesOf(agent.written()) === '2\u001b[B;-\u0003é\u001b\r', { withinMs: 5_000 });
      });

      test('what is not the name of a key is not typed as text', async () => {
        const agent = byteRecorder(folder(), { isBracketed: true });
        const { name } = await launchAndAwait(request(agent.words), 'ready');
        expect(await place.fleet.press(place.host, name, ['1', 'Entr'], NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused' },
        });
        expect(agent.written()).toBe('');
      });

      test('a session that is not there, and one whose agent has ended, take no text', async () => {
        expect(await place.fleet.type(place.host, 'nobody', typing('x'), NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'no-session' },
        });
        const { name } = await launch(request(['true']));
        await until(async () => (await read(name)).pane.isDead, { withinMs: 5_000 });
        expect(await place.fleet.type(place.host, name, typing('x'), NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused' },
        });
      });
    });

    describe('end', () => {
      test('everything in the session ends, also what does not mind its terminal', async () => {
        const asked = await launchAndAwait(
          request(['sh', '-c', `trap '' HUP TERM; echo begun; (trap '' HUP; sleep 1000); sleep 1000`]),
          'begun',
        );
        const before = await read(asked.name);
        expect(await place.fleet.end(place.host, asked.name, NEVER)).toEqual({ ok: true, value: undefined });
        expect(before.processes.filter((each) => isRunning(each.pid))).toEqual([]);
        expect(await place.fleet.read(place.host, asked.name, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'no-session' },
        });
      });

      test('a session that is not there has ended', async () => {
        expect(await place.fleet.end(place.host, 'nobody', NEVER)).toEqual({ ok: true, value: undefined });
      });
    });

    describe('prepare', () => {
      const git = (cwd: string, ...words: readonly string[]) =>
        execFileSync('git', words, {
          cwd,
          encoding: 'utf8',
          env: {
            PATH: process.env.PATH,
            HOME: place.home,
            GIT_AUTHOR_NAME: 'A',
            GIT_AUTHOR_EMAIL: 'a@example.com',
            GIT_COMMITTER_NAME: 'A',
            GIT_COMMITTER_EMAIL: 'a@example.com',
          },
        }).trim();

      function remote() {
        const at = join(folder(), "it's a remote");
        mkdirSync(at);
        git(at, 'init', '-q', '-b', 'trunk');
        writeFileSync(join(at, 'README'), 'one\n');
        git(at, 'add', '.');
        git(at, 'commit', '-q', '-m', 'one');
        count += 1;
        const repo = `demo/shop${count}`;
        return {
          at,
          repo,
          workspace: (branch: string) => ({ repo, cloneUrl: at, defaultBranch: 'trunk', branch }),
        };
      }

      async function prepare(workspace: ReturnType<ReturnType<typeof remote>['workspace']>): Promise<string> {
        const prepared = await place.fleet.prepare(place.host, workspace, NEVER);
        if (!prepared.ok) throw new Error(JSON.stringify(prepared.error));
        return prepared.value;
      }

      test('a worktree stands on its branch, from the newest default branch', async () => {
        const { at, workspace } = remote();
        await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(at, 'README'), 'two\n');
        git(at, 'commit', '-q', '-am', 'two');

        const tree = await prepare(workspace('fleet/t2-b'));

        expect(tree.startsWith(`${place.home}/.fleet/worktrees/`)).toBe(true);
        expect(git(tree, 'branch', '--show-current')).toBe('fleet/t2-b');
        expect(readFileSync(join(tree, 'README'), 'utf8')).toBe('two\n');
        expect(git(tree, 'status', '--porcelain')).toBe('');
        expect(git(tree, 'remote', 'get-url', 'origin')).toBe(at);
      });

      test('a second call keeps the work of the first', async () => {
        const { workspace } = remote();
        const tree = await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(tree, 'README'), 'mine\n');
        writeFileSync(join(tree, 'new'), 'mine\n');
        expect(await prepare(workspace('fleet/t1-a'))).toBe(tree);
        expect(readFileSync(join(tree, 'README'), 'utf8')).toBe('mine\n');
        expect(readFileSync(join(tree, 'new'), 'utf8')).toBe('mine\n');
      });

      test('a worktree whose folder was deleted comes back with its commits', async () => {
        const { workspace } = remote();
        const tree = await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(tree, 'README'), 'mine\n');
        git(tree, 'commit', '-q', '-am', 'mine');
        rmSync(tree, { recursive: true });
        expect(await prepare(workspace('fleet/t1-a'))).toBe(tree);
        expect(git(tree, 'log', '-1', '--format=%s')).toBe('mine');
      });

      test('files in the way are moved aside, never deleted', async () => {
        const { repo, workspace } = remote();
        const parent = join(place.home, '.fleet', 'worktrees', repo);
        mkdirSync(join(parent, 'fleet-t1-a'), { recursive: true });
        writeFileSync(join(parent, 'fleet-t1-a', 'notes'), 'precious');
        const tree = await prepare(workspace('fleet/t1-a'));
        expect(existsSync(join(tree, 'README'))).toBe(true);
        const aside = readdirSync(parent).find((each) => each.includes('aside')) ?? '';
        expect(readFileSync(join(parent, aside, 'notes'), 'utf8')).toBe('precious');
      });

      test('a worktree of a repository that is gone is moved aside with what it holds', async () => {
        const { repo, workspace } = remote();
        const tree = await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(tree, 'new'), 'precious');
        rmSync(join(place.home, '.fleet', 'repos', repo), { recursive: true });
        expect(await prepare(workspace('fleet/t1-a'))).toBe(tree);
        expect(git(tree, 'status', '--porcelain')).toBe('');
        const aside = readdirSync(join(tree, '..')).find((each) => each.includes('aside')) ?? '';
        expect(readFileSync(join(tree, '..', aside, 'new'), 'utf8')).toBe('precious');
      });

      test('work that was pushed under the branch goes on, unless it is merged', async () => {
        const { at, workspace } = remote();
        git(at, 'branch', 'fleet/t2-merged');
        git(at, 'checkout', '-q', '-b', 'fleet/t1-a');
        writeFileSync(join(at, 'README'), 'pushed\n');
        git(at, 'commit', '-q', '-am', 'pushed');
        git(at, 'checkout', '-q', 'trunk');
        git(at, 'commit', '-q', '--allow-empty', '-m', 'two');
        expect(git(await prepare(workspace('fleet/t1-a')), 'log', '-1', '--format=%s')).toBe('pushed');
        expect(git(await prepare(workspace('fleet/t2-merged')), 'log', '-1', '--format=%s')).toBe('two');
      });

      async function save(worktree: string, branch: string) {
        const saved = await place.fleet.saveWork(
          place.host,
          { worktree, branch, message: "It's a wrap" },
          NEVER,
        );
        if (!saved.ok) throw new Error(JSON.stringify(saved.error));
        return saved.value;
      }

      test('what is not committed is saved to the branch and pushed, and a second time there is nothing left', async () => {
        const { at, workspace } = remote();
        writeFileSync(join(at, '.gitignore'), 'kept-here\n');
        git(at, 'add', '.');
        git(at, 'commit', '-q', '-m', 'two');
        const tree = await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(tree, 'README'), 'changed\n');
        writeFileSync(join(tree, "it's new"), 'new\n');
        writeFileSync(join(tree, 'kept-here'), 'ignored\n');
        mkdirSync(join(tree, 'hooks'));
        writeFileSync(join(tree, 'hooks', 'pre-push'), `#!/bin/sh\ntouch ${place.home}/hook-ran\n`, {
          mode: 0o755,
        });
        git(tree, 'config', 'core.hooksPath', join(tree, 'hooks'));

        expect(await save(tree, 'fleet/t1-a')).toEqual({ branch: 'fleet/t1-a', files: 3, isPushed: true });
        expect(git(at, 'show', 'fleet/t1-a:README')).toBe('changed');
        expect(git(at, 'log', '-1', '--format=%s', 'fleet/t1-a')).toBe("It's a wrap");
        expect(git(tree, 'status', '--porcelain')).toBe('');
        expect(existsSync(join(tree, 'kept-here'))).toBe(true);
        expect(existsSync(join(place.home, 'hook-ran'))).toBe(false);
        expect(await save(tree, 'fleet/t1-a')).toEqual({ branch: 'fleet/t1-a', files: 0, isPushed: true });
      });

      test('an agent that has done nothing leaves no branch behind', async () => {
        const { at, workspace } = remote();
        const tree = await prepare(workspace('fleet/t1-a'));
        expect(await save(tree, 'fleet/t1-a')).toEqual({ branch: 'fleet/t1-a', files: 0, isPushed: true });
        expect(git(at, 'branch', '--format=%(refname:short)')).toBe('trunk');
      });

      test('in the middle of a merge, work is saved beside the branch and the merge stays as it is', async () => {
        const { at, workspace } = remote();
        const tree = await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(tree, 'README'), 'mine\n');
        git(tree, 'commit', '-q', '-am', 'mine');
        writeFileSync(join(at, 'README'), 'theirs\n');
        git(at, 'commit', '-q', '-am', 'theirs');
        git(tree, 'fetch', '-q');
        expect(() => git(tree, 'merge', 'origin/trunk')).toThrow();

        const saved = await save(tree, 'fleet/t1-a');
        expect(saved).toMatchObject({ branch: containing('fleet/t1-a-saved-'), files: 1, isPushed: true });
        expect(git(at, 'show', `${saved.branch}:README`)).toContain('<<<<<<<');
        expect(git(tree, 'status', '--porcelain')).toBe('UU README');
      });

      test('what cannot be pushed is saved on the host, and a folder that is gone is refused', async () => {
        const { at, workspace } = remote();
        const tree = await prepare(workspace('fleet/t1-a'));
        writeFileSync(join(tree, 'README'), 'mine\n');
        rmSync(at, { recursive: true });
        expect(await save(tree, 'fleet/t1-a')).toEqual({ branch: 'fleet/t1-a', files: 1, isPushed: false });
        expect(git(tree, 'show', 'fleet/t1-a:README')).toBe('mine');
        rmSync(tree, { recursive: true });
        const gone = { worktree: tree, branch: 'fleet/t1-a', message: 'x' };
        expect(await place.fleet.saveWork(place.host, gone, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused' },
        });
      });

      test('many at once for one repository do not break each other', async () => {
        const { workspace } = remote();
        const trees = await Promise.all(
          ['a', 'b', 'c', 'a'].map((name) => prepare(workspace(`fleet/t1-${name}`))),
        );
        expect(new Set(trees).size).toBe(3);
        for (const tree of trees) expect(existsSync(join(tree, 'README'))).toBe(true);
      });

      test('a preparation that is given up leaves the way free for the next', async () => {
        const { repo, workspace } = remote();
        const asked: number[] = [];
        const silent = createServer(() => asked.push(1)).listen(0, '127.0.0.1');
        await once(silent, 'listening');
        const address = silent.address();
        if (address === null || typeof address === 'string') throw new Error('no port');
        const stop = new AbortController();
        const url = `http://127.0.0.1:${address.port}/silent`;
        const given = place.fleet.prepare(
          place.host,
          { repo, cloneUrl: url, defaultBranch: 'trunk', branch: 'fleet/t1-a' },
          stop.signal,
        );
        await until(() => asked.length > 0, { withinMs: 10_000 });
        stop.abort(new Error('enough'));
        await expect(given).rejects.toThrow('enough');
        // Before its server ends: the silent one would keep git waiting.
        await prepare(workspace('fleet/t1-a'));
        silent.closeAllConnections();
        silent.close();
      });

      test("what git complains of is told in git's words", async () => {
        const { repo } = remote();
        const asked = { repo, cloneUrl: '/no/such/place', defaultBranch: 'trunk', branch: 'fleet/t1-a' };
        expect(await place.fleet.prepare(place.host, asked, NEVER)).toMatchObject({
          ok: false,
          error: { kind: 'refused', stderr: containing('/no/such/place') },
        });
      });

      test('names with a meaning for a shell or for git are names', async () => {
        const { at, repo } = remote();
        for (const odd of ['--upload-pack=touch /tmp/fleet-was-here', "x'; touch /tmp/fleet-was-here; '"]) {
          const asked = { repo, cloneUrl: odd, defaultBranch: 'trunk', branch: 'fleet/t9-odd' };
          expect(await place.fleet.prepare(place.host, asked, NEVER)).toMatchObject({ ok: false });
        }
        expect(
          await place.fleet.prepare(
            place.host,
            { repo: '../../x', cloneUrl: at, defaultBranch: 'trunk', branch: 'a' },
            NEVER,
          ),
        ).toMatchObject({ ok: false });
        expect(existsSync('/tmp/fleet-was-here')).toBe(false);
      });
    });

    describe('watch', () => {
      test('a change is told soon, of the session it is in', async () => {
        const quiet = await launch(request(['sleep', '1000']));
        const { name } = await launch(request(['cat']));
        const changes: { name: string; at: number }[] = [];
        const lines: boolean[] = [];
        const stop = new AbortController();
        place.fleet.watch(
          place.host,
          {
            onChange: (changed) => changes.push({ name: changed, at: performance.now() }),
            onLine: ({ up }) => lines.push(up),
          },
          stop.signal,
        );
        await until(() => lines.length > 0, { withinMs: 5_000 });
        // What was under way when we began to watch has been told by then.
        await until(() => changes.every((each) => performance.now() - each.at > 1_500) && performance.now(), {
          withinMs: 20_000,
        });
        changes.length = 0;

        await place.tmux('send-keys', '-t', name, 'x');
        await until(() => changes.some((each) => each.name === name), { withinMs: 2_000 });

        await place.tmux('kill-session', '-t', name);
        changes.length = 0;
        await until(() => changes.some((each) => each.name === name), { withinMs: 2_000 });
        expect(changes.some((each) => each.name === quiet.name)).toBe(false);
        expect(lines).toEqual([true]);

        stop.abort();
      });
    });

    test('a call whose signal has aborted throws its reason', async () => {
      const reason = new Error('enough');
      await expect(place.fleet.list(place.host, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
