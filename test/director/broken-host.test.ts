import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sql } from '../../db/drizzle.ts';
import { createDirector } from '../../src/director/index.ts';
import { actionId, type Host, hostId, intendAction, ok, type Session } from '../../src/domain/index.ts';
import { openSshPlace } from '../fleet/places.ts';
import { until } from '../support/until.ts';
import { openWatched, WITHIN } from './watched.ts';

const SLOW = { timeout: 180_000 };
const GOES_ON = { withinMs: 60_000 };

/** A folder whose tmux does this in place of what it should. */
function tmuxThat(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-broken-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'tmux'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

test(
  'hosts that answer nonsense, hang or cannot be read, and an action that breaks, keep nothing from going on elsewhere; a stop ends after the step at work',
  SLOW,
  async () => {
    await using noise = await openSshPlace({
      path: [tmuxThat('yes %output nonsense | head -n 20000; exec sleep 600')],
    });
    await using silence = await openSshPlace({ path: [tmuxThat('sleep 600')] });
    const typing = Promise.withResolvers<void>();
    await using watched = await openWatched({
      fleet: (fleet) => ({
        ...fleet,
        type: (host, name, words, signal) => {
          if (words.text === 'first of two') typing.resolve();
          return fleet.type(host, name, words, signal);
        },
      }),
    });
    const { state, place } = watched;
    const { store, jobs } = state;
    const { connection } = state.database;
    const add = (name: string, { transport }: Pick<Host, 'transport'>) =>
      state.addHost({ id: hostId(name), name, transport });
    const broken = [
      await add('noise', noise.host),
      await add('silence', silence.host),
      await add('damaged', place.host),
    ];
    const lost = [];
    for (const host of broken) lost.push((await state.addRunningTask(host, { agent: 'robo' })).task);
    await connection.execute(sql`update tasks set started_at = null where id = ${lost[0]?.id}`);
    await connection.execute(sql`update hosts set transport = '{"kind": "pigeon"}' where name = 'damaged'`);
    const good = await watched.beginOurs();
    const juggler = await watched.beginOurs();
    const words = (text: string, { id, task, generation }: Session) => {
      const effect = { kind: 'type-text', text } as const;
      const action = { id: actionId(state.newId()), task, session: id, generation, effect, by: state.ann.id };
      return intendAction(action, state.clock.now());
    };
    const juggled = words('never', juggler.session);
    await store.addAction(juggled);
    await connection.execute(sql`update actions set effect = '{"kind": "juggle"}' where id = ${juggled.id}`);
    const waiting = await state.addTask({ agent: 'robo' });

    const stopping = new AbortController();
    const director = createDirector(watched.ports('one'), async () => ok(undefined), stopping.signal);
    await jobs.work(director.handlers);
    const running = director.run();

    await watched.see(good.session.name, ({ observation }) => observation.state === 'idle');
    const said = words('hello', good.session);
    await store.addAction(said);
    await store.enqueue({ kind: 'cycle', session: good.session.id });
    const stateOf = async (id: string) =>
      (await store.actionsOfTasks([good.task.id])).find((action) => action.id === id)?.state;
    await until(async () => (await stateOf(said.id)) === 'succeeded', { ...GOES_ON, what: 'the words' });
    await until(async () => (await store.findTask(waiting.id))?.state !== 'queued', {
      ...GOES_ON,
      what: 'a place for what waits',
    });
    expect((await store.listHosts()).map(({ name }) => name)).not.toContain('damaged');
    expect(await store.tasksInStates(['running'])).not.toContainEqual(
      expect.objectContaining({ id: lost[0]?.id }),
    );

    const [first, second] = [words('first of two', good.session), words('second of two', good.session)];
    await store.addAction(first);
    await store.addAction(second);
    await store.enqueue({ kind: 'cycle', session: good.session.id });
    await typing.promise;
    stopping.abort();
    await running;
    await jobs.stop();
    await until(
      async () =>
        (await place.tmux('capture-pane', '-p', '-t', `=${good.session.name}:`)).includes('got first of two'),
      WITHIN,
    );
    expect(await place.tmux('capture-pane', '-p', '-t', `=${good.session.name}:`)).not.toContain('second');
    expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['succeeded', 'intended']);
  },
);
