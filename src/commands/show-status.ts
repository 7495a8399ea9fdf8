import {
  type Actor,
  type ActorId,
  bold,
  byUrgency,
  type Card,
  type CardPart,
  code,
  type Health,
  type Host,
  type HostFacts,
  healthErrors,
  isHealthy,
  isLive,
  limitFacts,
  link,
  lockOf,
  ok,
  placeOf,
  type QueuedTask,
  type Span,
  type StoredEvent,
  type Task,
  type TaskId,
  taskLabel,
  text,
  untilWords,
  wantsAttention,
} from '../domain/index.ts';
import { limitsOfTask } from '../limits/index.ts';
import { type Context, type Outcome, resolveTask } from './context.ts';
import {
  byNeed,
  type KnownSession,
  knownSessions,
  sessionLine,
  shortLine,
  sightOfTask,
  wantsPerson,
} from './known-sessions.ts';
import { excerpt, stateWords, whyWords } from './observation-words.ts';
import { pauseParts } from './pause-director.ts';
import { briefTitle, duration, taskLine } from './wording.ts';

const RECENT_SHOWN = 5;
const EVENTS_SHOWN = 12;
const EVIDENCE_MAX = 200;
// A message has 50 blocks: a host takes two.
const HOSTS_SHOWN = 12;
const SESSIONS_SHOWN = 5;
const NEEDY_SHOWN = 8;
const BUTTONS_SHOWN = 5;

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
      parts: [...(await pauseParts(context)), part],
      buttons: [],
      summary: queued.length === 0 ? 'The queue is empty.' : `${queued.length} waiting.`,
    },
  });
}

/** The fleet at a glance: who waits for a person, hosts with their sessions, what waits and what ended last. */
export async function fleetCard(context: Context): Promise<Card> {
  const { store } = context.ports;
  const { at } = context;
  const hosts = await store.listHosts();
  const facts = new Map((await store.hostFacts()).map((each) => [each.host, each]));
  const known = await knownSessions(context);
  const live = await store.tasksInStates(['assigned', 'running']);
  const queued = await store.tasksInStates(['queued']);
  const ended = await store.recentlyEndedTasks(RECENT_SHOWN);
  const needy = known.filter(wantsPerson);
  const told = new Set(needy.slice(0, NEEDY_SHOWN));
  const waiting = live.filter((task) => !known.some((each) => each.task?.id === task.id));

  const parts: CardPart[] = [...(await pauseParts(context))];
  if (needy.length > 0) {
    parts.push({ kind: 'text', spans: [bold('Needs a person')] });
    const more = needy.length - NEEDY_SHOWN;
    parts.push({
      kind: 'list',
      items: [
        ...needy.slice(0, NEEDY_SHOWN).map((each) => sessionLine(each, at, { withHost: true })),
        ...(more > 0 ? [[text(`and ${more} more, below at their hosts`)]] : []),
      ],
    });
  }
  if (hosts.length === 0) {
    parts.push({
      kind: 'text',
      spans: [bold('Hosts'), text(' None yet. Add one: '), code('hosts add dev1 --ssh user@dev1')],
    });
  }
  const inOrder = hosts.toSorted((one, other) => urgencyOf(one, known) - urgencyOf(other, known));
  for (const host of inOrder.slice(0, HOSTS_SHOWN)) {
    const there = known.filter((each) => each.host.id === host.id);
    parts.push({ kind: 'text', spans: hostLine(host, facts.get(host.id) ?? null, there, at) });
    const shown = there.toSorted(byNeed).slice(0, SESSIONS_SHOWN);
    if (shown.length === 0) continue;
    const more = there.length - shown.length;
    parts.push({
      kind: 'list',
      items: [
        ...shown.map((each) =>
          told.has(each) ? shortLine(each, 'see above') : sessionLine(each, at, { withHost: false }),
        ),
        ...(more > 0 ? [[text(`and ${more} more: `), code(`observe ${host.name}`)]] : []),
      ],
    });
  }
  if (hosts.length > HOSTS_SHOWN) {
    parts.push({
      kind: 'text',
      spans: [text(`and ${hosts.length - HOSTS_SHOWN} more hosts: `), code('hosts')],
    });
  }
  if (waiting.length > 0) {
    parts.push({ kind: 'text', spans: [bold('Starting')] });
    parts.push({
      kind: 'list',
      items: waiting.map((task) => [...taskLine(task), text(` — ${task.state}`)]),
    });
  }
  if (queued.length > 0) {
    parts.push({ kind: 'text', spans: [bold('Waiting'), text(` ${queued.length}; see `), code('queue')] });
  }
  if (ended.length > 0) {
    parts.push({ kind: 'text', spans: [bold('Ended last')] });
    parts.push({ kind: 'list', items: ended.map((task) => endedLine(task, at)) });
  }
  return {
    title: 'Fleet',
    parts,
    buttons: needy.slice(0, BUTTONS_SHOWN).map(({ host, name, task }) => ({
      request: { kind: 'session', verb: 'snapshot', host: host.id, name },
      label: `Look at ${task === null ? name : taskLabel(task.id)}`,
      style: 'plain',
      confirm: null,
    })),
    summary: `${hosts.length} hosts, ${known.length} sessions, ${needy.length} need a person, ${queued.length} waiting.`,
  };
}

/** Hosts with somebody waiting first, then those that do not answer; the order they were added in otherwise. */
function urgencyOf(host: Host, known: readonly KnownSession[]): number {
  if (known.some((each) => each.host.id === host.id && wantsPerson(each))) return 0;
  return host.reach.state === 'unreachable' ? 1 : 2;
}

async function showTask(context: Context, named: TaskId): Promise<Outcome> {
  const resolved = await resolveTask(context, named, 'status');
  if (!resolved.ok) return resolved;
  const task = resolved.value;
  const { store } = context.ports;
  const place = placeOf(task);
  const host = place === null ? null : await store.findHost(place.host);
  const sight = await sightOfTask(context, task);
  const people = await store.actorsById([task.askedBy]);
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
  facts.push(...(await lockFacts(context, task)), ...(await factsOfLimits(context, task)));
  if (sight !== null && isLive(task)) {
    const { observation, observedAt, since } = sight;
    facts.push({
      label: 'Agent is',
      value: [text(`${stateWords(observation)} (for ${duration(since.getTime(), context.at.getTime())})`)],
    });
    facts.push({ label: 'Because', value: [text(whyWords(observation, observedAt, context.at))] });
    if (observation.evidence !== '')
      facts.push({ label: 'Evidence', value: [code(excerpt(observation.evidence, EVIDENCE_MAX))] });
    facts.push({ label: 'More', value: [code(`explain ${taskLabel(task.id)}`)] });
  }
  return ok({
    kind: 'card',
    card: {
      title: `${taskLabel(task.id)} ${briefTitle(task.brief)}`,
      parts: [
        ...(isLive(task) || task.state === 'queued' ? await pauseParts(context) : []),
        { kind: 'facts', facts },
        { kind: 'list', items: await eventLines(context, task.id, EVENTS_SHOWN) },
      ],
      buttons: [],
      summary: `${taskLabel(task.id)} is ${task.state}.`,
    },
  });
}

function hostLine(
  host: Host,
  facts: HostFacts | null,
  there: readonly KnownSession[],
  at: Date,
): readonly Span[] {
  const agents = there.filter(({ session }) => session !== null).length;
  const words = [
    `${whereOf(host.transport)}, ${agents} of ${host.capacity} agents, ${reachWords(host, at)}`,
    host.state === 'draining' || host.state === 'excluded' ? host.state : null,
    facts?.silentSince == null
      ? null
      : `tells nothing by itself for ${duration(facts.silentSince.getTime(), at.getTime())}`,
    facts?.stranger == null ? null : 'another machine answers in its place',
    healthHint(facts?.health ?? null),
  ].filter((each) => each !== null);
  return [bold(host.name), text(` — ${words.join(', ')}`)];
}

export function reachWords({ reach }: Host, at: Date): string {
  switch (reach.state) {
    case 'unknown':
      return 'not looked at yet';
    case 'reachable':
      return 'reachable';
    case 'unreachable':
      return `unreachable for ${duration(reach.since.getTime(), at.getTime())} (${reach.why}); what stands here is from before`;
  }
}

function healthHint(health: Health | null): string | null {
  if (health === null) return null;
  const errors = healthErrors(health);
  if (errors.length > 0) return `health cannot be read (${errors.length} of 6)`;
  if (!isHealthy(health)) return 'unhealthy: see `health`';
  return wantsAttention(health) ? 'memory or disk above 80 %' : null;
}

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

/** Who locked a task and for how long; empty: nobody did. */
export async function lockFacts(
  { ports, at }: Context,
  task: Task,
): Promise<readonly { readonly label: string; readonly value: readonly Span[] }[]> {
  const lock = lockOf(task, at);
  if (lock === null) return [];
  const name = (await ports.store.actorsById([lock.by])).get(lock.by)?.name ?? 'somebody';
  return [{ label: 'Locked', value: [text(`by ${name} ${untilWords(lock)}`)] }];
}

/** What a task cost, caps that are nearly spent, and what holds it back. */
export async function factsOfLimits(
  { ports, at }: Context,
  task: Task,
): Promise<readonly { readonly label: string; readonly value: readonly Span[] }[]> {
  const limits = await limitsOfTask(ports.store, ports.settings.rulesOf(task.project), task, at);
  return limitFacts(limits).map(({ label, words }) => ({ label, value: [text(words)] }));
}

/** What happened to a task last, newest last. */
export async function eventLines(
  { ports, at }: Context,
  task: TaskId,
  limit: number,
): Promise<readonly (readonly Span[])[]> {
  const events = await ports.store.eventsOfTask(task, limit);
  const people = await ports.store.actorsById(
    events.map((event) => ('by' in event ? event.by : null)).filter((by) => by !== null),
  );
  return events.map((event) => eventLine(event, people, at));
}

function eventLine(event: StoredEvent, people: ReadonlyMap<ActorId, Actor>, at: Date): readonly Span[] {
  const by = 'by' in event && event.by !== null ? ` by ${people.get(event.by)?.name ?? 'somebody'}` : '';
  const more =
    'why' in event
      ? `: ${event.why}`
      : event.kind === 'reported'
        ? `: ${event.words}`
        : event.kind === 'pull-request-opened'
          ? `: ${event.pullRequest.url}`
          : event.kind === 'task-locked'
            ? ` ${untilWords(event)}`
            : '';
  return [
    text(
      `${duration(event.at.getTime(), at.getTime())} ago — ${event.kind.replaceAll('-', ' ')}${by}${more}`,
    ),
  ];
}
