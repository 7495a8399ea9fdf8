import type { Launch, TypingRecipe } from '../agents/index.ts';
import type {
  Capture,
  Health,
  Host,
  HostId,
  HostIdentity,
  Place,
  Result,
  SessionId,
} from '../domain/index.ts';

/** Why a host did not do what it was asked. Only `no-session` says something about the session. */
export type HostFailure =
  | { readonly kind: 'unreachable'; readonly host: HostId; readonly detail: string }
  | { readonly kind: 'timed-out'; readonly host: HostId; readonly afterMs: number }
  | { readonly kind: 'missing-program'; readonly host: HostId; readonly program: string }
  | { readonly kind: 'no-session'; readonly host: HostId; readonly session: string }
  | { readonly kind: 'refused'; readonly host: HostId; readonly exitCode: number; readonly stderr: string };

/** A session as a host lists it. `session` is the id that Fleet Director wrote on it; null: not one of ours. */
export type ListedSession = { readonly name: string; readonly session: SessionId | null };

/** What one look at a host brings: every session, and the screens that were asked for. */
export type HostLook = {
  readonly identity: HostIdentity;
  /** Null: it was not asked for. */
  readonly health: Health | null;
  readonly sessions: readonly SessionLook[];
  /** How far the host's clock is ahead of ours, which is what its agents date things by; 0 where they agree. */
  readonly clockAheadMs: number;
  readonly takenAt: Date;
};

export type SessionLook = {
  readonly name: string;
  readonly tmuxId: string;
  readonly session: SessionId | null;
  readonly windows: number;
  readonly isAttached: boolean;
  readonly createdAt: Date;
  /** Null: not asked for, or its folder is gone. */
  readonly place: Place | null;
  /** Null: its screen was not asked for. */
  readonly capture: Capture | null;
  /** Files that agents in it keep about themselves, unread. */
  readonly stateFiles: readonly {
    readonly path: string;
    readonly content: string;
    readonly changedAt: Date;
  }[];
};

export type LookRequest = {
  /** Of which sessions the screen is read, by name. */
  readonly screens: 'all' | readonly string[];
  /** Whether what costs a host most is read too: folders with their branches and remotes, and how the host itself is. */
  readonly isWhole: boolean;
  /** Shell patterns under the home folder. */
  readonly stateFiles: readonly string[];
};

/** One event that an agent's hook wrote down on its host. `end` is where the next one begins, in bytes. */
export type SpooledEvent = {
  readonly session: SessionId;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  readonly event: string;
  /** Under which name its hook waits for an answer; null: it does not wait. */
  readonly ask: string | null;
  /** As the agent sent it: JSON, or not. */
  readonly payload: string;
  readonly at: Date;
};

/** What a task's workspace is made of. */
export type WorkspaceRequest = {
  readonly repo: string;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly branch: string;
};

/** `files`: how many were not committed. `isPushed`: the remote has it; if not, only the host. */
export type SavedWork = { readonly branch: string; readonly files: number; readonly isPushed: boolean };

/**
 * How an agent is started, and the files that it is given beside its prompt. Its environment also says what a hook needs: FLEET_HOOK,
 * FLEET_SESSION and FLEET_GENERATION.
 */
export type LaunchRequest = Launch & {
  readonly session: SessionId;
  readonly generation: number;
  readonly name: string;
  readonly worktree: string;
  readonly prompt: string;
};

/** What is typed, and how the agent in the session takes it. */
export type Typing = TypingRecipe & {
  readonly text: string;
  /** Asked behind the gap: false keeps Enter back, because something opened that would take it for an answer. */
  readonly mayEnter: () => Promise<boolean>;
};

/** Hosts, seen from the director. Every call answers within its own time limit; nothing of a pane's text is ever run. */
export interface Fleet {
  /** Lists the sessions of a host. An empty list is a fact; a host that does not answer is a failure. */
  list(host: Host, signal: AbortSignal): Promise<Result<readonly ListedSession[], HostFailure>>;
  /** Looks at a whole host in one call: who it is, how it is, its sessions and the screens that are asked for. */
  look(host: Host, request: LookRequest, signal: AbortSignal): Promise<Result<HostLook, HostFailure>>;
  /**
   * Events that hooks wrote down since, oldest first, a bounded number at a time. A spool that is gone or was begun anew is read from its start.
   * @param after where reading stopped the last time, in bytes, for each session
   */
  readSpool(
    host: Host,
    after: ReadonlyMap<SessionId, number>,
    signal: AbortSignal,
  ): Promise<Result<readonly SpooledEvent[], HostFailure>>;
  /** Tells a hook that its question was heard: it goes on waiting. One that does not wait is a success. */
  heedHook(
    host: Host,
    session: SessionId,
    ask: string,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  /**
   * Hands an answer to the hook that waits for it. gone: none does, and the agent knows nothing of it.
   * @param printed what the hook prints to its agent; empty: nothing
   */
  answerHook(
    host: Host,
    session: SessionId,
    ask: string,
    printed: string,
    signal: AbortSignal,
  ): Promise<Result<'taken' | 'gone', HostFailure>>;
  /** Whether the session's hook asks about the ends of turns, until its agent is started anew. */
  guideSession(
    host: Host,
    session: SessionId,
    isGuided: boolean,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  /**
   * Puts a list where the session's agent can read it, and what its hooks print of it at their next event, once. Null list: there is none any more.
   * @param printed for each event of the agent, what the hook prints
   */
  tellNeighbours(
    host: Host,
    session: SessionId,
    told: { readonly list: string | null; readonly printed: ReadonlyMap<string, string> },
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  /**
   * What a file gained since: of the newest that a shell pattern under the home folder finds. Only whole lines; `size` is where the next call goes on.
   * @param after the file read the last time and where; another file is read from its start. Null file: there is none.
   */
  readTranscript(
    host: Host,
    pattern: string,
    after: { readonly file: string; readonly size: number } | null,
    signal: AbortSignal,
  ): Promise<
    Result<
      { readonly file: string | null; readonly size: number; readonly lines: readonly string[] },
      HostFailure
    >
  >;
  /** Everything about one session that a decision rests on, in one call: nothing of it is older than the rest. */
  context(
    host: Host,
    request: ContextRequest,
    signal: AbortSignal,
  ): Promise<Result<SessionContext, HostFailure>>;
  /** The versions of the programs that these processes run, as far as their packages tell. */
  agentVersions(
    host: Host,
    pids: readonly number[],
    signal: AbortSignal,
  ): Promise<Result<ReadonlyMap<number, string>, HostFailure>>;
  /** Reads one session: screen, pane facts, processes. */
  read(host: Host, name: string, signal: AbortSignal): Promise<Result<Capture, HostFailure>>;
  /** Writes our id on a session that is there already, and touches nothing else. One that carries another id is refused. */
  mark(host: Host, name: string, session: SessionId, signal: AbortSignal): Promise<Result<void, HostFailure>>;
  /** Takes that id off again, and leaves the session as it is. One that does not carry it is a success. */
  unmark(
    host: Host,
    name: string,
    session: SessionId,
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
  /**
   * Clones or updates the repository and makes a worktree on `branch` from the newest default branch. A second call finds and keeps the first one's work.
   * Value: the worktree's absolute path.
   */
  prepare(host: Host, workspace: WorkspaceRequest, signal: AbortSignal): Promise<Result<string, HostFailure>>;
  /**
   * Starts an agent in a new tmux session that stays, dead, when the agent ends. Twice is once: a session that carries this id already is left alone.
   * Value: whether this call started it.
   */
  launch(
    host: Host,
    request: LaunchRequest,
    signal: AbortSignal,
  ): Promise<Result<{ readonly started: boolean }, HostFailure>>;
  /**
   * Commits what a worktree holds, and pushes it where that works. Its agent should be at rest. Where its branch cannot take it
   * (another one is checked out, or a merge is under way) it goes to a branch beside it. A folder that is gone is refused.
   */
  saveWork(
    host: Host,
    work: { readonly worktree: string; readonly branch: string; readonly message: string },
    signal: AbortSignal,
  ): Promise<Result<SavedWork, HostFailure>>;
  /**
   * Pastes text literally (bracketed where the program asked for it), waits, and presses Enter unless it may not any more.
   * Value: whether Enter was pressed. Text with control characters is refused.
   */
  type(
    host: Host,
    name: string,
    typing: Typing,
    signal: AbortSignal,
  ): Promise<Result<{ readonly isEntered: boolean }, HostFailure>>;
  /** Presses keys by tmux's names, each its own key event. */
  press(
    host: Host,
    name: string,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<void, HostFailure>>;
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
      /** A hook wrote an event down. */
      readonly onEvent?: (session: SessionId | null) => void;
      /** The host says by itself, every few seconds, that it is there. */
      readonly onHeartbeat?: () => void;
      readonly onLine: (
        line: { readonly up: true } | { readonly up: false; readonly failure: HostFailure },
      ) => void;
    },
    signal: AbortSignal,
  ): void;
}

/** `name` of the tmux session; `transcript` null: nobody knows where its agent writes. */
export type ContextRequest = {
  readonly name: string;
  readonly transcript: {
    readonly pattern: string;
    readonly after: { readonly file: string; readonly size: number } | null;
  } | null;
};

export type SessionContext = {
  /** The visible screen, without escape sequences. */
  readonly screen: string;
  /** Where its pane is; null: its folder is gone. */
  readonly place: Place | null;
  /** Not committed. */
  readonly changedFiles: readonly string[];
  /** What the agent wrote down since; null: nothing can be read on. */
  readonly written: { readonly file: string; readonly lines: readonly string[] } | null;
  readonly health: Health;
};
