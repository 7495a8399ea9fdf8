import { bold, code, ok, type Project, projectId, sentenceCard, text } from '../domain/index.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { Command } from './grammar/command.ts';

export async function listProjects(context: Context): Promise<Outcome> {
  const { store } = context.ports;
  const projects = await store.listProjects();
  const wanted = new Map<string, number>();
  for (const { id } of projects) wanted.set(id, (await store.openObjectives(id)).length);
  return ok({
    kind: 'card',
    card: {
      title: 'Projects',
      parts: [
        projects.length === 0
          ? { kind: 'text', spans: [text('None yet. Add one: '), code('projects add owner/name')] }
          : {
              kind: 'list',
              items: projects.map((project) => [
                bold(project.repo),
                text(
                  ` — branch ${project.defaultBranch}, agent ${project.agent}${objectiveCount(wanted.get(project.id) ?? 0)}`,
                ),
              ]),
            },
      ],
      buttons: [],
      summary: `${projects.length} projects.`,
    },
  });
}

const objectiveCount = (open: number): string =>
  open === 0 ? '' : `, ${open} open ${open === 1 ? 'objective' : 'objectives'}`;

/** Adds a repository after asking GitHub about it, or with the clone URL that was given. */
export async function addProject(
  context: Context,
  wish: Extract<Command, { kind: 'projects-add' }>,
): Promise<Outcome> {
  const allowed = requireRole(context, 'admin', 'add projects');
  if (!allowed.ok) return allowed;
  const { store, repositories, settings, newId } = context.ports;
  if ((await store.projectOfRepo(wish.repo)) !== null) {
    return ok({ kind: 'card', card: sentenceCard(`${wish.repo} is a project already.`) });
  }
  const agent = wish.agent ?? settings.defaultAgent;
  if (!settings.agents.includes(agent)) {
    return refuse(
      'bad-words',
      `I don't know the agent \`${agent}\`. Use one of ${settings.agents.join(', ')}.`,
    );
  }
  if (wish.cloneUrl !== null && !isCloneUrl(wish.cloneUrl)) {
    return refuse(
      'bad-words',
      'The clone URL must begin with `https://`, `http://`, `ssh://` or `git@`, or be a path on the host that begins with `/`.',
    );
  }
  const looked = wish.cloneUrl === null ? await repositories.look(wish.repo) : null;
  if (looked !== null && !looked.ok) return refuse('unavailable', looked.error);
  const project: Project = {
    id: projectId(newId()),
    repo: wish.repo,
    cloneUrl: wish.cloneUrl ?? (looked?.ok ? looked.value.cloneUrl : ''),
    defaultBranch: wish.branch ?? (looked?.ok ? looked.value.defaultBranch : 'main'),
    channel: context.place.kind === 'slack' ? context.place.channel : settings.defaultChannel,
    agent,
  };
  return context.change(async (tx): Promise<Outcome> => {
    await tx.addProject(project);
    return ok({
      kind: 'card',
      card: sentenceCard(
        `${project.repo} is a project now: tasks start from ${project.defaultBranch} with ${project.agent}.`,
      ),
    });
  });
}

const isCloneUrl = (url: string): boolean => /^(?:https:\/\/|http:\/\/|ssh:\/\/|git@|\/)\S+$/.test(url);
