import type { ActionEffect } from './action.ts';
import type { UseRisk } from './agent-request.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import type { Event } from './event.ts';
import type { ActionId, ActorId, ApprovalId, HostId, SessionId, TaskId, ThreadId } from './ids.ts';
import { type Dialog, dialogFingerprint } from './observation.ts';
import { err, ok, type Result } from './result.ts';
import type { SpendingQuestion } from './spending.ts';
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
      readonly advised?: Advised;
    }
  /** What the agent's own hook asks, and waits for. */
  | {
      readonly kind: 'permission';
      readonly session: SessionId;
      readonly generation: number;
      /** The hook's name for it. */
      readonly ask: string;
      readonly event: string;
      readonly tool: string;
      /** Command, path or address, redacted. */
      readonly shown: string;
      /** SHA-256 of tool and exact input: of what a yes allows. */
      readonly use: string;
      readonly risk: UseRisk;
    }
  | { readonly kind: 'cancel-task'; readonly session: SessionId; readonly generation: number }
  | {
      readonly kind: 'complete-task';
      readonly session: SessionId;
      readonly generation: number;
      readonly advised?: Advised;
    }
  | {
      readonly kind: 'restart-session';
      readonly session: SessionId;
      readonly generation: number;
      readonly advised?: Advised;
    }
  /** `to` null: any other host. */
  | {
      readonly kind: 'reassign-task';
      readonly session: SessionId;
      readonly generation: number;
      readonly from: HostId;
      readonly to: HostId | null;
    }
  /** A cap is reached. A yes raises it, a no ends the agent. */
  | {
      readonly kind: 'spend-more';
      readonly session: SessionId;
      readonly generation: number;
      readonly question: SpendingQuestion;
    }
  /** What a model wants to say to the agent. `question` null: the agent rests and asks nothing. A yes types exactly `text`. */
  | {
      readonly kind: 'send-text';
      readonly session: SessionId;
      readonly generation: number;
      readonly question: string | null;
      readonly text: string;
      readonly why: string;
      /** 0 to 1, as the model judges itself. */
      readonly confidence: number;
      /** Which one the answer follows. Left out: none, or it was asked before there were any. */
      readonly strategy?: StrategyId;
    }
  /** Words that somebody has written, or the director wants to write, and that risk something. A yes lets this one action be carried out. */
  | {
      readonly kind: 'allow-action';
      readonly session: SessionId;
      readonly generation: number;
      readonly action: ActionId;
      readonly text: string;
    }
  /** What only a person can decide. Each option does exactly what it says. */
  | {
      readonly kind: 'choose';
      readonly session: SessionId;
      readonly generation: number;
      readonly question: string;
      readonly options: readonly ChooseOption[];
      /** Last lines of the screen, redacted. */
      readonly tail: readonly string[];
    };

/** `effect` null: nothing is done, and the agent is left as it is. */
export type ChooseOption = { readonly label: string; readonly effect: ActionEffect | null };
/**
 * What a model thinks of it, for the people who answer; left out where none was asked. It is no part of what a yes allows.
 * `option`: the label it would choose; null: none. `why` and `confidence` as it says itself.
 */
export type Advised = {
  readonly option: string | null;
  readonly why: string;
  readonly confidence: number;
  readonly strategy?: StrategyId;
};

export type Choice = {
  readonly id: string;
  readonly label: string;
  readonly style: 'plain' | 'primary' | 'danger';
  /** It lets nothing be done, so that one person may choose it. Left out: it lets something be done. */
  readonly declines?: true;
  /** In place of the question's own, where this answer risks something else. */
  readonly policy?: ApprovalPolicy;
};

/** One of several that a policy wants. */
export type Vote = { readonly by: ActorId; readonly choice: string; readonly at: Date };

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
  /** Where the agent runs. Null: it was asked before this was written down. */
  readonly host: HostId | null;
  readonly policy: ApprovalPolicy;
  /** Why people are asked at all, as a clause; null: the question says it. */
  readonly because: string | null;
  /** Those before the one that decided, oldest first. */
  readonly votes: readonly Vote[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

/**
 * A question only a person may answer.
 *
 * open → answered: as many allowed people as its policy wants chose the same, or one of them declined. open → expired: nobody did in time; nobody said no either.
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
  | { readonly kind: 'no-such-choice'; readonly choice: string }
  /** `left`: how many others have to choose it too. */
  | { readonly kind: 'already-voted'; readonly choice: string; readonly left: number };

/** What is needed to ask. */
export type Question = Pick<
  OpenApproval,
  'id' | 'task' | 'thread' | 'subject' | 'choices' | 'requestedBy' | 'host' | 'policy' | 'because'
>;

/** Asks: bound to the digest of what a yes would do, and open until its time is over. */
export function openApproval(
  question: Question,
  { digest, at }: { readonly digest: (text: string) => string; readonly at: Date },
): ApprovalStep & { readonly next: OpenApproval } {
  const { id, task, thread, subject, policy } = question;
  return {
    next: {
      ...question,
      digest: digest(approvedText(subject)),
      votes: [],
      state: 'open',
      createdAt: at,
      expiresAt: new Date(at.getTime() + policy.expiresAfterMs),
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
): Result<ApprovalStep & { readonly next: OpenApproval | AnsweredApproval }, AnswerFault> {
  switch (approval.state) {
    case 'answered':
      return err({ kind: 'already-answered', choice: approval.choice, by: approval.by, at: approval.at });
    case 'expired':
      return err({ kind: 'expired', at: approval.at });
    case 'withdrawn':
      return err({ kind: 'withdrawn', why: approval.why });
    case 'open': {
      if (at >= approval.expiresAt) return err({ kind: 'expired', at: approval.expiresAt });
      const left = votesLeft(approval, choice);
      if (left === null) return err({ kind: 'no-such-choice', choice });
      if (approval.votes.some((vote) => vote.by === by && vote.choice === choice))
        return err({ kind: 'already-voted', choice, left });
      const { id, task, thread } = approval;
      const answer = { task, thread, at, approval: id, choice, by };
      if (left > 1) {
        const votes = [...approval.votes.filter((vote) => vote.by !== by), { by, choice, at }];
        return ok({ next: { ...approval, votes }, events: [{ kind: 'approval-voted', ...answer }] });
      }
      return ok({
        next: { ...approval, state: 'answered', choice, by, at },
        events: [{ kind: 'approval-answered', ...answer }],
      });
    }
  }
}

/** Who may choose this, and how many have to. */
export function policyOf(
  { choices, policy }: Pick<Approval, 'choices' | 'policy'>,
  choice: string,
): ApprovalPolicy {
  return choices.find((each) => each.id === choice)?.policy ?? policy;
}

/** How many people have to choose this before it counts. Null: it is none of the choices. */
export function votesLeft(approval: Approval, choice: string): number | null {
  const chosen = approval.choices.find((each) => each.id === choice);
  if (chosen === undefined) return null;
  if (chosen.declines === true) return 1;
  return policyOf(approval, choice).votes - approval.votes.filter((vote) => vote.choice === choice).length;
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
  // Whichever session reaches a project's cap first asks for all of them.
  if (subject.kind === 'spend-more') {
    const { scope, capUsd, raisedUsd } = subject.question;
    return JSON.stringify([subject.kind, scope, capUsd, raisedUsd]);
  }
  return JSON.stringify([subject.kind, subject.session, subject.generation, whatIsApproved(subject)]);
}

function whatIsApproved(
  subject: Exclude<ApprovalSubject, { kind: 'spend-more' }>,
): string | readonly (string | null)[] | null {
  switch (subject.kind) {
    case 'dialog':
      return dialogFingerprint(subject.dialog);
    case 'permission':
      return [subject.ask, subject.use];
    case 'send-text':
      return [subject.question, subject.text];
    case 'allow-action':
      return [subject.action, subject.text];
    case 'choose':
      return [subject.question, ...subject.options.map(({ label, effect }) => canonical([label, effect]))];
    case 'reassign-task':
      return [subject.from, subject.to ?? ''];
    case 'cancel-task':
    case 'complete-task':
    case 'restart-session':
      return null;
  }
}

/** The same for the same content: the keys of records stand in the order of the alphabet. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
