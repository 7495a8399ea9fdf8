import type {
  Action,
  Actor,
  ActorId,
  Approval,
  Card,
  Notification,
  Pause,
  Result,
  Round,
  Session,
  StoredEvent,
  Surface,
  Task,
  TaskLimits,
  Thread,
  ThreadId,
} from '../domain/index.ts';

/** Everything that is told of one thread. `tasks` oldest first: a retry is another task in the same thread. */
export type ThreadStory = {
  readonly thread: Thread;
  /** What a thread without tasks is about. */
  readonly pause: Pause | null;
  readonly round: Round | null;
  readonly tasks: readonly Task[];
  readonly sessions: readonly Session[];
  readonly events: readonly StoredEvent[];
  readonly approvals: readonly Approval[];
  readonly actions: readonly Action[];
  readonly people: ReadonlyMap<ActorId, Actor>;
  /** Host names by id, also of removed hosts. */
  readonly hostNames: ReadonlyMap<string, string>;
  /** Of the latest task. */
  readonly limits: TaskLimits;
};

export interface NotifyStore {
  /** Null: there is no such thread. */
  story(thread: ThreadId): Promise<ThreadStory | null>;
  notifications(thread: ThreadId, surface: Surface): Promise<readonly Notification[]>;
  /** Writes `claimed` for (thread, surface, key); hands back the row that is there already otherwise. */
  claim(
    thread: ThreadId,
    surface: Surface,
    key: string,
  ): Promise<{ readonly notification: Notification; readonly isNew: boolean }>;
  recordSent(id: string, sent: { readonly messageId: string; readonly digest: string }): Promise<void>;
  recordUndeliverable(id: string, why: string): Promise<void>;
  /** The card's own message, under which the replies go. */
  recordCardMessage(thread: ThreadId, surface: Surface, messageId: string): Promise<void>;
  /** One process tells a thread at a time. False: another one is at it. */
  lockThread(thread: ThreadId, owner: string, forMs: number): Promise<boolean>;
  unlockThread(thread: ThreadId, owner: string): Promise<void>;
}

/** Why a message could not be delivered. `retry`: later it may; `refused`: never, `why` says what to do in one sentence. */
export type DeliveryFailure =
  | { readonly kind: 'retry'; readonly afterMs: number; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'message-gone' };

/**
 * One place where threads are told. `marker` goes with the message, invisible to people, and finds it again after a crash.
 * A card without a `parent` starts the thread (Slack: a message of the channel; GitHub: the one comment of the issue).
 */
export interface SurfaceClient {
  post(
    thread: Thread,
    message: { readonly card: Card; readonly marker: string; readonly parent: string | null },
  ): Promise<Result<{ readonly messageId: string }, DeliveryFailure>>;
  edit(thread: Thread, messageId: string, card: Card, marker: string): Promise<Result<void, DeliveryFailure>>;
  /** Looks for a message posted with this marker. Null: there is none. */
  find(
    thread: Thread,
    marker: string,
    parent: string | null,
  ): Promise<Result<string | null, DeliveryFailure>>;
}
