import { expect, test } from 'vitest';
import { matchSessions } from '../../src/director/perceive/presence.ts';
import { hostId, type SeenSession, sessionId } from '../../src/domain/index.ts';
import { SEEN_AT, sessionLook } from './looks.ts';
import { EVIDENCE } from './situations.ts';

const LATER = new Date(SEEN_AT.getTime() + 5_000);
const MUCH_LATER = new Date(SEEN_AT.getTime() + 2 * 3_600_000);

function known(name: string, tmuxId: string, more: Partial<SeenSession> = {}): SeenSession {
  return {
    host: hostId('host-1'),
    name,
    tmuxId,
    session: null,
    windows: 1,
    isAttached: false,
    createdAt: SEEN_AT,
    place: null,
    agent: null,
    agentVersion: null,
    pullRequestUrl: null,
    observation: { ...EVIDENCE, state: 'idle' },
    readings: [],
    screen: [],
    observedAt: SEEN_AT,
    since: SEEN_AT,
    unchangedSince: SEEN_AT,
    stuckSince: null,
    presence: 'present',
    ...more,
  };
}

type Case = {
  readonly what: string;
  readonly known: readonly SeenSession[];
  readonly looks: readonly { readonly name: string; readonly tmuxId: string }[];
  readonly hasRestarted?: boolean;
  readonly now?: Date;
  /** Name in the look, and the name under which it was known. */
  readonly found: readonly (readonly [string, string | null])[];
  readonly missing?: readonly string[];
  readonly forgotten?: readonly string[];
};

const CASES: readonly Case[] = [
  {
    what: 'the same session again',
    known: [known('a', '$1')],
    looks: [{ name: 'a', tmuxId: '$1' }],
    found: [['a', 'a']],
  },
  { what: 'a new session', known: [], looks: [{ name: 'a', tmuxId: '$1' }], found: [['a', null]] },
  { what: 'a session that is gone', known: [known('a', '$1')], looks: [], found: [], missing: ['a'] },
  {
    what: 'a session with another name',
    known: [known('a', '$1')],
    looks: [{ name: 'b', tmuxId: '$1' }],
    found: [['b', 'a']],
    forgotten: ['a'],
  },
  {
    what: 'another session with the same name',
    known: [known('a', '$1')],
    looks: [{ name: 'a', tmuxId: '$2' }],
    found: [['a', null]],
  },
  {
    what: 'two sessions that change their names with each other',
    known: [known('a', '$1'), known('b', '$2')],
    looks: [
      { name: 'a', tmuxId: '$2' },
      { name: 'b', tmuxId: '$1' },
    ],
    found: [
      ['a', 'b'],
      ['b', 'a'],
    ],
  },
  {
    what: 'after a restart the same name and number are another session',
    known: [known('a', '$1'), known('b', '$2')],
    looks: [{ name: 'a', tmuxId: '$1' }],
    hasRestarted: true,
    found: [['a', null]],
    missing: ['b'],
  },
  {
    what: 'after a restart another session of the same number is not taken for a renamed one',
    known: [known('a', '$1')],
    looks: [{ name: 'z', tmuxId: '$1' }],
    hasRestarted: true,
    found: [['z', null]],
    missing: ['a'],
  },
  {
    what: 'a session that is missing comes back under its name',
    known: [known('a', '$1', { presence: 'missing' })],
    looks: [{ name: 'a', tmuxId: '$4' }],
    found: [['a', null]],
  },
  {
    what: 'a session that is missing for a while is still shown',
    known: [known('a', '$1', { presence: 'missing' })],
    looks: [],
    found: [],
    missing: ['a'],
  },
  {
    what: 'a session that is missing for long is forgotten',
    known: [known('a', '$1', { presence: 'missing' })],
    looks: [],
    now: MUCH_LATER,
    found: [],
    forgotten: ['a'],
  },
  {
    what: 'a session that nothing happened in for long is missing first, and not forgotten at once',
    known: [known('a', '$1', { session: sessionId('s1') })],
    looks: [],
    now: MUCH_LATER,
    found: [],
    missing: ['a'],
  },
];

test.each(CASES)(
  '$what',
  ({ known, looks, hasRestarted = false, now = LATER, found, missing = [], forgotten = [] }) => {
    const matched = matchSessions(known, looks.map(sessionLook), hasRestarted, now);
    expect(matched.found.map(({ look, before }) => [look.name, before?.name ?? null])).toEqual(found);
    expect(matched.missing.map(({ name }) => name)).toEqual(missing);
    expect(matched.forgotten).toEqual(forgotten);
  },
);
