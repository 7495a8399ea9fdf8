import {
  AS_CONFIGURED,
  allowsMore,
  type Host,
  type NewTask,
  ok,
  type Priority,
  type Project,
  queueTask,
  type RepoName,
  type Result,
  type RunLimits,
  scopeKey,
  sentenceCard,
  type TaskId,
  type ThreadId,
  taskLabel,
  threadId,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { AddForm, Refusal } from './request.ts';
import { briefTitle } from './wording.ts';

export type Wish = RunLimits & {
  readonly brief: string;
  readonly repo: RepoName | null;
  readonly priority: Priority;
  readonly agent: string | null;
  readonly host: string | null;
  /** Tasks that have to be completed first. */
  readonly after: readonly TaskId[];
  /** What this task may cost; null: what the configuration says. */
  readonly budgetUsd: number | null;
};

// A prompt travels as one argument of the agent's command line. Source: Linux MAX_ARG_STRLEN is 131072 bytes.
export const BRIEF_MAX_BYTES = 100_000;

/** What a terminal would take for keys. */
export const CONTROL = /[^\P{Cc}\n\t\r]/gu;

export const NO_CONTROL =
  'The text holds control characters that a terminal would take for keys. Remove them and try again.';

/** Queues a task and opens its thread where it was asked for. */
export async function addTask(context: Context, wish: Wish): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'add tasks');
  if (!allowed.ok) return allowed;
  const checked = await checkWish(context, wish);
  if (!checked.ok) return checked;
  const { project, agent, host } = checked.value;
  const { ports, place, actor, at } = context;
  if (place.kind === 'slack') {
    const mayPost = await ports.channels.mayPost(place.channel);
    if (!mayPost.ok) return refuse('unavailable', mayPost.error);
  }

  return context.change(async (tx): Promise<Outcome> => {
    const thread = threadId(ports.newId());
    const channel =
      place.kind === 'slack' ? place.channel : (project.channel ?? ports.settings.defaultChannel);
    await tx.addThread({
      id: thread,
      slack: channel === null ? null : { channel, messageTs: null },
      issue: null,
    });
    const id = await tx.nextTaskId();
    await tx.addTask(
      queueTask(
        {
          ...newTask(id, thread, project),
          brief: wish.brief,
          priority: wish.priority,
          agent,
          wantedHost: host?.id ?? null,
          after: wish.after,
          permissionMode: wish.permissionMode,
          maxTurns: wish.maxTurns,
          askedBy: actor.id,
          origin: place.kind === 'shell' ? { kind: 'shell' } : { kind: 'chat' },
          createdAt: at,
        },
        at,
      ),
    );
    if (wish.budgetUsd !== null)
      await tx.setBudgetCap(scopeKey({ kind: 'task', task: id }), wish.budgetUsd, actor.id, at);
    await tx.enqueue({ kind: 'place' });
    if (place.kind === 'slack') return ok({ kind: 'nothing' });
    const sentence = `${taskLabel(id)} is queued for ${project.repo}: ${briefTitle(wish.brief)}`;
    return ok({
      kind: 'card',
      card: sentenceCard(`${sentence}. Follow it with \`status ${taskLabel(id)}\`.`),
    });
  });
}

export async function openAddForm(context: Context, brief: string): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'add tasks');
  if (!allowed.ok) return allowed;
  const { store, settings } = context.ports;
  const projects = await store.listProjects();
  if (projects.length === 0) return refuse('no-such-project', NO_PROJECTS);
  if (context.place.kind !== 'slack') {
    return refuse(
      'bad-words',
      'What should the agent do? Write it after `add`: `add Fix the login test --repo owner/name`.',
    );
  }
  const hosts = await store.listHosts();
  const form: AddForm = {
    brief,
    projects: projects.map(({ id, repo }) => ({ id, repo })),
    agents: settings.agents,
    hosts: hosts.filter((host) => host.state === 'active').map((host) => host.name),
  };
  return ok({ kind: 'add-form', form });
}

/** What a new task of a project has before anyone says more. */
export function newTask(
  id: TaskId,
  thread: ThreadId,
  project: Project,
): Pick<NewTask, 'id' | 'thread' | 'project' | 'repo' | 'attempt'> & RunLimits {
  return { ...AS_CONFIGURED, id, thread, project: project.id, repo: project.repo, attempt: 1 };
}

const NO_PROJECTS = 'No repository is known yet. Add one first: `projects add owner/name`.';

async function checkWish(
  context: Context,
  wish: Wish,
): Promise<
  Result<{ readonly project: Project; readonly agent: string; readonly host: Host | null }, Refusal>
> {
  const { store, settings } = context.ports;
  const bytes = Buffer.byteLength(wish.brief);
  if (bytes > BRIEF_MAX_BYTES) {
    return refuse(
      'bad-words',
      `The text has ${bytes} bytes; an agent takes ${BRIEF_MAX_BYTES}. Put the details into a file of the repository and point to it.`,
    );
  }
  if (wish.brief.search(CONTROL) !== -1) return refuse('bad-words', NO_CONTROL);
  const project = await chooseProject(context, wish.repo);
  if (!project.ok) return project;
  const agent = wish.agent ?? project.value.agent;
  if (!settings.agents.includes(agent)) {
    return refuse(
      'bad-words',
      `I don't know the agent \`${agent}\`. Use one of ${settings.agents.join(', ')}.`,
    );
  }
  const mode = checkMode(context, agent, wish.permissionMode);
  if (!mode.ok) return mode;
  for (const id of wish.after) {
    if ((await store.findTask(id)) !== null) continue;
    return refuse(
      'no-such-task',
      `There is no task ${taskLabel(id)} to wait for. \`status\` lists the tasks.`,
    );
  }
  if (wish.host === null) return ok({ project: project.value, agent, host: null });
  const host = await hostForNew(context, wish.host);
  return host.ok ? ok({ project: project.value, agent, host: host.value }) : host;
}

/** More than the configuration allows is for those whose yes would allow it. */
function checkMode(
  context: Context,
  agent: string,
  mode: RunLimits['permissionMode'],
): Result<void, Refusal> {
  if (mode === null) return ok(undefined);
  const { agentsWithoutModes, permissionMode, hasNamedApprovers } = context.ports.settings;
  if (agentsWithoutModes.includes(agent)) {
    return refuse(
      'bad-words',
      `\`${agent}\` takes no \`--mode\`: what it may do is set where it runs. Leave the flag out.`,
    );
  }
  return hasNamedApprovers && allowsMore(mode, permissionMode)
    ? requireRole(context, 'approver', `start agents with \`--mode ${mode}\``)
    : ok(undefined);
}

/** A host that people named for something to begin on. */
export async function hostForNew({ ports }: Context, name: string): Promise<Result<Host, Refusal>> {
  const { store } = ports;
  const host = await store.hostNamed(name);
  if (host === null) {
    const names = (await store.listHosts()).map((each) => each.name);
    return refuse(
      'no-such-host',
      names.length === 0
        ? `There is no host \`${name}\`. Add it first: \`hosts add ${name} --ssh user@${name}\`.`
        : `There is no host \`${name}\`. Use one of ${names.join(', ')}, or add it with \`hosts add\`.`,
    );
  }
  if (host.state === 'excluded') {
    return refuse(
      'wrong-state',
      `${host.name} is excluded: nothing is begun there. Leave \`--host\` out, or \`hosts include ${host.name}\`.`,
    );
  }
  if (host.state === 'draining') {
    return refuse(
      'wrong-state',
      `${host.name} is draining and takes nothing new. Leave \`--host\` out, or \`hosts resume ${host.name}\`.`,
    );
  }
  return ok(host);
}

async function chooseProject(context: Context, repo: RepoName | null): Promise<Result<Project, Refusal>> {
  const { store } = context.ports;
  if (repo !== null) {
    const project = await store.projectOfRepo(repo);
    if (project !== null) return ok(project);
    const known = (await store.listProjects()).map((each) => each.repo);
    return refuse(
      'no-such-project',
      known.length === 0
        ? `I don't know ${repo}. Add it first: \`projects add ${repo}\`.`
        : `I don't know ${repo}. Known are ${known.join(', ')}; add another with \`projects add ${repo}\`.`,
    );
  }
  const projects = await store.listProjects();
  const here = projects.filter(
    (project) => context.place.kind === 'slack' && project.channel === context.place.channel,
  );
  const [only, ...others] = here.length > 0 ? here : projects;
  if (only === undefined) return refuse('no-such-project', NO_PROJECTS);
  if (others.length === 0) return ok(only);
  return refuse(
    'no-such-project',
    `Which repository? Add \`--repo\` with one of ${projects.map((each) => each.repo).join(', ')}.`,
  );
}
