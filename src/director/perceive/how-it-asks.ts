import type { AgentKind } from '../../agents/index.ts';
import type { Situation } from '../situation.ts';

/** How an agent of this kind waits for an answer to its hook. */
export function howItAsks({ hooks }: AgentKind): Situation['asksByHook'] {
  if (hooks?.answers === null || hooks?.answers === undefined) return 'never';
  return hooks.answers.showsDialog ? 'with-dialog' : 'silently';
}
