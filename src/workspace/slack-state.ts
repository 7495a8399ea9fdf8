import { unreachable } from '../domain/index.ts';
import type { Fields } from './json.ts';

export type Person = { readonly id: string; readonly name: string; readonly about: string };
export type BotIdentity = {
  readonly userId: string;
  readonly botId: string;
  readonly name: string;
  readonly token: string;
};
export type Team = { readonly id: string; readonly name: string };

/** A channel, or the direct messages between the bot and one person. */
export type Conversation = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'direct';
  /** User ids, the bot's among them when it may read and write here. */
  readonly members: readonly string[];
};

export type Reaction = { readonly name: string; readonly users: readonly string[] };

/** `ts` is Slack's message id: seconds and microseconds, unique and rising in the whole workspace. */
export type Message = {
  readonly channel: string;
  readonly ts: string;
  /** `null`: posted at the top of the channel. */
  readonly threadTs: string | null;
  /** A reply that was also sent to the channel. */
  readonly isBroadcast: boolean;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly attachments: readonly Fields[];
  readonly metadata: Fields | null;
  readonly files: readonly string[];
  readonly reactions: readonly Reaction[];
  readonly editedTs: string | null;
};

/** Seen by one person only, and never kept: as in Slack, the next start of the program does not know it. */
export type Ephemeral = {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly to: string;
  readonly text: string;
  readonly blocks: readonly Fields[];
  /** Said by the bot, or by Slack itself. */
  readonly from: 'bot' | 'slack';
};

export type View = {
  readonly id: string;
  readonly hash: string;
  readonly rootId: string;
  readonly previousId: string | null;
  /** What the bot gave: type, title, blocks, callback_id, private_metadata … with every block id filled in. */
  readonly given: Fields;
};

export type StoredFile = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimeType: string;
  /** What it shows, for who cannot see it. Files of an earlier version have none. */
  readonly alt?: string;
  readonly base64: string;
};

export type AnnouncedFile = { readonly name: string; readonly alt: string; readonly bytes: number };

/** The place a `response_url` answers to. */
export type ReplyAddress = {
  readonly id: string;
  readonly channel: string;
  readonly threadTs: string | null;
  readonly person: string;
  /** The message whose button was pressed; `null` after a slash command. */
  readonly original: { readonly ts: string; readonly isEphemeral: boolean } | null;
  readonly uses: number;
  readonly madeAtMs: number;
};

/** Every way the workspace changes. What is journaled and what the page is told are these and nothing else. */
export type Change =
  | { readonly kind: 'message-stored'; readonly message: Message }
  | { readonly kind: 'message-deleted'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'ephemeral-shown'; readonly ephemeral: Ephemeral }
  | { readonly kind: 'ephemeral-gone'; readonly to: string; readonly ts: string }
  | { readonly kind: 'modals-changed'; readonly person: string; readonly views: readonly View[] }
  | { readonly kind: 'home-published'; readonly person: string; readonly view: View }
  | { readonly kind: 'member-joined'; readonly channel: string; readonly user: string }
  | { readonly kind: 'file-stored'; readonly file: StoredFile }
  | { readonly kind: 'reply-address-kept'; readonly address: ReplyAddress };

export type ChangeListener = (change: Change, before: Message | null) => void;

export type SlackStateOptions = {
  readonly origin: string;
  readonly team: Team;
  readonly bot: BotIdentity;
  readonly channels: readonly { readonly id: string; readonly name: string; readonly hasBot: boolean }[];
  readonly people: readonly Person[];
  readonly userGroups?: readonly { readonly id: string; readonly users: readonly string[] }[];
  readonly now: () => Date;
  readonly newId: () => string;
};

/** Slack's side of the conversation: everything a workspace remembers, and nothing of how it is reached. */
export type SlackState = {
  readonly origin: string;
  readonly team: Team;
  readonly bot: BotIdentity;
  readonly appId: string;
  readonly people: readonly Person[];
  conversations(): readonly Conversation[];
  /** `null` for a group that does not exist. */
  userGroup(id: string): readonly string[] | null;
  /** By id, by name with or without `#`, or by the id of a person: that person's direct messages. */
  conversation(named: string): Conversation | null;
  /** Oldest first, replies among them. */
  messages(channel: string): readonly Message[];
  message(channel: string, ts: string): Message | null;
  ephemerals(person: string): readonly Ephemeral[];
  ephemeral(ts: string): Ephemeral | null;
  modals(person: string): readonly View[];
  home(person: string): View | null;
  /** The person who looks at the view, and its place. */
  findView(matches: (view: View) => boolean): { person: string; view: View } | null;
  file(id: string): StoredFile | null;
  replyAddress(id: string): ReplyAddress | null;
  /** A trigger is good for one view, for three seconds. */
  newTrigger(person: string): string;
  exchangeTrigger(trigger: string): { person: string } | { error: string };
  commit(change: Change): void;
  /** The listener also gets the message as it was before, when there was one. The answer ends the listening. */
  onChange(listener: ChangeListener): () => void;
  /** A file that is announced and not yet uploaded. */
  expectUpload(id: string, file: AnnouncedFile): void;
  takeUpload(id: string): AnnouncedFile | null;
  nextTs(): string;
  newId(prefix: string): string;
  now(): Date;
  isPerson(id: string): boolean;
};

/** docs.slack.dev/interactivity/handling-user-interaction: a trigger_id lives three seconds. */
const TRIGGER_LIVES_MS = 3_000;

export function openSlackState(options: SlackStateOptions, past: readonly Change[] = []): SlackState {
  const { team, bot, people } = options;
  const conversations = new Map<string, Conversation>();
  const messages = new Map<string, Message[]>();
  const ephemerals = new Map<string, Ephemeral>();
  const modals = new Map<string, readonly View[]>();
  const homes = new Map<string, View>();
  const files = new Map<string, StoredFile>();
  const addresses = new Map<string, ReplyAddress>();
  const triggers = new Map<string, { person: string; madeAtMs: number; isUsed: boolean }>();
  const uploads = new Map<string, AnnouncedFile>();
  const listeners = new Set<ChangeListener>();
  let lastTsMicros = 0;

  for (const { id, name, hasBot } of options.channels) {
    const members = [...people.map((person) => person.id), ...(hasBot ? [bot.userId] : [])];
    conversations.set(id, { id, name, kind: 'channel', members });
  }
  for (const person of people) {
    const id = directId(person.id);
    conversations.set(id, { id, name: person.name, kind: 'direct', members: [person.id, bot.userId] });
  }
  for (const change of past) apply(change);

  function apply(change: Change): void {
    switch (change.kind) {
      case 'message-stored': {
        const { message } = change;
        const here = messages.get(message.channel) ?? [];
        messages.set(message.channel, here);
        const index = here.findIndex((entry) => entry.ts === message.ts);
        if (index === -1) here.push(message);
        else here[index] = message;
        lastTsMicros = Math.max(lastTsMicros, microsOfTs(message.ts));
        return;
      }
      case 'message-deleted': {
        const here = messages.get(change.channel) ?? [];
        messages.set(
          change.channel,
          here.filter((entry) => entry.ts !== change.ts),
        );
        return;
      }
      case 'ephemeral-shown':
        ephemerals.set(change.ephemeral.ts, change.ephemeral);
        return;
      case 'ephemeral-gone':
        ephemerals.delete(change.ts);
        return;
      case 'modals-changed':
        modals.set(change.person, change.views);
        return;
      case 'home-published':
        homes.set(change.person, change.view);
        return;
      case 'member-joined': {
        const found = conversations.get(change.channel);
        if (found === undefined || found.members.includes(change.user)) return;
        conversations.set(found.id, { ...found, members: [...found.members, change.user] });
        return;
      }
      case 'file-stored':
        files.set(change.file.id, change.file);
        return;
      case 'reply-address-kept':
        addresses.set(change.address.id, change.address);
        return;
      default:
        unreachable(change);
    }
  }

  function messageAt(place: { channel: string; ts: string }): Message | null {
    return messages.get(place.channel)?.find((entry) => entry.ts === place.ts) ?? null;
  }

  function newId(prefix: string): string {
    return (
      prefix +
      options
        .newId()
        .replaceAll(/[^A-Za-z0-9]/g, '')
        .toUpperCase()
    );
  }

  return {
    origin: options.origin,
    team,
    bot,
    appId: `A${bot.botId.slice(1)}`,
    people,
    conversations: () => [...conversations.values()],
    userGroup: (id) => options.userGroups?.find((group) => group.id === id)?.users ?? null,
    conversation(named) {
      const plain = named.replace(/^#/, '');
      return (
        conversations.get(named) ??
        conversations.get(directId(named)) ??
        [...conversations.values()].find((entry) => entry.kind === 'channel' && entry.name === plain) ??
        null
      );
    },
    messages: (channel) => messages.get(channel) ?? [],
    message: (channel, ts) => messageAt({ channel, ts }),
    ephemerals: (person) => [...ephemerals.values()].filter((entry) => entry.to === person),
    ephemeral: (ts) => ephemerals.get(ts) ?? null,
    modals: (person) => modals.get(person) ?? [],
    home: (person) => homes.get(person) ?? null,
    findView(matches) {
      for (const [person, views] of modals) {
        const view = views.find(matches);
        if (view !== undefined) return { person, view };
      }
      for (const [person, view] of homes) if (matches(view)) return { person, view };
      return null;
    },
    file: (id) => files.get(id) ?? null,
    replyAddress: (id) => addresses.get(id) ?? null,
    newTrigger(person) {
      const madeAtMs = options.now().getTime();
      const trigger = `${madeAtMs}.${team.id.length}.${newId('').toLowerCase()}`;
      triggers.set(trigger, { person, madeAtMs, isUsed: false });
      return trigger;
    },
    exchangeTrigger(trigger) {
      const found = triggers.get(trigger);
      if (found === undefined) return { error: 'invalid_trigger_id' };
      if (found.isUsed) return { error: 'exchanged_trigger_id' };
      if (options.now().getTime() - found.madeAtMs > TRIGGER_LIVES_MS) return { error: 'expired_trigger_id' };
      found.isUsed = true;
      return { person: found.person };
    },
    commit(change) {
      const before = change.kind === 'message-stored' ? messageAt(change.message) : null;
      apply(change);
      for (const listener of listeners) listener(change, before);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    expectUpload: (id, file) => void uploads.set(id, file),
    takeUpload(id) {
      const file = uploads.get(id) ?? null;
      uploads.delete(id);
      return file;
    },
    nextTs() {
      lastTsMicros = Math.max(lastTsMicros + 1, options.now().getTime() * 1_000);
      const micros = String(lastTsMicros % 1_000_000).padStart(6, '0');
      return `${Math.floor(lastTsMicros / 1_000_000)}.${micros}`;
    },
    newId,
    now: options.now,
    isPerson: (id) => people.some((person) => person.id === id),
  };
}

/** The changes a restart has to know. Ephemeral messages and open modals end with the program, as they do in Slack. */
export function isLasting(change: Change): boolean {
  switch (change.kind) {
    case 'message-stored':
    case 'message-deleted':
    case 'home-published':
    case 'member-joined':
    case 'file-stored':
    case 'reply-address-kept':
      return true;
    case 'ephemeral-shown':
    case 'ephemeral-gone':
    case 'modals-changed':
      return false;
    default:
      return unreachable(change);
  }
}

function directId(person: string): string {
  return `D${person.slice(1)}`;
}

function microsOfTs(ts: string): number {
  const [seconds = '0', micros = '0'] = ts.split('.');
  return Number(seconds) * 1_000_000 + Number(micros);
}
