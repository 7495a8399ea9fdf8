import { expect, inject, test } from 'vitest';
import { copyDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { YOU } from './page.ts';
import { MAIN, runToEnd, startProgram } from './program.ts';
import { openRealGithub } from './real-github.ts';
import { JOURNEY, openWorld } from './world.ts';

const isOnServer = inject('database').kind === 'postgres';

test('a taken port and a database that is not there are told in one sentence each', JOURNEY, async () => {
  await using world = await openWorld();
  const { folder, environment, port } = world;
  await using other = await copyDatabase();
  const place: Record<string, string> =
    other.location.kind === 'server'
      ? { DATABASE_URL: other.location.url }
      : { FLEET_DATA_DIR: other.location.dataDir };

  const samePort = await runToEnd([MAIN], { ...environment, ...place }, folder);
  expect(samePort.exitCode).toBe(1);
  expect(samePort.stderr).toMatch(new RegExp(`^.*${port}.*PORT.*\\n$`));

  const url = `postgres://fleet:secret-word@127.0.0.1:${await freePort()}/fleet`;
  const noDatabase = await runToEnd([MAIN], { ...environment, DATABASE_URL: url }, folder);
  expect(noDatabase.exitCode).toBe(1);
  expect(noDatabase.stderr).toMatch(/^The database at DATABASE_URL does not answer \(.*\n$/);
  expect(noDatabase.stderr).not.toContain('secret-word');

  await world.page.say(YOU, '/fleet hosts');
  await world.page.ephemeral(YOU, 'local');
});

test('where the network reaches the port, nobody finds a local workspace', JOURNEY, async () => {
  await using world = await openWorld({ env: { FLEET_HOST: '0.0.0.0' } });
  expect(world.said()).toMatch(
    /Slack +none: set SLACK_BOT_TOKEN \(the local workspace opens on 127\.0\.0\.1 only\)/,
  );
  for (const path of ['/', '/workspace/api/auth.test', '/github/demo/shop/pull/1']) {
    expect((await fetch(`${world.page.origin}${path}`)).status).toBe(404);
  }
  expect(await world.cli('status')).toMatchObject({ exitCode: 0 });
});

if (isOnServer) {
  test(
    'one process takes requests, another one directs, and a task passes between them',
    JOURNEY,
    async () => {
      await using real = await openRealGithub();
      await using world = await openWorld({ toml: real.toml, env: real.env, words: ['--role', 'web'] });
      const { page, environment, folder } = world;
      real.github.connect(`${page.origin}/webhooks/github`);
      await page.say(YOU, `/fleet add Share the work [demo:slow=50] --repo ${real.github.repo}`);
      const card = await page.card('Share the work', 'Queued');
      expect(await world.sessions()).toEqual([]);

      const director = await startProgram(
        { ...environment, FLEET_DATA_DIR: `${folder}/director`, PORT: '0' },
        folder,
        ['--role', 'director'],
      );
      try {
        await page.press(YOU, await page.question(card, 'git push'), 'Yes');
        await page.card('Share the work', 'Finished');
        await world.noSessions();
      } finally {
        expect(await director.stop()).toMatchObject({ exitCode: 0, stderr: '' });
      }
    },
  );
} else {
  test('a second process on one folder names the first one and leaves', JOURNEY, async () => {
    await using world = await openWorld();
    const { folder, environment, dataDir } = world;
    const second = await runToEnd([MAIN], { ...environment, PORT: String(await freePort()) }, folder);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/^.* is in use by process \d+ on .*FLEET_DATA_DIR.*\n$/);
    expect(second.stderr).toContain(dataDir);
    expect(second.stderr).toContain(`process ${world.pid()} `);
  });
}
