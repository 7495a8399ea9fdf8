import type { Report } from './report.ts';

/** What tmux says of a pane. Source: tmux(1), FORMATS. */
export type PaneFacts = {
  readonly command: string;
  readonly title: string;
  readonly pid: number;
  readonly width: number;
  readonly height: number;
  readonly cursorX: number;
  readonly cursorY: number;
  readonly isCursorVisible: boolean;
  readonly isAlternateScreen: boolean;
  /** Copy mode and the like: keys do not reach the program. */
  readonly isInMode: boolean;
  readonly isDead: boolean;
  /** Exit status of a dead pane's program; null while it lives, or when a signal ended it. */
  readonly deadStatus: number | null;
};

export type ProcessFacts = {
  readonly pid: number;
  readonly ppid: number;
  /** As `ps -o stat` prints it: `T` is stopped. */
  readonly stat: string;
  readonly comm: string;
  readonly cmd: string;
};

/** What one look at a session brought back. */
export type Capture = {
  /** The visible screen as plain text, wrapped lines joined. At most the visible rows: scrollback repeats old questions. */
  readonly plain: string;
  /** The same with its escape sequences. */
  readonly ansi: string;
  readonly pane: PaneFacts;
  /** The pane's process tree, the pane's own process first; empty when it could not be read. */
  readonly processes: readonly ProcessFacts[];
  readonly takenAt: Date;
  /** Since the program last printed anything; left out: not known. */
  readonly quietForMs?: number;
  /** Since the program gave the terminal its title; left out: not known. */
  readonly titleForMs?: number;
};

/** One answer of a dialog and the keys that choose it, as tmux names keys. */
export type DialogOption = { readonly label: string; readonly keys: readonly string[] };

export type Dialog = {
  readonly promptKind:
    | 'permission'
    | 'question'
    | 'plan_approval'
    | 'trust'
    | 'onboarding'
    | 'login'
    | 'menu';
  readonly question: string;
  /** In the order shown. Empty: the dialog is there, but its answers could not be read. */
  readonly options: readonly DialogOption[];
};

export const BUSY_STATES = ['starting', 'thinking', 'running', 'compacting', 'retrying'] as const;
export const AT_PROMPT_STATES = ['idle', 'completed', 'error'] as const;

/** Where a reading comes from, in order of trust. */
export type ObservationSource = Report['channel'] | 'process' | 'screen';

type Evidence = {
  /** 0 to 1. */
  readonly confidence: number;
  readonly source: ObservationSource;
  /** Which rule spoke: `claude-code/permission-dialog`. */
  readonly rule: string;
  /** The line that matched. */
  readonly evidence: string;
};

/**
 * What a capture means.
 * completed: prompt free and the last turn ended normally. idle: prompt free otherwise. rate_limited: the turn goes on by itself (`willRetry`), or it ended with that.
 * shell: no agent process, `exitStatus` where tmux knows it, `trouble` where something shows that the agent did not leave by itself.
 * text_question is a question in prose with the prompt free; every other prompt kind is a dialog.
 */
export type Observation = Evidence &
  (
    | { readonly state: (typeof BUSY_STATES)[number] | (typeof AT_PROMPT_STATES)[number] }
    | { readonly state: 'logged_out' | 'suspended' | 'exiting' }
    | { readonly state: 'rate_limited'; readonly willRetry: boolean }
    | { readonly state: 'waiting_input'; readonly promptKind: 'text_question'; readonly question: string }
    | { readonly state: 'waiting_input'; readonly promptKind: Dialog['promptKind']; readonly dialog: Dialog }
    | { readonly state: 'shell'; readonly exitStatus: number | null; readonly trouble: string | null }
    | { readonly state: 'unknown'; readonly why: string }
  );

export type ObservedState = Observation['state'];

/** What one source says by itself, before the sources are weighed against each other. Kept beside the observation, to explain it. */
export type Reading = {
  readonly source: ObservationSource;
  readonly state: ObservedState;
  readonly rule: string;
  readonly evidence: string;
  readonly confidence: number;
  /** How old what it rests on was when it was weighed. */
  readonly ageMs: number;
};

export function isBusy(observation: Observation): boolean {
  return (
    BUSY_STATES.some((state) => state === observation.state) ||
    (observation.state === 'rate_limited' && observation.willRetry)
  );
}

/** Nothing will happen until somebody acts, and that is not simply a turn that ended. */
export function needsHuman(observation: Observation): boolean {
  switch (observation.state) {
    case 'waiting_input':
    case 'error':
    case 'logged_out':
    case 'suspended':
      return true;
    case 'rate_limited':
      return !observation.willRetry;
    case 'shell':
      return observation.trouble !== null;
    case 'starting':
    case 'thinking':
    case 'running':
    case 'compacting':
    case 'retrying':
    case 'idle':
    case 'completed':
    case 'exiting':
    case 'unknown':
      return false;
  }
}

/** The prompt is free: text typed now starts a turn. */
export function isAtPrompt(observation: Observation): boolean {
  return (
    AT_PROMPT_STATES.some((state) => state === observation.state) ||
    textQuestionOf(observation) !== null ||
    (observation.state === 'rate_limited' && !observation.willRetry)
  );
}

/** Words stand in the agent's prompt and were not sent. */
export function standsUnsent(observation: Observation): boolean {
  return observation.state === 'idle' && observation.rule.endsWith('/typed-not-sent');
}

export function dialogOf(observation: Observation): Dialog | null {
  return observation.state === 'waiting_input' && observation.promptKind !== 'text_question'
    ? observation.dialog
    : null;
}

/** What the agent asked in prose, with its prompt free. */
export function textQuestionOf(observation: Observation): string | null {
  return observation.state === 'waiting_input' && observation.promptKind === 'text_question'
    ? observation.question
    : null;
}

// Whatever else an option says may let the agent go on.
const NO =
  /^(?:no\b|don['’]t\b|do not\b|deny\b|reject\b|refuse\b|decline\b|cancel\b|abort\b|stop\b|quit\b|exit\b)/i;

/** Whether an option of a dialog says no, so that choosing it lets the agent do nothing. */
export function declines(label: string): boolean {
  return NO.test(label.trim());
}

/** Two looks at one dialog agree in this text; another question or another set of answers does not. */
export function dialogFingerprint(dialog: Dialog): string {
  return JSON.stringify([
    dialog.promptKind,
    dialog.question,
    dialog.options.map((option) => [option.label, option.keys]),
  ]);
}

/** What two looks must agree in to be the same news. */
export function meaningOf(observation: Observation): string {
  if (observation.state !== 'waiting_input') return observation.state;
  return JSON.stringify(
    observation.promptKind === 'text_question'
      ? [observation.state, observation.promptKind, observation.question]
      : [observation.state, observation.promptKind, dialogFingerprint(observation.dialog)],
  );
}
