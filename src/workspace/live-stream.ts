import type { ServerResponse } from 'node:http';
import { unreachable } from '../domain/index.ts';
import type { Fields } from './json.ts';
import type { Change, Conversation, Message, SlackState, View } from './slack-state.ts';
import { fileJson } from './slack-wire.ts';

export type LiveStream = {
  /** Tells one page everything it shows now, and then every change until it goes away. */
  join(person: string, response: ServerResponse): void;
  close(): void;
};

/** Messages at the top of one conversation that a page is given when it opens; their replies come with them. */
const SHOWN_MESSAGES = 300;
const HEARTBEAT_MS = 15_000;

/**
 * Server-sent events. Each connection begins with a snapshot, so a page that lost its line for a while starts over
 * from what is true and cannot show anything twice.
 */
export function openLiveStream(state: SlackState, common: Fields): LiveStream {
  const pages = new Map<ServerResponse, string>();

  const stopListening = state.onChange((change) => {
    for (const [response, person] of pages) {
      const news = newsOf(state, change, person);
      if (news !== null) send(response, news);
    }
  });
  const heartbeat = setInterval(() => {
    for (const response of pages.keys()) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    join(person, response) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      pages.set(response, person);
      response.on('close', () => pages.delete(response));
      response.write('retry: 1000\n\n');
      send(response, { kind: 'snapshot', ...common, ...snapshotFor(state, person) });
    },
    close() {
      stopListening();
      clearInterval(heartbeat);
      for (const response of pages.keys()) response.end();
    },
  };
}

function send(response: ServerResponse, news: Fields): void {
  response.write(`data: ${JSON.stringify(news)}\n\n`);
}

function snapshotFor(state: SlackState, person: string): Fields {
  const conversations = conversationsOf(state, person);
  return {
    person,
    people: state.people,
    bot: { id: state.bot.userId, name: state.bot.name },
    team: state.team,
    conversations: conversations.map((entry) => conversationNews(state, entry)),
    messages: conversations
      .flatMap((entry) => shownMessages(state, entry.id))
      .map((entry) => messageNews(state, entry)),
    ephemerals: state.ephemerals(person),
    modals: state.modals(person).map(viewNews),
    home: homeNews(state.home(person)),
  };
}

function shownMessages(state: SlackState, channel: string): readonly Message[] {
  const all = state.messages(channel);
  const oldest = all.filter((message) => message.threadTs === null).at(-SHOWN_MESSAGES)?.ts ?? '0';
  return all.filter((message) => Number(message.threadTs ?? message.ts) >= Number(oldest));
}

/** What a change means for one person's page; `null` when it is none of their business. */
function newsOf(state: SlackState, change: Change, person: string): Fields | null {
  const isTheirs = (channel: string) => conversationsOf(state, person).some((entry) => entry.id === channel);
  switch (change.kind) {
    case 'message-stored':
      return isTheirs(change.message.channel)
        ? { kind: 'message', message: messageNews(state, change.message) }
        : null;
    case 'message-deleted':
      return isTheirs(change.channel) ? { kind: 'gone', channel: change.channel, ts: change.ts } : null;
    case 'ephemeral-shown':
      return change.ephemeral.to === person ? { kind: 'ephemeral', ephemeral: change.ephemeral } : null;
    case 'ephemeral-gone':
      return change.to === person ? { kind: 'ephemeral-gone', ts: change.ts } : null;
    case 'modals-changed':
      return change.person === person ? { kind: 'modals', modals: change.views.map(viewNews) } : null;
    case 'home-published':
      return change.person === person ? { kind: 'home', home: homeNews(change.view) } : null;
    case 'member-joined': {
      const conversation = state.conversation(change.channel);
      return conversation === null
        ? null
        : { kind: 'conversation', conversation: conversationNews(state, conversation) };
    }
    case 'file-stored':
    case 'reply-address-kept':
      return null;
    default:
      return unreachable(change);
  }
}

function conversationsOf(state: SlackState, person: string): readonly Conversation[] {
  return state.conversations().filter((entry) => entry.members.includes(person));
}

function conversationNews(state: SlackState, conversation: Conversation): Fields {
  const { id, name, kind, members } = conversation;
  return { id, name, kind, hasBot: members.includes(state.bot.userId) };
}

function messageNews(state: SlackState, message: Message): Fields {
  const { metadata: _, ...shown } = message;
  return { ...shown, files: message.files.map((id) => fileJson(state, id)) };
}

function viewNews(view: View): Fields {
  return { id: view.id, hash: view.hash, ...view.given };
}

function homeNews(view: View | null): Fields | null {
  return view === null ? null : viewNews(view);
}
