import { expect, test } from 'vitest';
import { place } from '../../src/director/place.ts';
import { DEFAULT_RULES, type TaskId } from '../../src/domain/index.ts';
import { openWorld, PAT, readAnswer, SHELL, type World } from '../commands/world.ts';

const pass = (world: World) =>
  place({
    store: world.store,
    settings: { rulesOf: () => DEFAULT_RULES },
    digest: world.digest,
    now: world.clock.now,
    newId: world.newId,
  });

const push = (world: World, branch: string, files: readonly string[]) =>
  world.ask(PAT, { kind: 'branch-pushed', repo: 'acme/api', branch, files }, SHELL);

/** What both threads were told of overlaps. */
async function told({ store }: World, id: TaskId): Promise<readonly string[]> {
  return (await store.eventsOfTask(id, 50)).flatMap((event) => {
    if (event.kind === 'overlap-released') return [`released from T${event.other}`];
    if (event.kind !== 'overlap-found') return [];
    return [`T${event.other}: ${event.files.join(', ')}${event.isHeld ? ', held' : ''}`];
  });
}

test('a task that would change what another changes is told of in both threads before it starts, held, and released', async () => {
  await using world = await openWorld();
  const { store } = world;
  const { task: first } = await world.addRunningTask(await world.addHost());
  await push(world, first.branch, ['src/login.ts', 'README.md']);
  const second = await world.addTask({ brief: 'Rewrite login.ts' });
  await pass(world);
  await pass(world);

  expect(await told(world, first.id)).toEqual(['T2: login.ts']);
  expect(await told(world, second.id)).toEqual(['T1: login.ts, held']);
  expect(await store.findTask(second.id)).toMatchObject({
    state: 'queued',
    unplacedBecause:
      'it would change login.ts, as T1 does; it starts when that one ends, or after `release T2`',
  });

  expect(readAnswer(await world.say(PAT, 'release T1', SHELL))).toContain('T1 is not held');
  expect(readAnswer(await world.say(PAT, 'release T2', SHELL))).toBe(
    'T2 may start, although T1 changes the same.',
  );
  await pass(world);
  expect((await store.findTask(second.id))?.state).toBe('assigned');
  expect((await told(world, first.id)).at(-1)).toBe('released from T2');
});

test('on each push both threads are told what is new, and one of them can be held', async () => {
  await using world = await openWorld();
  const { store } = world;
  const host = await world.addHost();
  const [one, two] = [await world.addRunningTask(host), await world.addRunningTask(host)];
  await push(world, one.task.branch, ['a.ts', 'b.ts']);
  await push(world, two.task.branch, ['a.ts']);
  await pass(world);
  expect(await told(world, one.task.id)).toEqual(['T2: a.ts']);
  expect(await told(world, two.task.id)).toEqual(['T1: a.ts']);
  await push(world, two.task.branch, ['a.ts', 'c.ts']);
  await pass(world);
  expect(await told(world, one.task.id)).toEqual(['T2: a.ts']);
  await push(world, two.task.branch, ['b.ts']);
  await pass(world);
  expect(await told(world, one.task.id)).toEqual(['T2: a.ts', 'T2: a.ts, b.ts']);

  expect(readAnswer(await world.say(PAT, 'hold T2', SHELL))).toContain('asked in its thread first');
  expect(await store.openApprovals()).toMatchObject([
    { task: two.task.id, subject: { kind: 'reassign-task', to: null } },
  ]);
  expect(readAnswer(await world.say(PAT, 'hold T1', SHELL))).toContain('one of them waits');
});

test('pushes of nobody’s branch, and of tasks that have ended, tell nothing', async () => {
  await using world = await openWorld();
  const { task } = await world.addRunningTask(await world.addHost());
  expect(readAnswer(await push(world, 'main', ['a.ts']))).toBe('');
  expect(await world.store.filesOfTasks([task.id])).toEqual(new Map());
});
