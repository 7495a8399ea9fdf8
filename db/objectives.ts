import { z } from 'zod';
import { type Objective, type ProjectId, projectId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, asc, eq, lt, lte, notInArray, sql } from './drizzle.ts';
import { objectives } from './schema.ts';

const STATE = z.enum(['open', 'closed', 'dropped']);

/** Older news than what is known changes nothing. */
export async function saveObjective(connection: Connection, objective: Objective): Promise<void> {
  const { title, url, state, changedAt } = objective;
  await connection
    .insert(objectives)
    .values(objective)
    .onConflictDoUpdate({
      target: [objectives.project, objectives.issue],
      set: { title, url, state, changedAt },
      setWhere: lte(objectives.changedAt, sql`excluded.changed_at`),
    });
}

/** All that GitHub lists as open at a moment: what it does not list any more, and nobody told of since, is closed. */
export async function saveOpenObjectives(
  connection: Connection,
  project: ProjectId,
  open: readonly Objective[],
  listedAt: Date,
): Promise<void> {
  for (const objective of open) await saveObjective(connection, objective);
  const listed = open.map(({ issue }) => issue);
  await connection
    .update(objectives)
    .set({ state: 'closed', changedAt: listedAt })
    .where(
      and(
        eq(objectives.project, project),
        eq(objectives.state, 'open'),
        lt(objectives.changedAt, listedAt),
        ...(listed.length === 0 ? [] : [notInArray(objectives.issue, listed)]),
      ),
    );
}

/** Oldest issue first. */
export async function openObjectives(
  connection: Connection,
  project: ProjectId,
): Promise<readonly Objective[]> {
  const rows = await connection
    .select()
    .from(objectives)
    .where(and(eq(objectives.project, project), eq(objectives.state, 'open')))
    .orderBy(asc(objectives.issue));
  return rows.map(objectiveFromRow);
}

function objectiveFromRow(row: typeof objectives.$inferSelect): Objective {
  const { project, issue, title, url, state, changedAt } = row;
  return { project: projectId(project), issue, title, url, state: STATE.parse(state), changedAt };
}
