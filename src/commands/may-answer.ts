import {
  type Approval,
  type ApprovalPolicy,
  type Approver,
  holdsRole,
  ok,
  policyOf,
  type Result,
  type Task,
  unreachable,
} from '../domain/index.ts';
import { type Context, refuse } from './context.ts';
import type { Refusal } from './request.ts';

/** Whether a person may answer a question, by the policy under which it was asked. */
export async function mayAnswer(
  context: Context,
  approval: Pick<Approval, 'policy'>,
  task: Task,
): Promise<Result<void, Refusal>> {
  const { by } = approval.policy;
  if (by.length === 0) return byDefault(context, task);
  for (const approver of by) {
    const is = await isApprover(context, approver, task);
    if (!is.ok) return is;
    if (is.value) return ok(undefined);
  }
  return refuse('not-allowed', `Only ${approversInWords(approval.policy)} may answer this. Ask one of them.`);
}

/** Whoever asked for something risky is not the one to allow it where the policy says so. A no is anybody's. */
export function mayAllow(
  context: Context,
  approval: Approval,
  task: Task,
  choice: string,
): Result<void, Refusal> {
  const { requestedBy, choices } = approval;
  const declines = choices.find((each) => each.id === choice)?.declines === true;
  if (
    policyOf(approval, choice).mayAnswerOwn ||
    declines ||
    context.actor.id !== (requestedBy ?? task.askedBy)
  ) {
    return ok(undefined);
  }
  return refuse(
    'not-allowed',
    'You asked for this, and here somebody else has to say yes to it. You may still say no.',
  );
}

/** Who may answer, for people. */
export function approversInWords({ by }: ApprovalPolicy): string {
  return by.map(approverInWords).join(' or ');
}

/**
 * Approvers may answer for every task. Where nobody is named as one, people answer for the tasks they asked for; of an issue's task
 * the one who asked may have no account in the chat, so every operator may.
 */
function byDefault({ actor, ports }: Context, task: Task): Result<void, Refusal> {
  const { hasNamedApprovers } = ports.settings;
  if (holdsRole(actor, 'approver')) return ok(undefined);
  if (hasNamedApprovers) {
    return refuse(
      'not-allowed',
      'Only approvers may answer this. Ask one of them, or whoever runs Fleet Director to make you one.',
    );
  }
  const isOfIssue = task.origin.kind === 'issue';
  if (holdsRole(actor, 'operator') && (isOfIssue || task.askedBy === actor.id)) return ok(undefined);
  return refuse(
    'not-allowed',
    isOfIssue
      ? 'Only operators may answer for the task of an issue. Ask one of them, or whoever runs Fleet Director to make you one.'
      : 'Only the person who asked for this task may answer, because no approvers are named. Whoever runs Fleet Director can name some.',
  );
}

async function isApprover(
  { actor, ports }: Context,
  approver: Approver,
  task: Task,
): Promise<Result<boolean, Refusal>> {
  switch (approver.kind) {
    case 'role':
      return ok(holdsRole(actor, approver.role));
    case 'asker':
      return ok(task.askedBy === actor.id);
    case 'slack-group': {
      const members = await ports.groups.slackGroup(approver.group);
      if (!members.ok) return refuse('unavailable', members.error);
      return ok(await hasAccount('slack', members.value));
    }
    case 'code-owners': {
      const owners = await ports.groups.codeOwners(task.repo);
      if (!owners.ok) return refuse('unavailable', owners.error);
      return ok(await hasAccount('github', owners.value));
    }
    default:
      return unreachable(approver);
  }

  async function hasAccount(source: 'slack' | 'github', members: readonly string[]): Promise<boolean> {
    const accounts = [actor, ...(await ports.store.accountsOf(actor.id))];
    return accounts.some((each) => each.source === source && members.includes(each.externalId));
  }
}

function approverInWords(approver: Approver): string {
  switch (approver.kind) {
    case 'role':
      return approver.role === 'admin' ? 'admins' : `${approver.role}s`;
    case 'asker':
      return 'whoever asked for the task';
    case 'slack-group':
      return 'members of the Slack group that is named for it';
    case 'code-owners':
      return 'code owners of the repository';
    default:
      return unreachable(approver);
  }
}
