import type { Sight, Situation } from '../../src/director/situation.ts';
import {
  type Action,
  type ActionEffect,
  type Approval,
  actionId,
  approvalId,
  cancelTask,
  completeTask,
  type Dialog,
  dialogFingerprint,
  failTask,
  hostId,
  intendAction,
  NEW_SESSION,
  type Observation,
  type Session,
  settleAction,
  startAction,
  type Task,
} from '../../src/domain/index.ts';
import { ANN, AT, assignedTask, LATER, PLACE, queuedTask, runningTask } from '../domain/tasks.ts';

export const EVIDENCE = { confidence: 0.9, source: 'screen', rule: 'test', evidence: 'a line' } as const;

export const DIALOG: Dialog = {
  promptKind: 'permission',
  question: 'Run npm install?',
  options: [
    { label: 'Yes', keys: ['1'] },
    { label: 'No', keys: ['Escape'] },
  ],
};
export const OTHER_DIALOG: Dialog = { ...DIALOG, question: 'Run rm -rf /?' };

const asking = (dialog: Dialog): Observation => ({
  ...EVIDENCE,
  state: 'waiting_input',
  promptKind: dialog.promptKind,
  dialog,
});

export const OBSERVATIONS: Readonly<Record<string, Observation>> = {
  starting: { ...EVIDENCE, state: 'starting' },
  thinking: { ...EVIDENCE, state: 'thinking' },
  running: { ...EVIDENCE, state: 'running' },
  compacting: { ...EVIDENCE, state: 'compacting' },
  retrying: { ...EVIDENCE, state: 'retrying' },
  idle: { ...EVIDENCE, state: 'idle' },
  completed: { ...EVIDENCE, state: 'completed' },
  rateLimited: { ...EVIDENCE, state: 'rate_limited', willRetry: false },
  error: { ...EVIDENCE, state: 'error' },
  loggedOut: { ...EVIDENCE, state: 'logged_out' },
  suspended: { ...EVIDENCE, state: 'suspended' },
  exiting: { ...EVIDENCE, state: 'exiting' },
  dialog: asking(DIALOG),
  otherDialog: asking(OTHER_DIALOG),
  unreadableDialog: asking({ ...DIALOG, options: [] }),
  textQuestion: { ...EVIDENCE, state: 'waiting_input', promptKind: 'text_question', question: 'Which port?' },
  ended: { ...EVIDENCE, state: 'shell', exitStatus: 0, trouble: null },
  endedBadly: { ...EVIDENCE, state: 'shell', exitStatus: 7, trouble: null },
  killed: { ...EVIDENCE, state: 'shell', exitStatus: null, trouble: 'Killed' },
  unknown: { ...EVIDENCE, state: 'unknown', why: 'nothing known', confidence: 0 },
};

export const SESSION: Session = {
  ...NEW_SESSION,
  id: PLACE.session,
  task: queuedTask().id,
  host: hostId('host-1'),
  name: 'fleet-t12-3fa9',
  agent: 'claude',
  worktree: '/srv/work',
  branch: PLACE.branch,
  generation: 2,
  state: 'live',
  createdAt: AT,
};

export const SERVER = { bootId: 'boot-1', tmuxPid: 100, tmuxStartedAt: AT };

export const seen = (name: keyof typeof OBSERVATIONS, confidence?: number): Sight => {
  const observation = OBSERVATIONS[name];
  if (observation === undefined) throw new Error(`there is no observation ${name}`);
  return {
    kind: 'seen',
    observation: confidence === undefined ? observation : { ...observation, confidence },
    readings: [],
    screen: ['$'],
    name: SESSION.name,
    server: SERVER,
    takenAt: LATER,
  };
};

export const ABSENT: Sight = { kind: 'absent', ended: null };
export const UNREACHABLE: Sight = { kind: 'unreachable', why: 'no route' };

export const TASKS = {
  running: runningTask(),
  assigned: assignedTask(),
  completed: completeTask(runningTask(), LATER).next,
  failed: failTask(runningTask(), 'why', [], LATER).next,
  cancelled: cancelTask(runningTask(), ANN, LATER).next,
} satisfies Record<string, Task>;

export const EFFECTS: Readonly<Record<ActionEffect['kind'], ActionEffect>> = {
  'press-option': {
    kind: 'press-option',
    approval: approvalId('a1'),
    dialog: dialogFingerprint(DIALOG),
    label: 'Yes',
    keys: ['1'],
  },
  'type-text': { kind: 'type-text', text: 'go on' },
  'suggest-answer': { kind: 'suggest-answer', question: 'Which port?' },
  'end-session': { kind: 'end-session', because: 'task-cancelled' },
  'restart-agent': { kind: 'restart-agent' },
};

export function intended(kind: ActionEffect['kind'], generation = SESSION.generation): Action {
  return intendAction(
    {
      id: actionId(kind),
      task: SESSION.task,
      session: SESSION.id,
      generation,
      effect: EFFECTS[kind],
      by: ANN,
    },
    AT,
  );
}

export const started = (kind: ActionEffect['kind']): Action => startAction(intended(kind), AT);
export const succeeded = (kind: ActionEffect['kind']): Action =>
  settleAction(started(kind), { state: 'succeeded' }, LATER);

export function approvalOf(dialog: Dialog, rest: object = {}, generation = SESSION.generation): Approval {
  const open: Approval = {
    id: approvalId('a1'),
    task: SESSION.task,
    thread: queuedTask().thread,
    subject: { kind: 'dialog', session: SESSION.id, generation, dialog, tail: [] },
    digest: 'd',
    choices: [],
    requestedBy: null,
    createdAt: AT,
    expiresAt: LATER,
    state: 'open',
  };
  return { ...open, ...rest };
}

export function situation(rest: Partial<Situation> = {}): Situation {
  return {
    task: runningTask(),
    session: SESSION,
    sight: seen('running'),
    since: AT,
    pending: [],
    settled: [],
    approvals: [],
    isTold: false,
    now: LATER,
    ...rest,
  };
}
