import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Log } from '../../domain/index.ts';
import { boltLogger } from '../bolt-logger.ts';
import { BUTTON_ACTION } from '../button-codec.ts';
import { createSlackClient, reachOf, type SlackFetch } from '../client.ts';
import { parseBody, type SlackDeliveryKind, type SlackIdentity } from '../payload.ts';
import type { SlackIntake } from '../ports.ts';
import { ADD_FORM, BOT_EVENTS, REASON_FORM, SLACK_PATH } from '../registration.ts';
import { deliveryFrom, idOf, mayConcernUs, type SlackBody } from './delivery.ts';

/** What takes a request of Slack, as a receiver sees it. */
export interface SlackBot {
  processEvent(event: {
    body: Record<string, unknown>;
    ack: (response?: unknown) => Promise<void>;
    retryNum?: number;
    retryReason?: string;
  }): Promise<void>;
}

/** Anything that hands requests to the bot. `start` and `stop` are called with the app's. */
export interface SlackReceiver {
  init(bot: SlackBot): void;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** How requests arrive. http: through `answer`, on the HTTP server of whoever calls it. */
export type SlackWay =
  | { readonly kind: 'receiver'; readonly receiver: SlackReceiver }
  | { readonly kind: 'http'; readonly signingSecret: string }
  | { readonly kind: 'socket'; readonly appToken: string };

export type SlackAppOptions = {
  readonly way: SlackWay;
  readonly botToken: string;
  /** Where the Web API is; null: slack.com. */
  readonly slackApiUrl: string | null;
  readonly fetch: SlackFetch | null;
  /** With its slash: `/fleet`. */
  readonly command: string;
  /** Workspaces whose people may ask; empty: the bot's own only. */
  readonly allowedTeams: readonly string[];
  readonly intake: SlackIntake;
  readonly log: Log;
  readonly now: () => Date;
};

export type SlackApp = {
  readonly client: WebClient;
  /** Answers Slack's path on an HTTP server and nothing else; null unless requests arrive over HTTP. */
  readonly answer: ((request: IncomingMessage, response: ServerResponse) => Promise<boolean>) | null;
  /** Asks Slack who the bot is, once. Throws what the Web API throws. */
  identity(): Promise<SlackIdentity>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const NOT_STORED = 'Sorry, your request could not be stored. Please try again.';

/** One Bolt app for every way in. Its listeners store what arrives and acknowledge it; the work is done elsewhere. */
export function createSlackApp(options: SlackAppOptions): SlackApp {
  const { botToken, slackApiUrl, fetch, intake, log, now } = options;
  const logger = boltLogger(log);
  const client = createSlackClient({ botToken, slackApiUrl, fetch, log });
  const identity = onceItWorks(() => whoIsTheBot(client, options.allowedTeams));
  const receiver = receiverOf(options);
  const http = receiver instanceof HTTPReceiver ? receiver : null;
  const app = new App({
    receiver,
    logger,
    convoStore: false,
    // Asked at the first request and not when constructed: Slack may be away just then.
    authorize: async () => {
      const bot = await identity();
      return { botToken, botUserId: bot.userId, ...(bot.botId === null ? {} : { botId: bot.botId }) };
    },
  });
  acknowledgeLast(app);

  async function store(kind: SlackDeliveryKind, body: SlackBody): Promise<void> {
    const payload = parseBody(kind, body);
    if (!payload.ok) {
      log.warn({ kind, why: payload.error.why }, 'Slack sent something that is not understood');
      return;
    }
    const bot = await identity();
    if (!mayConcernUs(payload.value, bot.userId)) return;
    await intake.accept(deliveryFrom(kind, idOf(payload.value, body), body, bot, now()));
  }

  app.command(options.command, async ({ body, ack }) => {
    try {
      await store('command', body);
    } catch (cause) {
      // Slack repeats no command: unless the person is told, it is lost without a word.
      log.error({ cause }, 'a command could not be stored');
      await ack({ response_type: 'ephemeral', text: NOT_STORED });
      return;
    }
    await ack();
  });
  for (const { boltName } of BOT_EVENTS) {
    app.event(boltName, async ({ body }) => store('event', { ...body }));
  }
  app.action({ type: 'block_actions', action_id: BUTTON_ACTION }, async ({ body, ack }) => {
    await store('block_actions', { ...body });
    await ack();
  });
  for (const form of [ADD_FORM, REASON_FORM]) {
    app.view({ type: 'view_submission', callback_id: form }, async ({ body, ack }) => {
      await store('view_submission', { ...body });
      await ack();
    });
  }

  return {
    client,
    answer: http === null ? null : answererOf(http),
    identity,
    start: async () => {
      if (http === null) await app.start();
    },
    stop: async () => {
      if (http === null) await app.stop();
    },
  };
}

/**
 * Bolt acknowledges an event before a listener sees it; an event that is then not stored would be lost.
 * Here Slack hears nothing until the listeners are done, and repeats the event when one of them failed.
 */
function acknowledgeLast(app: App): void {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    const acknowledged: unknown[] = [];
    await process({ ...event, ack: async (response: unknown) => void acknowledged.push(response) });
    if (acknowledged.length > 0) await event.ack(acknowledged[0]);
  };
}

function receiverOf({ way, slackApiUrl, fetch, log }: SlackAppOptions) {
  const logger = boltLogger(log);
  switch (way.kind) {
    case 'receiver':
      return way.receiver;
    case 'http':
      return new HTTPReceiver({ signingSecret: way.signingSecret, endpoints: SLACK_PATH, logger });
    case 'socket':
      return new SocketModeReceiver({
        appToken: way.appToken,
        logger,
        installerOptions: { clientOptions: reachOf({ slackApiUrl, fetch }) },
        // False: not acknowledged, so that Slack sends it again.
        processEventErrorHandler: async ({ error }) => {
          log.error({ cause: error }, 'a request of Slack failed');
          return false;
        },
      });
  }
}

function answererOf(http: HTTPReceiver) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = (request.url ?? '').split('?', 1)[0];
    if (request.method !== 'POST' || path !== SLACK_PATH) return false;
    http.requestListener(request, response);
    return true;
  };
}

async function whoIsTheBot(client: WebClient, allowedTeams: readonly string[]): Promise<SlackIdentity> {
  const { user_id, bot_id, team_id } = await client.auth.test();
  if (user_id === undefined || team_id === undefined) throw new Error('Slack does not say who the bot is');
  return {
    userId: user_id,
    botId: bot_id ?? null,
    teams: allowedTeams.length > 0 ? allowedTeams : [team_id],
  };
}

/** Remembers the first success; a failure is asked again. */
function onceItWorks<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return async () => {
    asked ??= ask();
    try {
      return await asked;
    } catch (cause) {
      asked = null;
      throw cause;
    }
  };
}
