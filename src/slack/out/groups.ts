import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/index.ts';
import { slackFailure } from './failure.ts';

/** Who is in a user group, by Slack's ids of people. An error is one sentence that says what to do. */
export type SlackGroups = { membersOf(group: string): Promise<Result<readonly string[], string>> };

/** Somebody who left a group may answer for so long. */
const REMEMBER_FOR_MS = 60_000;

export function createSlackGroups(client: WebClient, now: () => Date): SlackGroups {
  const known = new Map<string, { readonly members: readonly string[]; readonly readAt: Date }>();
  return {
    async membersOf(group) {
      const before = known.get(group);
      if (before !== undefined && now().getTime() - before.readAt.getTime() < REMEMBER_FOR_MS) {
        return ok(before.members);
      }
      try {
        const { users } = groupAnswer.parse(await client.usergroups.users.list({ usergroup: group }));
        known.set(group, { members: users, readAt: now() });
        return ok(users);
      } catch (cause) {
        return err(sentenceOf(group, slackFailure(cause)));
      }
    },
  };
}

function sentenceOf(group: string, failure: ReturnType<typeof slackFailure>): string {
  const why = 'why' in failure ? failure.why : 'Slack took too long';
  return `I cannot see who is in the Slack group ${group}, whose members may answer this: ${why.replace(/\.$/, '')}. Try again in a moment.`;
}

const groupAnswer = z.object({ users: z.array(z.string()) });
