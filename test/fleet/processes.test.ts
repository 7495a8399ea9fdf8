import { expect, test } from 'vitest';
import { parseProcesses, shareLook } from '../../src/fleet/processes.ts';

test('names and arguments with spaces are read, rows that cannot be read are left out', () => {
  const rows = [
    '    1     0 Ss   /sbin/init --a b',
    '   20     1 S+   tmux: server',
    '   30    20 T    node /usr/bin/claude -p  "two  words"',
    '  31 30 Z',
    'a row of nonsense',
    '',
  ];
  const names = ['    1 init', '   20 tmux: server', '   30 node', '   31 sh <defunct>', ''];
  const table = parseProcesses([
    { name: 'processes', bytes: Buffer.from(rows.join('\n')) },
    { name: 'names', bytes: Buffer.from(names.join('\n')) },
  ]);
  expect(table.all).toEqual([
    { pid: 1, ppid: 0, stat: 'Ss', comm: 'init', cmd: '/sbin/init --a b' },
    { pid: 20, ppid: 1, stat: 'S+', comm: 'tmux: server', cmd: 'tmux: server' },
    { pid: 30, ppid: 20, stat: 'T', comm: 'node', cmd: 'node /usr/bin/claude -p  "two  words"' },
    { pid: 31, ppid: 30, stat: 'Z', comm: 'sh <defunct>', cmd: '' },
  ]);
  expect(table.tree(20).map((each) => each.pid)).toEqual([20, 30, 31]);
  expect(table.tree(99)).toEqual([]);
});

test('what /proc tells is read, whatever a program is called or calls itself', () => {
  const stat = [
    '1 (init) S 0 1 1 0 -1',
    '20 (a) R 1 (b) \n) S 1 20 20 34816 20',
    '30 (node) T 20 30 20 34816 20',
    '31 (sh) Z 30 30 20 34816 20',
    '40 (kthread) I 0 0 0 0 -1',
    '50 (short) S 1',
    'nonsense',
  ];
  const cmdline = [
    '1/cmdline:/sbin/init',
    '20/cmdline:x',
    '30/cmdline:node',
    '30/cmdline:a b\n99/cmdline:c',
    '99',
  ];
  const { all } = parseProcesses([
    { name: 'stat', bytes: Buffer.from(`${stat.join('\0')}\0`) },
    { name: 'cmdline', bytes: Buffer.from(`${cmdline.join('\0')}\0`) },
  ]);
  expect(all).toEqual([
    { pid: 1, ppid: 0, stat: 'Ss', comm: 'init', cmd: '/sbin/init' },
    { pid: 20, ppid: 1, stat: 'Ss+', comm: 'a) R 1 (b)  ', cmd: 'x' },
    { pid: 30, ppid: 20, stat: 'T', comm: 'node', cmd: 'node a b 99/cmdline:c' },
    { pid: 31, ppid: 30, stat: 'Z', comm: 'sh', cmd: '[sh]' },
    { pid: 40, ppid: 0, stat: 'I', comm: 'kthread', cmd: '[kthread]' },
  ]);
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
