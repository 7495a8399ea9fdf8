import { randomBytes, randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Host, type Log, ok, type Result, type SessionId, sessionId } from '../domain/index.ts';
import { quoteWords } from '../safety/index.ts';
import { NEVER_ABORTED, unlessAborted } from './abort.ts';
import { azlinProgram, azlinWords } from './azlin-words.ts';
import type { ChangeFeed } from './change-feed.ts';
import { createChangeFeed } from './change-feed.ts';
import { type Commands, type ControlLine, type LineFault, openControlLine } from './control-line.ts';
import type { Answer } from './control-reader.ts';
import { HEARTBEAT_EVERY_S, isHeartbeat, startHeartbeat } from './heartbeat.ts';
import type { HostFailure } from './host-failure.ts';
import { createHostJobs, type HostJobs, type JobFault } from './host-jobs.ts';
import { hostKeyIn } from './host-key.ts';
import type { HostScript, Section } from './host-script.ts';
import { carriedScript, scriptEnd } from './line-script.ts';
import { lastLines } from './run-program.ts';
import { resultOf, runScript, SHELL_START, type ShellScript } from './shell.ts';
import { createSlots } from './slots.ts';
import { masterWords, sshOf } from './ssh-words.ts';
import { tmuxWord } from './tmux-word.ts';
import { WATCH_SESSION } from './watch-session.ts';

export type LineState = { readonly up: true } | { readonly up: false; readonly failure: HostFailure };

export type Watcher = {
  readonly onChange: (sessionName: string) => void;
  /** A hook of this session wrote an event down; null: perhaps one did, of any session. */
  readonly onEvent?: (session: SessionId | null) => void;
  /** The host says by itself that it is there, every HEARTBEAT_EVERY_S seconds. */
  readonly onHeartbeat?: () => void;
  readonly onLine: (line: LineState) => void;
};

/** One host, as far as it is reached: a line to its tmux server, and scripts beside it. */
export interface Connection {
  /** Asks tmux. An answer that says no is an answer; only a line that brings none is a failure. */
  ask(commands: Commands, signal: AbortSignal): Promise<Result<readonly Answer[], HostFailure>>;
  /** Reads the host by way of the line, with no channel of its own. */
  read(script: HostScript, signal: AbortSignal): Promise<Result<readonly Section[], HostFailure>>;
  run(script: ShellScript, signal: AbortSignal): Promise<Result<string, HostFailure>>;
  watch(watcher: Watcher, signal: AbortSignal): void;
  /** SHA-256 of the key that the host showed when the line was made; null: there is none, or ssh did not say. */
  hostKey(): string | null;
  close(): Promise<void>;
}

const WATCH_WINDOW = `=${WATCH_SESSION}:`;

/** What a hook calls our window, with a number that makes each name a new one. */
const EVENT = /^event ([A-Za-z0-9_-]+) \d+$/;

const CONNECT_LIMIT_MS = 15_000;
// Through Bastion azlin needs half a minute, and a minute on a bad day.
const AZLIN_CONNECT_LIMIT_MS = 120_000;
const ANSWER_LIMIT_MS = 10_000;
// A line is quiet for no longer than a heartbeat, and what tmux itself needs for it.
const QUIET_LIMIT_MS = (HEARTBEAT_EVERY_S + 2) * 1_000;
const WATCHDOG_LIMIT_MS = 4_000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 15_000;

// sshd allows 10 channels in one connection unless told otherwise (sshd_config(5), MaxSessions); the line is one of them.
const SCRIPTS_AT_ONCE = 4;

const PROGRAM_OF = { local: 'tmux', ssh: 'ssh', azlin: 'azlin' } as const;

const ATTACH = [
  // A client that nobody looks at must neither size windows nor be sent what panes print.
  ...`tmux -u -C new-session -A -s ${WATCH_SESSION} -f ignore-size,no-output -x 200 -y 50`.split(' '),
  'exec tail -f /dev/null',
];

type State =
  | { readonly kind: 'down'; readonly failure: HostFailure | null; readonly retryAt: number }
  | { readonly kind: 'connecting'; readonly attempt: Promise<Result<OpenLine, HostFailure>> }
  | { readonly kind: 'up'; readonly line: OpenLine };

type OpenLine = ControlLine & { readonly jobs: HostJobs };

/**
 * down → connecting: somebody asks or watches, and the pause after the last failure is over. connecting → up: tmux answered.
 * connecting or up → down: the client ended, or left a question unanswered.
 */
export function openConnection(
  host: Host,
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly socketDir: string;
    /** Whether this machine's ssh can say which key a host shows. */
    readonly canTellKey: () => Promise<boolean>;
    readonly log: Log;
  },
): Connection {
  const { env, socketDir, canTellKey, log } = options;
  const watchers = new Set<Watcher>();
  const slots = createSlots(SCRIPTS_AT_ONCE);
  const closing = new AbortController();
  const isCarriedByAzlin = host.transport.kind === 'azlin' && sshOf(host.transport) === null;
  let state: State = { kind: 'down', failure: null, retryAt: 0 };
  let socket: string | null = null;
  let failuresInARow = 0;
  let current: ControlLine | null = null;
  let retryTimer: NodeJS.Timeout | undefined;

  /** Whoever watches waits for the line however long it takes. */
  function connectSoon(): void {
    if (state.kind !== 'down') return;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(() => void connect(), Math.max(0, state.retryAt - performance.now()));
  }

  function connect(): Promise<Result<OpenLine, HostFailure>> {
    if (state.kind === 'connecting') return state.attempt;
    clearTimeout(retryTimer);
    const attempt = attach();
    state = { kind: 'connecting', attempt };
    return attempt;
  }

  async function attach(): Promise<Result<OpenLine, HostFailure>> {
    const feed = createChangeFeed((name) => {
      if (name === WATCH_SESSION) return;
      for (const watcher of watchers) watcher.onChange(name);
    });
    const connectLimitMs = isCarriedByAzlin ? AZLIN_CONNECT_LIMIT_MS : CONNECT_LIMIT_MS;
    let watchdog: NodeJS.Timeout | undefined;
    const ownSocket = sshOf(host.transport) !== null ? join(socketDir, randomBytes(6).toString('hex')) : null;
    const tellsKey = ownSocket !== null && (await canTellKey());
    if (closing.signal.aborted) return err(unreachable('closing'));
    const client = openControlLine(lineCommand(ownSocket, tellsKey), connectLimitMs, (notice) => {
      watchdog?.refresh();
      if (isHeartbeat(notice)) for (const watcher of watchers) watcher.onHeartbeat?.();
      feed.read(notice);
      const name = /^%window-renamed @\d+ (.*)$/.exec(notice)?.[1];
      if (name !== undefined) readName(name);
    });
    const line = { ...client, jobs: createHostJobs(client, WATCH_WINDOW) };
    let lastName = '';
    const readName = (name: string) => {
      line.jobs.readName(name);
      const rang = EVENT.exec(name)?.[1];
      if (rang !== undefined) for (const watcher of watchers) watcher.onEvent?.(sessionId(rang));
      // tmux tells a name as it is when it gets to it: of two that rang at once both are told with the name of the later one.
      if (name === lastName) {
        void line.jobs.lookForFilled();
        for (const watcher of watchers) watcher.onEvent?.(null);
      }
      lastName = name;
    };
    current = line;
    const attached = await line.attached;
    const subscribed = attached.ok
      ? await line.ask(() => [subscription(feed), ...startHeartbeat(WATCH_WINDOW)], ANSWER_LIMIT_MS)
      : attached;
    if (!subscribed.ok) return err(lineDown(firstFailure(await line.ended), ownSocket));
    const [answer] = subscribed.value;
    if (answer?.ok !== true) {
      const why = answer?.text ?? '';
      line.end({ kind: 'ended', why, exitCode: null });
      return err(lineDown({ kind: 'refused', host: host.id, exitCode: 1, stderr: why }, ownSocket));
    }
    if (closing.signal.aborted) return err(lineDown(unreachable('closing'), ownSocket));

    state = { kind: 'up', line };
    socket = ownSocket;
    failuresInARow = 0;
    log.info({ host: host.name }, 'line to the host is up');
    const lookAlive = () =>
      void line.ask(() => ['display-message -p alive'], WATCHDOG_LIMIT_MS).then(() => watchdog?.refresh());
    watchdog = setTimeout(lookAlive, QUIET_LIMIT_MS);
    void line.ended.then((fault) => {
      clearTimeout(watchdog);
      watchdog = undefined;
      lineDown(laterFailure(fault), ownSocket);
    });
    void line.jobs.dropForgotten();
    for (const watcher of watchers) watcher.onLine({ up: true });
    return ok(line);
  }

  function lineDown(failure: HostFailure, ownSocket: string | null): HostFailure {
    if (ownSocket !== null) rmSync(ownSocket, { force: true });
    const pauseMs = Math.min(RETRY_FIRST_MS * 2 ** failuresInARow, RETRY_MAX_MS);
    // Between half and the whole of it, so that many hosts do not come back at the same moment.
    const jitteredMs = randomInt(Math.ceil(pauseMs / 2), pauseMs + 1);
    failuresInARow += 1;
    socket = null;
    current = null;
    state = { kind: 'down', failure, retryAt: performance.now() + jitteredMs };
    if (closing.signal.aborted) return failure;
    log.warn({ host: host.name, failure, retryInMs: jitteredMs }, 'line to the host is down');
    for (const watcher of watchers) watcher.onLine({ up: false, failure });
    if (watchers.size > 0) connectSoon();
    return failure;
  }

  function lineCommand(ownSocket: string | null, tellsKey: boolean) {
    if (host.transport.kind === 'local') return { file: 'tmux', args: ATTACH.slice(1), env };
    const script = `${SHELL_START}\ncommand -v tmux >/dev/null || exit 127\nexec "$@"`;
    const command = `exec ${quoteWords(['sh', '-c', script, 'fleet', ...ATTACH])}`;
    const ssh = sshOf(host.transport);
    if (ssh !== null && ownSocket !== null) {
      return { file: 'ssh', args: masterWords(ssh, ownSocket, command, tellsKey), env };
    }
    // Where azlin gives the far side a terminal, it must neither echo what it is told nor change line ends.
    const quiet = `stty raw -echo 2>/dev/null; ${command}`;
    const vm = host.transport.kind === 'azlin' ? host.transport.vm : host.name;
    return { file: azlinProgram(env), args: azlinWords(vm, quiet), env };
  }

  function firstFailure(fault: LineFault): HostFailure {
    switch (fault.kind) {
      case 'timed-out':
        return { kind: 'timed-out', host: host.id, afterMs: fault.afterMs };
      case 'not-found':
        return {
          kind: 'missing-program',
          host: host.id,
          program: PROGRAM_OF[sshOf(host.transport) === null ? host.transport.kind : 'ssh'],
        };
      case 'ended':
        if (fault.exitCode === 127) return { kind: 'missing-program', host: host.id, program: 'tmux' };
        // azlin's own statuses say nothing of what went wrong.
        if (
          fault.exitCode === null ||
          isCarriedByAzlin ||
          (host.transport.kind !== 'local' && fault.exitCode === 255)
        ) {
          return unreachable(fault.why);
        }
        return { kind: 'refused', host: host.id, exitCode: fault.exitCode, stderr: lastLines(fault.why) };
    }
  }

  function laterFailure(fault: LineFault): HostFailure {
    switch (fault.kind) {
      case 'timed-out':
        return unreachable(`no answer for ${fault.afterMs} ms`);
      case 'not-found':
        return unreachable('the tmux client is gone');
      case 'ended':
        return unreachable(fault.why);
    }
  }

  function jobFailure(fault: JobFault): HostFailure {
    switch (fault.kind) {
      case 'unfinished':
        return { kind: 'timed-out', host: host.id, afterMs: fault.afterMs };
      case 'garbled':
        return { kind: 'refused', host: host.id, exitCode: 1, stderr: fault.why };
      default:
        return laterFailure(fault);
    }
  }

  async function runCarried(
    jobs: HostJobs,
    { run, giveUp }: NonNullable<ReturnType<typeof carriedScript>>,
    program: string,
    signal: AbortSignal,
  ): Promise<Result<string, HostFailure>> {
    let ended: Awaited<ReturnType<HostJobs['run']>> | null = null;
    try {
      ended = await jobs.run(run, signal);
    } finally {
      if (ended?.ok !== true) void jobs.run(giveUp, NEVER_ABORTED);
    }
    if (!ended.ok) return err(jobFailure(ended.error));
    const end = scriptEnd(ended.value);
    return end === null
      ? err({ kind: 'refused', host: host.id, exitCode: 1, stderr: 'the script could not be begun' })
      : resultOf(host, program, end);
  }

  const unreachable = (detail: string): HostFailure => ({ kind: 'unreachable', host: host.id, detail });

  async function line(): Promise<Result<OpenLine, HostFailure>> {
    if (closing.signal.aborted) return err(unreachable('closing'));
    if (state.kind === 'up') return ok(state.line);
    if (state.kind === 'down' && state.failure !== null && performance.now() < state.retryAt) {
      return err(state.failure);
    }
    return await connect();
  }

  return {
    async ask(commands, signal) {
      signal.throwIfAborted();
      return await unlessAborted(signal, async () => {
        const opened = await line();
        if (!opened.ok) return opened;
        const answers = await opened.value.ask(commands, ANSWER_LIMIT_MS);
        if (answers.ok) return answers;
        return err(
          answers.error.kind === 'timed-out' ? firstFailure(answers.error) : laterFailure(answers.error),
        );
      });
    },
    async read(script, signal) {
      signal.throwIfAborted();
      return await unlessAborted(signal, async () => {
        const opened = await line();
        if (!opened.ok) return opened;
        const sections = await opened.value.jobs.run(script, signal);
        return sections.ok ? sections : err(jobFailure(sections.error));
      });
    },
    async run(script, signal) {
      return await slots.use(signal, async () => {
        const opened = await unlessAborted(signal, line);
        if (!opened.ok) return opened;
        const carried = isCarriedByAzlin ? carriedScript(script, randomBytes(12).toString('hex')) : null;
        if (carried !== null) return await runCarried(opened.value.jobs, carried, script.program, signal);
        try {
          return await runScript(host, socket, env, script, AbortSignal.any([signal, closing.signal]));
        } catch (cause) {
          if (closing.signal.aborted && !signal.aborted) return err(unreachable('closing'));
          throw cause;
        }
      });
    },
    watch(watcher, signal) {
      if (signal.aborted || closing.signal.aborted) return;
      watchers.add(watcher);
      signal.addEventListener('abort', () => watchers.delete(watcher), { once: true });
      if (state.kind === 'up') watcher.onLine({ up: true });
      else connectSoon();
    },
    hostKey: () => (current === null ? null : hostKeyIn(current.complaints())),
    async close() {
      closing.abort();
      clearTimeout(retryTimer);
      watchers.clear();
      const open = current;
      open?.end({ kind: 'ended', why: 'closing', exitCode: null });
      await open?.ended;
    },
  };
}

function subscription(feed: ChangeFeed): string {
  return `refresh-client -B ${tmuxWord(feed.subscription)}`;
}
