import { expect, test } from 'vitest';
import {
  endBetween,
  type HostIdentity,
  isSameServer,
  learnIdentity,
  misrouteOf,
  tmuxServerOf,
} from '../../src/domain/index.ts';

const KNOWN: HostIdentity = {
  hostName: 'vm1',
  hostKey: 'SHA256:one',
  machineId: 'machine-1',
  bootId: 'boot-1',
  tmuxPid: 100,
  tmuxStartedAt: new Date(1_000),
};
const NAMES_ONLY: HostIdentity = { ...KNOWN, machineId: null, hostKey: null };
const NAMES = { own: 'vm1', others: ['vm2', 'vm10', 'build'] };

const answers: readonly [string, HostIdentity | null, Partial<HostIdentity>, string | null][] = [
  ['the same machine', KNOWN, {}, null],
  ['the same machine after a reboot', KNOWN, { bootId: 'boot-2', tmuxPid: 7 }, null],
  ['another machine id', KNOWN, { machineId: 'machine-2' }, 'machine-id'],
  ['another host key', KNOWN, { hostKey: 'SHA256:two' }, 'host-key'],
  ['another machine id under the right name and key', KNOWN, { machineId: 'machine-2' }, 'machine-id'],
  ['another name of the same machine', KNOWN, { hostName: 'renamed' }, null],
  ['the name of another host, with the same machine id', KNOWN, { hostName: 'vm2' }, null],
  ['nothing but the name, and it is the same', KNOWN, { machineId: null, hostKey: null }, null],
  ['nothing but a name of another host', NAMES_ONLY, { hostName: 'vm2' }, 'host-name'],
  ['a name that only begins the same', NAMES_ONLY, { hostName: 'vm10' }, 'host-name'],
  [
    'a name that only begins the same, of no host of the fleet',
    NAMES_ONLY,
    { hostName: 'vm17' },
    'host-name',
  ],
  ['the name with its domain', NAMES_ONLY, { hostName: 'vm1.example.org' }, null],
  ['the name with a part behind a dash', NAMES_ONLY, { hostName: 'vm1-eastus' }, null],
  ['the name in capitals', NAMES_ONLY, { hostName: 'VM1' }, null],
  ['no name at all', NAMES_ONLY, { hostName: null }, null],
  ['a name of nobody', NAMES_ONLY, { hostName: 'laptop' }, 'host-name'],
  ['a first answer under any name', null, { hostName: 'laptop' }, null],
  ['a first answer under the name of another host', null, { hostName: 'vm10' }, 'host-name'],
  ['a first answer under a variant of another host’s name', null, { hostName: 'build-7' }, null],
];

test.each(answers)('%s', (_case, known, told, expected) => {
  const answer = {
    ...KNOWN,
    ...(known?.machineId === null ? { machineId: null, hostKey: null } : {}),
    ...told,
  };
  expect(misrouteOf(known, answer, NAMES)?.kind ?? null).toBe(expected);
});

test('a variant of a name that is another host’s own name is that other host', () => {
  const names = { own: 'vm1', others: ['vm1-b'] };
  expect(misrouteOf(NAMES_ONLY, { ...NAMES_ONLY, hostName: 'vm1-b' }, names)?.kind).toBe('host-name');
});

const lives: readonly [string, Partial<HostIdentity>, ReturnType<typeof endBetween>][] = [
  ['nothing changed', {}, null],
  ['another boot', { bootId: 'boot-2' }, 'reboot'],
  ['another boot with the same numbers by chance', { bootId: 'boot-2', tmuxPid: 100 }, 'reboot'],
  ['another tmux server', { tmuxPid: 101 }, 'tmux-restart'],
  ['the number of the process again, at another time', { tmuxStartedAt: new Date(2_000) }, 'tmux-restart'],
  ['a host that does not tell its boots', { bootId: null }, null],
];

test.each(lives)('between two looks: %s', (_case, after, expected) => {
  expect(endBetween(tmuxServerOf(KNOWN), tmuxServerOf({ ...KNOWN, ...after }))).toBe(expected);
});

const servers: readonly [string, Partial<HostIdentity>, boolean][] = [
  ['the same under another name', { hostName: 'other', hostKey: null }, true],
  ['the same numbers on another machine', { machineId: 'machine-2', bootId: 'boot-2' }, false],
  ['the same numbers on machines that tell nothing', { machineId: null, bootId: null }, false],
  ['containers that share a machine, each with its own server', { tmuxPid: 101 }, false],
  ['copies of one disk', { bootId: 'boot-2' }, false],
];

test.each(servers)('one tmux server or two: %s', (_case, other, expected) => {
  expect(isSameServer(KNOWN, { ...KNOWN, ...other })).toBe(expected);
});

test('what a host does not tell this time is as it was', () => {
  const told = { ...KNOWN, hostKey: null, machineId: null, bootId: null, tmuxPid: 5 };
  expect(learnIdentity(KNOWN, told)).toEqual({ ...KNOWN, tmuxPid: 5 });
  expect(learnIdentity(null, told)).toEqual(told);
});
