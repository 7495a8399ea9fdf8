import { readFile } from 'node:fs/promises';
import { err, type Host, ok, type Result } from '../domain/index.ts';
import { azlinProgram } from './azlin-words.ts';
import type { Connection } from './connection.ts';
import { type HostFailure, refuse } from './host-failure.ts';
import { lastLines, runProgram } from './run-program.ts';
import type { ShellScript } from './shell.ts';
import { sshOf } from './ssh-words.ts';

/** A file of this machine, and its path below the home folder of the host. */
export type CopyRequest = { readonly from: string; readonly to: string };

const COPY_LIMIT_MS = 300_000;

/** Brings a file to a host. What is there is replaced as a whole: nobody ever reads half of it. */
export async function copyFile(
  host: Host,
  connection: Connection,
  env: NodeJS.ProcessEnv,
  { from, to }: CopyRequest,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  if (!/^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/.test(to) || to.split('/').includes('..')) {
    return refuse(host, `${to} is not a path below the home folder`);
  }
  let content: Buffer;
  try {
    content = await readFile(from);
  } catch (cause) {
    return refuse(host, `${from} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (host.transport.kind !== 'azlin' || sshOf(host.transport) !== null) {
    const copied = await connection.run({ ...TAKE_FILE, words: [to], stdin: content }, signal);
    return copied.ok ? ok(undefined) : copied;
  }

  // azlin has a way of its own to get a file through Bastion.
  const part = `.fleet-part-${to.replaceAll('/', '-')}`;
  const args = ['cp', from, `${host.transport.vm}:${part}`];
  const ended = await runProgram(
    { file: azlinProgram(env), args, env, stdin: { kind: 'nothing' }, limitMs: COPY_LIMIT_MS },
    signal,
  );
  if (ended.kind === 'timed-out') return err({ kind: 'timed-out', host: host.id, afterMs: COPY_LIMIT_MS });
  if (ended.kind === 'missing') return err({ kind: 'missing-program', host: host.id, program: 'azlin' });
  // How azlin ends says little; whether the whole file is there says everything.
  const words = [to, part, String(content.byteLength)];
  const taken = await connection.run({ ...TAKE_COPIED, words, stdin: '' }, signal);
  if (taken.ok) return ok(undefined);
  const said = lastLines(ended.stderr);
  return taken.error.kind === 'refused' && said !== '' ? err({ ...taken.error, stderr: said }) : taken;
}

const FOLDER = `
cd -- "$HOME" || exit
case $1 in */*) mkdir -p -- "\${1%/*}" || exit ;; esac`;

const TAKE_FILE: Omit<ShellScript, 'words' | 'stdin'> = {
  script: `${FOLDER}
cat > "$1.part" && mv -f -- "$1.part" "$1"`,
  program: 'sh',
  limitMs: COPY_LIMIT_MS,
};

const TAKE_COPIED: Omit<ShellScript, 'words' | 'stdin'> = {
  script: `${FOLDER}
[ "$(wc -c < "$2" 2>/dev/null | tr -d ' ')" = "$3" ] || { echo "the file did not arrive as a whole" >&2; exit 1; }
mv -f -- "$2" "$1"`,
  program: 'sh',
  limitMs: 20_000,
};
