import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/domain/index.ts';
import {
  hostOf,
  openAzlinPlace,
  openSshConfigPlace,
  openStaticPlace,
  type ProvidedPlace,
} from './provider-places.ts';
import { typing } from './typing.ts';

const NEVER = new AbortController().signal;

/** What every provider has to keep: its hosts are listed, connected to and copied to. */
const PROVIDERS: Readonly<Record<string, () => Promise<ProvidedPlace>>> = {
  'a file of hosts': openStaticPlace,
  'a config of ssh': openSshConfigPlace,
  azlin: () => openAzlinPlace(),
  'azlin with tunnels': () => openAzlinPlace({ hasTunnel: true }),
};

describe.each(Object.entries(PROVIDERS))('hosts that %s lists', (_, openPlace) => {
  let place: ProvidedPlace;
  let host: Host;
  beforeAll(async () => {
    place = await openPlace();
    const listed = await place.provider.list(NEVER);
    if (!listed.ok) throw new Error(listed.error.sentence);
    expect(listed.value).toMatchObject({ isComplete: true, hosts: [{ name: 'dev1' }] });
    const [first] = listed.value.hosts;
    if (first === undefined) throw new Error('no host is listed');
    host = hostOf(first);
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
  });

  test('are listed the same way twice', async () => {
    expect(await place.provider.list(NEVER)).toEqual(await place.provider.list(NEVER));
  });

  test('are connected to once, however often they are asked', async () => {
    const before = place.sshd.acceptedConnections();
    expect(await place.fleet.list(host, NEVER)).toEqual({ ok: true, value: [] });
    tmux('new-session', '-d', '-s', 'theirs', 'sleep 1000');
    expect(await place.fleet.list(host, NEVER)).toEqual({
      ok: true,
      value: [{ name: 'theirs', session: null }],
    });
    expect(await place.fleet.read(host, 'theirs', NEVER)).toMatchObject({ ok: true });
    expect(await place.fleet.end(host, 'theirs', NEVER)).toEqual({ ok: true, value: undefined });
    expect(await place.fleet.list(host, NEVER)).toEqual({ ok: true, value: [] });
    expect(place.sshd.acceptedConnections()).toBe(before + 1);
  });

  test('take files whole, whatever is in them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-copy-'));
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_each, index) => index % 256));
    writeFileSync(join(folder, 'it'), bytes);
    const copied = await place.fleet.copy(host, { from: join(folder, 'it'), to: 'a/b/it' }, NEVER);
    rmSync(folder, { recursive: true });
    expect(copied).toEqual({ ok: true, value: undefined });
    expect(readFileSync(join(place.sshd.home, 'a/b/it')).equals(bytes)).toBe(true);
  });

  test.each(['/etc/passwd', '../up', 'a/../../up', '-x', '', 'a b'])('take no file at %j', async (to) => {
    expect(await place.fleet.copy(host, { from: import.meta.filename, to }, NEVER)).toMatchObject({
      ok: false,
      error: { kind: 'refused' },
    });
  });

  test('are looked at and not touched when they are excluded', async () => {
    const excluded: Host = { ...host, state: 'excluded' };
    const { fleet } = place;
    tmux('new-session', '-d', '-s', 'kept', 'cat');
    expect(await fleet.list(excluded, NEVER)).toMatchObject({ ok: true, value: [{ name: 'kept' }] });
    const acts = await Promise.all([
      fleet.type(excluded, 'kept', typing('hello'), NEVER),
      fleet.press(excluded, 'kept', ['C-c'], NEVER),
      fleet.end(excluded, 'kept', NEVER),
      fleet.copy(excluded, { from: import.meta.filename, to: 'it' }, NEVER),
      fleet.prepare(
        excluded,
        { repo: 'a/b', cloneUrl: 'https://example.org/a/b', defaultBranch: 'main', branch: 'fleet/t1' },
        NEVER,
      ),
    ]);
    for (const act of acts) {
      expect(act).toMatchObject({
        ok: false,
        error: {
          kind: 'refused',
          stderr: 'dev1 is excluded: it is looked at, and nothing is done there',
        },
      });
    }
    const read = await fleet.read(excluded, 'kept', NEVER);
    expect(read.ok && read.value.plain.trim()).toBe('');
    expect(await fleet.end(host, 'kept', NEVER)).toMatchObject({ ok: true });
  });

  test('are unreachable when nobody answers, and not empty', async () => {
    place.sshd.cut();
    const listed = await place.fleet.list(host, NEVER);
    expect(listed).toMatchObject({ ok: false });
    if (!listed.ok) expect(['unreachable', 'timed-out']).toContain(listed.error.kind);
    place.sshd.restore();
  });

  function tmux(...words: readonly string[]): void {
    execFileSync('tmux', ['-u', ...words], {
      env: { PATH: process.env.PATH, HOME: place.sshd.home, ...place.sshd.tmuxEnvironment },
    });
  }
});
