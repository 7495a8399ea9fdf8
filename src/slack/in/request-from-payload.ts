import { z } from 'zod';
import type { Ask, Place, Request } from '../../commands/index.ts';
import {
  type Delivery,
  err,
  MAX_REASON_CHARACTERS,
  ok,
  PRIORITIES,
  projectId,
  type Result,
  unreachable,
} from '../../domain/index.ts';
import { parseButton } from '../button-codec.ts';
import { parseFormPlace, parseFormSubject } from '../form-place.ts';
import { parseDelivery, type SlackIdentity, type SlackPayload, type SlackPerson } from '../payload.ts';
import { ADD_FORM, REASON_FORM } from '../registration.ts';
import { afterMention, isToSomebodyElse, mentions, typedText } from './typed-text.ts';

export type Ignored = { readonly kind: 'ignored'; readonly why: string };

/** What a stored delivery asks for. Ignored: nobody we listen to asked for anything. */
export function requestFromDelivery(delivery: Delivery): Result<Request, Ignored> {
  const parsed = parseDelivery(delivery);
  if (!parsed.ok) return ignored(parsed.error.why);
  const { payload, bot } = parsed.value;
  const person = payload.person;
  if (person === null) return ignored('no person wrote it');
  if (person.id === bot.userId) return ignored('the bot wrote it');
  if (person.team === null || !bot.teams.includes(person.team)) {
    return ignored(`${person.id} belongs to another workspace`);
  }
  const meaning = meaningOf(payload, bot);
  return meaning.ok
    ? ok({ from: { source: 'slack', externalId: person.id, name: person.name }, ...meaning.value })
    : meaning;
}

type Meaning = { readonly place: Place; readonly ask: Ask };

function meaningOf(payload: SlackPayload, bot: SlackIdentity): Result<Meaning, Ignored> {
  switch (payload.kind) {
    case 'command':
      return ok({
        place: { kind: 'slack', channel: payload.channel, threadTs: null },
        ask: { kind: 'words', words: typedText(payload.text).trim() },
      });
    case 'message':
      return meaningOfMessage(payload, bot);
    case 'home-opened':
      return payload.tab === 'home'
        ? ok({ place: directPlace(payload.person), ask: { kind: 'open-home' } })
        : ignored(`the ${payload.tab} tab shows nothing of ours`);
    case 'pressed':
      return meaningOfPress(payload);
    case 'submitted':
      return meaningOfForm(payload);
    default:
      return unreachable(payload);
  }
}

// What a person can write besides a plain message: with a file, or shown in the channel as well.
const PERSONAL_SUBTYPES = ['file_share', 'thread_broadcast'];

/** Slack delivers a mention twice, as a mention and as a message: the text alone decides, so that either means the same. */
function meaningOfMessage(
  message: Extract<SlackPayload, { kind: 'message' }>,
  bot: SlackIdentity,
): Result<Meaning, Ignored> {
  if (message.isFromBot) return ignored('a bot wrote it');
  if (message.subtype !== null && !PERSONAL_SUBTYPES.includes(message.subtype)) {
    return ignored(`it is a ${message.subtype}`);
  }
  const place = { kind: 'slack', channel: message.channel, threadTs: message.threadTs } as const;
  const afterBot = afterMention(message.text, bot.userId);
  if (afterBot !== null) {
    return ok({ place, ask: { kind: 'words', words: typedText(afterBot).trim() } });
  }
  if (mentions(message.text, bot.userId)) return ignored('it speaks of the bot, not to it');
  if (isToSomebodyElse(message.text)) return ignored('people talk to each other');
  if (message.threadTs === null) return ignored('it neither mentions the bot nor answers in a thread');
  const words = typedText(message.text);
  if (words.trim() === '') return ignored('it has no words');
  return ok({ place, ask: { kind: 'thread-reply', words } });
}

function meaningOfPress(press: Extract<SlackPayload, { kind: 'pressed' }>): Result<Meaning, Ignored> {
  const button = parseButton(press.value);
  if (!button.ok) return ignored(button.error.why);
  const place: Place =
    press.message === null
      ? directPlace(press.person)
      : {
          kind: 'slack',
          channel: press.message.channel,
          threadTs: press.message.threadTs ?? press.message.ts,
        };
  return ok({ place, ask: { kind: 'button', button: button.value } });
}

function meaningOfForm(form: Extract<SlackPayload, { kind: 'submitted' }>): Result<Meaning, Ignored> {
  const ask = askOfForm(form);
  if (!ask.ok) return ask;
  const place = parseFormPlace(form.privateMetadata);
  return ok({
    place: place === null ? directPlace(form.person) : { kind: 'slack', ...place },
    ask: ask.value,
  });
}

function askOfForm({
  form,
  fields,
  privateMetadata,
}: Extract<SlackPayload, { kind: 'submitted' }>): Result<Ask, Ignored> {
  const filledIn = Object.fromEntries(fields);
  switch (form) {
    case ADD_FORM: {
      const wish = addForm.safeParse(filledIn);
      return wish.success ? ok({ kind: 'add-form', ...wish.data }) : ignored(z.prettifyError(wish.error));
    }
    case REASON_FORM: {
      const said = reasonForm.safeParse(filledIn);
      const approval = parseFormSubject(privateMetadata);
      if (!said.success) return ignored(z.prettifyError(said.error));
      return approval === null
        ? ignored('the form does not say what the reason is for')
        : ok({ kind: 'reason-form', approval, reason: said.data.reason });
    }
    default:
      return ignored(`there is no form ${form}`);
  }
}

const reasonForm = z.object({ reason: z.string().trim().min(1).max(MAX_REASON_CHARACTERS) });

const addForm = z.object({
  brief: z.string().min(1),
  project: z.string().min(1).transform(projectId),
  priority: z.enum(PRIORITIES),
  agent: z.string().nullable().default(null),
  host: z.string().nullable().default(null),
});

/** Slack takes a person's id for a channel and means the direct messages between them and the bot. */
function directPlace(person: SlackPerson): Place {
  return { kind: 'slack', channel: person.id, threadTs: null };
}

function ignored(why: string): Result<never, Ignored> {
  return err({ kind: 'ignored', why });
}
