import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openSshd } from '../doubles/sshd.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, openWorld, QUICK } from './world.ts';

const run = promisify(execFile);

test(
  'a host that is reached by ssh may be away for a while, and a session there may not',
  JOURNEY,
  async () => {
    await using host = await openSshd();
    await using world = await openWorld({
      toml: `${QUICK}
[[hosts]]
name = "far"
ssh = "${host.alias}"
config_file = "${host.sshConfigFile}"
`,
    });
    const { page, cli } = world;
    const tmux = async (...words: string[]) =>
      (await run('tmux', words, { env: { ...process.env, ...host.tmuxEnvironment } })).stdout;
    const agents = async () =>
      (await tmux('list-sessions', '-F', '#{session_name}'))
        .split('\n')
        .filter((name) => name !== '' && name !== '_fleet');

    await page.say(YOU, '/fleet add Sail away [demo:slow=50] --repo demo/shop');
    const card = await page.card('Sail away');
    const question = await page.question(card, 'git push');
    expect((await page.card('Sail away')).words).toContain('far');
    expect(await world.sessions()).toEqual([]);
    expect(await agents()).toHaveLength(1);

    host.cut();
    await until(async () => (await cli('hosts')).stdout.includes('unreachable'), {
      withinMs: 60_000,
      what: 'the word that the host is unreachable',
    });
    await page.press(YOU, question, 'Yes');
    await page.reply(card, 'Yes · answered by You');
    expect((await page.card('Sail away')).words).toContain('Running');
    host.restore();
    await page.card('Sail away', 'Finished', 60_000);
    expect((await page.github()).pullRequests).toHaveLength(1);
    await until(async () => (await agents()).length === 0, {
      withinMs: 20_000,
      what: 'the end of the session',
    });

    await page.say(YOU, '/fleet add Sink [demo:slow=50] --repo demo/shop');
    const sinking = await page.card('Sink');
    await page.question(sinking, 'git push');
    const [session = ''] = await agents();
    await tmux('kill-session', '-t', `=${session}`);
    await page.card('Sink', `Failed · the tmux session ${session} is gone from the host`);
    await page.reply(sinking, /No longer needed/);
  },
);
