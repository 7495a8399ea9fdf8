import type { Fields } from './json.ts';
import type { Deliver } from './receiver.ts';
import { eventPayload, messageChangedEvent, messageEvents } from './slack-payloads.ts';
import type { Message, SlackState } from './slack-state.ts';

export type EventDelivery = {
  send(event: Fields): void;
  close(): void;
};

/** docs.slack.dev/apis/events-api: tried again almost at once, after a minute and after five. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

/** Tells the bot of every message in the conversations it belongs to, its own among them, as Slack does. */
export function openEventDelivery(state: SlackState, deliver: Deliver): EventDelivery {
  const waiting = new Set<NodeJS.Timeout>();
  let isClosed = false;

  async function attempt(payload: Fields, number: number, reason: string): Promise<void> {
    const reception = await deliver(payload, number === 0 ? undefined : { number, reason });
    const afterMs = RETRY_AFTER_MS[number];
    if (reception.kind === 'acknowledged' || afterMs === undefined || isClosed) return;
    const why = reception.kind === 'too-late' ? 'http_timeout' : 'http_error';
    const timer = setTimeout(() => {
      waiting.delete(timer);
      void attempt(payload, number + 1, why);
    }, afterMs);
    timer.unref();
    waiting.add(timer);
  }

  function send(event: Fields): void {
    void attempt(eventPayload(state, event), 0, '');
  }

  const stopListening = state.onChange((change, before) => {
    if (change.kind !== 'message-stored') return;
    const { message } = change;
    if (!state.conversation(message.channel)?.members.includes(state.bot.userId)) return;
    if (before === null) for (const event of messageEvents(state, message)) send(event);
    else if (saysSomethingElse(before, message)) send(messageChangedEvent(state, before, message));
  });

  return {
    send,
    close() {
      isClosed = true;
      stopListening();
      for (const timer of waiting) clearTimeout(timer);
    },
  };
}

function saysSomethingElse(before: Message, after: Message): boolean {
  return before.text !== after.text || before.editedTs !== after.editedTs;
}
