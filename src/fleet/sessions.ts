import { setTimeout as delay } from 'node:timers/promises';
import type { TypingRecipe } from '../agents/index.ts';
import { type Capture, type Host, ok, type Result, type SessionId, sessionId } from '../domain/index.ts';
import { NEVER_ABORTED } from './abort.ts';
import type { Connection } from './connection.ts';
import type { Answer } from './control-reader.ts';
import { type HostFailure, noSession, refuse, refusedByTmux } from './host-failure.ts';
import { factsOf, listPanes, type Pane, panesOf, processesOf, SETTLE_TRIES, settle } from './panes.ts';
import { type ProcessTable, parseProcesses, READ_PROCESSES } from './processes.ts';
import { record, recordsOf } from './records.ts';
import type { ShellScript } from './shell.ts';
import { exactSession, tmuxWord } from './tmux-word.ts';
import { WATCH_SESSION } from './watch-session.ts';

/** A session as a host lists it. `session` is the id that Fleet Director wrote on it; null: not one of ours. */
export type ListedSession = { readonly name: string; readonly session: SessionId | null };

/** The session option that holds the id. */
export const SESSION_OPTION = '@fleet_session';

// Keys that arrive in one read look like a paste to some programs.
const KEY_GAP_MS = 80;

export async function listSessions(
  host: Host,
  connection: Connection,
  signal: AbortSignal,
): Promise<Result<readonly ListedSession[], HostFailure>> {
  const asked = await connection.ask((fence) => [listSessionIds(fence)], signal);
  if (!asked.ok) return asked;
  const [answer] = asked.value;
  return answer?.ok === true ? ok(sessionIds(answer)) : refusedByTmux(host, [answer]);
}

function listSessionIds(fence: string): string {
  return `list-sessions -F ${record(fence, ['session_name', SESSION_OPTION])}`;
}

function sessionIds(answer: Answer): readonly ListedSession[] {
  return recordsOf(answer.text, 2)
    .map(([name = '', id = '']) => ({ name, session: id === '' ? null : sessionId(id) }))
    .filter(({ name }) => name !== WATCH_SESSION);
}

export async function readSession(
  host: Host,
  connection: Connection,
  name: string,
  processes: Promise<ProcessTable>,
  now: () => Date,
  signal: AbortSignal,
): Promise<Result<Capture, HostFailure>> {
  const [seen, running] = await Promise.all([look(host, connection, name, signal), processes]);
  if (!seen.ok) return seen;
  const { pane, plain, ansi } = seen.value;
  return ok({
    plain,
    ansi,
    pane: factsOf(pane, running),
    processes: processesOf(pane, running),
    takenAt: now(),
  });
}

async function look(
  host: Host,
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<Result<{ pane: Pane; plain: string; ansi: string }, HostFailure>> {
  const target = exactSession(name);
  const looks = [`capture-pane -p -J -t ${target}`, `capture-pane -p -e -t ${target}`];
  let asked = await connection.ask((fence) => [listPanes(fence), ...looks], signal);
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    const panes = panesOf(asked.ok ? asked.value[0] : undefined);
    if (!panes.some((each) => each.sessionName === name && each.isActive && each.isSettling)) break;
    await settle(connection, signal);
    asked = await connection.ask((fence) => [listPanes(fence), ...looks], signal);
  }
  if (!asked.ok) return asked;
  const [panes, plain, ansi] = asked.value;
  const pane = panesOf(panes).find((each) => each.sessionName === name && each.isActive);
  if (pane === undefined) return panes?.ok === true ? noSession(host, name) : refusedByTmux(host, [panes]);
  if (plain?.ok !== true || ansi?.ok !== true) return refusedByTmux(host, [plain, ansi]);
  return ok({ pane, plain: plain.text, ansi: ansi.text });
}

/** The last lines of a session's active pane with what scrolled away, wrapped lines joined. Fewer where there are no more. */
export async function readHistory(
  host: Host,
  connection: Connection,
  name: string,
  lines: number,
  signal: AbortSignal,
): Promise<Result<string, HostFailure>> {
  const asked = await connection.ask(
    (fence) => [listPanes(fence), `capture-pane -p -J -S -${lines} -t ${exactSession(name)}`],
    signal,
  );
  if (!asked.ok) return asked;
  const [panes, history] = asked.value;
  if (panes?.ok !== true) return refusedByTmux(host, [panes]);
  if (!panesOf(panes).some((each) => each.sessionName === name)) return noSession(host, name);
  if (history?.ok !== true) return refusedByTmux(host, [history]);
  return ok(history.text.replace(/\s+$/, '').split('\n').slice(-lines).join('\n'));
}

/**
 * Writes our id on a session that is there. Nothing in it notices.
 * A session that carries another id is refused: tmux itself decides, so that of two who ask at once only one gets it.
 */
export async function markSession(
  host: Host,
  connection: Connection,
  name: string,
  session: SessionId,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  if (name === WATCH_SESSION) return noSession(host, name);
  const asked = await connection.ask(
    (fence) => [
      `set-option -o -t ${exactSession(name)} ${SESSION_OPTION} ${tmuxWord(session)}`,
      listSessionIds(fence),
    ],
    signal,
  );
  if (!asked.ok) return asked;
  const [set, listed] = asked.value;
  if (listed?.ok !== true) return refusedByTmux(host, [listed]);
  const found = sessionIds(listed).find((each) => each.name === name);
  if (found === undefined) return noSession(host, name);
  if (found.session === session) return ok(undefined);
  return found.session === null
    ? refusedByTmux(host, [set])
    : refuse(host, `the tmux session ${name} belongs to the session ${found.session} already`);
}

/** Takes our id off a session again, if it still carries this one. A session that is not there, or another's, is a success. */
export async function unmarkSession(
  host: Host,
  connection: Connection,
  name: string,
  session: SessionId,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const target = exactSession(name);
  const asked = await connection.ask(
    (fence) => [
      // tmux itself compares, so that nobody's mark is lost who came in between.
      `if-shell -F -t ${target} ${tmuxWord(`#{==:#{${SESSION_OPTION}},${session}}`)} ${tmuxWord(`set-option -u -t ${target} ${SESSION_OPTION}`)}`,
      listSessionIds(fence),
    ],
    signal,
  );
  if (!asked.ok) return asked;
  const [unset, listed] = asked.value;
  if (listed?.ok !== true) return refusedByTmux(host, [listed]);
  const found = sessionIds(listed).find((each) => each.name === name);
  return found?.session === session ? refusedByTmux(host, [unset]) : ok(undefined);
}

/** What is typed, and how the program takes it. */
export type Typing = TypingRecipe & {
  readonly text: string;
  readonly mayEnter: () => Promise<boolean>;
};

/** @param buffer a name for the paste buffer that no other call uses */
export async function typeText(
  host: Host,
  connection: Connection,
  name: string,
  { text, gapMs, keepsLines, mayEnter }: Typing,
  buffer: string,
  signal: AbortSignal,
): Promise<Result<{ readonly isEntered: boolean }, HostFailure>> {
  if (holdsControlCharacters(text)) {
    return refuse(host, 'the text has control characters, which the program would take for keys');
  }
  const found = await livePane(host, connection, name, signal);
  if (!found.ok) return found;
  const target = tmuxWord(found.value.id);
  const shown = keepsLines ? text : text.replaceAll('\n', ' ');
  if (shown !== '') {
    const pasted = await connection.ask(
      () => [
        ...leaveMode(found.value),
        `set-buffer -b ${tmuxWord(buffer)} -- ${tmuxWord(shown)}`,
        // Line ends become carriage returns, as a terminal's own paste sends them, between marks where the program asked for marks.
        `paste-buffer -p -d -b ${tmuxWord(buffer)} -t ${target}`,
      ],
      signal,
    );
    if (!pasted.ok) return pasted;
    if (pasted.value.at(-1)?.ok !== true) {
      await connection.ask(() => [`delete-buffer -b ${tmuxWord(buffer)}`], signal);
      return refusedByTmux(host, pasted.value);
    }
    // From here on the text stands in the prompt, so Enter follows whatever else is given up: only a program that would take it for something else gets none.
    await delay(gapMs);
  }
  if (!(await mayEnter())) return ok({ isEntered: false });
  const entered = await sendKeys(host, connection, [`send-keys -t ${target} Enter`], NEVER_ABORTED);
  return entered.ok ? ok({ isEntered: true }) : entered;
}

export async function pressKeys(
  host: Host,
  connection: Connection,
  name: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const unknown = keys.find((key) => !isKey(key));
  if (unknown !== undefined) return refuse(host, `${JSON.stringify(unknown)} is not the name of one key`);
  const found = await livePane(host, connection, name, signal);
  if (!found.ok) return found;
  const target = tmuxWord(found.value.id);
  const left = await sendKeys(host, connection, leaveMode(found.value), signal);
  if (!left.ok) return left;
  for (const [index, key] of keys.entries()) {
    if (index > 0) await delay(KEY_GAP_MS, undefined, { signal });
    const literal = /^\P{Cc}$/u.test(key) ? '-l ' : '';
    const sent = await sendKeys(
      host,
      connection,
      [`send-keys ${literal}-t ${target} -- ${tmuxWord(key)}`],
      signal,
    );
    if (!sent.ok) return sent;
  }
  return ok(undefined);
}

export async function endSession(
  host: Host,
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const found = await findPanes(host, connection, name, signal);
  if (!found.ok) return found.error.kind === 'no-session' ? ok(undefined) : found;
  const listed = await connection.read(READ_PROCESSES, signal);
  if (!listed.ok) return listed;
  const running = parseProcesses(listed.value);
  const pids = found.value.flatMap((pane) => processesOf(pane, running)).map((each) => each.pid);

  const killed = await connection.ask(() => [`kill-session -t ${exactSession(name)}`], signal);
  if (!killed.ok) return killed;
  const after = await findPanes(host, connection, name, signal);
  if (after.ok) return refusedByTmux(host, killed.value);
  if (after.error.kind !== 'no-session') return after;
  if (pids.length === 0) return ok(undefined);
  const ended = await connection.run({ ...END_PROCESSES, words: pids.map(String) }, signal);
  return ended.ok ? ok(undefined) : ended;
}

/** The end of its terminal ends a program, unless it has arranged otherwise. */
const END_PROCESSES: Omit<ShellScript, 'words'> = {
  script: `
living() { ps -o pid=,stat= -p "$(echo "$*" | tr ' ' ,)" | while read -r pid stat; do case $stat in Z*) ;; *) echo "$pid" ;; esac; done; }
for signal in HUP TERM KILL; do
  tries=0
  while [ "$tries" -lt 15 ]; do
    left=$(living "$@")
    [ -n "$left" ] || exit 0
    [ "$tries" -gt 0 ] || [ "$signal" = HUP ] || kill -s "$signal" $left 2>/dev/null
    sleep 0.1
    tries=$((tries + 1))
  done
done
echo "still running: $left" >&2
exit 1`,
  stdin: '',
  program: 'ps',
  limitMs: 15_000,
};

async function findPanes(
  host: Host,
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<Result<readonly Pane[], HostFailure>> {
  const asked = await connection.ask((fence) => [listPanes(fence)], signal);
  if (!asked.ok) return asked;
  const [answer] = asked.value;
  if (answer?.ok !== true) return refusedByTmux(host, [answer]);
  const panes = panesOf(answer).filter((pane) => pane.sessionName === name);
  return panes.length === 0 ? noSession(host, name) : ok(panes);
}

async function livePane(
  host: Host,
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<Result<Pane, HostFailure>> {
  const panes = await findPanes(host, connection, name, signal);
  if (!panes.ok) return panes;
  const pane = panes.value.find((each) => each.isActive);
  if (pane === undefined) return noSession(host, name);
  if (pane.facts.isDead || pane.isSettling) return refuse(host, 'the program in the session has ended');
  return ok(pane);
}

/** Keys do not reach a program while somebody scrolls in its pane. */
function leaveMode(pane: Pane): readonly string[] {
  return pane.facts.isInMode ? [`send-keys -X -t ${tmuxWord(pane.id)} cancel`] : [];
}

async function sendKeys(
  host: Host,
  connection: Connection,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  if (commands.length === 0) return ok(undefined);
  const sent = await connection.ask(() => commands, signal);
  if (!sent.ok) return sent;
  return sent.value.at(-1)?.ok === true ? ok(undefined) : refusedByTmux(host, sent.value);
}

function holdsControlCharacters(text: string): boolean {
  return /[^\P{Cc}\n\t]/u.test(text);
}

// tmux(1), KEY BINDINGS. What it does not know as a key it would type as text.
const KEY =
  /^(?:[CMS]-){0,3}(?:\P{Cc}|Enter|Escape|Space|Tab|BTab|BSpace|Up|Down|Left|Right|Home|End|PPage|PageUp|PgUp|NPage|PageDown|PgDn|IC|Insert|DC|Delete|F(?:[1-9]|1[0-2]))$/u;

function isKey(key: string): boolean {
  return KEY.test(key);
}
