import {
  type BudgetScope,
  type BudgetStanding,
  capOf,
  type ProjectId,
  type ProjectRules,
  type RepoName,
  type Spend,
  scopeKey,
  scopesOf,
  spendOf,
  type TaskId,
} from '../domain/index.ts';
import type { LimitTables } from './ports.ts';

/** A task's place among the caps; `id` null: the project as a whole. */
export type Payer = { readonly id: TaskId | null; readonly project: ProjectId; readonly repo: RepoName };

/** Where every cap that counts for a task stands. What has no cap is not added up. */
export async function standingsOf(
  tables: LimitTables,
  rules: ProjectRules,
  payer: Payer,
  now: Date,
): Promise<readonly BudgetStanding[]> {
  const scopes = scopesOf(payer, now);
  const set = await tables.budgetCaps(scopes.map(scopeKey));
  const standings: BudgetStanding[] = [];
  for (const scope of scopes) {
    const configured = capOf(scope, rules.budget);
    const capUsd = set.get(scopeKey(scope)) ?? configured;
    if (capUsd === null) continue;
    const spend = await spendOfScope(tables, rules, scope);
    standings.push({ scope, spend, capUsd, stepUsd: configured ?? capUsd });
  }
  return standings;
}

export async function spendOfScope(
  tables: LimitTables,
  rules: ProjectRules,
  scope: BudgetScope,
): Promise<Spend> {
  switch (scope.kind) {
    case 'task':
      return spendOf(await tables.usageOfTask(scope.task), rules.prices);
    case 'day':
    case 'month':
      return spendOf(await tables.usageOfProject(scope.project, scope.from), rules.prices);
    case 'director-day':
      return tables.modelSpend(scope.project, scope.from);
  }
}
