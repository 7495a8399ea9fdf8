import { type Actor, type ActorId, type ActorSource, actorId, ROLES } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, eq, inArray } from './drizzle.ts';
import { actors, identities } from './schema.ts';

type Row = typeof actors.$inferSelect;
type Identity = Pick<Actor, 'source' | 'externalId'>;

export async function actorOf(
  connection: Connection,
  { source, externalId }: Identity,
): Promise<Actor | null> {
  // A joined account may have an older row of its own, from before it was joined.
  const [joined] = await connection
    .select({ actor: actors })
    .from(identities)
    .innerJoin(actors, eq(actors.id, identities.actor))
    .where(and(eq(identities.source, source), eq(identities.externalId, externalId)));
  if (joined !== undefined) return actorFromRow(joined.actor);
  const [own] = await connection
    .select()
    .from(actors)
    .where(and(eq(actors.source, source), eq(actors.externalId, externalId)));
  return own === undefined ? null : actorFromRow(own);
}

/** Stores an actor, or its newer name and role. Two at once end in one row. Answers the row that stands. */
export async function saveActor(connection: Connection, actor: Actor, at: Date): Promise<Actor> {
  const [row] = await connection
    .insert(actors)
    .values({ ...actor, createdAt: at })
    .onConflictDoUpdate({
      target: [actors.source, actors.externalId],
      set: { name: actor.name, role: actor.role },
    })
    .returning();
  if (row === undefined) throw new Error('an upsert gave no row');
  return actorFromRow(row);
}

/** Says which further accounts belong to actors. An account that is not among them is on its own again. Call it inside a transaction. */
export async function replaceIdentities(
  connection: Connection,
  joined: readonly (Identity & { readonly actor: ActorId })[],
): Promise<void> {
  await connection.delete(identities);
  for (const { actor, source, externalId } of joined) {
    // Two processes may start at the same time with the same file.
    await connection
      .insert(identities)
      .values({ source, externalId, actor })
      .onConflictDoUpdate({ target: [identities.source, identities.externalId], set: { actor } });
  }
}

/** Further accounts of the same person. */
export async function accountsOf(connection: Connection, id: ActorId): Promise<readonly Identity[]> {
  const rows = await connection.select().from(identities).where(eq(identities.actor, id));
  return rows.map(({ source, externalId }) => ({ source: sourceOf(id, source), externalId }));
}

export async function actorsById(
  connection: Connection,
  ids: readonly ActorId[],
): Promise<ReadonlyMap<ActorId, Actor>> {
  if (ids.length === 0) return new Map();
  const rows = await connection
    .select()
    .from(actors)
    .where(inArray(actors.id, [...ids]));
  return new Map(rows.map((row) => [actorId(row.id), actorFromRow(row)]));
}

function actorFromRow({ id, source, externalId, name, role }: Row): Actor {
  return {
    id: actorId(id),
    source: sourceOf(id, source),
    externalId,
    name,
    role: ROLES.find((each) => each === role) ?? 'viewer',
  };
}

function sourceOf(id: string, source: string): ActorSource {
  if (source !== 'slack' && source !== 'github' && source !== 'shell' && source !== 'system') {
    throw new Error(`actor ${id} cannot be read: unknown source ${source}`);
  }
  return source;
}
