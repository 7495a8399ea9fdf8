import {
  type ActionId,
  type ActorId,
  bold,
  type Card,
  type CardButton,
  type CardPart,
  code,
  type InputProof,
  type Round,
  roundCard,
  roundFile,
  roundLabel,
  type Span,
  STRATEGIES,
  type StoredEvent,
  type Surface,
  sentenceCard,
  type Task,
  type TaskId,
  taskLabel,
  text,
  unreachable,
  untilWords,
} from '../domain/index.ts';
import { approvalMessage } from './approval-message.ts';
import { pauseCard } from './pause-card.ts';
import type { ThreadStory } from './ports.ts';
import { resumeButtons, retryButton, taskCard, type UntoldSurface } from './task-card.ts';
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
    if (story.pause !== null) return [{ key: CARD_KEY, card: pauseCard(story, story.pause), isReply: false }];
    return story.round === null ? [] : roundMessages(story.round);
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

/** Its card is edited as it goes on; a file cannot be added to a message, so the report has one of its own. */
function roundMessages(round: Round): readonly DesiredMessage[] {
  const card: DesiredMessage = { key: CARD_KEY, card: roundCard(round), isReply: false };
  const file = roundFile(round);
  if (file === null) return [card];
  const words = `The report of ${roundLabel(round.id)}.`;
  const report = { ...sentenceCard(words), parts: [...sentenceCard(words).parts, file] };
  return [card, { key: `round:${round.id}`, card: report, isReply: true }];
}

/** Words on their way to an agent, until they are typed or refused. */
type InputInProgress = {
  readonly key: string;
  readonly task: TaskId;
  readonly by: string;
  readonly action: ActionId | null;
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
        card: said('Locked', lockWords(story, event), event),
      };
    case 'task-unlocked':
      return {
        key: `event:${event.sequence}`,
        card: said('Unlocked', [text(` · by ${nameOf(story, event.by)}`)], event),
      };
    case 'lock-ended':
      return {
        key: `event:${event.sequence}`,
        card: said('Unlocked', [text(` · ${withoutStop(event.why)}.`)], event),
      };
    case 'permission-refused':
      return {
        key: `event:${event.sequence}`,
        card: said('Refused', [text(' · '), code(event.what), text(` · ${withoutStop(event.why)}.`)], event),
      };
    case 'agent-observed':
      return {
        key: `event:${event.sequence}`,
        card: said('Waits for you', [text(` · ${event.why}`)], event),
      };
    case 'approval-requested':
    case 'approval-voted':
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
    case 'input-accepted':
    case 'input-undone':
      return inputMessage(story, event, inputs);
    case 'overlap-found':
    case 'overlap-released':
      return { key: `overlap:${event.task}:${event.other}`, card: overlapMessage(story, event) };
    case 'work-saved':
      return { key: `event:${event.sequence}`, card: workSavedMessage(event) };
    case 'turn-interrupted': {
      const how = event.wasAtWork
        ? 'the agent waits at its prompt. Write here what it should do.'
        : 'the agent was not at work. It waits at its prompt.';
      return {
        key: `event:${event.sequence}`,
        card: said('Stopped', [text(` by ${nameOf(story, event.by)} · ${how}`)], event),
      };
    }
    case 'session-restarted': {
      const then =
        event.isResumed === true
          ? '; its conversation goes on, and nothing is run again. Write here what it should do.'
          : '';
      return {
        key: `event:${event.sequence}`,
        card: said('Agent restarted', [text(` · by ${nameOf(story, event.by)}${then}`)], event),
      };
    }
    case 'reported':
      // The same news again changes the message that told of it.
      return {
        key: event.because === 'asked' ? `event:${event.sequence}` : `report:${event.task}:${event.because}`,
        card: reportMessage(story, event),
      };
    case 'model-acted':
      return { key: `model:${event.task}`, card: modelMessage(story, event) };
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

function lockWords(story: ThreadStory, event: Extract<StoredEvent, { kind: 'task-locked' }>): Span[] {
  const locked = text(` · by ${nameOf(story, event.by)} ${untilWords(event)}`);
  return event.goal === undefined ? [locked] : [locked, text(`, towards: ${event.goal}`)];
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
      return [[bold('Back in the queue'), text(`${byWords(story, event)}: ${withoutStop(event.why)}`)]];
    default:
      return [];
  }
}

/** Earlier versions did not write down who wanted it. */
function byWords(story: ThreadStory, { by }: { readonly by?: ActorId | null }): string {
  return by == null ? '' : ` by ${nameOf(story, by)}`;
}

const FILES_TOLD = 12;

/** One message for each other task: it grows with what is found, and says in the end who let both work. */
function overlapMessage(
  story: ThreadStory,
  event: Extract<StoredEvent, { kind: 'overlap-found' | 'overlap-released' }>,
): Card {
  const other = taskLabel(event.other);
  if (event.kind === 'overlap-released') {
    return said(
      'Overlap released',
      [text(` by ${nameOf(story, event.by)} · this task and ${other} may both work`)],
      event,
    );
  }
  const { files, isSameBranch, isHeld } = event;
  const task = story.tasks.find(({ id }) => id === event.task);
  const more = files.length - FILES_TOLD;
  const list: CardPart[] =
    files.length === 0
      ? []
      : [
          {
            kind: 'list',
            items: [
              ...files.slice(0, FILES_TOLD).map((file) => [code(file)]),
              ...(more > 0 ? [[text(`and ${more} more`)]] : []),
            ],
          },
        ];
  const what = `${files.length === 0 ? '' : ' · both change'}${isSameBranch ? ' · both are on one branch' : ''}`;
  const next = isHeld
    ? `This task waits until ${other} has ended, or somebody releases it.`
    : 'Both may go on. Holding one saves its work, ends its agent and lets it wait until the other has ended.';
  return {
    title: '',
    parts: [
      { kind: 'text', spans: [bold(`Overlaps with ${other}`), text(what)] },
      ...list,
      { kind: 'note', spans: [text(next)] },
    ],
    buttons: task === undefined ? [] : overlapButtons(task, isHeld),
    summary: `${taskLabel(event.task)} overlaps with ${other}`,
  };
}

function overlapButtons(task: Task, isHeld: boolean): CardButton[] {
  const label = taskLabel(task.id);
  if (task.state === 'queued' && isHeld) {
    const request = { kind: 'task', verb: 'release', task: task.id } as const;
    return [{ request, label: `Let ${label} start`, style: 'plain', confirm: null }];
  }
  if (task.state !== 'running' || isHeld) return [];
  const request = { kind: 'task', verb: 'hold', task: task.id } as const;
  return [{ request, label: `Hold ${label}`, style: 'plain', confirm: null }];
}

function workSavedMessage(event: Extract<StoredEvent, { kind: 'work-saved' }>): Card {
  const { branch, files, isPushed } = event;
  const what =
    files === 0 ? 'every commit' : `${files} ${files === 1 ? 'file' : 'files'} not committed before`;
  const where = isPushed ? ', pushed' : ', on its host only: it could not be pushed';
  return said('Work saved', [text(` · ${what}, on `), code(branch), text(where)], event);
}

function reportMessage(story: ThreadStory, event: Extract<StoredEvent, { kind: 'reported' }>): Card {
  const by = event.by === null ? '' : ` for ${nameOf(story, event.by)}`;
  const card = said('Report', [text(`${by} · ${event.words}`)], event);
  return event.tail.length === 0
    ? card
    : { ...card, parts: [...card.parts, { kind: 'screen', lines: event.tail }] };
}

/** The newest of what a model did in one task. */
const MODEL_ACTS_SHOWN = 5;

/** One quiet message for all that a model does in a task: it grows by a line, nobody is pinged twice. */
function modelMessage(story: ThreadStory, upTo: StoredEvent): Card {
  const acts = story.events.filter(
    (event) => event.kind === 'model-acted' && event.task === upTo.task && event.sequence <= upTo.sequence,
  );
  const shown = acts.slice(-MODEL_ACTS_SHOWN).flatMap(modelLine);
  const left = acts.length - shown.length;
  return {
    title: '',
    parts: [
      { kind: 'text', spans: [bold('The model went on by itself')] },
      { kind: 'list', items: shown },
      ...(left === 0
        ? []
        : [{ kind: 'note' as const, spans: [text(`${left} more before; “decisions” lists them.`)] }]),
    ],
    buttons: [],
    summary: `${taskLabel(upTo.task)}: the model went on by itself`,
  };
}

function modelLine(event: StoredEvent): Span[][] {
  if (event.kind !== 'model-acted') return [];
  const sure = `${Math.round(event.confidence * 100)} % sure`;
  const title = STRATEGIES.find(({ id }) => id === event.strategy)?.title;
  const following = title === undefined ? '' : `, ${title}`;
  const why = event.why === '' ? '' : `: ${withoutStop(excerpt(event.why))}`;
  return [[text(`${excerpt(event.what)} (${sure}${following})${why}.`)]];
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
      const buttons = canRetry ? [...resumeButtons(story, latest), retryButton(latest)] : [];
      const goesOn = buttons.length > 1 ? 'Resume goes on with the agent’s conversation where it was. ' : '';
      const next = `${goesOn}Retry starts it again in this thread. What the agent pushed is on its branch.`;
      return {
        title: '',
        parts: [{ kind: 'text', spans: said }, ...tail, { kind: 'note', spans: [text(next)] }],
        buttons,
        summary: `${taskLabel(event.task)} failed: ${excerpt(event.why)}`,
      };
    }
    default:
      return unreachable(event);
  }
}

type InputEvent = Extract<
  StoredEvent,
  {
    kind: 'input-queued' | 'input-typed' | 'input-held' | 'input-refused' | 'input-accepted' | 'input-undone';
  }
>;

/** One message per input, whatever becomes of it. */
function inputMessage(story: ThreadStory, event: InputEvent, inputs: InputInProgress[]): Reply {
  const known = inputs.findIndex((input) => isSameInput(input, event));
  const isNew = event.kind === 'input-queued' || known === -1;
  const key = isNew ? `input:${event.sequence}` : (inputs[known]?.key ?? `input:${event.sequence}`);
  const isSettled =
    event.kind === 'input-accepted' || event.kind === 'input-refused' || event.kind === 'input-undone';
  if (isSettled && !isNew) inputs.splice(known, 1);
  const { task, by, action = null } = event;
  if (!isSettled && isNew) inputs.push({ key, task, by, action, text: event.text });
  const status = inputStatus(story, event);
  return {
    key,
    card: {
      title: '',
      parts: [
        { kind: 'text', spans: [bold(status.word), text(status.more)] },
        { kind: 'note', spans: [text(`${nameOf(story, event.by)}: ${excerpt(event.text)}`)] },
      ],
      buttons: undoButtons(event),
      summary: `${status.word}${status.more}`,
    },
  };
}

/** Two equal inputs of one person are told apart by their order where nothing else is known of them. */
function isSameInput(input: InputInProgress, event: InputEvent): boolean {
  return event.action === undefined
    ? input.task === event.task && input.by === event.by && input.text === event.text
    : input.action === event.action;
}

function undoButtons({ kind, task, action }: InputEvent): readonly CardButton[] {
  const isWaiting = kind === 'input-queued' || kind === 'input-held';
  return isWaiting && action !== undefined
    ? [{ request: { kind: 'undo', task, action }, label: 'Undo', style: 'plain', confirm: null }]
    : [];
}

function inputStatus(story: ThreadStory, event: InputEvent): { word: string; more: string } {
  switch (event.kind) {
    case 'input-queued':
      return { word: 'On its way', more: ' to the agent' };
    case 'input-typed':
      return { word: 'Typed', more: ' · the agent has not taken it yet' };
    case 'input-accepted':
      return { word: 'Delivered', more: ` to the agent${proofWords(event.shownBy)}` };
    case 'input-held':
      return { word: 'Held', more: ` · ${withoutStop(event.why)}. It is typed as soon as that is over.` };
    case 'input-undone':
      return { word: 'Taken back', more: ` · by ${nameOf(story, event.undoneBy)}, before it was typed` };
    case 'input-refused':
      return { word: 'Not delivered', more: ` · ${withoutStop(event.why)}.` };
    default:
      return unreachable(event);
  }
}

function proofWords(shownBy: InputProof): string {
  switch (shownBy) {
    case 'hook':
      return ' · the agent said so itself';
    case 'transcript':
      return ' · it stands in the agent’s own record';
    case 'screen':
      return ' · its screen shows it';
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
