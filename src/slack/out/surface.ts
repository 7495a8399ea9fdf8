import type { WebClient } from '@slack/web-api';
import { type Card, err, ok, type Result, type Thread } from '../../domain/index.ts';
import type { SlackFetch } from '../client.ts';
import type { ScreenPictures } from '../ports.ts';
import type { SlackFailure } from './failure.ts';
import { type MessagePlace, type SlackGate, slackGate } from './gate.ts';

export type SurfaceFailure = Exclude<SlackFailure, { kind: 'too-late' }>;

/** The channel and thread of a task. Message ids are Slack's timestamps. */
export type SlackSurface = {
  post(
    thread: Thread,
    message: { readonly card: Card; readonly marker: string; readonly parent: string | null },
  ): Promise<Result<{ readonly messageId: string }, SurfaceFailure>>;
  edit(thread: Thread, messageId: string, card: Card, marker: string): Promise<Result<void, SurfaceFailure>>;
  find(thread: Thread, marker: string, parent: string | null): Promise<Result<string | null, SurfaceFailure>>;
};

/** One message of a channel or a thread, apart from any task. */
export type SlackMessages = {
  post(
    place: MessagePlace,
    card: Card,
    marker: string,
  ): Promise<Result<{ readonly channel: string; readonly ts: string }, SurfaceFailure>>;
  edit(channel: string, ts: string, card: Card, marker: string): Promise<Result<void, SurfaceFailure>>;
  find(place: MessagePlace, marker: string): Promise<Result<string | null, SurfaceFailure>>;
};

/** What is looked for was posted by a process that died a moment ago; a channel moves no further than this meanwhile. */
const CHANNEL_PAGES_MAX = 5;
/** A thread is read from its beginning. */
const THREAD_PAGES_MAX = 50;

export function createSlackSurface(
  client: WebClient,
  pictures: ScreenPictures,
  fetch: SlackFetch = globalThis.fetch,
): SlackSurface {
  const gate = slackGate(client, fetch, pictures);
  return {
    post: async (thread, { card, marker, parent }) => {
      if (thread.slack === null) return nowhere();
      const posted = await gate.post({ channel: thread.slack.channel, threadTs: parent }, card, marker);
      return posted.ok ? ok({ messageId: posted.value.ts }) : err(inTime(posted.error));
    },
    edit: async (thread, messageId, card, marker) => {
      if (thread.slack === null) return nowhere();
      const updated = await gate.update(thread.slack.channel, messageId, card, marker);
      return updated.ok ? updated : err(inTime(updated.error));
    },
    find: async (thread, marker, parent) => {
      if (thread.slack === null) return nowhere();
      return findMessage(gate, { channel: thread.slack.channel, threadTs: parent }, marker);
    },
  };
}

export function createSlackMessages(
  client: WebClient,
  pictures: ScreenPictures,
  fetch: SlackFetch = globalThis.fetch,
): SlackMessages {
  const gate = slackGate(client, fetch, pictures);
  return {
    post: async (place, card, marker) => {
      const posted = await gate.post(place, card, marker);
      return posted.ok ? posted : err(inTime(posted.error));
    },
    edit: async (channel, ts, card, marker) => {
      const updated = await gate.update(channel, ts, card, marker);
      return updated.ok ? updated : err(inTime(updated.error));
    },
    find: (place, marker) => findMessage(gate, place, marker),
  };
}

async function findMessage(
  gate: SlackGate,
  place: MessagePlace,
  marker: string,
): Promise<Result<string | null, SurfaceFailure>> {
  const pages = place.threadTs === null ? CHANNEL_PAGES_MAX : THREAD_PAGES_MAX;
  let cursor: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const read: Awaited<ReturnType<typeof gate.read>> = await gate.read(place, cursor);
    if (!read.ok) return err(inTime(read.error));
    const found = read.value.messages.find((message) => message.marker === marker);
    if (found !== undefined) return ok(found.ts);
    if (read.value.next === null) break;
    cursor = read.value.next;
  }
  return ok(null);
}

/** No call of this file answers a trigger, so Slack cannot have waited for it. */
function inTime(failure: SlackFailure): SurfaceFailure {
  if (failure.kind === 'too-late') throw new Error('Slack calls a message too late');
  return failure;
}

function nowhere(): Result<never, SurfaceFailure> {
  return err({ kind: 'refused', why: 'This task has no Slack channel.' });
}
