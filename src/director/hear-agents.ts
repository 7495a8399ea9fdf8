import { addLines, payloadFrom, reportFromLines } from '../agents/index.ts';
import {
  type AgentEvent,
  byOurClock,
  emptyTranscript,
  hasEnded,
  isBusy,
  isNearlySpent,
  isSpent,
  MAX_PAYLOAD_CHARACTERS,
  type Report,
  type SeenSession,
  type Session,
  type SessionId,
  type Usage,
} from '../domain/index.ts';
import { standingsOf } from '../limits/index.ts';
import { redact, redactDeep } from '../safety/index.ts';
import { hearRequests } from './hear-requests.ts';
import type { HostWatch, ToldOfSession } from './host-watch.ts';
import { kindFor } from './perceive/index.ts';
import type { DirectorPorts, SpooledEvent } from './ports.ts';

/** More than any weighing needs. */
const REPORTS_KEPT = 40;
const READS_AT_ONCE = 50;
const TRANSCRIPT_EVERY_MS = 5_000;
const TRANSCRIPT_OF_BUSY_EVERY_MS = 60_000;

/** What earlier looks and earlier processes heard of a session, read once. */
export async function loadTold(
  { store }: Pick<DirectorPorts, 'store'>,
  watch: HostWatch,
  { id, generation }: Session,
): Promise<ToldOfSession> {
  const known = watch.told.get(id);
  if (known?.generation === generation) return known;
  const events = await store.agentEvents(id, REPORTS_KEPT);
  const told: ToldOfSession = {
    generation,
    reports: events.flatMap((event) =>
      event.generation === generation && event.report !== null ? [event.report] : [],
    ),
    transcript: await store.transcriptOf(id),
    transcriptAskedAt: 0,
    isTranscriptDue: false,
    spoolOffset: (await store.spoolOffsets([id])).get(id) ?? 0,
  };
  const meanwhile = watch.told.get(id);
  if (meanwhile?.generation === generation) return meanwhile;
  watch.told.set(id, told);
  return told;
}

/**
 * Reads what hooks wrote down since the last time, and keeps it. Value: the sessions of which something new is known.
 * @param which null: of every session of the host
 */
export async function hearHooks(
  ports: DirectorPorts,
  watch: HostWatch,
  which: ReadonlySet<SessionId> | null,
  signal: AbortSignal,
): Promise<readonly Session[]> {
  const { store, fleet } = ports;
  const sessions = (await store.openSessionsOn(watch.lease.host)).filter(
    ({ id }) => which === null || which.has(id),
  );
  const heard = new Map<SessionId, Session>();
  for (let reads = 0; reads < READS_AT_ONCE && sessions.length > 0; reads += 1) {
    const after = new Map<SessionId, number>();
    for (const session of sessions)
      after.set(session.id, (await loadTold(ports, watch, session)).spoolOffset);
    const read = await fleet.readSpool(watch.current().host, after, signal);
    if (signal.aborted || !read.ok || read.value.length === 0) break;
    const bySession = Map.groupBy(read.value, ({ session }) => session);
    await watch.inTurn(async () => {
      for (const session of sessions) {
        const spooled = bySession.get(session.id);
        if (spooled === undefined) continue;
        if ((await keepEvents(ports, watch, session, spooled)) > 0) heard.set(session.id, session);
      }
    });
    for (const session of sessions) {
      await hearRequests(ports, watch, session, bySession.get(session.id) ?? [], signal);
    }
  }
  return [...heard.values()];
}

async function keepEvents(
  ports: DirectorPorts,
  watch: HostWatch,
  session: Session,
  spooled: readonly SpooledEvent[],
): Promise<number> {
  const told = await loadTold(ports, watch, session);
  const { hooks } = kindFor(ports.agents, session.agent);
  const events = spooled.map(({ ask, ...each }): AgentEvent => {
    const said = asReported(hooks?.report(each.event, payloadFrom(each.payload), each.at) ?? null, ask);
    const report = said === null ? null : byOurClock(said, watch.clockAheadMs);
    return {
      ...each,
      report: report === null ? null : redactDeep(report),
      payload: redact(each.payload).slice(0, MAX_PAYLOAD_CHARACTERS),
    };
  });
  const added = await ports.store.addAgentEvents(events);
  told.spoolOffset = events.at(-1)?.end ?? told.spoolOffset;
  const reports = events.flatMap(({ generation, report }) =>
    generation === session.generation && report !== null ? [report] : [],
  );
  told.reports = [...told.reports, ...reports].slice(-REPORTS_KEPT);
  const conversation = spooled
    .filter(({ generation }) => generation === session.generation)
    .map(({ payload }) => hooks?.conversation(payloadFrom(payload)) ?? null)
    .findLast((id) => id !== null);
  if (conversation !== undefined) await keepConversation(ports, session, conversation);
  return added;
}

/** A turn whose end is asked about has not ended yet. */
function asReported(report: Report | null, ask: string | null): Report | null {
  return ask !== null && report?.says.kind === 'turn-ended'
    ? { ...report, says: { kind: 'working' } }
    : report;
}

/** Whether a session at work was left unread for long: what it used and changed is shown while it works. What was put off is due soon. */
export function wantsTranscript(
  { agents, now }: Pick<DirectorPorts, 'agents' | 'now'>,
  watch: HostWatch,
  { id, agent }: Session,
): boolean {
  const { transcripts } = kindFor(agents, agent);
  if (transcripts === undefined || transcripts === null) return false;
  const told = watch.told.get(id);
  const seen = seenOf(watch, id);
  if (told === undefined || seen === null) return false;
  const ageMs = now().getTime() - told.transcriptAskedAt;
  if (told.isTranscriptDue) return ageMs >= TRANSCRIPT_EVERY_MS;
  return ageMs >= TRANSCRIPT_OF_BUSY_EVERY_MS && (told.transcriptAskedAt === 0 || isBusy(seen.observation));
}

/** Reads what an agent wrote down of its conversation since the last time. True: there was something. */
export async function hearTranscript(
  ports: DirectorPorts,
  watch: HostWatch,
  session: Session,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, fleet, agents, now } = ports;
  const { transcripts } = kindFor(agents, session.agent);
  const folder = session.worktree ?? seenOf(watch, session.id)?.place?.folder ?? null;
  if (transcripts === undefined || transcripts === null || folder === null) return false;
  const pattern = transcripts.pattern(folder, session.conversation);
  const told = await loadTold(ports, watch, session);
  if (pattern === null) return false;
  told.isTranscriptDue = now().getTime() - told.transcriptAskedAt < TRANSCRIPT_EVERY_MS;
  if (told.isTranscriptDue) return false;
  told.transcriptAskedAt = now().getTime();
  const before = told.transcript;
  const read = await fleet.readTranscript(
    watch.current().host,
    pattern,
    before === null ? null : { file: before.file, size: before.size },
    signal,
  );
  if (signal.aborted || !read.ok || read.value.file === null) return false;
  const { file, size, lines } = read.value;
  if (before !== null && before.file === file && lines.length === 0) return false;
  const isSameFile = before?.file === file;
  const digest = addLines(transcripts, isSameFile ? before.digest : emptyTranscript, lines);
  const hostNow = new Date(now().getTime() + watch.clockAheadMs);
  const said = reportFromLines(transcripts, lines, hostNow);
  const report = said === null ? null : byOurClock(said, watch.clockAheadMs);
  const transcript = {
    file,
    size,
    digest: redactDeep(digest),
    report: report === null ? (isSameFile ? before.report : null) : redactDeep(report),
    readAt: now(),
  };
  await store.saveTranscript(session.id, transcript);
  told.transcript = transcript;
  if (digest.usage !== null)
    await keepUsage(ports, session, file, digest.usage, transcripts.countsCacheAsInput);
  if (digest.conversation !== null) await keepConversation(ports, session, digest.conversation);
  return true;
}

/** What it cost changes what its card shows once a cap is nearly spent, and what may be done once it is. */
async function keepUsage(
  { store, settings, now }: DirectorPorts,
  session: Session,
  file: string,
  usage: Usage,
  countsCacheAsInput: boolean,
): Promise<void> {
  const inputTokens = countsCacheAsInput ? usage.inputTokens - usage.cacheReadTokens : usage.inputTokens;
  await store.recordUsage(session.id, file, { ...usage, inputTokens }, now());
  const task = await store.findTask(session.task);
  if (task === null || hasEnded(task)) return;
  const standings = await standingsOf(store, settings.rulesOf(task.project), task, now());
  if (!standings.some(isNearlySpent)) return;
  await store.enqueue({ kind: 'notify', thread: task.thread, notBefore: null });
  if (standings.some(isSpent)) await store.enqueue({ kind: 'cycle', session: session.id });
}

async function keepConversation(
  { store }: Pick<DirectorPorts, 'store'>,
  session: Session,
  conversation: string,
): Promise<void> {
  if (session.conversation === conversation) return;
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    if (current === null || current.generation !== session.generation) return;
    if (current.conversation !== conversation) await tx.saveSession({ ...current, conversation });
  });
}

export function seenOf(watch: HostWatch, session: SessionId): SeenSession | null {
  for (const each of watch.seen.values()) if (each.session === session) return each;
  return null;
}
