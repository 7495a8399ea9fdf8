import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type HostSource, hostSources, providerFacts } from '../src/host-sources.ts';
import { startLines } from '../src/start-lines.ts';

function configOf(toml: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-config-'));
  try {
    writeFileSync(join(folder, 'fleet.toml'), toml);
    const read = readConfig({ FLEET_CONFIG: join(folder, 'fleet.toml') }, []);
    if (!read.ok) throw new Error(read.error.sentence);
    return read.value;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sourcesOf = (toml: string): readonly HostSource[] => hostSources(configOf(toml).file);

const ALL = `
[[hosts]]
name = "here"
local = true
[[hosts]]
name = "shown"
ssh = "ann@shown"
port = 2222
excluded = true
[providers.azlin]
exclude = ["prod-*"]
[providers.ssh-config]
allow = ["dev*"]
start = "active"
capacity = 7
`;

test('without a file only what is written down is a source, and nothing is', () => {
  expect(sourcesOf('')).toEqual([
    { kind: 'static', hosts: [], rules: { capacity: 1, startsAs: 'active', allowed: ['*'], excluded: [] } },
  ]);
});

test('written hosts are active unless they are excluded, found ones are excluded unless the file says so', () => {
  expect(sourcesOf(ALL)).toEqual([
    {
      kind: 'static',
      hosts: [
        { name: 'here', transport: { kind: 'local' }, capacity: 3 },
        {
          name: 'shown',
          transport: { kind: 'ssh', target: 'ann@shown', port: 2222, configFile: null },
          capacity: 3,
        },
      ],
      rules: { capacity: 1, startsAs: 'active', allowed: ['*'], excluded: ['shown'] },
    },
    {
      kind: 'ssh-config',
      file: null,
      rules: { capacity: 7, startsAs: 'active', allowed: ['dev*'], excluded: [] },
    },
    {
      kind: 'azlin',
      user: null,
      configFile: null,
      rules: { capacity: 3, startsAs: 'excluded', allowed: ['*'], excluded: ['prod-*'] },
    },
  ]);
});

test('commands know who finds hosts, and what the file keeps as it is', () => {
  const facts = providerFacts(sourcesOf(ALL));
  expect(facts.finders).toEqual(['ssh-config', 'azlin']);
  expect(facts.keepsExcluded('static', 'shown')).toBe(true);
  expect(facts.keepsExcluded('azlin', 'prod-1')).toBe(true);
  expect(facts.keepsExcluded('azlin', 'dev-1')).toBe(false);
  expect(facts.keepsExcluded('ssh-config', 'prod-1')).toBe(false);
  expect([facts.writesDown('here'), facts.writesDown('prod-1')]).toEqual([true, false]);
});

test('the start names who is asked for hosts, and what is missing for it', () => {
  expect(startLines.providers(configOf(''), 'no azlin')).toEqual([]);
  const lines = startLines.providers(configOf(ALL), 'no azlin').map((line) => line.trim());
  expect(lines).toEqual(['ssh config and azlin asked for hosts every 5 min', 'no azlin']);
  expect(startLines.providers(configOf(ALL), null)).toHaveLength(1);
});
