import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkThisMachine, programsOnPath } from '../../src/fleet/index.ts';
import { containing } from '../support/containing.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-machine-'));
  for (const program of ['sh', 'git', 'ln']) link(program);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a program of this machine on the made-up one. */
function link(program: string): void {
  const path = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).trim();
  symlinkSync(path, join(folder, program));
}

const env = () => ({ PATH: folder });

test('a machine that has everything is ready, and says in which versions', async () => {
  link('tmux');
  const report = await checkThisMachine(env(), false, () => undefined);
  expect(report).toMatchObject({ kind: 'ready', installed: [] });
  expect(report.kind === 'ready' && report.versions.join()).toMatch(/tmux \d.*git \d/);
});

test('who is not root is told how to install what is missing', async () => {
  expect(await checkThisMachine(env(), false, () => undefined)).toMatchObject({
    kind: 'missing',
    programs: ['tmux'],
    sentence: containing('install tmux'),
  });
});

test('root on Debian gets it installed, after the lists of packages were fetched', async () => {
  const tmux = execFileSync('sh', ['-c', 'command -v tmux'], { encoding: 'utf8' }).trim();
  // Stands where Debian's package manager does: it knows no package before it was told to update.
  writeFileSync(
    join(folder, 'apt-get'),
    `#!/bin/sh
case "$1" in
  update) ln -s /dev/null '${folder}/lists' ;;
  install) [ -e '${folder}/lists' ] || exit 100; ln -s '${tmux}' '${folder}/tmux' ;;
esac
`,
    { mode: 0o755 },
  );
  const announced: string[] = [];
  const report = await checkThisMachine(env(), true, (programs) => announced.push(...programs));
  expect(report).toMatchObject({ kind: 'ready', installed: ['tmux'] });
  expect(announced).toEqual(['tmux']);
});

test('what cannot be installed is named all the same', async () => {
  writeFileSync(join(folder, 'apt-get'), '#!/bin/sh\nexit 100\n', { mode: 0o755 });
  expect(await checkThisMachine(env(), true, () => undefined)).toMatchObject({ programs: ['tmux'] });
});

test('of the programs of agents those are named that are there', async () => {
  expect(await programsOnPath(['git', 'claude', "sh'; touch x"], env())).toEqual(['git']);
});
