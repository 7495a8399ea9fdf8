import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerAtDoor, type Visitors } from './door.ts';
import { openEventDelivery } from './event-delivery.ts';
import { sendJson } from './http-body.ts';
import { openInteractions } from './interactions.ts';
import { openJournal } from './journal.ts';
import { openLiveStream } from './live-stream.ts';
import type { WorkspaceGithub } from './ports.ts';
import { type BoltReceiver, openReceiver } from './receiver.ts';
import { SLACK_PATH } from './slack-http.ts';
import { type BotIdentity, openSlackState, type Person, type Team } from './slack-state.ts';

export type WorkspaceOptions = {
  /** Where the page and the Web API are reached, without a path: `http://localhost:3000`. */
  readonly origin: string;
  readonly visitors: Visitors;
  readonly team: Team;
  readonly bot: BotIdentity;
  /** The bot belongs to it. A second channel, `#random`, has everybody but the bot. */
  readonly channel: { readonly id: string; readonly name: string };
  /** Who a visitor of the page can speak as; the first is who they are to begin with. */
  readonly people: readonly Person[];
  readonly commands: readonly SlashCommand[];
  readonly github: WorkspaceGithub | null;
  /** Keeps the conversation over a restart or a kill; `null` keeps it in memory. */
  readonly journalFile: string | null;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: (fields: Record<string, unknown>, message: string) => void;
};

/** A slash command as the page offers it: `words` may follow it, `examples` are whole lines to begin with. */
export type SlashCommand = {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  readonly words: readonly { word: string; description: string; usageHint: string }[];
  readonly examples: readonly string[];
};

/** A Slack workspace on this machine: a page for people on one side, the bot on the other. */
export type Workspace = {
  readonly receiver: BoltReceiver;
  /** The base address of the Web API, for the bot's client. */
  readonly slackApiUrl: string;
  /** `true` when the request was for the workspace and is answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  close(): Promise<void>;
};

const CHANNEL_WITHOUT_BOT = { id: 'C0RANDOM', name: 'random', hasBot: false };

export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { origin, visitors, team, bot, people, commands, github, now, newId, log } = options;
  const journal = options.journalFile === null ? null : openJournal(options.journalFile);
  const state = openSlackState(
    {
      origin,
      team,
      bot,
      channels: [{ ...options.channel, hasBot: true }, CHANNEL_WITHOUT_BOT],
      people,
      now,
      newId,
    },
    journal?.past,
  );
  // Before everybody else: what a listener is told is already written down.
  const stopJournal = state.onChange((change) => journal?.append(change));
  const { receiver, deliver } = openReceiver(log);
  const events = openEventDelivery(state, deliver);
  const interactions = openInteractions({ state, deliver, sendEvent: events.send, commands });
  const live = openLiveStream(state, {
    commands,
    github:
      github === null ? null : { owner: github.owner, repository: github.repository, label: github.label },
  });

  return {
    receiver,
    slackApiUrl: `${origin}${SLACK_PATH}api/`,
    async handle(request, response) {
      try {
        return await answerAtDoor({ state, interactions, live, github, visitors }, request, response);
      } catch (cause) {
        log({ err: cause, path: request.url }, 'the local workspace could not answer');
        if (response.headersSent) response.end();
        else sendJson(response, 500, { kind: 'problem', problem: 'That did not work; the log says why.' });
        return true;
      }
    },
    async close() {
      live.close();
      events.close();
      stopJournal();
    },
  };
}
