import { expect, test } from 'vitest';
import { hostId, NO_LIMITS, type TaskId } from '../../src/domain/index.ts';
import { desiredMessages } from '../../src/notify/desired-messages.ts';
import { ANN, openWorld, readAnswer, VIC } from '../commands/world.ts';
import { containing } from '../support/containing.ts';
import { freePort } from '../support/free-port.ts';
import { openStage } from './meters.ts';

const SLOW = { timeout: 90_000 };
const TEN_MINUTES_MS = 10 * 60_000;

test(
  'a report that is asked for, or due, is made once, told in the thread, and stands among the decisions',
  SLOW,
  async () => {
    await using world = await openWorld({ agents: ['meter'] });
    await using stage = await openStage(world);
    const { store, clock } = world;
    const told = async (id: TaskId) =>
      (await store.eventsOfTask(id, 30)).flatMap((event) => (event.kind === 'reported' ? [event] : []));

    await world.say(ANN, 'add wait');
    const [task] = await store.tasksInStates(['queued']);
    if (task === undefined) throw new Error('no task was queued');
    await stage.sees(task.id, 'idle');
    expect(readAnswer(await world.say(VIC, `report T${task.id}`))).toContain('not-allowed');
    await world.say(ANN, `report T${task.id}`);
    await stage.round();
    await stage.round();
    const [report, ...more] = await told(task.id);
    expect(more).toEqual([]);
    expect(report?.words).toMatch(
      /^The agent is idle since .*, as its screen says, on `fleet\/.*`, without a pull request yet\.$/,
    );
    expect(report?.tail.join()).toContain('ready');
    expect(readAnswer(await world.say(ANN, `decisions T${task.id}`))).toMatch(
      /Ann asked to report how things stand — succeeded/,
    );

    const port = await freePort();
    const transport = { kind: 'ssh', target: '127.0.0.1', port, configFile: '/dev/null' } as const;
    const far = await world.addHost({ id: hostId('far'), name: 'far', transport });
    const lost = await world.addRunningTask(far, { agent: 'meter' });
    await stage.round();
    expect(await told(lost.task.id)).toEqual([]);
    clock.advance(TEN_MINUTES_MS);
    for (let nth = 0; nth < 3; nth += 1) await stage.round();
    expect(await told(lost.task.id)).toMatchObject([
      { by: null, because: 'no-answer', words: containing('far has not answered since') },
    ]);
    expect(readAnswer(await world.say(ANN, `decisions T${lost.task.id}`))).toMatch(
      /reports decided to tell people .*the director asked to tell people “far has not answered/s,
    );
    const story = await store.story(lost.task.thread);
    if (story === null) throw new Error('the thread has no story');
    const messages = desiredMessages({ ...story, limits: NO_LIMITS }, 'slack', []);
    expect(messages.filter(({ key }) => key === `report:${lost.task.id}:no-answer`)).toHaveLength(1);
  },
);
