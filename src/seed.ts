import { type Config, pathOf } from './config.ts';
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
  hostNamed(name: string): Promise<Host | null>;
  listHosts(): Promise<readonly Host[]>;
  addHost(host: Host): Promise<void>;
  saveHost(host: Host): Promise<void>;
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

/** Brings what the configuration names into the database. What was added by command stays. */
export async function seed(
  tables: SeedTables,
  { file }: Config,
  defaultAgent: string,
  demo: DemoSeed | null,
  at: Date,
  newId: () => string,
): Promise<void> {
  for (const wanted of file.hosts) {
    const transport: Host['transport'] =
      wanted.ssh === undefined
        ? { kind: 'local' }
        : {
            kind: 'ssh',
            target: wanted.ssh,
            port: wanted.port ?? null,
            configFile: wanted.config_file === undefined ? null : pathOf(wanted.config_file),
          };
    const known = await tables.hostNamed(wanted.name);
    if (known === null) await tables.addHost(newHost(wanted.name, transport, wanted.capacity, newId));
    else await tables.saveHost({ ...known, transport, capacity: wanted.capacity });
  }
  if (file.hosts.length === 0 && demo?.hasHost === true && (await tables.listHosts()).length === 0) {
    await tables.addHost(newHost('local', { kind: 'local' }, DEFAULT_CAPACITY, newId));
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

function newHost(name: string, transport: Host['transport'], capacity: number, newId: () => string): Host {
  return { id: hostId(newId()), name, transport, capacity, state: 'active', reach: { state: 'unknown' } };
}
