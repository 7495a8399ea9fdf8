import type { Fields } from './json.ts';
import type { Bot } from './ports.ts';

/** What became of one payload. Slack counts a bot that took too long and one that threw as two different failures. */
export type Reception =
  | { readonly kind: 'acknowledged'; readonly response: unknown }
  | { readonly kind: 'too-late' }
  | { readonly kind: 'failed' };

/** The shape Bolt asks of a receiver. It listens to nothing: payloads come from the page, in this process. */
export type BoltReceiver = {
  init(bot: Bot): void;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
};

export type Deliver = (body: Fields, retry?: { number: number; reason: string }) => Promise<Reception>;

/** docs.slack.dev/interactivity/handling-user-interaction: a payload is acknowledged within three seconds. */
export const ACKNOWLEDGE_WITHIN_MS = 3_000;

export function openReceiver(log: (fields: Record<string, unknown>, message: string) => void): {
  receiver: BoltReceiver;
  deliver: Deliver;
} {
  let bot: Bot | null = null;

  const deliver: Deliver = async (body, retry) => {
    const listener = bot;
    if (listener === null) return { kind: 'failed' };
    const { promise, resolve } = Promise.withResolvers<Reception>();
    const deadline = setTimeout(() => resolve({ kind: 'too-late' }), ACKNOWLEDGE_WITHIN_MS);
    listener
      .processEvent({
        // The bot gets its own copy, as it would over the wire.
        body: structuredClone({ ...body }),
        ack: async (response) => resolve({ kind: 'acknowledged', response: structuredClone(response) }),
        ...(retry === undefined ? {} : { retryNum: retry.number, retryReason: retry.reason }),
      })
      .catch((cause: unknown) => {
        log(
          { err: cause, type: body.type ?? body.command },
          'the bot failed on a payload of the local workspace',
        );
        resolve({ kind: 'failed' });
      });
    const reception = await promise;
    clearTimeout(deadline);
    return reception;
  };

  return {
    receiver: {
      init(given) {
        bot = given;
      },
      start: async () => {},
      stop: async () => {},
    },
    deliver,
  };
}
