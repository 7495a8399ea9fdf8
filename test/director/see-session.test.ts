import { expect, test } from 'vitest';
import { createCommandKind } from '../../src/agents/index.ts';
import { isNews, NOTHING_TOLD, seeSession } from '../../src/director/perceive/see-session.ts';
import { type Capture, hostId, type SeenSession } from '../../src/domain/index.ts';
import { capture, SEEN_AT, SHELL, sessionLook } from './looks.ts';

const STUCK_AFTER_MS = 300_000;
const agents = new Map([['robo', createCommandKind({ name: 'robo', words: ['robo'] })]]);
const ROBO = { pid: 11, ppid: SHELL.pid, stat: 'S+', comm: 'robo', cmd: 'robo' };
const after = (ms: number) => new Date(SEEN_AT.getTime() + ms);

function see(
  plain: string,
  more: {
    readonly before?: SeenSession;
    readonly capture?: Partial<Capture>;
    readonly remote?: string;
    readonly atMs?: number;
    readonly isProtected?: boolean;
  } = {},
): SeenSession {
  const at = after(more.atMs ?? 0);
  return seeSession(
    sessionLook({
      place: { folder: '/srv/api', remote: more.remote ?? null, branch: 'main' },
    }),
    capture(plain, { takenAt: at, ...more.capture }),
    {
      host: hostId('host-1'),
      agents,
      agent: null,
      told: NOTHING_TOLD,
      clockAheadMs: 0,
      agentVersion: '1.2.3',
      before: more.before ?? null,
      captureBefore: null,
      isProtected: more.isProtected ?? false,
      stuckAfterMs: STUCK_AFTER_MS,
      now: at,
    },
  );
}

const withAgent = { processes: [{ ...SHELL, stat: 'Ss' }, ROBO] };

test('the agent is the one that lives in the pane, with its version; a bare shell has none', () => {
  expect(see('working', { capture: withAgent })).toMatchObject({ agent: 'robo', agentVersion: '1.2.3' });
  const shell = see('$ ');
  expect(shell).toMatchObject({ agent: null, agentVersion: null, observation: { state: 'shell' } });
});

test('a stopped agent behind a shell is suspended, and not a dead shell', () => {
  const stopped = { processes: [SHELL, { ...ROBO, stat: 'T' }] };
  expect(see('$ ', { capture: stopped }).observation.state).toBe('suspended');
});

test('that time goes by is no news; another screen, state, window or place is', () => {
  const before = see('$ ');
  expect(isNews(null, before)).toBe(true);
  const same = see('$ ', { before, atMs: 5_000 });
  expect(isNews(before, same)).toBe(false);
  expect(same).toMatchObject({ since: SEEN_AT, unchangedSince: SEEN_AT });
  const written = see('$ ls', { before, atMs: 5_000 });
  expect(isNews(before, written)).toBe(true);
  expect(written).toMatchObject({ since: SEEN_AT, unchangedSince: after(5_000) });
  expect(isNews(before, { ...same, windows: 2 })).toBe(true);
  expect(isNews(before, { ...same, isAttached: true })).toBe(true);
  expect(isNews(before, { ...same, presence: 'missing' })).toBe(true);
});

test('a screen that should go on and stands still becomes stuck, a changed one starts anew, and a protected one is not', () => {
  const first = see('?', { capture: withAgent });
  expect(first.observation.state).toBe('unknown');
  const later = see('?', {
    before: first,
    capture: { ...withAgent, takenAt: after(STUCK_AFTER_MS) },
    atMs: STUCK_AFTER_MS,
  });
  expect(later.stuckSince).toEqual(SEEN_AT);
  const isProtected = true;
  const locked = see('?', { before: later, capture: withAgent, atMs: STUCK_AFTER_MS, isProtected });
  expect(locked.stuckSince).toBeNull();
  expect(isNews(later, locked)).toBe(true);
  const moved = see('!', { before: later, capture: withAgent, atMs: STUCK_AFTER_MS + 1_000 });
  expect(moved.stuckSince).toBeNull();
});

const SCREEN = 'see https://github.com/acme/other/pull/9\nopened https://github.com/Acme/api/pull/12\n$ ';

test.each([
  ['https://github.com/acme/api.git', 'https://github.com/Acme/api/pull/12'],
  ['git@github.com:acme/api.git', 'https://github.com/Acme/api/pull/12'],
  ['https://github.com/acme/web', null],
  ['/srv/git', null],
])(
  'a pull request on the screen counts when it is of the session’s own repository: %s',
  (remote, expected) => {
    const seen = see(SCREEN, { remote });
    expect(seen.pullRequestUrl).toBe(expected);
    expect(see('$ ', { remote, before: seen }).pullRequestUrl).toBe(expected);
  },
);

test('no secret of a screen gets into what is kept', () => {
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  expect(JSON.stringify(see(`$ export TOKEN=${secret}`))).not.toContain(secret);
});
