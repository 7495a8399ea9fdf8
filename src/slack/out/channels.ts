import type { WebClient } from '@slack/web-api';
import { err, ok, type Result } from '../../domain/index.ts';
import { slackFailure } from './failure.ts';

/** Whether the bot may post in a channel. An error is one sentence that says what to do. */
export type SlackChannels = { mayPost(channel: string): Promise<Result<void, string>> };

export function createSlackChannels(client: WebClient): SlackChannels {
  return {
    async mayPost(channel) {
      // Direct messages, by their own id or the person's, need no invitation.
      if (/^[DU]/.test(channel)) return ok(undefined);
      try {
        const { channel: info } = await client.conversations.info({ channel });
        if (info?.is_archived === true)
          return err('This channel is archived. Unarchive it, or ask in another channel.');
        if (info?.is_channel === true && info.is_member === false) {
          return err('I am not in this channel. Invite me with `/invite @Fleet Director` and try again.');
        }
        return ok(undefined);
      } catch (cause) {
        const failure = slackFailure(cause);
        if (failure.kind === 'refused') return err(failure.why);
        // Slack has trouble just now: the task is not refused for that, its messages are tried again.
        return ok(undefined);
      }
    },
  };
}
