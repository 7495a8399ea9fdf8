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
import { CARD_KEY, type DesiredMessage, desiredMessages } from './desired-messages.ts';
import type { DeliveryFailure, NotifyStore, SurfaceClient, ThreadStory } from './ports.ts';
import type { Rests } from './rests.ts';
import type { UntoldSurface } from './task-card.ts';

export type DeliverThreadWith = {
  readonly store: NotifyStore;
  /** A surface that is not set up is not told. */
  readonly surfaces: Readonly<Partial<Record<Surface, SurfaceClient>>>;
  readonly rests: Rests;
  readonly now: () => Date;
  /** Names this process in the lock of a thread. */
  readonly owner: string;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** told: every surface is up to date or refused it. later: call again at that time. busy: another process tells this thread just now. */
export type ThreadDelivery =
  | { readonly kind: 'told' }
  | { readonly kind: 'later'; readonly notBefore: Date }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no-such-thread' };

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
    const surfaces = SURFACES.filter(
      (surface) => using.surfaces[surface] !== undefined && hasPlaceOn(story.thread, surface),
    );
    const untoldBefore = await untoldSurfaces(threadId, surfaces, store);
    const told = new Map<Surface, Date | null>();
    for (const surface of surfaces) {
      told.set(surface, await deliverSurface(story, surface, untoldBefore, stopAt, using));
    }
    // A surface that was told before another one refused says so too, and takes it back when that is over.
    const untold = await untoldSurfaces(threadId, surfaces, store);
    if (JSON.stringify(untold) !== JSON.stringify(untoldBefore)) {
      for (const surface of surfaces.filter((each) => !untold.some((other) => other.surface === each))) {
        told.set(surface, await deliverSurface(story, surface, untold, stopAt, using));
      }
    }
    const times = [...told.values()].filter((time) => time !== null);
    const [first] = times.toSorted((one, other) => one.getTime() - other.getTime());
    return first === undefined ? { kind: 'told' } : { kind: 'later', notBefore: first };
  } finally {
    await store.unlockThread(threadId, owner);
  }
}

/** Where the thread has no card because the surface refused it. */
async function untoldSurfaces(
  thread: ThreadId,
  surfaces: readonly Surface[],
  store: NotifyStore,
): Promise<readonly UntoldSurface[]> {
  const untold: UntoldSurface[] = [];
  for (const surface of surfaces) {
    const stored = await store.notifications(thread, surface);
    const card = stored.find(({ key }) => key === CARD_KEY);
    if (card?.state === 'undeliverable') untold.push({ surface, why: card.why });
  }
  return untold;
}

type MessageOutcome =
  | { readonly kind: 'shown'; readonly messageId: string }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'retry'; readonly afterMs: number };

/** When to go on; null: nothing is left to do. */
async function deliverSurface(
  story: ThreadStory,
  surface: Surface,
  untold: readonly UntoldSurface[],
  stopAt: number,
  using: DeliverThreadWith,
): Promise<Date | null> {
  const { store, rests, now, signal } = using;
  const { thread } = story;
  const client = using.surfaces[surface];
  if (client === undefined) return null;
  const rest = rests.until(thread.id, surface, now());
  if (rest !== null) return rest;
  const stored = await store.notifications(thread.id, surface);
  let parent: string | null = null;
  // One after the other: a reply never stands above an earlier one.
  for (const message of desiredMessages(story, surface, untold)) {
    if (signal.aborted || now().getTime() >= stopAt) return new Date(now().getTime() + OUT_OF_TIME_RETRY_MS);
    const known = stored.find((each) => each.key === message.key) ?? null;
    const shown = await showMessage({ thread, surface, client, message, known, parent }, using);
    switch (shown.kind) {
      case 'shown':
        if (!message.isReply) parent = shown.messageId;
        break;
      case 'skipped':
        break;
      case 'refused':
        // Without its card a thread has no place for replies.
        if (!message.isReply) return null;
        break;
      case 'retry': {
        const until = new Date(now().getTime() + shown.afterMs);
        rests.begin(thread.id, surface, now(), until);
        return until;
      }
      default:
        return unreachable(shown);
    }
  }
  return null;
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
      return refused(showing, notification, failure.why, using);
    case 'message-gone':
      return refused(
        showing,
        notification,
        'The thread is gone. Ask for the task again to get a new one.',
        using,
      );
    default:
      return unreachable(failure);
  }
}

async function refused(
  { thread, surface, message }: Showing,
  notification: Notification,
  why: string,
  using: DeliverThreadWith,
): Promise<MessageOutcome> {
  // What was shown once stays shown as it is: a refused edit does not take the message away.
  if (notification.state === 'sent') {
    using.log.warn({ notification: notification.id, why }, 'an edit was refused');
    return { kind: 'shown', messageId: notification.messageId };
  }
  if (notification.state !== 'undeliverable' || notification.why !== why) {
    await using.store.recordUndeliverable(notification.id, why);
    using.log.warn({ thread: thread.id, surface, key: message.key, why }, 'a message was refused');
  }
  return { kind: 'refused' };
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
