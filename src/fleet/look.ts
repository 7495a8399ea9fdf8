import { countAgents } from '../agents/index.ts';
import {
  type Capture,
  type Health,
  type Host,
  type HostIdentity,
  ok,
  type Place,
  type Result,
  type SessionId,
  sessionId,
} from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { Answer } from './control-reader.ts';
import {
  cores,
  diskUsed,
  type HostWords,
  loadAverage,
  memoryUsed,
  parseHostWords,
  read,
  TELL_OF_HOST,
  unreadable,
  uptimeMs,
} from './health.ts';
import { type HostFailure, refusedByTmux } from './host-failure.ts';
import { type HostScript, inOne, type Section, sectionText } from './host-script.ts';
import { factsOf, listPanes, type Pane, panesOf, processesOf, SETTLE_TRIES, settle } from './panes.ts';
import { parsePlaces, TELL_OF_PLACES } from './place-script.ts';
import { type ProcessTable, parseProcesses, TELL_OF_PROCESSES } from './processes.ts';
import { record, recordsOf } from './records.ts';
import { SESSION_OPTION } from './sessions.ts';
import { isAbout, parseStateFiles, readStateFiles, type StateFile } from './state-files.ts';
import { tmuxWord } from './tmux-word.ts';
import { WATCH_SESSION } from './watch-session.ts';

export type LookRequest = {
  readonly screens: 'all' | readonly string[];
  readonly isWhole: boolean;
  readonly stateFiles: readonly string[];
};

export type HostLook = {
  readonly identity: HostIdentity;
  /** Null: it was not asked for. */
  readonly health: Health | null;
  readonly sessions: readonly SessionLook[];
  /** How far the host's clock is ahead of ours, which is what its agents date things by; 0 where they agree. */
  readonly clockAheadMs: number;
  readonly takenAt: Date;
};

export type SessionLook = {
  readonly name: string;
  readonly tmuxId: string;
  readonly session: SessionId | null;
  readonly windows: number;
  readonly isAttached: boolean;
  readonly createdAt: Date;
  readonly place: Place | null;
  readonly capture: Capture | null;
  readonly stateFiles: readonly StateFile[];
};

/** Everything that is read on a disk: what hangs there must not hold up what tmux and the kernel know. */
const LOOK_LIMIT_MS = 8_000;

/** The panes that the last look found, by which the next one knows what to ask for. */
export type KnownPanes = { active: readonly Pane[] };

/**
 * @param agentNames program names that mean an agent
 * @param now by our clock, which is what everything but the quiet of a pane is measured by
 */
export async function lookAt(
  host: Host,
  connection: Connection,
  request: LookRequest,
  known: KnownPanes,
  agentNames: readonly string[],
  now: () => Date,
  signal: AbortSignal,
): Promise<Result<HostLook, HostFailure>> {
  const readDisk = (more: readonly HostScript[]) =>
    connection.read(inOne([readStateFiles(request.stateFiles, LOOK_LIMIT_MS), ...more]), signal);
  const seeing = seeSessions(host, connection, request.screens, known, now, signal);
  const [seen, facts, disk] = await Promise.all([
    seeing,
    connection.read(READ_HOST, signal),
    // Of which folders places are told, only the list of sessions says.
    request.isWhole
      ? seeing.then((sights) => readDisk([READ_SPACE, ...(sights.ok ? [readPlaces(sights.value)] : [])]))
      : readDisk([]),
  ]);
  if (!seen.ok) return seen;
  // The host went away in the middle: what it did not say any more is not something that it could not read.
  for (const part of [facts, disk]) {
    if (!part.ok && part.error.kind === 'unreachable') return part;
  }

  const processes = parseProcesses(facts.ok ? facts.value : []);
  const words = parseHostWords((facts.ok && sectionText(facts.value, 'host')) || '');
  const { server, sessions, hostNow, takenAt } = seen.value;
  const onDisk = disk.ok ? disk.value : [];
  const placeOf = parsePlaces(onDisk);
  const stateFiles = parseStateFiles(onDisk);

  return ok({
    takenAt,
    clockAheadMs: clockAhead(hostNow, takenAt),
    identity: {
      ...server,
      hostKey: connection.hostKey(),
      machineId: words.get('machine') ?? null,
      bootId: words.get('boot') ?? null,
    },
    health: request.isWhole ? healthOf({ facts, disk, words, processes, agentNames, readAt: takenAt }) : null,
    sessions: sessions.map(({ pane, screen, ...session }) => {
      const own = pane === null ? [] : processes.tree(pane.facts.pid);
      return {
        ...session,
        place: pane === null ? null : (placeOf.get(pane.folder) ?? null),
        capture:
          pane === null || screen === null ? null : captureOf(pane, screen, processes, hostNow, takenAt),
        stateFiles: stateFiles.filter((file) => isAbout(file, own)),
      };
    }),
  });
}

/** One session as tmux lists it, with its active pane and that pane's screen. */
type Sight = Omit<SessionLook, 'place' | 'capture' | 'stateFiles'> & {
  readonly pane: Pane | null;
  readonly screen: Screen | null;
};
type Screen = { readonly plain: string; readonly ansi: string };
type Sights = {
  readonly server: Pick<HostIdentity, 'hostName' | 'tmuxPid' | 'tmuxStartedAt'>;
  readonly sessions: readonly Sight[];
  readonly hostNow: Date;
  readonly takenAt: Date;
};

const SERVER_FIELDS = ['host', 'pid', 'start_time'];
const SESSION_FIELDS = [
  'session_name',
  'session_id',
  SESSION_OPTION,
  'session_windows',
  'session_attached',
  'session_created',
];

function listEverything(fence: string): readonly string[] {
  return [
    `display-message -p ${record(fence, SERVER_FIELDS)}`,
    // The same words as a time to be written out: seconds since 1970, by the host's clock.
    `display-message -p ${tmuxWord('%s')}`,
    `list-sessions -F ${record(fence, SESSION_FIELDS)}`,
    listPanes(fence),
  ];
}

/** Who is there, and their screens together with the facts that belong to these very screens. Who was not there before is asked for next. */
async function seeSessions(
  host: Host,
  connection: Connection,
  screens: LookRequest['screens'],
  known: KnownPanes,
  now: () => Date,
  signal: AbortSignal,
): Promise<Result<Sights, HostFailure>> {
  const isAsked = (pane: Pane) => pane.isActive && (screens === 'all' || screens.includes(pane.sessionName));
  let captured = known.active.filter(isAsked);
  for (let tries = 0; ; tries += 1) {
    const targets = captured.map((pane) => tmuxWord(pane.id));
    let takenAt = now();
    const asked = await connection.ask((fence) => {
      // The line may have had to be made first, and that may have taken long.
      takenAt = now();
      return [
        ...listEverything(fence),
        ...targets.flatMap((id) => [`capture-pane -p -J -t ${id}`, `capture-pane -p -e -t ${id}`]),
      ];
    }, signal);
    if (!asked.ok) return asked;
    const [server, clock, sessions, panes, ...shots] = asked.value;
    if (server?.ok !== true || sessions?.ok !== true || panes?.ok !== true) {
      return refusedByTmux(host, [server, sessions, panes]);
    }
    const all = panesOf(panes);
    const wanted = all.filter(isAsked);
    known.active = all.filter((pane) => pane.isActive);
    const ids = new Set(captured.map((pane) => pane.id));
    const isWhole = wanted.every((pane) => ids.has(pane.id)) && !wanted.some((pane) => pane.isSettling);
    if (isWhole || tries > SETTLE_TRIES) {
      const shotOf = new Map(
        captured.map((pane, at) => [pane.id, screenOf(shots[2 * at], shots[2 * at + 1])]),
      );
      return ok({
        ...sightsOf(server, sessions, all, shotOf),
        hostNow: new Date(Number(clock?.text) * 1000),
        takenAt,
      });
    }
    if (wanted.some((pane) => pane.isSettling) && tries > 0) {
      await settle(connection, signal);
    }
    captured = wanted;
  }
}

function sightsOf(
  server: Answer,
  sessions: Answer,
  panes: readonly Pane[],
  screens: ReadonlyMap<string, Screen | null>,
): Omit<Sights, 'hostNow' | 'takenAt'> {
  const [[hostName = '', pid, startedAt] = []] = recordsOf(server.text, SERVER_FIELDS.length);
  const activeOf = new Map(panes.filter((pane) => pane.isActive).map((pane) => [pane.sessionName, pane]));
  return {
    server: {
      hostName: hostName === '' ? null : hostName,
      tmuxPid: Number(pid),
      tmuxStartedAt: fromSeconds(startedAt),
    },
    sessions: recordsOf(sessions.text, SESSION_FIELDS.length).flatMap((fields) => {
      const [name = '', tmuxId = '', id = '', windows, attached, createdAt] = fields;
      if (name === WATCH_SESSION) return [];
      const pane = activeOf.get(name) ?? null;
      return {
        name,
        tmuxId,
        session: id === '' ? null : sessionId(id),
        windows: Number(windows),
        // A number of clients.
        isAttached: Number(attached) > 0,
        createdAt: fromSeconds(createdAt),
        pane,
        screen: (pane && screens.get(pane.id)) ?? null,
      };
    }),
  };
}

function screenOf(plain: Answer | undefined, ansi: Answer | undefined): Screen | null {
  return plain?.ok === true && ansi?.ok === true ? { plain: plain.text, ansi: ansi.text } : null;
}

function captureOf(
  pane: Pane,
  screen: Screen,
  processes: ProcessTable,
  hostNow: Date,
  takenAt: Date,
): Capture {
  const capture = {
    ...screen,
    pane: factsOf(pane, processes),
    processes: processesOf(pane, processes),
    takenAt,
  };
  if (pane.printedAt === null) return capture;
  return { ...capture, quietForMs: Math.max(0, hostNow.getTime() - pane.printedAt.getTime()) };
}

/** A host tells whole seconds, and some time later than it was asked: what differs by less may be the same. */
const CLOCKS_AGREE_WITHIN_MS = 3_000;

export function clockAhead(hostNow: Date, now: Date): number {
  const aheadMs = hostNow.getTime() - now.getTime();
  return Math.abs(aheadMs) > CLOCKS_AGREE_WITHIN_MS ? aheadMs : 0;
}

export const READ_HOST: HostScript = {
  script: `${TELL_OF_PROCESSES}
{
${TELL_OF_HOST}
} | section host`,
  words: [],
  limitMs: LOOK_LIMIT_MS,
};

export const READ_SPACE: HostScript = {
  script: 'df -Pk -- "$HOME" | section disk',
  words: [],
  limitMs: LOOK_LIMIT_MS,
};

function readPlaces({ sessions }: Sights): HostScript {
  const folders = sessions.flatMap(({ pane }) => (pane === null || pane.folder === '' ? [] : [pane.folder]));
  return { script: TELL_OF_PLACES, words: [...new Set(folders)], limitMs: LOOK_LIMIT_MS };
}

type Read = Result<readonly Section[], HostFailure>;

export function healthOf({
  facts,
  disk,
  words,
  processes,
  agentNames,
  readAt,
}: {
  readonly facts: Read;
  readonly disk: Read;
  readonly words: HostWords;
  readonly processes: ProcessTable;
  readonly agentNames: readonly string[];
  readonly readAt: Date;
}): Health {
  const diskUsedPercent = disk.ok
    ? diskUsed(sectionText(disk.value, 'disk') ?? '')
    : unreadable(whyUnread(disk.error));
  if (!facts.ok) {
    const unread = unreadable(whyUnread(facts.error));
    return {
      memoryUsedPercent: unread,
      diskUsedPercent,
      load: unread,
      cores: unread,
      uptimeMs: unread,
      agents: unread,
      readAt,
    };
  }
  return {
    memoryUsedPercent: memoryUsed(words),
    diskUsedPercent,
    load: loadAverage(words),
    cores: cores(words),
    uptimeMs: uptimeMs(words),
    agents:
      processes.all.length === 0
        ? unreadable('the host lists no processes')
        : read(countAgents(processes.all, agentNames)),
    readAt,
  };
}

function whyUnread(failure: HostFailure): string {
  switch (failure.kind) {
    case 'timed-out':
      return `no answer within ${failure.afterMs} ms`;
    case 'unreachable':
      return failure.detail;
    case 'missing-program':
      return `${failure.program} is not there`;
    case 'no-session':
      return `there is no session ${failure.session}`;
    case 'refused':
      return failure.stderr;
  }
}

function fromSeconds(text: string | undefined): Date {
  return new Date(Number(text) * 1000);
}
