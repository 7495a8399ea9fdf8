import {
  type Answer,
  type CommandPorts,
  type CommandSettings,
  type DeliveryKey,
  type Identity,
  type Place,
  type Refusal,
  type Request,
  runRequest,
} from '../../src/commands/index.ts';
import { type ReplayPorts, replay } from '../../src/director/index.ts';
import {
  type Card,
  type CardPart,
  DEFAULT_RULES,
  type Discovery,
  err,
  ok,
  type ProjectRules,
  type Result,
  type Role,
  type Span,
} from '../../src/domain/index.ts';
import { type FleetState, openFleetState } from '../support/fleet-state.ts';

export const CHANNEL: Place = { kind: 'slack', channel: 'C1', threadTs: null };
export const SHELL: Place = { kind: 'shell' };

const person = (externalId: string, name: string): Identity => ({ source: 'slack', externalId, name });
export const ANN = person('UANN', 'Ann');
export const OLA = person('UOLA', 'Ola');
export const PAT = person('UPAT', 'Pat');
export const VIC = person('UVIC', 'Vic');
const ROLE_OF: Readonly<Record<string, Role>> = {
  UANN: 'admin',
  UOLA: 'operator',
  UPAT: 'approver',
  UVIC: 'viewer',
};

/** What the world outside answers, as the test sets it. */
export type Outside = {
  screen: Result<readonly string[], string>;
  /** What agents were asked first, by the name of their session. */
  readonly requests: Map<string, { readonly text: string | null; readonly conversation: string | null }>;
  /** How many lines each look asked for; null: the visible screen. */
  readonly linesAsked: (number | null)[];
  repository: Result<{ readonly cloneUrl: string; readonly defaultBranch: string }, string>;
  host: Result<void, string>;
  /** Asked again by a replay, and the policy that judges it. */
  model: ReplayPorts['model'];
  policy: ProjectRules;
  channel: Result<void, string>;
  /** Who is in a Slack group, or owns the code of a repository. */
  readonly groups: Map<string, Result<readonly string[], string>>;
  /** Null: they take longer. */
  discoveries: readonly Discovery[] | null;
};

export type World = AsyncDisposable &
  Omit<FleetState, typeof Symbol.asyncDispose> & {
    readonly ports: CommandPorts;
    readonly outside: Outside;
    ask(
      from: Identity,
      ask: Request['ask'],
      place?: Place,
      delivery?: DeliveryKey,
    ): Promise<Result<Answer, Refusal>>;
    /** The same for words. */
    say(from: Identity, words: string, place?: Place): Promise<Result<Answer, Refusal>>;
  };

export async function openWorld(settings: Partial<CommandSettings> = {}): Promise<World> {
  const state = await openFleetState();
  const outside: Outside = {
    screen: ok(['$ npm test', 'all green']),
    requests: new Map(),
    linesAsked: [],
    repository: ok({ cloneUrl: 'https://github.com/acme/web.git', defaultBranch: 'trunk' }),
    host: ok(undefined),
    model: null,
    policy: DEFAULT_RULES,
    channel: ok(undefined),
    groups: new Map(),
    discoveries: [],
  };
  const ports: CommandPorts = {
    store: state.store,
    screens: {
      read: async (_host, _name, lines) => {
        outside.linesAsked.push(lines);
        const shown = outside.screen;
        if (!shown.ok) return shown;
        const styled = { ansi: shown.value.join('\n'), columns: 80, rows: 24, cursor: null };
        return ok({ lines: lines === null ? shown.value : shown.value.slice(-lines), styled });
      },
    },
    transcripts: {
      firstRequest: async (_host, { name }) =>
        outside.requests.get(name) ?? { text: null, conversation: null },
    },
    repositories: { look: async () => outside.repository },
    hostCheck: { reach: async () => outside.host },
    replays: {
      run: async ({ since, model, policy }) =>
        ok(
          await replay(
            { store: state.store, model: outside.model },
            { since, rulesOf: () => outside.policy, isAskedAgain: policy === null, model },
            new AbortController().signal,
          ),
        ),
    },
    hostProviders: {
      refresh: async () => outside.discoveries,
      keepsExcluded: (provider, host) => provider === 'azlin' && host.startsWith('prod'),
      writesDown: (host) => host === 'written',
      finders: ['azlin'],
    },
    groups: {
      slackGroup: async (group) => outside.groups.get(group) ?? err(`There is no ${group}.`),
      codeOwners: async (repo) => outside.groups.get(repo) ?? err(`There is no ${repo}.`),
    },
    channels: { mayPost: async () => outside.channel },
    settings: {
      agents: ['claude', 'codex'],
      agentsWithoutModes: ['codex'],
      permissionMode: 'ask',
      defaultAgent: 'claude',
      rulesOf: () => DEFAULT_RULES,
      defaultChannel: 'CHOME',
      commandName: '/fleet',
      roleOf: ({ source, externalId }) =>
        source === 'shell' ? 'admin' : (ROLE_OF[externalId] ?? 'operator'),
      hasNamedApprovers: true,
      asksModel: () => true,
      ...settings,
    },
    digest: state.digest,
    now: state.clock.now,
    newId: state.newId,
  };
  const ask: World['ask'] = (from, asked, place = CHANNEL, delivery) =>
    runRequest(ports, { from, place, ask: asked }, delivery ?? null);
  return {
    ...state,
    ports,
    outside,
    ask,
    say: (from, words, place) => ask(from, { kind: 'words', words }, place),
  };
}

/** What the one who asked reads, as one text; the refusal's kind and sentence when it was refused. */
export function readAnswer(result: Result<Answer, Refusal>): string {
  if (!result.ok) return `${result.error.kind}: ${result.error.sentence}`;
  switch (result.value.kind) {
    case 'nothing':
      return '';
    case 'add-form':
    case 'reason-form':
      return `form ${JSON.stringify(result.value.form)}`;
    case 'home':
      return result.value.cards.map(textOfCard).join('\n\n');
    case 'card':
    case 'posted':
    case 'live':
      return textOfCard(result.value.card);
  }
}

function textOfCard({ title, parts, buttons }: Card): string {
  return [title, ...parts.flatMap(linesOf), ...buttons.map((button) => `[${button.label}]`)]
    .filter((line) => line !== '')
    .join('\n');
}

function linesOf(part: CardPart): readonly string[] {
  switch (part.kind) {
    case 'text':
    case 'note':
      return [textOf(part.spans)];
    case 'facts':
      return part.facts.map((fact) => `${fact.label}: ${textOf(fact.value)}`);
    case 'list':
      return part.items.map(textOf);
    case 'screen':
      return part.lines;
    case 'attachment':
      return [`<${part.file.kind}: ${part.alt}>`];
  }
}

const textOf = (spans: readonly Span[]): string =>
  spans.map((span) => (span.kind === 'text' ? span.text : span.label)).join('');

export const nothing = ok({ kind: 'nothing' as const });
