import type { AgentKind } from '../agents/index.ts';
import type { Session } from '../domain/index.ts';

/** Whether the next start of its agent goes on with a conversation that there was, by the agent's own id of it. */
export function mayResume(
  { resume }: Pick<AgentKind, 'resume'>,
  { conversation }: Pick<Session, 'conversation'>,
): boolean {
  return resume !== null && conversation !== null;
}
