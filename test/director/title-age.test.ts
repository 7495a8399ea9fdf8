import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { agentKinds } from '../../src/agents/index.ts';
import { NOTHING_TOLD, seeSession, withTitleAge } from '../../src/director/perceive/index.ts';
import { type Capture, hostId } from '../../src/domain/index.ts';
import { readRecordedScreens } from '../support/corpus.ts';
import { capture, SEEN_AT, sessionLook } from './looks.ts';

type Look = { readonly atMs: number; readonly title: string; readonly quietForMs?: number };

/** The same session, one look after the other. */
function watch(looks: readonly Look[]): readonly Capture[] {
  let last: Capture | null = null;
  return looks.map(({ atMs, title, ...more }) => {
    const taken = capture('', { takenAt: new Date(SEEN_AT.getTime() + atMs), ...more });
    last = withTitleAge({ ...taken, pane: { ...taken.pane, title } }, last);
    return last;
  });
}

const agesOf = (...looks: readonly Look[]) => watch(looks).map(({ titleForMs }) => titleForMs);

test('a title is as old as the watch over it, once it was seen to change', () => {
  expect(
    agesOf(
      { atMs: 0, title: 'one' },
      { atMs: 2_000, title: 'one' },
      { atMs: 4_000, title: 'two' },
      { atMs: 6_000, title: ' two ' },
      { atMs: 9_000, title: 'two' },
      { atMs: 10_000, title: 'three' },
    ),
  ).toEqual([undefined, undefined, 0, 2_000, 5_000, 0]);
});

test('nobody knows what the title was while nobody looked', () => {
  expect(
    agesOf(
      { atMs: 0, title: 'one' },
      { atMs: 1_000, title: 'two' },
      { atMs: 60_000, title: 'two' },
      { atMs: 61_000, title: 'two' },
    ),
  ).toEqual([undefined, 0, undefined, undefined]);
  expect(agesOf({ atMs: 0, title: 'one' }, { atMs: 60_000, title: 'two' })).toEqual([undefined, undefined]);
});

test('a program that printed nothing kept its title', () => {
  expect(
    agesOf(
      { atMs: 0, title: 'one' },
      { atMs: 1_000, title: 'two' },
      { atMs: 31_000, title: 'two', quietForMs: 30_000 },
    ),
  ).toEqual([undefined, 0, 30_000]);
});

test('a silence that only the age of the title tells is seen by the watch, too', () => {
  const screens = readRecordedScreens(fixtures);
  const silent = screens.find(
    ({ kind, capture: { plain } }) => kind.name === 'copilot' && SILENT.test(plain),
  );
  if (silent === undefined) throw new Error('no recorded screen of a silent turn');
  const agents = new Map(agentKinds.map((kind) => [kind.name, kind]));
  let last: Capture | null = null;
  const states = [0, 2_000, 4_000, 6_000, 8_000].map((atMs) => {
    const pane = { ...silent.capture.pane, ...(atMs === 0 ? { title: 'before' } : {}) };
    const taken = { ...silent.capture, pane, takenAt: new Date(SEEN_AT.getTime() + atMs) };
    const captureBefore = last;
    last = withTitleAge(taken, captureBefore);
    const { observation } = seeSession(sessionLook(), last, {
      host: hostId('host-1'),
      agents,
      agent: 'copilot',
      told: NOTHING_TOLD,
      clockAheadMs: 0,
      agentVersion: null,
      before: null,
      captureBefore,
      isProtected: false,
      stuckAfterMs: 300_000,
      now: last.takenAt,
    });
    return observation.state;
  });
  expect(states).toEqual(['thinking', 'thinking', 'thinking', 'thinking', 'retrying']);
});

const SILENT = /Working\s+esc/;
const fixtures = fileURLToPath(new URL('../fixtures/screens', import.meta.url));
