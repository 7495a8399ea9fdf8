/**
 * What the app asks of Slack. The listeners are registered and the manifest is written from this table,
 * so neither can know of an event, a command or a permission that the other does not.
 */

export const DEFAULT_COMMAND = '/fleet';

/** Where Slack delivers when the app is reached over HTTP: events, commands and presses alike. */
export const SLACK_PATH = '/slack/events';

export const ADD_FORM = 'fleet-add';
export const REASON_FORM = 'fleet-reason';

export type BotEvent = {
  readonly manifestNames: readonly string[];
  readonly boltName: 'app_mention' | 'message' | 'app_home_opened';
  readonly why: string;
};

export const BOT_EVENTS: readonly BotEvent[] = [
  {
    manifestNames: ['app_mention'],
    boltName: 'app_mention',
    why: 'A request can be made by mentioning the bot.',
  },
  {
    manifestNames: ['message.channels', 'message.groups'],
    boltName: 'message',
    why: "A reply in a task's thread goes to its agent.",
  },
  {
    manifestNames: ['app_home_opened'],
    boltName: 'app_home_opened',
    why: 'The Home tab shows tasks and questions.',
  },
];

/** Each permission, why it is needed, and the methods and events that need it. */
export type Scope = {
  readonly name: string;
  readonly why: string;
  readonly methods: readonly string[];
  readonly events: readonly string[];
};

export const BOT_SCOPES: readonly Scope[] = [
  { name: 'commands', why: 'To offer the slash command.', methods: [], events: [] },
  {
    name: 'chat:write',
    why: 'To post and edit the card, its thread and answers that only one person sees.',
    methods: ['chat.postMessage', 'chat.update', 'chat.postEphemeral'],
    events: [],
  },
  {
    name: 'files:write',
    why: 'To show pictures of terminals, and long texts as files.',
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
    events: [],
  },
  {
    name: 'app_mentions:read',
    why: 'To hear requests that mention the bot.',
    methods: [],
    events: ['app_mention'],
  },
  {
    name: 'channels:history',
    why: 'To hear replies in task threads of public channels, and to look for a message before posting it again.',
    methods: ['conversations.history', 'conversations.replies'],
    events: ['message.channels'],
  },
  {
    name: 'groups:history',
    why: 'The same in private channels the bot was invited to.',
    methods: ['conversations.history', 'conversations.replies'],
    events: ['message.groups'],
  },
  {
    name: 'metadata.message:read',
    why: 'To recognise its own messages by their hidden mark.',
    methods: ['conversations.history', 'conversations.replies'],
    events: [],
  },
  {
    name: 'channels:read',
    why: 'To say at once when a channel cannot be written to, instead of losing what it should hear.',
    methods: ['conversations.info'],
    events: [],
  },
  {
    name: 'groups:read',
    why: 'The same for private channels.',
    methods: ['conversations.info'],
    events: [],
  },
  {
    name: 'users:read',
    why: 'To call people by their names, and to tell members from guests.',
    methods: ['users.info'],
    events: [],
  },
  {
    name: 'usergroups:read',
    why: 'To let the members of a user group answer questions, where the rules name one.',
    methods: ['usergroups.users.list'],
    events: [],
  },
];

/** Methods any bot token may call. */
export const METHODS_WITHOUT_SCOPE: readonly string[] = ['auth.test', 'views.open', 'views.publish'];
