import {
  bold,
  type Card,
  type CardPart,
  code,
  type Span,
  type StoredEvent,
  type Surface,
  type TaskId,
  taskLabel,
  text,
  unreachable,
  untilWords,
} from '../domain/index.ts';
import { approvalMessage } from './approval-message.ts';
import { pauseCard } from './pause-card.ts';
import type { ThreadStory } from './ports.ts';
import { retryButton, taskCard, type UntoldSurface } from './task-card.ts';
import { excerpt, nameOf, pullRequestLink, withoutStop } from './wording.ts';

/** One message a thread should have. `isReply`: it stands under the card. */
export type DesiredMessage = { readonly key: string; readonly card: Card; readonly isReply: boolean };

export const CARD_KEY = 'card';

/**
 * All messages of a thread, in order, as they should look now. GitHub gets the card alone: each comment there writes a mail.
 * A key names a message for good; what it shows may change, and is then edited in place.
 */
export function desiredMessages(
  story: ThreadStory,
  surface: Surface,
  untold: readonly UntoldSurface[],
): readonly DesiredMessage[] {
  const latest = story.tasks.at(-1);
  if (latest === undefined) {
    return story.pause === null
      ? []
      : [{ key: CARD_KEY, card: pauseCard(story, story.pause), isReply: false }];
  }
  const card: DesiredMessage = {
    key: CARD_KEY,
    card: taskCard(story, latest, surface, untold),
    isReply: false,
  };
  if (surface === 'github') return [card];
  // A Map keeps the place of the first writing: the order of the thread is the order in which things began.
  const replies = new Map<string, Card>();
  const inputs: InputInProgress[] = [];
  for (const event of story.events) {
    const reply = replyOf(story, event, inputs);
    if (reply !== null) replies.set(reply.key, reply.card);
  }
  return [card, ...[...replies].map(([key, reply]) => ({ key, card: reply, isReply: true }))];
}

/** Words on their way to an agent, until they are typed or refused. */
type InputInProgress = {
  readonly key: string;
  readonly task: TaskId;
  readonly by: string;
  readonly text: string;
};

type Reply = { readonly key: string; readonly card: Card };

/** The reply that an event begins or changes; null: the card shows it, or the reply it belongs to does. */
function replyOf(story: ThreadStory, event: StoredEvent, inputs: InputInProgress[]): Reply | null {
  switch (event.kind) {
    case 'task-queued':
    case 'task-assigned':
    case 'task-started':
    case 'task-requeued':
      return { key: `progress:${event.task}`, card: progressMessage(story, event) };
    case 'task-locked':
      return {
        key: `event:${event.sequence}`,
        card: said('Locked', [text(` · by ${nameOf(story, event.by)} ${untilWords(event)}`)], event),
      };
    case 'task-unlocked':
      return {
        key: `event:${event.sequence}`,
        card: said('Unlocked', [text(` · by ${nameOf(story, event.by)}`)], event),
      };
    case 'agent-observed':
      return {
        key: `event:${event.sequence}`,
        card: said('Waits for you', [text(` · ${event.why}`)], event),
      };
    case 'approval-requested':
    case 'approval-answered':
    case 'approval-expired':
    case 'approval-withdrawn': {
      const approval = story.approvals.find((each) => each.id === event.approval);
      return approval === undefined
        ? null
        : { key: `approval:${approval.id}`, card: approvalMessage(story, approval) };
    }
    case 'screen-shown':
      return { key: `event:${event.sequence}`, card: snapshotMessage(story, event) };
    case 'pull-request-opened':
      return {
        key: `pull-request:${event.task}:${event.pullRequest.number}`,
        card: said('Pull request', [text(' · '), pullRequestLink(event.pullRequest)], event),
      };
    case 'task-completed':
    case 'task-failed':
    case 'task-cancelled':
      return { key: `ended:${event.task}`, card: endMessage(story, event) };
    case 'input-queued':
    case 'input-typed':
    case 'input-held':
    case 'input-refused':
      return inputMessage(story, event, inputs);
    case 'session-restarted':
      return {
        key: `event:${event.sequence}`,
        card: said('Agent restarted', [text(` · by ${nameOf(story, event.by)}`)], event),
      };
    case 'action-failed':
      return {
        key: `event:${event.sequence}`,
        card: said(
          'Did not work',
          [text(` · ${withoutStop(event.what)}: ${withoutStop(event.why)}.`)],
          event,
        ),
      };
    default:
      return unreachable(event);
  }
}

/** One quiet message for the way from the queue to the agent: it grows by a line, nobody is pinged twice. */
function progressMessage(story: ThreadStory, upTo: StoredEvent): Card {
  const items = story.events
    .filter((event) => event.task === upTo.task && event.sequence <= upTo.sequence)
    .flatMap((event) => progressLine(story, event));
  const last =
    items
      .at(-1)
      ?.map((span) => (span.kind === 'text' ? span.text : span.label))
      .join('') ?? '';
  return {
    title: '',
    parts: [{ kind: 'list', items }],
    buttons: [],
    summary: `${taskLabel(upTo.task)}: ${last}`,
  };
}

function progressLine(story: ThreadStory, event: StoredEvent): Span[][] {
  switch (event.kind) {
    case 'task-queued':
      return [
        [
          bold('Queued'),
          text(` by ${nameOf(story, event.by)}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`),
        ],
      ];
    case 'task-assigned':
      return [[bold('Assigned'), text(' to '), code(event.hostName), text(', branch '), code(event.branch)]];
    case 'task-started':
      return [[bold('Running'), text(': the agent has started')]];
    case 'task-requeued':
      return [[bold('Back in the queue'), text(`: ${withoutStop(event.why)}`)]];
    default:
      return [];
  }
}

function snapshotMessage(story: ThreadStory, event: Extract<StoredEvent, { kind: 'screen-shown' }>): Card {
  const by = event.by === null ? '' : ` · for ${nameOf(story, event.by)}`;
  const isEmpty = event.lines.every((line) => line.trim() === '');
  const shown: CardPart = isEmpty
    ? { kind: 'note', spans: [text('The screen is empty.')] }
    : { kind: 'screen', lines: event.lines };
  return {
    title: '',
    parts: [{ kind: 'text', spans: [bold('Snapshot'), text(`${by}`)] }, shown, ...pictureOf(event)],
    buttons: [],
    summary: `Snapshot of ${taskLabel(event.task)}`,
  };
}

const ALT_LINES = 12;

/** Who cannot see the picture hears how the screen ends. */
function pictureOf({
  task,
  lines,
  styled,
}: Extract<StoredEvent, { kind: 'screen-shown' }>): readonly CardPart[] {
  if (styled === undefined) return [];
  const end = lines.filter((line) => line.trim() !== '').slice(-ALT_LINES);
  const alt = `The screen of ${taskLabel(task)}. It ends with: ${end.join(' / ')}`;
  return [{ kind: 'attachment', file: { kind: 'picture', name: taskLabel(task), screen: styled }, alt }];
}

function endMessage(
  story: ThreadStory,
  event: Extract<StoredEvent, { kind: 'task-completed' | 'task-failed' | 'task-cancelled' }>,
): Card {
  switch (event.kind) {
    case 'task-completed':
      return event.pullRequest === null
        ? said('Finished', [text(' · without a pull request')], event)
        : said('Finished', [text(' · '), pullRequestLink(event.pullRequest)], event);
    case 'task-cancelled':
      return said('Cancelled', [text(` · by ${nameOf(story, event.by)}`)], event);
    case 'task-failed': {
      const latest = story.tasks.at(-1);
      const canRetry = latest?.id === event.task && latest.state === 'failed';
      const said = [bold('Failed'), text(` · ${withoutStop(event.why)}.`)];
      const tail: CardPart[] = event.tail.length === 0 ? [] : [{ kind: 'screen', lines: event.tail }];
      const next = 'Retry starts it again in this thread. What the agent pushed is on its branch.';
      return {
        title: '',
        parts: [{ kind: 'text', spans: said }, ...tail, { kind: 'note', spans: [text(next)] }],
        buttons: canRetry ? [retryButton(latest)] : [],
        summary: `${taskLabel(event.task)} failed: ${excerpt(event.why)}`,
      };
    }
    default:
      return unreachable(event);
  }
}

/** One message per input, whatever becomes of it. Two equal inputs of one person are told apart by their order. */
function inputMessage(
  story: ThreadStory,
  event: Extract<StoredEvent, { kind: 'input-queued' | 'input-typed' | 'input-held' | 'input-refused' }>,
  inputs: InputInProgress[],
): Reply {
  const known = inputs.findIndex(
    (input) => input.task === event.task && input.by === event.by && input.text === event.text,
  );
  const isNew = event.kind === 'input-queued' || known === -1;
  const key = isNew ? `input:${event.sequence}` : (inputs[known]?.key ?? `input:${event.sequence}`);
  const isSettled = event.kind === 'input-typed' || event.kind === 'input-refused';
  if (isSettled && !isNew) inputs.splice(known, 1);
  if (!isSettled && isNew) inputs.push({ key, task: event.task, by: event.by, text: event.text });
  const status = inputStatus(event);
  return {
    key,
    card: {
      title: '',
      parts: [
        { kind: 'text', spans: [bold(status.word), text(status.more)] },
        { kind: 'note', spans: [text(`${nameOf(story, event.by)}: ${excerpt(event.text)}`)] },
      ],
      buttons: [],
      summary: `${status.word}${status.more}`,
    },
  };
}

function inputStatus(event: Parameters<typeof inputMessage>[1]): { word: string; more: string } {
  switch (event.kind) {
    case 'input-queued':
      return { word: 'On its way', more: ' to the agent' };
    case 'input-typed':
      return { word: 'Delivered', more: ' to the agent' };
    case 'input-held':
      return { word: 'Held', more: ` · ${withoutStop(event.why)}. It is typed as soon as that is over.` };
    case 'input-refused':
      return { word: 'Not delivered', more: ` · ${withoutStop(event.why)}.` };
    default:
      return unreachable(event);
  }
}

function said(word: string, more: Span[], event: StoredEvent): Card {
  const line = more.map((span) => (span.kind === 'text' ? span.text : span.label)).join('');
  return {
    title: '',
    parts: [{ kind: 'text', spans: [bold(word), ...more] }],
    buttons: [],
    summary: `${taskLabel(event.task)}: ${word}${line}`,
  };
}
