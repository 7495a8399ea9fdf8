import { createServer } from 'node:http';
import type { Delivery, Log } from '../../src/domain/index.ts';
import { createSlackApp, type SlackApp } from '../../src/slack/in/app.ts';
import { openSlackDouble, type SlackDouble, type SlackSender } from '../doubles/slack.ts';
import { until } from '../support/until.ts';

export const WAYS = ['http', 'socket'] as const;

/** The real Bolt app, reached over HTTP or by Socket Mode by a Slack that keeps Slack's rules. */
export type ReachedApp = AsyncDisposable & {
  readonly slack: SlackDouble;
  readonly app: SlackApp;
  readonly sender: SlackSender;
  /** What was stored, oldest first; one per id. */
  readonly stored: readonly Delivery[];
  /** Slack's path on the HTTP server that the app shares. */
  readonly url: string;
  /** From now on nothing can be stored, or it can again. */
  setStorage(works: boolean): void;
};

const SIGNING_SECRET = 'a-signing-secret';
const SOCKET_OPENS_WITHIN_MS = 10_000;
const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

export async function openReachedApp(
  kind: (typeof WAYS)[number],
  given: { readonly now?: () => Date; readonly allowedTeams?: readonly string[] } = {},
): Promise<ReachedApp> {
  const cleanUp = new AsyncDisposableStack();
  const now = given.now ?? (() => new Date());
  const slack = cleanUp.use(await openSlackDouble({ signingSecret: SIGNING_SECRET, now }));
  const stored = new Map<string, Delivery>();
  let works = true;
  const app = createSlackApp({
    way: kind === 'http' ? { kind, signingSecret: SIGNING_SECRET } : { kind, appToken: slack.appToken },
    botToken: slack.bot.token,
    slackApiUrl: slack.apiUrl,
    fetch: null,
    command: '/fleet',
    allowedTeams: given.allowedTeams ?? [],
    intake: {
      accept: async (delivery) => {
        if (!works) throw new Error('the database is away');
        if (stored.has(delivery.id)) return false;
        stored.set(delivery.id, delivery);
        return true;
      },
    },
    log: quietLog,
    now,
  });
  await app.start();
  cleanUp.defer(() => app.stop());

  const server = createServer((request, response) => {
    void app.answer?.(request, response).then((isOurs) => {
      if (!isOurs) response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/slack/events`;
  if (kind === 'socket') await until(() => slack.connections > 0, { withinMs: SOCKET_OPENS_WITHIN_MS });

  return {
    slack,
    app,
    sender: slack.through(kind === 'http' ? { kind, url } : { kind }),
    get stored() {
      return [...stored.values()];
    },
    url,
    setStorage: (itWorks) => {
      works = itWorks;
    },
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}
