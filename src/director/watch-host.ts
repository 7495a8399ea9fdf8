import type { Host, Session, SessionId } from '../domain/index.ts';
import { createBell } from './bell.ts';
import type { FirstLooks } from './first-looks.ts';
import { hearHooks, hearTranscript, seenOf } from './hear-agents.ts';
import { createTurns, type HostWatch } from './host-watch.ts';
import { askForPass, duePasses, keepObservation, lookAtHost, noteReach, seeFrames } from './look-at-host.ts';
import { pause } from './pause.ts';
import { describeFailure, isNews } from './perceive/index.ts';
import type { DirectorPorts, Lease } from './ports.ts';

/** Changes come in crowds: one look takes what comes within this time. */
const COLLECT_MS = 50;
const LOOK_AGAIN_AFTER_MS = 1_000;
const TRY_AGAIN_AFTER_MS = 1_000;

/** `isLookedAt`: the host was looked at for the first time, or could not be. `waitForOthers`: until all hosts of the same moment were. */
type FirstLook = {
  readonly isLookedAt: () => void;
  readonly waitForOthers: FirstLooks['over'];
};

/** Watches one host under a lease until the signal aborts, or somebody else has the lease. */
export async function watchHost(
  ports: DirectorPorts,
  lease: Lease,
  current: HostWatch['current'],
  firstLook: FirstLook,
  signal: AbortSignal,
): Promise<void> {
  const watch = await begin(ports, lease, current);
  const lost = new AbortController();
  const ending = AbortSignal.any([signal, lost.signal]);
  const looks = createLooks(ports, watch, firstLook, () => lost.abort(), ending);
  const hooks = createHearing(ports, watch, looks, firstLook, ending);
  const pulse = createPulse(ports, watch);
  const guard = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      if (!ending.aborted)
        ports.log.error({ error, host: current().host.name }, 'news from a host could not be stored');
    });
  };
  ports.fleet.watch(
    current().host,
    {
      onChange: looks.wish,
      onEvent: (session) => (session === null ? hooks.wishAll() : hooks.wish(session)),
      onHeartbeat: () => guard(pulse.beat()),
      onLine: (line) => {
        // Whether the host answers, and whether it is the right one, a look tells.
        if (line.up) {
          looks.wishAll();
          hooks.wishAll();
        } else guard(watch.inTurn(() => noteReach(ports, watch, describeFailure(line.failure))));
      },
    },
    ending,
  );
  try {
    await Promise.all([looks.run(), hooks.run()]);
  } finally {
    pulse.stop();
  }
}

async function begin(
  { store }: DirectorPorts,
  lease: Lease,
  current: HostWatch['current'],
): Promise<HostWatch> {
  const facts = (await store.hostFacts()).find(({ host }) => host === lease.host);
  const seen = await store.seenSessions(lease.host);
  return {
    lease,
    current,
    identity: facts?.identity ?? null,
    clockAheadMs: 0,
    seen: new Map(seen.map((each) => [each.name, each])),
    frames: new Map(),
    told: new Map(),
    locks: new Map(),
    versions: new Map(),
    passes: new Map(),
    inTurn: createTurns(),
  };
}

type Looks = {
  readonly wish: (name: string) => void;
  readonly wishAll: () => void;
  /** Resolves when everything was looked at once, or will not be. */
  readonly first: Promise<void>;
  readonly run: () => Promise<void>;
};

/** Looks at what changed as soon as it changed, and at everything now and then. */
function createLooks(
  ports: DirectorPorts,
  watch: HostWatch,
  firstLook: FirstLook,
  lose: () => void,
  signal: AbortSignal,
): Looks {
  const { store, settings, log, now } = ports;
  const bell = createBell();
  const changed = new Set<string>();
  const first = Promise.withResolvers<void>();
  void first.promise.then(firstLook.isLookedAt);
  let isAllWished = true;
  // Everything is seen once before anything is seen in whole.
  let isFirst = true;
  // A line goes up because a look asks for it: that look needs no second one, unless it fails.
  let isLookingAtAll = false;
  let isAllWishedMeanwhile = false;
  let nextAllAt = nextPoll(watch.lease.host, now().getTime(), settings.pollEveryMs);

  async function pass(): Promise<void> {
    const at = now().getTime();
    const { due, nextAt } = duePasses(watch, now());
    for (const session of due) await store.enqueue({ kind: 'cycle', session });
    const isAll = isAllWished || at >= nextAllAt;
    if (!isAll && changed.size === 0) {
      await bell.wait(Math.max(1, Math.min(nextAllAt, nextAt) - at), signal);
      if (signal.aborted || isAllWished || changed.size === 0) return;
      await pause(COLLECT_MS, signal);
      return;
    }
    const woken = new Set(changed);
    const screens = isAll ? ('all' as const) : [...changed];
    changed.clear();
    isAllWished = false;
    if (isAll) nextAllAt = nextPoll(watch.lease.host, at, settings.pollEveryMs);
    isLookingAtAll = isAll;
    isAllWishedMeanwhile = false;
    const wanted = { screens, isWhole: isAll && !isFirst };
    const outcome = await lookAtHost(ports, watch, wanted, woken, signal).finally(() => {
      isLookingAtAll = false;
      first.resolve();
    });
    switch (outcome.kind) {
      case 'lost':
        return lose();
      case 'failed':
        isAllWished ||= isAllWishedMeanwhile;
        return;
      case 'again':
        nextAllAt = Math.min(nextAllAt, now().getTime() + LOOK_AGAIN_AFTER_MS);
        break;
      case 'done':
        break;
    }
    isAllWished ||= isFirst;
    isFirst = false;
    await firstLook.waitForOthers(signal);
    for (const session of outcome.transcripts) {
      if (await hearTranscript(ports, watch, session, signal)) await weighAnew(ports, watch, session);
    }
    await askForVersions(ports, watch, signal);
  }

  async function passOrTryAgain(): Promise<void> {
    try {
      await pass();
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error, host: watch.current().host.name }, 'a look at a host could not be kept');
      isAllWished = true;
      await pause(TRY_AGAIN_AFTER_MS, signal);
    }
  }

  return {
    wish(name) {
      changed.add(name);
      bell.ring();
    },
    wishAll() {
      if (isLookingAtAll) {
        isAllWishedMeanwhile = true;
        return;
      }
      isAllWished = true;
      bell.ring();
    },
    first: first.promise,
    async run() {
      try {
        while (!signal.aborted) await passOrTryAgain();
      } finally {
        first.resolve();
      }
    },
  };
}

type Hearing = {
  readonly wish: (session: SessionId) => void;
  readonly wishAll: () => void;
  readonly run: () => Promise<void>;
};

/** Reads what hooks wrote down as soon as they ring, and weighs it with the screen that was seen last. */
function createHearing(
  ports: DirectorPorts,
  watch: HostWatch,
  looks: Looks,
  firstLook: FirstLook,
  signal: AbortSignal,
): Hearing {
  const bell = createBell();
  const rang = new Set<SessionId>();
  let isAllWished = true;

  async function pass(): Promise<void> {
    if (!isAllWished && rang.size === 0) await bell.wait(ports.settings.pollEveryMs, signal);
    if (signal.aborted) return;
    // Woken by nobody: a hook may have written without ringing.
    const which = isAllWished || rang.size === 0 ? null : new Set(rang);
    isAllWished = false;
    rang.clear();
    for (const session of await hearHooks(ports, watch, which, signal)) {
      await weighAnew(ports, watch, session);
      const seen = seenOf(watch, session.id);
      if (seen !== null) looks.wish(seen.name);
    }
  }

  return {
    wish(session) {
      rang.add(session);
      bell.ring();
    },
    wishAll() {
      isAllWished = true;
      bell.ring();
    },
    async run() {
      // What is told is weighed with a screen.
      await looks.first;
      await firstLook.waitForOthers(signal);
      while (!signal.aborted) {
        try {
          await pass();
        } catch (error) {
          if (signal.aborted) return;
          ports.log.error(
            { error, host: watch.current().host.name },
            'events of agents could not be kept; they are read again',
          );
          isAllWished = true;
          await pause(TRY_AGAIN_AFTER_MS, signal);
        }
      }
    },
  };
}

/** Says anew what a session does, from the screen that was seen last and what its agent has told since. */
async function weighAnew(ports: DirectorPorts, watch: HostWatch, session: Session): Promise<void> {
  const { store, now } = ports;
  await watch.inTurn(async () => {
    const before = seenOf(watch, session.id);
    const frames = before === null ? undefined : watch.frames.get(before.tmuxId);
    if (before === null || frames === undefined || before.presence === 'missing') return;
    watch.locks = await store.taskLocks([...watch.told.keys()]);
    const after = seeFrames(ports, watch, frames, before, session);
    if (after === null || !isNews(before, after)) return;
    const told = { ...after, observedAt: now() };
    if (!(await store.recordLook(watch.lease, { sessions: [told], forgotten: [], host: null }))) return;
    watch.seen.set(told.name, told);
    if (session.state === 'live' && (await keepObservation(store, session, told)))
      await askForPass(store, watch, session.id, now());
  });
}

/** Which versions the agents have that were not asked before. */
async function askForVersions(
  { fleet }: DirectorPorts,
  watch: HostWatch,
  signal: AbortSignal,
): Promise<void> {
  const living = [...watch.frames.values()].flatMap(({ agentPid }) => agentPid ?? []);
  for (const pid of watch.versions.keys()) if (!living.includes(pid)) watch.versions.delete(pid);
  const unknown = living.filter((pid) => !watch.versions.has(pid));
  if (unknown.length === 0) return;
  const told = await fleet.agentVersions(watch.current().host, unknown, signal);
  if (!told.ok) return;
  for (const pid of unknown) watch.versions.set(pid, told.value.get(pid) ?? null);
  // Also a screen that stands still is seen anew with what is known now.
  for (const [id, frames] of watch.frames) watch.frames.set(id, { ...frames, weighed: null });
}

type Pulse = { readonly beat: () => Promise<void>; readonly stop: () => void };

/** Marks a host that pushed signs of life and does not any more. */
function createPulse({ store, settings, now, log }: DirectorPorts, watch: HostWatch): Pulse {
  let heardAt: Date | null = null;
  let isSilent: boolean | null = null;
  let timer: NodeJS.Timeout | undefined;
  const mark = async (silentSince: Date | null): Promise<void> => {
    if (isSilent === (silentSince !== null)) return;
    isSilent = silentSince !== null;
    await store.recordSilence(watch.lease.host, silentSince);
  };
  const markSilent = (): void => {
    mark(heardAt).catch((error: unknown) => {
      isSilent = null;
      timer?.refresh();
      log.error({ error }, 'the silence of a host could not be stored');
    });
  };
  return {
    beat() {
      heardAt = now();
      // Set back rather than looked at now and then: it wakes nobody as long as the host beats.
      timer = timer?.refresh() ?? setTimeout(markSilent, settings.silentAfterMs);
      return mark(null);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Each host has moments of its own, so that hosts that are watched from the same moment on are not all looked at in the same moment for ever. */
function nextPoll(host: Host['id'], at: number, everyMs: number): number {
  return at + everyMs - ((at - hashOf(host) * everyMs) % everyMs);
}

/** A number from 0 to 1 that belongs to a host. */
function hashOf(id: Host['id']): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000;
  return sum / 1_000;
}
