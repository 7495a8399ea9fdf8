/**
 * The demo agent: a scripted program in a terminal that behaves like today's coding agents. No model is asked; it makes one
 * small real change, commits it, asks before it pushes, and opens a real pull request at `$GITHUB_API_URL`.
 *
 *     node demo-agent.ts [--permission-mode ask|edits|all] [--session-id ID] -- <prompt>
 *     node demo-agent.ts [--permission-mode ask|edits|all] --resume ID
 *
 * Started in a git worktree, on the branch to work on. With `--permission-mode all` it pushes without asking. With `--resume` it does nothing
 * of what was asked before and waits at its prompt.
 *
 * Environment: GITHUB_API_URL, GITHUB_TOKEN, FLEET_TASK (named in the pull request), FLEET_DEMO_LINGER_MS (how long it waits
 * for more after its work, 20000 unless told), FLEET_HOOK (told of SessionStart, UserPromptSubmit, PreToolUse, PostToolUse,
 * PermissionRequest, Stop, StopFailure, Interrupt and SessionEnd; what it says in return is printed).
 * Exit status: 0 at `/exit`, Ctrl-D or when nothing more was asked; 1 when git or GitHub refused; 3 at [demo:fail];
 * 130 at Ctrl-C pressed twice.
 *
 * Its screen, always at the bottom of what is printed:
 * - working: `✻ Working… (12s · esc to interrupt)` is the last line; what was typed meanwhile is above it (`  queued: …`).
 * - dialog: a box from `╭` to `╰`; inside `│ … │` the question (wrapped at blanks), an empty row, the answers `1. Yes`, the chosen
 *   one after `❯`. A digit answers at once; arrows and Enter choose; Esc is the last answer. Nothing can be typed.
 * - prompt: `› ` and what is typed, between two rules of `─`. Enter sends it, a pasted line break stays one.
 * - a turn that ended well printed `✓ Done` as its last line; `● …?` when it ended with a question; `■ Interrupted`, `■ You said no` or `✗ Error: …` otherwise.
 * - the last words are `Fleet Director demo agent ended` or `… stopped`.
 *
 * Directives in the prompt, for trying things out; they are no part of the task:
 * [demo:slow=500] pause in ms before each step · [demo:fail] ends with an error and status 3 · [demo:no-pr] commits only
 * [demo:ask] asks a question with three answers first · [demo:asks-in-prose] ends its first turn with a question
 * [demo:hook] asks before it pushes through its hook as well, and takes whichever answer comes first
 * [demo:echo] writes the prompt it was given into prompt-received.txt
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type AgentHooks, openAgentHooks } from './demo-agent-hooks.ts';
import { type AgentScreen, type Asked, openAgentScreen } from './demo-agent-screen.ts';
import {
  changeFor,
  commitChange,
  followUpChange,
  openPullRequest,
  type Place,
  push,
  readPlace,
  runShopTests,
  writeChange,
} from './demo-agent-work.ts';

const LINGER_MS = 20_000;
const STEP_MS = 1_200;
const FAILED = 1;
const FAILED_ON_REQUEST = 3;
const INTERRUPTED = 130;

const PUSH_ANSWERS = [
  'Yes',
  "Yes, and don't ask again for this session",
  'No, and tell the agent what to do differently (esc)',
];
const NO = 2;

type Directives = {
  readonly stepMs: number;
  readonly fails: boolean;
  readonly opensPullRequest: boolean;
  readonly asks: boolean;
  readonly asksInProse: boolean;
  readonly asksByHook: boolean;
  readonly echoes: boolean;
};

/** How a turn ended. `done`: the work is. `goes-on`: it was, and a hook wants more. `stopped`: a person stopped it and has the word. `ended`: the program ends with it. */
type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'goes-on'; readonly with: string }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'ended'; readonly status: number };

/** Thrown out of a turn that a person stopped. */
class Interrupted extends Error {}

if (import.meta.main) {
  process.title = 'demo-agent';
  process.exit(await main(process.argv.slice(2), process.env));
}

async function main(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { prompt, asksBeforePush, sessionId, isResumed } = readWords(words);
  const directives = readDirectives(prompt);
  const brief = withoutDirectives(prompt);
  const screen = openAgentScreen(process.stdin, process.stdout);
  const hooks = openAgentHooks(env, sessionId, (text) => screen.print(`● Told by a hook: ${text.trim()}`));
  try {
    screen.print('Fleet Director demo agent. A script, no AI model; the commits it makes are real.');
    screen.print('');
    hooks.tell('SessionStart', { source: isResumed ? 'resume' : 'startup' });
    const lingerMs = Number(env.FLEET_DEMO_LINGER_MS ?? LINGER_MS);
    if (isResumed) {
      screen.print(`● Resumed the conversation ${sessionId}. What should be done next?`);
      return end(screen, await attend({ screen, hooks }, directives, { kind: 'stopped' }, lingerMs));
    }
    if (directives.echoes) await writeFile('prompt-received.txt', prompt);
    screen.printTyped(brief === '' ? '(no task was given)' : brief);
    const outcome = await turn({ screen, hooks }, directives, brief, (step) =>
      firstTurn({ screen, hooks }, step, { brief, directives, asksBeforePush, env }),
    );
    return end(screen, await attend({ screen, hooks }, directives, outcome, lingerMs));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    screen.print(`✗ Error: ${why}`);
    hooks.tell('StopFailure', { error: why });
    return FAILED;
  } finally {
    hooks.tell('SessionEnd', { reason: 'other' });
    await hooks.settled();
    screen.close();
  }
}

/** Its last words. */
function end(screen: AgentScreen, status: number): number {
  screen.print(`Fleet Director demo agent ${status === 0 ? 'ended' : 'stopped'}.`);
  return status;
}

/** Where it shows and tells what it does. */
type Outlets = { readonly screen: AgentScreen; readonly hooks: AgentHooks };

async function firstTurn(
  { screen, hooks }: Outlets,
  step: Step,
  {
    brief,
    directives,
    asksBeforePush,
    env,
  }: {
    readonly brief: string;
    readonly directives: Directives;
    readonly asksBeforePush: boolean;
    readonly env: NodeJS.ProcessEnv;
  },
): Promise<Outcome> {
  const place = await readPlace();
  await step(`Reading the repository ${place.repo} on ${place.branch}`);
  if (directives.asks) await askWhere({ screen, hooks });
  if (directives.asksInProse) {
    const question = 'Should the change be described in the README, or in a note of its own?';
    screen.print(`● ${question}`);
    hooks.tell('Stop', { last_assistant_message: question });
    return { kind: 'stopped' };
  }
  if (directives.fails) {
    screen.print('✗ Error: the demo was asked to fail, so it does.');
    hooks.tell('StopFailure', { error: 'the demo was asked to fail, so it does' });
    return { kind: 'ended', status: FAILED_ON_REQUEST };
  }
  await step('Planning a small change');
  const change = await changeFor(brief);
  await writeChange(change);
  for (const file of change.files) screen.print(`● Edit ${file.path}`);
  await step(change.summary);
  const tests = await runShopTests();
  screen.print('● Bash npm test');
  screen.print(`  └ ${tests.summary}`);
  await step('Looking at the difference');
  await commitChange(change);
  await step(`Bash git commit -m ${JSON.stringify(change.title)}`);

  const command = `git push -u origin ${place.branch}`;
  if (asksBeforePush) {
    const asked = await askToPush({ screen, hooks }, command, directives.asksByHook);
    if (asked !== null) return asked;
  }
  hooks.tell('PreToolUse', { tool_name: 'Bash', tool_input: { command } });
  await push(place);
  hooks.tell('PostToolUse', { tool_name: 'Bash', tool_input: { command } });
  await step(`Bash ${command}`);
  if (directives.opensPullRequest) await tellPullRequest(screen, place, { title: change.title, brief, env });
  screen.print('✓ Done');
  return { kind: 'done' };
}

/** Null: it may. */
async function askToPush(
  { screen, hooks }: Outlets,
  command: string,
  asksByHook: boolean,
): Promise<Outcome | null> {
  const wanted = { tool_name: 'Bash', tool_input: { command } };
  let why = 'nothing was pushed';
  if (!asksByHook) hooks.tell('PermissionRequest', wanted);
  const byHook = asksByHook
    ? new Promise<number>((answered) => {
        void hooks.askPermission(wanted).then((permission) => {
          if (permission === null) return;
          if (permission.behavior === 'deny') why = permission.message;
          answered(permission.behavior === 'allow' ? 0 : NO);
        });
      })
    : undefined;
  const answer = await screen.ask(`Do you want to run: ${command}?`, PUSH_ANSWERS, byHook);
  if (answer.kind === 'quit') return { kind: 'ended', status: INTERRUPTED };
  if (answer.index !== NO) return null;
  screen.print(`■ You said no: ${why}. What should be done differently?`);
  hooks.tell('Interrupt');
  return { kind: 'stopped' };
}

async function tellPullRequest(
  screen: AgentScreen,
  place: Place,
  { title, brief, env }: { readonly title: string; readonly brief: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  const { GITHUB_API_URL: apiUrl, GITHUB_TOKEN: token, FLEET_TASK: task } = env;
  if (apiUrl === undefined || token === undefined) {
    screen.print('  └ No pull request: GITHUB_API_URL or GITHUB_TOKEN is not set.');
    return;
  }
  const url = await openPullRequest({ apiUrl, token, place, title, brief, task: task ?? null });
  screen.print(`● Pull request: ${url}`);
}

async function askWhere({ screen, hooks }: Outlets): Promise<void> {
  const places = ['In the README', 'In a note of its own', 'Nowhere'];
  const question = 'Where should the change be described?';
  const asked = { tool_name: 'AskUserQuestion', tool_input: { questions: [{ question }] } };
  hooks.tell('PermissionRequest', asked);
  const answer = await screen.ask(question, places);
  if (answer.kind === 'quit') throw new Interrupted();
  hooks.tell('PostToolUse', asked);
  screen.print(`  └ ${places[answer.index] ?? ''}`);
}

/** Waits at the prompt until it is left. Each text typed there is another small commit on the same branch. */
async function attend(
  { screen, hooks }: Outlets,
  directives: Directives,
  before: Outcome,
  lingerMs: number,
): Promise<number> {
  let outcome = before;
  for (let nth = 1; outcome.kind !== 'ended'; nth += 1) {
    const asked: Asked =
      outcome.kind === 'goes-on'
        ? { kind: 'said', text: outcome.with }
        : await screen.prompt(outcome.kind === 'done' ? lingerMs : null);
    if (asked.kind === 'nothing') screen.print('Nothing more was asked.');
    if (asked.kind === 'quit') return INTERRUPTED;
    if (asked.kind !== 'said' || asked.text.trim() === '/exit') return 0;
    screen.printTyped(asked.text);
    outcome = await turn({ screen, hooks }, directives, asked.text, (step) =>
      followUpTurn(screen, step, asked.text, nth),
    );
  }
  return outcome.status;
}

async function followUpTurn(screen: AgentScreen, step: Step, text: string, nth: number): Promise<Outcome> {
  const place = await readPlace();
  await step('Thinking about it');
  const change = await followUpChange(text, nth);
  await writeChange(change);
  for (const file of change.files) screen.print(`● Edit ${file.path}`);
  await commitChange(change);
  await step(change.summary);
  await push(place);
  screen.print(`● Bash git push origin ${place.branch}`);
  screen.print('✓ Done');
  return { kind: 'done' };
}

type Step = (what: string) => Promise<void>;

/** One turn with the spinner on. Esc ends it before the next step; Ctrl-C twice ends the program. */
async function turn(
  { screen, hooks }: Outlets,
  { stepMs }: Directives,
  prompt: string,
  body: (step: Step) => Promise<Outcome>,
): Promise<Outcome> {
  const spinner = screen.startWorking();
  hooks.tell('UserPromptSubmit', { prompt });
  const step: Step = async (what) => {
    await Promise.race([delay(stepMs), spinner.stopped]);
    if (spinner.isStopped() !== 'no') throw new Interrupted();
    screen.print(`● ${what}`);
  };
  try {
    const outcome = await body(step);
    if (outcome.kind !== 'done') return outcome;
    const guidance = await hooks.askToStop('Done');
    return guidance === null ? outcome : { kind: 'goes-on', with: guidance };
  } catch (cause) {
    if (!(cause instanceof Interrupted)) throw cause;
    if (spinner.isStopped() === 'quit') return { kind: 'ended', status: INTERRUPTED };
    screen.print('■ Interrupted. What should be done instead?');
    hooks.tell('Interrupt');
    return { kind: 'stopped' };
  } finally {
    spinner.end();
  }
}

function readWords(words: readonly string[]): {
  readonly prompt: string;
  readonly asksBeforePush: boolean;
  readonly sessionId: string | null;
  readonly isResumed: boolean;
} {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: {
      'permission-mode': { type: 'string' },
      'session-id': { type: 'string' },
      resume: { type: 'string' },
    },
    allowPositionals: true,
  });
  return {
    prompt: positionals.join(' '),
    asksBeforePush: values['permission-mode'] !== 'all',
    sessionId: values.resume ?? values['session-id'] ?? null,
    isResumed: values.resume !== undefined,
  };
}

function readDirectives(prompt: string): Directives {
  const has = (name: string) => prompt.includes(`[demo:${name}]`);
  return {
    stepMs: Number(/\[demo:slow=(\d{1,6})\]/.exec(prompt)?.[1] ?? STEP_MS),
    fails: has('fail'),
    opensPullRequest: !has('no-pr'),
    asks: has('ask'),
    asksInProse: has('asks-in-prose'),
    asksByHook: has('hook'),
    echoes: has('echo'),
  };
}

function withoutDirectives(prompt: string): string {
  return prompt.replace(/\[demo:[a-z-]+(?:=\d+)?\]/g, '').trim();
}
