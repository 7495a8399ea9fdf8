import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capture, Host, Log, ProcessFacts, Result } from '../domain/index.ts';
import { NEVER_ABORTED } from './abort.ts';
import { type Connection, openConnection, type Watcher } from './connection.ts';
import type { HostFailure } from './host-failure.ts';
import { type LaunchRequest, launchAgent } from './launch.ts';
import { LIST_PROCESSES, parseProcesses, shareLook } from './processes.ts';
import {
  endSession,
  type ListedSession,
  listSessions,
  pressKeys,
  readSession,
  typeText,
} from './sessions.ts';
import { createSlots, type Slots } from './slots.ts';
import { prepareWorkspace, type WorkspaceRequest } from './workspace.ts';

export interface Fleet {
  list(host: Host, signal: AbortSignal): Promise<Result<readonly ListedSession[], HostFailure>>;
  read(host: Host, name: string, signal: AbortSignal): Promise<Result<Capture, HostFailure>>;
  prepare(host: Host, workspace: WorkspaceRequest, signal: AbortSignal): Promise<Result<string, HostFailure>>;
  launch(
    host: Host,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<Result<{ readonly started: boolean }, HostFailure>>;
  type(host: Host, name: string, text: string, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  press(
    host: Host,
    name: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
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
  readonly now: () => Date;
  readonly log: Log;
};

// A socket's path has 108 bytes with its NUL (unix(7)); a name of ours has 13 with the slash, and ssh adds 17 while it makes one.
const MAX_SOCKET_DIR_BYTES = 108 - 1 - 13 - 17;

export function createFleet({ owner, env, dataDir, now, log }: FleetOptions): Fleet {
  const childEnv = { ...env, LC_ALL: 'C.UTF-8', TMUX: undefined };
  const hosts = new Map<string, OpenHost>();
  let pastes = 0;
  let socketDir: string | null = null;

  function open(host: Host): OpenHost {
    const reached = JSON.stringify(host.transport);
    const known = hosts.get(host.id);
    if (known !== undefined && known.reached === reached) return known;
    // Its address has changed: the old line leads somewhere else.
    void known?.connection.close();
    socketDir ??= makeSocketDir(dataDir);
    const connection = openConnection(host, { env: childEnv, socketDir, log });
    const processes = shareLook(async () => {
      const listed = await connection.run(LIST_PROCESSES, NEVER_ABORTED);
      return listed.ok ? parseProcesses(listed.value) : [];
    });
    const watches = new Set([...(known?.watches ?? [])].filter(({ signal }) => !signal.aborted));
    for (const { watcher, signal } of watches) connection.watch(watcher, signal);
    const opened = { reached, connection, turns: new Map<string, Slots>(), processes, watches };
    hosts.set(host.id, opened);
    return opened;
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
    list: (host, signal) => listSessions(host, open(host).connection, signal),
    read(host, name, signal) {
      const opened = open(host);
      return readSession(host, opened.connection, name, opened.processes(), now, signal);
    },
    prepare: (host, workspace, signal) => prepareWorkspace(host, open(host).connection, workspace, signal),
    launch: (host, request, signal) => launchAgent(host, open(host).connection, request, signal),
    type(host, name, text, signal) {
      const opened = open(host);
      pastes += 1;
      const buffer = `fleet-${owner}-${pastes}`;
      return inTurn(opened, name, signal, () =>
        typeText(host, opened.connection, name, text, buffer, signal),
      );
    },
    press(host, name, keys, signal) {
      const opened = open(host);
      return inTurn(opened, name, signal, () => pressKeys(host, opened.connection, name, keys, signal));
    },
    end: (host, name, signal) => endSession(host, open(host).connection, name, signal),
    watch(host, watcher, signal) {
      const { connection, watches } = open(host);
      const watch = { watcher, signal };
      watches.add(watch);
      signal.addEventListener('abort', () => watches.delete(watch), { once: true });
      connection.watch(watcher, signal);
    },
    async close() {
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
  readonly processes: () => Promise<readonly ProcessFacts[]>;
  /** Who watches goes on watching when the host's address changes. */
  readonly watches: Set<{ readonly watcher: Watcher; readonly signal: AbortSignal }>;
};
