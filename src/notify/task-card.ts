import {
  type Approval,
  bold,
  type Card,
  type CardButton,
  type CardPart,
  code,
  hasEnded,
  isLive,
  limitFacts,
  placeOf,
  type Span,
  type Surface,
  type Task,
  taskLabel,
  text,
  timeOf,
  unreachable,
  untilWords,
} from '../domain/index.ts';
import type { ThreadStory } from './ports.ts';
import { excerpt, hostSpan, nameOf, pullRequestLink, taskTitle, withoutStop } from './wording.ts';

/** A surface that refused the card: its people hear nothing. */
export type UntoldSurface = { readonly surface: Surface; readonly why: string };

/** The one card of a thread: where its latest task stands, and what can be done about it. */
export function taskCard(
  story: ThreadStory,
  task: Task,
  surface: Surface,
  untold: readonly UntoldSurface[],
): Card {
  const headline = headlineOf(story, task);
  const waiting = waitingFor(story, task, surface);
  const parts: CardPart[] = [
    {
      kind: 'text',
      spans: [bold(headline.state), ...(headline.why === '' ? [] : [text(` · ${headline.why}`)])],
    },
    ...(waiting === null ? [] : [{ kind: 'text' as const, spans: [bold('Waits for: '), text(waiting)] }]),
    { kind: 'facts', facts: factsOf(story, task) },
    { kind: 'note', spans: [text(`Asked for by ${nameOf(story, task.askedBy)} · ${headline.since}`)] },
    ...untold
      .filter((other) => other.surface !== surface)
      .map((other) => ({
        kind: 'note' as const,
        spans: [text(`${SURFACE_TITLES[other.surface]} could not be told: ${other.why}`)],
      })),
  ];
  return {
    title: taskTitle(task),
    parts,
    buttons: surface === 'slack' ? cardButtons(story, task) : [],
    summary: `${taskLabel(task.id)} ${headline.state.toLowerCase()}: ${excerpt(task.brief, 150)}`,
  };
}

const SURFACE_TITLES: Readonly<Record<Surface, string>> = { slack: 'Slack', github: 'GitHub' };

export function retryButton(task: Task): CardButton {
  return {
    request: { kind: 'task', verb: 'retry', task: task.id },
    label: 'Retry',
    style: 'primary',
    confirm: null,
  };
}

/** An agent whose conversation is known may go on with it. What a person began is never begun again in that person's place. */
export function resumeButtons(story: ThreadStory, task: Task): readonly CardButton[] {
  const place = placeOf(task);
  const session = story.sessions.find(({ id }) => id === place?.session);
  if (session === undefined || session.conversation === null || session.isAdopted) return [];
  return [
    {
      request: { kind: 'task', verb: 'resume-task', task: task.id },
      label: 'Resume',
      style: 'primary',
      confirm: null,
    },
  ];
}

function cardButtons(story: ThreadStory, task: Task): readonly CardButton[] {
  const label = taskLabel(task.id);
  const snapshot: CardButton = {
    request: { kind: 'task', verb: 'snapshot', task: task.id },
    label: 'Snapshot',
    style: 'plain',
    confirm: null,
  };
  const cancel: CardButton = {
    request: { kind: 'task', verb: 'cancel', task: task.id },
    label: 'Cancel',
    style: 'danger',
    confirm: isLive(task) ? `Cancel ${label} and end its agent?` : `Cancel ${label}?`,
  };
  switch (task.state) {
    case 'queued':
      return [cancel];
    case 'assigned':
    case 'running':
      return [snapshot, cancel];
    case 'failed':
    case 'cancelled':
      return [...resumeButtons(story, task), retryButton(task)];
    case 'completed':
      return [];
    default:
      return unreachable(task);
  }
}

function headlineOf(story: ThreadStory, task: Task): { state: string; why: string; since: string } {
  switch (task.state) {
    case 'queued':
      return {
        state: 'Queued',
        why: task.unplacedBecause === null ? '' : withoutStop(task.unplacedBecause),
        since: `queued ${timeOf(lastChange(story, task) ?? task.createdAt)}`,
      };
    case 'assigned':
      return {
        state: 'Assigned',
        why: 'preparing the workspace',
        since: `assigned ${timeOf(task.assignedAt)}`,
      };
    case 'running':
      return {
        state: 'Running',
        why: '',
        since: `running since ${timeOf(task.startedAt)}`,
      };
    case 'completed':
      return {
        state: 'Finished',
        why: task.pullRequest === null ? 'without a pull request' : '',
        since: `finished ${timeOf(task.endedAt)}`,
      };
    case 'failed':
      return { state: 'Failed', why: withoutStop(task.why), since: `failed ${timeOf(task.endedAt)}` };
    case 'cancelled':
      return {
        state: 'Cancelled',
        why: `by ${nameOf(story, task.by)}`,
        since: `cancelled ${timeOf(task.endedAt)}`,
      };
    default:
      return unreachable(task);
  }
}

function factsOf(story: ThreadStory, task: Task) {
  const place = placeOf(task);
  const facts: { label: string; value: Span[] }[] = [
    { label: 'Repository', value: [code(task.repo)] },
    { label: 'Priority', value: [text(task.priority)] },
    { label: 'Agent', value: [code(task.agent)] },
  ];
  if (place !== null) {
    facts.push({ label: 'Host', value: [hostSpan(story, place.host)] });
    facts.push({ label: 'Branch', value: [code(place.branch)] });
    if (place.pullRequest !== null) {
      facts.push({ label: 'Pull request', value: [pullRequestLink(place.pullRequest)] });
    }
  } else if (task.wantedHost !== null) {
    facts.push({ label: 'Wanted host', value: [hostSpan(story, task.wantedHost)] });
  }
  if (task.state === 'queued' && task.after.length > 0) {
    facts.push({ label: 'After', value: [text(task.after.map(taskLabel).join(', '))] });
  }
  if (!hasEnded(task) && task.lock !== null) {
    // A time that is over may stand here until something else changes: the thread is told of nothing by time alone.
    facts.push({
      label: 'Locked',
      value: [text(`by ${nameOf(story, task.lock.by)} ${untilWords(task.lock)}`)],
    });
  }
  for (const { label, words } of limitFacts(story.limits)) facts.push({ label, value: [text(words)] });
  if (task.attempt > 1) facts.push({ label: 'Attempt', value: [text(String(task.attempt))] });
  return facts;
}

function waitingFor(story: ThreadStory, task: Task, surface: Surface): string | null {
  if (hasEnded(task)) return null;
  const open = story.approvals.filter((each) => each.task === task.id && each.state === 'open');
  const first = open[0];
  if (first === undefined) return null;
  const where =
    surface === 'slack'
      ? 'see the buttons in this thread'
      : story.thread.slack === null
        ? 'ask an approver'
        : 'asked in Slack';
  return `${whatIsAsked(first)} (${where})${open.length > 1 ? ` and ${open.length - 1} more` : ''}`;
}

function whatIsAsked({ subject }: Approval): string {
  switch (subject.kind) {
    case 'dialog':
      return `an answer to “${excerpt(subject.dialog.question, 120)}”`;
    case 'permission':
      return `a yes or no to “${excerpt(`${subject.tool}: ${subject.shown}`, 120)}”`;
    case 'cancel-task':
      return 'a yes or no to cancelling it';
    case 'restart-session':
      return 'a yes or no to restarting its agent';
    case 'reassign-task':
      return 'a yes or no to taking it off its host';
    case 'complete-task':
      return 'a yes or no to counting it as completed';
    case 'spend-more':
      return `a yes or no to spending more for ${subject.question.title}`;
    case 'allow-action':
      return `a yes or no to “${excerpt(subject.text, 120)}”`;
    case 'choose':
    case 'send-text':
      return subject.question === null
        ? 'a yes or no to a model’s words'
        : `an answer to “${excerpt(subject.question, 120)}”`;
    default:
      return unreachable(subject);
  }
}

function lastChange(story: ThreadStory, task: Task): Date | null {
  const change = story.events.findLast(
    (event) => event.task === task.id && (event.kind === 'task-queued' || event.kind === 'task-requeued'),
  );
  return change?.at ?? null;
}
