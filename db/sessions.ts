import {
  BUSY_STATES,
  type Capture,
  type HostId,
  hostId,
  isAtPrompt,
  isBusy,
  meaningOf,
  type Observation,
  type Reading,
  type Session,
  type SessionId,
  sessionId,
  type TaskId,
  type TaskLock,
  taskId,
} from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { and, asc, desc, eq, inArray, isNotNull, ne, sql, sum } from './drizzle.ts';
import { actions, agentRequests, observations, sessions, tasks } from './schema.ts';
import { lockFromRow } from './tasks.ts';

type Row = typeof sessions.$inferSelect;

/** A look at a session as it is kept: the last lines of the screen are redacted. `since`: when this state was first seen without a break. */
export type SeenObservation = {
  readonly observation: Observation;
  readonly readings: readonly Reading[];
  readonly generation: number;
  readonly screen: readonly string[];
  readonly since: Date;
  readonly lastSeenAt: Date;
};

const OBSERVATIONS_KEPT = 50;
/** More than pass between work and rest. */
const LOOKED_BACK = 20;

export async function insertSession(connection: Connection, session: Session): Promise<void> {
  await connection.insert(sessions).values({ ...session, lockedBy: null, lockedUntil: null });
}

export async function updateSession(connection: Connection, session: Session): Promise<void> {
  const { id, task: _task, host: _host, createdAt: _createdAt, ...changeable } = session;
  await connection.update(sessions).set(changeable).where(eq(sessions.id, id));
}

export async function findSession(connection: Connection, id: SessionId): Promise<Session | null> {
  const [row] = await connection.select().from(sessions).where(eq(sessions.id, id));
  return row === undefined ? null : sessionFromRow(row);
}

/** Reads a session and keeps it from changing until the transaction ends. */
export async function lockSession(connection: Connection, id: SessionId): Promise<Session | null> {
  const [row] = await connection.select().from(sessions).where(eq(sessions.id, id)).for('no key update');
  return row === undefined ? null : sessionFromRow(row);
}

export async function openSessions(connection: Connection): Promise<readonly Session[]> {
  const rows = await connection
    .select()
    .from(sessions)
    .where(ne(sessions.state, 'ended'))
    .orderBy(asc(sessions.createdAt));
  return rows.map(sessionFromRow);
}

export async function openSessionsOn(connection: Connection, host: HostId): Promise<readonly Session[]> {
  const rows = await connection
    .select()
    .from(sessions)
    .where(and(eq(sessions.host, host), ne(sessions.state, 'ended')))
    .orderBy(asc(sessions.createdAt));
  return rows.map(sessionFromRow);
}

/** Of these, the ones to which something is to be done: it was intended, a hook waits for an answer, or their task is over. */
export async function sessionsToActOn(
  connection: Connection,
  ids: readonly SessionId[],
): Promise<ReadonlySet<SessionId>> {
  if (ids.length === 0) return new Set();
  const rows = await connection
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(tasks, eq(tasks.id, sessions.task))
    .where(
      and(
        inArray(sessions.id, [...ids]),
        sql`(${tasks.state} in ('completed', 'failed', 'cancelled') or exists (
          select 1 from ${actions}
          where ${actions.session} = ${sessions.id} and ${actions.state} in ('intended', 'started')) or exists (
          select 1 from ${agentRequests}
          where ${agentRequests.session} = ${sessions.id} and ${agentRequests.state} = 'waiting'))`,
      ),
    );
  return new Set(rows.map(({ id }) => sessionId(id)));
}

/** Of these, the ones whose task a person locked. The time of a lock may be over. */
export async function taskLocks(
  connection: Connection,
  ids: readonly SessionId[],
): Promise<ReadonlyMap<SessionId, TaskLock>> {
  if (ids.length === 0) return new Map();
  const { lockedBy, lockedAt, lockedUntil, lockedGoal } = tasks;
  const rows = await connection
    .select({ id: sessions.id, lockedBy, lockedAt, lockedUntil, lockedGoal })
    .from(sessions)
    .innerJoin(tasks, eq(tasks.id, sessions.task))
    .where(and(inArray(sessions.id, [...ids]), isNotNull(tasks.lockedAt)));
  return new Map(
    rows.flatMap(({ id, ...row }) => {
      const lock = lockFromRow(row);
      return lock === null ? [] : [[sessionId(id), lock] as const];
    }),
  );
}

export async function sessionsOfTasks(
  connection: Connection,
  ids: readonly TaskId[],
): Promise<readonly Session[]> {
  if (ids.length === 0) return [];
  const rows = await connection
    .select()
    .from(sessions)
    .where(inArray(sessions.task, [...ids]))
    .orderBy(asc(sessions.createdAt));
  return rows.map(sessionFromRow);
}

export async function openSessionNamed(
  connection: Connection,
  host: HostId,
  name: string,
): Promise<Session | null> {
  const [row] = await connection
    .select()
    .from(sessions)
    .where(and(eq(sessions.host, host), eq(sessions.name, name), ne(sessions.state, 'ended')));
  return row === undefined ? null : sessionFromRow(row);
}

/** One worker has a session's cycle at a time. False: another one has it. */
export async function claimSession(
  connection: Connection,
  id: SessionId,
  owner: string,
  at: Date,
  until: Date,
): Promise<boolean> {
  const rows = await connection
    .update(sessions)
    .set({ lockedBy: owner, lockedUntil: until })
    .where(
      and(
        eq(sessions.id, id),
        sql`(${sessions.lockedUntil} is null or ${sessions.lockedUntil} < ${at.toISOString()}::timestamptz)`,
      ),
    )
    .returning({ id: sessions.id });
  return rows.length > 0;
}

export async function releaseSession(connection: Connection, id: SessionId, owner: string): Promise<void> {
  await connection
    .update(sessions)
    .set({ lockedBy: null, lockedUntil: null })
    .where(and(eq(sessions.id, id), eq(sessions.lockedBy, owner)));
}

/** Takes back the claims of processes that are gone. */
export async function releaseSessionClaims(
  connection: Connection,
  isGone: (owner: string) => boolean,
): Promise<void> {
  const held = await connection
    .selectDistinct({ owner: sessions.lockedBy })
    .from(sessions)
    .where(isNotNull(sessions.lockedBy));
  const gone = held.flatMap(({ owner }) => (owner !== null && isGone(owner) ? [owner] : []));
  if (gone.length === 0) return;
  await connection
    .update(sessions)
    .set({ lockedBy: null, lockedUntil: null })
    .where(inArray(sessions.lockedBy, gone));
}

/** Longer than a look takes. What is older by more was seen by another clock. */
const LOOKS_OVERLAP_FOR_MS = 15_000;

/**
 * Keeps a look. The same meaning as last time only moves its time on: what is stored are the changes. Several look at a session, some of them
 * for longer than others: what was seen before the last look that is stored is no news any more. Where it means something else than that one, it is
 * `isOverruled`: what the session shows now, only another look can tell.
 */
export async function recordObservation(
  connection: Connection,
  session: Session,
  seen: {
    readonly observation: Observation;
    readonly readings: readonly Reading[];
    readonly screen: readonly string[];
    readonly takenAt: Capture['takenAt'];
  },
): Promise<{ readonly isChange: boolean; readonly isOverruled: boolean; readonly since: Date }> {
  const { observation, readings, screen, takenAt } = seen;
  const [last] = await connection
    .select()
    .from(observations)
    .where(eq(observations.session, session.id))
    .orderBy(desc(observations.id))
    .limit(1);
  const isOfThisAgent = last !== undefined && last.generation === session.generation;
  const isSame = isOfThisAgent && meaningOf(last.data) === meaningOf(observation);
  if (isOfThisAgent) {
    const behindMs = last.lastSeenAt.getTime() - takenAt.getTime();
    if (behindMs > 0 && behindMs < LOOKS_OVERLAP_FOR_MS) {
      return { isChange: false, isOverruled: !isSame, since: last.firstSeenAt };
    }
  }
  if (isSame) {
    await connection
      .update(observations)
      .set({ data: observation, readings, screen, lastSeenAt: takenAt, confidence: observation.confidence })
      .where(eq(observations.id, last.id));
    return { isChange: false, isOverruled: false, since: last.firstSeenAt };
  }
  if (await endsTurn(connection, session, observation)) await countTurn(connection, session.id);
  await connection.insert(observations).values({
    session: session.id,
    generation: session.generation,
    state: observation.state,
    confidence: observation.confidence,
    data: observation,
    readings,
    screen,
    firstSeenAt: takenAt,
    lastSeenAt: takenAt,
  });
  await connection.execute(sql`
    delete from observations where session = ${session.id} and id <= (
      select id from observations where session = ${session.id} order by id desc offset ${OBSERVATIONS_KEPT} limit 1)`);
  return { isChange: true, isOverruled: false, since: takenAt };
}

export async function lastObservation(
  connection: Connection,
  id: SessionId,
): Promise<SeenObservation | null> {
  const [row] = await connection
    .select()
    .from(observations)
    .where(eq(observations.session, id))
    .orderBy(desc(observations.id))
    .limit(1);
  if (row === undefined) return null;
  const { data, readings, generation, screen, firstSeenAt, lastSeenAt } = row;
  return { observation: data, readings, generation, screen, since: firstSeenAt, lastSeenAt };
}

/** Whether it comes to rest now: what is observed is not stored yet, and what cannot be read in between tells nothing. */
async function endsTurn(
  connection: Connection,
  { id, generation }: Pick<Session, 'id' | 'generation'>,
  observation: Observation,
): Promise<boolean> {
  if (!isAtPrompt(observation)) return false;
  const before = await connection
    .select({ data: observations.data })
    .from(observations)
    .where(and(eq(observations.session, id), eq(observations.generation, generation)))
    .orderBy(desc(observations.id))
    .limit(LOOKED_BACK);
  const last = before.find(({ data }) => isAtWork(data) || isAtPrompt(data));
  return last !== undefined && isAtWork(last.data);
}

/** An agent that only starts has had no turn. */
function isAtWork(observation: Observation): boolean {
  return isBusy(observation) && observation.state !== 'starting';
}

async function countTurn(connection: Connection, id: SessionId): Promise<void> {
  await connection
    .update(sessions)
    .set({ endedTurns: sql`${sessions.endedTurns} + 1` })
    .where(eq(sessions.id, id));
}

/** Each time that an agent of the task came to rest after work, and each time that it was guided on in place of that. */
export async function endedTurnsOf(connection: Connection, task: TaskId): Promise<number> {
  const [ended] = await connection
    .select({ count: sum(sessions.endedTurns) })
    .from(sessions)
    .where(eq(sessions.task, task));
  const guided = await connection.$count(
    actions,
    and(
      eq(actions.task, task),
      eq(actions.kind, 'answer-hook'),
      eq(actions.state, 'succeeded'),
      sql`${actions.effect} -> 'answer' ->> 'kind' = 'go-on'`,
    ),
  );
  return Number(ended?.count ?? 0) + guided;
}

/** When an agent of this generation was last seen at work; null: it was not, as far as looks are kept. */
export async function lastSeenAtWork(
  connection: Connection,
  { id, generation }: Pick<Session, 'id' | 'generation'>,
): Promise<Date | null> {
  const [row] = await connection
    .select({ at: observations.lastSeenAt })
    .from(observations)
    .where(
      and(
        eq(observations.session, id),
        eq(observations.generation, generation),
        inArray(observations.state, [...BUSY_STATES]),
      ),
    )
    .orderBy(desc(observations.id))
    .limit(1);
  return row?.at ?? null;
}

function sessionFromRow(row: Row): Session {
  const { lockedBy: _by, lockedUntil: _until, spoolOffset: _offset, endedTurns: _turns, ...rest } = row;
  const { id, state, server } = rest;
  if (state !== 'preparing' && state !== 'live' && state !== 'ended') {
    throw new Error(`session ${id} cannot be read: unknown state ${state}`);
  }
  return {
    ...rest,
    id: sessionId(id),
    task: taskId(rest.task),
    host: hostId(rest.host),
    state,
    // JSON keeps a moment as text.
    server: server === null ? null : { ...server, tmuxStartedAt: new Date(server.tmuxStartedAt) },
  };
}
