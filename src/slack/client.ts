import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../domain/index.ts';
import { boltLogger } from './bolt-logger.ts';

export type SlackFetch = NonNullable<WebClientOptions['fetch']>;

const CALL_TIMEOUT_MS = 10_000;

/**
 * A client that says at once what happened. It neither waits out a rate limit, which would hold up every later call,
 * nor repeats a call: after a lost connection nobody knows whether a message was posted, and its sender looks first.
 */
export function createSlackClient(options: {
  readonly botToken: string;
  readonly slackApiUrl: string | null;
  readonly fetch: SlackFetch | null;
  readonly log: Log;
}): WebClient {
  return new WebClient(options.botToken, {
    logger: boltLogger(options.log),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
    ...reachOf(options),
  });
}

/** Where and how the Web API is reached; null: as the package does it. */
export function reachOf(to: { readonly slackApiUrl: string | null; readonly fetch: SlackFetch | null }) {
  return {
    ...(to.slackApiUrl === null ? {} : { slackApiUrl: to.slackApiUrl }),
    ...(to.fetch === null ? {} : { fetch: to.fetch }),
  };
}
