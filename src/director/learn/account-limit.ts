import type { AgentKind } from '../../agents/index.ts';
import {
  type AccountLimit,
  type Action,
  accountOf,
  type Host,
  type Observation,
  type ProjectRules,
  resumesAt,
  type Session,
  type Task,
} from '../../domain/index.ts';
import type { DirectorTables } from '../ports.ts';

/** How long an account is left alone whose agent names no time: after a limit of usage, and after too many requests. */
const ASSUMED_MS = { usage: 60 * 60_000, rate: 5 * 60_000 };

type Sign = { readonly words: string; readonly until: Date | null; readonly kind: keyof typeof ASSUMED_MS };

export type LimitedSession = {
  readonly task: Task;
  readonly session: Session;
  readonly host: Host;
  readonly kind: AgentKind;
  readonly rules: ProjectRules;
  /** Everything done to this session before. */
  readonly settled: readonly Action[];
};

/**
 * Keeps the limit that a look tells of, for the whole account, and answers the session's newest one. What stands on a screen for long is told
 * once: read again later, a time of day would mean the next day's.
 * @param sign what this look tells; null: nothing
 */
export async function rememberLimit(
  store: Pick<
    DirectorTables,
    'accountLimitOf' | 'saveAccountLimit' | 'openSessions' | 'findTask' | 'enqueue'
  >,
  { task, session, host, kind, rules, settled }: LimitedSession,
  observation: Observation,
  sign: Sign | null,
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<AccountLimit | null> {
  const before = await store.accountLimitOf(session.id);
  const last = before?.generation === session.generation ? before : null;
  if (sign === null) {
    if (last === null || last.isOver || now < resumesAt(last, session.id)) return last;
    if (observation.state === 'unknown' || observation.state === 'rate_limited') return last;
    // It went on by itself, or a person let it.
    const over = { ...last, isOver: true };
    await store.saveAccountLimit(over);
    return over;
  }
  if (last?.words === sign.words && !hasBeenTyped(settled, last.toldAt)) return last;
  const limit: AccountLimit = {
    session: session.id,
    generation: session.generation,
    account: accountOf(rules.accounts, kind.name, host),
    words: sign.words,
    toldAt: since,
    until: sign.until ?? new Date(since.getTime() + ASSUMED_MS[sign.kind]),
    isTimeTold: sign.until !== null,
    isOver: false,
  };
  await store.saveAccountLimit(limit);
  await showOnCards(store, task, limit, now);
  return limit;
}

/** Words that reached the agent since then: what it says after them is an answer to them. */
function hasBeenTyped(settled: readonly Action[], since: Date): boolean {
  return settled.some(
    ({ effect, state, endedAt }) =>
      effect.kind === 'type-text' && state === 'succeeded' && endedAt !== null && endedAt > since,
  );
}

/** Cards say it now, and take it back when it is over. */
async function showOnCards(
  store: Pick<DirectorTables, 'openSessions' | 'findTask' | 'enqueue'>,
  limited: Task,
  limit: AccountLimit,
  now: Date,
): Promise<void> {
  await store.enqueue({ kind: 'place' });
  for (const { id, agent, task } of await store.openSessions()) {
    if (agent !== limited.agent) continue;
    const thread = (await store.findTask(task))?.thread;
    if (thread === undefined) continue;
    await store.enqueue({ kind: 'notify', thread, notBefore: null });
    const over = resumesAt(limit, id);
    if (over > now) await store.enqueue({ kind: 'notify', thread, notBefore: over });
  }
}
