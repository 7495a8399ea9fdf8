import { addLines } from '../agents/index.ts';
import { emptyTranscript, type Host, type SeenSession } from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import { kindFor } from './perceive/index.ts';
import type { DirectorPorts } from './ports.ts';

/** What a person asked an agent first, and which conversation that was. Null: its transcript does not tell, or nobody can say which one is its. */
export type FirstRequest = { readonly text: string | null; readonly conversation: string | null };

/** Reads it from the newest transcript of the session's folder, without touching the session. */
export async function readFirstRequest(
  { fleet, agents }: Pick<DirectorPorts, 'fleet' | 'agents'>,
  host: Host,
  { agent, place }: Pick<SeenSession, 'agent' | 'place'>,
  signal: AbortSignal,
): Promise<FirstRequest> {
  const { transcripts } = kindFor(agents, agent);
  const pattern =
    transcripts === undefined || transcripts === null || place === null
      ? null
      : transcripts.pattern(place.folder, null);
  if (transcripts === undefined || transcripts === null || pattern === null) return NOTHING;
  const read = await fleet.readTranscript(host, pattern, null, signal);
  if (!read.ok) return NOTHING;
  const digest = addLines(transcripts, emptyTranscript, read.value.lines);
  const first = digest.first.find(({ by, text }) => by === 'user' && text.trim() !== '');
  return {
    text: first === undefined ? null : redact(first.text.trim()),
    conversation: digest.conversation,
  };
}

const NOTHING: FirstRequest = { text: null, conversation: null };
