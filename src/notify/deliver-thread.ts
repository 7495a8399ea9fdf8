import {
  type Card,
  type Log,
  type Notification,
  SURFACES,
  type Surface,
  type Thread,
  type ThreadId,
  unreachable,
} from '../domain/index.ts';
import { type DesiredMessage, desiredMessages } from './desired-messages.ts';
import type { DeliveryFailure, NotifyStore, SurfaceClient, ThreadStory } from './ports.ts';

export type DeliverThreadWith = {
  readonly store: NotifyStore;
  /** A surface that is not set up is not told. */
  readonly surfaces: Readonly<Partial<Record<Surface, SurfaceClient>>>;
  readonly now: () => Date;
  /** Names this process in the lock of a thread. */
  readonly owner: string;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** told: every surface is up to date. later: call again after that time. busy: another process tells this thread just now. */
export type ThreadDelivery =
  | { readonly kind: 'told'; readonly undeliverable: readonly Undeliverable[] }
  | {
      readonly kind: 'later';
      readonly retryAfterMs: number;
      readonly undeliverable: readonly Undeliverable[];
    }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no-such-thread' };

/** A message that was refused for good in this delivery: `why` is the sentence for the one who asked. */
export type Undeliverable = { readonly surface: Surface; readonly key: string; readonly why: string };

const LOCK_FOR_MS = 120_000;
/** No message is begun with less time left than the slowest surface takes for one. */
const LOCK_SPARE_MS = 30_000;
const OUT_OF_TIME_RETRY_MS = 1_000;

/**
 * Makes a thread look as its story says, on every surface it has: posts what is missing, edits what changed.
 * Each message is claimed before it is posted. A claim without a message is a process that died in between,
 * so the surface is searched before anything is posted again.
 */
export async function deliverThread(threadId: ThreadId, using: DeliverThreadWith): Promise<ThreadDelivery> {
  const { store, owner, now } = using;
  const stopAt = now().getTime() + LOCK_FOR_MS - LOCK_SPARE_MS;
  if (!(await store.lockThread(threadId, owner, LOCK_FOR_MS))) return { kind: 'busy' };
  try {
    const story = await store.story(threadId);
    if (story === null) return { kind: 'no-such-thread' };
    const told: SurfaceOutcome[] = [];
    for (const surface of SURFACES) {
      const client = using.surfaces[surface];
      if (client !== undefined && hasPlaceOn(story.thread, surface)) {
        told.push(await deliverSurface(story, surface, client, stopAt, using));
      }
    }
    const undeliverable = told.flatMap((outcome) => outcome.undeliverable);
    const waits = told.flatMap((outcome) => (outcome.retryAfterMs === null ? [] : [outcome.retryAfterMs]));
    return waits.length === 0
      ? { kind: 'told', undeliverable }
      : { kind: 'later', retryAfterMs: Math.max(...waits), undeliverable };
  } finally {
    await store.unlockThread(threadId, owner);
  }
}

type SurfaceOutcome = {
  readonly retryAfterMs: number | null;
  readonly undeliverable: readonly Undeliverable[];
};

type MessageOutcome =
  | { readonly kind: 'shown'; readonly messageId: string }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'refused'; readonly why: string; readonly isNew: boolean }
  | { readonly kind: 'retry'; readonly afterMs: number };

async function deliverSurface(
  story: ThreadStory,
  surface: Surface,
  client: SurfaceClient,
  stopAt: number,
  using: DeliverThreadWith,
): Promise<SurfaceOutcome> {
  const { store, log, now, signal } = using;
  const { thread } = story;
  const stored = await store.notifications(thread.id, surface);
  const undeliverable: Undeliverable[] = [];
  let parent: string | null = null;
  // One after the other: a reply never stands above an earlier one.
  for (const message of desiredMessages(story, surface)) {
    if (signal.aborted || now().getTime() >= stopAt)
      return { retryAfterMs: OUT_OF_TIME_RETRY_MS, undeliverable };
    const known = stored.find((each) => each.key === message.key) ?? null;
    const shown = await showMessage({ thread, surface, client, message, known, parent }, using);
    switch (shown.kind) {
      case 'shown':
        if (!message.isReply) parent = shown.messageId;
        break;
      case 'skipped':
        break;
      case 'refused':
        if (shown.isNew) {
          undeliverable.push({ surface, key: message.key, why: shown.why });
          log.warn({ thread: thread.id, surface, key: message.key, why: shown.why }, 'a message was refused');
        }
        // Without its card a thread has no place for replies.
        if (!message.isReply) return { retryAfterMs: null, undeliverable };
        break;
      case 'retry':
        return { retryAfterMs: shown.afterMs, undeliverable };
      default:
        return unreachable(shown);
    }
  }
  return { retryAfterMs: null, undeliverable };
}

type Showing = {
  readonly thread: Thread;
  readonly surface: Surface;
  readonly client: SurfaceClient;
  readonly message: DesiredMessage;
  readonly known: Notification | null;
  readonly parent: string | null;
};

async function showMessage(showing: Showing, using: DeliverThreadWith): Promise<MessageOutcome> {
  const { thread, surface, message } = showing;
  if (showing.known !== null) return showKnown(showing, showing.known, using);
  const { notification, isNew } = await using.store.claim(thread.id, surface, message.key);
  return isNew ? post(showing, notification, using) : showKnown(showing, notification, using);
}

async function showKnown(
  showing: Showing,
  notification: Notification,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  switch (notification.state) {
    case 'claimed':
      return findOrPost(showing, notification, using);
    case 'sent':
      return notification.digest === digestOf(showing.message.card, using)
        ? { kind: 'shown', messageId: notification.messageId }
        : edit(showing, notification, notification.messageId, using);
    case 'undeliverable':
      // The card is tried again whenever its thread has news: the bot may have been invited since.
      return showing.message.isReply ? { kind: 'skipped' } : post(showing, notification, using);
    default:
      return unreachable(notification);
  }
}

async function findOrPost(
  showing: Showing,
  notification: Notification,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  const { client, thread, parent } = showing;
  const found = await client.find(thread, notification.id, parentOf(showing.message, parent));
  if (!found.ok) return failed(showing, notification, found.error, using);
  return found.value === null
    ? post(showing, notification, using)
    : edit(showing, notification, found.value, using);
}

async function post(
  showing: Showing,
  notification: Notification,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  const { client, thread, message } = showing;
  const parent = parentOf(message, showing.parent);
  const posted = await client.post(thread, { card: message.card, marker: notification.id, parent });
  if (!posted.ok) return failed(showing, notification, posted.error, using);
  return recordShown(showing, notification, posted.value.messageId, using);
}

async function edit(
  showing: Showing,
  notification: Notification,
  messageId: string,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  const { client, thread, message } = showing;
  const edited = await client.edit(thread, messageId, message.card, notification.id);
  if (edited.ok) return recordShown(showing, notification, messageId, using);
  if (edited.error.kind !== 'message-gone') return failed(showing, notification, edited.error, using);
  // A person deleted it. A thread needs its card; a deleted reply stays deleted.
  return message.isReply
    ? recordShown(showing, notification, messageId, using)
    : findMovedOrPost(showing, notification, messageId, using);
}

/** A card that was posted anew just before a crash is known by its old id: look before posting a third one. */
async function findMovedOrPost(
  showing: Showing,
  notification: Notification,
  goneId: string,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  const found = await showing.client.find(showing.thread, notification.id, null);
  if (!found.ok) return failed(showing, notification, found.error, using);
  return found.value === null || found.value === goneId
    ? post(showing, notification, using)
    : edit(showing, notification, found.value, using);
}

async function recordShown(
  showing: Showing,
  notification: Notification,
  messageId: string,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  const { thread, surface, message } = showing;
  await using.store.recordSent(notification.id, { messageId, digest: digestOf(message.card, using) });
  if (!message.isReply) await using.store.recordCardMessage(thread.id, surface, messageId);
  return { kind: 'shown', messageId };
}

async function failed(
  showing: Showing,
  notification: Notification,
  failure: DeliveryFailure,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  switch (failure.kind) {
    case 'retry':
      using.log.info(
        { thread: showing.thread.id, surface: showing.surface, key: showing.message.key, why: failure.why },
        'a message waits',
      );
      return { kind: 'retry', afterMs: failure.afterMs };
    case 'refused':
      return refused(notification, failure.why, using);
    case 'message-gone':
      return refused(notification, 'The thread is gone. Ask for the task again to get a new one.', using);
    default:
      return unreachable(failure);
  }
}

async function refused(
  notification: Notification,
  why: string,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  const isNew = notification.state !== 'undeliverable' || notification.why !== why;
  // What was shown once stays shown as it is: a refused edit does not take the message away.
  if (notification.state === 'sent') {
    using.log.warn({ notification: notification.id, why }, 'an edit was refused');
    return { kind: 'shown', messageId: notification.messageId };
  }
  if (isNew) await using.store.recordUndeliverable(notification.id, why);
  return { kind: 'refused', why, isNew };
}

function parentOf(message: DesiredMessage, card: string | null): string | null {
  return message.isReply ? card : null;
}

function hasPlaceOn(thread: Thread, surface: Surface): boolean {
  switch (surface) {
    case 'slack':
      return thread.slack !== null;
    case 'github':
      return thread.issue !== null;
    default:
      return unreachable(surface);
  }
}

function digestOf(card: Card, { digest }: DeliverThreadWith): string {
  return digest(JSON.stringify(card));
}
