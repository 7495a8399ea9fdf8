import {
  type ApprovalPolicies,
  type ApprovalPolicy,
  type ApprovalSubject,
  approvalId,
  type Choice,
  openApproval,
  policyFor,
  type Question,
  type RiskClass,
  type Task,
} from '../../domain/index.ts';
import type { DirectorPorts, DirectorTables } from '../ports.ts';

/** What asking people needs. */
export type AskingPorts = Pick<DirectorPorts, 'digest' | 'now' | 'newId'> & {
  readonly settings: Pick<DirectorPorts['settings'], 'rulesOf'>;
};

/** `risk`: of this answer alone, where the question as a whole does not tell it. */
export type AskedChoice = Choice & { readonly risk?: RiskClass };

/** What a question is about beside its subject. */
export type Behind = Partial<Pick<Question, 'because' | 'requestedBy'>> & { readonly risk?: RiskClass };

/** Asks under the policy that the project has for such a risk. The same question is open once. */
export async function ask(
  { settings, digest, now, newId }: AskingPorts,
  tx: DirectorTables,
  task: Task,
  subject: ApprovalSubject,
  choices: readonly AskedChoice[],
  { because = null, requestedBy = null, risk = null }: Behind = {},
): Promise<void> {
  const session = await tx.findSession(subject.session);
  const { approvals } = settings.rulesOf(task.project);
  const policy = policyFor(approvals, risk);
  await tx.addApproval(
    openApproval(
      {
        id: approvalId(newId()),
        task: task.id,
        thread: task.thread,
        subject,
        choices: choices.map((choice) => underItsPolicy(choice, approvals, policy)),
        requestedBy,
        because,
        host: session?.host ?? null,
        policy,
      },
      { digest, at: now() },
    ),
  );
}

function underItsPolicy(
  { risk = null, ...choice }: AskedChoice,
  policies: ApprovalPolicies,
  policy: ApprovalPolicy,
): Choice {
  const own = risk === null ? policy : policyFor(policies, risk);
  return own === policy ? choice : { ...choice, policy: own };
}
