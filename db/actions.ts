import {
  type Action,
  type ActionEffect,
  actionId,
  actorId,
  approvalId,
  sessionId,
  type TaskId,
  taskId,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { asc, eq, inArray } from './drizzle.ts';
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
  const { allowedBy: approval, state, why, startedAt, endedAt } = action;
  await connection
    .update(actions)
    .set({ approval, state, why, startedAt, endedAt })
    .where(eq(actions.id, action.id));
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
  const { allowedBy, by, effect, ...same } = action;
  return {
    ...same,
    kind: effect.kind,
    effect,
    actor: by,
    approval: allowedBy,
  };
}

/** An action that is over may have been stored by a version that asked models for answers only. */
function effectFromJson(effect: ActionEffect | OlderEffect): ActionEffect {
  return effect.kind === 'suggest-answer'
    ? { kind: 'ask-model', meaning: effect.question, about: effect.question }
    : effect;
}

type OlderEffect = { readonly kind: 'suggest-answer'; readonly question: string };

function actionFromRow(row: Row): Action {
  const {
    id,
    task,
    session,
    generation,
    effect,
    actor,
    approval,
    state,
    why,
    createdAt,
    startedAt,
    endedAt,
  } = row;
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
    effect: effectFromJson(effect),
    by: actor === null ? null : actorId(actor),
    allowedBy: approval === null ? null : approvalId(approval),
    state,
    why,
    createdAt,
    startedAt,
    endedAt,
  };
}
