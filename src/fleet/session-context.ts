import { type Health, type Host, ok, type Place, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import { parseHostWords } from './health.ts';
import { homePattern } from './home-pattern.ts';
import { type HostFailure, noSession, refuse } from './host-failure.ts';
import { type HostScript, inOne, type Section, sectionText } from './host-script.ts';
import { healthOf, READ_HOST, READ_SPACE } from './look.ts';
import { parsePlaces, TELL_OF_PLACES } from './place-script.ts';
import { parseProcesses } from './processes.ts';
import { newLinesIn, readNewest, type TranscriptPosition } from './transcript.ts';

export type ContextRequest = {
  /** Of the tmux session. */
  readonly name: string;
  /** Files under the home folder of which the newest is read on; null: none is known. */
  readonly transcript: { readonly pattern: string; readonly after: TranscriptPosition | null } | null;
};

export type SessionContext = {
  /** The visible screen, without escape sequences. */
  readonly screen: string;
  /** Of its pane; null: its folder is gone. Of a worktree it is the worktree's own branch. */
  readonly place: Place | null;
  /** Not committed, by their paths in the repository. */
  readonly changedFiles: readonly string[];
  /** What was written since, in whole lines, and where; null: nothing can be read on. */
  readonly written: { readonly file: string; readonly lines: readonly string[] } | null;
  readonly health: Health;
};

const LIMIT_MS = 8_000;
const MAX_NAMES_BYTES = 64 * 1024;

/**
 * Everything that a decision about one session rests on, in one call: nothing of it is older than the rest. Each part comes in a section of
 * its own, in Base64, so that no screen, folder or branch can be taken for another part.
 */
export async function readContext(
  host: Host,
  connection: Connection,
  { name, transcript }: ContextRequest,
  agentNames: readonly string[],
  now: () => Date,
  signal: AbortSignal,
): Promise<Result<SessionContext, HostFailure>> {
  const files = transcript === null ? null : homePattern(transcript.pattern);
  if (transcript !== null && files === null)
    return refuse(host, `${transcript.pattern} leads out of the home folder`);
  const scripts = [
    readPane(name),
    READ_HOST,
    READ_SPACE,
    ...(files === null ? [] : [readNewest(files, transcript?.after ?? null)]),
  ];
  const readAt = now();
  const read = await connection.read(inOne(scripts), signal);
  if (!read.ok) return read;
  const sections = read.value;
  const screen = sectionText(sections, 'screen');
  if (screen === null) return noSession(host, name);
  const words = parseHostWords(sectionText(sections, 'host') ?? '');
  const [place = null] = parsePlaces(sections).values();
  return ok({
    screen,
    place,
    changedFiles: changedIn(sections),
    written: newLinesIn(sections),
    health: healthOf({
      facts: read,
      disk: read,
      words,
      processes: parseProcesses(sections),
      agentNames,
      readAt,
    }),
  });
}

// Nothing runs that a repository names for watching its files, and its index is not locked.
const readPane = (name: string): HostScript => ({
  script: `
tmux has-session -t "$1" || exit
tmux capture-pane -p -J -t "$1" | section screen
folder=$(tmux display-message -p -t "$1" '#{pane_current_path}.')
folder=\${folder%.}
set -- "$folder"
${TELL_OF_PLACES}
cd -- "$folder" || exit
GIT_OPTIONAL_LOCKS=0 git -c core.fsmonitor=false status --porcelain -z --no-renames -- . | head -c ${MAX_NAMES_BYTES} | section changed`,
  words: [`=${name}:`],
  limitMs: LIMIT_MS,
});

/** Each entry is two letters, a blank and a path. Source: git-status(1), porcelain format version 1. */
function changedIn(sections: readonly Section[]): readonly string[] {
  const entries = (sectionText(sections, 'changed') ?? '').split('\0');
  // The last one may be cut.
  return entries.slice(0, -1).map((entry) => entry.slice(3));
}
