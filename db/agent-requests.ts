import { type AgentRequest, type SessionId, sessionId } from '../src/domain/index.ts';
import type { Connection } from './connect.ts';
import { type ReportDamage, readableRows } from './damaged.ts';
import { and, desc, eq } from './drizzle.ts';
import { requestStateShape, wantedShape } from './json-shapes.ts';
import { agentRequests } from './schema.ts';

/** More than can wait at once. */
const REQUESTS_READ = 100;

/** False: it is known already. */
export async function addRequest(connection: Connection, request: AgentRequest): Promise<boolean> {
  const rows = await connection
    .insert(agentRequests)
    .values(request)
    .onConflictDoNothing()
    .returning({ ask: agentRequests.ask });
  return rows.length > 0;
}

/** Ends it, unless it has ended already: the first end counts. */
export async function endRequest(
  connection: Connection,
  session: SessionId,
  ask: string,
  state: 'told' | 'over',
): Promise<void> {
  await connection
    .update(agentRequests)
    .set({ state })
    .where(
      and(eq(agentRequests.session, session), eq(agentRequests.ask, ask), eq(agentRequests.state, 'waiting')),
    );
}

/** The newest ones of a session, oldest first. */
export async function requestsOfSession(
  connection: Connection,
  report: ReportDamage,
  session: SessionId,
): Promise<readonly AgentRequest[]> {
  const rows = await connection
    .select()
    .from(agentRequests)
    .where(eq(agentRequests.session, session))
    .orderBy(desc(agentRequests.askedAt))
    .limit(REQUESTS_READ);
  return readableRows(
    rows,
    'agent_requests',
    (row) => `${row.session} ${row.ask}`,
    (row): AgentRequest => ({
      ...row,
      session: sessionId(row.session),
      wants: wantedShape.parse(row.wants),
      state: requestStateShape.parse(row.state),
    }),
    report,
  ).toReversed();
}
