import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sessionId } from '../../src/domain/index.ts';
import type { HostLook, LookRequest, SessionLook } from '../../src/fleet/index.ts';
import { until } from '../support/until.ts';
import { healthIn, type Place } from './places.ts';

const NEVER = new AbortController().signal;
const SCREENS: LookRequest = { screens: 'all', isWhole: false, stateFiles: [] };
const WHOLE: LookRequest = { screens: [], isWhole: true, stateFiles: [] };
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** Names that mean something to a shell, to tmux, or to whoever reads lines; as they are, and as tmux is told them. */
const HOSTILE_NAMES = [
  `it's "quoted" \`twice\``,
  '$(touch /tmp/fleet-was-here); x',
  '100% %end 1 2 1',
  '#{pane_id} #(touch /tmp/fleet-was-here)',
  '日本語 🦊 ünï',
  '(none)',
  '-dash',
  '=equals',
  '$1',
  '@1',
  '%1',
  '*',
  '~',
  '\\n\\',
  'a,b}|c',
  '_fleet2',
];

/** What a look at a whole host keeps, whatever is between us and the host. */
export function describeLook(placeOf: () => Place): void {
  const newFolder = (name = 'look-') => mkdtempSync(join(placeOf().home, name));

  async function look(request: LookRequest): Promise<HostLook> {
    const seen = await placeOf().fleet.look(placeOf().host, request, NEVER);
    if (!seen.ok) throw new Error(JSON.stringify(seen.error));
    return seen.value;
  }

  async function lookAt(name: string, request: LookRequest): Promise<SessionLook> {
    const found = (await look(request)).sessions.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  async function captureOf(name: string) {
    const { capture } = await lookAt(name, { ...SCREENS, screens: [name] });
    if (capture === null) throw new Error(`${name} has no screen`);
    return capture;
  }

  function awaitScreen(name: string, text: string) {
    return until(
      async () => {
        const capture = await captureOf(name);
        return capture.plain.includes(text) && capture;
      },
      { withinMs: 10_000, what: `${text} on the screen of ${name}` },
    );
  }

  /** In a session of somebody else. Value: tmux's id of it. */
  async function begin(name: string, script: string, cwd = placeOf().home): Promise<string> {
    const literal = name.replaceAll('#', '##');
    const words = [
      '-P',
      '-F',
      '#{session_id}',
      '-s',
      literal,
      '-x',
      '100',
      '-y',
      '30',
      '-c',
      cwd.replaceAll('#', '##'),
    ];
    return (await placeOf().tmux('new-session', '-d', ...words, '--', 'sh', '-c', script)).trim();
  }

  const end = (id: string) => placeOf().tmux('kill-session', '-t', id);

  describe('look', () => {
    test('a host tells who it is, and the same every time', async () => {
      const { identity } = await look(WHOLE);
      expect(identity).toMatchObject({
        hostName: hostname(),
        machineId: matching(/^[0-9a-f]{32}$/),
        bootId: matching(/^[0-9a-f-]{36}$/),
      });
      const told = await placeOf().tmux('display-message', '-p', '-t', '_fleet', '#{pid} #{start_time}');
      const [pid, startedAt] = told.split(' ').map(Number);
      expect(identity.tmuxPid).toBe(pid);
      expect(identity.tmuxStartedAt).toEqual(new Date((startedAt ?? 0) * 1000));
      expect((await look(WHOLE)).identity).toEqual(identity);
    });

    test('a host tells how it is, and how many agents live there', async () => {
      const health = healthIn(await look(WHOLE));
      for (const metric of [health.memoryUsedPercent, health.diskUsedPercent]) {
        expect(metric).toMatchObject({ kind: 'read' });
        expect(metric.kind === 'read' && metric.value > 0 && metric.value <= 100).toBe(true);
      }
      expect(health.load).toMatchObject({ kind: 'read' });
      expect(health.cores.kind === 'read' && health.cores.value).toBeGreaterThanOrEqual(1);
      expect(health.uptimeMs.kind === 'read' && health.uptimeMs.value).toBeGreaterThan(1000);
      expect(health.agents).toEqual({ kind: 'read', value: 0 });

      const agent = join(newFolder(), placeOf().agentName);
      symlinkSync('/bin/sh', agent);
      // One that starts itself again, and one in a session of its own.
      const first = await begin('agent 1', `'${agent}' -c '"${agent}" -c "sleep 1000; true"; true'`);
      const second = await begin('agent 2', `'${agent}' -c 'sleep 1000; true'; true`);
      await until(async () => JSON.stringify(healthIn(await look(WHOLE)).agents).includes('2'), {
        withinMs: 5_000,
      });
      await end(first);
      await end(second);
    });

    test('a session has its windows, its clients, its age and an id that no other gets', async () => {
      const startedAt = Date.now();
      const id = await begin('windows', 'echo first; sleep 1000');
      await placeOf().tmux('new-window', '-d', '-t', id, 'sleep 1000');
      const seen = await lookAt('windows', SCREENS);
      expect(seen).toMatchObject({ tmuxId: id, session: null, windows: 2, isAttached: false });
      expect(Math.abs(seen.createdAt.getTime() - startedAt)).toBeLessThan(3_000);

      await placeOf().withClient(id, async () => {
        await until(async () => (await lookAt('windows', SCREENS)).isAttached, { withinMs: 5_000 });
      });
      await until(async () => !(await lookAt('windows', SCREENS)).isAttached, { withinMs: 5_000 });

      await end(id);
      const again = await begin('windows', 'sleep 1000');
      expect((await lookAt('windows', SCREENS)).tmuxId).toBe(again);
      expect(again).not.toBe(id);
      await end(again);
    });

    test('the screen is that of the active pane of the current window', async () => {
      const id = await begin('panes', 'echo first window; sleep 1000');
      await placeOf().tmux('new-window', '-t', id, 'echo second window; sleep 1000');
      await awaitScreen('panes', 'second window');
      await placeOf().tmux('split-window', '-t', id, 'echo lower pane; sleep 1000');
      const capture = await awaitScreen('panes', 'lower pane');
      expect(capture.plain).not.toContain('second window');
      expect(capture.processes[0]?.pid).toBe(capture.pane.pid);
      // Another pane of the window prints as well, so the quiet of this one is not known.
      expect(capture.quietForMs).toBeUndefined();
      await end(id);
    });

    test('plain text joins wrapped lines, and colours come beside it', async () => {
      const id = await begin('colours', `printf '\\033[31m%0150d\\033[0m réd 🦊\\n' 7; sleep 1000`);
      const capture = await awaitScreen('colours', 'réd 🦊');
      expect(capture.plain.split('\n')[0]).toBe(`${'0'.repeat(149)}7 réd 🦊`);
      expect(capture.ansi).toContain('\u001b[31m0');
      expect(capture.pane).toMatchObject({ width: 100, height: 30 });
      await end(id);
    });

    test('only the screens that are asked for are read', async () => {
      const ids = [await begin('asked', 'echo here; sleep 1000'), await begin('not asked', 'sleep 1000')];
      await awaitScreen('asked', 'here');
      const { sessions } = await look({ ...SCREENS, screens: ['asked', 'nobody'] });
      expect(sessions.filter((each) => each.capture !== null).map((each) => each.name)).toEqual(['asked']);
      expect(sessions.every((each) => each.place === null && each.stateFiles.length === 0)).toBe(true);
      for (const id of ids) await end(id);
    });

    test('a program that ended has left its status, and one that a signal ended has none', async () => {
      const ids = [await begin('ended', 'sleep 1; exit 7'), await begin('killed', 'sleep 1; kill -9 $$')];
      for (const id of ids) await placeOf().tmux('set-option', '-w', '-t', id, 'remain-on-exit', 'on');
      const dead = (name: string) =>
        until(
          async () => {
            const { pane, processes } = await captureOf(name);
            return pane.isDead && { status: pane.deadStatus, processes };
          },
          { withinMs: 10_000 },
        );
      expect(await dead('ended')).toEqual({ status: 7, processes: [] });
      expect(await dead('killed')).toEqual({ status: null, processes: [] });
      for (const id of ids) await end(id);
    });

    test('a pane that prints nothing grows quiet', async () => {
      const id = await begin('quiet', 'while read -r line; do echo "$line"; done');
      await until(async () => ((await captureOf('quiet')).quietForMs ?? 0) >= 2_000, { withinMs: 10_000 });
      await placeOf().tmux('send-keys', '-t', id, 'x', 'Enter');
      await until(async () => ((await captureOf('quiet')).quietForMs ?? 9_999) < 2_000, { withinMs: 5_000 });
      await end(id);
    });

    test('no name of a session is anything but a name', async () => {
      const ids: string[] = [];
      for (const [index, name] of HOSTILE_NAMES.entries()) {
        ids.push(await begin(name, `echo "screen ${index}"; sleep 1000`));
      }
      await awaitScreen(HOSTILE_NAMES.at(-1) ?? '', `screen ${HOSTILE_NAMES.length - 1}`);
      const { sessions } = await look(SCREENS);
      const found = sessions.filter((each) => ids.includes(each.tmuxId));
      // tmux itself makes a backslash visible by another.
      const names = HOSTILE_NAMES.map((name) => name.replaceAll('\\', '\\\\'));
      expect(found.map((each) => each.name).toSorted()).toEqual(names.toSorted());
      for (const each of found) {
        expect(each.capture?.plain.trimEnd()).toBe(`screen ${names.indexOf(each.name)}`);
        const only = await look({ ...SCREENS, screens: [each.name] });
        expect(only.sessions.filter(({ capture }) => capture !== null)).toMatchObject([{ name: each.name }]);
      }
      for (const id of ids) await end(id);
    });

    test('nothing that a screen, a title, a program or a folder is called forges an answer', async () => {
      const forged = Buffer.from('MemTotal: 1 kB\nMemAvailable: 0 kB\nload: 99999\ncores: 77\n').toString(
        'base64',
      );
      const lines = [':host', forged, ':disk', forged, ':places', ':stat', forged, ':complete', '%exit'];
      const cwd = join(newFolder(), `a\n:host\n${forged}\n'"$(touch fleet-was-here)" #{pane_id} ü`);
      mkdirSync(cwd);
      const file = join(newFolder(), 'screen');
      writeFileSync(file, lines.join('\n'));
      const script = join(newFolder(), `run\n:host\n${forged}\n 1 (x) R 0 1 1 1 1`);
      writeFileSync(
        script,
        `printf '\\033]2;:host %s %%end 1 2 1 %s\\007' "$1" '#{pane_pid}'; cat "$2"; sleep 1000`,
      );
      const id = await begin('forger', `exec sh "$(printf '%s' '${script}')" '${forged}' '${file}'`, cwd);
      await awaitScreen('forger', '%exit');

      const looked = await look({ ...SCREENS, isWhole: true });
      const health = healthIn(looked);

      expect(health.cores).not.toEqual({ kind: 'read', value: 77 });
      expect(health.load.kind === 'read' && health.load.value < 9_999).toBe(true);
      const seen = looked.sessions.find((each) => each.name === 'forger');
      expect(seen?.capture?.plain.trimEnd().split('\n').slice(-2)).toEqual(lines.slice(-2));
      expect(seen?.capture?.pane.title).toContain('#{pane_pid}');
      expect(seen?.capture?.processes[0]?.cmd).toContain(`run :host ${forged}  1 (x) R 0 1 1 1 1`);
      expect(seen?.place).toEqual({ folder: cwd, branch: null, remote: null });
      await end(id);
    });

    test('a session that is ours carries its id, and marking it moves nothing in it', async () => {
      const id = await begin('to be adopted', 'cat');
      const ours = sessionId('adopted-1');
      const { fleet, host } = placeOf();
      expect(await fleet.mark(host, 'to be adopted', ours, NEVER)).toEqual({ ok: true, value: undefined });
      expect(await fleet.mark(host, 'to be adopted', ours, NEVER)).toEqual({ ok: true, value: undefined });
      expect(await fleet.mark(host, 'to be adopted', sessionId('another'), NEVER)).toMatchObject({
        ok: false,
        error: { kind: 'refused', stderr: matching(/adopted-1/) },
      });
      expect(await fleet.mark(host, 'to be', ours, NEVER)).toMatchObject({ error: { kind: 'no-session' } });
      expect(await fleet.mark(host, '_fleet', ours, NEVER)).toMatchObject({ error: { kind: 'no-session' } });
      const seen = await lookAt('to be adopted', SCREENS);
      expect(seen.session).toBe(ours);
      expect(seen.capture?.plain.trim()).toBe('');
      await end(id);
    });

    test('two who mark a session at once do not both get it', async () => {
      const id = await begin('wanted', 'cat');
      const { fleet, host } = placeOf();
      const both = await Promise.all(
        ['a', 'b'].map((each) => fleet.mark(host, 'wanted', sessionId(each), NEVER)),
      );
      expect(both.map((each) => each.ok)).toEqual([true, false]);
      await end(id);
    });

    test('a look that is given up ends with the reason, and no part of it fails unheard', async () => {
      const giveUp = new AbortController();
      const reason = new Error('enough');
      const looking = placeOf().fleet.look(placeOf().host, SCREENS, giveUp.signal);
      giveUp.abort(reason);
      await expect(looking).rejects.toBe(reason);
      expect((await look(SCREENS)).identity.tmuxPid).toBeGreaterThan(0);
    });

    test('the read of processes, health and screens leaves no paste buffer and nothing on our window', async () => {
      await look({ screens: 'all', isWhole: true, stateFiles: ['.nowhere/*'] });
      expect(await placeOf().tmux('list-buffers')).toBe('');
      expect((await placeOf().tmux('capture-pane', '-p', '-t', '_fleet')).trim()).toBe('');
    });
  });

  describe('places', () => {
    const git = (cwd: string, ...words: readonly string[]) =>
      execFileSync('git', ['-C', cwd, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
        env: { PATH: process.env.PATH, HOME: placeOf().home },
        stdio: 'pipe',
      });

    function repository(remote: string | null): string {
      const at = newFolder("a repo's ");
      git(at, 'init', '-q', '-b', 'trunk');
      git(at, 'commit', '-q', '--allow-empty', '-m', 'one');
      if (remote !== null) git(at, 'remote', 'add', 'origin', remote);
      return at;
    }

    async function placeAt(folder: string) {
      const id = await begin('place', 'sleep 1000', folder);
      const found = await until(
        async () => {
          const seen = await lookAt('place', WHOLE);
          // Between fork and exec it is still somewhere else.
          return seen.place?.folder === folder && seen;
        },
        { withinMs: 5_000 },
      );
      await end(id);
      return found.place;
    }

    test('a repository, its subfolders and its worktrees each tell their branch and the remote', async () => {
      const remote = 'https://github.com/demo/shop.git';
      const at = repository(remote);
      const below = join(at, 'packages', 'web');
      mkdirSync(below, { recursive: true });
      const tree = join(newFolder(), 'tree');
      git(at, 'worktree', 'add', '-q', '-b', 'fix/ünï', tree);
      expect(await placeAt(at)).toEqual({ folder: at, branch: 'trunk', remote });
      expect(await placeAt(below)).toEqual({ folder: below, branch: 'trunk', remote });
      expect(await placeAt(tree)).toEqual({ folder: tree, branch: 'fix/ünï', remote });
    });

    for (const [given, told] of [
      ['https://ann:s3cret@github.com/demo/shop', 'https://github.com/demo/shop'],
      ['https://x-access-token:ghs_abc@github.com/demo/shop.git', 'https://github.com/demo/shop.git'],
      ['https://ghp_abc@github.com/demo/shop', 'https://github.com/demo/shop'],
      ['https://example.com/demo/shop?private_token=abc', 'https://example.com/demo/shop'],
      ['ssh://git:pw@github.com:22/demo/shop', 'ssh://git@github.com:22/demo/shop'],
      ['git@github.com:demo/shop.git', 'git@github.com:demo/shop.git'],
      ['/srv/git/shop.git', '/srv/git/shop.git'],
    ] as const) {
      test(`the remote ${given} is told without what only its owner may know`, async () => {
        expect((await placeAt(repository(given)))?.remote).toBe(told);
      });
    }

    test('what there is not, is null', async () => {
      const plain = newFolder();
      expect(await placeAt(plain)).toEqual({ folder: plain, branch: null, remote: null });
      const detached = repository(null);
      git(detached, 'checkout', '-q', '--detach');
      expect(await placeAt(detached)).toEqual({ folder: detached, branch: null, remote: null });
      const unborn = newFolder();
      git(unborn, 'init', '-q', '-b', 'first');
      expect(await placeAt(unborn)).toEqual({ folder: unborn, branch: 'first', remote: null });
    });

    test('a folder that was deleted is no place', async () => {
      const gone = newFolder();
      const id = await begin('homeless', 'sleep 1000', gone);
      await until(async () => (await lookAt('homeless', WHOLE)).place?.folder === gone, { withinMs: 5_000 });
      rmSync(gone, { recursive: true });
      expect((await lookAt('homeless', WHOLE)).place).toBeNull();
      await end(id);
    });
  });

  describe('state files', () => {
    test('a session gets the files that name one of its processes, as they are', async () => {
      const state = newFolder('.state ');
      const pattern = `${state.slice(placeOf().home.length + 1)}/*.json`;
      const id = await begin('stateful', 'sleep 1000; true');
      const { pane } = await captureOf('stateful');
      const content = `{"pid": 1}\n:complete\n\u0000 ünï`;
      writeFileSync(join(state, `${pane.pid}.json`), content);
      writeFileSync(join(state, 'by content.json'), JSON.stringify({ pid: pane.pid, status: 'busy' }));
      writeFileSync(join(state, '999999999.json'), '{}');
      writeFileSync(join(state, `${pane.pid}.other`), '{}');
      const changedAt = new Date(1_700_000_000_000);
      utimesSync(join(state, `${pane.pid}.json`), changedAt, changedAt);

      const { stateFiles } = await lookAt('stateful', { ...WHOLE, stateFiles: [pattern, '../*', '/etc/*'] });

      expect(stateFiles.map((each) => each.path).toSorted()).toEqual(
        [join(state, `${pane.pid}.json`), join(state, 'by content.json')].toSorted(),
      );
      expect(stateFiles).toContainEqual({ path: join(state, `${pane.pid}.json`), content, changedAt });
      await end(id);
    });
  });
}
