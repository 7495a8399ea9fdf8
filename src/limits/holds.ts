import {
  type AccountLimit,
  accountOf,
  type BudgetStanding,
  budgetHold,
  type Hold,
  type Host,
  hasEnded,
  type ProjectId,
  type ProjectRules,
  placeOf,
  type QueuedTask,
  quotaHold,
  RESUMES_WITHIN_MS,
  type Session,
  spendOf,
  type Task,
  type TaskLimits,
  type Turns,
  taskLabel,
  turnsHold,
} from '../domain/index.ts';
import { type Payer, standingsOf } from './budgets.ts';
import type { LimitTables } from './ports.ts';

/** What limits a session now, and what that holds back: its account, the money of its task and project, and the turns it was given. */
export type SessionLimits = {
  readonly standings: readonly BudgetStanding[];
  /** Null: it may have any number. */
  readonly turns: Turns | null;
  readonly holds: readonly Hold[];
};

export async function limitsOfSession(
  tables: LimitTables,
  rules: ProjectRules,
  task: Payer & Pick<Task, 'id' | 'maxTurns'>,
  { id, agent }: Pick<Session, 'id' | 'agent'>,
  host: Pick<Host, 'id' | 'name'>,
  now: Date,
): Promise<SessionLimits> {
  const limits = await limitsThatCount(tables, now);
  const standings = await standingsOf(tables, rules, task, now);
  const turns = await turnsOf(tables, task);
  const holds = [
    quotaHold(limits, accountOf(rules.accounts, agent, host), id, now),
    ...standings.map(budgetHold),
    turnsHold(turns),
  ];
  return { standings, turns, holds: holds.filter((hold) => hold !== null) };
}

async function turnsOf(
  tables: LimitTables,
  { id, maxTurns: max }: Pick<Task, 'id' | 'maxTurns'>,
): Promise<Turns | null> {
  return max === null ? null : { ended: await tables.endedTurnsOf(id), max };
}

/** What keeps a waiting task from being started on a host; null: nothing. */
export type StartHold = (task: QueuedTask, host: Pick<Host, 'id' | 'name'>) => Hold | null;

/** Reads once what counts for all tasks that wait. */
export async function startHolds(
  tables: LimitTables,
  rulesOf: (project: ProjectId) => ProjectRules,
  queued: readonly QueuedTask[],
  now: Date,
): Promise<StartHold> {
  const limits = await limitsThatCount(tables, now);
  const spent = new Map<Task['id'], Hold>();
  for (const task of queued) {
    const standings = await standingsOf(tables, rulesOf(task.project), task, now);
    const hold = standings.map(budgetHold).find((each) => each !== null);
    if (hold !== undefined && hold !== null) spent.set(task.id, hold);
  }
  return (task, host) => {
    const account = accountOf(rulesOf(task.project).accounts, task.agent, host);
    return spent.get(task.id) ?? quotaHold(limits, account, taskLabel(task.id), now);
  };
}

/** What cards show of a task. */
export async function limitsOfTask(
  tables: LimitTables,
  rules: ProjectRules,
  task: Task,
  now: Date,
): Promise<TaskLimits> {
  const spend = spendOf(await tables.usageOfTask(task.id), rules.prices);
  if (hasEnded(task)) return { spend, standings: [], turns: null, holds: [] };
  const place = placeOf(task);
  const host = place === null ? null : await tables.findHost(place.host);
  if (place !== null && host !== null) {
    const session = { id: place.session, agent: task.agent };
    return { spend, ...(await limitsOfSession(tables, rules, task, session, host, now)) };
  }
  const standings = await standingsOf(tables, rules, task, now);
  const turns = await turnsOf(tables, task);
  return { spend, standings, turns, holds: standings.map(budgetHold).filter((hold) => hold !== null) };
}

/** A limit counts a little longer than it lasts: work begins again spread out. */
function limitsThatCount(tables: LimitTables, now: Date): Promise<readonly AccountLimit[]> {
  return tables.accountLimits(new Date(now.getTime() - RESUMES_WITHIN_MS));
}
