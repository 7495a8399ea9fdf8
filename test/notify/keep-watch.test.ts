import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  actorId,
  type Card,
  err,
  type Host,
  hostId,
  ok,
  type Watch,
  watchId,
} from '../../src/domain/index.ts';
import { createWatchKeeper, type WatchedScreen } from '../../src/notify/index.ts';
import type { DeliveryFailure } from '../../src/notify/ports.ts';
import { QUIET } from '../support/fleet-state.ts';

const HOST: Host = {
  id: hostId('h1'),
  name: 'dev1',
  transport: { kind: 'local' },
  capacity: 3,
  state: 'active',
  reach: { state: 'unknown' },
};
const START = Date.UTC(2026, 10, 22, 9);
const JOB = { kind: 'watch', watch: watchId('w1'), notBefore: null } as const;

/** A chat and a database of one watch, and a clock the test turns. */
function openStage(parts: Partial<Watch> = {}) {
  let at = START;
  let watch: Watch = {
    id: watchId('w1'),
    host: HOST.id,
    name: 'main',
    by: actorId('ann'),
    channel: 'C1',
    threadTs: null,
    messageTs: null,
    shown: null,
    startedAt: new Date(START),
    until: new Date(START + 10_000),
    state: 'watching',
    ...parts,
  } as Watch;
  const messages = new Map<string, { card: Card; marker: string }>();
  const stage = {
    screen: { kind: 'seen', lines: ['one'], state: 'thinking' } as WatchedScreen,
    failure: null as DeliveryFailure | null,
    /** Happens between the look and the message. */
    meanwhile: null as (() => void) | null,
    edits: 0,
    others: 0,
    asked: [] as number[],
    messages,
    get watch() {
      return watch;
    },
    stop(why: string) {
      if (watch.state === 'watching') watch = { ...watch, state: 'ended', why };
    },
    advance(ms: number) {
      at += ms;
    },
    /** What the message says, as one text. */
    text: () =>
      [...messages.values()].map(({ card }) =>
        [
          ...card.parts.map((part) =>
            part.kind === 'screen'
              ? part.lines.join('/')
              : 'spans' in part
                ? part.spans.map((span) => (span.kind === 'text' ? span.text : span.label)).join('')
                : '',
          ),
          ...card.buttons.map((button) => `[${button.label}]`),
        ].join(' | '),
      ),
  };
  const keep = createWatchKeeper({
    store: {
      findWatch: async () => watch,
      openWatches: async () =>
        watch.state === 'watching' ? Array.from({ length: stage.others + 1 }, () => watch) : [],
      recordWatchShown: async (_, shown) => {
        watch = { ...watch, ...shown };
      },
      endWatch: async (_, why) => {
        const isNew = watch.state === 'watching';
        stage.stop(why);
        return isNew;
      },
      findHost: async () => HOST,
    },
    look: async () => {
      const seen = stage.screen;
      stage.meanwhile?.();
      return seen;
    },
    surface: {
      post: async (_, card, marker) => {
        if (stage.failure !== null) return err(stage.failure);
        const ts = `ts${messages.size}`;
        messages.set(ts, { card, marker });
        return ok({ channel: 'C1', ts });
      },
      edit: async (_, ts, card, marker) => {
        if (stage.failure !== null) return err(stage.failure);
        if (!messages.has(ts)) return err({ kind: 'message-gone' });
        stage.edits += 1;
        messages.set(ts, { card, marker });
        return ok(undefined);
      },
      find: async (_, marker) => ok([...messages].find(([, each]) => each.marker === marker)?.[0] ?? null),
    },
    enqueue: async ({ notBefore }) => void stage.asked.push((notBefore?.getTime() ?? at) - at),
    now: () => new Date(at),
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    log: QUIET,
  });
  return { stage, keep: () => keep(JOB) };
}

test('one message follows the screen, edited only when something changed, and says when it ends', async () => {
  const { stage, keep } = openStage();
  await keep();
  expect(stage.text()).toEqual([
    'Watching · main on dev1, thinking | one | Kept up to date until 2026-11-22 09:00 UTC. | [Stop watching]',
  ]);
  stage.advance(3_000);
  await keep();
  expect(stage.edits).toBe(0);
  stage.screen = { kind: 'seen', lines: ['one', 'two'], state: 'idle' };
  await keep();
  expect(stage.edits).toBe(1);
  expect(stage.text()[0]).toContain('main on dev1, idle | one/two');
  stage.advance(8_000);
  await keep();
  expect(stage.text()).toEqual(['No longer watched · main on dev1, idle: its time is over. | one/two']);
  expect(stage.asked).toEqual([3_000, 3_000, 3_000]);
});

test('the last look is when its time is over, not later; more watches look less often', async () => {
  const { stage, keep } = openStage();
  stage.others = 4;
  await keep();
  stage.advance(9_000);
  await keep();
  expect(stage.asked).toEqual([10_000, 1_000]);
});

describe('it never stays at “watching”', () => {
  test('stopped while its message was being edited', async () => {
    const { stage, keep } = openStage();
    stage.meanwhile = () => stage.stop('stopped by Ann');
    await keep();
    expect(stage.text()).toEqual(['No longer watched · main on dev1, thinking: stopped by Ann. | one']);
    expect(stage.asked).toEqual([]);
  });

  test('stopped, or out of time, while the program was down', async () => {
    for (const prepare of [
      () => {},
      (stage: ReturnType<typeof openStage>['stage']) => stage.stop('stopped by Ann'),
    ]) {
      const { stage, keep } = openStage();
      await keep();
      prepare(stage);
      stage.advance(3_600_000);
      await keep();
      expect(stage.text()[0]).toMatch(/^No longer watched/);
      expect(stage.text()[0]).not.toContain('Stop watching');
    }
  });

  test('its session or its host is gone', async () => {
    const { stage, keep } = openStage();
    await keep();
    stage.screen = { kind: 'gone', why: 'there is no session main' };
    await keep();
    expect(stage.text()).toEqual([
      'No longer watched · main on dev1: there is no session main. | Nothing can be seen: there is no session main.',
    ]);
  });
});

test('a host that does not answer is no end', async () => {
  const { stage, keep } = openStage();
  await keep();
  stage.screen = { kind: 'no-answer', why: 'no answer within 10 s' };
  await keep();
  expect(stage.text()[0]).toContain('Nothing can be seen: no answer within 10 s.');
  expect(stage.watch.state).toBe('watching');
});

test('a message that was posted just before a kill is found, and not posted again', async () => {
  const { stage, keep } = openStage();
  stage.messages.set('ts9', {
    card: { title: '', parts: [], buttons: [], summary: '' },
    marker: 'w1',
  });
  await keep();
  expect(stage.messages.size).toBe(1);
  expect(stage.watch.messageTs).toBe('ts9');
});

test('Slack asks to wait: it waits; the message was deleted or refused: it ends', async () => {
  const { stage, keep } = openStage();
  stage.failure = { kind: 'retry', afterMs: 30_000, why: 'Slack asks to slow down' };
  await keep();
  expect(stage.asked).toEqual([30_000]);
  stage.failure = null;
  await keep();
  stage.messages.clear();
  stage.screen = { kind: 'seen', lines: ['changed'], state: null };
  await keep();
  expect(stage.watch).toMatchObject({ state: 'ended', why: 'its message cannot be shown' });
  const refused = openStage();
  refused.stage.failure = { kind: 'refused', why: 'I am not in that channel.' };
  await refused.keep();
  expect(refused.stage.watch.state).toBe('ended');
  expect(refused.stage.asked).toEqual([]);
});
