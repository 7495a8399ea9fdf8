import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SshHost } from '../doubles/sshd.ts';
import { installStandIn, tmuxOn } from '../doubles/stand-in-agent.ts';
import { until } from '../support/until.ts';
import { beginShop, shareAsh, worktreeOn } from './ash.ts';
import { JOURNEY } from './world.ts';

const WITHIN = { withinMs: 60_000 };
const REQUEST = 'Fix the till\nIt counts a coin twice.';

const { shared, ash: host } = shareAsh({ furnish });

/** A worktree in which a person began an agent by hand. The agent writes down every key that reaches it. */
async function furnish(ash: SshHost): Promise<void> {
  await installStandIn(ash);
  const { home } = ash;
  await beginShop(ash);
  await writeFile(
    join(home, 'bin', 'claude'),
    '#!/bin/sh\nstty -echo -icanon\ncat "$HOME/stand-ins/thinking.screen"\nexec 3<&0\ncat <&3 >"$HOME/typed"\n',
    { mode: 0o755 },
  );
  const transcripts = join(home, '.claude', 'projects', worktreeOn(ash).replaceAll(/[^A-Za-z0-9]/g, '-'));
  await mkdir(transcripts, { recursive: true });
  const line = {
    type: 'user',
    uuid: 'line-1',
    sessionId: 'talk-1',
    timestamp: '2026-11-22T09:00:00.000Z',
    cwd: worktreeOn(ash),
    message: { role: 'user', content: REQUEST },
  };
  await writeFile(join(transcripts, 'talk-1.jsonl'), `${JSON.stringify(line)}\n`);
  for (const [name, folder, program] of [
    ['till', worktreeOn(ash), join(home, 'bin', 'claude')],
    ['notes', home, 'sh'],
  ] as const) {
    await tmuxOn(ash, 'new-session', '-d', '-s', name, '-x', '120', '-y', '40', '-c', folder, program);
  }
}

const typed = () => readFile(join(host().home, 'typed'), 'utf8');

/** As the agent would draw it. */
async function draw(screen: 'thinking' | 'waiting_input'): Promise<void> {
  const terminal = (await tmuxOn(host(), 'display-message', '-p', '-t', '=till:', '#{pane_tty}')).trim();
  await writeFile(terminal, await readFile(join(host().home, 'stand-ins', `${screen}.screen`)));
}

const says = (what: string, ask: () => Promise<string>, pattern: RegExp) =>
  until(
    async () => {
      const told = await ask();
      return pattern.test(told) ? told : null;
    },
    { ...WITHIN, what },
  );

test(
  'a session that was begun by hand gets a task without a key, is answered by a person, and goes on after cancel',
  JOURNEY,
  async () => {
    const world = shared();
    await says('the look', () => world.ask('observe', 'ash'), /fix-till/);
    const adopted = await world.ask('adopt', 'ash');
    expect(adopted).toMatch(/T1 .*till.*: claude on acme\/shop, branch .*fix-till.* — Fix the till/);
    expect(adopted).toMatch(/notes.*: no agent that I know runs in it/);
    expect(await world.ask('adopt', 'ash', 'till')).toMatch(/till.*it has a task already: .*T1/);

    const status = await says('the task', () => world.ask('status', 'T1'), /running/);
    expect(status).toContain('acme/shop');
    expect(await typed()).toBe('');

    await draw('waiting_input');
    const asked = await says('the question', () => world.ask('approvals'), /T1/);
    expect(await typed()).toBe('');
    const question = /\b[0-9a-f]{8}\b/.exec(asked)?.[0] ?? '';
    expect(await world.ask('answer', question, 'yes')).toContain('Answered: Yes');
    await until(async () => (await typed()) !== '', { ...WITHIN, what: 'the key of the answer' });
    await draw('thinking');

    expect(await world.ask('cancel', 'T1')).toContain('The session itself goes on');
    const mark = async () =>
      (await tmuxOn(host(), 'show-options', '-v', '-q', '-t', '=till:', '@fleet_session')).trim();
    await until(async () => (await mark()) === '', { ...WITHIN, what: 'the mark to be taken off' });
    expect(await tmuxOn(host(), 'list-sessions', '-F', '#{session_name}')).toContain('till');
    await says('another adoption', () => world.ask('adopt', 'ash', 'till'), /T2/);
  },
);
