import { unreachable } from '../domain/index.ts';
import { type Fields, fieldsAt, fieldsListAt, isFields, textAt } from './json.ts';
import type { Deliver } from './receiver.ts';
import { findElement, pushedView, replacedView, sayAt } from './slack-api.ts';
import {
  blockActionsPayload,
  blockSuggestionPayload,
  blocksOf,
  commandPayload,
  homeOpenedEvent,
  type Input,
  type Inputs,
  memberJoinedEvent,
  type Place,
  viewClosedPayload,
  viewSubmissionPayload,
} from './slack-payloads.ts';
import { refuseView } from './slack-rules.ts';
import type { SlackState, View } from './slack-state.ts';

/** `problem`: a sentence for the person, and nothing was done. `errors`: by block id, for a modal that stays open. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'problem'; readonly problem: string }
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> };

export type PlaceName =
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'view'; readonly viewId: string };

/** Everything a person can do in the workspace. */
export type Interactions = {
  say(given: { person: string; channel: string; threadTs: string | null; text: string }): Promise<Outcome>;
  press(given: {
    person: string;
    place: PlaceName;
    blockId: string;
    actionId: string;
    input: Input;
    inputs: Inputs;
  }): Promise<Outcome>;
  suggest(given: {
    person: string;
    place: PlaceName;
    blockId: string;
    actionId: string;
    query: string;
  }): Promise<readonly Fields[]>;
  submit(given: { person: string; viewId: string; inputs: Inputs }): Promise<Outcome>;
  close(given: { person: string; viewId: string }): Promise<Outcome>;
  openHome(given: { person: string; tab: 'home' | 'messages' }): Promise<Outcome>;
  dismiss(given: { person: string; ts: string }): Promise<Outcome>;
  react(given: { person: string; channel: string; ts: string; name: string }): Promise<Outcome>;
};

const done: Outcome = { kind: 'done' };

export function openInteractions(given: {
  state: SlackState;
  deliver: Deliver;
  sendEvent: (event: Fields) => void;
  commands: readonly { readonly command: string }[];
}): Interactions {
  const { state, deliver, sendEvent } = given;

  async function runCommand(person: string, channel: string, line: string): Promise<Outcome> {
    const [command = '', ...rest] = line.split(/(\s+)/);
    const text = rest.join('').trim();
    if (command === '/invite') return invite(person, channel, text);
    if (!given.commands.some((entry) => entry.command === command)) {
      return slackSays(person, channel, `\`${command}\` is not a valid command.`);
    }
    const payload = commandPayload(state, { command, text: encodeText(state, text), person, channel });
    const reception = await deliver(payload);
    if (reception.kind !== 'acknowledged') {
      const error = reception.kind === 'too-late' ? 'operation_timeout' : 'dispatch_failed';
      return slackSays(person, channel, `${command} failed with the error “${error}”`);
    }
    const said = typeof reception.response === 'string' ? { text: reception.response } : reception.response;
    if (!isFields(said) || Object.keys(said).length === 0) return done;
    const refusal = sayAt(state, { channel, threadTs: null, person, original: null }, said);
    return refusal === null
      ? done
      : slackSays(person, channel, `${command} failed with the error “${refusal.error}”`);
  }

  function invite(person: string, channel: string, text: string): Outcome {
    const conversation = state.conversation(channel);
    if (!encodeText(state, text).includes(`<@${state.bot.userId}>`)) {
      return slackSays(person, channel, `Whom? Try \`/invite @${state.bot.name}\`.`);
    }
    if (conversation?.members.includes(state.bot.userId)) {
      return slackSays(person, channel, `${state.bot.name} is already here.`);
    }
    state.commit({ kind: 'member-joined', channel, user: state.bot.userId });
    sendEvent(memberJoinedEvent(state, channel, state.bot.userId, person));
    return slackSays(person, channel, `You added ${state.bot.name} to this channel.`);
  }

  function slackSays(person: string, channel: string, text: string): Outcome {
    const ts = state.nextTs();
    state.commit({
      kind: 'ephemeral-shown',
      ephemeral: { channel, ts, threadTs: null, to: person, text, blocks: [], from: 'slack' },
    });
    return done;
  }

  function placeNamed(person: string, name: PlaceName): Place | null {
    if (name.kind === 'view') {
      const view = [...state.modals(person), state.home(person)].find((entry) => entry?.id === name.viewId);
      return view ? { kind: 'view', view } : null;
    }
    const message = state.message(name.channel, name.ts);
    if (message !== null) return { kind: 'message', message };
    const ephemeral = state.ephemeral(name.ts);
    return ephemeral?.to === person ? { kind: 'ephemeral', ephemeral } : null;
  }

  async function takeSubmission(person: string, view: View, inputs: Inputs): Promise<Outcome> {
    const missing = missingInputs(view, inputs);
    if (Object.keys(missing).length > 0) return { kind: 'errors', errors: missing };
    const reception = await deliver(viewSubmissionPayload(state, { person, view, inputs }));
    if (reception.kind !== 'acknowledged') {
      return problem('We had some trouble connecting. Try again?');
    }
    const { response } = reception;
    const wanted = fieldsAt(response, 'view');
    if (wanted !== null && refuseView(wanted) !== null) {
      return problem('The bot answered with a view that Slack would not show.');
    }
    switch (textAt(response, 'response_action')) {
      case 'errors':
        return errorsFrom(view, fieldsAt(response, 'errors') ?? {});
      case 'update':
        if (wanted !== null) replacedView(state, person, view, wanted);
        return done;
      case 'push':
        if (wanted === null || pushedView(state, person, wanted) === null)
          return problem('No room for one more view.');
        return done;
      case 'clear':
        state.commit({ kind: 'modals-changed', person, views: [] });
        return done;
      default:
        remove(person, view);
        return done;
    }
  }

  function remove(person: string, view: View): void {
    const views = state.modals(person).filter((entry) => entry.id !== view.id);
    state.commit({ kind: 'modals-changed', person, views });
  }

  return {
    async say({ person, channel, threadTs, text }) {
      const conversation = state.conversation(channel);
      if (!conversation?.members.includes(person)) return problem('You are not in this conversation.');
      if (text.trim() === '') return problem('There is nothing to send.');
      const isCommand = /^\/[a-z]/.test(text);
      if (isCommand && threadTs !== null) {
        return problem(`${text.split(/\s/)[0]} is not supported in threads. Sorry!`);
      }
      if (isCommand) return runCommand(person, conversation.id, text);
      const parent = threadTs === null ? null : state.message(conversation.id, threadTs);
      if (threadTs !== null && parent === null) return problem('That thread is gone.');
      state.commit({
        kind: 'message-stored',
        message: {
          channel: conversation.id,
          ts: state.nextTs(),
          threadTs: parent === null ? null : (parent.threadTs ?? parent.ts),
          isBroadcast: false,
          user: person,
          text: encodeText(state, text.trim()),
          blocks: [],
          attachments: [],
          metadata: null,
          files: [],
          reactions: [],
          editedTs: null,
        },
      });
      return done;
    },

    async press({ person, place: name, blockId, actionId, input, inputs }) {
      const place = placeNamed(person, name);
      const element = place === null ? null : findElement(blocksOf(place), blockId, actionId);
      if (place === null || element === null) return problem('That is no longer there.');
      const payload = blockActionsPayload(state, { person, place, blockId, element, input, inputs });
      const reception = await deliver(payload);
      switch (reception.kind) {
        case 'acknowledged':
          return done;
        case 'too-late':
          return problem('This app took too long to answer (operation_timeout).');
        case 'failed':
          return problem('Something went wrong in this app (dispatch_failed).');
        default:
          return unreachable(reception);
      }
    },

    async suggest({ person, place: name, blockId, actionId, query }) {
      const place = placeNamed(person, name);
      if (place === null) return [];
      const reception = await deliver(
        blockSuggestionPayload(state, { person, place, blockId, actionId, query }),
      );
      if (reception.kind !== 'acknowledged') return [];
      const groups = fieldsListAt(reception.response, 'option_groups');
      return [
        ...fieldsListAt(reception.response, 'options'),
        ...groups.flatMap((group) => fieldsListAt(group, 'options')),
      ];
    },

    async submit({ person, viewId, inputs }) {
      const view = state.modals(person).find((entry) => entry.id === viewId);
      return view === undefined
        ? problem('This form is no longer open.')
        : takeSubmission(person, view, inputs);
    },

    async close({ person, viewId }) {
      const open = state.modals(person);
      const view = open.find((entry) => entry.id === viewId);
      if (view === undefined) return done;
      const clears = view.given.clear_on_close === true;
      const closed = clears ? open : [view];
      for (const entry of closed) remove(person, entry);
      for (const entry of closed) {
        if (entry.given.notify_on_close === true) {
          void deliver(viewClosedPayload(state, { person, view: entry, isCleared: clears }));
        }
      }
      return done;
    },

    async openHome({ person, tab }) {
      sendEvent(homeOpenedEvent(state, person, tab));
      return done;
    },

    async dismiss({ person, ts }) {
      if (state.ephemeral(ts)?.to === person) state.commit({ kind: 'ephemeral-gone', to: person, ts });
      return done;
    },

    async react({ person, channel, ts, name }) {
      const message = state.message(channel, ts);
      if (message === null) return problem('That message is gone.');
      const users = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
      const isTakenBack = users.includes(person);
      const next = isTakenBack ? users.filter((user) => user !== person) : [...users, person];
      const others = message.reactions.filter((reaction) => reaction.name !== name);
      const reactions = next.length === 0 ? others : [...others, { name, users: next }];
      state.commit({ kind: 'message-stored', message: { ...message, reactions } });
      if (state.conversation(channel)?.members.includes(state.bot.userId)) {
        sendEvent({
          type: isTakenBack ? 'reaction_removed' : 'reaction_added',
          user: person,
          reaction: name,
          item_user: message.user,
          item: { type: 'message', channel, ts },
          event_ts: state.nextTs(),
        });
      }
      return done;
    },
  };
}

function problem(text: string): Outcome {
  return { kind: 'problem', problem: text };
}

/** Slack shows an error only beside an input block of the view; one for another block makes the answer invalid. */
function errorsFrom(view: View, given: Fields): Outcome {
  const inputs = fieldsListAt(view.given, 'blocks').filter((block) => block.type === 'input');
  const ids = new Set(inputs.map((block) => block.block_id));
  const errors: Record<string, string> = {};
  for (const [blockId, text] of Object.entries(given)) {
    if (!ids.has(blockId))
      return problem(`The bot sent an error for “${blockId}”, which is no input of this form.`);
    errors[blockId] = String(text);
  }
  return { kind: 'errors', errors };
}

/** What Slack's own client refuses before the bot is asked. */
function missingInputs(view: View, inputs: Inputs): Readonly<Record<string, string>> {
  const missing: Record<string, string> = {};
  for (const block of fieldsListAt(view.given, 'blocks')) {
    const element = fieldsAt(block, 'element');
    if (block.type !== 'input' || element === null) continue;
    const blockId = String(block.block_id);
    const input = inputs[blockId]?.[String(element.action_id)] ?? null;
    const isEmpty = input === null || input.length === 0;
    if (isEmpty && block.optional !== true) missing[blockId] = 'Please complete this required field.';
    if (typeof input !== 'string' || isEmpty) continue;
    const { min_length: min, max_length: max } = element;
    if (typeof min === 'number' && input.length < min)
      missing[blockId] = `Must be at least ${min} characters.`;
    if (typeof max === 'number' && input.length > max)
      missing[blockId] = `Must be at most ${max} characters.`;
  }
  return missing;
}

/** What a person typed, as Slack sends it on: control characters escaped, `@name` and `#name` as references. */
function encodeText(state: SlackState, text: string): string {
  const names = [
    ...[...state.people, { id: state.bot.userId, name: state.bot.name }].map(({ id, name }) => ({
      written: `@${name}`,
      reference: `<@${id}>`,
    })),
    ...state
      .conversations()
      .filter((entry) => entry.kind === 'channel')
      .map(({ id, name }) => ({ written: `#${name}`, reference: `<#${id}|${name}>` })),
  ].toSorted((a, b) => b.written.length - a.written.length);
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const pattern = names.map(({ written }) => written.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return escaped
    .replaceAll(new RegExp(`(?<![\\w&])(?:${pattern})(?!\\w)`, 'gi'), (found) => {
      const named = names.find((entry) => entry.written.toLowerCase() === found.toLowerCase());
      return named?.reference ?? found;
    })
    .replaceAll(/&lt;(@[A-Z0-9]+)&gt;/g, (whole, id: string) =>
      state.isPerson(id.slice(1)) || id.slice(1) === state.bot.userId ? `<${id}>` : whole,
    );
}
