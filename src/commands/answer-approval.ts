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
  completeTask,
  DENY,
  dialogFingerprint,
  dollars,
  expireApproval,
  hasEnded,
  intendAction,
  isLive,
  MAX_REASON_CHARACTERS,
  type OpenApproval,
  ok,
  openApproval,
  policyOf,
  type Result,
  type Session,
  sentenceCard,
  taskLabel,
  votesLeft,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireActing } from './context.ts';
import { mayAllow, mayAnswer } from './may-answer.ts';
import type { CommandTables } from './ports.ts';
import { raiseCap } from './raise-cap.ts';
import type { Refusal } from './request.ts';
import { briefTitle, duration } from './wording.ts';

/**
 * Carries out a person's answer. Every click is answered: the one who may not, comes late or comes second reads why.
 * @param reason what the agent is told with a no to its permission; null: nothing more
 */
export async function answer(
  context: Context,
  request: Extract<ButtonRequest, { kind: 'answer' }>,
  reason: string | null = null,
): Promise<Outcome> {
  const { ports, actor, at } = context;
  const allowed = await requireApprover(context, request);
  if (!allowed.ok) return allowed;
  const result = await context.change(async (tx): Promise<Result<Taken, Refusal>> => {
    const approval = await tx.lockApproval(request.approval);
    if (approval === null)
      return refuse('expired', 'This question is not known any more. `approvals` lists the open ones.');
    const task = await tx.findTask(approval.task);
    if (task === null) return refuse('no-such-task', 'The task of this question is not known any more.');
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
    const { next, events } = step.value;
    if (next.state === 'answered') {
      if (session !== null && effectOf(next, context.actor.name, reason) !== null) {
        const acting = await requireActing(tx, session, 'pressed, typed or ended');
        if (!acting.ok) return acting;
      }
      const carried = await carryOut(tx, context, next, reason);
      if (!carried.ok) return carried;
    }
    await tx.saveApproval({ next, events });
    return ok(next);
  });
  if (!result.ok) {
    if (result.error.kind === 'expired') await noteExpiry(context, request.approval);
    return result;
  }
  if (context.place.kind === 'slack') return ok({ kind: 'nothing' });
  return ok({ kind: 'card', card: sentenceCard(takenWords(result.value, request.choice)) });
}

type Taken = OpenApproval | AnsweredApproval;

/** Looked up before anything is locked: who is in a group may take a while to learn. */
async function requireApprover(
  context: Context,
  { approval: id, choice }: Extract<ButtonRequest, { kind: 'answer' }>,
): Promise<Result<void, Refusal>> {
  const { store } = context.ports;
  const approval = await store.findApproval(id);
  const task = approval === null ? null : await store.findTask(approval.task);
  // What is not known is answered where it is looked up for good.
  if (approval === null || task === null) return ok(undefined);
  const allowed = await mayAnswer(context, { policy: policyOf(approval, choice) }, task);
  return allowed.ok ? mayAllow(context, approval, task, choice) : allowed;
}

function takenWords(approval: Taken, choice: string): string {
  const label = labelOf(approval, choice);
  if (approval.state === 'answered') return `Answered: ${label}.`;
  return `Counted: ${label}. ${othersNeeded(votesLeft(approval, choice) ?? 0)}.`;
}

function othersNeeded(left: number): string {
  return left === 1 ? 'One more person has to say so' : `${left} more people have to say so`;
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
  const reason = approval.subject.kind === 'permission' ? reasonIn(choiceWord) : null;
  if (choice === undefined && reason !== null) {
    return answer(context, { kind: 'answer', approval: approval.id, choice: DENY }, reason);
  }
  if (choice === undefined) {
    return refuse(
      'bad-words',
      `Choose one of ${approval.choices.map((each) => `\`${each.id}\` (${each.label})`).join(', ')}.`,
    );
  }
  return answer(context, { kind: 'answer', approval: approval.id, choice: choice.id });
}

/** What stands behind the no of `deny use the staging database`; null: there is no no, or nothing behind it. */
function reasonIn(words: string): string | null {
  const [, said = ''] = new RegExp(`^(?:${DENY}|no)[\\s,:;.]+(.+)$`, 'is').exec(words.trim()) ?? [];
  const reason = said.replace(/^["“](.*)["”]$/s, '$1').trim();
  return reason === '' ? null : reason.slice(0, MAX_REASON_CHARACTERS);
}

const MAX_ABOUT_CHARACTERS = 200;

/** For a no with a reason. Whoever may not answer, or is too late, reads so before they write one. */
export async function openReasonForm(context: Context, id: ApprovalId): Promise<Outcome> {
  const allowed = await requireApprover(context, { kind: 'answer', approval: id, choice: DENY });
  if (!allowed.ok) return allowed;
  const approval = await context.ports.store.findApproval(id);
  if (approval?.state !== 'open' || approval.subject.kind !== 'permission') {
    return refuse('expired', 'Nobody waits for this answer any more. `approvals` lists the open questions.');
  }
  const { tool, shown } = approval.subject;
  return ok({
    kind: 'reason-form',
    form: { approval: id, about: `${tool}: ${shown}`.slice(0, MAX_ABOUT_CHARACTERS) },
  });
}

/** Asks an expired question once more, as a new one. */
export async function askAgain(context: Context, id: ApprovalId): Promise<Outcome> {
  const { ports, at } = context;
  const known = await ports.store.findApproval(id);
  const about = known === null ? null : await ports.store.findTask(known.task);
  if (known !== null && about !== null) {
    const allowed = await mayAnswer(context, known, about);
    if (!allowed.ok) return allowed;
  }
  return context.change(async (tx): Promise<Outcome> => {
    const approval = await tx.lockApproval(id);
    if (approval === null) return refuse('expired', 'This question is not known any more.');
    const task = await tx.findTask(approval.task);
    if (task === null) return refuse('no-such-task', 'The task of this question is not known any more.');
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
    const { thread, subject, choices, requestedBy, host, policy, because } = approval;
    const isNew = await tx.addApproval(
      openApproval(
        {
          id: approvalId(ports.newId()),
          task: task.id,
          thread,
          subject,
          choices,
          requestedBy,
          host,
          policy,
          because,
        },
        { digest: ports.digest, at },
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

/** The question in one sentence. */
export function questionOf(approval: Approval): string {
  switch (approval.subject.kind) {
    case 'dialog':
      return approval.subject.dialog.question;
    case 'permission':
      return `May it use ${approval.subject.tool}: ${approval.subject.shown}?`;
    case 'cancel-task':
      return `End the agent and cancel ${taskLabel(approval.task)}?`;
    case 'restart-session':
      return `End the agent of ${taskLabel(approval.task)} and start it again?`;
    case 'reassign-task':
      return `Save the work of ${taskLabel(approval.task)}, end its agent and start it elsewhere?`;
    case 'complete-task':
      return `Count ${taskLabel(approval.task)} as completed?`;
    case 'spend-more': {
      const { title, spentUsd, capUsd, raisedUsd } = approval.subject.question;
      return `${dollars(spentUsd)} of ${dollars(capUsd)} are spent for ${title}. Raise that to ${dollars(raisedUsd)}?`;
    }
    case 'send-text':
      return approval.subject.question === null
        ? `Send “${approval.subject.text}” to the agent?`
        : `Answer “${approval.subject.question}” with “${approval.subject.text}”?`;
    case 'allow-action':
      return `Type “${approval.subject.text}” to the agent?`;
    case 'choose':
      return approval.subject.question;
  }
}

/** What an answer allows is intended with it, once. */
async function carryOut(
  tx: CommandTables,
  context: Context,
  approval: AnsweredApproval,
  reason: string | null,
): Promise<Result<void, Refusal>> {
  const { subject } = approval;
  if (subject.kind === 'allow-action') return allowAction(tx, approval, subject);
  if (subject.kind === 'complete-task' && approval.choice === APPROVE) {
    const task = await tx.lockTask(approval.task);
    if (task !== null && isLive(task)) await tx.saveTask(completeTask(task, context.at));
    await tx.enqueue({ kind: 'cycle', session: subject.session });
    return ok(undefined);
  }
  if (subject.kind === 'spend-more' && approval.choice === APPROVE) {
    const { scope, raisedUsd } = subject.question;
    await raiseCap(tx, context, scope, raisedUsd);
  }
  const effect = effectOf(approval, context.actor.name, reason);
  if (effect === null) return ok(undefined);
  await tx.addAction(
    intendAction(
      {
        id: actionId(context.ports.newId()),
        task: approval.task,
        session: subject.session,
        generation: subject.generation,
        effect,
        by: context.actor.id,
        allowedBy: approval.id,
      },
      context.at,
    ),
  );
  await tx.enqueue({ kind: 'cycle', session: subject.session });
  return ok(undefined);
}

/** The words wait already; a no is found by the next cycle, which drops them. */
async function allowAction(
  tx: CommandTables,
  approval: AnsweredApproval,
  { action: id, text, session }: Extract<Approval['subject'], { kind: 'allow-action' }>,
): Promise<Result<void, Refusal>> {
  const action = (await tx.actionsOfTasks([approval.task])).find((each) => each.id === id);
  if (action?.state !== 'intended' || action.effect.kind !== 'type-text' || action.effect.text !== text) {
    return refuse('expired', 'These words do not wait to be typed any more. Nothing was done.');
  }
  if (approval.choice === APPROVE) await tx.saveAction({ ...action, allowedBy: approval.id, why: null });
  await tx.enqueue({ kind: 'cycle', session });
  return ok(undefined);
}

/** What the answer allows; null: nothing is to be done. */
function effectOf(
  { subject, choice }: AnsweredApproval,
  by: string,
  reason: string | null,
): ActionEffect | null {
  switch (subject.kind) {
    case 'permission':
      return {
        kind: 'answer-hook',
        ask: subject.ask,
        event: subject.event,
        about: `${subject.tool}: ${subject.shown}`.slice(0, MAX_ABOUT_CHARACTERS),
        answer:
          choice === DENY
            ? { kind: 'deny', reason: reason === null ? `${by} said no.` : `${by} said no: ${reason}` }
            : { kind: 'allow' },
      };
    case 'dialog': {
      // The choices of a dialog are its own options, numbered from 0.
      const option = subject.dialog.options[Number(choice)];
      if (option === undefined) return null;
      const { label, keys } = option;
      return { kind: 'press-option', dialog: dialogFingerprint(subject.dialog), label, keys };
    }
    case 'cancel-task':
      return choice === APPROVE ? { kind: 'end-session', because: 'task-cancelled' } : null;
    case 'restart-session':
      return choice === APPROVE ? { kind: 'restart-agent' } : null;
    case 'reassign-task': {
      const { from, to } = subject;
      return choice === APPROVE
        ? { kind: 'reassign-task', because: 'asked', from, to, makesRoomFor: null }
        : null;
    }
    case 'complete-task':
      return null;
    case 'spend-more':
      return choice === APPROVE ? null : { kind: 'end-session', because: 'task-cancelled' };
    case 'send-text':
      if (choice !== APPROVE) return null;
      return {
        kind: 'type-text',
        text: subject.text,
        ...(subject.question === null ? {} : { answers: subject.question }),
      };
    case 'choose':
      return subject.options[Number(choice)]?.effect ?? null;
    case 'allow-action':
      return null;
  }
}

function isStillMeant(approval: Approval, session: Session | null): boolean {
  return (
    session !== null &&
    session.state !== 'ended' &&
    session.generation === approval.subject.generation &&
    (approval.host === null || session.host === approval.host)
  );
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
    case 'already-voted':
      return refuse(
        'already-answered',
        `You have said ${labelOf(approval, fault.choice)} already. ${othersNeeded(fault.left)}.`,
      );
    case 'no-such-choice':
      return refuse('bad-words', 'That is none of its answers. Use one of the buttons.');
  }
}

function labelOf(approval: Approval, choice: string): string {
  return approval.choices.find((each) => each.id === choice)?.label ?? choice;
}
