import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { AddForm, Answer, ReasonForm, Refusal } from '../../commands/index.ts';
import {
  type Card,
  type CardPart,
  type Delivery,
  err,
  ok,
  type Result,
  sentenceCard,
  text,
  unreachable,
} from '../../domain/index.ts';
import type { SlackFetch } from '../client.ts';
import { type FormPlace, parseFormPlace } from '../form-place.ts';
import { parseDelivery, type SlackPayload } from '../payload.ts';
import type { ScreenPictures } from '../ports.ts';
import { addFormView } from './add-form.ts';
import type { SlackFailure } from './failure.ts';
import { type SlackGate, slackGate } from './gate.ts';
import { reasonFormView } from './reason-form.ts';

/** Enough of a question's id to name it in words. */
const APPROVAL_SHOWN = 8;

/** What the one who asked is shown, and nobody else. */
export type SlackAnswers = {
  answer(delivery: Delivery, answer: Answer): Promise<Result<void, SlackFailure>>;
  refuse(delivery: Delivery, refusal: Refusal): Promise<Result<void, SlackFailure>>;
};

export function createSlackAnswers(
  client: WebClient,
  pictures: ScreenPictures,
  fetch: SlackFetch = globalThis.fetch,
): SlackAnswers {
  const gate = slackGate(client, fetch, pictures);
  return {
    answer: async (delivery, answer) => {
      const address = addressOf(delivery);
      return address.ok ? show(gate, address.value, answer, delivery.id) : address;
    },
    refuse: async (delivery, refusal) => {
      const address = addressOf(delivery);
      return address.ok ? tell(gate, address.value, sentenceCard(refusal.sentence)) : address;
    },
  };
}

/** All the ways back to the one who asked. */
type Address = {
  readonly person: string;
  /** Null: asked from nowhere in particular, the Home tab. */
  readonly channel: string | null;
  readonly threadTs: string | null;
  readonly responseUrl: string | null;
  readonly triggerId: string | null;
};

async function show(
  gate: SlackGate,
  address: Address,
  answer: Answer,
  marker: string,
): Promise<Result<void, SlackFailure>> {
  switch (answer.kind) {
    case 'card':
    case 'live':
      return tell(gate, address, answer.card);
    case 'posted':
      return postForAll(gate, address, answer.card, marker);
    case 'add-form':
      return openAddForm(gate, address, answer.form);
    case 'reason-form':
      return openReasonForm(gate, address, answer.form);
    case 'home':
      return gate.showHome(address.person, answer.cards);
    case 'nothing':
      return ok(undefined);
    default:
      return unreachable(answer);
  }
}

/** Through the request's own address first: it works in channels the bot was never invited to. */
async function tell(gate: SlackGate, address: Address, card: Card): Promise<Result<void, SlackFailure>> {
  if (address.responseUrl !== null) {
    const responded = await gate.respond(address.responseUrl, card, address.threadTs);
    if (responded.ok) return responded;
  }
  const place = { channel: address.channel ?? address.person, threadTs: address.threadTs };
  return gate.whisper(place, address.person, card);
}

/** In a place where the bot may not post, the one who asked still gets to read it. */
async function postForAll(
  gate: SlackGate,
  address: Address,
  card: Card,
  marker: string,
): Promise<Result<void, SlackFailure>> {
  const place = { channel: address.channel ?? address.person, threadTs: address.threadTs };
  const posted = await gate.post(place, card, marker);
  if (posted.ok) return ok(undefined);
  const why = 'why' in posted.error ? ` ${posted.error.why}` : '';
  const note: CardPart = { kind: 'note', spans: [text(`Only you see this, without its files.${why}`)] };
  return tell(gate, address, { ...card, parts: [...card.parts, note] });
}

/** Where a form was asked for. */
function placeOfForm({ channel, person, threadTs }: Address): FormPlace {
  return { channel: channel ?? person, threadTs };
}

async function openAddForm(
  gate: SlackGate,
  address: Address,
  form: AddForm,
): Promise<Result<void, SlackFailure>> {
  const view = addFormView(form, placeOfForm(address));
  return view === null
    ? tell(gate, address, sentenceCard('There is no project yet. Ask an admin to add a repository first.'))
    : openForm(gate, address, view, {
        without: 'A form needs the slash command. Type `/fleet add` to get it.',
        late: 'Slack stopped waiting before the form was ready. Send it again, or type the task after `add`.',
      });
}

async function openReasonForm(
  gate: SlackGate,
  address: Address,
  form: ReasonForm,
): Promise<Result<void, SlackFailure>> {
  const inWords = `\`answer ${form.approval.slice(0, APPROVAL_SHOWN)} deny YOUR REASON\``;
  return openForm(gate, address, reasonFormView(form, placeOfForm(address)), {
    without: `A form needs a press of its button. Type ${inWords}.`,
    late: `Slack stopped waiting before the form was ready. Press again, or type ${inWords}.`,
  });
}

/** @param instead what is said where no form can be opened, and where Slack waits for it no longer */
async function openForm(
  gate: SlackGate,
  address: Address,
  view: ModalView,
  instead: { readonly without: string; readonly late: string },
): Promise<Result<void, SlackFailure>> {
  if (address.triggerId === null) return tell(gate, address, sentenceCard(instead.without));
  const opened = await gate.openForm(address.triggerId, view);
  if (opened.ok || opened.error.kind === 'retry') return opened;
  return tell(gate, address, sentenceCard(opened.error.kind === 'refused' ? opened.error.why : instead.late));
}

function addressOf(delivery: Delivery): Result<Address, SlackFailure> {
  const parsed = parseDelivery(delivery);
  if (!parsed.ok) return err({ kind: 'refused', why: parsed.error.why });
  const address = addressOfPayload(parsed.value.payload);
  return address === null ? err({ kind: 'refused', why: 'Nobody asked.' }) : ok(address);
}

function addressOfPayload(payload: SlackPayload): Address | null {
  const nowhere = { channel: null, threadTs: null, responseUrl: null, triggerId: null };
  switch (payload.kind) {
    case 'command': {
      const { channel, responseUrl, triggerId } = payload;
      return { person: payload.person.id, channel, threadTs: null, responseUrl, triggerId };
    }
    case 'message':
      return payload.person === null
        ? null
        : { ...nowhere, person: payload.person.id, channel: payload.channel, threadTs: payload.threadTs };
    case 'home-opened':
      return { ...nowhere, person: payload.person.id };
    case 'pressed': {
      const { responseUrl, triggerId, message } = payload;
      // A press on the card itself is answered beside the card, where the person is looking.
      const threadTs = message?.threadTs === message?.ts ? null : (message?.threadTs ?? null);
      return {
        person: payload.person.id,
        channel: message?.channel ?? null,
        threadTs,
        responseUrl,
        triggerId,
      };
    }
    case 'submitted': {
      const place = parseFormPlace(payload.privateMetadata);
      return {
        ...nowhere,
        person: payload.person.id,
        channel: place?.channel ?? null,
        threadTs: place?.threadTs ?? null,
      };
    }
    default:
      return unreachable(payload);
  }
}
