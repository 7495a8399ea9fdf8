import {
  type ActionEffect,
  type AgentRequest,
  ALLOW,
  ALLOW_FOR_TASK,
  actionId,
  type Choice,
  DENY,
  endLock,
  type HookAnswer,
  hasEnded,
  intendAction,
  isLive,
  type Session,
  type Task,
  unreachable,
} from '../../domain/index.ts';
import type { DirectorPorts, DirectorTables } from '../ports.ts';
import { ask } from './ask.ts';

type Means = Pick<DirectorPorts, 'now' | 'newId'>;

/** Writes down what the hook is to be told; the next cycle tells it. */
export async function intendAnswer(
  means: Means,
  tx: DirectorTables,
  task: Task,
  request: AgentRequest,
  answer: HookAnswer,
): Promise<void> {
  const { ask: name, event } = request;
  await intend(means, tx, task, request, {
    kind: 'answer-hook',
    ask: name,
    event,
    about: aboutOf(request),
    answer,
  });
}

/** The lock of a task ends, its agent may end its turn, and people hear why. */
export async function stopGuiding(
  means: Means,
  tx: DirectorTables,
  { id }: Task,
  request: AgentRequest,
  why: string,
): Promise<void> {
  const task = await tx.lockTask(id);
  if (task === null) return;
  const step = hasEnded(task) ? null : endLock(task, why, means.now());
  if (step !== null) await tx.saveTask(step);
  await intendAnswer(means, tx, task, request, { kind: 'leave' });
}

/** Writes down that the model is to judge it; the job that asks the model comes with the same transaction. */
export async function intendJudgement(
  means: Means,
  tx: DirectorTables,
  task: Task,
  request: AgentRequest,
  goal: string,
): Promise<void> {
  await intend(means, tx, task, request, { kind: 'judge-goal', ask: request.ask, goal });
  await tx.enqueue({ kind: 'ask-model', session: request.session });
}

/** Writes down that the session's hook is to ask about the ends of turns, or no longer. */
export async function intendGuiding(
  means: Means,
  tx: DirectorTables,
  task: Task,
  { id, generation }: Session,
  isGuided: boolean,
): Promise<void> {
  await intend(means, tx, task, { session: id, generation }, { kind: 'guide-session', isGuided });
}

async function intend(
  { now, newId }: Means,
  tx: DirectorTables,
  task: Task,
  { session, generation }: Pick<AgentRequest, 'session' | 'generation'>,
  effect: ActionEffect,
): Promise<void> {
  await tx.addAction(
    intendAction({ id: actionId(newId()), task: task.id, session, generation, effect, by: null }, now()),
  );
  await tx.enqueue({ kind: 'cycle', session });
}

/** Asks people whether the agent may do what it waits for. */
export async function askPermission(ports: DirectorPorts, task: Task, request: AgentRequest): Promise<void> {
  const { session, generation, ask: name, event, wants } = request;
  if (wants.kind !== 'permission') return;
  const { tool, shown, use, risk } = wants;
  await ports.store.transaction(async (tx) => {
    const current = await tx.lockTask(task.id);
    if (current === null || !isLive(current)) return;
    const subject = {
      kind: 'permission',
      session,
      generation,
      ask: name,
      event,
      tool,
      shown,
      use,
      risk,
    } as const;
    const behind = risk.verdict === 'allow' ? {} : { risk, because: risk.reason };
    await ask(ports, tx, task, subject, PERMISSION_CHOICES, behind);
  });
}

const PERMISSION_CHOICES: readonly Choice[] = [
  { id: ALLOW, label: 'Allow', style: 'primary' },
  { id: ALLOW_FOR_TASK, label: 'Allow for this task', style: 'plain' },
  { id: DENY, label: 'Deny', style: 'danger', declines: true },
];

/** `Bash: npm test` */
export function aboutOf({ wants }: AgentRequest): string {
  switch (wants.kind) {
    case 'permission':
      return `${wants.tool}: ${wants.shown}`.slice(0, MAX_ABOUT_CHARACTERS);
    case 'stop':
      return 'the end of its turn';
    default:
      return unreachable(wants);
  }
}

const MAX_ABOUT_CHARACTERS = 200;
