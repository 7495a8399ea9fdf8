import type { ProcessFacts } from '../domain/index.ts';
import type { AgentKind } from './agent-kind.ts';
import { agentProcesses } from './process.ts';

/** The agent that lives in a pane, whoever started it: of several the one nearest the pane. Null: none of these kinds does. */
export function agentIn(
  kinds: Iterable<AgentKind>,
  processes: readonly ProcessFacts[],
): { readonly kind: AgentKind; readonly pid: number } | null {
  let nearest: { readonly kind: AgentKind; readonly pid: number; readonly at: number } | null = null;
  for (const kind of kinds) {
    const [own] = agentProcesses(processes, kind.processNames);
    if (own === undefined) continue;
    const at = processes.findIndex(({ pid }) => pid === own.pid);
    if (nearest === null || at < nearest.at) nearest = { kind, pid: own.pid, at };
  }
  return nearest;
}
