import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostLook } from '../../src/fleet/index.ts';
import { until } from '../support/until.ts';
import { healthIn, openSshPlace, type SshPlace } from './places.ts';

const NEVER = new AbortController().signal;
const ALL = { screens: 'all', isWhole: true, stateFiles: [] } as const;
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const lookAt = (place: SshPlace) => place.fleet.look(place.host, ALL, NEVER);

async function seenOn(place: SshPlace): Promise<HostLook> {
  const seen = await lookAt(place);
  if (!seen.ok) throw new Error(JSON.stringify(seen.error));
  return seen.value;
}

/** A host on which programs of ours come before the usual ones of the same name. */
async function withPrograms(
  programs: Readonly<Record<string, string>>,
  work: (place: SshPlace, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-programs-'));
  try {
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script.replaceAll('HERE', folder)}\n`, { mode: 0o755 });
    }
    await using place = await openSshPlace({ path: [folder] });
    // So that the tmux server is begun there, with these programs.
    await place.fleet.list(place.host, NEVER);
    await work(place, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('one host of several that is cut off in the middle of a look is unreachable, and the others are not touched', async () => {
  await using stack = new AsyncDisposableStack();
  const others = [stack.use(await openSshPlace()), stack.use(await openSshPlace())];
  await withPrograms(
    { git: 'echo begun > HERE/begun; sleep 3; exec /usr/bin/git "$@"' },
    async (cut, folder) => {
      const places = [...others, cut];
      for (const [index, place] of places.entries()) {
        await place.tmux('new-session', '-d', '-s', `work ${index}`, '-c', place.home, 'sleep 1000');
      }
      await Promise.all(others.map(seenOn));

      const looks = Promise.all(places.map(lookAt));
      await until(() => existsSync(join(folder, 'begun')), { withinMs: 20_000 });
      const cutAt = performance.now();
      cut.sshd.cut();
      const [first, second, third] = await looks;

      expect(performance.now() - cutAt).toBeLessThan(15_000);
      expect(third).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
      expect(first).toMatchObject({ ok: true, value: { sessions: [{ name: 'work 0' }] } });
      expect(second).toMatchObject({ ok: true, value: { sessions: [{ name: 'work 1' }] } });
      expect(await lookAt(cut)).toMatchObject({ ok: false });

      cut.sshd.restore();
      await until(async () => (await lookAt(cut)).ok, { withinMs: 30_000, what: 'the host to be back' });
      expect((await seenOn(cut)).sessions).toMatchObject([{ name: 'work 2' }]);
    },
  );
}, 90_000);

test('hosts are told apart by what they are, and a tmux server that was begun anew is another one', async () => {
  await using one = await openSshPlace();
  await using two = await openSshPlace();
  await one.tmux('new-session', '-d', '-s', 'work', 'sleep 1000');
  const [first, second] = [await seenOn(one), await seenOn(two)];

  for (const [place, { identity }] of [
    [one, first],
    [two, second],
  ] as const) {
    const told = execFileSync('ssh-keygen', ['-lf', place.sshd.knownHostsFile], { encoding: 'utf8' });
    expect(identity.hostKey).toBe(told.split(' ')[1]);
  }
  expect(first.identity.hostKey).not.toBe(second.identity.hostKey);
  // Both are this machine.
  expect(first.identity.bootId).toBe(second.identity.bootId);
  expect(first.identity.tmuxPid).not.toBe(second.identity.tmuxPid);

  await one.tmux('kill-server');
  const after = await until(
    async () => {
      const seen = await lookAt(one);
      return seen.ok && seen.value;
    },
    { withinMs: 20_000 },
  );
  expect(after.sessions).toEqual([]);
  expect(after.identity.tmuxPid).not.toBe(first.identity.tmuxPid);
  expect(after.identity).toMatchObject({ hostKey: first.identity.hostKey, bootId: first.identity.bootId });
});

test('calls within the keep-alive time open one connection, whatever they ask', async () => {
  await using place = await openSshPlace();
  const { fleet, host } = place;
  await seenOn(place);
  await seenOn(place);
  await Promise.all([
    fleet.list(host, NEVER),
    seenOn(place),
    fleet.readSpool(host, new Map(), NEVER),
    fleet.readTranscript(host, '.nowhere/*', null, NEVER),
    fleet.agentVersions(host, [1], NEVER),
    fleet.read(host, 'nobody', NEVER),
  ]);
  expect(place.sshd.acceptedConnections()).toBe(1);
});

describe('what a host cannot tell is an error with its reason, never a zero', () => {
  test('programs that say nonsense', async () => {
    await withPrograms(
      { df: 'echo Filesystem; echo "/dev/vda lots some few"', getconf: 'echo many' },
      async (place) => {
        const health = healthIn(await seenOn(place));
        expect(health.diskUsedPercent).toMatchObject({ kind: 'unreadable', why: matching(/lots some few/) });
        expect(health.cores).toMatchObject({ kind: 'unreadable', why: matching(/many/) });
        expect(health.load).toMatchObject({ kind: 'read' });
      },
    );
  });

  test('a disk that hangs holds up neither the screens nor the other numbers', async () => {
    await withPrograms({ df: 'sleep 30' }, async (place) => {
      await place.tmux('new-session', '-d', '-s', 'work', 'echo here; sleep 1000');
      const looked = await seenOn(place);
      const health = healthIn(looked);
      expect(health.diskUsedPercent).toMatchObject({ kind: 'unreadable', why: matching(/no answer/) });
      expect(health.memoryUsedPercent).toMatchObject({ kind: 'read' });
      expect(looked.sessions).toMatchObject([{ name: 'work', capture: { plain: matching(/here/) } }]);
    });
  }, 30_000);
});
