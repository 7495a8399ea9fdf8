import {
  assignTask,
  bold,
  type Card,
  code,
  type Host,
  isAdoptableName,
  NEW_SESSION,
  ok,
  type Project,
  queueTask,
  type SeenSession,
  type Session,
  type Span,
  sameRepository,
  sessionId,
  type TaskId,
  taskLabel,
  text,
  threadId,
} from '../domain/index.ts';
import { newTask } from './add-task.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { Command } from './grammar/command.ts';
import type { CommandTables, FirstRequest } from './ports.ts';
import { briefTitle } from './wording.ts';

/** A session that can be taken over, and all that is inferred of it. */
type Candidate = {
  readonly seen: SeenSession;
  readonly agent: string;
  readonly folder: string;
  readonly branch: string;
  readonly project: Project;
};

/** A session that stays as it is, and why. */
type Skipped = { readonly name: string; readonly why: readonly Span[] };

type Adopted = { readonly task: TaskId; readonly candidate: Candidate; readonly brief: string };

/** Follows sessions that people began by hand: each becomes a task. Nothing is typed, and nothing is ever ended there. */
export async function adoptSessions(
  context: Context,
  wish: Extract<Command, { kind: 'adopt' }>,
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'adopt sessions');
  if (!allowed.ok) return allowed;
  const { ports, place } = context;
  const { store } = ports;
  const host = await store.hostNamed(wish.host);
  if (host === null) {
    const names = (await store.listHosts()).map((each) => each.name);
    return refuse(
      'no-such-host',
      `There is no host \`${wish.host.slice(0, 40)}\`.${names.length === 0 ? '' : ` Known are ${names.join(', ')}.`}`,
    );
  }
  if (host.state === 'excluded') {
    return refuse(
      'wrong-state',
      `${host.name} is excluded: it is looked at and never acted on. \`hosts include ${host.name}\` first.`,
    );
  }
  const facts = (await store.hostFacts()).find((each) => each.host === host.id);
  if (facts === undefined || facts.lookedAt === null) {
    return refuse(
      'unavailable',
      `I have not seen ${host.name} yet${host.reach.state === 'unreachable' ? `: ${host.reach.why}` : ''}. Try again when \`observe ${host.name}\` shows its sessions.`,
    );
  }
  if (place.kind === 'slack') {
    const mayPost = await ports.channels.mayPost(place.channel);
    if (!mayPost.ok) return refuse('unavailable', mayPost.error);
  }

  const found = await findCandidates(context, host, wish.sessions);
  return context.change(async (tx): Promise<Outcome> => {
    const { made, tooLate } = await makeTasks(tx, context, found);
    return ok({ kind: 'card', card: cardOf(host, made, [...tooLate, ...found.skipped]) });
  });
}

/** What can be adopted on a host, with what was asked of each; the sessions that cannot, and why. */
export type Candidates = {
  readonly host: Host;
  readonly candidates: readonly Candidate[];
  readonly skipped: readonly Skipped[];
  readonly requests: ReadonlyMap<string, FirstRequest>;
};

/** @param named by name; none: every session of the host */
export async function findCandidates(
  context: Context,
  host: Host,
  named: readonly string[],
): Promise<Candidates> {
  const { store, settings } = context.ports;
  const present = (await store.seenSessions(host.id)).filter(({ presence }) => presence === 'present');
  const { candidates, skipped } = sortOut(named, present, {
    own: await ownSessions(store, present),
    projects: await store.listProjects(),
    agents: settings.agents,
  });
  return { host, candidates, skipped, requests: await firstRequests(context, host, candidates, present) };
}

/** Makes tasks of them. Value: the tasks. */
export async function adoptCandidates(
  tx: CommandTables,
  context: Context,
  found: Candidates,
): Promise<readonly TaskId[]> {
  return (await makeTasks(tx, context, found)).made.map(({ task }) => task);
}

async function makeTasks(
  tx: CommandTables,
  context: Context,
  { host, candidates, requests }: Candidates,
): Promise<{ readonly made: readonly Adopted[]; readonly tooLate: readonly Skipped[] }> {
  const made: Adopted[] = [];
  const tooLate: Skipped[] = [];
  // One at a time fills a host: who asks twice at once finds the first one's sessions here.
  await tx.lockHost(host.id);
  const open = await tx.openSessionsOn(host.id);
  for (const candidate of candidates) {
    const { name } = candidate.seen;
    const other = open.find((session) => session.name === name);
    if (other !== undefined) tooLate.push({ name, why: hasTask(other.task) });
    else made.push(await adopt(tx, context, host, candidate, requests.get(name) ?? NO_REQUEST));
  }
  return { made, tooLate };
}

type Known = {
  readonly own: ReadonlyMap<string, Session>;
  readonly projects: readonly Project[];
  readonly agents: readonly string[];
};

/** Which sessions can be taken over, and why not the others. */
function sortOut(
  named: readonly string[],
  present: readonly SeenSession[],
  known: Known,
): { readonly candidates: readonly Candidate[]; readonly skipped: readonly Skipped[] } {
  const candidates: Candidate[] = [];
  const skipped: Skipped[] = [];
  for (const name of new Set(named)) {
    if (!present.some((seen) => seen.name === name)) {
      skipped.push({ name, why: [text('there is no such session')] });
    }
  }
  for (const seen of present) {
    if (named.length > 0 && !named.includes(seen.name)) continue;
    const judged = judge(seen, known);
    if (judged.kind === 'candidate') candidates.push(judged.candidate);
    else skipped.push({ name: seen.name, why: judged.why });
  }
  return { candidates, skipped };
}

function judge(
  seen: SeenSession,
  { own, projects, agents }: Known,
):
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'skip'; readonly why: readonly Span[] } {
  const skip = (...why: readonly Span[]) => ({ kind: 'skip', why }) as const;
  const { session, agent, place } = seen;
  if (!isAdoptableName(seen.name)) {
    return skip(text('its name has characters that people cannot type here; rename it in tmux'));
  }
  if (session !== null) {
    const ours = own.get(session);
    if (ours === undefined) return skip(text('another Fleet Director follows it'));
    if (ours.state !== 'ended') return skip(...hasTask(ours.task));
  }
  if (agent === null || !agents.includes(agent)) return skip(text('no agent that I know runs in it'));
  if (place === null) return skip(text('its folder is gone, or not read yet; try again in a moment'));
  const { remote } = place;
  if (remote === null) return skip(text('its folder is in no repository with a remote'));
  const project = projects.find((each) => sameRepository(each, remote));
  if (project === undefined) {
    return skip(
      text('its repository is none of the projects; '),
      code('projects add owner/name'),
      text(` for ${remote}, then adopt it`),
    );
  }
  const branch = place.branch ?? DETACHED;
  return { kind: 'candidate', candidate: { seen, agent, folder: place.folder, branch, project } };
}

/** git's own word where no branch is checked out. */
const DETACHED = 'HEAD';

const NO_REQUEST: FirstRequest = { text: null, conversation: null };

function hasTask(task: TaskId): readonly Span[] {
  return [text('it has a task already: '), bold(taskLabel(task))];
}

async function ownSessions(
  store: Pick<CommandTables, 'findSession'>,
  present: readonly SeenSession[],
): Promise<ReadonlyMap<string, Session>> {
  const found = new Map<string, Session>();
  for (const { session } of present) {
    const own = session === null ? null : await store.findSession(session);
    if (own !== null) found.set(own.id, own);
  }
  return found;
}

/** What each agent was asked first. Agents that share a folder share its transcripts, and nobody can tell whose is whose. */
async function firstRequests(
  { ports }: Context,
  host: Host,
  candidates: readonly Candidate[],
  present: readonly SeenSession[],
): Promise<ReadonlyMap<string, FirstRequest>> {
  const isAlone = ({ folder, agent }: Candidate) =>
    present.filter((seen) => seen.agent === agent && seen.place?.folder === folder).length === 1;
  const read = await Promise.all(
    candidates
      .filter(isAlone)
      .map(async ({ seen }) => [seen.name, await ports.transcripts.firstRequest(host, seen)] as const),
  );
  return new Map(read);
}

async function adopt(
  tx: CommandTables,
  { ports, place, actor, at }: Context,
  host: Host,
  candidate: Candidate,
  { text: request, conversation }: FirstRequest,
): Promise<Adopted> {
  const { seen, agent, folder, branch, project } = candidate;
  const thread = threadId(ports.newId());
  const channel = place.kind === 'slack' ? place.channel : (project.channel ?? ports.settings.defaultChannel);
  await tx.addThread({
    id: thread,
    slack: channel === null ? null : { channel, messageTs: null },
    issue: null,
  });
  const brief = request ?? `${seen.name} on ${branch}`;
  const queued = queueTask(
    {
      ...newTask(await tx.nextTaskId(), thread, project),
      brief,
      priority: 'medium',
      agent,
      wantedHost: host.id,
      after: [],
      askedBy: actor.id,
      origin: place.kind === 'shell' ? { kind: 'shell' } : { kind: 'chat' },
      createdAt: at,
    },
    at,
  );
  const id = sessionId(ports.newId());
  await tx.addTask(queued);
  await tx.saveTask(assignTask(queued.next, { host: host.id, hostName: host.name, session: id, branch }, at));
  await tx.addSession({
    ...NEW_SESSION,
    id,
    task: queued.next.id,
    host: host.id,
    name: seen.name,
    agent,
    worktree: folder,
    branch,
    isAdopted: true,
    isToBeObservedFirst: true,
    conversation,
    state: 'preparing',
    createdAt: at,
  });
  await tx.enqueue({ kind: 'prepare', session: id });
  return { task: queued.next.id, candidate, brief };
}

function cardOf(host: Host, adopted: readonly Adopted[], skipped: readonly Skipped[]): Card {
  const left: Card['parts'] =
    skipped.length === 0
      ? []
      : [
          { kind: 'note', spans: [text('Left alone:')] },
          { kind: 'list', items: skipped.map(({ name, why }) => [code(name), text(': '), ...why]) },
        ];
  const summary =
    adopted.length === 0
      ? `Nothing to adopt on ${host.name}.`
      : `${adopted.length} of ${host.name} adopted: ${adopted.map(({ task }) => taskLabel(task)).join(', ')}.`;
  return {
    title: summary,
    parts: [
      ...(adopted.length === 0
        ? []
        : [
            { kind: 'list' as const, items: adopted.map(lineOf) },
            {
              kind: 'note' as const,
              spans: [
                text('I look first and answer only what you allow. '),
                code('cancel'),
                text(' stops that and leaves a session as it is.'),
              ],
            },
          ]),
      ...left,
      ...(adopted.length === 0 && skipped.length === 0
        ? [{ kind: 'text' as const, spans: [text('It has no sessions.')] }]
        : []),
    ],
    buttons: [],
    summary,
  };
}

function lineOf({ task, candidate, brief }: Adopted): readonly Span[] {
  const { seen, agent, branch, project } = candidate;
  return [
    bold(taskLabel(task)),
    text(' '),
    code(seen.name),
    text(`: ${agent} on ${project.repo}, branch `),
    code(branch),
    text(` — ${briefTitle(brief)}`),
  ];
}
