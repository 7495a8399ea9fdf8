import type { Store } from '../../db/index.ts';
import { type AgentKind, takesPermissionMode } from '../agents/index.ts';
import type { CommandPorts } from '../commands/index.ts';
import type { Config } from '../config.ts';
import {
  describeFailure,
  type HostDiscovery,
  type ReplayPorts,
  readFirstRequest,
  screenLines,
} from '../director/index.ts';
import { err, type Host, ok } from '../domain/index.ts';
import type { Fleet, HostFailure } from '../fleet/index.ts';
import { createCodeOwners, type createGithubClient, type createRepositories } from '../github/index.ts';
import { groupsOf } from '../groups.ts';
import { hostSources, providerFacts } from '../host-sources.ts';
import { namesApprovers, roleOf } from '../roles.ts';
import { maskStyledScreen } from '../safety/index.ts';
import { type createSlackApp, createSlackChannels, createSlackGroups } from '../slack/index.ts';
import type { LocalWorkspace } from '../workspace/index.ts';
import { defaultAgent } from './agents.ts';
import { replaysOf } from './replays.ts';

/** Who asks for a refresh is answered before the delivery that asked is taken for forgotten. */
const ANSWER_REFRESH_WITHIN_MS = 60_000;

type CommandMeans = {
  readonly config: Config;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly repositories: ReturnType<typeof createRepositories> | null;
  readonly github: ReturnType<typeof createGithubClient> | null;
  readonly slack: ReturnType<typeof createSlackApp> | null;
  readonly local: LocalWorkspace | null;
  readonly agents: ReadonlyMap<string, AgentKind>;
  readonly discovery: HostDiscovery;
  readonly model: ReplayPorts['model'];
  readonly rulesOf: CommandPorts['settings']['rulesOf'];
  readonly digest: (text: string) => string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly signal: AbortSignal;
};

/** What a request may look at and change. */
export function commandPorts(means: CommandMeans): CommandPorts {
  const {
    config,
    store,
    fleet,
    repositories,
    github,
    slack,
    local,
    agents,
    discovery,
    model,
    rulesOf,
    digest,
    now,
    newId,
    signal,
  } = means;
  const isLocal = config.slack === null && config.localWorkspace !== 'off';
  return {
    store,
    screens: {
      read: async (host, name, lines) => {
        const refused = (failure: HostFailure) =>
          err(
            `${host.name} cannot show the screen just now: ${describeFailure(failure)}. Try again in a moment.`,
          );
        const read = await fleet.read(host, name, signal);
        if (!read.ok) return refused(read.error);
        const { plain, ansi, pane } = read.value;
        const styled = {
          ansi: maskStyledScreen(ansi, pane.width),
          columns: pane.width,
          rows: pane.height,
          cursor: pane.isCursorVisible ? { column: pane.cursorX, row: pane.cursorY } : null,
        };
        if (lines === null) return ok({ lines: screenLines(plain), styled });
        const history = await fleet.readHistory(host, name, lines, signal);
        return history.ok ? ok({ lines: screenLines(history.value), styled }) : refused(history.error);
      },
    },
    transcripts: {
      firstRequest: (host, seen) => readFirstRequest({ fleet, agents }, host, seen, signal),
    },
    repositories: {
      look: async (repo) => {
        if (repositories === null) {
          return err(
            `GitHub is not set up, so give the clone URL yourself: \`projects add ${repo} --clone-url URL\`.`,
          );
        }
        const access = await repositories.repositoryAccess(repo);
        return access.ok ? access : err(access.error.sentence);
      },
    },
    replays: replaysOf(config, store, model, signal),
    hostCheck: {
      reach: async (host) => {
        const listed = await fleet.list(host, signal);
        return listed.ok
          ? ok(undefined)
          : err(
              `${host.name} cannot join: ${describeFailure(listed.error)}. Check \`${wayTo(host)}\` from the bot's machine.`,
            );
      },
    },
    hostProviders: {
      ...providerFacts(hostSources(config.file)),
      refresh: async () => {
        // Another process directs, and may have other programs and accounts than this one.
        if (config.role === 'web') {
          await store.enqueue({ kind: 'discover' });
          return null;
        }
        const late = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_REFRESH_WITHIN_MS)]);
        return await Promise.race([discovery.refresh(signal), aborted(late)]);
      },
    },
    groups: groupsOf(
      slack === null ? null : createSlackGroups(slack.client, now),
      github === null ? null : createCodeOwners(github, now),
    ),
    channels: slack === null ? { mayPost: async () => ok(undefined) } : createSlackChannels(slack.client),
    settings: {
      agents: [...agents.keys()],
      agentsWithoutModes: [...agents.values()]
        .filter((kind) => !takesPermissionMode(kind))
        .map(({ name }) => name),
      permissionMode: config.file.fleet.permission_mode,
      defaultAgent: defaultAgent(config, local?.github ?? null),
      rulesOf,
      defaultChannel: config.file.fleet.channel ?? local?.channel ?? null,
      commandName: config.file.fleet.command,
      roleOf: (identity) => roleOf(config, isLocal, identity),
      hasNamedApprovers: namesApprovers(config, isLocal),
      asksModel: (project) => config.model !== null && rulesOf(project).model.isAsked,
    },
    digest,
    now,
    newId,
  };
}

/** What to type on the bot's machine to get where it gets. */
function wayTo({ transport }: Host): string {
  switch (transport.kind) {
    case 'local':
      return 'ssh localhost';
    case 'ssh':
      return `ssh ${transport.target}`;
    case 'azlin':
      return `azlin connect ${transport.vm}`;
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
