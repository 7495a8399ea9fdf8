import { type Delivery, type DeliveryId, deliveryId } from '../../domain/index.ts';
import type { SlackDeliveryKind, SlackIdentity, SlackPayload, StoredSlackPayload } from '../payload.ts';

export type SlackBody = Readonly<Record<string, unknown>>;

/** A request as it is stored. The verification token of old goes: nothing reads it, and it is a secret. */
export function deliveryFrom(
  kind: SlackDeliveryKind,
  id: DeliveryId,
  body: SlackBody,
  bot: SlackIdentity,
  receivedAt: Date,
): Delivery {
  const { token: _token, ...withoutToken } = body;
  const payload: StoredSlackPayload = { body: withoutToken, bot };
  return { source: 'slack', id, kind, payload, receivedAt };
}

/** One request has one id however often Slack sends it; a mention, sent as two events, has one as well. */
export function idOf(payload: SlackPayload, body: SlackBody): DeliveryId {
  switch (payload.kind) {
    case 'command':
      return deliveryId(payload.triggerId);
    case 'message':
      return deliveryId(`${payload.channel}:${payload.ts}`);
    case 'home-opened':
      return deliveryId(
        textAt(body, 'event_id') ?? `home:${payload.person.id}:${textAt(body.event, 'event_ts')}`,
      );
    case 'pressed':
      return deliveryId(
        payload.triggerId ?? `${payload.person.id}:${textAt(firstAction(body), 'action_ts')}`,
      );
    case 'submitted':
      return deliveryId(`${textAt(body.view, 'id')}:${textAt(body.view, 'hash')}`);
  }
}

/**
 * Channels talk; only what may concern a task is kept: mentions, and what people answer in threads that the bot started.
 * Slack names the starter of a thread; where it does not, the thread may be ours.
 */
export function mayConcernUs(payload: SlackPayload, botUserId: string): boolean {
  if (payload.kind !== 'message') return true;
  if (payload.isFromBot || payload.person === null || payload.person.id === botUserId) return false;
  const isMention = payload.text.includes(`<@${botUserId}`);
  const isInOurThread =
    payload.threadTs !== null && (payload.threadStarter === null || payload.threadStarter === botUserId);
  return isMention || isInOurThread;
}

function firstAction(body: SlackBody): unknown {
  return Array.isArray(body.actions) ? body.actions[0] : null;
}

function textAt(value: unknown, key: string): string | null {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : null;
  return typeof found === 'string' ? found : null;
}
