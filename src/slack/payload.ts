import { z } from 'zod';
import { type Delivery, err, ok, type Result } from '../domain/index.ts';

/** Who the bot is, stored beside each payload: mentions of it and foreign workspaces are told apart later by this. */
export type SlackIdentity = {
  readonly userId: string;
  readonly botId: string | null;
  /** Workspaces whose people may ask. */
  readonly teams: readonly string[];
};

export type SlackPerson = { readonly id: string; readonly name: string; readonly team: string | null };

/** One request of Slack, in our words. */
export type SlackPayload =
  | {
      readonly kind: 'command';
      readonly person: SlackPerson;
      readonly channel: string;
      readonly text: string;
      readonly triggerId: string;
      readonly responseUrl: string | null;
    }
  | {
      readonly kind: 'message';
      /** Null: no person wrote it. */
      readonly person: SlackPerson | null;
      readonly channel: string;
      readonly ts: string;
      readonly threadTs: string | null;
      readonly text: string;
      readonly isFromBot: boolean;
      readonly subtype: string | null;
      readonly threadStarter: string | null;
    }
  | { readonly kind: 'home-opened'; readonly person: SlackPerson; readonly tab: string }
  | {
      readonly kind: 'pressed';
      readonly person: SlackPerson;
      /** Null: on the Home tab. */
      readonly message: {
        readonly channel: string;
        readonly ts: string;
        readonly threadTs: string | null;
      } | null;
      readonly value: string;
      readonly triggerId: string | null;
      readonly responseUrl: string | null;
    }
  | {
      readonly kind: 'submitted';
      readonly person: SlackPerson;
      readonly form: string;
      readonly privateMetadata: string;
      /** Field name → what was typed or picked. */
      readonly fields: ReadonlyMap<string, string>;
    };

export type PayloadFault = { readonly kind: 'not-understood'; readonly why: string };

/** What is stored of a Slack delivery: its body without the old verification token, and who the bot was. */
export type StoredSlackPayload = { readonly body: unknown; readonly bot: SlackIdentity };

/** Slack's own word for the sort of request, as `Delivery.kind` keeps it. */
export type SlackDeliveryKind = 'command' | 'event' | 'block_actions' | 'view_submission';

export function parseDelivery(
  delivery: Delivery,
): Result<{ readonly payload: SlackPayload; readonly bot: SlackIdentity }, PayloadFault> {
  const stored = storedPayload.safeParse(delivery.payload);
  if (!stored.success) return notUnderstood(stored.error);
  const payload = parseBody(delivery.kind, stored.data.body);
  return payload.ok ? ok({ payload: payload.value, bot: stored.data.bot }) : payload;
}

export function parseBody(kind: string, body: unknown): Result<SlackPayload, PayloadFault> {
  const schema = schemaOf(kind);
  if (schema === null) return err({ kind: 'not-understood', why: `Slack sends no ${kind} to this app` });
  const parsed = schema.safeParse(body);
  return parsed.success ? ok(parsed.data) : notUnderstood(parsed.error);
}

function schemaOf(kind: string): z.ZodType<SlackPayload> | null {
  switch (kind) {
    case 'command':
      return commandBody;
    case 'event':
      return eventBody;
    case 'block_actions':
      return actionsBody;
    case 'view_submission':
      return submissionBody;
    default:
      return null;
  }
}

function notUnderstood(error: z.ZodError): Result<never, PayloadFault> {
  return err({ kind: 'not-understood', why: z.prettifyError(error) });
}

const storedPayload = z.object({
  body: z.unknown(),
  bot: z.object({ userId: z.string(), botId: z.string().nullable(), teams: z.array(z.string()) }),
});

const commandBody = z
  .object({
    text: z.string().default(''),
    user_id: z.string(),
    user_name: z.string().optional(),
    team_id: z.string().optional(),
    channel_id: z.string(),
    trigger_id: z.string(),
    response_url: z.string().optional(),
  })
  .transform(
    (body): SlackPayload => ({
      kind: 'command',
      person: { id: body.user_id, name: body.user_name ?? body.user_id, team: body.team_id ?? null },
      channel: body.channel_id,
      text: body.text,
      triggerId: body.trigger_id,
      responseUrl: body.response_url ?? null,
    }),
  );

const messageEvent = z.object({
  type: z.enum(['app_mention', 'message']),
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  text: z.string().default(''),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  subtype: z.string().optional(),
  parent_user_id: z.string().optional(),
  // In a channel shared with another company these name the writer's own workspace; `team` does otherwise.
  user_team: z.string().optional(),
  source_team: z.string().optional(),
  team: z.string().optional(),
});

const homeEvent = z.object({
  type: z.literal('app_home_opened'),
  user: z.string(),
  tab: z.string().default('home'),
});

const eventBody = z
  .object({
    team_id: z.string().optional(),
    event: z.discriminatedUnion('type', [messageEvent, homeEvent]),
  })
  .transform(({ event, team_id }): SlackPayload => {
    if (event.type === 'app_home_opened') {
      const person = { id: event.user, name: event.user, team: team_id ?? null };
      return { kind: 'home-opened', person, tab: event.tab };
    }
    const team = event.user_team ?? event.source_team ?? event.team ?? team_id ?? null;
    return {
      kind: 'message',
      person: event.user === undefined ? null : { id: event.user, name: event.user, team },
      channel: event.channel,
      ts: event.ts,
      threadTs: event.thread_ts ?? null,
      text: event.text,
      isFromBot: event.bot_id !== undefined,
      subtype: event.subtype ?? null,
      threadStarter: event.parent_user_id ?? null,
    };
  });

const presser = z
  .object({
    user: z.object({
      id: z.string(),
      username: z.string().optional(),
      name: z.string().optional(),
      team_id: z.string().optional(),
    }),
    team: z.object({ id: z.string() }).nullish(),
  })
  .transform(
    ({ user, team }): SlackPerson => ({
      id: user.id,
      name: user.username ?? user.name ?? user.id,
      team: user.team_id ?? team?.id ?? null,
    }),
  );

const actionsBody = z
  .looseObject({
    channel: z.object({ id: z.string() }).nullish(),
    message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).nullish(),
    // The only trace of the message when one person alone could see it.
    container: z
      .object({
        channel_id: z.string().optional(),
        message_ts: z.string().optional(),
        thread_ts: z.string().optional(),
      })
      .nullish(),
    trigger_id: z.string().optional(),
    response_url: z.string().optional(),
    actions: z.array(z.object({ value: z.string().default('') })).min(1),
  })
  .transform((body, context): SlackPayload => {
    const person = presser.safeParse(body);
    const action = body.actions[0];
    if (!person.success || action === undefined) {
      context.addIssue({ code: 'custom', message: 'a press without a person or a button' });
      return z.NEVER;
    }
    const { message, container } = body;
    const channel = body.channel?.id ?? container?.channel_id;
    const ts = message?.ts ?? container?.message_ts;
    const threadTs = message?.thread_ts ?? container?.thread_ts ?? null;
    return {
      kind: 'pressed',
      person: person.data,
      message: channel === undefined || ts === undefined ? null : { channel, ts, threadTs },
      value: action.value,
      triggerId: body.trigger_id ?? null,
      responseUrl: body.response_url ?? null,
    };
  });

const field = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

const submissionBody = z
  .looseObject({
    view: z.object({
      callback_id: z.string(),
      private_metadata: z.string().default(''),
      state: z.object({ values: z.record(z.string(), z.record(z.string(), field)) }),
    }),
  })
  .transform((body, context): SlackPayload => {
    const person = presser.safeParse(body);
    if (!person.success) {
      context.addIssue({ code: 'custom', message: 'a form without a person' });
      return z.NEVER;
    }
    const filledIn = Object.values(body.view.state.values)
      .flatMap((block) => Object.entries(block))
      .map(([name, entry]) => [name, entry.selected_option?.value ?? entry.value ?? ''] as const)
      .filter(([, value]) => value !== '');
    return {
      kind: 'submitted',
      person: person.data,
      form: body.view.callback_id,
      privateMetadata: body.view.private_metadata,
      fields: new Map(filledIn),
    };
  });
