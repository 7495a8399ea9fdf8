import type { GateFacts } from '../../src/director/gate.ts';
import type { Fleet } from '../../src/director/index.ts';
import type { Sight, Situation } from '../../src/director/situation.ts';
import {
  type Action,
  type ActionEffect,
  type Approval,
  actionId,
  approvalId,
  cancelTask,
  completeTask,
  DEFAULT_RULES,
  type Dialog,
  dialogFingerprint,
  failTask,
  type Host,
  hostId,
  intendAction,
  NEW_SESSION,
  type Observation,
  type Session,
  settleAction,
  startAction,
  type Task,
  taskId,
} from '../../src/domain/index.ts';
import { underPolicy } from '../domain/policies.ts';
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
    dialog: dialogFingerprint(DIALOG),
    label: 'Yes',
    keys: ['1'],
  },
  'type-text': { kind: 'type-text', text: 'go on' },
  'ask-model': { kind: 'ask-model', meaning: 'asks', about: 'Which port?' },
  interrupt: { kind: 'interrupt', isForWords: false },
  'answer-hook': {
    kind: 'answer-hook',
    ask: '1700000000-42',
    event: 'PermissionRequest',
    about: 'Bash: npm test',
    answer: { kind: 'allow' },
  },
  'judge-goal': { kind: 'judge-goal', ask: '1700000000-42', goal: 'All tests pass' },
  'guide-session': { kind: 'guide-session', isGuided: true },
  report: { kind: 'report', because: 'asked', text: null },
  'allow-turns': { kind: 'allow-turns', upTo: 10 },
  'tell-neighbours': {
    kind: 'tell-neighbours',
    neighbours: [
      {
        task: taskId(13),
        title: 'Sweep the yard',
        branch: 'fleet/t13-sweep-the-yard',
        agent: 'codex',
        host: 'far',
        files: ['yard.js'],
      },
    ],
  },
  'end-session': { kind: 'end-session', because: 'task-cancelled' },
  'restart-agent': { kind: 'restart-agent' },
  'reassign-task': {
    kind: 'reassign-task',
    because: 'asked',
    from: hostId('host-1'),
    to: null,
    makesRoomFor: null,
  },
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
      allowedBy: kind === 'press-option' ? approvalId('a1') : null,
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
    ...underPolicy(),
    votes: [],
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
    requests: [],
    granted: new Set(),
    asksByHook: 'never',
    rules: DEFAULT_RULES,
    isTold: false,
    workedAt: null,
    isModelAtHand: false,
    holds: [],
    limit: null,
    standings: [],
    turns: null,
    now: LATER,
    ...rest,
  };
}

export const HOST: Host = {
  id: SESSION.host,
  name: 'dev1',
  transport: { kind: 'local' },
  capacity: 3,
  state: 'active',
  reach: { state: 'unknown' },
};

/** What the gate knows where nothing speaks against a decision. */
export function gateFacts({
  sight = seen('idle'),
  ...change
}: Partial<Omit<GateFacts, 'seen'>> & { readonly sight?: Sight } = {}): GateFacts {
  return {
    session: SESSION,
    host: HOST,
    seen: sight.kind === 'seen' ? sight : null,
    generation: SESSION.generation,
    pending: [],
    pause: null,
    holds: [],
    rules: DEFAULT_RULES,
    now: LATER,
    ...change,
  };
}
const untouched = () => {
  throw new Error('no host is touched here');
};

/** For what decides and touches no host. */
export const NO_FLEET: Fleet = {
  list: untouched,
  look: untouched,
  readSpool: untouched,
  heedHook: untouched,
  answerHook: untouched,
  guideSession: untouched,
  tellNeighbours: untouched,
  readTranscript: untouched,
  context: untouched,
  agentVersions: untouched,
  read: untouched,
  mark: untouched,
  unmark: untouched,
  prepare: untouched,
  saveWork: untouched,
  launch: untouched,
  type: untouched,
  press: untouched,
  end: untouched,
  watch: untouched,
};
