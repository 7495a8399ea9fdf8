import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isRunning } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { openSshd, type SshHost } from './sshd.ts';

const run = promisify(execFile);

async function onHost(host: SshHost, command: string): Promise<string> {
  const words = ['-F', host.sshConfigFile, '-o', 'ConnectTimeout=2', host.alias, command];
  const { stdout } = await run('ssh', words, { timeout: 10_000 });
  return stdout;
}

test('a session runs its command as written, in the home of the host', async () => {
  await using host = await openSshd({ path: ['/opt/agents'] });

  expect(await onHost(host, 'pwd; echo "$HOME"')).toBe(`${host.home}\n${host.home}\n`);
  expect(await onHost(host, `printf %s 'two  words' "$(echo '$x')" > note`)).toBe('');
  expect(readFileSync(join(host.home, 'note'), 'utf8')).toBe('two  words$x');
  expect(await onHost(host, 'echo "$PATH"')).toMatch(/^\/opt\/agents:.*:\/bin\n$/);
});

test('standard input reaches the command and its exit code comes back', async () => {
  await using host = await openSshd();

  const client = spawn('ssh', ['-F', host.sshConfigFile, host.alias, 'cat > received; exit 7']);
  client.stdin.end('line one\nline two');
  await once(client, 'exit');

  expect(client.exitCode).toBe(7);
  expect(readFileSync(join(host.home, 'received'), 'utf8')).toBe('line one\nline two');
});

test('each host has a tmux server of its own, which ends with the host', async () => {
  await using first = await openSshd({ alias: 'first' });
  await using second = await openSshd({ alias: 'second' });

  await onHost(first, 'tmux new-session -d -s here');
  const pid = Number(await onHost(second, "tmux new-session -d -s there -P -F '#{pid}'"));

  expect(await onHost(first, "tmux list-sessions -F '#{session_name}'")).toBe('here\n');
  expect(await onHost(second, "tmux list-sessions -F '#{session_name}'")).toBe('there\n');

  expect(isRunning(pid)).toBe(true);

  await second.close();
  expect(isRunning(pid)).toBe(false);
  expect(await onHost(first, "tmux list-sessions -F '#{session_name}'")).toBe('here\n');
});

test('a cut host ends its connections, answers nobody, and has lost nothing when it is back', async () => {
  await using host = await openSshd();
  await onHost(host, 'tmux new-session -d -s work');
  const client = spawn('ssh', ['-F', host.sshConfigFile, host.alias, 'echo ready; sleep 60']);
  await once(client.stdout, 'data');

  const ended = once(client, 'exit');
  host.cut();
  await ended;
  expect(client.exitCode).toBe(255);
  await expect(onHost(host, 'true')).rejects.toMatchObject({ code: 255 });

  host.restore();
  expect(await onHost(host, "tmux list-sessions -F '#{session_name}'")).toBe('work\n');
});

test('a frozen host keeps its connections silent until it is restored', async () => {
  await using host = await openSshd();
  const client = spawn('ssh', ['-F', host.sshConfigFile, host.alias, 'cat']);
  let heard = '';
  client.stdout.on('data', (data: Buffer) => {
    heard += data.toString();
  });
  client.stdin.write('before\n');
  await until(() => heard === 'before\n', { withinMs: 5_000 });

  host.freeze();
  client.stdin.write('while frozen\n');
  await expect(onHost(host, 'true')).rejects.toMatchObject({ code: 255 });
  expect(heard).toBe('before\n');

  host.restore();
  await until(() => heard === 'before\nwhile frozen\n', { withinMs: 5_000 });
  const ended = once(client, 'exit');
  client.stdin.end();
  await ended;
  expect(client.exitCode).toBe(0);
});

test('a client that does not know the host key is refused', async () => {
  await using host = await openSshd();
  const words = ['-F', host.sshConfigFile, '-o', 'UserKnownHostsFile=/dev/null', host.alias, 'true'];
  await expect(run('ssh', words)).rejects.toMatchObject({ code: 255 });
});
