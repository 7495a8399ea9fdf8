import { expect, test } from 'vitest';
import type { Config } from '../../src/config.ts';
import { readConfig } from '../../src/config.ts';
import { roleOf } from '../../src/roles.ts';
import { seed } from '../../src/seed.ts';
import { type FleetState, openFleetState } from '../support/fleet-state.ts';

const HUB = { source: 'github', externalId: 'ann-hub' } as const;
const ANN = { name: 'Ann', slack: 'UANN', github: 'ann-hub', role: 'admin' } as const;

function configOf(people: Config['file']['people']): Config {
  const read = readConfig({ FLEET_CONFIG: '/dev/null' }, []);
  if (!read.ok) throw new Error(read.error.sentence);
  return { ...read.value, file: { ...read.value.file, people } };
}

const start = (state: FleetState, people: Config['file']['people']): Promise<void> =>
  state.store.transaction((tx) => seed(tx, configOf(people), 'claude', null, state.clock.now(), state.newId));

test('an account that the file joins is its person’s, until the file no longer says so', async () => {
  await using state = await openFleetState();
  await start(state, [ANN]);
  await start(state, [ANN]);
  expect(await state.store.actorOf(HUB)).toMatchObject({ name: 'Ann', source: 'slack', externalId: 'UANN' });

  await start(state, [{ name: 'Ann', slack: 'UANN', role: 'admin' }]);
  expect(await state.store.actorOf(HUB)).toBeNull();
  expect(await state.store.actorOf({ source: 'slack', externalId: 'UANN' })).toMatchObject({ name: 'Ann' });
});

test('two processes that start at the same time join the same accounts', async () => {
  await using state = await openFleetState();
  await start(state, [ANN]);
  await Promise.all([start(state, [ANN]), start(state, [ANN])]);
  expect(await state.store.actorOf(HUB)).toMatchObject({ name: 'Ann' });
});

test('the role of a person is that of either account', () => {
  const config = configOf([ANN]);
  expect(roleOf(config, false, HUB)).toBe('admin');
  expect(roleOf(config, false, { source: 'slack', externalId: 'UANN' })).toBe('admin');
  expect(roleOf(config, false, { source: 'github', externalId: 'somebody' })).toBe('operator');
});
