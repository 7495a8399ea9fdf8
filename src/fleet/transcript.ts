import { type Host, ok, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import { homePattern } from './home-pattern.ts';
import { type HostFailure, refuse } from './host-failure.ts';
import { type HostScript, type Section, sectionText } from './host-script.ts';

/** A file that was read, and how far. */
export type TranscriptPosition = { readonly file: string; readonly size: number };

export type TranscriptLines = {
  readonly file: string | null;
  readonly size: number;
  readonly lines: readonly string[];
};

const READ_LIMIT_MS = 10_000;
const MAX_BYTES = 512 * 1024;
const LINE_END = 0x0a;

export async function readTranscript(
  host: Host,
  connection: Connection,
  pattern: string,
  after: TranscriptPosition | null,
  signal: AbortSignal,
): Promise<Result<TranscriptLines, HostFailure>> {
  const files = homePattern(pattern);
  if (files === null) return refuse(host, `${pattern} leads out of the home folder`);
  const read = async (from: TranscriptPosition | null) => {
    const brought = await connection.read(readNewest(files, from), signal);
    return brought.ok ? ok(parseChunk(brought.value)) : brought;
  };
  const first = await read(after);
  if (!first.ok) return first;
  // What ends where reading stopped is no line: the file was begun anew.
  const again = first.value !== null && !first.value.goesOn ? await read(null) : first;
  if (!again.ok) return again;
  const chunk = again.value;
  if (chunk === null) return ok({ file: null, size: 0, lines: [] });

  const { file, start, bytes } = chunk;
  const whole = bytes.lastIndexOf(LINE_END) + 1;
  if (whole === 0 && bytes.length >= MAX_BYTES) {
    const end = await findLineEnd(connection, file, start, signal);
    if (!end.ok) return end;
    // Too long to be read. Its beginning stands for it, so that whoever reads lines counts it as one that cannot be read.
    return ok(
      end.value === null
        ? { file, size: start, lines: [] }
        : { file, size: end.value, lines: [bytes.subarray(0, MAX_BYTES / 8).toString('utf8')] },
    );
  }
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n');
  return ok({ file, size: start + whole, lines: lines.filter((line) => line !== '') });
}

/** `goesOn`: the file is still the one that was read the last time, as far as can be told. */
type Chunk = {
  readonly file: string;
  readonly start: number;
  readonly bytes: Buffer;
  readonly goesOn: boolean;
};

/** Reads on from the byte before: it ends a line, unless the file was begun anew. */
export function readNewest(files: string, after: TranscriptPosition | null): HostScript {
  return {
    script: `
newest=
for file in ${files}; do
  [ -f "$file" ] || continue
  if [ -z "$newest" ] || [ "$file" -nt "$newest" ]; then newest=$file; fi
done
[ -n "$newest" ] || exit
start=0
if [ "$newest" = "$1" ] && [ "$2" -gt 0 ]; then start=$(($2 - 1)); fi
{ printf '%s\\0%s\\0' "$newest" "$start"; tail -c "+$((start + 1))" -- "$newest" | head -c ${MAX_BYTES + 1}; } | section lines`,
    words: [after?.file ?? '', String(after?.size ?? 0)],
    limitMs: READ_LIMIT_MS,
  };
}

function parseChunk(sections: readonly Section[]): Chunk | null {
  const section = sections.find(({ name }) => name === 'lines');
  if (section === undefined) return null;
  const { bytes } = section;
  const fileEnd = bytes.indexOf(0);
  const startEnd = bytes.indexOf(0, fileEnd + 1);
  const start = Number(bytes.subarray(fileEnd + 1, startEnd).toString('utf8'));
  const content = bytes.subarray(startEnd + 1);
  const file = bytes.subarray(0, fileEnd).toString('utf8');
  return start === 0
    ? { file, start, bytes: content, goesOn: true }
    : { file, start: start + 1, bytes: content.subarray(1), goesOn: content[0] === LINE_END };
}

/** Whole lines of what was brought, and of which file; null: nothing was, or the file was begun anew. */
export function newLinesIn(
  sections: readonly Section[],
): { readonly file: string; readonly lines: readonly string[] } | null {
  const chunk = parseChunk(sections);
  if (chunk === null || !chunk.goesOn) return null;
  const whole = chunk.bytes.subarray(0, chunk.bytes.lastIndexOf(LINE_END) + 1).toString('utf8');
  return { file: chunk.file, lines: whole.split('\n').filter((line) => line !== '') };
}

/** Where the line that begins at `start` ends; null: it does not, yet. */
async function findLineEnd(
  connection: Connection,
  file: string,
  start: number,
  signal: AbortSignal,
): Promise<Result<number | null, HostFailure>> {
  const brought = await connection.read(
    {
      script: `
length=$(tail -c "+$(($2 + 1))" -- "$1" | head -n 1 | wc -c) || exit
last=$(tail -c "+$(($2 + length))" -- "$1" | head -c 1 | od -An -tx1)
[ "$last" = ' 0a' ] && echo "$(($2 + length))" | section end`,
      words: [file, String(start)],
      limitMs: READ_LIMIT_MS,
    },
    signal,
  );
  if (!brought.ok) return brought;
  const end = sectionText(brought.value, 'end');
  return ok(end === null ? null : Number(end));
}
