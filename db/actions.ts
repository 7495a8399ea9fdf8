import { asc, eq, inArray } from 'drizzle-orm';
import { type Action, actionId, actorId, sessionId, type TaskId, taskId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { actions } from './schema.ts';

type Row = typeof actions.$inferSelect;

/** False: the approval behind it has allowed its one action already. */
export async function insertAction(connection: Connection, action: Action): Promise<boolean> {
  const rows = await connection
    .insert(actions)
    .values(rowFromAction(action))
    .onConflictDoNothing()
    .returning();
  return rows.length > 0;
}

export async function updateAction(connection: Connection, action: Action): Promise<void> {
  const { state, why, startedAt, endedAt } = action;
  await connection.update(actions).set({ state, why, startedAt, endedAt }).where(eq(actions.id, action.id));
}

export async function actionsOfTasks(
  connection: Connection,
  ids: readonly TaskId[],
): Promise<readonly Action[]> {
  if (ids.length === 0) return [];
  const rows = await connection
    .select()
    .from(actions)
    .where(inArray(actions.task, [...ids]))
    .orderBy(asc(actions.createdAt));
  return rows.map(actionFromRow);
}

function rowFromAction(action: Action): Row {
  const { id, task, session, generation, effect, by, state, why, createdAt, startedAt, endedAt } = action;
  return {
    id,
    task,
    session,
    generation,
    kind: effect.kind,
    effect,
    actor: by,
    approval: effect.kind === 'press-option' ? effect.approval : null,
    state,
    why,
    createdAt,
    startedAt,
    endedAt,
  };
}

function actionFromRow(row: Row): Action {
  const { id, task, session, generation, effect, actor, state, why, createdAt, startedAt, endedAt } = row;
  if (
    state !== 'intended' &&
    state !== 'started' &&
    state !== 'succeeded' &&
    state !== 'failed' &&
    state !== 'dropped'
  ) {
    throw new Error(`action ${id} cannot be read: unknown state ${state}`);
  }
  return {
    id: actionId(id),
    task: taskId(task),
    session: sessionId(session),
    generation,
    effect,
    by: actor === null ? null : actorId(actor),
    state,
    why,
    createdAt,
    startedAt,
    endedAt,
  };
}
