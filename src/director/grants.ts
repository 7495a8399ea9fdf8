import { ALLOW_FOR_TASK, type Approval } from '../domain/index.ts';

/** What people have allowed for the whole task, by `use`. Their answers are the record of it. */
export function grantsOf(approvals: readonly Approval[]): ReadonlySet<string> {
  return new Set(
    approvals.flatMap((approval) =>
      approval.state === 'answered' &&
      approval.choice === ALLOW_FOR_TASK &&
      approval.subject.kind === 'permission'
        ? [approval.subject.use]
        : [],
    ),
  );
}
