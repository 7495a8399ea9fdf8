import { type Project, type ProjectId, projectId, type RepoName } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { asc, eq, sql } from './drizzle.ts';
import { projects } from './schema.ts';

export async function insertProject(connection: Connection, project: Project, at: Date): Promise<void> {
  await connection.insert(projects).values({ ...project, createdAt: at });
}

export async function updateProject(connection: Connection, project: Project): Promise<void> {
  const { id, cloneUrl, defaultBranch, channel, agent } = project;
  await connection
    .update(projects)
    .set({ cloneUrl, defaultBranch, channel, agent })
    .where(eq(projects.id, id));
}

export async function findProject(connection: Connection, id: ProjectId): Promise<Project | null> {
  const [row] = await connection.select().from(projects).where(eq(projects.id, id));
  return row === undefined ? null : projectFromRow(row);
}

/** GitHub takes names in any case. */
export async function projectOfRepo(connection: Connection, repo: RepoName): Promise<Project | null> {
  const [row] = await connection.select().from(projects).where(sql`lower(${projects.repo}) = lower(${repo})`);
  return row === undefined ? null : projectFromRow(row);
}

export async function listProjects(connection: Connection): Promise<readonly Project[]> {
  const rows = await connection.select().from(projects).orderBy(asc(projects.repo));
  return rows.map(projectFromRow);
}

function projectFromRow(row: typeof projects.$inferSelect): Project {
  const { id, repo, cloneUrl, defaultBranch, channel, agent } = row;
  return { id: projectId(id), repo, cloneUrl, defaultBranch, channel, agent };
}
