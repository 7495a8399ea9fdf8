import { addLines } from '../agents/index.ts';
import { emptyTranscript, type Health, type SessionId, type TranscriptDigest } from '../domain/index.ts';
import { redactDeep } from '../safety/index.ts';
import { kindFor, screenLines } from './perceive/index.ts';
import type { DirectorPorts } from './ports.ts';

/** A session as it is right before a decision, redacted. */
export type Gathered = {
  readonly screen: readonly string[];
  /** That is checked out where its agent works; null: none. */
  readonly branch: string | null;
  readonly changedFiles: readonly string[];
  /** With what was written down since it was read the last time; null: nothing ever was. */
  readonly digest: TranscriptDigest | null;
  readonly health: Health;
};

/** Asks the host once. Null: it does not answer, and what is stored has to do. Nothing of it is stored: the watch reads on where it was. */
export async function gather(
  { store, fleet, agents }: DirectorPorts,
  id: SessionId,
  signal: AbortSignal,
): Promise<Gathered | null> {
  const session = await store.findSession(id);
  const host = session === null ? null : await store.findHost(session.host);
  if (session === null || host === null) return null;
  const { transcripts } = kindFor(agents, session.agent);
  const known = await store.transcriptOf(id);
  const folder = session.worktree;
  const pattern = folder === null ? null : (transcripts?.pattern(folder, session.conversation) ?? null);
  const read = await fleet.context(
    host,
    { name: session.name, transcript: pattern === null ? null : { pattern, after: known } },
    signal,
  );
  if (!read.ok) return null;
  const { screen, place, changedFiles, written, health } = read.value;
  const before = written === null || written.file === known?.file ? (known?.digest ?? null) : null;
  const digest =
    written === null || transcripts == null
      ? before
      : addLines(transcripts, before ?? emptyTranscript, written.lines);
  return {
    screen: screenLines(screen),
    health,
    ...redactDeep({ branch: place?.branch ?? null, changedFiles, digest }),
  };
}
