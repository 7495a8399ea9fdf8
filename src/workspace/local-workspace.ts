import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { HELP } from '../commands/index.ts';
import type { Log } from '../domain/index.ts';
import { type DemoGithub, openDemoGithub } from './demo-github.ts';
import type { Visitors } from './door.ts';
import type { BoltReceiver } from './receiver.ts';
import type { Person } from './slack-state.ts';
import { openWorkspace, type SlashCommand } from './workspace.ts';

export type LocalWorkspaceOptions = {
  readonly dataDir: string;
  /** Of the HTTP server that asks `handle`. */
  readonly port: number;
  readonly visitors: Visitors;
  readonly people: readonly Person[];
  /** The slash command. */
  readonly command: string;
  /** Of issues that start a task. */
  readonly label: string;
  /** Whether a GitHub is emulated too, and where on this server it sends its webhooks. */
  readonly github: { readonly webhookPath: string } | null;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Log;
};

/** Slack and, where it can be emulated, GitHub on this machine: what the program is told of both is as of the real ones. */
export type LocalWorkspace = {
  readonly slack: {
    readonly botToken: string;
    readonly apiUrl: string;
    readonly way: { readonly kind: 'receiver'; readonly receiver: BoltReceiver };
    readonly allowedTeams: readonly string[];
  };
  readonly github: LocalGithub | null;
  /** The id of the channel that has the bot. */
  readonly channel: string;
  /** `true` when the request was for the workspace and is answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  close(): Promise<void>;
};

export type LocalGithub = {
  readonly access: {
    readonly apiUrl: string;
    readonly auth: { readonly kind: 'token'; readonly token: string };
    readonly webhookSecrets: readonly string[];
  };
  readonly repository: DemoGithub['repository'];
  /** The program of the demo agent and what it is told of this GitHub. */
  readonly agent: { readonly script: string; readonly env: Readonly<Record<string, string>> };
};

const TEAM = { id: 'T0LOCAL', name: 'Local workspace' };
const CHANNEL = { id: 'C0FLEET', name: 'fleet' };
const BOT = { userId: 'U0FLEET', botId: 'B0FLEET', name: 'Fleet Director' };
const EXAMPLES = ['add Add a health endpoint --repo demo/shop --priority high', 'status', 'help'];

export async function openLocalWorkspace(options: LocalWorkspaceOptions): Promise<LocalWorkspace> {
  const { dataDir, port, visitors, people, now, newId, log } = options;
  const origin = `http://localhost:${port}`;
  const botToken = `xoxb-local-${randomBytes(16).toString('hex')}`;
  const webhookSecret = randomBytes(24).toString('hex');
  const demo = await openDemo(options, origin, webhookSecret);
  const workspace = await openWorkspace({
    origin,
    visitors,
    team: TEAM,
    bot: { ...BOT, token: botToken },
    channel: CHANNEL,
    people,
    commands: [slashCommand(options.command)],
    github: demo?.workspace ?? null,
    journalFile: join(dataDir, 'workspace.ndjson'),
    now,
    newId,
    log: (fields, message) => log.warn(fields, message),
  });
  return {
    slack: {
      botToken,
      apiUrl: workspace.slackApiUrl,
      way: { kind: 'receiver', receiver: workspace.receiver },
      allowedTeams: [],
    },
    github: demo === null ? null : localGithub(demo, webhookSecret),
    channel: CHANNEL.id,
    handle: workspace.handle,
    async close() {
      await workspace.close();
      await demo?.close();
    },
  };
}

async function openDemo(
  { dataDir, port, label, github, now, newId, log }: LocalWorkspaceOptions,
  origin: string,
  webhookSecret: string,
): Promise<DemoGithub | null> {
  if (github === null) return null;
  const webhookUrl = `http://127.0.0.1:${port}${github.webhookPath}`;
  try {
    return await openDemoGithub({
      dataDir,
      port: 0,
      webhookUrl,
      webhookSecret,
      origin,
      label,
      now,
      newId,
      log,
    });
  } catch (cause) {
    // The emulator is a development package: an installation without those has no demo.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw cause;
  }
}

function localGithub(demo: DemoGithub, webhookSecret: string): LocalGithub {
  return {
    access: {
      apiUrl: demo.apiUrl,
      auth: { kind: 'token', token: demo.botToken },
      webhookSecrets: [webhookSecret],
    },
    repository: demo.repository,
    agent: {
      script: demo.agentScript,
      env: { GITHUB_API_URL: demo.apiUrl, GITHUB_TOKEN: demo.agentToken },
    },
  };
}

function slashCommand(command: string): SlashCommand {
  return {
    command,
    description: 'Give work to the fleet and look after it',
    usageHint: HELP.map((topic) => topic.verb).join(' | '),
    words: HELP.map((topic) => ({
      word: topic.verb,
      description: topic.gist,
      usageHint: topic.usage.slice(topic.verb.length).trim(),
    })),
    examples: EXAMPLES.map((words) => `${command} ${words}`),
  };
}
