import { describe, expect, test } from 'vitest';
import { type SessionId, sessionId } from '../../src/domain/index.ts';
import { HEARTBEAT_EVERY_S } from '../../src/fleet/heartbeat.ts';
import type { Fleet, HostLook } from '../../src/fleet/index.ts';
import { until } from '../support/until.ts';
import { healthIn, type Place } from './places.ts';

type Heard = {
  readonly changes: string[];
  readonly events: (SessionId | null)[];
  readonly beats: number[];
};

const NEVER = new AbortController().signal;

/** What a host pushes, whatever is between us and the host. */
export function describeWatch(placeOf: () => Place): void {
  /** Watches until the work is done, and tells what was heard so far. */
  async function watching(fleet: Fleet, work: (heard: Heard) => Promise<void>): Promise<void> {
    const heard: Heard = { changes: [], events: [], beats: [] };
    let isUp = false;
    const stop = new AbortController();
    fleet.watch(
      placeOf().host,
      {
        onChange: (name) => heard.changes.push(name),
        onEvent: (session) => heard.events.push(session),
        onHeartbeat: () => heard.beats.push(performance.now()),
        onLine: ({ up }) => (isUp = up),
      },
      stop.signal,
    );
    try {
      await until(() => isUp, { withinMs: 10_000 });
      await work(heard);
    } finally {
      stop.abort();
    }
  }

  const ring = (name: string) => placeOf().tmux('rename-window', '-t', '=_fleet:', name);

  describe('what a host pushes', () => {
    test('a hook that rings is heard at once, with its session', async () => {
      await watching(placeOf().fleet, async ({ events }) => {
        await ring('event 3f0c-a_B 4242');
        await until(() => events.includes(sessionId('3f0c-a_B')), { withinMs: 1_000 });
      });
    });

    test('nothing that anybody else calls a window, a pane or a session rings', async () => {
      await watching(placeOf().fleet, async ({ events }) => {
        const { tmux } = placeOf();
        const script = `printf '\\033]2;event t 1\\007\\033kevent t 1\\033\\\\%%window-renamed @0 event t 1'; sleep 1000`;
        await tmux('new-session', '-d', '-s', 'event t 1', '-n', 'event t 1', script);
        await tmux('rename-window', '-t', '=event t 1:', 'event u 1');
        await ring('event v');
        await ring('event v; x 1');
        await ring('event w 1');
        await until(() => events.length > 0, { withinMs: 1_000 });
        expect(events).toEqual(['w']);
        await tmux('kill-session', '-t', '=event t 1');
      });
    });

    test('a host tells by itself, every few seconds, that it is there', async () => {
      await watching(placeOf().fleet, async ({ beats }) => {
        // The first may come with the question for it, where the line was not there before; the second comes by itself.
        await until(() => beats.length >= 2, { withinMs: (2 * HEARTBEAT_EVERY_S + 4) * 1_000 });
      });
    });

    test('two bots on one host both hear everything and each gets its own answers', async () => {
      const other = placeOf().openAnother();
      try {
        await placeOf().tmux('new-session', '-d', '-s', 'seen by two', 'cat');
        await watching(placeOf().fleet, (mine) =>
          watching(other, async (theirs) => {
            await placeOf().tmux('send-keys', '-t', '=seen by two:', 'x');
            const looks = await Promise.all(
              [placeOf().fleet, other, placeOf().fleet, other].map((fleet) =>
                fleet.look(placeOf().host, { screens: 'all', isWhole: true, stateFiles: [] }, NEVER),
              ),
            );
            await ring('event both 1');
            await until(
              () =>
                [mine, theirs].every(
                  ({ changes, events }) =>
                    changes.includes('seen by two') && events.includes(sessionId('both')),
                ),
              { withinMs: 5_000 },
            );
            const seen = looks.flatMap((look): HostLook[] => (look.ok ? [look.value] : []));
            expect(seen).toHaveLength(4);
            for (const looked of seen) {
              const { sessions, identity } = looked;
              expect(sessions.some(({ name, place }) => name === 'seen by two' && place !== null)).toBe(true);
              expect(healthIn(looked).diskUsedPercent.kind).toBe('read');
              expect(identity).toEqual(seen[0]?.identity);
            }
          }),
        );
        await placeOf().tmux('kill-session', '-t', '=seen by two');
      } finally {
        await other.close();
      }
    });
  });
}
