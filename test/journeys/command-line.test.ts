import { expect, test } from 'vitest';
import { containing } from '../support/containing.ts';
import { until } from '../support/until.ts';
import { JOURNEY, openWorld } from './world.ts';

test('everything that is asked for in chat can be asked for from a shell', JOURNEY, async () => {
  await using world = await openWorld();
  const { page, cli } = world;
  expect(await cli('help')).toMatchObject({ exitCode: 0, stdout: containing('add') });
  expect((await cli('hosts')).stdout).toContain('local — reachable, 0 of 3 agents');
  expect((await cli('projects')).stdout).toContain('demo/shop');
  expect((await cli('queue')).stdout).toContain('Nothing waits.');

  const added = await cli('add', '--repo', 'demo/shop', 'Write a poem [demo:slow=50]');
  expect(added).toMatchObject({ exitCode: 0, stdout: containing('T1') });
  const card = await page.card('Write a poem');
  await page.question(card, 'git push');

  expect((await cli('status')).stdout).toMatch(/T1 Write a poem .* on local — waiting input \(permission\)/);
  expect((await cli('status', 'T1')).stdout).toMatch(/State +running/);
  expect((await cli('snapshot', 'T1')).stdout).toContain('Do you want to run: git push');
  const waiting = (await cli('approvals')).stdout;
  const [id = ''] = /[0-9a-f]{8}/.exec(waiting) ?? [];
  expect(waiting).toContain('0: Yes');
  expect(await cli('answer', id, 'nonsense')).toMatchObject({ exitCode: 2, stdout: '' });
  expect(await cli('answer', id, 'yes')).toMatchObject({ exitCode: 0, stdout: 'Answered: Yes.\n' });
  await page.card('Write a poem', 'Finished');
  await until(async () => (await cli('status')).stdout.includes('Ended last'), {
    withinMs: 10_000,
    what: 'the task among those that ended',
  });

  expect(await cli('cancel', 'T1')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: containing('T1 has ended (completed)'),
  });
  expect(await cli('dance')).toMatchObject({ exitCode: 2, stderr: containing('dance') });

  await world.stop();
  expect(await cli('status')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: containing('No running bot was found.'),
  });
});
