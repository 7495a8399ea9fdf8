import type { Capture, Host, HostId, Result, SessionId } from '../domain/index.ts';

/** Why a host did not do what it was asked. Only `no-session` says something about the session. */
export type HostFailure =
  | { readonly kind: 'unreachable'; readonly host: HostId; readonly detail: string }
  | { readonly kind: 'timed-out'; readonly host: HostId; readonly afterMs: number }
  | { readonly kind: 'missing-program'; readonly host: HostId; readonly program: string }
  | { readonly kind: 'no-session'; readonly host: HostId; readonly session: string }
  | { readonly kind: 'refused'; readonly host: HostId; readonly exitCode: number; readonly stderr: string };

/** A session as a host lists it. `session` is the id that Fleet Director wrote on it; null: not one of ours. */
export type ListedSession = { readonly name: string; readonly session: SessionId | null };

/** What a task's workspace is made of. */
export type WorkspaceRequest = {
  readonly repo: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly branch: string;
};

/** How an agent is started: the words of its command line; `prompt` stands for the exact prompt, which travels as a file. */
export type LaunchRequest = {
  readonly session: SessionId;
  readonly name: string;
  readonly worktree: string;
  readonly words: readonly (string | { readonly kind: 'prompt' })[];
  readonly env: Readonly<Record<string, string>>;
  readonly prompt: string;
};

/** Hosts, seen from the director. Every call answers within its own time limit; nothing of a pane's text is ever run. */
export interface Fleet {
  /** Lists the sessions of a host. An empty list is a fact; a host that does not answer is a failure. */
  list(host: Host, signal: AbortSignal): Promise<Result<readonly ListedSession[], HostFailure>>;
  /** Reads one session: screen, pane facts, processes. */
  read(host: Host, name: string, signal: AbortSignal): Promise<Result<Capture, HostFailure>>;
  /**
   * Clones or updates the repository and makes a worktree on `branch` from the newest default branch. A second call finds and keeps the first one's work.
   * Value: the worktree's absolute path.
   */
  prepare(host: Host, workspace: WorkspaceRequest, signal: AbortSignal): Promise<Result<string, HostFailure>>;
  /**
   * Starts an agent in a new tmux session that stays, dead, when the agent ends. Twice is once: a session that carries this id already is left alone.
   * Value: whether this call started it.
   */
  launch(host: Host, request: LaunchRequest, signal: AbortSignal): Promise<Result<{ readonly started: boolean }, HostFailure>>;
  /** Pastes `text` literally (bracketed where the program asked for it), then presses Enter. `ok`: tmux took it. */
  type(host: Host, name: string, text: string, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /** Presses keys by tmux's names, each its own key event. */
  press(host: Host, name: string, keys: readonly string[], signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /** Ends a session and everything in it. A session that is not there is a success. */
  end(host: Host, name: string, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /**
   * Calls back with a session's name soon after something in it changed, until the signal aborts. It reconnects by itself;
   * `onLine` is told each time the line is up or down.
   */
  watch(
    host: Host,
    callbacks: {
      readonly onChange: (sessionName: string) => void;
      readonly onLine: (line: { readonly up: true } | { readonly up: false; readonly why: string }) => void;
    },
    signal: AbortSignal,
  ): void;
}
