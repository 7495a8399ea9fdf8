import { type Fields, fieldsAt, fieldsListAt, isFields, listAt, parseJson, textAt } from './json.ts';
import { type MessageContent, type Refusal, refuseMessage, refuseView, SLACK_LIMITS } from './slack-rules.ts';
import type { Conversation, Message, ReplyAddress, SlackState, View } from './slack-state.ts';
import { conversationJson, fileJson, messageJson, userJson, viewJson, withIds } from './slack-wire.ts';

/**
 * Answers one call of Slack's Web API as Slack would: `ok: true` and what the method gives, or `ok: false` and Slack's
 * own error code. `args` as they came: fields that form encoding made into text are read as what they stand for.
 */
export function callSlackApi(state: SlackState, method: string, args: Fields, token: string | null): Fields {
  if (token === null) return fail('not_authed');
  if (token !== state.bot.token) return fail('invalid_auth');
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return run === undefined ? { ...fail('unknown_method'), req_method: method } : run(state, args);
}

/** What a bot of this kind asks for when it is installed; sent back with every answer, as Slack does. */
export const GRANTED_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'im:history',
  'im:read',
  'im:write',
  'reactions:read',
  'reactions:write',
  'usergroups:read',
  'users:read',
] as const;

/** docs.slack.dev/interactivity/handling-user-interaction: five answers within thirty minutes. */
const REPLY_ADDRESS_USES = 5;
const REPLY_ADDRESS_LIVES_MS = 30 * 60_000;
const MODALS_ON_TOP_OF_EACH_OTHER = 3;
const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

type Method = (state: SlackState, args: Fields) => Fields;

const methods: Readonly<Record<string, Method>> = {
  'api.test': (_, args) => ({ ok: true, args }),
  'auth.test': ({ origin, team, bot }) => ({
    ok: true,
    url: `${origin}/`,
    team: team.name,
    user: bot.name,
    team_id: team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  }),
  'chat.postMessage': postMessage,
  'chat.update': updateMessage,
  'chat.delete': deleteMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
  'conversations.info': (state, args) =>
    inConversation(state, args, (conversation) => ({
      ok: true,
      channel: conversationJson(state, conversation),
    })),
  'conversations.list': (state) => ({
    ok: true,
    channels: state
      .conversations()
      .filter((entry) => entry.kind === 'channel')
      .map((entry) => conversationJson(state, entry)),
    response_metadata: { next_cursor: '' },
  }),
  'conversations.members': (state, args) =>
    inConversation(state, args, (conversation) => ({
      ok: true,
      members: conversation.members,
      response_metadata: { next_cursor: '' },
    })),
  'conversations.join': joinConversation,
  'conversations.open': openConversation,
  'conversations.history': conversationHistory,
  'conversations.replies': conversationReplies,
  'users.info': (state, args) => {
    const user = userJson(state, textAt(args, 'user') ?? '');
    return user === null ? fail('user_not_found') : { ok: true, user };
  },
  'users.list': (state) => ({
    ok: true,
    members: [...state.people.map((person) => person.id), state.bot.userId].map((id) => userJson(state, id)),
    response_metadata: { next_cursor: '' },
  }),
  'usergroups.users.list': (state, args) => {
    const users = state.userGroup(textAt(args, 'usergroup') ?? '');
    return users === null ? fail('no_such_subteam') : { ok: true, users };
  },
  'reactions.add': addReaction,
  'reactions.remove': removeReaction,
  'views.open': openView,
  'views.push': pushView,
  'views.update': updateView,
  'views.publish': publishView,
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};

function fail(error: string, details: readonly string[] = []): Fields {
  if (details.length === 0) return { ok: false, error };
  return {
    ok: false,
    error,
    errors: details,
    response_metadata: { messages: details.map((detail) => `[ERROR] ${detail}`) },
  };
}

function refuse(refusal: Refusal): Fields {
  return fail(refusal.error, refusal.details);
}

function inConversation(state: SlackState, args: Fields, act: (found: Conversation) => Fields): Fields {
  const found = state.conversation(textAt(args, 'channel') ?? '');
  return found === null ? fail('channel_not_found') : act(found);
}

function whereBotIs(state: SlackState, args: Fields, act: (found: Conversation) => Fields): Fields {
  return inConversation(state, args, (found) =>
    found.members.includes(state.bot.userId) ? act(found) : fail('not_in_channel'),
  );
}

function postMessage(state: SlackState, args: Fields): Fields {
  return whereBotIs(state, args, (conversation) => {
    const content = contentFromArgs(args);
    if ('error' in content) return refuse(content);
    const refusal = refuseMessage(content) ?? refuseMetadata(args.metadata);
    if (refusal !== null) return refuse(refusal);
    const threadTs = textAt(args, 'thread_ts');
    const parent = threadTs === null ? null : state.message(conversation.id, threadTs);
    if (threadTs !== null && parent === null) return fail('invalid_thread_ts');
    const message: Message = {
      channel: conversation.id,
      ts: state.nextTs(),
      threadTs: parent === null ? null : (parent.threadTs ?? parent.ts),
      isBroadcast: parent !== null && isTrue(args.reply_broadcast),
      user: state.bot.userId,
      text: content.text ?? '',
      blocks: withIds(state, content.blocks ?? []),
      attachments: content.attachments.filter(isFields),
      metadata: metadataFromArg(args.metadata),
      files: [],
      reactions: [],
      editedTs: null,
    };
    state.commit({ kind: 'message-stored', message });
    return { ok: true, channel: message.channel, ts: message.ts, message: messageJson(state, message) };
  });
}

function updateMessage(state: SlackState, args: Fields): Fields {
  return inConversation(state, args, (conversation) => {
    const before = state.message(conversation.id, textAt(args, 'ts') ?? '');
    if (before === null) return fail('message_not_found');
    if (before.user !== state.bot.userId) return fail('cant_update_message');
    const content = contentFromArgs(args);
    if ('error' in content) return refuse(content);
    const refusal = refuseMessage(content, SLACK_LIMITS.updateTextChars) ?? refuseMetadata(args.metadata);
    if (refusal !== null) return refuse(refusal);
    const message: Message = {
      ...before,
      text: content.text ?? '',
      // Left out means unchanged; an empty list takes the blocks away. docs.slack.dev/reference/methods/chat.update
      blocks: content.blocks === null ? before.blocks : withIds(state, content.blocks),
      attachments: args.attachments === undefined ? before.attachments : content.attachments.filter(isFields),
      metadata: args.metadata === undefined ? before.metadata : metadataFromArg(args.metadata),
      editedTs: state.nextTs(),
    };
    state.commit({ kind: 'message-stored', message });
    return {
      ok: true,
      channel: message.channel,
      ts: message.ts,
      text: message.text,
      message: messageJson(state, message),
    };
  });
}

function deleteMessage(state: SlackState, args: Fields): Fields {
  return inConversation(state, args, (conversation) => {
    const found = state.message(conversation.id, textAt(args, 'ts') ?? '');
    if (found === null) return fail('message_not_found');
    if (found.user !== state.bot.userId) return fail('cant_delete_message');
    removeMessage(state, found);
    return { ok: true, channel: found.channel, ts: found.ts };
  });
}

function removeMessage(state: SlackState, message: Message): void {
  const hasReplies = state.messages(message.channel).some((entry) => entry.threadTs === message.ts);
  if (!hasReplies) {
    state.commit({ kind: 'message-deleted', channel: message.channel, ts: message.ts });
    return;
  }
  const empty = { blocks: [], attachments: [], files: [], reactions: [], metadata: null, editedTs: null };
  const tombstone = { ...message, ...empty, user: 'USLACKBOT', text: 'This message was deleted.' };
  state.commit({ kind: 'message-stored', message: tombstone });
}

function postEphemeral(state: SlackState, args: Fields): Fields {
  return whereBotIs(state, args, (conversation) => {
    const to = textAt(args, 'user') ?? '';
    if (!state.isPerson(to)) return fail('user_not_found');
    if (!conversation.members.includes(to)) return fail('user_not_in_channel');
    const content = contentFromArgs(args);
    if ('error' in content) return refuse(content);
    const refusal = refuseMessage(content);
    if (refusal !== null) return refuse(refusal);
    const ts = showEphemeral(state, {
      channel: conversation.id,
      threadTs: textAt(args, 'thread_ts'),
      to,
      content,
    });
    return { ok: true, message_ts: ts };
  });
}

function showEphemeral(
  state: SlackState,
  given: {
    channel: string;
    threadTs: string | null;
    to: string;
    content: MessageContent;
    ts?: string;
  },
): string {
  const ts = given.ts ?? state.nextTs();
  state.commit({
    kind: 'ephemeral-shown',
    ephemeral: {
      channel: given.channel,
      ts,
      threadTs: given.threadTs,
      to: given.to,
      text: given.content.text ?? '',
      blocks: withIds(state, given.content.blocks ?? []),
      from: 'bot',
    },
  });
  return ts;
}

function getPermalink(state: SlackState, args: Fields): Fields {
  return inConversation(state, args, (conversation) => {
    const found = state.message(conversation.id, textAt(args, 'message_ts') ?? '');
    if (found === null) return fail('message_not_found');
    const permalink = `${state.origin}/archives/${found.channel}/p${found.ts.replace('.', '')}`;
    return { ok: true, channel: found.channel, permalink };
  });
}

function joinConversation(state: SlackState, args: Fields): Fields {
  return inConversation(state, args, (conversation) => {
    if (conversation.kind === 'direct') return fail('method_not_supported_for_channel_type');
    state.commit({ kind: 'member-joined', channel: conversation.id, user: state.bot.userId });
    const joined = state.conversation(conversation.id) ?? conversation;
    return { ok: true, channel: conversationJson(state, joined) };
  });
}

function openConversation(state: SlackState, args: Fields): Fields {
  const users = (textAt(args, 'users') ?? '').split(',').filter((user) => user !== '');
  if (users.length !== 1) return fail('users_list_not_supplied');
  const found = state.isPerson(users[0] ?? '') ? state.conversation(users[0] ?? '') : null;
  return found === null ? fail('user_not_found') : { ok: true, channel: { id: found.id } };
}

function conversationHistory(state: SlackState, args: Fields): Fields {
  return whereBotIs(state, args, (conversation) => {
    const shown = state
      .messages(conversation.id)
      .filter((message) => message.threadTs === null || message.isBroadcast)
      .filter((message) => isWithin(message.ts, args))
      .toReversed();
    return pageOf(state, shown, args);
  });
}

function conversationReplies(state: SlackState, args: Fields): Fields {
  return whereBotIs(state, args, (conversation) => {
    const named = state.message(conversation.id, textAt(args, 'ts') ?? '');
    if (named === null) return fail('thread_not_found');
    const rootTs = named.threadTs ?? named.ts;
    const replies = state
      .messages(conversation.id)
      .filter((message) => message.threadTs === rootTs && isWithin(message.ts, args));
    const root = state.message(conversation.id, rootTs);
    return pageOf(state, root === null ? replies : [root, ...replies], args);
  });
}

function isWithin(ts: string, args: Fields): boolean {
  const oldest = Number(textAt(args, 'oldest') ?? '0');
  const latest = Number(textAt(args, 'latest') ?? 'Infinity');
  const at = Number(ts);
  return isTrue(args.inclusive) ? at >= oldest && at <= latest : at > oldest && at < latest;
}

/** The cursor is the number of messages already given. */
function pageOf(state: SlackState, messages: readonly Message[], args: Fields): Fields {
  const asked = Number(args.limit ?? DEFAULT_PAGE_SIZE);
  const size = Math.min(asked >= 1 ? asked : DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const start = Number(textAt(args, 'cursor') || '0');
  if (!Number.isInteger(start) || start < 0) return fail('invalid_cursor');
  const end = start + size;
  const hasMore = messages.length > end;
  const withMetadata = isTrue(args.include_all_metadata);
  return {
    ok: true,
    messages: messages.slice(start, end).map((message) => messageJson(state, message, withMetadata)),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(end) : '' },
  };
}

function addReaction(state: SlackState, args: Fields): Fields {
  return onReacted(state, args, (message, name) => {
    const users = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
    if (users.includes(state.bot.userId)) return fail('already_reacted');
    const reactions =
      users.length === 0
        ? [...message.reactions, { name, users: [state.bot.userId] }]
        : message.reactions.map((reaction) =>
            reaction.name === name ? { name, users: [...users, state.bot.userId] } : reaction,
          );
    state.commit({ kind: 'message-stored', message: { ...message, reactions } });
    return { ok: true };
  });
}

function removeReaction(state: SlackState, args: Fields): Fields {
  return onReacted(state, args, (message, name) => {
    const users = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
    if (!users.includes(state.bot.userId)) return fail('no_reaction');
    const reactions = message.reactions
      .map((reaction) =>
        reaction.name === name
          ? { name, users: users.filter((user) => user !== state.bot.userId) }
          : reaction,
      )
      .filter((reaction) => reaction.users.length > 0);
    state.commit({ kind: 'message-stored', message: { ...message, reactions } });
    return { ok: true };
  });
}

function onReacted(state: SlackState, args: Fields, act: (message: Message, name: string) => Fields): Fields {
  return whereBotIs(state, args, (conversation) => {
    const name = (textAt(args, 'name') ?? '').replaceAll(':', '');
    if (!/^[a-z0-9_+'-]{1,100}$/.test(name)) return fail('invalid_name');
    const message = state.message(conversation.id, textAt(args, 'timestamp') ?? '');
    return message === null ? fail('message_not_found') : act(message, name);
  });
}

function openView(state: SlackState, args: Fields): Fields {
  const given = objectArg(args.view);
  const refusal = refuseView(given);
  if (given === null || refusal !== null)
    return refuse(refusal ?? { error: 'invalid_arguments', details: [] });
  const exchanged = state.exchangeTrigger(textAt(args, 'trigger_id') ?? '');
  if ('error' in exchanged) return fail(exchanged.error);
  const view = newView(state, given, null);
  state.commit({ kind: 'modals-changed', person: exchanged.person, views: [view] });
  return { ok: true, view: viewJson(state, view) };
}

function pushView(state: SlackState, args: Fields): Fields {
  const given = objectArg(args.view);
  const refusal = refuseView(given);
  if (given === null || refusal !== null)
    return refuse(refusal ?? { error: 'invalid_arguments', details: [] });
  const exchanged = state.exchangeTrigger(textAt(args, 'trigger_id') ?? '');
  if ('error' in exchanged) return fail(exchanged.error);
  const pushed = pushedView(state, exchanged.person, given);
  return pushed === null ? fail('push_limit_reached') : { ok: true, view: viewJson(state, pushed) };
}

/** Puts a view on top of the person's open modals; `null` when there is no room for one more. */
export function pushedView(state: SlackState, person: string, given: Fields): View | null {
  const open = state.modals(person);
  if (open.length >= MODALS_ON_TOP_OF_EACH_OTHER) return null;
  const view = newView(state, given, open.at(-1) ?? null);
  state.commit({ kind: 'modals-changed', person, views: [...open, view] });
  return view;
}

function newView(state: SlackState, given: Fields, below: View | null): View {
  const id = state.newId('V');
  return {
    id,
    hash: state.newId(''),
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    given: { ...given, blocks: withIds(state, listAt(given, 'blocks')) },
  };
}

function updateView(state: SlackState, args: Fields): Fields {
  const given = objectArg(args.view);
  const refusal = refuseView(given);
  if (given === null || refusal !== null)
    return refuse(refusal ?? { error: 'invalid_arguments', details: [] });
  const viewId = textAt(args, 'view_id');
  const externalId = textAt(args, 'external_id');
  const found = state.findView((view) =>
    viewId === null
      ? externalId !== null && textAt(view.given, 'external_id') === externalId
      : view.id === viewId,
  );
  if (found === null) return fail('not_found');
  const hash = textAt(args, 'hash');
  if (hash !== null && hash !== found.view.hash) return fail('hash_conflict');
  return { ok: true, view: viewJson(state, replacedView(state, found.person, found.view, given)) };
}

/** The same view with other content, for whoever is looking at it. */
export function replacedView(state: SlackState, person: string, before: View, given: Fields): View {
  const blocks = withIds(state, listAt(given, 'blocks'));
  const view = { ...before, hash: state.newId(''), given: { ...given, blocks } };
  if (state.home(person)?.id === before.id) state.commit({ kind: 'home-published', person, view });
  else {
    const views = state.modals(person).map((entry) => (entry.id === before.id ? view : entry));
    state.commit({ kind: 'modals-changed', person, views });
  }
  return view;
}

function publishView(state: SlackState, args: Fields): Fields {
  const given = objectArg(args.view);
  const refusal = refuseView(given);
  if (given === null || refusal !== null)
    return refuse(refusal ?? { error: 'invalid_arguments', details: [] });
  const person = textAt(args, 'user_id') ?? '';
  if (!state.isPerson(person)) return fail('invalid_user_id');
  if (given.type !== 'home')
    return fail('invalid_arguments', ['invalid view type [json-pointer:/view/type]']);
  const before = state.home(person);
  const hash = textAt(args, 'hash');
  if (hash !== null && before !== null && hash !== before.hash) return fail('hash_conflict');
  const fresh = newView(state, given, null);
  const view = before === null ? fresh : { ...fresh, id: before.id, rootId: before.rootId };
  state.commit({ kind: 'home-published', person, view });
  return { ok: true, view: viewJson(state, view) };
}

function getUploadUrl(state: SlackState, args: Fields): Fields {
  const name = textAt(args, 'filename') ?? '';
  const bytes = Number(args.length);
  if (name === '' || !(bytes > 0)) return fail('invalid_arguments');
  const id = state.newId('F');
  state.expectUpload(id, { name, bytes, alt: textAt(args, 'alt_txt') ?? '' });
  return { ok: true, upload_url: `${state.origin}/workspace/slack/upload/${id}`, file_id: id };
}

/** Takes the bytes that were posted to an upload address; `false` when it was never given out, is used, or another length was announced. */
export function storeUpload(state: SlackState, id: string, bytes: Buffer): boolean {
  const announced = state.takeUpload(id);
  if (announced === null || announced.bytes !== bytes.length) return false;
  const { name, alt } = announced;
  const file = { id, name, title: name, mimeType: mimeTypeOf(name), alt, base64: bytes.toString('base64') };
  state.commit({ kind: 'file-stored', file });
  return true;
}

function completeUpload(state: SlackState, args: Fields): Fields {
  const named = listArg(args.files).filter(isFields);
  const ids = named.map((entry) => textAt(entry, 'id') ?? '');
  if (ids.length === 0 || ids.some((id) => state.file(id) === null)) return fail('file_not_found');
  for (const entry of named) {
    const file = state.file(textAt(entry, 'id') ?? '');
    const title = textAt(entry, 'title');
    if (file !== null && title !== null) state.commit({ kind: 'file-stored', file: { ...file, title } });
  }
  const answer = { ok: true, files: ids.map((id) => fileJson(state, id)) };
  const channel = textAt(args, 'channel_id') ?? textAt(args, 'channels');
  if (channel === null) return answer;
  return whereBotIs(state, { channel }, (conversation) => {
    const threadTs = textAt(args, 'thread_ts');
    if (threadTs !== null && state.message(conversation.id, threadTs) === null)
      return fail('invalid_thread_ts');
    const message: Message = {
      channel: conversation.id,
      ts: state.nextTs(),
      threadTs,
      isBroadcast: false,
      user: state.bot.userId,
      text: textAt(args, 'initial_comment') ?? '',
      blocks: withIds(state, listArg(args.blocks)),
      attachments: [],
      metadata: null,
      files: ids,
      reactions: [],
      editedTs: null,
    };
    state.commit({ kind: 'message-stored', message });
    return answer;
  });
}

function mimeTypeOf(name: string): string {
  const endings: Readonly<Record<string, string>> = {
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
  };
  return endings[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain';
}

export function newReplyAddress(
  state: SlackState,
  place: Pick<ReplyAddress, 'channel' | 'threadTs' | 'person' | 'original'>,
): string {
  const address = { ...place, id: state.newId('r'), uses: 0, madeAtMs: state.now().getTime() };
  state.commit({ kind: 'reply-address-kept', address });
  return `${state.origin}/workspace/slack/respond/${address.id}`;
}

/** What a post to a `response_url` does, and the status and text Slack answers it with. */
export function answerReplyAddress(
  state: SlackState,
  id: string,
  body: unknown,
): { readonly status: number; readonly body: Fields } {
  const address = state.replyAddress(id);
  if (address === null) return { status: 404, body: fail('no_such_url') };
  if (state.now().getTime() - address.madeAtMs > REPLY_ADDRESS_LIVES_MS) {
    return { status: 404, body: fail('expired_url') };
  }
  if (address.uses >= REPLY_ADDRESS_USES) return { status: 404, body: fail('used_url') };
  const said = objectArg(body);
  if (said === null) return { status: 400, body: fail('invalid_payload') };
  const refusal = sayAt(state, address, said);
  if (refusal !== null) return { status: 400, body: refuse(refusal) };
  state.commit({ kind: 'reply-address-kept', address: { ...address, uses: address.uses + 1 } });
  return { status: 200, body: { ok: true } };
}

/** Says something where an interaction happened: to one person, to the channel, or in place of the original. */
export function sayAt(
  state: SlackState,
  address: Pick<ReplyAddress, 'channel' | 'threadTs' | 'person' | 'original'>,
  said: Fields,
): Refusal | null {
  const { original } = address;
  if (isTrue(said.delete_original)) {
    if (original?.isEphemeral) {
      state.commit({ kind: 'ephemeral-gone', to: address.person, ts: original.ts });
    } else if (original !== null) {
      const message = state.message(address.channel, original.ts);
      if (message !== null) removeMessage(state, message);
    }
    return null;
  }
  const content = contentFromArgs(said);
  if ('error' in content) return content;
  const refusal = refuseMessage(content) ?? refuseMetadata(said.metadata);
  if (refusal !== null) return refusal;
  const threadTs =
    textAt(said, 'thread_ts') ?? (said.response_type === 'in_channel' ? null : address.threadTs);
  const replaces = isTrue(said.replace_original) && original !== null;
  if (replaces && original.isEphemeral) {
    const { channel, person: to } = address;
    showEphemeral(state, { channel, threadTs: address.threadTs, to, content, ts: original.ts });
    return null;
  }
  const before = replaces ? state.message(address.channel, original.ts) : null;
  if (replaces && before === null) return { error: 'message_not_found', details: [] };
  if (before !== null || said.response_type === 'in_channel') {
    const fresh = {
      channel: address.channel,
      ts: state.nextTs(),
      threadTs,
      isBroadcast: false,
      user: state.bot.userId,
      files: [],
      reactions: [],
      metadata: metadataFromArg(said.metadata),
      editedTs: null,
    };
    const kept = before === null ? fresh : { ...before, editedTs: fresh.ts };
    const message: Message = {
      ...kept,
      text: content.text ?? '',
      blocks: withIds(state, content.blocks ?? []),
      attachments: content.attachments.filter(isFields),
    };
    state.commit({ kind: 'message-stored', message });
    return null;
  }
  showEphemeral(state, { channel: address.channel, threadTs, to: address.person, content });
  return null;
}

function contentFromArgs(args: Fields): MessageContent | Refusal {
  const markdown = textAt(args, 'markdown_text');
  if (markdown !== null) {
    if (args.text !== undefined || args.blocks !== undefined) {
      return { error: 'markdown_text_conflict', details: [] };
    }
    return { text: null, blocks: [{ type: 'markdown', text: markdown }], attachments: [], hasFiles: false };
  }
  const blocks = args.blocks === undefined || args.blocks === null ? null : jsonArg(args.blocks);
  if (blocks !== null && !Array.isArray(blocks)) return { error: 'invalid_blocks_format', details: [] };
  return { text: textAt(args, 'text'), blocks, attachments: listArg(args.attachments), hasFiles: false };
}

function refuseMetadata(arg: unknown): Refusal | null {
  const metadata = jsonArg(arg);
  if (metadata === undefined || metadata === null) return null;
  const isRight =
    isFields(metadata) &&
    typeof metadata.event_type === 'string' &&
    metadata.event_type !== '' &&
    isFields(metadata.event_payload);
  return isRight ? null : { error: 'invalid_metadata_format', details: [] };
}

function metadataFromArg(arg: unknown): Fields | null {
  return objectArg(arg);
}

/** An argument that is JSON, or text that holds JSON, as form encoding sends it. */
function jsonArg(arg: unknown): unknown {
  return typeof arg === 'string' ? parseJson(arg) : arg;
}

function objectArg(arg: unknown): Fields | null {
  const value = jsonArg(arg);
  return isFields(value) ? value : null;
}

function listArg(arg: unknown): readonly unknown[] {
  const value = jsonArg(arg);
  return Array.isArray(value) ? value : [];
}

function isTrue(arg: unknown): boolean {
  return arg === true || arg === 'true' || arg === '1' || arg === 1;
}

/** The first block or accessory element with these ids, wherever it is shown. */
export function findElement(blocks: readonly Fields[], blockId: string, actionId: string): Fields | null {
  for (const block of blocks) {
    const children = fieldsListAt(block, 'child_blocks');
    const inside = children.length > 0 ? findElement(children, blockId, actionId) : null;
    if (inside !== null) return inside;
    if (block.block_id !== blockId) {
      const card =
        block.type === 'carousel' ? findElement(fieldsListAt(block, 'elements'), blockId, actionId) : null;
      if (card !== null) return card;
      continue;
    }
    const elements = [
      ...fieldsListAt(block, 'elements'),
      ...fieldsListAt(block, 'actions'),
      fieldsAt(block, 'accessory'),
      fieldsAt(block, 'element'),
    ];
    const found = elements.find((element) => element !== null && element.action_id === actionId);
    if (found) return found;
  }
  return null;
}
