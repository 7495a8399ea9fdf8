import {
  type Actor,
  err,
  holdsRole,
  mayActOn,
  ok,
  type Result,
  type Role,
  type Session,
  type Task,
  type TaskId,
  taskLabel,
} from '../domain/index.ts';
import type { CommandPorts, CommandTables } from './ports.ts';
import type { Answer, Place, Refusal } from './request.ts';

/** What every command is given: who asks, where, when, and the one transaction that carries out what the delivery asked for. */
export type Context = {
  readonly ports: CommandPorts;
  readonly actor: Actor;
  readonly place: Place;
  readonly at: Date;
  /** Carries out the request once, however often its delivery is worked on. A refusal takes back everything that was changed before it. */
  readonly change: <T>(
    work: (tx: CommandTables) => Promise<Result<T, Refusal>>,
  ) => Promise<Result<T, Refusal>>;
};

export type Outcome = Result<Answer, Refusal>;

/** Thrown inside the transaction of a delivery whose request was carried out before: nothing of it is done again. */
export class AlreadyCarriedOut extends Error {}

/** Thrown out of a transaction, so that a refusal changes nothing and its delivery stays open until the person was told. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.sentence);
    this.refusal = refusal;
  }
}

export function refuse(kind: Refusal['kind'], sentence: string): Result<never, Refusal> {
  return err({ kind, sentence });
}

export function requireRole(context: Context, role: Role, toDo: string): Result<void, Refusal> {
  if (holdsRole(context.actor, role)) return ok(undefined);
  return refuse(
    'not-allowed',
    `You may look, but to ${toDo} you need the role ${role}. Ask whoever runs Fleet Director to add it for ${context.actor.name}.`,
  );
}

/** Whether anything may be done to a session where it runs; if not, what to do first. */
export async function requireActing(
  tx: Pick<CommandTables, 'findHost'>,
  session: Session,
  nothing: string,
): Promise<Result<void, Refusal>> {
  const host = await tx.findHost(session.host);
  if (host === null || mayActOn(host)) return ok(undefined);
  return refuse(
    'wrong-state',
    `${host.name} is ${host.state}, so nothing is ${nothing} there. \`hosts include ${host.name}\` first.`,
  );
}

/** The task that was named, or the current one of the thread where it was said. */
export async function resolveTask(
  context: Context,
  named: TaskId | null,
  verb: string,
): Promise<Result<Task, Refusal>> {
  const { store } = context.ports;
  if (named !== null) {
    const task = await store.findTask(named);
    if (task !== null) return ok(task);
    return refuse('no-such-task', `There is no task ${taskLabel(named)}. \`status\` lists the tasks.`);
  }
  const task = await taskOfPlace(context);
  if (task !== null) return ok(task);
  return refuse('no-such-task', `Which task? Write \`${verb} T12\`, or say it in the task's thread.`);
}

/** The newest try of the thread the request was made in. */
export async function taskOfPlace({ ports, place }: Context): Promise<Task | null> {
  const { store } = ports;
  if (place.kind === 'shell') return null;
  if (place.kind === 'slack' && place.threadTs === null) return null;
  const thread =
    place.kind === 'slack'
      ? await store.threadOfMessage(place.channel, place.threadTs ?? '')
      : await store.threadOfIssue(place.repo, place.issue);
  if (thread === null) return null;
  return (await store.tasksOfThread(thread.id)).at(-1) ?? null;
}
