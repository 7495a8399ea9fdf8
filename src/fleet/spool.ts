import { type Host, type Log, ok, type Result, type SessionId, sessionId } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { HostFailure } from './host-failure.ts';
import type { HostScript, Section } from './host-script.ts';

/** One event that an agent's hook wrote down on its host. `end` is where the next one begins, in bytes. */
export type SpooledEvent = {
  readonly session: SessionId;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  readonly event: string;
  /** Under which name its hook waits for an answer; null: it does not wait. */
  readonly ask: string | null;
  readonly payload: string;
  readonly at: Date;
};

/** The events that hooks write down on one host. */
export interface Spool {
  /** At most MAX_BYTES of each session, and MAX_BYTES_AT_ONCE of all of them: who gets events asks again. */
  read(
    connection: Connection,
    after: ReadonlyMap<SessionId, number>,
    signal: AbortSignal,
  ): Promise<Result<readonly SpooledEvent[], HostFailure>>;
}

const READ_LIMIT_MS = 10_000;
const MAX_BYTES = 256 * 1024;
const MAX_BYTES_AT_ONCE = 4 * 1024 * 1024;
const MAX_ROUNDS = 8;

/** From where one session's file is read on. */
type Position = { readonly session: SessionId; readonly from: number };

export function createSpool(host: Host, log: Log): Spool {
  // Between these two lies nothing that can be read, so no event moves on whoever asks from the first.
  const skipped = new Map<SessionId, { readonly from: number; readonly to: number }>();

  function positionOf(session: SessionId, from: number): Position {
    const skip = skipped.get(session);
    return { session, from: skip?.from === from ? skip.to : from };
  }

  /** Takes the events of a chunk. Value: from where its session has to be read again at once; null: it has not. */
  function take(chunk: Chunk, asked: number, events: SpooledEvent[]): Position | null {
    const { session, start, bytes } = chunk;
    const isPassedOver = skipped.get(session)?.to === start;
    if (chunk.before !== null && chunk.before !== LINE_END && !isPassedOver) return { session, from: 0 };
    const read = parseEvents(chunk);
    events.push(...read.events);
    const isFull = bytes.length >= MAX_BYTES;
    const isOneLine = isFull && read.end === start;
    if (read.malformed > 0 || isOneLine) {
      const fields = { host: host.name, session, lines: read.malformed, at: start };
      log.warn(fields, 'events of a session cannot be read and are skipped');
    }
    if (read.events.length > 0 || (read.end === start && !isOneLine)) return null;
    const to = isOneLine ? start + bytes.length : read.end;
    skipped.set(session, { from: asked, to });
    return isFull ? { session, from: to } : null;
  }

  return {
    async read(connection, after, signal) {
      const events: SpooledEvent[] = [];
      let positions = [...after].map(([session, from]) => positionOf(session, from));
      for (let round = 0; positions.length > 0 && round < MAX_ROUNDS; round += 1) {
        const brought = await connection.read(readOn(positions), signal);
        if (!brought.ok) return brought;
        positions = brought.value
          .flatMap((section) => parseChunk(section) ?? [])
          .flatMap((chunk) => take(chunk, after.get(chunk.session) ?? 0, events) ?? []);
      }
      return ok(events);
    },
  };
}

/** Bytes of a file from `start` on, and the one before them; null: there is none. */
type Chunk = {
  readonly session: SessionId;
  readonly start: number;
  readonly before: number | null;
  readonly bytes: Buffer;
};

/**
 * The byte before where reading goes on comes along. It ends a line, unless the file was begun anew, and then it is read from its start.
 * One program tells the sizes of all files, so that quiet sessions cost nothing.
 */
function readOn(positions: readonly Position[]): HostScript {
  return {
    script: `
cd "$HOME/.fleet/sessions" || exit
positions= files= total=0
while [ "$#" -ge 2 ]; do
  positions="$positions $1=$2" files="$files $1/events"
  shift 2
done
wc -c $files | while read -r size file; do
  session=\${file%/events}
  [ "$session" != "$file" ] && [ "$total" -lt ${MAX_BYTES_AT_ONCE} ] || continue
  from=\${positions##* "$session="}
  from=\${from%% *}
  [ "$size" -ne "$from" ] || continue
  [ "$size" -gt "$from" ] || from=0
  start=$((from > 0 ? from - 1 : 0))
  total=$((total + ${MAX_BYTES}))
  { printf '%s %s\\0' "$session" "$from"; tail -c "+$((start + 1))" -- "$file" | head -c $((from - start + ${MAX_BYTES})); } |
    section events
done`,
    words: positions
      .filter(({ session }) => /^[A-Za-z0-9_-]+$/.test(session))
      .flatMap(({ session, from }) => [session, String(from)]),
    limitMs: READ_LIMIT_MS,
  };
}

function parseChunk({ name, bytes }: Section): Chunk | null {
  const head = bytes.indexOf(0);
  const match = /^(\S+) (\d+)$/.exec(bytes.subarray(0, head).toString('utf8'));
  if (name !== 'events' || match?.[1] === undefined) return null;
  const start = Number(match[2]);
  const content = bytes.subarray(head + 1);
  return {
    session: sessionId(match[1]),
    start,
    before: start === 0 ? null : (content[0] ?? null),
    bytes: start === 0 ? content : content.subarray(1),
  };
}

const LINE_END = 0x0a;

/** The second sort names the question that its hook waits with. */
const LINE = /^1 (\d+) (\d+) ([A-Za-z0-9._-]+)()(?: (.*))?$/;
const ASKING_LINE = /^2 (\d+) (\d+) ([A-Za-z0-9._-]+) (\d+-\d+)(?: (.*))?$/;

/** Whole lines only: the last one may not be written to its end. */
function parseEvents({ session, start, bytes }: Chunk): {
  readonly events: readonly SpooledEvent[];
  readonly malformed: number;
  readonly end: number;
} {
  const events: SpooledEvent[] = [];
  let malformed = 0;
  let from = 0;
  for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END, from)) {
    const line = bytes.subarray(from, end).toString('utf8');
    const match = LINE.exec(line) ?? ASKING_LINE.exec(line);
    if (match === null) malformed += 1;
    else {
      events.push({
        session,
        generation: Number(match[1]),
        start: start + from,
        end: start + end + 1,
        event: match[3] ?? '',
        ask: match[4] || null,
        payload: match[5] ?? '',
        at: new Date(Number(match[2]) * 1000),
      });
    }
    from = end + 1;
  }
  return { events, malformed, end: start + from };
}
