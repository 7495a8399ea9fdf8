import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';

/**
 * Why Slack did not do something. `retry`: later it may; `refused`: it never will, `why` says what to do in one sentence;
 * `message-gone`: what should be changed is not there; `too-late`: Slack waited for the answer and gave up.
 */
export type SlackFailure =
  | { readonly kind: 'retry'; readonly afterMs: number; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'message-gone' }
  | { readonly kind: 'too-late' };

const NO_ANSWER_RETRY_MS = 5_000;
const SERVER_TROUBLE_RETRY_MS = 15_000;

/** Translates what the Web API throws, by its codes. Anything else is not expected and is thrown on. */
export function slackFailure(cause: unknown): SlackFailure {
  if (cause instanceof WebAPIRateLimitedError) {
    return { kind: 'retry', afterMs: cause.retryAfter * 1000, why: 'Slack asks to slow down' };
  }
  if (cause instanceof WebAPIRequestError) {
    return { kind: 'retry', afterMs: NO_ANSWER_RETRY_MS, why: 'Slack did not answer' };
  }
  if (cause instanceof WebAPIHTTPError) {
    return {
      kind: 'retry',
      afterMs: SERVER_TROUBLE_RETRY_MS,
      why: `Slack answered with ${cause.statusCode}`,
    };
  }
  if (cause instanceof WebAPIPlatformError) return platformFailure(cause.data);
  throw cause;
}

function platformFailure(data: WebAPIPlatformError['data']): SlackFailure {
  switch (data.error) {
    case 'not_in_channel':
    case 'channel_not_found':
      return refused(
        'I am not in that channel. Invite me there with `/invite @Fleet Director` and try again.',
      );
    case 'is_archived':
      return refused('That channel is archived. Unarchive it, or ask in another channel.');
    case 'restricted_action':
    case 'restricted_action_thread_locked':
    case 'restricted_action_read_only_channel':
      return refused('I may not post in that channel. Ask a workspace admin to allow apps there.');
    case 'missing_scope':
      return refused(
        `I lack the Slack permission ${wordAt(data, 'needed') ?? 'for that'}. Add it under OAuth & Permissions and reinstall the app.`,
      );
    case 'invalid_auth':
    case 'not_authed':
    case 'account_inactive':
    case 'token_revoked':
    case 'token_expired':
      return refused(
        'Slack does not accept the bot token any more. Set a fresh SLACK_BOT_TOKEN and restart.',
      );
    case 'team_access_not_granted':
    case 'ekm_access_denied':
      return refused('I may not act in this workspace. Ask a workspace admin to approve the app.');
    case 'message_not_found':
    case 'cant_update_message':
    case 'thread_not_found':
      return { kind: 'message-gone' };
    case 'expired_trigger_id':
    case 'trigger_expired':
    case 'trigger_exchanged':
    case 'invalid_trigger_id':
      return { kind: 'too-late' };
    case 'ratelimited':
    case 'rate_limited':
      return { kind: 'retry', afterMs: NO_ANSWER_RETRY_MS, why: 'Slack asks to slow down' };
    case 'internal_error':
    case 'fatal_error':
    case 'service_unavailable':
    case 'request_timeout':
      return { kind: 'retry', afterMs: SERVER_TROUBLE_RETRY_MS, why: `Slack answered ${data.error}` };
    default:
      return refused(
        `Slack refused the message (${data.error}). Look for that code in Slack's documentation.`,
      );
  }
}

function refused(why: string): SlackFailure {
  return { kind: 'refused', why };
}

function wordAt(data: object, key: string): string | null {
  const found: unknown = Reflect.get(data, key);
  return typeof found === 'string' ? found : null;
}
