import type { Config } from './config.ts';
import {
  type Actor,
  type ActorId,
  actorId,
  DEFAULT_CAPACITY,
  type Host,
  hostId,
  type Project,
  projectId,
  type RepoName,
} from './domain/index.ts';

type Identity = Pick<Actor, 'source' | 'externalId'>;
type Joined = Identity & { readonly actor: ActorId };

/** Where what the configuration names is kept. */
export interface SeedTables {
  listHosts(): Promise<readonly Host[]>;
  addHost(host: Host): Promise<void>;
  projectOfRepo(repo: RepoName): Promise<Project | null>;
  addProject(project: Project): Promise<void>;
  saveProject(project: Project): Promise<void>;
  actorOf(identity: Identity): Promise<Actor | null>;
  saveActor(actor: Actor, at: Date): Promise<Actor>;
  /** From now on these further accounts belong to actors, and no others. */
  replaceIdentities(joined: readonly Joined[]): Promise<void>;
}

/** What stands in where nothing is set up: a project to try things on, and this machine as its host. */
export type DemoSeed = {
  readonly repo: RepoName;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  readonly channel: string;
  /** Whether this machine can run agents. */
  readonly hasHost: boolean;
};

/** Brings the projects and people of the configuration into the database. What was added by command stays. */
export async function seed(
  tables: SeedTables,
  { file }: Config,
  defaultAgent: string,
  demo: DemoSeed | null,
  at: Date,
  newId: () => string,
): Promise<void> {
  const { azlin, 'ssh-config': sshConfig } = file.providers;
  const namesNoHosts = file.hosts.length === 0 && azlin === undefined && sshConfig === undefined;
  if (namesNoHosts && demo?.hasHost === true && (await tables.listHosts()).length === 0) {
    await tables.addHost({
      id: hostId(newId()),
      name: 'local',
      transport: { kind: 'local' },
      capacity: DEFAULT_CAPACITY,
      state: 'active',
      reach: { state: 'unknown' },
    });
  }

  const projects = file.projects.map((project) => ({
    repo: project.repo,
    cloneUrl: project.clone_url ?? `https://github.com/${project.repo}.git`,
    defaultBranch: project.branch ?? 'main',
    channel: project.channel ?? file.fleet.channel ?? null,
    agent: project.agent ?? defaultAgent,
  }));
  if (demo !== null) {
    const { repo, cloneUrl, defaultBranch, channel } = demo;
    projects.push({ repo, cloneUrl, defaultBranch, channel, agent: defaultAgent });
  }
  for (const project of projects) {
    const known = await tables.projectOfRepo(project.repo);
    if (known === null) await tables.addProject({ id: projectId(newId()), ...project });
    else await tables.saveProject({ ...known, ...project });
  }

  const joined: Joined[] = [];
  for (const { name, slack, github, role } of file.people) {
    const own: Identity =
      slack === undefined
        ? { source: 'github', externalId: github ?? '' }
        : { source: 'slack', externalId: slack };
    const known = await tables.actorOf(own);
    const actor = await tables.saveActor({ id: known?.id ?? actorId(newId()), ...own, name, role }, at);
    if (slack !== undefined && github !== undefined) {
      joined.push({ actor: actor.id, source: 'github', externalId: github });
    }
  }
  await tables.replaceIdentities(joined);
}
