import { type Fields, isFields } from './json.ts';
import { interactiveElements, isInteractive } from './slack-rules.ts';
import type { Conversation, Message, SlackState, View } from './slack-state.ts';

/** A message as the Web API and events show it. */
export function messageJson(state: SlackState, message: Message, withMetadata = true): Fields {
  const isBot = message.user === state.bot.userId;
  const replies = state.messages(message.channel).filter((entry) => entry.threadTs === message.ts);
  return {
    type: 'message',
    ...(message.isBroadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ...(isBot ? { bot_id: state.bot.botId, app_id: state.appId } : {}),
    team: state.team.id,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(replies.length === 0
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map((reply) => reply.user))],
          latest_reply: replies.at(-1)?.ts,
        }),
    ...(message.editedTs === null ? {} : { edited: { user: message.user, ts: message.editedTs } }),
    ...(message.reactions.length === 0
      ? {}
      : { reactions: message.reactions.map((reaction) => ({ ...reaction, count: reaction.users.length })) }),
    ...(message.files.length === 0 ? {} : { files: message.files.map((id) => fileJson(state, id)) }),
    ...(withMetadata && message.metadata !== null ? { metadata: message.metadata } : {}),
  };
}

export function fileJson(state: SlackState, id: string): Fields {
  const file = state.file(id);
  return {
    id,
    name: file?.name ?? '',
    title: file?.title ?? '',
    mimetype: file?.mimeType ?? '',
    alt_txt: file?.alt ?? '',
    url_private: `${state.origin}/workspace/files/${id}`,
  };
}

export function viewJson(state: SlackState, view: View, values: Fields = {}): Fields {
  return {
    callback_id: '',
    private_metadata: '',
    external_id: '',
    submit: null,
    close: null,
    clear_on_close: false,
    notify_on_close: false,
    ...view.given,
    id: view.id,
    team_id: state.team.id,
    app_id: state.appId,
    bot_id: state.bot.botId,
    hash: view.hash,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
    state: { values },
  };
}

export function userJson(state: SlackState, id: string): Fields | null {
  const { bot } = state;
  const isBot = id === bot.userId;
  const person = state.people.find((entry) => entry.id === id);
  if (!isBot && person === undefined) return null;
  const name = person?.name ?? bot.name;
  return {
    id,
    team_id: state.team.id,
    name: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.'),
    real_name: name,
    deleted: false,
    is_bot: isBot,
    is_app_user: false,
    is_restricted: false,
    is_ultra_restricted: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: { real_name: name, display_name: name, title: person?.about ?? '' },
  };
}

export function conversationJson(state: SlackState, conversation: Conversation): Fields {
  const isMember = conversation.members.includes(state.bot.userId);
  return conversation.kind === 'direct'
    ? {
        id: conversation.id,
        is_im: true,
        is_channel: false,
        user: conversation.members.find((member) => member !== state.bot.userId),
      }
    : {
        id: conversation.id,
        name: conversation.name,
        name_normalized: conversation.name,
        is_channel: true,
        is_im: false,
        is_private: false,
        is_archived: false,
        is_ext_shared: false,
        is_member: isMember,
        num_members: conversation.members.length,
      };
}

/** Gives every block and every element a person can act on the id that Slack would give it. */
export function withIds(state: SlackState, blocks: readonly unknown[]): readonly Fields[] {
  return blocks.filter(isFields).map((block) => ({
    ...withActionIds(state, block),
    block_id: block.block_id ?? state.newId('b').slice(0, 12),
  }));
}

function withActionIds(state: SlackState, block: Fields): Fields {
  if (interactiveElements(block).length === 0) return block;
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inside);
    if (!isFields(value)) return value;
    if (isInteractive(value)) return { action_id: state.newId('a').slice(0, 12), ...value };
    return value.type === 'card' || interactiveElements(value).length > 0
      ? { block_id: state.newId('b').slice(0, 12), ...withActionIds(state, value) }
      : value;
  };
  return Object.fromEntries(Object.entries(block).map(([key, value]) => [key, inside(value)]));
}
