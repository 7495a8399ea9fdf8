import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createStore, openDatabase } from '../../db/index.ts';
import { sessionId } from '../../src/domain/index.ts';
import { openSshd, type SshHost } from '../doubles/sshd.ts';
import { installStandIn, standIn, tmuxOn } from '../doubles/stand-in-agent.ts';
import { until } from '../support/until.ts';
import { YOU } from './page.ts';
import { JOURNEY, QUICK, shareWorld, type World } from './world.ts';

const NOTICED_WITHIN_MS = 60_000;

const hosts: SshHost[] = [];

// Closed after the world that reaches it: hooks of this kind run in reverse.
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.close()));
});

const shared = shareWorld({
  toml: async () => {
    const host = await openSshd({ alias: 'oak' });
    hosts.push(host);
    await installStandIn(host);
    return `${QUICK}[[hosts]]\nname = "oak"\nssh = "oak"\nconfig_file = "${host.sshConfigFile}"\n`;
  },
});

function oak(): SshHost {
  const [host] = hosts;
  if (host === undefined) throw new Error('the host is opened before the first test');
  return host;
}

function sees({ ask }: World, words: readonly string[], ...wanted: readonly RegExp[]): Promise<string> {
  return until(
    async () => {
      const told = await ask(...words);
      return wanted.every((each) => each.test(told)) && told;
    },
    { withinMs: NOTICED_WITHIN_MS, what: `${wanted.join(' and ')} in ${words.join(' ')}` },
  );
}

test(
  'what an agent told by its hook while the program was dead is known once when it is back',
  JOURNEY,
  async () => {
    const world = shared();
    await world.ask('add', 'Stand and wait', '--repo', 'demo/shop', '--agent', 'claude', '--host', 'oak');
    const name = await until(
      async () => (await sessionsOn(oak())).find((each) => each.startsWith('fleet-')),
      {
        withinMs: NOTICED_WITHIN_MS,
        what: 'the session of the task',
      },
    );
    const agent = await standIn(oak(), name);
    const spool = await spoolOf(oak());
    await sees(world, ['explain', 'oak', name], /State +thinking/);
    await agent.hook('PreCompact');
    // Its screen goes on showing that it thinks.
    await sees(world, ['explain', 'oak', name], /State +compacting/, /Source +hook/);

    await world.kill();
    for (const event of ['PostCompact', 'PreToolUse', 'PostToolUse', 'PreCompact', 'UserPromptSubmit']) {
      await agent.hook(event);
    }
    await until(async () => (await eventsIn(spool)).length === 6, { withinMs: 10_000, what: 'all events' });
    await world.restart();
    await sees(world, ['explain', 'oak', name], /State +thinking/, /Source +hook/);
    await agent.hook('PreCompact');
    await sees(world, ['explain', 'oak', name], /State +compacting/);
    await world.kill();
    await world.restart();
    await sees(world, ['explain', 'oak', name], /State +compacting/);

    const written = await eventsIn(spool);
    await world.stop();
    expect(await eventsKept(world, spool)).toEqual(written);
    await world.restart();
  },
);

test(
  'a session that a person began by hand is told of, and nothing is ever typed there',
  JOURNEY,
  async () => {
    const world = shared();
    const { page } = world;
    const typed = join(oak().home, 'typed');
    await writeFile(typed, '');
    // It answers nothing and writes down every key, as it comes.
    const script = `stty raw -echo; printf 'Do you want to proceed? [y/N] '; exec cat >'${typed}'`;
    await tmuxOn(
      oak(),
      'new-session',
      '-d',
      '-s',
      'by-hand',
      '-x',
      '80',
      '-y',
      '24',
      '--',
      'sh',
      '-c',
      script,
    );

    await sees(world, ['observe', 'oak'], /by-hand/);
    await page.say(YOU, '/fleet status');
    await page.ephemeral(YOU, /by-hand/);
    expect(await world.ask('snapshot', 'oak', 'by-hand')).toContain('Do you want to proceed?');
    for (const words of [['explain', 'oak', 'by-hand'], ['health'], ['status']]) await world.ask(...words);
    await world.kill();
    await world.restart();
    await sees(world, ['observe', 'oak'], /by-hand/);

    expect(await readFile(typed, 'utf8')).toBe('');
    await tmuxOn(oak(), 'send-keys', '-t', '=by-hand:', 'by a person');
    await until(async () => (await readFile(typed, 'utf8')) === 'by a person', { withinMs: 10_000 });
  },
);

async function sessionsOn(host: SshHost): Promise<readonly string[]> {
  return (await tmuxOn(host, 'list-sessions', '-F', '#{session_name}')).split('\n');
}

/** Where the hooks of the only session that Fleet Director began write. */
async function spoolOf({ home }: SshHost): Promise<{ readonly session: string; readonly file: string }> {
  const folder = join(home, '.fleet', 'sessions');
  const [session = ''] = await readdir(folder);
  return { session, file: join(folder, session, 'events') };
}

async function eventsIn({ file }: { readonly file: string }): Promise<readonly string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((line) => line.split(' ')[3] ?? []);
}

/** What the program, which does not run now, has kept. */
async function eventsKept(
  { environment, dataDir }: World,
  { session }: { readonly session: string },
): Promise<readonly string[]> {
  const url = environment.DATABASE_URL;
  const opened = await openDatabase(
    url === undefined ? { kind: 'embedded', dataDir } : { kind: 'server', url },
  );
  if (!opened.ok) throw new Error(`the database did not open: ${JSON.stringify(opened.error)}`);
  try {
    const store = createStore(opened.value.connection, {
      jobs: { enqueue: () => Promise.resolve() },
      now: () => new Date(),
      newId: () => '',
      log: { error() {} },
    });
    return (await store.agentEvents(sessionId(session), 100)).map(({ event }) => event);
  } finally {
    await opened.value.close();
  }
}
