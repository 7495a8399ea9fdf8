import { APPROVE, type Decision, dialogFingerprint, type OpenApproval } from '../domain/index.ts';

/** What allows just what was decided; null: it is another question, or it leaves a choice, which is a person's. */
export function yesTo({ subject, choices }: OpenApproval, decision: Decision): string | null {
  switch (decision.kind) {
    case 'press-option': {
      const isIt =
        subject.kind === 'dialog' && dialogFingerprint(subject.dialog) === dialogFingerprint(decision.dialog);
      return isIt ? (choices.find(({ label }) => label === decision.option.label)?.id ?? null) : null;
    }
    case 'send-text':
      return subject.kind === 'send-text' &&
        subject.text === decision.text &&
        subject.question === decision.question
        ? APPROVE
        : null;
    case 'restart-agent':
      return subject.kind === 'restart-session' && subject.advised !== undefined ? APPROVE : null;
    case 'complete-task':
      return subject.kind === 'complete-task' && subject.advised !== undefined ? APPROVE : null;
    case 'carry-out':
      return subject.kind === 'allow-action' && subject.action === decision.action ? APPROVE : null;
    default:
      return null;
  }
}
