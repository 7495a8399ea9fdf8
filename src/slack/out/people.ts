import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Request } from '../../commands/index.ts';
import { err, ok, type Result } from '../../domain/index.ts';
import { type SlackFailure, slackFailure } from './failure.ts';

/** Somebody who is in the workspace without belonging to it; `sentence` is for them. */
export type Stranger = { readonly kind: 'stranger'; readonly sentence: string };

export type SlackPeople = {
  /** The same request with the name its person goes by. Guests, strangers and bots are told apart here and not served. */
  recognise(request: Request): Promise<Result<Request, Stranger | SlackFailure>>;
};

type Known = { readonly name: string; readonly isMember: boolean; readonly readAt: Date };

const REMEMBER_FOR_MS = 15 * 60_000;

export function createSlackPeople(client: WebClient, now: () => Date): SlackPeople {
  const known = new Map<string, Known>();

  async function look(id: string): Promise<Result<Known, SlackFailure>> {
    const before = known.get(id);
    if (before !== undefined && now().getTime() - before.readAt.getTime() < REMEMBER_FOR_MS)
      return ok(before);
    try {
      const { user } = userAnswer.parse(await client.users.info({ user: id }));
      const person = { name: nameOf(user), isMember: isMember(user), readAt: now() };
      known.set(id, person);
      return ok(person);
    } catch (cause) {
      return err(slackFailure(cause));
    }
  }

  return {
    recognise: async (request) => {
      if (request.from.source !== 'slack') return ok(request);
      const person = await look(request.from.externalId);
      if (!person.ok) return person;
      return person.value.isMember
        ? ok({ ...request, from: { ...request.from, name: person.value.name } })
        : err({
            kind: 'stranger',
            sentence:
              'The fleet serves full members of this workspace only. Ask one of them to do it for you.',
          });
    },
  };
}

function nameOf(user: SlackUser): string {
  const names = [user.profile?.display_name, user.profile?.real_name, user.real_name, user.name];
  return names.find((name) => name !== undefined && name.trim() !== '') ?? user.id;
}

function isMember(user: SlackUser): boolean {
  return ![
    user.is_restricted,
    user.is_ultra_restricted,
    user.is_stranger,
    user.is_bot,
    user.deleted,
  ].includes(true);
}

type SlackUser = z.infer<typeof userAnswer>['user'];

const userAnswer = z.object({
  user: z.object({
    id: z.string(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    deleted: z.boolean().optional(),
  }),
});
