import { randomUUID } from 'node:crypto';
import { GUIDED_FILE, type Launch, type LaunchPath } from '../agents/index.ts';
import { type Host, ok, type Result, type SessionId } from '../domain/index.ts';
import { quoteWord } from '../safety/index.ts';
import type { Connection } from './connection.ts';
import { CONTEXT_FOLDER, HOOK_SCRIPT } from './hook-script.ts';
import { type HostFailure, refuse, refusedByTmux } from './host-failure.ts';
import { NEIGHBOURS_FILE } from './neighbours.ts';
import { listSessions, SESSION_OPTION } from './sessions.ts';
import type { ShellScript } from './shell.ts';
import { exactSession, literalFormat, tmuxWord } from './tmux-word.ts';

/** How an agent is started. The exact prompt travels as a file of its own, the agent's other files with the words. */
export type LaunchRequest = Launch & {
  readonly session: SessionId;
  /** Which start of the session it is: what hooks tell belongs to one of them. */
  readonly generation: number;
  readonly name: string;
  readonly worktree: string;
  readonly prompt: string;
};

// Linux takes no longer argument: execve(2), MAX_ARG_STRLEN, which counts the NUL at its end.
const MAX_WORD_BYTES = 131_072 - 1;

// What hooks wrote down stays until long after it was read.
const FORGOTTEN_AFTER_DAYS = 90;

const COLUMNS = 200;
const ROWS = 50;

export async function launchAgent(
  host: Host,
  connection: Connection,
  request: LaunchRequest,
  signal: AbortSignal,
): Promise<Result<{ readonly started: boolean }, HostFailure>> {
  const fault = faultOf(request);
  if (fault !== null) return refuse(host, fault);

  const before = await isRunning(host, connection, request, signal);
  if (!before.ok) return before;
  if (before.value) return ok({ started: false });

  const name = `launch-${randomUUID()}`;
  const write = (file: string, content: string) =>
    connection.run(
      { ...WRITE_FILE, words: [request.session, file, request.worktree], stdin: content },
      signal,
    );
  const prompt = await write(`${name}${PROMPT_SUFFIX}`, request.prompt);
  if (!prompt.ok) return prompt;
  const script = await write(name, scriptFor(request));
  if (!script.ok) return script;
  const path = script.value.trimEnd();

  const asked = await connection.ask(() => [newSession(request, path)], signal);
  if (!asked.ok) return asked;
  const [answer] = asked.value;
  if (answer?.ok === true) return ok({ started: true });

  // Somebody else may have been faster; the files of the one who was not have no use.
  await connection.run({ ...REMOVE_FILES, words: [path, `${path}${PROMPT_SUFFIX}`] }, signal);
  const after = await isRunning(host, connection, request, signal);
  if (!after.ok) return after;
  if (after.value) return ok({ started: false });
  return refusedByTmux(host, [answer]);
}

function faultOf({ session, name, words, env, files, prompt }: LaunchRequest): string | null {
  if (!/^[A-Za-z0-9_-]+$/.test(session)) return `${session} cannot be the name of a folder`;
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return `${name} cannot be the name of a tmux session`;
  if (words.length === 0) return 'there is no program to start';
  const strange = Object.keys(env).find((key) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key));
  if (strange !== undefined) return `${strange} cannot be the name of an environment variable`;
  const folder = files.find((file) => !isPlainPath(file.name));
  if (folder !== undefined) return `${folder.name} cannot be the name of a file of the session`;
  const texts = [
    ...words.map((word) => (typeof word === 'string' ? word : word.kind === 'prompt' ? prompt : word.name)),
    ...Object.entries(env).map(([key, value]) => `${key}=${typeof value === 'string' ? value : value.name}`),
    ...files.map((file) => file.content),
  ];
  if (texts.some((text) => text.includes('\0'))) return 'an argument cannot hold a NUL character';
  const longest = Math.max(...texts.map((text) => Buffer.byteLength(text)));
  if (longest > MAX_WORD_BYTES) {
    return `the prompt is too long for a command line: ${longest} bytes, and ${MAX_WORD_BYTES} is the most`;
  }
  return null;
}

/** Below the session's folder, in no need of quotes, and in nobody's way there. */
function isPlainPath(name: string): boolean {
  return /^(?:[a-z][a-z0-9-]*\/)*[a-z][a-z0-9-]*\.[a-z]+$/.test(name);
}

/** Whether the session carries our id already. A session of that name that does not is a failure. */
async function isRunning(
  host: Host,
  connection: Connection,
  { session, name }: LaunchRequest,
  signal: AbortSignal,
): Promise<Result<boolean, HostFailure>> {
  const listed = await listSessions(host, connection, signal);
  if (!listed.ok) return listed;
  if (listed.value.some((each) => each.session === session)) return ok(true);
  if (!listed.value.some((each) => each.name === name)) return ok(false);
  return refuse(
    host,
    `a tmux session with the name ${name} is there already and is not this one: end it or rename it`,
  );
}

/**
 * What the pane runs. It removes itself and the prompt's file first: prompt and environment are nobody else's to read.
 * No shell takes the prompt for anything but the value of a parameter. The `x` keeps the line ends at its end, which `$(…)` drops.
 */
function scriptFor({ session, generation, worktree, words, env, files }: LaunchRequest): string {
  const word = (text: string | LaunchPath) =>
    typeof text === 'string' ? quoteWord(text) : `"$folder"/${quoteWord(text.name)}`;
  const command = words.map((each) =>
    typeof each !== 'string' && each.kind === 'prompt' ? '"$1"' : word(each),
  );
  return [
    `set -- "$(cat -- "$0${PROMPT_SUFFIX}" && printf x)"`,
    `rm -f -- "$0" "$0${PROMPT_SUFFIX}"`,
    '[ -n "$1" ] || exit',
    `set -- "\${1%x}"`,
    'folder=$(dirname -- "$0")',
    ...fileLines([{ name: HOOK, content: HOOK_SCRIPT }, ...files]),
    `cd -- ${quoteWord(worktree)} || exit`,
    'PATH="$PATH:$HOME/.local/bin"',
    'export PATH',
    ...Object.entries(env).map(([name, value]) => `export ${name}=${word(value)}`),
    `export FLEET_HOOK="$folder"/${HOOK} FLEET_SESSION=${quoteWord(session)} FLEET_GENERATION=${generation}`,
    `export FLEET_NEIGHBOURS="$folder"/${NEIGHBOURS_FILE}`,
    `exec ${command.join(' ')}`,
    '',
  ].join('\n');
}

/** Each takes the place of the last start's file in one step: a hook of that start may be reading it. */
function fileLines(files: Launch['files']): readonly string[] {
  return [
    `rm -rf -- "$folder"/.line-* "$folder"/.payload-* "$folder"/.turn "$folder"/.ask-* "$folder"/.over-* "$folder"/.context*`,
    `rm -rf -- "$folder"/${GUIDED_FILE} "$folder"/${CONTEXT_FOLDER} "$folder"/${NEIGHBOURS_FILE}`,
    ...files.map(({ name, content }) => {
      const path = `"$folder"/${quoteWord(name)}`;
      return `(umask 077; mkdir -p -- "$(dirname -- ${path})"; printf %s ${quoteWord(content)} >${path}.new && chmod 700 ${path}.new && mv -f -- ${path}.new ${path})`;
    }),
  ];
}

const HOOK = 'hook';
const PROMPT_SUFFIX = '.prompt';

const WRITE_FILE: Omit<ShellScript, 'words' | 'stdin'> = {
  script: `
[ -d "$3" ] || { echo "there is no folder $3" >&2; exit 1; }
umask 077
for old in "$HOME"/.fleet/sessions/*/; do
  [ -n "$(find "$old" -mtime -${FORGOTTEN_AFTER_DAYS} 2>/dev/null)" ] || rm -rf -- "$old"
done
mkdir -p "$HOME/.fleet/sessions/$1" || exit
file="$HOME/.fleet/sessions/$1/$2"
cat > "$file" || exit
printf '%s\\n' "$file"`,
  program: 'sh',
  limitMs: 20_000,
};

const REMOVE_FILES: Omit<ShellScript, 'words'> = {
  script: 'rm -f -- "$@"',
  stdin: '',
  program: 'rm',
  limitMs: 10_000,
};

/**
 * One sequence, which tmux carries out before it notices the end of any program: even one that ends at once leaves its dead pane and its status.
 * No text of tmux's own is put into that pane, where tmux can leave it out (3.3).
 */
function newSession({ session, name, worktree }: LaunchRequest, path: string): string {
  const target = exactSession(name);
  return [
    `new-session -d -s ${tmuxWord(name)} -x ${COLUMNS} -y ${ROWS} -c ${tmuxWord(literalFormat(worktree))} -- sh ${tmuxWord(path)}`,
    `set-option -t ${target} ${SESSION_OPTION} ${tmuxWord(session)}`,
    `set-option -t ${target} destroy-unattached off`,
    `set-option -w -t ${target} remain-on-exit on`,
    `set-option -q -w -t ${target} remain-on-exit-format ""`,
    `set-option -w -t ${target} allow-rename off`,
  ].join(' ; ');
}
