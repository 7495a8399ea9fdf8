declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Counts up per installation; people see it as `T12`. */
export type TaskId = Branded<number, 'TaskId'>;
export type ProjectId = Branded<string, 'ProjectId'>;
export type HostId = Branded<string, 'HostId'>;
export type SessionId = Branded<string, 'SessionId'>;
export type ApprovalId = Branded<string, 'ApprovalId'>;
export type ActionId = Branded<string, 'ActionId'>;
export type ThreadId = Branded<string, 'ThreadId'>;
export type WatchId = Branded<string, 'WatchId'>;
export type PauseId = Branded<string, 'PauseId'>;
/** Counts up per installation; people see it as `R3`. */
export type RoundId = Branded<number, 'RoundId'>;
export type ActorId = Branded<string, 'ActorId'>;
/** The sender's own id of one delivery: `X-GitHub-Delivery`, a Slack event id, a trigger id. */
export type DeliveryId = Branded<string, 'DeliveryId'>;

// The only places where a brand is put on. Call them where a value is parsed or read from the database.
export const taskId = (value: number): TaskId => value as TaskId;
export const projectId = (value: string): ProjectId => value as ProjectId;
export const hostId = (value: string): HostId => value as HostId;
export const sessionId = (value: string): SessionId => value as SessionId;
export const approvalId = (value: string): ApprovalId => value as ApprovalId;
export const actionId = (value: string): ActionId => value as ActionId;
export const threadId = (value: string): ThreadId => value as ThreadId;
export const watchId = (value: string): WatchId => value as WatchId;
export const pauseId = (value: string): PauseId => value as PauseId;
export const roundId = (value: number): RoundId => value as RoundId;
export const actorId = (value: string): ActorId => value as ActorId;
export const deliveryId = (value: string): DeliveryId => value as DeliveryId;

/** How people write and read a task: `T12`. */
export function taskLabel(id: TaskId): string {
  return `T${id}`;
}

/** Reads `T12`, `t12`, `#12` or `12`; null for anything else. */
export function parseTaskLabel(text: string): TaskId | null {
  const match = /^[Tt#]?([1-9]\d{0,8})$/.exec(text.trim());
  return match?.[1] === undefined ? null : taskId(Number(match[1]));
}
