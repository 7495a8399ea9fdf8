import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../../db/index.ts';

// A new embedded database takes seconds to make.
vi.setConfig({ testTimeout: 90_000 });

async function openFolder() {
  const dataDir = await mkdtemp(join(tmpdir(), 'fleet-lock-'));
  return {
    dataDir,
    lock: join(dataDir, 'lock'),
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

test('a folder that is in use names who uses it, and is free once that one is done', async () => {
  await using folder = await openFolder();
  const location = { kind: 'embedded', dataDir: folder.dataDir } as const;
  const first = await openDatabase(location);
  if (!first.ok) throw new Error('the folder did not open');
  expect(await openDatabase(location)).toEqual({
    ok: false,
    error: { kind: 'in-use', dataDir: folder.dataDir, by: `process ${process.pid} on ${hostname()}` },
  });
  await first.value.close();
  const second = await openDatabase(location);
  expect(second.ok).toBe(true);
  if (second.ok) await second.value.close();
});

test('of several who open it at once one gets it', async () => {
  await using folder = await openFolder();
  const opened = await Promise.all(
    Array.from({ length: 4 }, () => openDatabase({ kind: 'embedded', dataDir: folder.dataDir })),
  );
  const got = opened.filter((each) => each.ok);
  for (const each of got) await each.value.close();
  expect(got).toHaveLength(1);
});

test('the lock of a process that is no more is taken over', async () => {
  await using folder = await openFolder();
  const { pid } = spawnSync(process.execPath, ['--eval', '0']);
  writeFileSync(folder.lock, JSON.stringify({ host: hostname(), pid, started: '1' }));
  const opened = await openDatabase({ kind: 'embedded', dataDir: folder.dataDir });
  expect(opened.ok).toBe(true);
  expect(readFileSync(folder.lock, 'utf8')).toContain(`"pid":${process.pid}`);
  if (opened.ok) await opened.value.close();
});

test('so is the lock of an earlier process whose number another one has now, and one that cannot be read', async () => {
  await using folder = await openFolder();
  for (const left of [JSON.stringify({ host: hostname(), pid: process.pid, started: '1' }), 'not json', '']) {
    writeFileSync(folder.lock, left);
    const opened = await openDatabase({ kind: 'embedded', dataDir: folder.dataDir });
    expect(opened.ok).toBe(true);
    if (opened.ok) await opened.value.close();
  }
});

test('the lock of another machine is never taken over', async () => {
  await using folder = await openFolder();
  writeFileSync(folder.lock, JSON.stringify({ host: 'elsewhere', pid: 1, started: '1' }));
  expect(await openDatabase({ kind: 'embedded', dataDir: folder.dataDir })).toMatchObject({
    error: { kind: 'in-use', by: 'process 1 on elsewhere' },
  });
});

test.each([
  'postgres://fleet:hunter2@127.0.0.1:1/none',
  'postgres://fleet:a@hunter2:1/none',
  'hunter2 is no URL',
])('why a server cannot be reached says nothing of a password: %s', async (url) => {
  const opened = await openDatabase({ kind: 'server', url });
  expect(opened).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  expect(JSON.stringify(opened)).not.toContain('hunter2');
});

test('a server that does not answer is a value, not an exception', async () => {
  const opened = await openDatabase({ kind: 'server', url: 'postgres://nobody@127.0.0.1:1/none' });
  expect(opened).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
});
