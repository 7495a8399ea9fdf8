import { expect, test } from 'vitest';
import { parseProcesses, processTree, shareLook } from '../../src/fleet/processes.ts';

test('names and arguments with spaces are read, rows that cannot be read are left out', () => {
  const table = [
    '    1     0 Ss   /sbin/init --a b',
    '   20     1 S+   tmux: server',
    '   30    20 T    node /usr/bin/claude -p  "two  words"',
    '  31 30 Z',
    'a row of nonsense',
    '',
  ];
  const names = ['    1 init', '   20 tmux: server', '   30 node', '   31 sh <defunct>', ''];
  const all = parseProcesses([
    { name: 'processes', bytes: Buffer.from(table.join('\n')) },
    { name: 'names', bytes: Buffer.from(names.join('\n')) },
  ]);
  expect(all).toEqual([
    { pid: 1, ppid: 0, stat: 'Ss', comm: 'init', cmd: '/sbin/init --a b' },
    { pid: 20, ppid: 1, stat: 'S+', comm: 'tmux: server', cmd: 'tmux: server' },
    { pid: 30, ppid: 20, stat: 'T', comm: 'node', cmd: 'node /usr/bin/claude -p  "two  words"' },
    { pid: 31, ppid: 30, stat: 'Z', comm: 'sh <defunct>', cmd: '' },
  ]);
  expect(processTree(all, 20).map((each) => each.pid)).toEqual([20, 30, 31]);
  expect(processTree(all, 99)).toEqual([]);
});

test('a look is shared, but never one that began before it was asked for', async () => {
  const looks: (() => void)[] = [];
  const share = shareLook(
    () =>
      new Promise<number>((resolve) => {
        const number = looks.push(() => resolve(number));
      }),
  );
  const first = [share(), share()];
  await Promise.resolve();
  await Promise.resolve();
  const second = [share(), share()];
  looks[0]?.();
  expect(await Promise.all(first)).toEqual([1, 1]);
  await Promise.resolve();
  await Promise.resolve();
  expect(looks).toHaveLength(2);
  looks[1]?.();
  expect(await Promise.all(second)).toEqual([2, 2]);
});
