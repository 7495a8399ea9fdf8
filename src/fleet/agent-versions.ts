import { ok, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { HostFailure } from './host-failure.ts';

const READ_LIMIT_MS = 10_000;

/** The versions of the programs that processes run, as their packages tell. */
export async function readAgentVersions(
  connection: Connection,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<number, string>, HostFailure>> {
  if (pids.length === 0) return ok(new Map());
  const brought = await connection.read(
    {
      script: `
up() {
  folder=\${1%/*} steps=0
  while [ -n "$folder" ] && [ "$steps" -lt 8 ]; do
    if [ -f "$folder/package.json" ]; then { printf '%s\\0' "$pid"; cat -- "$folder/package.json"; } | section package; return; fi
    folder=\${folder%/*} steps=$((steps + 1))
  done
}
for pid; do
  exe=$(readlink "/proc/$pid/exe") || continue
  up "$exe"
done`,
      words: pids.map(String),
      limitMs: READ_LIMIT_MS,
    },
    signal,
  );
  if (!brought.ok) return brought;
  const versions = new Map<number, string>();
  for (const { bytes } of brought.value) {
    const [pid = '', content = ''] = bytes.toString('utf8').split('\0');
    const version = /"version"\s*:\s*"([^"]+)"/.exec(content)?.[1];
    if (version !== undefined) versions.set(Number(pid), version);
  }
  return ok(versions);
}
