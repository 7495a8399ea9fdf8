import { spawn } from 'node:child_process';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SshHost } from '../doubles/sshd.ts';
import { installStandIn, tmuxOn } from '../doubles/stand-in-agent.ts';
import { until } from '../support/until.ts';
import { beginShop, shareAsh, worktreeOn } from './ash.ts';
import { JOURNEY } from './world.ts';

const NOTICED_WITHIN_MS = 60_000;
const PULL_REQUEST = 'https://github.com/acme/shop/pull/7';

/** Draws that it thinks, and notes who it is. */
const AGENT = `#!/bin/sh
name=$(tmux display-message -p -t "$TMUX_PANE" '#{session_name}')
echo $$ >"$HOME/pid-$name"
stty -echo -icanon
cat "$HOME/stand-ins/thinking.screen"
cat >/dev/null
`;

const { shared, ash } = shareAsh({ furnish, settings: 'stuck_seconds = 2\n' });

/** Where claude writes down what is said in the worktree. */
function transcriptFolder(host: SshHost): string {
  return join(host.home, '.claude', 'projects', worktreeOn(host).replaceAll(/[^A-Za-z0-9]/g, '-'));
}

/** What people began there by hand: an agent in a worktree, another kind beside a second window, and shells. */
async function furnish(host: SshHost): Promise<void> {
  const { home } = host;
  await installStandIn(host);
  await beginShop(host);
  for (const name of ['claude', 'codex']) await writeFile(join(home, 'bin', name), AGENT, { mode: 0o755 });
  const begin = (name: string, folder: string, ...program: readonly string[]) =>
    tmuxOn(host, 'new-session', '-d', '-s', name, '-x', '120', '-y', '40', '-c', folder, ...program);
  await begin('till', worktreeOn(host), join(home, 'bin', 'claude'));
  await begin('desk', home, join(home, 'bin', 'codex'));
  await tmuxOn(host, 'new-window', '-d', '-t', '=desk:', 'exec cat');
  for (const name of ['paused', 'halted']) await begin(name, home, 'exec bash --norc --noprofile -i');
}

/** What people are told, as soon as it has all these words. */
async function sees(words: readonly string[], ...wanted: readonly RegExp[]): Promise<string> {
  let told = '';
  await until(
    async () => {
      told = await shared().ask(...words);
      return wanted.every((each) => each.test(told));
    },
    { withinMs: NOTICED_WITHIN_MS, what: `${wanted.join(' and ')} in ${words.join(' ')}` },
  ).catch((cause: unknown) => {
    throw new Error(`told was:\n${told}`, { cause });
  });
  return told;
}

/** As the agent in this session would draw it. */
async function draw(session: string, what: string): Promise<void> {
  const terminal = await tmuxOn(ash(), 'display-message', '-p', '-t', `=${session}:`, '#{pane_tty}');
  await writeFile(terminal.trim(), what);
}

test(
  'one look over one connection tells of every session: windows, who is attached, agent, branch, pull request, and what lives',
  JOURNEY,
  async () => {
    await using person = attach('till');
    expect(person.pid).toBeGreaterThan(0);
    await draw('till', `\u001b7\u001b[2;1H${PULL_REQUEST}\u001b8`);
    const told = await sees(
      ['observe', 'ash'],
      /^reachable; 4 sessions/m,
      /till, somebody is attached — thinking/,
      new RegExp(`claude.*, branch fix-till, ${PULL_REQUEST}`),
      /desk, 2 windows — /,
      /codex/,
      /paused — shell, no agent/,
      /halted — shell, no agent/,
    );
    expect(told).not.toMatch(/(?:desk|paused|halted).*somebody is attached/);
    expect(ash().acceptedConnections()).toBe(1);
  },
);

/** A person's tmux that shows this session. */
function attach(session: string) {
  const host = ash();
  const client = spawn('tmux', ['-C', 'attach-session', '-t', `=${session}`], {
    env: { PATH: process.env.PATH, HOME: host.home, ...host.tmuxEnvironment },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return {
    pid: client.pid,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => client.once('close', resolve));
      client.stdin.end();
      await ended;
    },
  };
}

test.for([
  ['paused', 'SIGTSTP'],
  ['halted', 'SIGSTOP'],
] as const)(
  'an agent under a shell is suspended after %s %s, and the shell is a shell when it is killed',
  JOURNEY,
  async ([session, signal]) => {
    const { home } = ash();
    await tmuxOn(ash(), 'send-keys', '-t', `=${session}:`, join(home, 'bin', 'claude'), 'Enter');
    await sees(['observe', 'ash'], new RegExp(`${session} — thinking`));
    const pid = Number(await readFile(join(home, `pid-${session}`), 'utf8'));
    expect(pid).toBeGreaterThan(1);

    process.kill(-pid, signal);
    await sees(['observe', 'ash'], new RegExp(`${session} — suspended`));
    process.kill(-pid, 'SIGKILL');
    await sees(['observe', 'ash'], new RegExp(`${session} — shell, no agent`));
  },
);

test(
  'of an adopted session the newest transcript is read, lines that are broken passed over, and explained',
  JOURNEY,
  async () => {
    const host = ash();
    const folder = transcriptFolder(host);
    await mkdir(folder, { recursive: true });
    let number = 0;
    const line = (type: string, content: unknown): string => {
      number += 1;
      return JSON.stringify({ type, uuid: `line-${number}`, sessionId: 'talk-2', message: { content } });
    };
    const old = join(folder, 'talk-1.jsonl');
    await writeFile(old, `${line('user', 'Something of last week')}\n`);
    await utimes(old, 1_700_000_000, 1_700_000_000);
    const edit = { type: 'tool_use', id: 'edit-1', name: 'Edit', input: { file_path: 'src/till.ts' } };
    const created = { type: 'tool_use', id: 'bash-1', name: 'Bash', input: { command: 'gh pr create' } };
    const result = (id: string, content: string, is_error = false) =>
      line('user', [{ type: 'tool_result', tool_use_id: id, content, is_error }]);
    const lines = [
      line('user', 'Fix the till\nIt counts a coin twice.'),
      line('assistant', [edit]),
      '{"type":"assistant","mess',
      result('edit-1', 'The file has been updated'),
      ...Array.from({ length: 300 }, (_, index) =>
        line('assistant', [{ type: 'text', text: `word ${index}` }]),
      ),
      line('assistant', [created]),
      result('bash-1', 'https://github.com/acme/shop/pull/8'),
      line('assistant', [{ type: 'tool_use', id: 'bash-2', name: 'Bash', input: { command: 'make' } }]),
      result('bash-2', 'make: no rule', true),
    ];
    await writeFile(join(folder, 'talk-2.jsonl'), `${lines.join('\n')}\n`);

    await sees(['observe', 'ash'], /till/);
    expect(await shared().ask('adopt', 'ash', 'till')).toMatch(/T1 .*till/);
    const told = await sees(['explain', 'T1'], /What its transcript tells/, /pull\/8/);
    for (const each of [
      /First request +Fix the till It counts a coin twice\./,
      /Last message +of the agent: word 299/,
      /Messages +1 of people, 300 of the agent/,
      /Tools +3 calls: Bash 2, Edit 1/,
      /Changed files +1: src\/till\.ts/,
      /Errors +“Bash: make: no rule”/,
      /Unreadable +1 line, passed over/,
    ]) {
      expect(told).toMatch(each);
    }
    expect(told).not.toContain('last week');
    await sees(['observe', 'ash'], /branch fix-till, https:\/\/github\.com\/acme\/shop\/pull\/8/);
  },
);

/** A screen by which nobody can tell what the agent does. */
const unclear = (words: string) => `\u001b]2;\u0007\u001b[H\u001b[2J${words}`;

test(
  'a screen that stands still becomes stuck and starts anew when it changes, one that thinks does not, and a locked task never does',
  JOURNEY,
  async () => {
    const { home } = ash();
    for (const name of ['sums', 'beside']) {
      const agent = [join(home, 'shop'), join(home, 'bin', 'codex')] as const;
      await tmuxOn(ash(), 'new-session', '-d', '-s', name, '-x', '120', '-y', '40', '-c', ...agent);
    }
    await sees(['explain', 'ash', 'sums'], /^Agent +codex/m, /^Works in .*branch main/m);
    const task = /\bT\d+/.exec(await shared().ask('adopt', 'ash', 'sums'))?.[0] ?? '';
    expect(await shared().ask('lock', task, 'for', '3h')).toContain(`${task} is locked until`);

    await draw('sums', unclear('one moment'));
    await sees(['explain', task], /^State +unknown/m, /^Locked +by \S+ until/m);
    await draw('beside', unclear('one moment'));
    await sees(['explain', 'ash', 'beside'], STUCK);
    await draw('beside', unclear('another moment'));
    await sees(['explain', 'ash', 'beside'], /^Matched line +another moment/m, NOT_STUCK);
    await sees(['explain', 'ash', 'beside'], STUCK);
    for (const which of [[task], ['ash', 'till']]) {
      expect(await shared().ask('explain', ...which)).toMatch(NOT_STUCK);
    }

    expect(await shared().ask('unlock', task)).toContain(`${task} is not locked any more`);
    await sees(['explain', task], STUCK);
  },
);

const STUCK = /^Stuck +since/m;
const NOT_STUCK = /^(?![\s\S]*\nStuck )/;
