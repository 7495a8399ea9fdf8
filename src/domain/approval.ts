import type { Event } from './event.ts';
import type { ActorId, ApprovalId, SessionId, TaskId, ThreadId } from './ids.ts';
import { type Dialog, dialogFingerprint } from './observation.ts';
import { err, ok, type Result } from './result.ts';
import type { StrategyId } from './strategy.ts';

/** What is asked, bound to the very agent it is asked for: session and generation. */
export type ApprovalSubject =
  | {
      readonly kind: 'dialog';
      readonly session: SessionId;
      readonly generation: number;
      readonly dialog: Dialog;
      /** Last lines of the screen that showed it, redacted. */
      readonly tail: readonly string[];
    }
  | { readonly kind: 'cancel-task'; readonly session: SessionId; readonly generation: number }
  | { readonly kind: 'restart-session'; readonly session: SessionId; readonly generation: number }
  /** A model's answer to what the agent asked in prose. A yes types exactly `text`. */
  | {
      readonly kind: 'send-text';
      readonly session: SessionId;
      readonly generation: number;
      readonly question: string;
      readonly text: string;
      readonly why: string;
      /** 0 to 1, as the model judges itself. */
      readonly confidence: number;
      /** Which one the answer follows. Left out: none, or it was asked before there were any. */
      readonly strategy?: StrategyId;
    };

export type Choice = {
  readonly id: string;
  readonly label: string;
  readonly style: 'plain' | 'primary' | 'danger';
};

type Common = {
  readonly id: ApprovalId;
  readonly task: TaskId;
  readonly thread: ThreadId;
  readonly subject: ApprovalSubject;
  /** SHA-256 of what a yes would do, in hex: an answer to another text is refused. */
  readonly digest: string;
  readonly choices: readonly Choice[];
  /** Null: the director asks for the agent. */
  readonly requestedBy: ActorId | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

/**
 * A question only a person may answer.
 *
 * open → answered: one allowed person chose. open → expired: nobody did in time; nobody said no either.
 * open → withdrawn: what it asked about is gone (answered at the terminal, agent ended).
 */
export type Approval =
  | (Common & { readonly state: 'open' })
  | (Common & {
      readonly state: 'answered';
      readonly choice: string;
      readonly by: ActorId;
      readonly at: Date;
    })
  | (Common & { readonly state: 'expired'; readonly at: Date })
  | (Common & { readonly state: 'withdrawn'; readonly why: string; readonly at: Date });

export type OpenApproval = Extract<Approval, { state: 'open' }>;
export type AnsweredApproval = Extract<Approval, { state: 'answered' }>;

export const APPROVE = 'approve';
export const DENY = 'deny';

export type ApprovalStep = { readonly next: Approval; readonly events: readonly Event[] };

export type AnswerFault =
  | { readonly kind: 'already-answered'; readonly choice: string; readonly by: ActorId; readonly at: Date }
  | { readonly kind: 'expired'; readonly at: Date }
  | { readonly kind: 'withdrawn'; readonly why: string }
  | { readonly kind: 'no-such-choice'; readonly choice: string };

/** Asks: bound to the digest of what a yes would do, and open until its time is over. */
export function openApproval(
  question: Pick<OpenApproval, 'id' | 'task' | 'thread' | 'subject' | 'choices' | 'requestedBy'>,
  {
    digest,
    at,
    expiresAfterMs,
  }: { readonly digest: (text: string) => string; readonly at: Date; readonly expiresAfterMs: number },
): ApprovalStep & { readonly next: OpenApproval } {
  const { id, task, thread, subject } = question;
  return {
    next: {
      ...question,
      digest: digest(approvedText(subject)),
      state: 'open',
      createdAt: at,
      expiresAt: new Date(at.getTime() + expiresAfterMs),
    },
    events: [{ kind: 'approval-requested', task, thread, at, approval: id }],
  };
}

/** The clock decides, not the sweep: an open approval past its time counts as expired. */
export function answerApproval(
  approval: Approval,
  choice: string,
  by: ActorId,
  at: Date,
): Result<ApprovalStep & { readonly next: AnsweredApproval }, AnswerFault> {
  switch (approval.state) {
    case 'answered':
      return err({ kind: 'already-answered', choice: approval.choice, by: approval.by, at: approval.at });
    case 'expired':
      return err({ kind: 'expired', at: approval.at });
    case 'withdrawn':
      return err({ kind: 'withdrawn', why: approval.why });
    case 'open':
      if (at >= approval.expiresAt) return err({ kind: 'expired', at: approval.expiresAt });
      if (!approval.choices.some((each) => each.id === choice))
        return err({ kind: 'no-such-choice', choice });
      return ok({
        next: { ...approval, state: 'answered', choice, by, at },
        events: [
          {
            kind: 'approval-answered',
            task: approval.task,
            thread: approval.thread,
            at,
            approval: approval.id,
            choice,
            by,
          },
        ],
      });
  }
}

/** Null when it is not open any more, or its time has not come. */
export function expireApproval(approval: Approval, at: Date): ApprovalStep | null {
  if (approval.state !== 'open' || at < approval.expiresAt) return null;
  return {
    next: { ...approval, state: 'expired', at },
    events: [
      { kind: 'approval-expired', task: approval.task, thread: approval.thread, at, approval: approval.id },
    ],
  };
}

/** Null when it is not open any more. */
export function withdrawApproval(approval: Approval, why: string, at: Date): ApprovalStep | null {
  if (approval.state !== 'open') return null;
  return {
    next: { ...approval, state: 'withdrawn', why, at },
    events: [
      {
        kind: 'approval-withdrawn',
        task: approval.task,
        thread: approval.thread,
        at,
        approval: approval.id,
        why,
      },
    ],
  };
}

/** The text whose digest an approval is bound to. It names its parts one by one: a record's keys change their order on the way through the database. */
export function approvedText(subject: ApprovalSubject): string {
  return JSON.stringify([subject.kind, subject.session, subject.generation, whatIsApproved(subject)]);
}

function whatIsApproved(subject: ApprovalSubject): string | readonly string[] | null {
  switch (subject.kind) {
    case 'dialog':
      return dialogFingerprint(subject.dialog);
    case 'send-text':
      return [subject.question, subject.text];
    case 'cancel-task':
    case 'restart-session':
      return null;
  }
}
