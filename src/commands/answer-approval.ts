import {
  type ActionEffect,
  type AnsweredApproval,
  APPROVE,
  type Approval,
  type ApprovalId,
  actionId,
  answerApproval,
  approvalId,
  approvedText,
  type ButtonRequest,
  dialogFingerprint,
  expireApproval,
  hasEnded,
  holdsRole,
  intendAction,
  ok,
  openApproval,
  type Result,
  type Session,
  sentenceCard,
  type Task,
  taskLabel,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireActing } from './context.ts';
import type { CommandTables } from './ports.ts';
import type { Refusal } from './request.ts';
import { briefTitle, duration } from './wording.ts';

/** Carries out a person's answer. Every click is answered: the one who may not, comes late or comes second reads why. */
export async function answer(
  context: Context,
  request: Extract<ButtonRequest, { kind: 'answer' }>,
): Promise<Outcome> {
  const { ports, actor, at } = context;
  const result = await context.change(async (tx): Promise<Result<AnsweredApproval, Refusal>> => {
    const approval = await tx.lockApproval(request.approval);
    if (approval === null)
      return refuse('expired', 'This question is not known any more. `approvals` lists the open ones.');
    const task = await tx.findTask(approval.task);
    if (task === null) return refuse('no-such-task', 'The task of this question is not known any more.');
    if (!mayAnswer(context, task)) return refuse('not-allowed', whoMayAnswer(context, task));
    const session = await tx.findSession(approval.subject.session);
    if (approval.state === 'open' && !isStillMeant(approval, session)) {
      return refuse(
        'expired',
        'The agent this question was about has been restarted or is gone. Nothing was done.',
      );
    }
    if (approval.digest !== ports.digest(approvedText(approval.subject))) {
      return refuse(
        'expired',
        'What this question would do has changed since it was asked. Nothing was done.',
      );
    }
    const step = answerApproval(approval, request.choice, actor.id, at);
    if (!step.ok) {
      if (
        step.error.kind === 'already-answered' &&
        step.error.by === actor.id &&
        step.error.choice === request.choice
      ) {
        return refuse('already-answered', 'You have answered this already. It counted once.');
      }
      return refuseAnswer(tx, approval, step.error, at);
    }
    if (session !== null && effectOf(step.value.next) !== null) {
      const acting = await requireActing(tx, session, 'pressed, typed or ended');
      if (!acting.ok) return acting;
    }
    await tx.saveApproval(step.value);
    await carryOut(tx, context, step.value.next);
    return ok(step.value.next);
  });
  if (!result.ok) {
    if (result.error.kind === 'expired') await noteExpiry(context, request.approval);
    return result;
  }
  if (context.place.kind === 'slack') return ok({ kind: 'nothing' });
  return ok({ kind: 'card', card: sentenceCard(`Answered: ${labelOf(result.value, request.choice)}.`) });
}

/** The refusal has changed nothing; that the question's time is over is true all the same, and its message says so from now on. */
async function noteExpiry({ ports, at }: Context, id: ApprovalId): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const approval = await tx.lockApproval(id);
    const expired = approval === null ? null : expireApproval(approval, at);
    if (expired !== null) await tx.saveApproval(expired);
  });
}

/** Answers by words: the beginning of a question's id, and a choice's id or label. */
export async function answerInWords(
  context: Context,
  approvalWord: string,
  choiceWord: string,
): Promise<Outcome> {
  const open = await context.ports.store.openApprovals();
  const matches = open.filter((approval) => approval.id.startsWith(approvalWord.toLowerCase()));
  const [approval, second] = matches;
  if (approval === undefined) {
    return refuse('expired', `No open question begins with \`${approvalWord}\`. \`approvals\` lists them.`);
  }
  if (second !== undefined)
    return refuse('bad-words', `More than one question begins with \`${approvalWord}\`. Write more of it.`);
  const wanted = choiceWord.trim().toLowerCase();
  const choice = approval.choices.find(
    (each) => each.id.toLowerCase() === wanted || each.label.toLowerCase() === wanted,
  );
  if (choice === undefined) {
    return refuse(
      'bad-words',
      `Choose one of ${approval.choices.map((each) => `\`${each.id}\` (${each.label})`).join(', ')}.`,
    );
  }
  return answer(context, { kind: 'answer', approval: approval.id, choice: choice.id });
}

/** Asks an expired question once more, as a new one. */
export async function askAgain(context: Context, id: ApprovalId): Promise<Outcome> {
  const { ports, at } = context;
  return context.change(async (tx): Promise<Outcome> => {
    const approval = await tx.lockApproval(id);
    if (approval === null) return refuse('expired', 'This question is not known any more.');
    const task = await tx.findTask(approval.task);
    if (task === null) return refuse('no-such-task', 'The task of this question is not known any more.');
    if (!mayAnswer(context, task)) return refuse('not-allowed', whoMayAnswer(context, task));
    const expired = expireApproval(approval, at);
    if (approval.state !== 'expired' && expired === null) {
      return refuse('wrong-state', 'This question is not expired; answer it with its buttons.');
    }
    if (!isStillMeant(approval, await tx.findSession(approval.subject.session)) || hasEnded(task)) {
      return refuse(
        'expired',
        'The agent this question was about is gone. There is nothing to ask any more.',
      );
    }
    if (expired !== null) await tx.saveApproval(expired);
    const { thread, subject, choices, requestedBy } = approval;
    const isNew = await tx.addApproval(
      openApproval(
        { id: approvalId(ports.newId()), task: task.id, thread, subject, choices, requestedBy },
        { digest: ports.digest, at, expiresAfterMs: ports.settings.approvalExpiresAfterMs },
      ),
    );
    return isNew
      ? ok({ kind: 'nothing' })
      : refuse('wrong-state', 'The same question is open already, further down in the thread.');
  });
}

export async function listApprovals(context: Context): Promise<Outcome> {
  const { store } = context.ports;
  const open = await store.openApprovals();
  const items = [];
  for (const approval of open) {
    const task = await store.findTask(approval.task);
    items.push([
      { kind: 'text' as const, text: approval.id.slice(0, 8), style: 'code' as const },
      {
        kind: 'text' as const,
        text: ` ${taskLabel(approval.task)} ${task === null ? '' : briefTitle(task.brief)} — ${questionOf(approval)} (${approval.choices
          .map((choice) => `${choice.id}: ${choice.label}`)
          .join('; ')}), open for ${duration(approval.createdAt.getTime(), context.at.getTime())}`,
      },
    ]);
  }
  return ok({
    kind: 'card',
    card: {
      title: 'Waiting for an answer',
      parts: [
        items.length === 0
          ? { kind: 'text', spans: [{ kind: 'text', text: 'Nothing waits.' }] }
          : { kind: 'list', items },
      ],
      buttons: [],
      summary: `${open.length} open questions.`,
    },
  });
}

/**
 * Approvers may answer for every task. Where nobody is named as one, people answer for the tasks they asked for; of an issue's task
 * the one who asked may have no account in the chat, so every operator may.
 */
export function mayAnswer(context: Context, task: Task): boolean {
  if (holdsRole(context.actor, 'approver')) return true;
  return (
    !context.ports.settings.hasNamedApprovers &&
    holdsRole(context.actor, 'operator') &&
    (task.origin.kind === 'issue' || task.askedBy === context.actor.id)
  );
}

/** The question in one sentence. */
export function questionOf(approval: Approval): string {
  switch (approval.subject.kind) {
    case 'dialog':
      return approval.subject.dialog.question;
    case 'cancel-task':
      return `End the agent and cancel ${taskLabel(approval.task)}?`;
    case 'restart-session':
      return `End the agent of ${taskLabel(approval.task)} and start it again?`;
    case 'send-text':
      return `Answer “${approval.subject.question}” with “${approval.subject.text}”?`;
  }
}

async function carryOut(tx: CommandTables, context: Context, approval: AnsweredApproval): Promise<void> {
  const { subject } = approval;
  const effect = effectOf(approval);
  if (effect === null) return;
  await tx.addAction(
    intendAction(
      {
        id: actionId(context.ports.newId()),
        task: approval.task,
        session: subject.session,
        generation: subject.generation,
        effect,
        by: context.actor.id,
      },
      context.at,
    ),
  );
  await tx.enqueue({ kind: 'cycle', session: subject.session });
}

/** What the answer allows; null: nothing is to be done. */
function effectOf({ id, subject, choice }: AnsweredApproval): ActionEffect | null {
  switch (subject.kind) {
    case 'dialog': {
      // The choices of a dialog are its own options, numbered from 0.
      const option = subject.dialog.options[Number(choice)];
      if (option === undefined) return null;
      const { label, keys } = option;
      return { kind: 'press-option', approval: id, dialog: dialogFingerprint(subject.dialog), label, keys };
    }
    case 'cancel-task':
      return choice === APPROVE ? { kind: 'end-session', because: 'task-cancelled' } : null;
    case 'restart-session':
      return choice === APPROVE ? { kind: 'restart-agent' } : null;
    case 'send-text':
      return choice === APPROVE ? { kind: 'type-text', text: subject.text, answers: subject.question } : null;
  }
}

function isStillMeant(approval: Approval, session: Session | null): boolean {
  return session !== null && session.state !== 'ended' && session.generation === approval.subject.generation;
}

async function refuseAnswer(
  tx: CommandTables,
  approval: Approval,
  fault: Extract<ReturnType<typeof answerApproval>, { ok: false }>['error'],
  at: Date,
): Promise<Result<never, Refusal>> {
  switch (fault.kind) {
    case 'already-answered': {
      const by = (await tx.actorsById([fault.by])).get(fault.by)?.name ?? 'somebody';
      return refuse(
        'already-answered',
        `${by} answered this ${duration(fault.at.getTime(), at.getTime())} ago: ${labelOf(approval, fault.choice)}.`,
      );
    }
    case 'expired':
      return refuse(
        'expired',
        'This question has expired; nobody said no, and nothing was done. Press “Ask again” to ask it anew.',
      );
    case 'withdrawn':
      return refuse('expired', `This question was withdrawn: ${fault.why}.`);
    case 'no-such-choice':
      return refuse('bad-words', 'That is none of its answers. Use one of the buttons.');
  }
}

function labelOf(approval: Approval, choice: string): string {
  return approval.choices.find((each) => each.id === choice)?.label ?? choice;
}

function whoMayAnswer(context: Context, task: Task): string {
  if (context.ports.settings.hasNamedApprovers)
    return 'Only approvers may answer this. Ask one of them, or whoever runs Fleet Director to make you one.';
  return task.origin.kind === 'issue'
    ? 'Only operators may answer for the task of an issue. Ask one of them, or whoever runs Fleet Director to make you one.'
    : 'Only the person who asked for this task may answer, because no approvers are named. Whoever runs Fleet Director can name some.';
}
