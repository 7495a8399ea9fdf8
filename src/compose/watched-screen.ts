import type { Store } from '../../db/index.ts';
import { describeFailure, screenLines } from '../director/index.ts';
import type { Host } from '../domain/index.ts';
import type { Fleet } from '../fleet/index.ts';
import type { WatchedScreen } from '../notify/index.ts';

/** What a watch shows of a session: its screen now, and what is believed of it. */
export async function watchedScreen(
  { store, fleet, signal }: { store: Store; fleet: Fleet; signal: AbortSignal },
  host: Host,
  name: string,
): Promise<WatchedScreen> {
  const read = await fleet.read(host, name, signal);
  if (!read.ok) {
    const why = describeFailure(read.error);
    return read.error.kind === 'no-session' ? { kind: 'gone', why } : { kind: 'no-answer', why };
  }
  const seen = await store.seenSession(host.id, name);
  return {
    kind: 'seen',
    lines: screenLines(read.value.plain),
    state: seen === null ? null : seen.observation.state.replaceAll('_', ' '),
  };
}
