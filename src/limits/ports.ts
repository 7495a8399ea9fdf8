import type { AccountLimit, Host, HostId, ProjectId, Spend, TaskId, Used } from '../domain/index.ts';

/** What limits are worked out from. */
export interface LimitTables {
  /** Those that end after this moment. */
  accountLimits(after: Date): Promise<readonly AccountLimit[]>;
  /** Caps that people set, by scope; they count in place of those of the configuration. */
  budgetCaps(scopes: readonly string[]): Promise<ReadonlyMap<string, number>>;
  usageOfTask(task: TaskId): Promise<readonly Used[]>;
  /** Turns that agents of the task ended, those that they were guided on from too. */
  endedTurnsOf(task: TaskId): Promise<number>;
  /** Of all its tasks, from the day of that moment on. */
  usageOfProject(project: ProjectId, from: Date): Promise<readonly Used[]>;
  /** What the model was asked for its tasks, from that moment on. */
  modelSpend(project: ProjectId, from: Date): Promise<Spend>;
  findHost(id: HostId): Promise<Host | null>;
}
