import type { Role } from './actor.ts';

/** Who may answer. */
export type Approver =
  | { readonly kind: 'role'; readonly role: Role }
  /** Whoever asked for the task. */
  | { readonly kind: 'asker' }
  /** A user group of Slack, by its id: `S012AB3CD`. */
  | { readonly kind: 'slack-group'; readonly group: string }
  /** Whoever the CODEOWNERS file of the task's repository names. */
  | { readonly kind: 'code-owners' };

/** Who answers a question, and how. An approval keeps the one it was asked under. */
export type ApprovalPolicy = {
  /** What it is for: `routine`, `risky` or a category of risk. */
  readonly name: string;
  /** Any of them. Empty: approvers, and where nobody is named as one, whoever asked for the task. */
  readonly by: readonly Approver[];
  /** How many people have to say the same yes. One no is enough. */
  readonly votes: number;
  readonly expiresAfterMs: number;
  /** Whether who asked for it may say yes to it. */
  readonly mayAnswerOwn: boolean;
};

/** What a project asks of approvals, by what a yes would do. */
export type ApprovalPolicies = {
  readonly routine: ApprovalPolicy;
  readonly risky: ApprovalPolicy;
  /** In place of `risky`, by the category of the risk: `git`, `database`. */
  readonly byCategory: ReadonlyMap<string, ApprovalPolicy>;
};

/** How risky a yes is, as far as its policy cares. Null: nothing is risked. */
export type RiskClass = { readonly category: string } | null;

const DEFAULT_EXPIRES_AFTER_MS = 60 * 60_000;

export const DEFAULT_POLICY: ApprovalPolicy = {
  name: 'routine',
  by: [],
  votes: 1,
  expiresAfterMs: DEFAULT_EXPIRES_AFTER_MS,
  mayAnswerOwn: true,
};

export const DEFAULT_POLICIES: ApprovalPolicies = {
  routine: DEFAULT_POLICY,
  risky: { ...DEFAULT_POLICY, name: 'risky' },
  byCategory: new Map(),
};

export function policyFor(policies: ApprovalPolicies, risk: RiskClass): ApprovalPolicy {
  return risk === null ? policies.routine : (policies.byCategory.get(risk.category) ?? policies.risky);
}
