import { expect, test } from 'vitest';
import { hostId, isAtPrompt, RESUMES_WITHIN_MS, resumesAt, taskLabel } from '../../src/domain/index.ts';
import { limitsOfTask } from '../../src/limits/index.ts';
import { openFleetState } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';
import { openStage, WITHIN, wordsFor } from './meters.ts';

/** Agents begin, each in a workspace of its own. */
const SLOW = { timeout: 90_000 };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

test(
  'from the first sign of a usage limit nothing of its account is started or nudged until the reset, and then spread out',
  SLOW,
  async () => {
    await using state = await openFleetState();
    await using stage = await openStage(state, { hosts: ['here', 'there'] });
    const { done, ports } = stage;
    const { store, clock } = state;
    const first = await state.addTask({ brief: 'limited', agent: 'meter', wantedHost: hostId('here') });
    const limited = await stage.sees(first.id, 'rate_limited');
    const other = await state.addTask({ brief: 'rest', agent: 'meter', wantedHost: hostId('there') });
    const limit = await store.accountLimitOf(limited.id);
    expect(limit).toMatchObject({ account: { title: 'meter on here' }, isTimeTold: true });
    const reset = limit?.until ?? new Date(0);
    expect(reset.getTime() - (limit?.toldAt.getTime() ?? 0)).toBe(5 * HOUR_MS);

    const held = [];
    for (let nth = 0; nth < 3; nth += 1) {
      const task = { brief: 'rest', agent: 'meter', wantedHost: hostId('here') };
      held.push(await state.addTask(task));
    }
    await store.addAction(wordsFor(stage, limited, state.ann.id));
    done.length = 0;
    while (clock.now().getTime() + 2 * HOUR_MS < reset.getTime()) {
      await stage.round();
      clock.advance(2 * HOUR_MS);
    }
    // The other account works all the same.
    const elsewhere = (await store.openSessions()).filter(({ task }) => task === other.id);
    expect(done.map(({ what, session }) => [what, session])).toEqual([['launch', elsewhere[0]?.name]]);
    const waiting = await store.findTask(held[0]?.id ?? first.id);
    expect(waiting).toMatchObject({
      state: 'queued',
      unplacedBecause: `meter on here has reached its usage limit; it resets at ${reset.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    });
    const rules = ports.settings.rulesOf(first.project);
    const task = await store.findTask(first.id);
    if (task === null) throw new Error('the task is gone');
    expect((await limitsOfTask(store, rules, task, clock.now())).holds).toMatchObject([{ kind: 'quota' }]);

    clock.advance(reset.getTime() - clock.now().getTime());
    done.length = 0;
    // What comes last may come at the very end of that time, and takes a look more.
    for (let minute = 0; minute <= RESUMES_WITHIN_MS / MINUTE_MS + 8; minute += 2) {
      await stage.round();
      clock.advance(2 * MINUTE_MS);
    }
    expect(done.filter(({ what }) => what === 'launch')).toHaveLength(held.length);
    expect(done.filter(({ what }) => what === 'type').map(({ session }) => session)).toEqual([limited.name]);
    // Each begins at a time of its own, and none before that.
    const times = held.map(({ id }) => resumesAt({ until: reset }, taskLabel(id)));
    expect(new Set(times.map((time) => time.getTime())).size).toBe(held.length);
    for (const [nth, { id }] of held.entries()) {
      const start = done.find(
        ({ what, session }) => what === 'launch' && session.startsWith(`fleet-t${id}-`),
      );
      expect(start?.at.getTime()).toBeGreaterThanOrEqual(times[nth]?.getTime() ?? Number.POSITIVE_INFINITY);
    }
  },
);

test('an agent that met its limit is told to go on after the reset, once, by itself', async () => {
  await using state = await openFleetState();
  await using stage = await openStage(state);
  const { done, place: here } = stage;
  const { id } = await state.addTask({ brief: 'limited', agent: 'meter' });
  const session = await stage.sees(id, 'rate_limited');
  done.length = 0;
  state.clock.advance(5 * HOUR_MS + RESUMES_WITHIN_MS);
  await until(
    async () => {
      await stage.round();
      const seen = await state.store.lastObservation(session.id);
      return seen !== null && isAtPrompt(seen.observation) && seen.observation.state === 'idle';
    },
    { ...WITHIN, what: 'the agent to go on' },
  );
  expect(done.map(({ what }) => what)).toEqual(['type']);
  const screen = await here.tmux('capture-pane', '-p', '-t', `=${session.name}:`);
  expect(screen).toContain('got The usage limit has reset. Go on where you stopped.');
  await stage.round();
  expect(await state.store.accountLimitOf(session.id)).toMatchObject({ isOver: true });
  for (let nth = 0; nth < 3; nth += 1) await stage.round();
  expect(done).toHaveLength(1);
});
