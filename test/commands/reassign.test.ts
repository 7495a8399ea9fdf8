import { expect, test } from 'vitest';
import { APPROVE, DENY } from '../../src/domain/index.ts';
import { OLA, openWorld, PAT, readAnswer, SHELL, VIC } from './world.ts';

test('taking a task off its host is asked first, and the yes says where it goes', async () => {
  await using world = await openWorld();
  const [dev1, dev2] = [await world.addHost({ name: 'dev1' }), await world.addHost({ name: 'dev2' })];
  const { task, session } = await world.addRunningTask(dev1);
  expect(readAnswer(await world.say(VIC, 'reassign T1'))).toContain('not-allowed');
  expect(readAnswer(await world.say(OLA, 'reassign T1 dev1'))).toBe(
    'wrong-state: T1 is on dev1 already. `restart T1` starts its agent anew.',
  );
  expect(readAnswer(await world.say(OLA, 'reassign T1 mars'))).toContain('There is no host `mars`');
  expect(readAnswer(await world.say(OLA, 'reassign T1 dev2'))).toContain('asked in its thread first');
  expect(readAnswer(await world.say(OLA, 'reassign T1 dev2'))).toContain('being asked already');
  const [asked] = await world.store.openApprovals();
  if (asked === undefined) throw new Error('nothing was asked');
  expect(asked.choices.map(({ id }) => id)).toEqual([APPROVE, DENY]);

  await world.ask(PAT, {
    kind: 'button',
    button: { kind: 'answer', approval: asked.id, choice: APPROVE },
  });
  expect(await world.store.actionsOfTasks([task.id])).toMatchObject([
    {
      session: session.id,
      state: 'intended',
      effect: { kind: 'reassign-task', because: 'asked', from: dev1.id, to: dev2.id, makesRoomFor: null },
    },
  ]);
});

test('only what runs, and what nobody began by hand, is taken off its host', async () => {
  await using world = await openWorld();
  const dev1 = await world.addHost({ name: 'dev1' });
  await world.addTask();
  expect(readAnswer(await world.say(OLA, 'reassign T1'))).toBe(
    'wrong-state: T1 is queued; only a task that has a host can be taken off it.',
  );
  const { session } = await world.addRunningTask(dev1);
  await world.store.saveSession({ ...session, isAdopted: true });
  expect(readAnswer(await world.say(OLA, 'reassign T2'))).toContain('was begun by a person');
  await world.store.saveSession({ ...session, state: 'preparing' });
  expect(readAnswer(await world.say(OLA, 'reassign T2'))).toContain('has no live agent yet');
  await world.store.saveSession(session);
  await world.store.saveHost({ ...dev1, state: 'excluded' });
  expect(readAnswer(await world.say(OLA, 'reassign T2'))).toContain('nothing is saved or ended there');
  expect(await world.store.openApprovals()).toEqual([]);
});

test('a task may come after others, which have to be there', async () => {
  await using world = await openWorld();
  await world.addTask();
  expect(readAnswer(await world.say(OLA, 'add Then this --after T9', SHELL))).toBe(
    'no-such-task: There is no task T9 to wait for. `status` lists the tasks.',
  );
  await world.say(OLA, 'add Then this --after T1', SHELL);
  expect(await world.store.tasksInStates(['queued'])).toMatchObject([{ after: [] }, { after: [1] }]);
});
