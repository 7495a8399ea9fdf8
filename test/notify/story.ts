import {
  type Action,
  type Actor,
  type Approval,
  type ApprovalPolicy,
  actorId,
  approvalId,
  assignTask,
  cancelTask,
  completeTask,
  type Event,
  failTask,
  hostId,
  type LiveTask,
  lockTask,
  NEW_SESSION,
  NO_LIMITS,
  notePullRequest,
  type OpenApproval,
  openApproval,
  projectId,
  queueTask,
  type Session,
  sessionId,
  startTask,
  type Task,
  taskId,
  threadId,
} from '../../src/domain/index.ts';
import type { ThreadStory } from '../../src/notify/ports.ts';
import { underPolicy } from '../domain/policies.ts';

export const ANN: Actor = {
  id: actorId('ann'),
  source: 'slack',
  externalId: 'UANN',
  name: 'Ann',
  role: 'approver',
};
export const PULL_REQUEST = {
  url: 'https://github.example/demo/shop/pull/7',
  number: 7,
  title: 'Add a health endpoint',
};

const THREAD = threadId('thread-1');
const SESSION = sessionId('session-1');
const HOST = hostId('host-1');

/** A story that grows by the moves of the domain; a minute passes with each. */
export type StoryTeller = {
  story(): ThreadStory;
  start(): void;
  tell(event: (at: Date) => Event): void;
  lock(until: Date | null): void;
  openPullRequest(): void;
  complete(): void;
  fail(): void;
  cancel(): void;
  retry(): void;
  ask(subject?: Approval['subject'], policy?: Partial<ApprovalPolicy>): OpenApproval;
  settle(approval: Approval, events: readonly Event[]): void;
  now(): Date;
};

export function tellStory(where: Partial<Pick<ThreadStory['thread'], 'slack' | 'issue'>> = {}): StoryTeller {
  let minutes = 0;
  let tasks: Task[] = [];
  const events: Event[] = [];
  const approvals = new Map<string, Approval>();
  const actions: Action[] = [];
  const at = () => {
    minutes += 1;
    return new Date(Date.UTC(2026, 10, 22, 11, minutes));
  };

  function put(step: { readonly next: Task; readonly events: readonly Event[] }): void {
    tasks = [...tasks.filter((task) => task.id !== step.next.id), step.next];
    events.push(...step.events);
  }
  function queue(attempt: number): void {
    put(
      queueTask(
        {
          id: taskId(11 + attempt),
          brief: 'Add a health endpoint\nand test it',
          project: projectId('shop'),
          repo: 'demo/shop',
          priority: 'high',
          agent: 'claude',
          wantedHost: null,
          permissionMode: null,
          maxTurns: null,
          after: [],
          askedBy: ANN.id,
          origin: { kind: 'chat' },
          thread: THREAD,
          attempt,
          createdAt: new Date(Date.UTC(2026, 10, 22, 11)),
        },
        at(),
      ),
    );
  }
  function latest(): Task {
    const task = tasks.at(-1);
    if (task === undefined) throw new Error('the story has no task yet');
    return task;
  }
  function live(): LiveTask {
    const task = latest();
    if (task.state !== 'assigned' && task.state !== 'running') throw new Error(`the task is ${task.state}`);
    return task;
  }

  queue(1);
  return {
    now: at,
    story: () => ({
      thread: {
        id: THREAD,
        slack: where.slack === undefined ? { channel: 'C1', messageTs: null } : where.slack,
        issue: where.issue ?? null,
      },
      pause: null,
      round: null,
      tasks,
      sessions: sessionsOf(tasks),
      events: events.map((event, index) => ({ ...event, sequence: index + 1 })),
      approvals: [...approvals.values()],
      actions,
      people: new Map([[ANN.id, ANN]]),
      hostNames: new Map([[HOST, 'dev1']]),
      limits: NO_LIMITS,
    }),
    start: () => {
      const task = latest();
      if (task.state !== 'queued') throw new Error(`the task is ${task.state}`);
      const assigned = assignTask(
        task,
        { host: HOST, hostName: 'dev1', session: SESSION, branch: 'fleet/t12-add-a-health-endpoint' },
        at(),
      );
      put(assigned);
      put(startTask(assigned.next, at()));
    },
    tell: (event) => void events.push(event(at())),
    lock: (until) => {
      const step = lockTask(live(), ANN.id, until, at());
      if (step !== null) put(step);
    },
    openPullRequest: () => {
      const step = notePullRequest(live(), PULL_REQUEST, at());
      if (step !== null) put(step);
    },
    complete: () => put(completeTask(live(), at())),
    fail: () => put(failTask(live(), 'the agent ended with status 1', ['npm test', '1 failed'], at())),
    cancel: () => {
      const task = latest();
      if (task.state !== 'queued' && task.state !== 'assigned' && task.state !== 'running')
        throw new Error(task.state);
      put(cancelTask(task, ANN.id, at()));
    },
    retry: () => queue(tasks.length + 1),
    ask: (subject, policy) => {
      const now = at();
      const step = openApproval(
        {
          id: approvalId(`approval-${approvals.size + 1}`),
          task: latest().id,
          thread: THREAD,
          subject: subject ?? {
            kind: 'dialog',
            session: SESSION,
            generation: 1,
            dialog: {
              promptKind: 'permission',
              question: 'Run `npm test`?',
              options: [
                { label: 'Yes', keys: ['1'] },
                { label: 'No', keys: ['3'] },
              ],
            },
            tail: ['Run npm test?', '> 1. Yes'],
          },
          choices: [
            { id: '1', label: 'Yes', style: 'primary' },
            { id: '3', label: 'No', style: 'plain' },
          ],
          requestedBy: null,
          ...underPolicy({ expiresAfterMs: Date.UTC(2026, 10, 22, 12, 30) - now.getTime(), ...policy }),
        },
        { digest: () => 'd'.repeat(64), at: now },
      );
      approvals.set(step.next.id, step.next);
      events.push(...step.events);
      return step.next;
    },
    settle: (approval, more) => {
      approvals.set(approval.id, approval);
      events.push(...more);
    },
  };
}

function sessionsOf(tasks: readonly Task[]): Session[] {
  return tasks
    .filter((task) => task.state !== 'queued')
    .map((task) => ({
      ...NEW_SESSION,
      id: SESSION,
      task: task.id,
      host: HOST,
      name: `fleet-t${task.id}`,
      agent: 'claude',
      worktree: '/work/t12',
      branch: 'fleet/t12-add-a-health-endpoint',
      state: task.state === 'running' || task.state === 'assigned' ? 'live' : 'ended',
      createdAt: task.createdAt,
    }));
}
