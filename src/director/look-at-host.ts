import { type AgentKind, agentIn } from '../agents/index.ts';
import {
  type Capture,
  endBetween,
  type HostIdentity,
  isBusy,
  learnIdentity,
  lockHolds,
  meaningOf,
  misrouteOf,
  type Report,
  type SeenSession,
  type Session,
  type SessionId,
  stuckSince,
} from '../domain/index.ts';
import { loadTold, wantsTranscript } from './hear-agents.ts';
import type { Frames, HostWatch } from './host-watch.ts';
import { rememberReach } from './learn/index.ts';
import {
  describeFailure,
  factsOf,
  isNews,
  matchSessions,
  NOTHING_TOLD,
  seeSession,
  withTitleAge,
} from './perceive/index.ts';
import type { DirectorPorts, HostLook, LookRequest, SeenChanges, SessionLook } from './ports.ts';
import { RESTS_FOR_MS } from './reason/index.ts';

/**
 * done: stored. again: something calls for another look soon. failed: nothing is known of the sessions. lost: somebody else watches the host.
 * `transcripts`: sessions whose agents have come to rest, and may have written down why.
 */
export type LookOutcome =
  | { readonly kind: 'done' | 'again'; readonly transcripts: readonly Session[] }
  | { readonly kind: 'failed' | 'lost' };

/**
 * Looks at sessions of a host in one call, stores what is new, and asks for the cycles that it calls for.
 * @param woken names of sessions in which something happened since the last look
 */
export async function lookAtHost(
  ports: DirectorPorts,
  watch: HostWatch,
  wanted: Pick<LookRequest, 'screens' | 'isWhole'>,
  woken: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<LookOutcome> {
  const { fleet, agents } = ports;
  const looked = await fleet.look(
    watch.current().host,
    { ...wanted, stateFiles: stateFilesOf(agents) },
    signal,
  );
  if (signal.aborted) return { kind: 'failed' };
  return watch.inTurn(async () => {
    if (!looked.ok) {
      await noteReach(ports, watch, describeFailure(looked.error));
      return { kind: 'failed' };
    }
    const stranger = await misrouted(ports, watch, looked.value.identity);
    if (stranger !== null) {
      await noteReach(ports, watch, stranger);
      return { kind: 'failed' };
    }
    return keepLook(ports, watch, looked.value, wanted.screens === 'all', woken);
  });
}

async function keepLook(
  ports: DirectorPorts,
  watch: HostWatch,
  look: HostLook,
  isFull: boolean,
  woken: ReadonlySet<string>,
): Promise<LookOutcome> {
  const { store, now } = ports;
  watch.clockAheadMs = look.clockAheadMs;
  const own = await store.openSessionsOn(watch.lease.host);
  for (const session of own) await loadTold(ports, watch, session);
  const ownById = new Map(own.map((session) => [session.id, session]));
  for (const id of watch.told.keys()) if (!ownById.has(id)) watch.told.delete(id);
  watch.locks = await store.taskLocks([...ownById.keys()]);

  const hasRestarted = watch.identity !== null && endBetween(watch.identity, look.identity) !== null;
  if (hasRestarted) watch.frames.clear();
  const known = [...watch.seen.values()];
  const presence = matchSessions(known, look.sessions, hasRestarted, now());
  const seen = new Map<string, SeenSession>();
  const changed: SeenSession[] = [];
  let isIncomplete = false;
  for (const { look: each, before } of presence.found) {
    const session = each.session === null ? null : (ownById.get(each.session) ?? null);
    const after = see(ports, watch, each, before, session);
    if (after === null) {
      isIncomplete = true;
      continue;
    }
    seen.set(after.name, after);
    if (isNews(before, after) || before?.name !== after.name) changed.push(after);
  }
  for (const each of presence.missing) {
    const gone: SeenSession = { ...each, presence: 'missing', stuckSince: null };
    seen.set(gone.name, gone);
    if (isNews(each, gone)) changed.push(gone);
  }
  const identity = learnIdentity(watch.identity, look.identity);
  const changes: SeenChanges = {
    sessions: changed,
    forgotten: presence.forgotten,
    host: isFull || hasRestarted ? { identity, health: look.health, lookedAt: look.takenAt } : null,
  };
  if (!(await store.recordLook(watch.lease, changes))) return { kind: 'lost' };
  const before = watch.seen;
  watch.seen = seen;
  watch.identity = identity;
  forgetFrames(watch, look);
  await noteReach(ports, watch, null);

  if (isFull) await askToEndLeftovers(ports, watch, look, ownById);
  const isOneMissing = await askForCycles(ports, watch, own, look, changed, isFull);
  return {
    kind: isOneMissing || (isIncomplete && !isFull) ? 'again' : 'done',
    transcripts: own.filter(
      (session) => cameToRest(session, before, seen, woken) || wantsTranscript(ports, watch, session),
    ),
  };
}

/** Null: its screen was not read, now or before. */
function see(
  ports: DirectorPorts,
  watch: HostWatch,
  look: SessionLook,
  before: SeenSession | null,
  session: Session | null,
): SeenSession | null {
  const { capture } = look;
  if (capture === null) {
    if (before === null) return null;
    return { ...before, ...factsOf(look, watch.lease.host), place: look.place ?? before.place };
  }
  const last = watch.frames.get(look.tmuxId);
  if (before !== null && last !== undefined && isStandingStill(last, look, capture)) {
    const reports = session === null ? [] : reportsOf(watch, session);
    const { weighed } = last;
    const isFresh = weighed !== null && ports.now().getTime() - weighed.at < WEIGH_ANEW_EVERY_MS;
    if (isFresh && reports.length === weighed.reports.length && reports.at(-1) === weighed.reports.at(-1)) {
      return {
        ...before,
        ...factsOf(look, watch.lease.host),
        place: look.place ?? before.place,
        stuckSince: stuckSince(
          { ...before, isProtected: isProtected(watch, session, ports.now()) },
          ports.settings.stuckAfterMs,
          ports.now(),
        ),
      };
    }
  }
  const newest = last?.captures.at(-1) ?? null;
  const captures = [...(newest === null ? [] : [newest]), withTitleAge(capture, newest)];
  const frames = {
    look,
    captures,
    agentPid: agentIn(ports.agents.values(), capture.processes)?.pid ?? null,
    weighed: { reports: session === null ? [] : reportsOf(watch, session), at: ports.now().getTime() },
  };
  watch.frames.set(look.tmuxId, frames);
  return seeFrames(ports, watch, frames, before, session);
}

function isProtected(watch: HostWatch, session: Session | null, at: Date): boolean {
  const lock = session === null ? undefined : watch.locks.get(session.id);
  return lock !== undefined && lockHolds(lock, at);
}

/** What an agent told grows old, also when nothing else happens. */
const WEIGH_ANEW_EVERY_MS = 120_000;

/** The third look in a row that finds the same: it means what the second one meant. */
function isStandingStill(last: Frames, look: SessionLook, capture: Capture): boolean {
  return (
    last.captures.length > 1 &&
    last.captures.every((each) => isSameCapture(each, capture)) &&
    JSON.stringify(last.look.stateFiles) === JSON.stringify(look.stateFiles)
  );
}

function isSameCapture(one: Capture, other: Capture): boolean {
  return (
    one.plain === other.plain &&
    one.ansi === other.ansi &&
    JSON.stringify([one.pane, one.processes]) === JSON.stringify([other.pane, other.processes])
  );
}

function reportsOf(watch: HostWatch, { id }: Session): readonly Report[] {
  const told = watch.told.get(id);
  if (told === undefined) return [];
  const { reports, transcript } = told;
  return transcript === null || transcript.report === null ? reports : [...reports, transcript.report];
}

/** What the last screens of a session mean, with all that its agent has told by now. */
export function seeFrames(
  { agents, settings, now }: Pick<DirectorPorts, 'agents' | 'settings' | 'now'>,
  watch: HostWatch,
  { look, captures, agentPid }: Frames,
  before: SeenSession | null,
  session: Session | null,
): SeenSession | null {
  const capture = captures.at(-1);
  if (capture === undefined) return null;
  const told = session === null ? undefined : watch.told.get(session.id);
  return seeSession(look, capture, {
    host: watch.lease.host,
    agents,
    agent: session?.agent ?? null,
    clockAheadMs: watch.clockAheadMs,
    told:
      told === undefined
        ? NOTHING_TOLD
        : {
            reports: session === null ? [] : reportsOf(watch, session),
            transcript: told.transcript?.digest ?? null,
          },
    agentVersion: agentPid === null ? null : (watch.versions.get(agentPid) ?? null),
    before,
    captureBefore: captures.length > 1 ? (captures[0] ?? null) : null,
    isProtected: isProtected(watch, session, now()),
    stuckAfterMs: settings.stuckAfterMs,
    now: now(),
  });
}

/** Stores what is seen of our own sessions, and asks for a pass over those that want one. True: one of them was not found. */
async function askForCycles(
  { store, now }: DirectorPorts,
  watch: HostWatch,
  own: readonly Session[],
  look: HostLook,
  changed: readonly SeenSession[],
  isFull: boolean,
): Promise<boolean> {
  const live = own.filter(({ state }) => state === 'live');
  const found = new Set(look.sessions.map(({ session }) => session));
  const wanted = new Set<SessionId>();
  for (const session of live) {
    if (!found.has(session.id)) wanted.add(session.id);
    const after = changed.find((each) => each.session === session.id && each.presence === 'present');
    if (after !== undefined && (await keepObservation(store, session, after))) wanted.add(session.id);
    if (session.isToBeObservedFirst) wanted.add(session.id);
  }
  const askedAbout = isFull ? live : live.filter(({ id }) => changed.some((each) => each.session === id));
  for (const id of await store.sessionsToActOn(askedAbout.map(({ id }) => id))) wanted.add(id);
  for (const id of wanted) await askForPass(store, watch, id, now());
  return live.some(({ id }) => !found.has(id));
}

/** Agents whose record ended while nobody could reach them. */
async function askToEndLeftovers(
  { store }: Pick<DirectorPorts, 'store'>,
  watch: HostWatch,
  look: HostLook,
  own: ReadonlyMap<SessionId, Session>,
): Promise<void> {
  for (const { session: id } of look.sessions) {
    if (id === null || own.has(id)) continue;
    const record = await store.findSession(id);
    if (record?.state !== 'ended' || record.isAdopted || record.host !== watch.lease.host) continue;
    await store.enqueue({ kind: 'cycle', session: id });
  }
}

/** True: it means something else than before, or than what somebody else saw in the meantime: a pass looks for itself. */
export async function keepObservation(
  store: Pick<DirectorPorts['store'], 'recordObservation'>,
  session: Session,
  { observation, readings, screen, observedAt }: SeenSession,
): Promise<boolean> {
  const kept = await store.recordObservation(session, {
    observation,
    readings,
    screen,
    takenAt: observedAt,
  });
  return kept.isChange || kept.isOverruled;
}

export async function askForPass(
  store: Pick<DirectorPorts['store'], 'enqueue'>,
  watch: HostWatch,
  session: SessionId,
  at: Date,
): Promise<void> {
  const since = sinceOf(watch, session);
  const last = watch.passes.get(session);
  watch.passes.set(session, {
    since,
    count: last?.since === since ? last.count : 0,
    at: at.getTime(),
  });
  await store.enqueue({ kind: 'cycle', session });
}

/**
 * Time alone changes what is to be done: people are told of a rest that lasts. So a session in which nothing happens is passed over
 * a few times soon after its last change, and then rarely.
 */
const PASSES_AFTER_MS = [RESTS_FOR_MS + 2_000, 60_000, 300_000];
const PASS_EVERY_MS = 600_000;

/** Sessions whose time for another pass has come, and when the next one's comes. */
export function duePasses(
  watch: HostWatch,
  at: Date,
): { readonly due: readonly SessionId[]; readonly nextAt: number } {
  const due: SessionId[] = [];
  let nextAt = Number.POSITIVE_INFINITY;
  for (const { session } of watch.seen.values()) {
    if (session === null || !watch.told.has(session)) continue;
    const since = sinceOf(watch, session);
    const last = watch.passes.get(session);
    const count = last?.since === since ? last.count : 0;
    const after = PASSES_AFTER_MS[count];
    const dueAt = after === undefined ? (last?.at ?? since) + PASS_EVERY_MS : since + after;
    if (dueAt > at.getTime()) nextAt = Math.min(nextAt, dueAt);
    else {
      due.push(session);
      const passed = PASSES_AFTER_MS.filter((each) => since + each <= at.getTime()).length;
      watch.passes.set(session, { since, count: passed, at: at.getTime() });
    }
  }
  return { due, nextAt };
}

function sinceOf(watch: HostWatch, session: SessionId): number {
  for (const each of watch.seen.values()) if (each.session === session) return each.since.getTime();
  return 0;
}

function cameToRest(
  { id }: Session,
  before: ReadonlyMap<string, SeenSession>,
  after: ReadonlyMap<string, SeenSession>,
  woken: ReadonlySet<string>,
): boolean {
  const now = [...after.values()].find((each) => each.session === id);
  if (now === undefined || isBusy(now.observation)) return false;
  // A short turn may begin and end between two looks.
  if (woken.has(now.name)) return true;
  const then = [...before.values()].find((each) => each.session === id);
  return then === undefined || meaningOf(then.observation) !== meaningOf(now.observation);
}

/** Why the answer is thrown away, for people; null: it is the host's. */
async function misrouted(
  { store, log, now }: DirectorPorts,
  watch: HostWatch,
  told: HostIdentity,
): Promise<string | null> {
  const { host, others } = watch.current();
  const names = { own: host.name, others };
  if (misrouteOf(watch.identity, told, names) === null) return null;
  // A person may have accepted the machine in the meantime.
  const facts = await store.hostFacts();
  watch.identity = facts.find((each) => each.host === host.id)?.identity ?? null;
  const misroute = misrouteOf(watch.identity, told, names);
  if (misroute === null) return null;
  const isNew = await store.recordMisroute(host.id, { identity: told, why: misroute.why, since: now() });
  if (isNew) log.warn({ host: host.name, why: misroute.why }, 'another machine answers in place of a host');
  return `another machine answers: ${misroute.why}. If that is right, \`hosts accept ${host.name}\``;
}

/** @param why it does not answer; null: it does */
export async function noteReach(
  { store, now }: Pick<DirectorPorts, 'store' | 'now'>,
  watch: HostWatch,
  why: string | null,
): Promise<void> {
  const { host } = watch.current();
  if (host.reach.state === (why === null ? 'reachable' : 'unreachable')) return;
  // What is remembered of it may be some seconds old.
  const current = await store.findHost(host.id);
  if (current === null) return;
  const hasTurned = await rememberReach(
    store,
    current,
    why === null ? { isReachable: true } : { isReachable: false, why },
    now(),
  );
  if (hasTurned && why === null) await store.enqueue({ kind: 'place' });
}

function forgetFrames(watch: HostWatch, look: HostLook): void {
  const ids = new Set(look.sessions.map(({ tmuxId }) => tmuxId));
  for (const id of watch.frames.keys()) if (!ids.has(id)) watch.frames.delete(id);
}

function stateFilesOf(agents: ReadonlyMap<string, AgentKind>): readonly string[] {
  const patterns = [...agents.values()].flatMap(({ stateFile }) =>
    stateFile === undefined || stateFile === null ? [] : [stateFile.pattern],
  );
  return [...new Set(patterns)];
}
