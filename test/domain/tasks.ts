import {
  type AssignedTask,
  actorId,
  assignTask,
  hostId,
  type NewTask,
  projectId,
  type QueuedTask,
  queueTask,
  type RunningTask,
  sessionId,
  startTask,
  taskId,
  threadId,
} from '../../src/domain/index.ts';

export const AT = new Date(Date.UTC(2026, 10, 22, 9));
export const LATER = new Date(Date.UTC(2026, 10, 22, 10));
export const ANN = actorId('ann');
export const PLACE = {
  host: hostId('host-1'),
  hostName: 'dev1',
  session: sessionId('session-1'),
  branch: 'fleet/t12-add-it',
};

/** A task as a person asks for it. */
export function newTask(): NewTask {
  return {
    id: taskId(12),
    brief: 'Add a health endpoint',
    project: projectId('api'),
    repo: 'acme/api',
    priority: 'medium',
    agent: 'claude',
    wantedHost: null,
    permissionMode: null,
    maxTurns: null,
    after: [],
    askedBy: ANN,
    origin: { kind: 'chat' },
    thread: threadId('3fa9c1d2'),
    attempt: 1,
    createdAt: AT,
  };
}

export const queuedTask = (): QueuedTask => queueTask(newTask(), AT).next;
export const assignedTask = (): AssignedTask => assignTask(queuedTask(), PLACE, AT).next;
export const runningTask = (): RunningTask => startTask(assignedTask(), AT).next;
