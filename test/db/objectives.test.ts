import { expect, test } from 'vitest';
import type { Objective } from '../../src/domain/index.ts';
import { openFleetState } from '../support/fleet-state.ts';

const minute = (nth: number): Date => new Date(Date.UTC(2026, 10, 22, 12, nth));

test('news of objectives count by when they happened, in whatever order they come', async () => {
  await using state = await openFleetState();
  const { store, project } = state;
  const news = (issue: number, more: Partial<Objective> = {}): Objective => ({
    project: project.id,
    issue,
    title: `wish ${issue}`,
    url: `https://github.test/acme/api/issues/${issue}`,
    state: 'open',
    changedAt: minute(1),
    ...more,
  });
  const open = async () => (await store.openObjectives(project.id)).map(({ issue, title }) => [issue, title]);

  await store.saveObjective(news(7));
  await store.saveObjective(news(3));
  expect(await open()).toEqual([
    [3, 'wish 3'],
    [7, 'wish 7'],
  ]);

  await store.saveObjective(news(7, { state: 'closed', changedAt: minute(3) }));
  await store.saveObjective(news(7, { title: 'an older title', changedAt: minute(2) }));
  expect(await open()).toEqual([[3, 'wish 3']]);
  await store.saveObjective(news(7, { title: 'again', changedAt: minute(4) }));
  expect(await open()).toEqual([
    [3, 'wish 3'],
    [7, 'again'],
  ]);

  // Taken off before it was ever heard that it was put on.
  await store.saveObjective(news(9, { state: 'dropped', changedAt: minute(5) }));
  await store.saveObjective(news(9, { changedAt: minute(4) }));
  expect(await open()).toHaveLength(2);
});

test('a list tells of all that is open: what it lacks is closed, unless there is newer news', async () => {
  await using state = await openFleetState();
  const { store, project } = state;
  const news = (issue: number, changedAt: Date): Objective => ({
    project: project.id,
    issue,
    title: `wish ${issue}`,
    url: `https://github.test/acme/api/issues/${issue}`,
    state: 'open',
    changedAt,
  });
  for (const issue of [1, 2]) await store.saveObjective(news(issue, minute(1)));
  await store.saveObjective(news(4, minute(9)));

  await store.saveOpenObjectives(project.id, [news(2, minute(1)), news(3, minute(2))], minute(8));
  const open = async () => (await store.openObjectives(project.id)).map(({ issue }) => issue);
  expect(await open()).toEqual([2, 3, 4]);
  await store.saveOpenObjectives(project.id, [], minute(10));
  expect(await open()).toEqual([]);
});
