import {
  type Advised,
  APPROVE,
  type ApprovalSubject,
  type Choice,
  completeTask,
  DENY,
  type Dialog,
  declines,
  dollars,
  failTask,
  isLive,
  notePullRequest,
  type PullRequest,
  placeOf,
  type Session,
  type SpendingQuestion,
  type Task,
  taskLabel,
} from '../../domain/index.ts';
import { dialogRisk } from '../dialog-risk.ts';
import type { DirectorPorts, DirectorTables } from '../ports.ts';
import { type AskedChoice, type AskingPorts, ask, type Behind } from './ask.ts';
import { dropPending, withdrawOpenQuestions } from './settle.ts';

// Enough to see what happened, short enough for a message.
const TAIL_LINES = 20;

/** With its pull request, also where no webhook told of it. */
export async function complete(ports: DirectorPorts, task: Task, session: Session): Promise<void> {
  const found = await findPullRequest(ports, task);
  await endTask(ports, task, session, (live, at) => {
    const noted = found === null ? null : notePullRequest(live, found, at);
    const ended = completeTask(noted?.next ?? live, at);
    return { next: ended.next, events: [...(noted?.events ?? []), ...ended.events] };
  });
}

/** An agent that rests after its turn has done its task when there is a pull request. True: it is completed. */
export async function completeIfDelivered(
  ports: DirectorPorts,
  task: Task,
  session: Session,
): Promise<boolean> {
  if ((await findPullRequest(ports, task)) === null) return false;
  await complete(ports, task, session);
  return true;
}

async function findPullRequest({ pullRequests }: DirectorPorts, task: Task): Promise<PullRequest | null> {
  const place = placeOf(task);
  if (place === null) return null;
  return place.pullRequest ?? (await pullRequests?.find(task.repo, place.branch)) ?? null;
}

/** @param screen the last thing seen, redacted */
export async function fail(
  ports: DirectorPorts,
  task: Task,
  session: Session,
  why: string,
  screen: readonly string[],
): Promise<void> {
  await endTask(ports, task, session, (live, at) => failTask(live, why, tailOf(screen), at));
}

/** Asks people what the agent asks. Each button is one of the dialog's own options. */
export async function askPeople(
  ports: AskingPorts,
  tx: DirectorTables,
  { task, session }: Asked,
  dialog: Dialog,
  screen: readonly string[],
  advised: Advised | null = null,
  behind: Behind = {},
): Promise<void> {
  // A dialog whose answers could not be read cannot be answered from here; `attention` has said so.
  if (dialog.options.length === 0) return;
  const current = await tx.lockTask(task.id);
  if (current === null || !isLive(current)) return;
  await ask(
    ports,
    tx,
    task,
    {
      kind: 'dialog',
      session: session.id,
      generation: session.generation,
      dialog,
      tail: tailOf(screen),
      ...(advised === null ? {} : { advised }),
    },
    choicesOf(dialog),
    { ...riskOfYes(dialog), ...behind },
  );
}

/** Asks people whether the model's words may be typed, exactly as they are. */
export async function askToSend(
  ports: AskingPorts,
  tx: DirectorTables,
  { task, session }: Asked,
  words: Pick<
    Extract<ApprovalSubject, { kind: 'send-text' }>,
    'question' | 'text' | 'why' | 'confidence' | 'strategy'
  >,
  behind: Behind,
): Promise<void> {
  await ask(
    ports,
    tx,
    task,
    { kind: 'send-text', session: session.id, generation: session.generation, ...words },
    [
      {
        id: APPROVE,
        label: words.question === null ? 'Send these words' : 'Send this answer',
        style: 'primary',
      },
      { id: DENY, label: 'Don’t', style: 'plain', declines: true },
    ],
    behind,
  );
}

/** Asks people whether more money is spent. Whichever session of a project comes first asks for all of them. */
export async function askToSpend(
  ports: DirectorPorts,
  task: Task,
  { id, generation }: Session,
  question: SpendingQuestion,
): Promise<void> {
  await ports.store.transaction(async (tx) => {
    const current = await tx.lockTask(task.id);
    if (current === null || !isLive(current)) return;
    await ask(ports, tx, task, { kind: 'spend-more', session: id, generation, question }, [
      { id: APPROVE, label: `Continue, up to ${dollars(question.raisedUsd)}`, style: 'primary' },
      { id: DENY, label: `Stop ${taskLabel(task.id)}`, style: 'danger', declines: true },
    ]);
  });
}

/** Asks people whether the agent is begun anew, or the task is done, because a model thinks so. */
export async function askToEndTurn(
  ports: AskingPorts,
  tx: DirectorTables,
  { task, session }: Asked,
  kind: 'restart-session' | 'complete-task',
  advised: Advised,
  behind: Behind,
): Promise<void> {
  const subject = { kind, session: session.id, generation: session.generation, advised };
  const isRestart = kind === 'restart-session';
  const choices: readonly Choice[] = [
    {
      id: APPROVE,
      label: isRestart ? 'Restart' : 'Completed',
      style: isRestart ? 'danger' : 'primary',
    },
    { id: DENY, label: 'Don’t', style: 'plain', declines: true },
  ];
  await ask(ports, tx, task, subject, choices, behind);
}

type Asked = { readonly task: Task; readonly session: Session };

/** Numbered as the dialog's options are. What is refused whoever allows it is not offered. */
function choicesOf(dialog: Dialog): readonly AskedChoice[] {
  return dialog.options.flatMap(({ label }, index): readonly AskedChoice[] => {
    if (declines(label)) return [{ id: String(index), label, style: 'plain', declines: true }];
    const risk = dialogRisk(dialog, label);
    if (risk.verdict === 'refuse') return [];
    const style = index === 0 ? 'primary' : 'plain';
    return [{ id: String(index), label, style, risk: risk.verdict === 'allow' ? null : risk }];
  });
}

/** What the dialog asks a person to allow, as far as it is known to be risky. */
function riskOfYes(dialog: Dialog): Behind {
  const yes = dialog.options.find(({ label }) => !declines(label));
  const risk = yes === undefined ? null : dialogRisk(dialog, yes.label);
  if (risk === null || risk.verdict === 'allow') return {};
  if (risk.verdict === 'refuse') {
    return { risk, because: `${risk.reason}, and nobody can allow that from here` };
  }
  return risk.category === 'undecided' ? { risk } : { risk, because: risk.reason };
}

async function endTask(
  { store, now }: DirectorPorts,
  { id }: Task,
  session: Session,
  step: (
    task: Extract<Task, { state: 'assigned' | 'running' }>,
    at: Date,
  ) => Parameters<DirectorTables['saveTask']>[0],
): Promise<void> {
  const at = now();
  await store.transaction(async (tx) => {
    const task = await tx.lockTask(id);
    if (task === null || !isLive(task) || task.session !== session.id) return;
    await withdrawOpenQuestions(tx, task, session.id, 'the agent has ended', at);
    await dropPending(tx, task, session.id, 'the agent has ended', at);
    await tx.saveTask(step(task, at));
    await tx.enqueue({ kind: 'cycle', session: session.id });
  });
}

/** The end of a screen, as it stands beside a question. */
export function tailOf(screen: readonly string[]): readonly string[] {
  return screen.slice(-TAIL_LINES);
}
