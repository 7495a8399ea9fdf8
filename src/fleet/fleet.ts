import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUIDED_FILE } from '../agents/index.ts';
import { type Capture, type Host, type Log, mayActOn, type Result, type SessionId } from '../domain/index.ts';
import { NEVER_ABORTED } from './abort.ts';
import { readAgentVersions } from './agent-versions.ts';
import { type Connection, openConnection, type Watcher } from './connection.ts';
import { type CopyRequest, copyFile } from './copy.ts';
import { type AnswerTaken, answerHook, guideSession, heedHook } from './hook-answers.ts';
import { type HostFailure, refuse } from './host-failure.ts';
import { canTellHostKey } from './host-key.ts';
import { type LaunchRequest, launchAgent } from './launch.ts';
import { type HostLook, type KnownPanes, type LookRequest, lookAt } from './look.ts';
import { type NeighboursTold, tellNeighbours } from './neighbours.ts';
import { type ProcessTable, parseProcesses, READ_PROCESSES, shareLook } from './processes.ts';
import { type SavedWork, saveWork, type WorkToSave } from './save-work.ts';
import { type ContextRequest, readContext, type SessionContext } from './session-context.ts';
import {
  endSession,
  type ListedSession,
  listSessions,
  markSession,
  pressKeys,
  readHistory,
  readSession,
  type Typing,
  typeText,
  unmarkSession,
} from './sessions.ts';
import { createSlots, type Slots } from './slots.ts';
import { createSpool, type Spool, type SpooledEvent } from './spool.ts';
import { readTranscript, type TranscriptLines, type TranscriptPosition } from './transcript.ts';
import { prepareWorkspace, type WorkspaceRequest } from './workspace.ts';

export interface Fleet {
  list(host: Host, signal: AbortSignal): Promise<Result<readonly ListedSession[], HostFailure>>;
  look(host: Host, request: LookRequest, signal: AbortSignal): Promise<Result<HostLook, HostFailure>>;
  readSpool(
    host: Host,
    after: ReadonlyMap<SessionId, number>,
    signal: AbortSignal,
  ): Promise<Result<readonly SpooledEvent[], HostFailure>>;
  heedHook(
    host: Host,
    session: SessionId,
    ask: string,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  answerHook(
    host: Host,
    session: SessionId,
    ask: string,
    printed: string,
    signal: AbortSignal,
  ): Promise<Result<AnswerTaken, HostFailure>>;
  guideSession(
    host: Host,
    session: SessionId,
    isGuided: boolean,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  tellNeighbours(
    host: Host,
    session: SessionId,
    told: NeighboursTold,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  readTranscript(
    host: Host,
    pattern: string,
    after: TranscriptPosition | null,
    signal: AbortSignal,
  ): Promise<Result<TranscriptLines, HostFailure>>;
  context(
    host: Host,
    request: ContextRequest,
    signal: AbortSignal,
  ): Promise<Result<SessionContext, HostFailure>>;
  agentVersions(
    host: Host,
    pids: readonly number[],
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<number, string>, HostFailure>>;
  read(host: Host, name: string, signal: AbortSignal): Promise<Result<Capture, HostFailure>>;
  readHistory(
    host: Host,
    name: string,
    lines: number,
    signal: AbortSignal,
  ): Promise<Result<string, HostFailure>>;
  mark(host: Host, name: string, session: SessionId, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  unmark(
    host: Host,
    name: string,
    session: SessionId,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  prepare(host: Host, workspace: WorkspaceRequest, signal: AbortSignal): Promise<Result<string, HostFailure>>;
  saveWork(host: Host, work: WorkToSave, signal: AbortSignal): Promise<Result<SavedWork, HostFailure>>;
  launch(
    host: Host,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<Result<{ readonly started: boolean }, HostFailure>>;
  type(
    host: Host,
    name: string,
    typing: Typing,
    signal: AbortSignal,
  ): Promise<Result<{ readonly isEntered: boolean }, HostFailure>>;
  press(
    host: Host,
    name: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  copy(host: Host, request: CopyRequest, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  end(host: Host, name: string, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  watch(host: Host, watcher: Watcher, signal: AbortSignal): void;
  /** Ends every line and every script under way. Sessions go on. */
  close(): Promise<void>;
}

export type FleetOptions = {
  /** This process, among all that reach the same hosts. */
  readonly owner: string;
  /** For the programs we start: PATH, HOME, TMUX_TMPDIR and what ssh needs. */
  readonly env: NodeJS.ProcessEnv;
  /** An absolute path, where the sockets of ssh go if it is short enough. */
  readonly dataDir: string;
  /** Names of programs that are agents, for counting them. */
  readonly agentNames: readonly string[];
  readonly now: () => Date;
  readonly log: Log;
  /** How long a line stays that nobody asks or watches: a host may have been removed. */
  readonly idleAfterMs?: number;
};

const IDLE_AFTER_MS = 60_000;

// A socket's path has 108 bytes with its NUL (unix(7)); a name of ours has 13 with the slash, and ssh adds 17 while it makes one.
const MAX_SOCKET_DIR_BYTES = 108 - 1 - 13 - 17;

export function createFleet(options: FleetOptions): Fleet {
  const { owner, env, dataDir, agentNames, now, log, idleAfterMs = IDLE_AFTER_MS } = options;
  const childEnv = { ...env, LC_ALL: 'C.UTF-8', TMUX: undefined };
  const hosts = new Map<string, OpenHost>();
  let pastes = 0;
  let socketDir: string | null = null;
  let tellsKey: Promise<boolean> | null = null;
  const canTellKey = () => (tellsKey ??= canTellHostKey(childEnv));

  function open(host: Host): OpenHost {
    const reached = JSON.stringify(host.transport);
    const known = hosts.get(host.id);
    if (known !== undefined && known.reached === reached) return known;
    // Its address has changed: the old line leads somewhere else.
    clearTimeout(known?.idle);
    void known?.connection.close();
    socketDir ??= makeSocketDir(dataDir);
    const connection = openConnection(host, { env: childEnv, socketDir, canTellKey, log });
    const processes = shareLook(async () => {
      const listed = await connection.read(READ_PROCESSES, NEVER_ABORTED);
      return parseProcesses(listed.ok ? listed.value : []);
    });
    const watches = new Set([...(known?.watches ?? [])].filter(({ signal }) => !signal.aborted));
    for (const { watcher, signal } of watches) connection.watch(watcher, signal);
    const opened: OpenHost = {
      reached,
      connection,
      turns: new Map<string, Slots>(),
      processes,
      spool: createSpool(host, log),
      panes: { active: [] },
      watches,
      calls: 0,
      idle: undefined,
    };
    hosts.set(host.id, opened);
    return opened;
  }

  async function use<T>(host: Host, work: (opened: OpenHost) => Promise<T>): Promise<T> {
    const opened = open(host);
    opened.calls += 1;
    clearTimeout(opened.idle);
    try {
      return await work(opened);
    } finally {
      opened.calls -= 1;
      closeWhenIdle(host, opened);
    }
  }

  /** Whatever changes anything on a host. Whoever asks should know better; this is where it cannot be forgotten. */
  async function act<T>(
    host: Host,
    work: (opened: OpenHost) => Promise<Result<T, HostFailure>>,
  ): Promise<Result<T, HostFailure>> {
    if (!mayActOn(host))
      return refuse(host, `${host.name} is ${host.state}: it is looked at, and nothing is done there`);
    return await use(host, work);
  }

  function closeWhenIdle(host: Host, opened: OpenHost): void {
    clearTimeout(opened.idle);
    if (opened.calls > 0 || opened.watches.size > 0 || hosts.get(host.id) !== opened) return;
    opened.idle = setTimeout(() => {
      hosts.delete(host.id);
      void opened.connection.close();
    }, idleAfterMs);
    opened.idle.unref();
  }

  /** One at a time types into a session: a paste and its Enter belong together. */
  function inTurn<T>(
    { turns }: OpenHost,
    name: string,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const slots = turns.get(name) ?? createSlots(1);
    turns.set(name, slots);
    return slots.use(signal, work);
  }

  return {
    list: (host, signal) => use(host, ({ connection }) => listSessions(host, connection, signal)),
    look: (host, request, signal) =>
      use(host, ({ connection, panes }) => lookAt(host, connection, request, panes, agentNames, now, signal)),
    readSpool: (host, after, signal) =>
      use(host, ({ connection, spool }) => spool.read(connection, after, signal)),
    heedHook: (host, session, ask, signal) =>
      act(host, ({ connection }) => heedHook(connection, session, ask, signal)),
    answerHook: (host, session, ask, printed, signal) =>
      act(host, ({ connection }) => answerHook(host, connection, session, ask, printed, signal)),
    guideSession: (host, session, isGuided, signal) =>
      act(host, ({ connection }) => guideSession(connection, session, GUIDED_FILE, isGuided, signal)),
    tellNeighbours: (host, session, told, signal) =>
      act(host, ({ connection }) => tellNeighbours(host, connection, session, told, signal)),
    readTranscript: (host, pattern, after, signal) =>
      use(host, ({ connection }) => readTranscript(host, connection, pattern, after, signal)),
    context: (host, request, signal) =>
      use(host, ({ connection }) => readContext(host, connection, request, agentNames, now, signal)),
    agentVersions: (host, pids, signal) =>
      use(host, ({ connection }) => readAgentVersions(connection, pids, signal)),
    read: (host, name, signal) =>
      use(host, ({ connection, processes }) => readSession(host, connection, name, processes(), now, signal)),
    readHistory: (host, name, lines, signal) =>
      use(host, ({ connection }) => readHistory(host, connection, name, lines, signal)),
    mark: (host, name, session, signal) =>
      act(host, ({ connection }) => markSession(host, connection, name, session, signal)),
    unmark: (host, name, session, signal) =>
      act(host, ({ connection }) => unmarkSession(host, connection, name, session, signal)),
    copy: (host, request, signal) =>
      act(host, ({ connection }) => copyFile(host, connection, childEnv, request, signal)),
    prepare: (host, workspace, signal) =>
      act(host, ({ connection }) => prepareWorkspace(host, connection, workspace, signal)),
    saveWork: (host, work, signal) => act(host, ({ connection }) => saveWork(host, connection, work, signal)),
    launch: (host, request, signal) =>
      act(host, ({ connection }) => launchAgent(host, connection, request, signal)),
    type(host, name, typing, signal) {
      pastes += 1;
      const buffer = `fleet-${owner}-${pastes}`;
      return act(host, (opened) =>
        inTurn(opened, name, signal, () => typeText(host, opened.connection, name, typing, buffer, signal)),
      );
    },
    press: (host, name, keys, signal) =>
      act(host, (opened) =>
        inTurn(opened, name, signal, () => pressKeys(host, opened.connection, name, keys, signal)),
      ),
    end: (host, name, signal) => act(host, ({ connection }) => endSession(host, connection, name, signal)),
    watch(host, watcher, signal) {
      if (signal.aborted) return;
      const opened = open(host);
      const watch = { watcher, signal };
      opened.watches.add(watch);
      clearTimeout(opened.idle);
      const unwatch = () => {
        // Since then it may have been opened anew, at another address.
        const current = hosts.get(host.id);
        current?.watches.delete(watch);
        if (current !== undefined) closeWhenIdle(host, current);
      };
      signal.addEventListener('abort', unwatch, { once: true });
      opened.connection.watch(watcher, signal);
    },
    async close() {
      for (const { idle } of hosts.values()) clearTimeout(idle);
      await Promise.all([...hosts.values()].map((opened) => opened.connection.close()));
      if (socketDir !== null) rmSync(socketDir, { recursive: true, force: true });
    },
  };
}

function makeSocketDir(dataDir: string): string {
  const folder = join(dataDir, 'ssh');
  if (Buffer.byteLength(folder) > MAX_SOCKET_DIR_BYTES) return mkdtempSync(join(tmpdir(), 'fleet-'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

type OpenHost = {
  readonly reached: string;
  readonly connection: Connection;
  readonly turns: Map<string, Slots>;
  /** Everything that runs on the host. */
  readonly processes: () => Promise<ProcessTable>;
  readonly spool: Spool;
  readonly panes: KnownPanes;
  /** Who watches goes on watching when the host's address changes. */
  readonly watches: Set<{ readonly watcher: Watcher; readonly signal: AbortSignal }>;
  /** Under way. */
  calls: number;
  idle: NodeJS.Timeout | undefined;
};
