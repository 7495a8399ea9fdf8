import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeFleet } from './contract.ts';
import { localHost, openFleet, openLocalPlace } from './places.ts';

describeFleet('no transport at all', openLocalPlace);

test('a machine without tmux says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-here-'));
  const fleet = openFleet({ PATH: folder, HOME: folder }, folder);
  try {
    expect(await fleet.list(localHost(), new AbortController().signal)).toEqual({
      ok: false,
      error: { kind: 'missing-program', host: 'here', program: 'tmux' },
    });
  } finally {
    await fleet.close();
    rmSync(folder, { recursive: true });
  }
});
