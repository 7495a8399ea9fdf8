import {
  APPROVE,
  type ApprovalSubject,
  approvalId,
  type Choice,
  completeTask,
  DENY,
  type Dialog,
  failTask,
  isLive,
  notePullRequest,
  openApproval,
  type PullRequest,
  placeOf,
  type Session,
  type StrategyId,
  type Task,
} from '../../domain/index.ts';
import type { DirectorPorts, DirectorTables } from '../ports.ts';
import { dropPending, withdrawOpenQuestions } from './settle.ts';

/** What asking people needs. */
export type AskingPorts = Pick<DirectorPorts, 'settings' | 'digest' | 'now' | 'newId'>;

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
  ports: DirectorPorts,
  task: Task,
  session: Session,
  dialog: Dialog,
  screen: readonly string[],
): Promise<void> {
  // A dialog whose answers could not be read cannot be answered from here; `attention` has said so.
  if (dialog.options.length === 0) return;
  const subject: ApprovalSubject = {
    kind: 'dialog',
    session: session.id,
    generation: session.generation,
    dialog,
    tail: tailOf(screen),
  };
  await ports.store.transaction(async (tx) => {
    const current = await tx.lockTask(task.id);
    if (current === null || !isLive(current)) return;
    await ask(
      ports,
      tx,
      task,
      subject,
      dialog.options.map((option, index) => ({
        id: String(index),
        label: option.label,
        style: index === 0 ? 'primary' : 'plain',
      })),
    );
  });
}

/** Asks people whether the model's words may be typed, exactly as they are. */
export async function askToSend(
  ports: AskingPorts,
  tx: DirectorTables,
  {
    task,
    session,
    strategy,
    ...words
  }: {
    readonly task: Task;
    readonly session: Session;
    readonly question: string;
    readonly text: string;
    readonly why: string;
    readonly confidence: number;
    readonly strategy: StrategyId | null;
  },
): Promise<void> {
  await ask(
    ports,
    tx,
    task,
    {
      kind: 'send-text',
      session: session.id,
      generation: session.generation,
      ...words,
      ...(strategy === null ? {} : { strategy }),
    },
    [
      { id: APPROVE, label: 'Send this answer', style: 'primary' },
      { id: DENY, label: 'Don’t', style: 'plain' },
    ],
  );
}

async function ask(
  { settings, digest, now, newId }: AskingPorts,
  tx: DirectorTables,
  task: Task,
  subject: ApprovalSubject,
  choices: readonly Choice[],
): Promise<void> {
  await tx.addApproval(
    openApproval(
      { id: approvalId(newId()), task: task.id, thread: task.thread, subject, choices, requestedBy: null },
      { digest, at: now(), expiresAfterMs: settings.approvalExpiresAfterMs },
    ),
  );
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

function tailOf(screen: readonly string[]): readonly string[] {
  return screen.slice(-TAIL_LINES);
}
