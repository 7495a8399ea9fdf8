import type { FleetFile } from './config.ts';
import {
  type AccountNames,
  type ApprovalPolicies,
  type ApprovalPolicy,
  type Approver,
  type BudgetRules,
  DEFAULT_POLICY,
  DEFAULT_RULES,
  type ModelRules,
  type PermissionRules,
  type Project,
  type ProjectId,
  type ProjectRules,
  parsePermissionRule,
  parseQuietHours,
  type QuietHours,
  type RepoName,
  ROLES,
} from './domain/index.ts';
import { POLICY_NAMES, type RulesTable } from './rules-table.ts';

type Policies = NonNullable<RulesTable['approvals']>;
type Permissions = NonNullable<RulesTable['permissions']>;
type PolicyName = keyof Policies;

/** The rules of each project that is known at the start; one that is added later has the rules of all. */
export function rulesByProject(
  file: FleetFile,
  projects: readonly Project[],
): (project: ProjectId) => ProjectRules {
  const rules = new Map(projects.map(({ id, repo }) => [id, rulesOf(file, repo)]));
  const ofAll = rulesOf(file, '');
  return (project) => rules.get(project) ?? ofAll;
}

/** What the configuration lets the director do in a project. One that it does not name has the rules of all. */
export function rulesOf(file: FleetFile, repo: RepoName): ProjectRules {
  const own = file.projects.find((project) => project.repo.toLowerCase() === repo.toLowerCase())?.rules ?? {};
  const all = file.rules;
  return {
    actsAlone: own.acts_alone ?? all.acts_alone ?? DEFAULT_RULES.actsAlone,
    minConfidence: {
      send: own.min_confidence?.send ?? all.min_confidence?.send ?? DEFAULT_RULES.minConfidence.send,
      restart:
        own.min_confidence?.restart ?? all.min_confidence?.restart ?? DEFAULT_RULES.minConfidence.restart,
    },
    quietHours: quietHoursOf(own.quiet_hours ?? all.quiet_hours, own.time_zone ?? all.time_zone),
    trustsOwnWords: own.trust_own_words ?? all.trust_own_words ?? DEFAULT_RULES.trustsOwnWords,
    holdsOverlaps: own.hold_overlaps ?? all.hold_overlaps ?? DEFAULT_RULES.holdsOverlaps,
    model: modelRulesOf({ ...all.model, ...own.model }),
    permissions: permissionsOf(own.permissions ?? {}, all.permissions ?? {}),
    approvals: policiesOf(own.approvals ?? {}, all.approvals ?? {}, file.fleet.approval_minutes),
    budget: budgetOf(own.budget ?? {}, all.budget ?? {}),
    prices: pricesOf(file, { ...all.prices, ...own.prices }),
    accounts: accountsOf(file),
  };
}

type Budget = NonNullable<RulesTable['budget']>;

function budgetOf(own: Budget, all: Budget): BudgetRules {
  return {
    taskUsd: own.task_usd ?? all.task_usd ?? null,
    dayUsd: own.day_usd ?? all.day_usd ?? null,
    monthUsd: own.month_usd ?? all.month_usd ?? null,
    directorDayUsd: own.director_day_usd ?? all.director_day_usd ?? null,
  };
}

/** What the rules say of an agent counts before what stands where the agent does. */
function pricesOf({ agents }: FleetFile, ofRules: NonNullable<RulesTable['prices']>): ProjectRules['prices'] {
  const ofAgents = Object.entries(agents).flatMap(([name, { prices }]) =>
    prices === undefined ? [] : [[name, prices] as const],
  );
  return new Map([...ofAgents, ...Object.entries(ofRules)]);
}

function accountsOf({ agents, hosts }: FleetFile): AccountNames {
  return {
    ofAgents: new Map(
      Object.entries(agents).flatMap(([name, { account }]) =>
        account === undefined ? [] : [[name, account]],
      ),
    ),
    ofHosts: new Map(hosts.flatMap(({ name, account }) => (account === undefined ? [] : [[name, account]]))),
  };
}

function modelRulesOf(said: NonNullable<RulesTable['model']>): ModelRules {
  const { model } = DEFAULT_RULES;
  return {
    isAsked: said.asked ?? model.isAsked,
    name: said.name ?? model.name,
    promptTokens: said.prompt_tokens ?? model.promptTokens,
    timeoutMs: said.seconds === undefined ? model.timeoutMs : said.seconds * 1000,
  };
}

/** What a project allows comes in addition to what all do. */
function permissionsOf(own: Permissions, all: Permissions): PermissionRules {
  return {
    allowsHarmless: (own.harmless ?? all.harmless ?? 'ask') === 'allow',
    allowed: [...(own.allow ?? []), ...(all.allow ?? [])].flatMap(
      (written) => parsePermissionRule(written) ?? [],
    ),
  };
}

/** Where nobody says which clock counts, the bot's own does. */
function quietHoursOf(written: string | undefined, timeZone: string | undefined): QuietHours | null {
  if (written === undefined) return null;
  const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parsed = parseQuietHours(written, zone);
  return parsed.ok ? parsed.value : null;
}

/** What a project says counts before what is said for all, and in each of the two the narrower name before the wider. */
function policiesOf(own: Policies, all: Policies, minutes: number): ApprovalPolicies {
  const policy = (name: PolicyName, ...wider: readonly PolicyName[]): ApprovalPolicy => {
    const said = [own, all].flatMap((table) => [name, ...wider].flatMap((each) => table[each] ?? []));
    return {
      name,
      by: said.find(({ by }) => by !== undefined)?.by?.map(approverOf) ?? DEFAULT_POLICY.by,
      votes: said.find(({ votes }) => votes !== undefined)?.votes ?? DEFAULT_POLICY.votes,
      expiresAfterMs: (said.find((each) => each.minutes !== undefined)?.minutes ?? minutes) * 60_000,
      mayAnswerOwn: said.find((each) => each.own !== undefined)?.own ?? DEFAULT_POLICY.mayAnswerOwn,
    };
  };
  const named = POLICY_NAMES.filter((name) => own[name] !== undefined || all[name] !== undefined);
  return {
    routine: policy('routine', 'all'),
    risky: policy('risky', 'all'),
    byCategory: new Map(
      named
        .filter((name) => name !== 'all' && name !== 'routine' && name !== 'risky')
        .map((name) => [name, policy(name, 'risky', 'all')]),
    ),
  };
}

function approverOf(written: NonNullable<NonNullable<Policies[PolicyName]>['by']>[number]): Approver {
  if (written === 'asker' || written === 'code-owners') return { kind: written };
  const role = ROLES.find((each) => each === written);
  return role === undefined
    ? { kind: 'slack-group', group: written.slice('slack-group:'.length) }
    : { kind: 'role', role };
}
