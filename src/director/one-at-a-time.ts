import type { SessionId } from '../domain/index.ts';
import { pause } from './pause.ts';

/** What is done with a session. `busy`: a worker of another process has it. */
export type Work = () => Promise<'done' | 'busy'>;

const TRY_AGAIN_AFTER_MS = 250;
/** Who has it for longer than this looks again by itself before it lets go, or is dead, and its claim runs out. */
const TRIES = 40;

/**
 * Lets the workers of this process work on a session one at a time. What is asked for meanwhile is done by the one at work, once for each
 * kind however often it was asked for, before it lets go: whoever asked saw something that the pass at work may have missed.
 */
export function createOneAtATime(
  signal: AbortSignal,
): (id: SessionId, kind: string, work: Work) => Promise<void> {
  const wishes = new Map<SessionId, Map<string, Work>>();
  return async (id, kind, work) => {
    const meanwhile = wishes.get(id);
    if (meanwhile !== undefined) {
      meanwhile.set(kind, work);
      return;
    }
    const mine = new Map([[kind, work]]);
    wishes.set(id, mine);
    const failures: unknown[] = [];
    // What is set while the loop goes on is visited too.
    for (const [each, next] of mine) {
      mine.delete(each);
      await tryOften(next, signal).catch((cause: unknown) => failures.push(cause));
    }
    wishes.delete(id);
    if (failures.length > 0) throw failures[0];
  };
}

async function tryOften(work: Work, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < TRIES && !signal.aborted; tries += 1) {
    if ((await work()) === 'done') return;
    await pause(TRY_AGAIN_AFTER_MS, signal);
  }
}
