import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendJson } from '../../src/workspace/http-body.ts';
import { type Interactions, type Outcome, openInteractions } from '../../src/workspace/interactions.ts';
import { type Fields, fieldsAt, isFields, parseJson, textAt } from '../../src/workspace/json.ts';
import type { Deliver, Reception } from '../../src/workspace/receiver.ts';
import { callSlackApi, findElement } from '../../src/workspace/slack-api.ts';
import { answerSlackHttp, SLACK_PATH } from '../../src/workspace/slack-http.ts';
import {
  blockActionsPayload,
  commandPayload,
  eventPayload,
  type Input,
  type Inputs,
  messageEvents,
  type Place,
} from '../../src/workspace/slack-payloads.ts';
import {
  type BotIdentity,
  type Ephemeral,
  type Message,
  openSlackState,
  type Person,
  type SlackState,
} from '../../src/workspace/slack-state.ts';
import { acceptWebSocket, type WebSocketLine } from './websocket.ts';

/** One call of the Web API and what it was answered. */
export type SlackCallRecord = { readonly method: string; readonly args: Fields; readonly answer: Fields };

/** What goes wrong with the next call of a method. */
export type SlackFailure =
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'server-error' }
  /** The call is carried out and its answer never arrives. */
  | { readonly kind: 'lost-answer' };

/** How the double speaks to the bot: to its HTTP receiver, or over the socket the bot opened. */
export type SlackRoute = { readonly kind: 'http'; readonly url: string } | { readonly kind: 'socket' };

export type SlackRetry = { readonly number: number; readonly reason: string };

/** What Slack sends a bot when a person does something, over one route. */
export type SlackSender = {
  sendSlashCommand(given: {
    command: string;
    text: string;
    user?: string;
    channel?: string;
  }): Promise<Reception>;
  sendEvent(event: Fields, retry?: SlackRetry): Promise<Reception>;
  /** Stores the message as the person's and sends the events it makes. */
  say(given: { text: string; user?: string; channel?: string; threadTs?: string }): Promise<Message>;
  pressButton(
    message: { channel: string; ts: string },
    actionId: string,
    user?: string,
    input?: Input,
  ): Promise<Reception>;
  submitView(given: { viewId: string; user?: string; inputs: Inputs }): Promise<Outcome>;
  closeView(given: { viewId: string; user?: string }): Promise<Outcome>;
};

export type SlackDouble = AsyncDisposable & {
  readonly apiUrl: string;
  readonly bot: BotIdentity;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly teamId: string;
  /** The bot belongs to `channel` and not to `otherChannel`. */
  readonly channel: string;
  readonly otherChannel: string;
  readonly people: readonly [Person, Person];
  readonly calls: readonly SlackCallRecord[];
  /** What a person sees in the channels now, oldest first. */
  readonly messages: readonly Message[];
  readonly ephemerals: readonly Ephemeral[];
  /** Every accepted `views.*` call's view, oldest first. */
  readonly views: readonly Fields[];
  /** Every accepted `chat.update`'s arguments, oldest first. */
  readonly updates: readonly Fields[];
  readonly state: SlackState;
  failNext(method: string, failure: SlackFailure): void;
  through(route: SlackRoute): SlackSender;
  /** Open Socket Mode connections. */
  readonly connections: number;
  /** Asks the bot to connect anew, as Slack does every few hours. */
  refreshConnections(): void;
  cutConnections(): void;
};

const ACKNOWLEDGE_WITHIN_MS = 3_000;

export async function openSlackDouble({
  signingSecret,
  now = () => new Date(),
  newId = () => randomUUID(),
}: {
  signingSecret: string;
  now?: () => Date;
  newId?: () => string;
}): Promise<SlackDouble> {
  const bot = { userId: 'U0BOT', botId: 'B0BOT', name: 'Fleet Director', token: 'xoxb-double' };
  const appToken = 'xapp-double';
  const people = [
    { id: 'U0ANA', name: 'Ana', about: 'asks for things' },
    { id: 'U0SAM', name: 'Sam', about: 'a stranger' },
  ] as const;
  const calls: SlackCallRecord[] = [];
  const failures = new Map<string, SlackFailure[]>();
  const lines = new Set<WebSocketLine>();
  const waiting = new Map<string, (response: unknown) => void>();

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${portOf(server.address())}`;
  const state = openSlackState({
    origin,
    team: { id: 'T0DOUBLE', name: 'Double' },
    bot,
    channels: [
      { id: 'C0FLEET', name: 'fleet', hasBot: true },
      { id: 'C0RANDOM', name: 'random', hasBot: false },
    ],
    people,
    userGroups: [{ id: 'S0APPROVERS', users: [people[0].id] }],
    now,
    newId,
  });

  server.on('request', (request, response) => {
    void answerSlackHttp(state, request, response, (call, answerTo) => {
      const failure = failures.get(call.method)?.shift();
      if (failure?.kind === 'rate-limited') {
        const headers = { 'retry-after': String(failure.retryAfterSeconds) };
        sendJson(answerTo, 429, { ok: false, error: 'ratelimited' }, headers);
        return true;
      }
      if (failure?.kind === 'server-error') {
        answerTo.writeHead(500).end('upstream connect error');
        return true;
      }
      const answer = answerOf(call.method, call.args, call.token, failure);
      calls.push({ method: call.method, args: call.args, answer });
      if (failure?.kind === 'lost-answer') answerTo.destroy();
      else sendJson(answerTo, 200, answer);
      return true;
    });
  });

  function answerOf(
    method: string,
    args: Fields,
    token: string | null,
    failure: SlackFailure | undefined,
  ): Fields {
    if (failure?.kind === 'error') return { ok: false, error: failure.error };
    if (method !== 'apps.connections.open') return callSlackApi(state, method, args, token);
    if (token !== appToken) return { ok: false, error: token === null ? 'not_authed' : 'invalid_auth' };
    return { ok: true, url: `${origin.replace('http', 'ws')}/link?ticket=${newId()}` };
  }

  server.on('upgrade', (request, socket) => {
    const line = acceptWebSocket(request, socket);
    lines.add(line);
    socket.on('close', () => lines.delete(line));
    line.onText((text) => {
      const message = parseJson(text);
      const envelope = textAt(message, 'envelope_id') ?? '';
      waiting.get(envelope)?.(isFields(message) ? message.payload : undefined);
      waiting.delete(envelope);
    });
    line.send(
      JSON.stringify({
        type: 'hello',
        num_connections: lines.size,
        connection_info: { app_id: state.appId },
      }),
    );
  });

  function deliverOver(route: SlackRoute): Deliver {
    return route.kind === 'socket' ? deliverBySocket : (body, retry) => deliverByHttp(route.url, body, retry);
  }

  async function deliverByHttp(url: string, body: Fields, retry?: SlackRetry): Promise<Reception> {
    const kind = kindOf(body);
    const text = kind === 'events_api' ? JSON.stringify(body) : formOf(kind, body);
    const sentAt = Math.floor(Date.now() / 1_000);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
          ...signSlackRequest(signingSecret, text, sentAt),
          ...(retry === undefined
            ? {}
            : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
        },
        body: text,
        signal: AbortSignal.timeout(ACKNOWLEDGE_WITHIN_MS),
      });
      const answer = await response.text();
      if (!response.ok) return { kind: 'failed' };
      return { kind: 'acknowledged', response: answer === '' ? undefined : (parseJson(answer) ?? answer) };
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'TimeoutError') return { kind: 'too-late' };
      return { kind: 'failed' };
    }
  }

  async function deliverBySocket(body: Fields, retry?: SlackRetry): Promise<Reception> {
    const line = [...lines].find((entry) => entry.isOpen);
    if (line === undefined) return { kind: 'failed' };
    const type = kindOf(body);
    const envelope = newId();
    const { promise, resolve } = Promise.withResolvers<Reception>();
    const deadline = setTimeout(() => resolve({ kind: 'too-late' }), ACKNOWLEDGE_WITHIN_MS);
    waiting.set(envelope, (response) => {
      const isEmpty = isFields(response) && Object.keys(response).length === 0;
      resolve({ kind: 'acknowledged', response: isEmpty ? undefined : response });
    });
    line.send(
      JSON.stringify({
        envelope_id: envelope,
        type,
        payload: body,
        accepts_response_payload: type !== 'events_api',
        ...(retry === undefined ? {} : { retry_attempt: retry.number, retry_reason: retry.reason }),
      }),
    );
    const reception = await promise;
    clearTimeout(deadline);
    return reception;
  }

  function through(route: SlackRoute): SlackSender {
    const deliver = deliverOver(route);
    const sendEvent: SlackSender['sendEvent'] = (event, retry) => deliver(eventPayload(state, event), retry);
    const interactions: Interactions = openInteractions({
      state,
      deliver,
      sendEvent: (event) => void sendEvent(event),
      commands: [],
    });
    return {
      sendSlashCommand: ({ command, text, user = people[0].id, channel = 'C0FLEET' }) =>
        deliver(commandPayload(state, { command, text, person: user, channel })),
      sendEvent,
      async say({ text, user = people[0].id, channel = 'C0FLEET', threadTs = null }) {
        const message: Message = {
          channel,
          ts: state.nextTs(),
          threadTs,
          isBroadcast: false,
          user,
          text,
          blocks: [],
          attachments: [],
          metadata: null,
          files: [],
          reactions: [],
          editedTs: null,
        };
        state.commit({ kind: 'message-stored', message });
        await Promise.all(messageEvents(state, message).map((event) => sendEvent(event)));
        return message;
      },
      async pressButton({ channel, ts }, actionId, user = people[0].id, input = null) {
        const place = placeAt(state, channel, ts);
        const blocks = place.kind === 'message' ? place.message.blocks : place.ephemeral.blocks;
        for (const block of blocks) {
          const blockId = textAt(block, 'block_id') ?? '';
          const element = findElement(blocks, blockId, actionId);
          if (element === null) continue;
          return deliver(
            blockActionsPayload(state, { person: user, place, blockId, element, input, inputs: {} }),
          );
        }
        throw new Error(`no element ${actionId} in message ${ts}: ${JSON.stringify(blocks)}`);
      },
      submitView: ({ viewId, user = people[0].id, inputs }) =>
        interactions.submit({ person: user, viewId, inputs }),
      closeView: ({ viewId, user = people[0].id }) => interactions.close({ person: user, viewId }),
    };
  }

  const accepted = (method: string) =>
    calls.filter((call) => call.method === method && call.answer.ok === true);

  return {
    apiUrl: `${origin}${SLACK_PATH}api/`,
    bot,
    appToken,
    signingSecret,
    teamId: state.team.id,
    channel: 'C0FLEET',
    otherChannel: 'C0RANDOM',
    people,
    calls,
    state,
    get messages() {
      return state.conversations().flatMap((entry) => state.messages(entry.id));
    },
    get ephemerals() {
      return people.flatMap((person) => state.ephemerals(person.id));
    },
    get views() {
      return calls
        .filter((call) => call.method.startsWith('views.') && call.answer.ok === true)
        .map((call) => fieldsAt(call.answer, 'view'))
        .filter((view) => view !== null);
    },
    get updates() {
      return accepted('chat.update').map((call) => call.args);
    },
    failNext(method, failure) {
      failures.set(method, [...(failures.get(method) ?? []), failure]);
    },
    through,
    get connections() {
      return [...lines].filter((line) => line.isOpen).length;
    },
    refreshConnections() {
      for (const line of lines)
        line.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    },
    cutConnections() {
      for (const line of lines) line.cut();
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines) line.cut();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** docs.slack.dev/authentication/verifying-requests-from-slack: version 0. */
export function signSlackRequest(
  secret: string,
  body: string,
  sentAtSeconds: number,
): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${sentAtSeconds}:${body}`).digest('hex');
  return {
    'x-slack-request-timestamp': String(sentAtSeconds),
    'x-slack-signature': `v0=${signature}`,
  };
}

type EnvelopeKind = 'events_api' | 'slash_commands' | 'interactive';

function kindOf(body: Fields): EnvelopeKind {
  if (body.type === 'event_callback') return 'events_api';
  return body.command === undefined ? 'interactive' : 'slash_commands';
}

function formOf(kind: EnvelopeKind, body: Fields): string {
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(body) }).toString();
  const texts = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)]));
  return new URLSearchParams(texts).toString();
}

function placeAt(state: SlackState, channel: string, ts: string): Exclude<Place, { kind: 'view' }> {
  const message = state.message(channel, ts);
  if (message !== null) return { kind: 'message', message };
  const ephemeral = state.ephemeral(ts);
  if (ephemeral !== null) return { kind: 'ephemeral', ephemeral };
  throw new Error(`no message ${ts} in ${channel}`);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the double has no port');
  return address.port;
}
