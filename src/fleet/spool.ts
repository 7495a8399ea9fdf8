import { type Host, type Log, ok, type Result, type SessionId, sessionId } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { HostFailure } from './host-failure.ts';
import type { HostScript } from './host-script.ts';

/** One event that an agent's hook wrote down on its host. `end` is where the next one begins, in bytes. */
export type SpooledEvent = {
  readonly session: SessionId;
  readonly generation: number;
  readonly start: number;
  readonly end: number;
  readonly event: string;
  readonly payload: string;
  readonly at: Date;
};

/** The events that hooks write down on one host. */
export interface Spool {
  read(
    connection: Connection,
    after: ReadonlyMap<SessionId, number>,
    signal: AbortSignal,
  ): Promise<Result<readonly SpooledEvent[], HostFailure>>;
}

const READ_LIMIT_MS = 10_000;
const MAX_BYTES = 256 * 1024;

export function createSpool(host: Host, log: Log): Spool {
  return {
    async read(connection, after, signal) {
      const asked = [...after].map(([session, from]) => ({ session, from }));
      const brought = await connection.read(readEvents(asked, MAX_BYTES), signal);
      if (!brought.ok) return brought;
      const events: SpooledEvent[] = [];
      for (const { name, bytes } of brought.value) {
        const chunk = name === 'events' ? parseChunk(bytes) : null;
        if (chunk === null) continue;
        const parsed = parseEvents(chunk);
        events.push(...parsed.events);
        if (parsed.malformed > 0) {
          log.warn(
            { host: host.name, session: chunk.session, lines: parsed.malformed },
            'events of a session could not be read',
          );
        }
      }
      return ok(events);
    },
  };
}

type Chunk = { readonly session: SessionId; readonly start: number; readonly bytes: Buffer };

/**
 * The byte before where reading goes on comes along: a line's end, unless the file is another one now, which is read from its start.
 */
function readEvents(
  asked: readonly { readonly session: SessionId; readonly from: number }[],
  maxBytes: number,
): HostScript {
  return {
    script: `
while [ "$#" -ge 2 ]; do
  session=$1 from=$2
  shift 2
  file="$HOME/.fleet/sessions/$session/events"
  [ -f "$file" ] || continue
  size=$(wc -c <"$file") || continue
  [ "$size" -ne "$from" ] || continue
  if [ "$size" -lt "$from" ] || [ "$(tail -c "+$from" -- "$file" | head -c 1 | od -An -tx1 | tr -d ' ')" != 0a ]; then from=0; fi
  { printf '%s %s\\0' "$session" "$from"; tail -c "+$((from + 1))" -- "$file" | head -c ${maxBytes}; } | section events
done`,
    words: asked.flatMap(({ session, from }) => [session, String(from)]),
    limitMs: READ_LIMIT_MS,
  };
}

function parseChunk(bytes: Buffer): Chunk | null {
  const head = bytes.indexOf(0);
  const match = /^(\S+) (\d+)$/.exec(bytes.subarray(0, head).toString('utf8'));
  if (head === -1 || match?.[1] === undefined) return null;
  return { session: sessionId(match[1]), start: Number(match[2]), bytes: bytes.subarray(head + 1) };
}

/** Whole lines only: the last one may not be written to its end. */
function parseEvents({ session, start, bytes }: Chunk): {
  readonly events: readonly SpooledEvent[];
  readonly malformed: number;
} {
  const events: SpooledEvent[] = [];
  let malformed = 0;
  let from = 0;
  for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, from)) {
    const match = /^1 (\d+) (\d+) (\S+)(?: (.*))?$/.exec(bytes.subarray(from, end).toString('utf8'));
    if (match === null) malformed += 1;
    else {
      events.push({
        session,
        generation: Number(match[1]),
        start: start + from,
        end: start + end + 1,
        event: match[3] ?? '',
        payload: match[4] ?? '',
        at: new Date(Number(match[2]) * 1000),
      });
    }
    from = end + 1;
  }
  return { events, malformed };
}
