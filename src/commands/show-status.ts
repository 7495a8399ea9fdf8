import {
  type Actor,
  type ActorId,
  bold,
  byUrgency,
  type Card,
  type CardPart,
  code,
  type Host,
  link,
  ok,
  placeOf,
  type QueuedTask,
  type Session,
  type Span,
  type StoredEvent,
  type Task,
  type TaskId,
  taskLabel,
  text,
} from '../domain/index.ts';
import { type Context, type Outcome, resolveTask } from './context.ts';
import { briefTitle, duration, taskLine } from './wording.ts';

const RECENT_SHOWN = 5;
const EVENTS_SHOWN = 12;

export async function showStatus(context: Context, named: TaskId | null): Promise<Outcome> {
  if (named !== null) return showTask(context, named);
  return ok({ kind: 'card', card: await fleetCard(context) });
}

export async function showQueue(context: Context): Promise<Outcome> {
  const queued = (await context.ports.store.tasksInStates(['queued'])).filter(
    (task) => task.state === 'queued',
  );
  const items = [...queued].sort(byUrgency).map((task) => queueLine(task, context.at));
  const part: CardPart =
    items.length === 0 ? { kind: 'text', spans: [text('Nothing waits.')] } : { kind: 'list', items };
  return ok({
    kind: 'card',
    card: {
      title: 'Queue',
      parts: [part],
      buttons: [],
      summary: queued.length === 0 ? 'The queue is empty.' : `${queued.length} waiting.`,
    },
  });
}

/** The fleet at a glance: hosts with their room, live tasks with their state, what ended last. */
export async function fleetCard(context: Context): Promise<Card> {
  const { store } = context.ports;
  const hosts = await store.listHosts();
  const sessions = await store.openSessions();
  const live = await store.tasksInStates(['assigned', 'running']);
  const queued = await store.tasksInStates(['queued']);
  const ended = await store.recentlyEndedTasks(RECENT_SHOWN);
  const names = new Map(hosts.map((host) => [host.id, host.name]));

  const parts: CardPart[] = [];
  parts.push({ kind: 'text', spans: [bold('Hosts')] });
  parts.push(
    hosts.length === 0
      ? { kind: 'text', spans: [text('None yet. Add one: '), code('hosts add dev1 --ssh user@dev1')] }
      : { kind: 'list', items: hosts.map((host) => hostLine(host, sessions, context.at)) },
  );
  parts.push({ kind: 'text', spans: [bold('Live tasks')] });
  const lines: (readonly Span[])[] = [];
  for (const task of live) {
    const place = placeOf(task);
    const seen = place === null ? null : await store.lastObservation(place.session);
    lines.push([
      ...taskLine(task),
      text(` — ${task.state}`),
      text(place === null ? '' : ` on ${names.get(place.host) ?? 'a removed host'}`),
      text(
        seen === null
          ? ''
          : `, agent ${wordOf(seen.observation.state)} for ${duration(seen.since.getTime(), context.at.getTime())}`,
      ),
    ]);
  }
  parts.push(lines.length === 0 ? { kind: 'text', spans: [text('None.')] } : { kind: 'list', items: lines });
  if (queued.length > 0) {
    parts.push({ kind: 'text', spans: [bold('Waiting'), text(` ${queued.length}; see `), code('queue')] });
  }
  if (ended.length > 0) {
    parts.push({ kind: 'text', spans: [bold('Ended last')] });
    parts.push({ kind: 'list', items: ended.map((task) => endedLine(task, context.at)) });
  }
  return {
    title: 'Fleet',
    parts,
    buttons: [],
    summary: `${hosts.length} hosts, ${live.length} live tasks, ${queued.length} waiting.`,
  };
}

async function showTask(context: Context, named: TaskId): Promise<Outcome> {
  const resolved = await resolveTask(context, named, 'status');
  if (!resolved.ok) return resolved;
  const task = resolved.value;
  const { store } = context.ports;
  const place = placeOf(task);
  const host = place === null ? null : await store.findHost(place.host);
  const seen = place === null ? null : await store.lastObservation(place.session);
  const events = await store.eventsOfTask(task.id, EVENTS_SHOWN);
  const people = await store.actorsById([
    task.askedBy,
    ...events.map((event) => ('by' in event ? event.by : null)).filter((by) => by !== null),
  ]);
  const facts: { label: string; value: readonly Span[] }[] = [
    { label: 'State', value: [text(stateLine(task))] },
    { label: 'Repository', value: [text(task.repo)] },
    { label: 'Priority', value: [text(task.priority)] },
    { label: 'Agent', value: [text(task.agent)] },
    { label: 'Asked by', value: [text(people.get(task.askedBy)?.name ?? 'somebody')] },
  ];
  if (host !== null) facts.push({ label: 'Host', value: [text(host.name)] });
  if (place !== null) facts.push({ label: 'Branch', value: [code(place.branch)] });
  if (place?.pullRequest)
    facts.push({
      label: 'Pull request',
      value: [link(place.pullRequest.url, `#${place.pullRequest.number}`)],
    });
  if (seen !== null && (task.state === 'running' || task.state === 'assigned')) {
    facts.push({
      label: 'Agent is',
      value: [
        text(`${wordOf(seen.observation.state)} for ${duration(seen.since.getTime(), context.at.getTime())}`),
      ],
    });
  }
  return ok({
    kind: 'card',
    card: {
      title: `${taskLabel(task.id)} ${briefTitle(task.brief)}`,
      parts: [
        { kind: 'facts', facts },
        { kind: 'list', items: events.map((event) => eventLine(event, people, context.at)) },
      ],
      buttons: [],
      summary: `${taskLabel(task.id)} is ${task.state}.`,
    },
  });
}

export function hostLine(host: Host, sessions: readonly Session[], at: Date): readonly Span[] {
  const used = sessions.filter((session) => session.host === host.id).length;
  const reach =
    host.reach.state === 'unreachable'
      ? `unreachable for ${duration(host.reach.since.getTime(), at.getTime())} (${host.reach.why})`
      : host.reach.state === 'unknown'
        ? 'not looked at yet'
        : 'reachable';
  const where = whereOf(host.transport);
  return [
    bold(host.name),
    text(
      ` — ${where}, ${used} of ${host.capacity} agents, ${reach}${host.state === 'draining' ? ', draining' : ''}`,
    ),
  ];
}

/** How a host is reached, in a few words. */
export function whereOf(transport: Host['transport']): string {
  switch (transport.kind) {
    case 'local':
      return 'this machine';
    case 'ssh':
      return `ssh ${transport.target}`;
    case 'azlin':
      return `azlin ${transport.vm}`;
  }
}

function queueLine(task: QueuedTask, at: Date): readonly Span[] {
  return [
    ...taskLine(task),
    text(` — ${task.priority}, ${task.repo}, waiting ${duration(task.createdAt.getTime(), at.getTime())}`),
    text(task.unplacedBecause === null ? '' : `: ${task.unplacedBecause}`),
  ];
}

function endedLine(task: Task, at: Date): readonly Span[] {
  const place = placeOf(task);
  return [
    ...taskLine(task),
    text(` — ${stateLine(task)}`),
    text('endedAt' in task ? `, ${duration(task.endedAt.getTime(), at.getTime())} ago` : ''),
    ...(place?.pullRequest ? [text(', '), link(place.pullRequest.url, `#${place.pullRequest.number}`)] : []),
  ];
}

function stateLine(task: Task): string {
  switch (task.state) {
    case 'queued':
      return task.unplacedBecause === null ? 'queued' : `queued: ${task.unplacedBecause}`;
    case 'failed':
      return `failed: ${task.why}`;
    default:
      return task.state;
  }
}

function eventLine(event: StoredEvent, people: ReadonlyMap<ActorId, Actor>, at: Date): readonly Span[] {
  const by = 'by' in event && event.by !== null ? ` by ${people.get(event.by)?.name ?? 'somebody'}` : '';
  const more =
    'why' in event
      ? `: ${event.why}`
      : event.kind === 'pull-request-opened'
        ? `: ${event.pullRequest.url}`
        : '';
  return [
    text(
      `${duration(event.at.getTime(), at.getTime())} ago — ${event.kind.replaceAll('-', ' ')}${by}${more}`,
    ),
  ];
}

const wordOf = (state: string): string => state.replaceAll('_', ' ');
