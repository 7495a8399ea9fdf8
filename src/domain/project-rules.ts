import { type AccountNames, UNNAMED_ACCOUNTS } from './account-limit.ts';
import { type ApprovalPolicies, DEFAULT_POLICIES } from './approval-policy.ts';
import { DEFAULT_PERMISSIONS, type PermissionRules } from './permission-rules.ts';
import type { QuietHours } from './quiet-hours.ts';
import { type BudgetRules, NO_BUDGET, type TokenPrices } from './spending.ts';

/**
 * What a project lets the director do. Everything in it comes from the configuration; a project that says nothing has DEFAULT_RULES.
 */
export type ProjectRules = {
  /** False: whatever the model wants to be done, people are asked first. */
  readonly actsAlone: boolean;
  /** Under these (0 to 1) a decision to touch the agent is held back and people are asked. */
  readonly minConfidence: { readonly send: number; readonly restart: number };
  readonly budget: BudgetRules;
  /** By kind of agent, for those that report tokens and no cost. */
  readonly prices: ReadonlyMap<string, TokenPrices>;
  readonly accounts: AccountNames;
  /** Null: none. What people ask for is done at any hour. */
  readonly quietHours: QuietHours | null;
  /** Whether a person's own words reach an agent without a second yes, although they ask for something risky. */
  readonly trustsOwnWords: boolean;
  /** Whether a task waits that would change what another one works on. False: people are only told. */
  readonly holdsOverlaps: boolean;
  readonly approvals: ApprovalPolicies;
  readonly permissions: PermissionRules;
  readonly model: ModelRules;
};

export type ModelRules = {
  /** False: rules and people decide everything. */
  readonly isAsked: boolean;
  /** As its service calls it; null: the one that is configured for all. */
  readonly name: string | null;
  /** For what is new in a question, estimated; the rules before it are not counted. */
  readonly promptTokens: number;
  /** For one answer, further tries included. */
  readonly timeoutMs: number;
};

export const DEFAULT_RULES: ProjectRules = {
  actsAlone: true,
  minConfidence: { send: 0.6, restart: 0.8 },
  budget: NO_BUDGET,
  prices: new Map(),
  accounts: UNNAMED_ACCOUNTS,
  quietHours: null,
  trustsOwnWords: false,
  holdsOverlaps: true,
  approvals: DEFAULT_POLICIES,
  model: { isAsked: true, name: null, promptTokens: 6_000, timeoutMs: 30_000 },
  permissions: DEFAULT_PERMISSIONS,
};
