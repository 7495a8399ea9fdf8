import { unreachable } from '../domain/index.ts';
import { type Fields, fieldsListAt, textAt } from './json.ts';
import { newReplyAddress } from './slack-api.ts';
import { interactiveElements } from './slack-rules.ts';
import type { Ephemeral, Message, SlackState, View } from './slack-state.ts';
import { messageJson, userJson, viewJson } from './slack-wire.ts';

/** The token every payload carries. Slack calls it deprecated and still sends it; nobody should check it. */
const VERIFICATION_TOKEN = 'workspace';

/** What a person did to one element: the text they wrote, or the value or values they chose. */
export type Input = string | readonly string[] | null;

/** Block id to action id to what was put in. */
export type Inputs = Readonly<Record<string, Readonly<Record<string, Input>>>>;

export function commandPayload(
  state: SlackState,
  given: { command: string; text: string; person: string; channel: string },
): Fields {
  const conversation = state.conversation(given.channel);
  return {
    token: VERIFICATION_TOKEN,
    team_id: state.team.id,
    team_domain: state.team.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    channel_id: given.channel,
    channel_name: conversation?.kind === 'direct' ? 'directmessage' : (conversation?.name ?? ''),
    user_id: given.person,
    user_name: textAt(userJson(state, given.person), 'name') ?? '',
    command: given.command,
    text: given.text,
    api_app_id: state.appId,
    is_enterprise_install: 'false',
    response_url: newReplyAddress(state, {
      channel: given.channel,
      threadTs: null,
      person: given.person,
      original: null,
    }),
    trigger_id: state.newTrigger(given.person),
  };
}

/** Where an element stands that a person acts on. */
export type Place =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'ephemeral'; readonly ephemeral: Ephemeral }
  | { readonly kind: 'view'; readonly view: View };

export function blocksOf(place: Place): readonly Fields[] {
  switch (place.kind) {
    case 'message':
      return place.message.blocks;
    case 'ephemeral':
      return place.ephemeral.blocks;
    case 'view':
      return fieldsListAt(place.view.given, 'blocks');
    default:
      return unreachable(place);
  }
}

export function blockActionsPayload(
  state: SlackState,
  given: { person: string; place: Place; blockId: string; element: Fields; input: Input; inputs: Inputs },
): Fields {
  const { place, element } = given;
  const common = {
    type: 'block_actions',
    user: userOf(state, given.person),
    api_app_id: state.appId,
    token: VERIFICATION_TOKEN,
    trigger_id: state.newTrigger(given.person),
    team: teamOf(state),
    enterprise: null,
    is_enterprise_install: false,
    actions: [
      {
        ...elementWithInput(element, given.input),
        action_id: element.action_id,
        block_id: given.blockId,
        ...(element.text === undefined ? {} : { text: element.text }),
        action_ts: state.nextTs(),
      },
    ],
  };
  if (place.kind === 'view') {
    return {
      ...common,
      container: { type: 'view', view_id: place.view.id },
      view: viewJson(state, place.view, stateValues(blocksOf(place), given.inputs)),
    };
  }
  const { channel, ts, threadTs } = place.kind === 'message' ? place.message : place.ephemeral;
  const isEphemeral = place.kind === 'ephemeral';
  return {
    ...common,
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel,
      is_ephemeral: isEphemeral,
      ...(threadTs === null ? {} : { thread_ts: threadTs }),
    },
    channel: channelOf(state, channel),
    // Slack leaves the message out when only one person ever saw it.
    ...(place.kind === 'message' ? { message: messageJson(state, place.message) } : {}),
    state: { values: stateValues(blocksOf(place), given.inputs) },
    response_url: newReplyAddress(state, {
      channel,
      threadTs,
      person: given.person,
      original: { ts, isEphemeral },
    }),
  };
}

export function viewSubmissionPayload(
  state: SlackState,
  given: { person: string; view: View; inputs: Inputs },
): Fields {
  return {
    type: 'view_submission',
    team: teamOf(state),
    user: userOf(state, given.person),
    api_app_id: state.appId,
    token: VERIFICATION_TOKEN,
    trigger_id: state.newTrigger(given.person),
    view: viewJson(state, given.view, stateValues(fieldsListAt(given.view.given, 'blocks'), given.inputs)),
    response_urls: [],
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function viewClosedPayload(
  state: SlackState,
  given: { person: string; view: View; isCleared: boolean },
): Fields {
  return {
    type: 'view_closed',
    team: teamOf(state),
    user: userOf(state, given.person),
    api_app_id: state.appId,
    token: VERIFICATION_TOKEN,
    view: viewJson(state, given.view),
    is_cleared: given.isCleared,
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function blockSuggestionPayload(
  state: SlackState,
  given: { person: string; place: Place; blockId: string; actionId: string; query: string },
): Fields {
  const { place } = given;
  return {
    type: 'block_suggestion',
    user: userOf(state, given.person),
    team: teamOf(state),
    api_app_id: state.appId,
    token: VERIFICATION_TOKEN,
    action_id: given.actionId,
    block_id: given.blockId,
    value: given.query,
    enterprise: null,
    is_enterprise_install: false,
    ...(place.kind === 'view'
      ? {
          container: { type: 'view', view_id: place.view.id },
          view: viewJson(state, place.view),
        }
      : {
          container: { type: 'message' },
          channel: channelOf(
            state,
            place.kind === 'message' ? place.message.channel : place.ephemeral.channel,
          ),
        }),
  };
}

export function eventPayload(state: SlackState, event: Fields): Fields {
  return {
    token: VERIFICATION_TOKEN,
    team_id: state.team.id,
    api_app_id: state.appId,
    event,
    type: 'event_callback',
    event_id: state.newId('Ev'),
    event_time: Math.floor(state.now().getTime() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: state.team.id,
        user_id: state.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${state.newId('')}`,
  };
}

/** The events one new message makes. A mention arrives twice, as itself and as a message, just as Slack sends it. */
export function messageEvents(state: SlackState, message: Message): readonly Fields[] {
  const conversation = state.conversation(message.channel);
  const plain = {
    ...messageJson(state, message, true),
    channel: message.channel,
    event_ts: message.ts,
    channel_type: conversation?.kind === 'direct' ? 'im' : 'channel',
  };
  const isMention =
    conversation?.kind === 'channel' &&
    message.user !== state.bot.userId &&
    message.text.includes(`<@${state.bot.userId}>`);
  if (!isMention) return [plain];
  const { channel_type: _, ...mention } = plain;
  return [{ ...mention, type: 'app_mention' }, plain];
}

export function messageChangedEvent(state: SlackState, before: Message, after: Message): Fields {
  return {
    type: 'message',
    subtype: 'message_changed',
    channel: after.channel,
    ts: after.editedTs ?? after.ts,
    event_ts: after.editedTs ?? after.ts,
    hidden: true,
    channel_type: state.conversation(after.channel)?.kind === 'direct' ? 'im' : 'channel',
    message: messageJson(state, after),
    previous_message: messageJson(state, before),
  };
}

export function homeOpenedEvent(state: SlackState, person: string, tab: 'home' | 'messages'): Fields {
  const home = state.home(person);
  return {
    type: 'app_home_opened',
    user: person,
    channel: state.conversation(person)?.id ?? '',
    tab,
    event_ts: state.nextTs(),
    ...(tab === 'home' && home !== null ? { view: viewJson(state, home) } : {}),
  };
}

export function memberJoinedEvent(state: SlackState, channel: string, user: string, inviter: string): Fields {
  return {
    type: 'member_joined_channel',
    user,
    channel,
    channel_type: 'C',
    team: state.team.id,
    inviter,
    event_ts: state.nextTs(),
  };
}

function teamOf(state: SlackState): Fields {
  return { id: state.team.id, domain: state.team.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-') };
}

function userOf(state: SlackState, person: string): Fields {
  const name = textAt(userJson(state, person), 'name') ?? '';
  return { id: person, username: name, name, team_id: state.team.id };
}

function channelOf(state: SlackState, id: string): Fields {
  const conversation = state.conversation(id);
  return { id, name: conversation?.kind === 'direct' ? 'directmessage' : (conversation?.name ?? '') };
}

/** What Slack calls `state.values`: every element that can hold something, with what it holds. */
export function stateValues(blocks: readonly Fields[], inputs: Inputs): Fields {
  const values: Record<string, Fields> = {};
  for (const block of blocks) {
    if (block.type === 'container')
      Object.assign(values, stateValues(fieldsListAt(block, 'child_blocks'), inputs));
    const blockId = textAt(block, 'block_id') ?? '';
    const held: Record<string, Fields> = {};
    for (const element of interactiveElements(block)) {
      const actionId = textAt(element, 'action_id') ?? '';
      if (stateless.has(String(element.type))) continue;
      const input = inputs[blockId]?.[actionId];
      held[actionId] = elementWithInput(element, input === undefined ? initialInput(element) : input);
    }
    if (Object.keys(held).length > 0) values[blockId] = held;
  }
  return values;
}

const stateless = new Set(['button', 'overflow', 'icon_button', 'feedback_buttons', 'workflow_button']);

/** What an element holds before anybody touches it. */
export function initialInput(element: Fields): Input {
  const { initial_option, initial_options, initial_value, initial_users, initial_channels } = element;
  if (initial_option !== undefined) return textAt(initial_option, 'value');
  if (initial_options !== undefined) {
    return fieldsListAt(element, 'initial_options').map((option) => textAt(option, 'value') ?? '');
  }
  const lists = [initial_users, initial_channels, element.initial_conversations];
  const chosen = lists.find((list) => Array.isArray(list));
  if (Array.isArray(chosen)) return chosen.map(String);
  const single = [
    initial_value,
    element.initial_user,
    element.initial_channel,
    element.initial_conversation,
    element.initial_date,
    element.initial_time,
    element.initial_date_time,
  ].find((value) => typeof value === 'string' || typeof value === 'number');
  return single === undefined ? null : String(single);
}

/** An element the way Slack reports it: its type and what it holds, under the name each type has for that. */
function elementWithInput(element: Fields, input: Input): Fields {
  const type = String(element.type);
  const one = typeof input === 'string' && input !== '' ? input : null;
  const many = typeof input === 'string' ? [input] : (input ?? []);
  switch (type) {
    case 'button':
    case 'icon_button':
      return { type, ...pick(element, 'value', 'style') };
    case 'feedback_buttons':
      return { type, value: one };
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type, value: one };
    case 'rich_text_input':
      return { type, rich_text_value: one === null ? undefined : richTextOf(one) };
    case 'datepicker':
      return { type, selected_date: one };
    case 'timepicker':
      return { type, selected_time: one };
    case 'datetimepicker':
      return { type, selected_date_time: one === null ? null : Number(one) };
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return { type, selected_option: optionsOf(element).find((option) => option.value === one) ?? null };
    case 'checkboxes':
    case 'multi_static_select':
      return {
        type,
        selected_options: optionsOf(element).filter((option) => many.includes(String(option.value))),
      };
    case 'external_select':
      return { type, selected_option: one === null ? null : externalOption(one) };
    case 'multi_external_select':
      return { type, selected_options: many.map(externalOption) };
    case 'users_select':
      return { type, selected_user: one };
    case 'multi_users_select':
      return { type, selected_users: many };
    case 'channels_select':
      return { type, selected_channel: one };
    case 'multi_channels_select':
      return { type, selected_channels: many };
    case 'conversations_select':
      return { type, selected_conversation: one };
    case 'multi_conversations_select':
      return { type, selected_conversations: many };
    case 'file_input':
      return { type, files: [] };
    default:
      return { type };
  }
}

function optionsOf(element: Fields): readonly Fields[] {
  const grouped = fieldsListAt(element, 'option_groups').flatMap((group) => fieldsListAt(group, 'options'));
  return [...fieldsListAt(element, 'options'), ...grouped];
}

function externalOption(value: string): Fields {
  return { text: { type: 'plain_text', text: value, emoji: true }, value };
}

function richTextOf(text: string): Fields {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  };
}

function pick(element: Fields, ...keys: readonly string[]): Fields {
  return Object.fromEntries(
    keys.filter((key) => element[key] !== undefined).map((key) => [key, element[key]]),
  );
}
