import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Capture } from '../../src/domain/index.ts';
import { readRecordedScreen } from '../support/corpus.ts';
import { isRunning, processesWithEnvironment } from '../support/processes.ts';
import { until } from '../support/until.ts';
import type { SshHost } from './sshd.ts';

const run = promisify(execFile);

/** The screens that a stand-in can show: recorded ones of Claude Code, so they are read by its rules. */
const SCREENS = {
  thinking: 'thinking/streaming-text',
  waiting_input: 'waiting_input/perm-edit-diff',
} as const;

export type ShownState = keyof typeof SCREENS;

const COLUMNS = 120;
const ROWS = 40;
const STARTS_WITHIN_MS = 10_000;
const FIXTURES = fileURLToPath(new URL('../fixtures/screens/claude-code/', import.meta.url));

/** A program `claude` in a real pane that does nothing by itself: what it shows and tells, the test says. */
export type StandIn = {
  readonly name: string;
  show(state: ShownState): Promise<void>;
  /** Runs its hook as the agent does; there must be one in its environment. */
  hook(event: string): Promise<void>;
  end(exitStatus: number): Promise<void>;
};

/** Puts the program where a host looks for programs of its user. */
export async function installStandIn({ home }: SshHost): Promise<void> {
  const folder = join(home, '.local', 'bin');
  await mkdir(folder, { recursive: true });
  await mkdir(join(home, 'stand-ins'), { recursive: true });
  for (const [state, scenario] of Object.entries(SCREENS)) {
    const { capture } = readRecordedScreen(
      join(FIXTURES, `${scenario}-${COLUMNS}x${ROWS}-01.json`),
      FIXTURES,
    );
    await writeFile(join(home, 'stand-ins', `${state}.screen`), drawing(capture));
  }
  await writeFile(join(folder, 'claude'), PROGRAM, { mode: 0o755 });
}

/** Sessions as a person begins them, with nothing in them that Fleet Director made. Each shows that it thinks. */
export async function startByHand(
  host: SshHost,
  sessions: readonly { readonly name: string; readonly env?: Readonly<Record<string, string>> }[],
): Promise<readonly StandIn[]> {
  const words = sessions.flatMap(({ name, env = {} }, at) => [
    ...(at === 0 ? [] : [';']),
    'new-session',
    '-d',
    '-s',
    name,
    '-x',
    `${COLUMNS}`,
    '-y',
    `${ROWS}`,
    ...Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]),
    '--',
    join(host.home, '.local', 'bin', 'claude'),
  ]);
  await tmuxOn(host, ...words);
  return await Promise.all(sessions.map(({ name }) => standIn(host, name)));
}

/** The stand-in in the tmux session that had this name when it began, whoever began it. */
export async function standIn({ home }: SshHost, name: string): Promise<StandIn> {
  const pipe = join(home, 'stand-ins', name);
  await until(() => existsSync(pipe), { withinMs: STARTS_WITHIN_MS, what: `a stand-in in ${name}` });
  const tell = (line: string) => appendFile(pipe, `${line}\n`);
  return {
    name,
    show: (state) => tell(`show ${state}`),
    hook: (event) => tell(`hook ${event}`),
    end: (exitStatus) => tell(`end ${exitStatus}`),
  };
}

/** tmux as the user of this host types it there. */
export async function tmuxOn(host: SshHost, ...words: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: host.home,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    FLEET_TEST_RUN: process.env.FLEET_TEST_RUN,
    ...host.tmuxEnvironment,
  };
  const [program = 'tmux', ...rest] = [...host.enter, 'tmux', ...words];
  return (await run(program, rest, { env, cwd: host.home })).stdout;
}

/** Ends the host's tmux server with everything in it, and waits until it is gone: one that ends takes no new session. */
export async function endTmux(host: SshHost): Promise<void> {
  const { TMUX_TMPDIR: folder = '' } = host.tmuxEnvironment;
  const servers = processesWithEnvironment('TMUX_TMPDIR', folder).filter(({ name }) =>
    name.startsWith('tmux: server'),
  );
  await tmuxOn(host, 'kill-server');
  await until(() => !servers.some(({ pid }) => isRunning(pid)), {
    withinMs: STARTS_WITHIN_MS,
    what: 'the end of the tmux server',
  });
}

// A shell, for it is small, and waits without using any CPU. It holds its screens: drawing one starts no process.
const PROGRAM = `#!/bin/sh
folder=$HOME/stand-ins
thinking=$(cat "$folder/thinking.screen")
waiting_input=$(cat "$folder/waiting_input.screen")
name=$(tmux display-message -p -t "$TMUX_PANE" '#{session_name}')
stty -echo
printf '%s' "$thinking"
mkfifo "$folder/.$name" && mv "$folder/.$name" "$folder/$name" && exec 3<>"$folder/$name" || exit
while read -r what which <&3; do
  case "$what $which" in
    'show thinking') printf '%s' "$thinking" ;;
    'show waiting_input') printf '%s' "$waiting_input" ;;
    hook*) printf '{"hook_event_name":"%s","session_id":"stand-in","prompt":"go on","trigger":"auto"}' "$which" | sh "$FLEET_HOOK" "$which" ;;
    end*) exit "$which" ;;
  esac
done
`;

/** What a terminal of 40 lines must be sent so that it looks as it did: title, screen, cursor. */
export function drawing({ ansi, pane }: Pick<Capture, 'ansi' | 'pane'>): string {
  const lines = ansi.split('\n').slice(0, ROWS).join('\n');
  const cursor = `\x1b[${pane.cursorY + 1};${pane.cursorX + 1}H`;
  return `\x1b]2;${pane.title}\x07\x1b[H\x1b[2J${lines}\x1b[0m${cursor}`;
}
