import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { describeFleet } from './contract.ts';
import { environment, localHost, openFleet, openLocalPlace } from './places.ts';

const NEVER = new AbortController().signal;

describeFleet('no transport at all', () => openLocalPlace());

test('a machine without tmux says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-here-'));
  const fleet = openFleet({ PATH: folder, HOME: folder }, folder);
  try {
    expect(await fleet.list(localHost(), NEVER)).toEqual({
      ok: false,
      error: { kind: 'missing-program', host: 'here', program: 'tmux' },
    });
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true });
  }
});

test('a line that nobody asks or watches any more is closed, and opened again when it is needed', async () => {
  await using place = await openLocalPlace({ idleAfterMs: 50 });
  const lines = async () => (await place.tmux('list-clients')).split('\n').filter((line) => line !== '');
  const closed = { withinMs: 5_000, what: 'the end of the line' };
  expect(await place.fleet.list(place.host, NEVER)).toMatchObject({ ok: true });
  await until(async () => (await lines()).length === 0, closed);

  const stop = new AbortController();
  const ups: boolean[] = [];
  place.fleet.watch(place.host, { onChange: () => {}, onLine: ({ up }) => ups.push(up) }, stop.signal);
  await until(() => ups.length === 1, { withinMs: 5_000 });
  // Far more than the time after which nobody's line is closed.
  for (let asked = 0; asked < 20; asked += 1) await place.fleet.read(place.host, 'nobody', NEVER);
  expect(await lines()).toHaveLength(1);
  expect(ups).toEqual([true]);
  stop.abort();
  await until(async () => (await lines()).length === 0, closed);
});

test('a machine without flock and timeout prepares workspaces one after the other all the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-path-'));
  try {
    for (const name of readdirSync('/usr/bin')) {
      if (name !== 'flock' && name !== 'timeout') symlinkSync(join('/usr/bin', name), join(folder, name));
    }
    await using place = await openLocalPlace({ path: folder });
    const remote = join(place.home, 'remote');
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
        env: environment({ HOME: place.home }),
      });
    git('init', '-q', '-b', 'main', remote);
    git('-C', remote, 'commit', '-q', '--allow-empty', '-m', 'one');

    const prepared = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        place.fleet.prepare(
          place.host,
          { repo: 'demo/shop', cloneUrl: remote, defaultBranch: 'main', branch: `fleet/${name}` },
          NEVER,
        ),
      ),
    );

    expect(prepared.map((each) => each.ok)).toEqual([true, true, true]);
    expect(readdirSync(join(place.home, '.fleet', 'repos', 'demo'))).toEqual(['shop']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
