import type { Claim } from './scenario.ts';

/** How the corpus labels a state. Its README defines the words. */
export type Label = {
  readonly state: string;
  readonly group: string;
  readonly needsHuman: boolean;
  /** What somebody who cannot ask the model's service may fairly answer. */
  readonly accept: readonly string[];
  readonly promptKind: string | null;
};

type Row = Omit<Label, 'promptKind'> & { readonly sub: string | null; readonly promptKind?: string };

const busy = (state: string, sub: string | null, ...more: readonly string[]): Row => ({
  state,
  sub,
  group: 'busy',
  needsHuman: false,
  accept: [state, ...more],
});
const dialog = (sub: string, ...more: readonly string[]): Row => ({
  state: 'waiting_input',
  sub,
  group: 'blocked',
  needsHuman: true,
  accept: ['waiting_input', ...more],
  promptKind: sub,
});
const atPrompt = (state: string, sub: string, ...more: readonly string[]): Row => ({
  state,
  sub,
  group: 'at_prompt',
  needsHuman: false,
  accept: [state, ...more],
});
const failed = (state: string, sub: string, ...more: readonly string[]): Row => ({
  state,
  sub,
  group: 'error',
  needsHuman: true,
  accept: [state, ...more],
});

const ROWS: readonly Row[] = [
  busy('starting', 'boot', 'shell'),
  busy('thinking', 'before_first_token'),
  busy('thinking', 'thinking_tokens'),
  busy('thinking', 'streaming_text'),
  busy('thinking', 'stalled_stream'),
  busy('thinking', 'with_todos'),
  busy('running', 'bash'),
  busy('running', 'bash_copy_mode'),
  busy('running', 'bash_with_todos'),
  busy('running', 'bash_queued_message'),
  busy('retrying', 'status_500', 'rate_limited'),
  busy('retrying', 'network', 'rate_limited'),
  busy('rate_limited', 'status_429', 'retrying'),
  busy('rate_limited', 'overloaded', 'retrying'),
  { ...dialog('edit_diff'), promptKind: 'permission' },
  dialog('permission'),
  dialog('question'),
  dialog('plan_approval'),
  dialog('trust'),
  dialog('onboarding'),
  dialog('menu'),
  { ...dialog('loop_detected'), promptKind: 'question' },
  { ...dialog('text_question', 'completed', 'idle'), group: 'at_prompt' },
  atPrompt('idle', 'fresh'),
  atPrompt('idle', 'typed_unsubmitted'),
  atPrompt('idle', 'interrupted'),
  atPrompt('idle', 'shell_mode'),
  atPrompt('idle', 'exit_armed'),
  atPrompt('completed', 'answer', 'idle'),
  atPrompt('completed', 'pr_created', 'idle'),
  atPrompt('completed', 'tests_failed', 'idle'),
  atPrompt('completed', 'unfinished_todos', 'idle'),
  atPrompt('completed', 'background_shell', 'idle'),
  atPrompt('completed', 'copy_mode', 'idle'),
  atPrompt('completed', 'ctrl_z_ignored', 'idle'),
  { ...atPrompt('completed', 'truncated_stream', 'idle', 'error'), needsHuman: true },
  failed('error', 'status_400'),
  failed('error', 'status_500'),
  failed('error', 'network'),
  failed('rate_limited', 'rate_limit_final', 'error'),
  failed('logged_out', 'status_401', 'error'),
  { ...failed('logged_out', 'login', 'waiting_input'), group: 'blocked' },
  { ...failed('suspended', 'from_idle'), group: 'suspended' },
  { ...failed('suspended', 'while_running'), group: 'suspended' },
  { ...failed('shell', 'exited'), group: 'dead', needsHuman: false },
  { ...failed('shell', 'crashed'), group: 'dead' },
  { ...failed('shell', 'pane_dead'), group: 'dead' },
];

export function labelOf(claim: Claim): Label {
  const row = ROWS.find((each) => each.state === claim.state && each.sub === claim.sub);
  if (row === undefined) throw new Error(`no label for ${claim.state} ${claim.sub ?? ''}`);
  const { state, group, needsHuman, accept, promptKind } = row;
  return { state, group, needsHuman, accept, promptKind: promptKind ?? null };
}

/** What the model's service and the processes say at the time of a sample. */
export type Facts = {
  readonly isAlive: boolean;
  readonly stat: string;
  /** The step of each request of the conversation that is being answered. */
  readonly inFlight: readonly string[];
  readonly failures: number;
  readonly requests: number;
  readonly tools: readonly string[];
};

/** Why these facts do not bear the claim out; null: they do. */
export function contradiction({ state, sub }: Claim, facts: Facts): string | null {
  const { isAlive, stat, inFlight, tools } = facts;
  const isDead = state === 'shell';
  if (isAlive === isDead) return isDead ? 'the agent lives' : 'the agent is gone';
  if (isDead) return null;
  if (state === 'suspended') return stat.startsWith('T') ? null : 'the agent is not stopped';
  if (stat.startsWith('T')) return 'the agent is stopped';
  if (state === 'running') return tools.length > 0 ? null : 'no program of the agent runs';
  if (tools.length > 0 && sub !== 'background_shell') return `a program runs: ${tools.join(', ')}`;
  if (state !== 'thinking')
    return inFlight.length === 0 ? null : `a request is in flight: ${inFlight.join(', ')}`;
  const step = STEPS[sub ?? ''];
  if (inFlight.length === 0) return 'no request is in flight';
  return step === undefined || inFlight.some((each) => step.includes(each))
    ? null
    : `the model is at ${inFlight.join(', ')}`;
}

const STEPS: Readonly<Record<string, readonly string[]>> = {
  before_first_token: ['hold'],
  thinking_tokens: ['think'],
  streaming_text: ['say'],
  stalled_stream: ['stall'],
};
