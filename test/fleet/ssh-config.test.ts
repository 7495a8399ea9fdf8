import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createSshConfigProvider } from '../../src/fleet/index.ts';

const NEVER = new AbortController().signal;

/** What a home folder with these files below `.ssh` lists. */
async function listed(files: Readonly<Record<string, string>>, file: string | null = null) {
  const home = mkdtempSync(join(tmpdir(), 'fleet-config-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(home, '.ssh', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content.replaceAll('HOME', home));
    }
    const path = file === null ? null : join(home, '.ssh', file);
    const result = await createSshConfigProvider({ file: path, home }).list(NEVER);
    return result.ok
      ? result.value.hosts.map(({ name }) => name)
      : result.error.sentence.replaceAll(home, '~');
  } finally {
    rmSync(home, { recursive: true });
  }
}

const CASES: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'every alias of a line',
    { config: 'Host dev1 dev2\n  HostName 10.0.0.1\nHost dev3\n' },
    ['dev1', 'dev2', 'dev3'],
  ],
  ['no pattern and no negation', { config: 'Host * !dev9 dev? web-* dev1\nHost *.example.org\n' }, ['dev1']],
  ['each name once', { config: 'Host dev1\nHost dev1 dev2\n' }, ['dev1', 'dev2']],
  ['keywords in any case, and with =', { config: 'host=dev1\nHOST dev2\n' }, ['dev1', 'dev2']],
  ['comments for nothing', { config: '# Host old\nHost dev1 # not dev2\n' }, ['dev1']],
  ['hosts below a Match', { config: 'Match host x exec "true"\n  User ann\nHost dev1\n' }, ['dev1']],
  ['only names that are host names', { config: 'Host "two words" -x dev1 [::1]\n' }, ['dev1']],
  [
    'what is included, where it is included',
    { config: 'Host dev1\nInclude more.conf\nHost dev4\n', 'more.conf': 'Host dev2\nHost dev3\n' },
    ['dev1', 'dev2', 'dev3', 'dev4'],
  ],
  [
    'includes by pattern, from the home folder and of includes',
    {
      config: 'Include conf.d/*.conf ~/.ssh/own\nInclude HOME/.ssh/absolute\n',
      'conf.d/a.conf': 'Host dev1\n',
      'conf.d/b.conf': 'Host dev2\nInclude deep/*\n',
      'conf.d/c.txt': 'Host not-this\n',
      'deep/x': 'Host dev3\n',
      own: 'Host dev4\n',
      absolute: 'Host dev5\n',
    },
    ['dev1', 'dev2', 'dev3', 'dev4', 'dev5'],
  ],
  ['nothing for an include of nothing', { config: 'Include none/*\nHost dev1\n' }, ['dev1']],
  ['an end of a file that includes itself', { config: 'Host dev1\nInclude config\n' }, ['dev1']],
  ['nothing of an empty file', { config: '' }, []],
];

test.each(CASES)('a config of ssh lists %s', async (_, files, names) => {
  expect(await listed(files)).toEqual(names);
});

test('the file that is named is read in place of the own one, and ssh is told to use it', async () => {
  expect(await listed({ config: 'Host dev1\n', fleet: 'Host dev2\n' }, 'fleet')).toEqual(['dev2']);
});

test.each([
  [
    'is not there',
    {},
    'There is no ~/.ssh/config: write it, or name another one as `file` below `[providers.ssh-config]`.',
  ],
  [
    'cannot be read',
    { config: 'Host "dev1\n  User ann\n' },
    '~/.ssh/config, or what it includes, cannot be read: Unexpected line break at dev1. `ssh -G somewhere` says the same in its own words.',
  ],
])('a config that %s is no empty list', async (_, files, sentence) => {
  expect(await listed(files)).toBe(sentence);
});
