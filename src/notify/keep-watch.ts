import {
  bold,
  type Card,
  type CardPart,
  type Host,
  type HostId,
  type Job,
  type Log,
  type Result,
  text,
  timeOf,
  type Watch,
  type WatchId,
} from '../domain/index.ts';
import type { DeliveryFailure } from './ports.ts';

type WatchJob = Extract<Job, { kind: 'watch' }>;

/** What one look at a watched session brought. `gone`: it is not there any more, and will not come back. */
export type WatchedScreen =
  | { readonly kind: 'seen'; readonly lines: readonly string[]; readonly state: string | null }
  | { readonly kind: 'gone'; readonly why: string }
  | { readonly kind: 'no-answer'; readonly why: string };

export interface WatchStore {
  findWatch(id: WatchId): Promise<Watch | null>;
  openWatches(): Promise<readonly Watch[]>;
  recordWatchShown(
    id: WatchId,
    shown: { readonly channel: string; readonly messageTs: string; readonly shown: string },
  ): Promise<void>;
  /** False: it had ended before. */
  endWatch(id: WatchId, why: string): Promise<boolean>;
  findHost(id: HostId): Promise<Host | null>;
}

/** One message in a chat, in its channel or in a thread of it. */
export interface WatchSurface {
  post(
    place: { readonly channel: string; readonly threadTs: string | null },
    card: Card,
    marker: string,
  ): Promise<Result<{ readonly channel: string; readonly ts: string }, DeliveryFailure>>;
  edit(channel: string, ts: string, card: Card, marker: string): Promise<Result<void, DeliveryFailure>>;
  find(
    place: { readonly channel: string; readonly threadTs: string | null },
    marker: string,
  ): Promise<Result<string | null, DeliveryFailure>>;
}

export type KeepWatchWith = {
  readonly store: WatchStore;
  readonly look: (host: Host, name: string) => Promise<WatchedScreen>;
  readonly surface: WatchSurface;
  readonly enqueue: (job: WatchJob) => Promise<void>;
  readonly now: () => Date;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly log: Log;
};

/** Slack takes about fifty edits of a bot in a minute, and its cards need some of them. docs.slack.dev/apis/web-api/rate-limits, tier 3. */
const LOOK_EVERY_MS = 3_000;
/** A longer message is folded, and nobody sees its end move. */
const LINES_SHOWN = 30;
/** A watch that ended while its message was being edited is told at once; this often in a row it cannot have happened. */
const ROUNDS_MAX = 3;

/**
 * Looks once at what a watch shows, brings its message up to date, and asks for itself again until the watch has ended.
 * The first end counts, whoever sets it; the message says it as soon as it is seen, also after a restart in between.
 */
export function createWatchKeeper(using: KeepWatchWith): (job: WatchJob) => Promise<void> {
  const { store, enqueue, now, log } = using;
  return async ({ watch: id, notBefore }) => {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const watch = await store.findWatch(id);
      if (watch === null) return;
      const shown = await show(using, await endedInTime(using, watch));
      if (!shown.ok) {
        if (shown.error.kind === 'retry') {
          await enqueue({
            kind: 'watch',
            watch: id,
            notBefore: new Date(now().getTime() + shown.error.afterMs),
          });
          return;
        }
        // Nothing can be shown any more, so nothing is left that could be wrong.
        await store.endWatch(id, 'its message cannot be shown');
        log.warn(
          { watch: id, failure: shown.error },
          'a watch has ended because its message cannot be shown',
        );
        return;
      }
      const after = await store.findWatch(id);
      if (after === null || shown.value === 'ended') return;
      if (after.state === 'ended') continue;
      const open = await store.openWatches();
      const wait = LOOK_EVERY_MS * Math.max(1, open.length);
      const next = Math.min(now().getTime() + wait, after.until.getTime());
      await enqueue({ kind: 'watch', watch: id, notBefore: new Date(next) });
      return;
    }
    log.warn({ watch: id, notBefore }, 'a watch ends again and again');
  };
}

async function endedInTime({ store, now }: KeepWatchWith, watch: Watch): Promise<Watch> {
  if (watch.state === 'ended' || now() < watch.until) return watch;
  await store.endWatch(watch.id, 'its time is over');
  return (await store.findWatch(watch.id)) ?? watch;
}

/** Whether the message now says that the watch goes on, or that it has ended. */
async function show(using: KeepWatchWith, watch: Watch): Promise<Result<Watch['state'], DeliveryFailure>> {
  const { store, surface, digest } = using;
  const host = await store.findHost(watch.host);
  const seen: WatchedScreen =
    host === null || host.state === 'removed'
      ? { kind: 'gone', why: 'its host is not part of the fleet any more' }
      : await using.look(host, watch.name);
  if (seen.kind === 'gone' && watch.state === 'watching') {
    await store.endWatch(watch.id, seen.why);
    return show(using, { ...watch, state: 'ended', why: seen.why });
  }
  const card = watchCard(watch, host?.name ?? 'a removed host', seen);
  const shown = digest(JSON.stringify(card));
  if (watch.messageTs !== null && watch.shown === shown) return { ok: true, value: watch.state };
  if (watch.messageTs !== null) return edit(using, watch, watch.messageTs, card, shown);
  // A process that died behind its post left a message that nobody remembers.
  const found = await surface.find(watch, watch.id);
  if (!found.ok) return found;
  if (found.value !== null) return edit(using, watch, found.value, card, shown);
  const posted = await surface.post(watch, card, watch.id);
  if (!posted.ok) return posted;
  const { channel, ts } = posted.value;
  await store.recordWatchShown(watch.id, { channel, messageTs: ts, shown });
  return { ok: true, value: watch.state };
}

async function edit(
  { store, surface }: KeepWatchWith,
  watch: Watch,
  messageTs: string,
  card: Card,
  shown: string,
): Promise<Result<Watch['state'], DeliveryFailure>> {
  const edited = await surface.edit(watch.channel, messageTs, card, watch.id);
  if (!edited.ok) return edited;
  await store.recordWatchShown(watch.id, { channel: watch.channel, messageTs, shown });
  return { ok: true, value: watch.state };
}

/** Says until when and nothing of the time that passes: a screen on which nothing moves needs no edit. */
function watchCard(watch: Watch, hostName: string, seen: WatchedScreen): Card {
  const what = `${watch.name} on ${hostName}`;
  const state = seen.kind === 'seen' && seen.state !== null ? `, ${seen.state}` : '';
  const headline =
    watch.state === 'ended'
      ? [bold('No longer watched'), text(` · ${what}${state}: ${watch.why}.`)]
      : [bold('Watching'), text(` · ${what}${state}`)];
  return {
    title: '',
    parts: [
      { kind: 'text', spans: headline },
      ...screenPart(seen),
      ...(watch.state === 'ended'
        ? []
        : [{ kind: 'note' as const, spans: [text(`Kept up to date until ${timeOf(watch.until)}.`)] }]),
    ],
    buttons:
      watch.state === 'ended'
        ? []
        : [
            {
              request: { kind: 'stop-watch', watch: watch.id },
              label: 'Stop watching',
              style: 'plain',
              confirm: null,
            },
          ],
    summary: watch.state === 'ended' ? `${what} is no longer watched.` : `Watching ${what}.`,
  };
}

function screenPart(seen: WatchedScreen): readonly CardPart[] {
  if (seen.kind !== 'seen') return [{ kind: 'note', spans: [text(`Nothing can be seen: ${seen.why}.`)] }];
  return seen.lines.every((line) => line.trim() === '')
    ? [{ kind: 'note', spans: [text('The screen is empty.')] }]
    : [{ kind: 'screen', lines: seen.lines.slice(-LINES_SHOWN) }];
}
