import { err, type Host, ok, type Result, type SessionId } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import { CONTEXT_FOLDER } from './hook-script.ts';
import type { HostFailure } from './host-failure.ts';
import { sectionText } from './host-script.ts';
import { inSession } from './in-session.ts';

/** Beside a session's hooks, as long as there are any: who else works on its repository. */
export const NEIGHBOURS_FILE = 'neighbours.md';

export type NeighboursTold = {
  /** Null: there are none any more. */
  readonly list: string | null;
  /** For each event of the agent, what its hook prints. */
  readonly printed: ReadonlyMap<string, string>;
};

/** Writes the list down for the session's agent, and what its hooks hand over at the next of their events. */
export async function tellNeighbours(
  host: Host,
  connection: Connection,
  session: SessionId,
  { list, printed }: NeighboursTold,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const words = [NEIGHBOURS_FILE, list ?? '', ...[...printed].flat()];
  const told = await connection.read(inSession(session, TELL, words), signal);
  if (!told.ok) return told;
  if (sectionText(told.value, 'told') !== null) return ok(undefined);
  const stderr = 'the session’s own folder takes no files';
  return err({ kind: 'refused', host: host.id, exitCode: 1, stderr });
}

const TELL = `umask 077
file=$2 list=$3
shift 3
events=$#
rm -rf .context.new .context.old && mkdir .context.new || exit
while [ "$#" -gt 1 ]; do
  printf %s "$2" >".context.new/$1" || exit
  shift 2
done
# What the agent was not handed yet is still there, and it need not hear that this is over.
if mv ${CONTEXT_FOLDER} .context.old && [ -z "$list" ]; then events=0; fi
[ "$events" = 0 ] || mv .context.new ${CONTEXT_FOLDER} || exit
rm -rf .context.old .context.new
if [ -n "$list" ]; then
  printf %s "$list" >"$file.new" && mv -f -- "$file.new" "$file" || exit
else
  rm -f -- "$file" || exit
fi
echo yes | section told`;
