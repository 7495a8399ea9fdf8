import type { KnownBlock, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { type Card, type CardPart, err, ok, type Result, text } from '../../domain/index.ts';
import { redact, redactDeep } from '../../safety/index.ts';
import type { SlackFetch } from '../client.ts';
import type { ScreenPictures } from '../ports.ts';
import { blocksFromCard } from './blocks.ts';
import { type SlackFailure, slackFailure } from './failure.ts';
import { shareFiles } from './upload.ts';

export type MessagePlace = { readonly channel: string; readonly threadTs: string | null };

type Outcome<T> = Promise<Result<T, SlackFailure>>;

/** A message found in a channel, and the mark it carries. */
export type MarkedMessage = { readonly ts: string; readonly marker: string };

export type PostedMessage = { readonly channel: string; readonly ts: string };

/** Every way words of ours reach Slack. */
export type SlackGate = {
  /** What the card attaches is shown below it, in the same place. `channel` is Slack's own name for it: a person's id becomes that of the direct messages. */
  post(place: MessagePlace, card: Card, marker: string): Outcome<PostedMessage>;
  update(channel: string, ts: string, card: Card, marker: string): Outcome<void>;
  whisper(place: MessagePlace, person: string, card: Card): Outcome<void>;
  /** Answers through the address that came with a request; it works five times, for half an hour. */
  respond(url: string, card: Card, threadTs: string | null): Outcome<void>;
  openForm(triggerId: string, form: ModalView): Outcome<void>;
  showHome(person: string, cards: readonly Card[]): Outcome<void>;
  /** One page of a channel, or of a thread; `cursor` null: the newest of the channel, the first of the thread. */
  read(
    place: MessagePlace,
    cursor: string | null,
  ): Outcome<{ readonly messages: readonly MarkedMessage[]; readonly next: string | null }>;
};

const MARKER_EVENT = 'fleet_notification';
const RESPOND_TIMEOUT_MS = 10_000;
const RESPOND_RETRY_MS = 5_000;
const PAGE_SIZE = 200;
// docs.slack.dev/surfaces/app-home: a view has 100 blocks at most.
const HOME_BLOCKS_MAX = 100;

/** The one place where the room speaks to Slack: everything is redacted here, before it is cut and after it is rendered. */
export function slackGate(client: WebClient, fetch: SlackFetch, pictures: ScreenPictures): SlackGate {
  return {
    post: async ({ channel, threadTs }, card, marker) => {
      const message = {
        channel,
        ...rendered(card),
        metadata: metadata(marker),
        unfurl_links: false,
        unfurl_media: false,
        ...(threadTs === null ? {} : { thread_ts: threadTs }),
      };
      const posted = await attempt(async () => {
        const { ts, channel: postedIn } = await client.chat.postMessage(message);
        if (ts === undefined) throw new Error('Slack posted a message and did not say which');
        return { ts, channel: postedIn ?? channel };
      });
      const attachments = card.parts.filter((part) => part.kind === 'attachment');
      if (!posted.ok || attachments.length === 0) return posted;
      // The message is there; that its files are not is said in it, and is no reason to post it again.
      const place = { channel: posted.value.channel, threadTs };
      const shared = await shareFiles({ client, fetch, pictures }, place, attachments);
      if (!shared.ok) {
        const note: CardPart = { kind: 'note', spans: [text(`${shared.error}.`)] };
        const noted = { ...posted.value, ...rendered({ ...card, parts: [...card.parts, note] }) };
        await attempt(async () => void (await client.chat.update({ ...noted, metadata: metadata(marker) })));
      }
      return posted;
    },
    update: async (channel, ts, card, marker) => {
      const message = { channel, ts, ...rendered(card), metadata: metadata(marker) };
      return attempt(async () => void (await client.chat.update(message)));
    },
    whisper: async ({ channel, threadTs }, person, card) => {
      const message = { ...rendered(card), ...(threadTs === null ? {} : { thread_ts: threadTs }) };
      return attempt(async () => {
        // The direct messages with one person are a whisper already; Slack knows them by the person's id.
        if (channel === person) await client.chat.postMessage({ channel, ...message });
        else await client.chat.postEphemeral({ channel, user: person, ...message });
      });
    },
    respond: async (url, card, threadTs) => {
      const message = {
        response_type: 'ephemeral',
        replace_original: false,
        ...rendered(card),
        ...(threadTs === null ? {} : { thread_ts: threadTs }),
      };
      return respond(fetch, url, JSON.stringify(message));
    },
    openForm: async (triggerId, form) =>
      attempt(async () => void (await client.views.open({ trigger_id: triggerId, view: redactDeep(form) }))),
    showHome: async (person, cards) => {
      const blocks = homeBlocks(cards);
      return attempt(
        async () => void (await client.views.publish({ user_id: person, view: { type: 'home', blocks } })),
      );
    },
    read: async ({ channel, threadTs }, cursor) => {
      const page = {
        channel,
        include_all_metadata: true,
        limit: PAGE_SIZE,
        ...(cursor === null ? {} : { cursor }),
      };
      return attempt(async () => {
        const { messages = [], response_metadata } = await (threadTs === null
          ? client.conversations.history(page)
          : client.conversations.replies({ ...page, ts: threadTs }));
        const next = response_metadata?.next_cursor ?? '';
        return { messages: messages.flatMap(markedMessage), next: next === '' ? null : next };
      });
    },
  };
}

function rendered(card: Card): { text: string; blocks: KnownBlock[] } {
  return redactDeep(blocksFromCard(redactCard(card)));
}

function redactCard(card: Card): Card {
  return { ...redactDeep(card), parts: card.parts.map(redactPart) };
}

/** A secret may go over several lines of a screen, so a screen is redacted whole. */
function redactPart(part: CardPart): CardPart {
  switch (part.kind) {
    case 'screen':
      return { ...part, lines: redact(part.lines.join('\n')).split('\n') };
    case 'attachment':
      // Its file goes another way, and is redacted there.
      return part;
    default:
      return redactDeep(part);
  }
}

function metadata(marker: string) {
  return { event_type: MARKER_EVENT, event_payload: { marker } };
}

function markedMessage(message: object): MarkedMessage[] {
  const ts: unknown = Reflect.get(message, 'ts');
  const found: unknown = Reflect.get(message, 'metadata');
  if (typeof ts !== 'string' || typeof found !== 'object' || found === null) return [];
  const payload: unknown = Reflect.get(found, 'event_payload');
  if (Reflect.get(found, 'event_type') !== MARKER_EVENT || typeof payload !== 'object' || payload === null)
    return [];
  const marker: unknown = Reflect.get(payload, 'marker');
  return typeof marker === 'string' ? [{ ts, marker }] : [];
}

function homeBlocks(cards: readonly Card[]): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  for (const [index, card] of cards.entries()) {
    const more: KnownBlock[] = [
      ...(index === 0 ? [] : [{ type: 'divider' } as const]),
      ...rendered(card).blocks,
    ];
    if (blocks.length + more.length > HOME_BLOCKS_MAX - 1) {
      const hidden = `${cards.length - index} more are not shown here.`;
      blocks.push({ type: 'context', elements: [{ type: 'plain_text', text: hidden }] });
      break;
    }
    blocks.push(...more);
  }
  return blocks;
}

async function attempt<T>(call: () => Promise<T>): Outcome<T> {
  try {
    return ok(await call());
  } catch (cause) {
    return err(slackFailure(cause));
  }
}

async function respond(fetch: SlackFetch, url: string, body: string): Outcome<void> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(RESPOND_TIMEOUT_MS),
    });
    await response.text();
    if (response.ok) return ok(undefined);
    return response.status >= 500 || response.status === 429
      ? err({ kind: 'retry', afterMs: RESPOND_RETRY_MS, why: `Slack answered with ${response.status}` })
      : err({ kind: 'too-late' });
  } catch (cause) {
    // fetch throws TypeError when nobody answers, DOMException when time is up.
    if (cause instanceof TypeError || cause instanceof DOMException) {
      return err({ kind: 'retry', afterMs: RESPOND_RETRY_MS, why: 'Slack did not answer' });
    }
    throw cause;
  }
}
