import {
  type Action,
  type Actor,
  type ActorId,
  type AgentRequest,
  type Approval,
  type CardPart,
  type Decision,
  type HookAnswer,
  type Neighbour,
  ok,
  type StoredDecision,
  type TaskId,
  taskLabel,
  text,
  unreachable,
  type Verdict,
} from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import { type Context, type Outcome, resolveTask } from './context.ts';
import { confidenceWords, excerpt, wordOf } from './observation-words.ts';
import { briefTitle, duration } from './wording.ts';

/** Newer ones than this are enough for any look back, and fit a file that people read. */
const ENTRIES_MAX = 200;
const ENTRIES_IN_MESSAGE = 20;
const INPUT_MAX = 300;

/**
 * What was decided and done for a task, newest last: decisions with their reasoner and the gate's verdict, actions with who asked for them and what
 * came of it. In a thread, without a task, for every try of the thread.
 */
export async function showDecisions(context: Context, named: TaskId | null): Promise<Outcome> {
  const resolved = await resolveTask(context, named, 'decisions');
  if (!resolved.ok) return resolved;
  const task = resolved.value;
  const tries = named === null ? await context.ports.store.tasksOfThread(task.thread) : [task];
  const lines = await linesOf(
    context,
    tries.map(({ id }) => id),
  );
  const label = taskLabel(task.id);
  const isLong = context.place.kind !== 'shell' && lines.length > ENTRIES_IN_MESSAGE;
  const shown = isLong ? lines.slice(-ENTRIES_IN_MESSAGE) : lines;
  const parts: CardPart[] = [
    shown.length === 0
      ? { kind: 'text', spans: [text('Nothing was decided yet.')] }
      : { kind: 'list', items: shown.map((line) => [text(line)]) },
  ];
  if (isLong) {
    parts.push({ kind: 'note', spans: [text(`The last ${shown.length} of ${lines.length}.`)] });
    parts.push({
      kind: 'attachment',
      file: { kind: 'text', name: `decisions-${label}`, lines },
      alt: `The last ${lines.length} decisions and actions of ${label}`,
    });
  }
  const card = {
    title: `Decisions for ${label} ${briefTitle(task.brief)}`,
    parts,
    buttons: [],
    summary: `${lines.length} decisions and actions of ${label}.`,
  };
  return ok(isLong && context.place.kind === 'slack' ? { kind: 'posted', card } : { kind: 'card', card });
}

type Entry = { readonly task: TaskId; readonly at: Date; readonly words: string };

async function linesOf({ ports, at }: Context, tasks: readonly TaskId[]): Promise<readonly string[]> {
  const { store } = ports;
  const decisions = await store.decisionsOfTasks(tasks, ENTRIES_MAX);
  const actions = (await store.actionsOfTasks(tasks)).slice(-ENTRIES_MAX);
  const approvals = await store.approvalsOfTasks(tasks);
  const people = await store.actorsById(actions.map(({ by }) => by).filter((by) => by !== null));
  const entries: readonly Entry[] = [
    ...decisions.map((each) => ({ task: each.task, at: each.at, words: decisionWords(each) })),
    ...actions.map((each) => ({
      task: each.task,
      at: each.createdAt,
      words: actionWords(each, people, approvals, at),
    })),
  ];
  const inOrder = entries.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return runsOf(inOrder.slice(-ENTRIES_MAX)).map(({ first, last, count }) => {
    const label = tasks.length > 1 ? `${taskLabel(last.task)} ` : '';
    const often =
      count === 1 ? '' : ` (${count} times in ${duration(first.at.getTime(), last.at.getTime())})`;
    return `${duration(last.at.getTime(), at.getTime())} ago — ${label}${last.words}${often}`;
  });
}

/** What is decided again at every look, because nothing changed, is one line. */
function runsOf(
  entries: readonly Entry[],
): readonly { readonly first: Entry; readonly last: Entry; readonly count: number }[] {
  const runs: { first: Entry; last: Entry; count: number }[] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.last.task === entry.task && run.last.words === entry.words) {
      run.last = entry;
      run.count += 1;
    } else runs.push({ first: entry, last: entry, count: 1 });
  }
  return runs;
}

/** Who decided what, why, how sure, and what the gate said. */
export function decisionWords({ decision, verdict }: StoredDecision): string {
  const { reasoner, why, confidence } = decision;
  return `${reasoner} decided to ${intentWords(decision)}: ${why} (${confidenceWords(confidence)}) — ${verdictWords(verdict)}`;
}

function intentWords(decision: Decision): string {
  switch (decision.kind) {
    case 'wait':
      return 'wait';
    case 'ask-a-person':
      return decision.dialog === null ? 'ask people' : `ask people ${quote(decision.dialog.question)}`;
    case 'ask-model':
      return `ask the model about ${quote(decision.about)}`;
    case 'ask-permission':
      return `ask people about ${quote(requestWords(decision.request))}`;
    case 'answer-hook':
      return `${answerWords(decision.answer)} ${quote(requestWords(decision.request))}`;
    case 'guide-session':
      return guidingWords(decision.isGuided);
    case 'tell-neighbours':
      return tellingWords(decision.neighbours);
    case 'judge-goal':
      return `ask the model about the goal ${quote(decision.goal)}`;
    case 'end-lock':
      return decision.isReached
        ? 'unlock the task, whose goal is reached,'
        : 'unlock the task and leave it to people';
    case 'send-text':
      return decision.question === null
        ? `send ${quote(decision.text)}`
        : `send ${quote(decision.text)} as the answer to ${quote(decision.question)}`;
    case 'resume-work':
      return `type ${quote(decision.text)}`;
    case 'ask-to-spend':
      return `ask people whether more is spent for ${decision.question.title}`;
    case 'press-option':
      return `answer ${quote(decision.dialog.question)} with ${quote(decision.option.label)}`;
    case 'restart-agent':
      return 'restart the agent';
    case 'withdraw-question':
      return 'withdraw a question';
    case 'tell-people':
      return `tell people that the agent is ${wordOf(decision.state)}`;
    case 'note-missing':
      return 'look again before the session counts as gone';
    case 'complete-task':
      return 'complete the task';
    case 'fail-task':
      return 'fail the task';
    case 'close-session':
      return 'close the record of the session';
    case 'carry-out':
      return effectWords({ effect: decision.effect, allowedBy: null }, []);
    case 'ask-what-to-do':
      return `ask people ${quote(decision.question)}`;
    case 'report':
      return `tell people ${quote(decision.text)}`;
    case 'place-task':
      return 'start the task';
    case 'reassign-task':
      return 'end the agent and put the task back into the queue';
    case 'end-session':
      return 'end the session';
    case 'hold':
      return 'hold an action';
    case 'drop':
      return 'drop an action';
    case 'settle':
      return `note that an action ${decision.state}`;
    default:
      return unreachable(decision);
  }
}

function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proceed':
      return 'allowed';
    case 'needs-approval':
      return `needs a person’s yes: ${verdict.why}`;
    case 'drop':
      return `held back: ${verdict.why}`;
    default:
      return unreachable(verdict);
  }
}

function actionWords(
  action: Action,
  people: ReadonlyMap<ActorId, Actor>,
  approvals: readonly Approval[],
  at: Date,
): string {
  const by = action.by === null ? 'the director' : (people.get(action.by)?.name ?? 'somebody');
  return `${by} asked to ${effectWords(action, approvals)} — ${outcomeWords(action, at)}`;
}

/** What an action does, after `asked to`. */
export function effectWords(
  { effect, allowedBy }: Pick<Action, 'effect' | 'allowedBy'>,
  approvals: readonly Approval[],
): string {
  switch (effect.kind) {
    case 'press-option': {
      const subject = approvals.find(({ id }) => id === allowedBy)?.subject;
      const question = subject?.kind === 'dialog' ? ` to ${quote(subject.dialog.question)}` : '';
      return `answer ${quote(effect.label)}${question} with the keys ${effect.keys.join(' ')}`;
    }
    case 'type-text':
      return effect.answers === undefined
        ? `type ${quote(effect.text)}`
        : `type ${quote(effect.text)} as the answer to ${quote(effect.answers)}`;
    case 'ask-model':
      return `ask the model about ${quote(effect.about)}`;
    case 'interrupt':
      return 'stop the turn in progress';
    case 'answer-hook':
      return `${answerWords(effect.answer)} ${quote(effect.about)}`;
    case 'guide-session':
      return guidingWords(effect.isGuided);
    case 'tell-neighbours':
      return tellingWords(effect.neighbours);
    case 'judge-goal':
      return `ask the model about the goal ${quote(effect.goal)}`;
    case 'end-session':
      return effect.because === 'task-cancelled'
        ? 'end the agent and cancel the task'
        : 'end the agent, whose task is over';
    case 'restart-agent':
      return 'restart the agent';
    case 'report':
      return effect.text === null ? 'report how things stand' : `tell people ${quote(effect.text)}`;
    case 'allow-turns':
      return `let the agent have ${effect.upTo} turns in all`;
    case 'reassign-task':
      return 'save the work, end the agent and put the task back into the queue';
    default:
      return unreachable(effect);
  }
}

function requestWords({ wants }: AgentRequest): string {
  return wants.kind === 'permission' ? `${wants.tool}: ${wants.shown}` : 'the end of its turn';
}

function answerWords(answer: HookAnswer): string {
  switch (answer.kind) {
    case 'allow':
      return 'allow';
    case 'deny':
      return `deny, with the reason ${quote(answer.reason)},`;
    case 'go-on':
      return `guide the agent with ${quote(answer.guidance)} at`;
    case 'leave':
      return 'leave to the agent itself';
    default:
      return unreachable(answer);
  }
}

function guidingWords(isGuided: boolean): string {
  return isGuided ? 'be asked at the end of each turn' : 'be asked no longer at the end of turns';
}

function tellingWords(neighbours: readonly Neighbour[]): string {
  return neighbours.length === 0
    ? 'tell the agent that nobody else is there any more'
    : `tell the agent of ${neighbours.map(({ task }) => taskLabel(task)).join(', ')}`;
}

function outcomeWords({ state, why, createdAt, startedAt, endedAt }: Action, at: Date): string {
  const reason = why === null ? '' : `: ${why}`;
  switch (state) {
    case 'intended':
      return `waits for ${tookWords(createdAt, at)}${reason}`;
    case 'started':
      return `under way for ${tookWords(startedAt ?? createdAt, at)}${reason}`;
    case 'succeeded':
    case 'failed':
    case 'dropped': {
      const end = endedAt ?? at;
      const took =
        startedAt === null
          ? `never begun, after ${tookWords(createdAt, end)}`
          : `took ${tookWords(startedAt, end)}`;
      return `${state}, ${took}${reason}`;
    }
    default:
      return unreachable(state);
  }
}

/** `0.4 s`; what takes longer in whole seconds, minutes, hours. */
function tookWords(from: Date, to: Date): string {
  const ms = Math.max(0, to.getTime() - from.getTime());
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : duration(0, ms);
}

/** What is cut is redacted first: half a secret is not known as one. */
const quote = (words: string): string => `“${excerpt(redact(words), INPUT_MAX)}”`;
