import type { Hold } from './hold.ts';
import { type ProjectId, type TaskId, taskLabel } from './ids.ts';
import type { RepoName } from './project.ts';
import { type Turns, turnsWords } from './run-limits.ts';

/** In US dollars; null: no cap. Days and months are those of UTC. */
export type BudgetRules = {
  readonly taskUsd: number | null;
  /** The project's agents in one day. */
  readonly dayUsd: number | null;
  /** The project's agents in one month. */
  readonly monthUsd: number | null;
  /** What the director's own questions to the model cost for the project in one day. */
  readonly directorDayUsd: number | null;
};

export const NO_BUDGET: BudgetRules = { taskUsd: null, dayUsd: null, monthUsd: null, directorDayUsd: null };

export type Tokens = {
  /** Without those that were read from the cache. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};

/** In US dollars for a million tokens. */
export type TokenPrices = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
};

/** What sessions of one kind of agent used: `costUsd` as the agent reports it, `unpriced` where it reports none. */
export type Used = { readonly agent: string; readonly costUsd: number; readonly unpriced: Tokens };

/** Tokens whose price nobody knows are not made into money: a cap that rests on a guess stops work for nothing. */
export type Spend = { readonly usd: number; readonly unpricedTokens: number };

export function spendOf(used: readonly Used[], prices: ReadonlyMap<string, TokenPrices>): Spend {
  let usd = 0;
  let unpricedTokens = 0;
  for (const { agent, costUsd, unpriced } of used) {
    const price = prices.get(agent);
    usd += costUsd;
    if (price === undefined) unpricedTokens += unpriced.input + unpriced.output;
    else usd += costOf(unpriced, price);
  }
  return { usd, unpricedTokens };
}

export function costOf(tokens: Tokens, prices: TokenPrices): number {
  const sum =
    tokens.input * prices.input +
    tokens.output * prices.output +
    tokens.cacheRead * prices.cacheRead +
    tokens.cacheWrite * prices.cacheWrite;
  return sum / 1_000_000;
}

/** What a cap is for. */
export type BudgetScope =
  | { readonly kind: 'task'; readonly task: TaskId }
  | {
      readonly kind: 'day' | 'director-day';
      readonly project: ProjectId;
      readonly repo: RepoName;
      readonly from: Date;
    }
  | { readonly kind: 'month'; readonly project: ProjectId; readonly repo: RepoName; readonly from: Date };

/** Unique among all scopes: a new day has a new one, and so the cap that the configuration names. */
export function scopeKey(scope: BudgetScope): string {
  switch (scope.kind) {
    case 'task':
      return `task ${scope.task}`;
    case 'day':
    case 'director-day':
      return `${scope.kind} ${scope.from.toISOString().slice(0, 10)} ${scope.project}`;
    case 'month':
      return `month ${scope.from.toISOString().slice(0, 7)} ${scope.project}`;
  }
}

/** For people: `T12`, `acme/api today`. */
export function scopeTitle(scope: BudgetScope): string {
  switch (scope.kind) {
    case 'task':
      return taskLabel(scope.task);
    case 'day':
      return `${scope.repo} today`;
    case 'month':
      return `${scope.repo} this month`;
    case 'director-day':
      return `the director’s own questions for ${scope.repo} today`;
  }
}

export function scopesOf(
  { id, project, repo }: { readonly id: TaskId | null; readonly project: ProjectId; readonly repo: RepoName },
  now: Date,
): readonly BudgetScope[] {
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  return [
    ...(id === null ? [] : [{ kind: 'task', task: id } as const]),
    { kind: 'day', project, repo, from: day },
    { kind: 'month', project, repo, from: month },
    { kind: 'director-day', project, repo, from: day },
  ];
}

/** Null: no cap. */
export function capOf(scope: BudgetScope, rules: BudgetRules): number | null {
  switch (scope.kind) {
    case 'task':
      return rules.taskUsd;
    case 'day':
      return rules.dayUsd;
    case 'month':
      return rules.monthUsd;
    case 'director-day':
      return rules.directorDayUsd;
  }
}

/** How much of a cap is spent. */
export type BudgetStanding = {
  readonly scope: BudgetScope;
  readonly spend: Spend;
  readonly capUsd: number;
  /** By how much a person's Continue raises the cap. */
  readonly stepUsd: number;
};

/** What people are asked when a cap is reached. `raisedUsd`: what the cap is after they said Continue. */
export type SpendingQuestion = {
  /** As `scopeKey` writes it. */
  readonly scope: string;
  /** For people: `T12`, `acme/api today`. */
  readonly title: string;
  readonly spentUsd: number;
  readonly capUsd: number;
  readonly raisedUsd: number;
};

const LEAST_STEP_USD = 1;

/** Enough steps at once that there is something to spend again. */
export function spendingQuestion({ scope, spend, capUsd, stepUsd }: BudgetStanding): SpendingQuestion {
  const step = Math.max(stepUsd, LEAST_STEP_USD);
  const steps = Math.floor((spend.usd - capUsd) / step) + 1;
  return {
    scope: scopeKey(scope),
    title: scopeTitle(scope),
    spentUsd: spend.usd,
    capUsd,
    raisedUsd: capUsd + steps * step,
  };
}

/** From here on cards show it; nobody is told. */
export const NEARLY_SPENT = 0.8;

export function isSpent({ spend, capUsd }: BudgetStanding): boolean {
  return spend.usd >= capUsd;
}

/** The director asks no model any more for the rest of the day: people answer everything. */
export function isDirectorSpent(standing: BudgetStanding): boolean {
  return standing.scope.kind === 'director-day' && isSpent(standing);
}

export function isNearlySpent({ spend, capUsd }: BudgetStanding): boolean {
  return spend.usd >= capUsd * NEARLY_SPENT;
}

/** Of the cap, in whole percent, never rounded up. */
export function spentPercent({ spend, capUsd }: BudgetStanding): number {
  // A hundredth of a percent is no more than how numbers are kept.
  return capUsd === 0 ? 100 : Math.floor(Math.round((spend.usd / capUsd) * 10_000) / 100);
}

/** Null: there is money left. The director's own questions hold back no agent. */
export function budgetHold(standing: BudgetStanding): Hold | null {
  if (!isSpent(standing) || standing.scope.kind === 'director-day') return null;
  return {
    kind: 'budget',
    why: `the budget of ${scopeTitle(standing.scope)} is spent: ${standingWords(standing)}`,
    until: endOf(standing.scope),
  };
}

/** `$4.20 of $5.00` */
export function standingWords({ spend, capUsd }: BudgetStanding): string {
  return `${dollars(spend.usd)} of ${dollars(capUsd)}`;
}

export function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}

/** `$4.20, and 1,200 tokens without a known price` */
export function spendWords({ usd, unpricedTokens }: Spend): string {
  return unpricedTokens === 0
    ? dollars(usd)
    : `${dollars(usd)}, and ${unpricedTokens.toLocaleString('en-US')} tokens without a known price`;
}

/** When a cap begins anew; null: never. */
function endOf(scope: BudgetScope): Date | null {
  switch (scope.kind) {
    case 'task':
      return null;
    case 'day':
    case 'director-day':
      return new Date(scope.from.getTime() + 24 * 60 * 60_000);
    case 'month':
      return new Date(Date.UTC(scope.from.getUTCFullYear(), scope.from.getUTCMonth() + 1, 1));
  }
}

/** What cards show of a task: what it cost so far, caps that are nearly spent, its turns where they are limited, and what holds it back. */
export type TaskLimits = {
  readonly spend: Spend;
  readonly standings: readonly BudgetStanding[];
  readonly turns: Turns | null;
  readonly holds: readonly Hold[];
};

/** For people, one fact a line; a task that cost nothing and that nothing limits has none. */
export function limitFacts({
  spend,
  standings,
  turns,
  holds,
}: TaskLimits): readonly { readonly label: string; readonly words: string }[] {
  const isFree = spend.usd === 0 && spend.unpricedTokens === 0;
  return [
    ...holds.map(({ why }) => ({ label: 'Held back', words: why })),
    ...(turns === null ? [] : [{ label: 'Turns', words: turnsWords(turns) }]),
    ...(isFree ? [] : [{ label: 'Spent', words: spendWords(spend) }]),
    ...standings.filter(isNearlySpent).map((each) => ({
      label: `Budget of ${scopeTitle(each.scope)}`,
      words: `${standingWords(each)}, ${spentPercent(each)} %`,
    })),
  ];
}

export const NO_LIMITS: TaskLimits = {
  spend: { usd: 0, unpricedTokens: 0 },
  standings: [],
  turns: null,
  holds: [],
};
