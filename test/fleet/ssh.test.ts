import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sessionId } from '../../src/domain/index.ts';
import type { LineState } from '../../src/fleet/index.ts';
import { descendantsOf } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { describeFleet } from './contract.ts';
import { environment, localHost, openFleet, openSshPlace, type SshPlace } from './places.ts';

const NEVER = new AbortController().signal;
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

describeFleet('ssh', () => openSshPlace());

describe('when the network fails', () => {
  for (const way of ['cut', 'freeze'] as const) {
    test(`a host that is ${way} is unreachable within seconds, never empty, and comes back by itself`, async () => {
      await using place = await openSshPlace();
      const { fleet, host, sshd } = place;
      await launchCat(place, 'fleet-t1');
      const lines: LineState[] = [];
      const changes: string[] = [];
      const stop = new AbortController();
      fleet.watch(
        host,
        { onChange: (name) => changes.push(name), onLine: (line) => lines.push(line) },
        stop.signal,
      );
      await until(() => lines.length === 1 && changes.includes('fleet-t1'), { withinMs: 5_000 });

      const underWay = fleet.list(host, NEVER);
      sshd[way]();
      await underWay;
      const cutAt = performance.now();
      const listed = await fleet.list(host, NEVER);
      expect(performance.now() - cutAt).toBeLessThan(11_000);
      expect(listed).toMatchObject({
        ok: false,
        error: { kind: matching(/^(?:unreachable|timed-out)$/) },
      });
      expect(await fleet.read(host, 'fleet-t1', NEVER)).toMatchObject({ ok: false });
      expect(await fleet.read(host, 'fleet-t1', NEVER)).not.toMatchObject({ error: { kind: 'no-session' } });
      await until(() => lines.some((line) => !line.up && line.failure.kind === 'unreachable'), {
        withinMs: 11_000,
      });

      sshd.restore();
      await until(() => lines.at(-1)?.up === true, { withinMs: 30_000, what: 'the line to come back' });
      expect(await fleet.list(host, NEVER)).toMatchObject({ ok: true, value: [{ name: 'fleet-t1' }] });

      await until(() => changes.lastIndexOf('fleet-t1') > 0, { withinMs: 5_000 });
      changes.length = 0;
      await place.tmux('send-keys', '-t', 'fleet-t1', 'x');
      await until(() => changes.includes('fleet-t1'), { withinMs: 5_000 });
      stop.abort();
    }, 90_000);
  }

  test('a tmux server that ends is told, and the next call starts with an empty one', async () => {
    await using place = await openSshPlace();
    await launchCat(place, 'fleet-t1');
    await place.tmux('kill-server');
    const listed = await until(
      async () => {
        const seen = await place.fleet.list(place.host, NEVER);
        return seen.ok && seen;
      },
      { withinMs: 10_000 },
    );
    expect(listed.value).toEqual([]);
  });
});

test('a host that got another address is reached there, also by those who watch it', async () => {
  await using place = await openSshPlace();
  await launchCat(place, 'fleet-t1');
  let ups = 0;
  const changes: string[] = [];
  place.fleet.watch(
    place.host,
    { onChange: (name) => changes.push(name), onLine: ({ up }) => (ups += up ? 1 : 0) },
    NEVER,
  );
  await until(() => ups === 1, { withinMs: 5_000 });

  const moved = {
    ...place.host,
    transport: {
      kind: 'ssh',
      target: place.sshd.alias,
      port: place.sshd.port,
      configFile: place.sshd.sshConfigFile,
    } as const,
  };
  expect(await place.fleet.list(moved, NEVER)).toMatchObject({ ok: true, value: [{ name: 'fleet-t1' }] });
  await until(() => ups === 2, { withinMs: 5_000 });
  changes.length = 0;
  await until(() => changes.includes('fleet-t1'), { withinMs: 5_000 });
  expect(place.sshd.acceptedConnections()).toBe(2);
});

describe('one connection', () => {
  test('carries the line and every script, however many at once', async () => {
    await using place = await openSshPlace();
    await launchCat(place, 'fleet-t1');
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const seen = await place.fleet.read(place.host, 'fleet-t1', NEVER);
        expect(seen.ok && seen.value.processes.length).toBeGreaterThan(0);
      }),
    );
    await place.fleet.end(place.host, 'fleet-t1', NEVER);
    expect(place.sshd.acceptedConnections()).toBe(1);
  });
});

describe('a host that cannot be used', () => {
  test('without tmux names what is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-path-'));
    // What a shell says of a program that it does not find.
    writeFileSync(join(folder, 'tmux'), '#!/bin/sh\nexit 127\n', { mode: 0o755 });
    try {
      await using place = await openSshPlace({ path: [folder] });
      expect(await place.fleet.list(place.host, NEVER)).toEqual({
        ok: false,
        error: { kind: 'missing-program', host: 'dev1', program: 'tmux' },
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('where nobody listens is unreachable, in the words of ssh', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fleet-ssh-'));
    const fleet = openFleet(environment({ HOME: folder }), folder);
    try {
      const host = {
        ...localHost('gone'),
        transport: { kind: 'ssh', target: '127.0.0.1', port: 1, configFile: '/dev/null' } as const,
      };
      expect(await fleet.list(host, NEVER)).toMatchObject({
        ok: false,
        error: { kind: 'unreachable', host: 'gone', detail: matching(/refused/) },
      });
    } finally {
      await fleet.close();
      rmSync(folder, { recursive: true });
    }
  });
});

test('closing leaves the sessions, and no client and no socket', async () => {
  await using place = await openSshPlace();
  await launchCat(place, 'fleet-t1');
  await place.fleet.close();
  expect(await place.tmux('list-sessions', '-F', '#{session_name}')).toContain('fleet-t1');
  await until(async () => (await place.tmux('list-clients')) === '', { withinMs: 5_000 });
  expect(existsSync(place.socketDir)).toBe(false);
  expect(
    descendantsOf(process.pid).filter((each) => each.command.includes(place.sshd.sshConfigFile)),
  ).toEqual([]);
});

async function launchCat(place: SshPlace, name: string): Promise<void> {
  const started = await place.fleet.launch(
    place.host,
    {
      session: sessionId(`session-${name}`),
      generation: 1,
      name,
      worktree: place.home,
      words: ['cat'],
      env: {},
      files: [],
      prompt: '',
    },
    NEVER,
  );
  expect(started).toEqual({ ok: true, value: { started: true } });
}
