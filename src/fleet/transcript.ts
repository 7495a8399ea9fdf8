import { type Host, ok, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import { homePattern } from './home-pattern.ts';
import { type HostFailure, refuse } from './host-failure.ts';

/** A file that was read, and how far. */
export type TranscriptPosition = { readonly file: string; readonly size: number };

export type TranscriptLines = {
  readonly file: string | null;
  readonly size: number;
  readonly lines: readonly string[];
};

const READ_LIMIT_MS = 10_000;
const MAX_BYTES = 512 * 1024;

export async function readTranscript(
  host: Host,
  connection: Connection,
  pattern: string,
  after: TranscriptPosition | null,
  signal: AbortSignal,
): Promise<Result<TranscriptLines, HostFailure>> {
  const word = homePattern(pattern);
  if (word === null) return refuse(host, `${pattern} leads out of the home folder`);
  const brought = await connection.read(
    {
      script: `
newest=
for file in ${word}; do
  [ -f "$file" ] || continue
  if [ -z "$newest" ] || [ "$file" -nt "$newest" ]; then newest=$file; fi
done
[ -n "$newest" ] || exit 0
from=0
size=$(wc -c <"$newest") || exit 0
if [ "$newest" = "$1" ] && [ "$size" -ge "$2" ]; then
  from=$2
  [ "$from" -eq 0 ] || [ "$(tail -c "+$from" -- "$newest" | head -c 1 | od -An -tx1 | tr -d ' ')" = 0a ] || from=0
fi
{ printf '%s\\0%s\\0' "$newest" "$from"; tail -c "+$((from + 1))" -- "$newest" | head -c ${MAX_BYTES}; } | section lines`,
      words: [after?.file ?? '', String(after?.size ?? 0)],
      limitMs: READ_LIMIT_MS,
    },
    signal,
  );
  if (!brought.ok) return brought;
  const [section] = brought.value;
  if (section === undefined) return ok({ file: null, size: 0, lines: [] });
  const fileEnd = section.bytes.indexOf(0);
  const fromEnd = section.bytes.indexOf(0, fileEnd + 1);
  const file = section.bytes.subarray(0, fileEnd).toString('utf8');
  const from = Number(section.bytes.subarray(fileEnd + 1, fromEnd).toString('utf8'));
  const bytes = section.bytes.subarray(fromEnd + 1);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.subarray(0, whole).toString('utf8');
  return ok({ file, size: from + whole, lines: text.split('\n').filter((line) => line !== '') });
}
