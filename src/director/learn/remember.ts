import {
  type Decision,
  type GateInput,
  gateInputOf,
  type Host,
  type Reach,
  type Session,
  type Verdict,
} from '../../domain/index.ts';
import type { DirectorTables } from '../ports.ts';
import type { Sight } from '../situation.ts';

/** Keeps what was seen. Answers since when it has been so, and whether that is new. */
export async function rememberSight(
  store: Pick<DirectorTables, 'recordObservation' | 'saveSession'>,
  session: Session,
  sight: Sight,
  now: Date,
): Promise<{ readonly isNews: boolean; readonly since: Date }> {
  if (sight.kind !== 'seen') return { isNews: false, since: now };
  const { name, server } = sight;
  const next = { ...session, name, server, missedLooks: 0, isToBeObservedFirst: false };
  if (JSON.stringify(next) !== JSON.stringify(session)) await store.saveSession(next);
  const { isChange, since } = await store.recordObservation(session, sight);
  return { isNews: isChange, since };
}

/** Whether a host answers is a fact about the host; its sessions are as they were. */
export async function rememberReach(
  store: Pick<DirectorTables, 'recordReach'>,
  host: Host,
  seen: { readonly isReachable: true } | { readonly isReachable: false; readonly why: string },
  now: Date,
): Promise<boolean> {
  const state = seen.isReachable ? 'reachable' : 'unreachable';
  if (host.reach.state === state) return false;
  const reach: Reach = seen.isReachable
    ? { state: 'reachable', since: now }
    : { state: 'unreachable', since: now, why: seen.why };
  await store.recordReach(host.id, reach);
  return true;
}

/** Keeps decisions that mean something: going on waiting is not stored again and again. */
export async function rememberDecision(
  store: Pick<DirectorTables, 'recordDecision'>,
  session: Session,
  decision: Decision,
  verdict: Verdict,
  input: GateInput,
  isNews: boolean,
): Promise<void> {
  if (decision.kind === 'wait' && !isNews) return;
  const action = decision.kind === 'carry-out' ? decision.action : null;
  await store.recordDecision(session, decision, verdict, input.now, gateInputOf(input, action));
}
