import {
  lockOf,
  type Project,
  placeOf,
  type SeenSession,
  type Session,
  type StrategySituation,
  type Task,
  type TranscriptDigest,
} from '../domain/index.ts';
import type { LastObservation } from './ports.ts';

/** What is at hand about one session. */
export type AtHand = {
  readonly task: Task;
  readonly session: Session;
  readonly last: LastObservation;
  /** Its row among the sessions of its host; null: no look has found it. */
  readonly seen: Pick<SeenSession, 'stuckSince'> | null;
  /** Null: no transcript of it was read. */
  readonly digest: TranscriptDigest | null;
  readonly project: Pick<Project, 'defaultBranch'> | null;
  readonly queuedTasks: number;
  readonly now: Date;
};

/** The agent's messages that say where it stands. */
const MESSAGES = 5;

/** The facts by which a strategy is chosen, from what is stored of a session. */
export function strategySituation(atHand: AtHand): StrategySituation {
  const { task, session, last, seen, digest, project, queuedTasks, now } = atHand;
  const forMs = (since: Date) => now.getTime() - since.getTime();
  const knownPullRequest = placeOf(task)?.pullRequest ?? null;
  return {
    observation: last.observation,
    unchangedForMs: forMs(last.since),
    stuckForMs: seen?.stuckSince == null ? null : forMs(seen.stuckSince),
    followedForMs: forMs(session.createdAt),
    isAdopted: session.isAdopted,
    isOnDefaultBranch: session.branch === project?.defaultBranch,
    isLocked: lockOf(task, now) !== null,
    hasPullRequest: knownPullRequest !== null || (digest?.pullRequestUrls.length ?? 0) > 0,
    queuedTasks,
    brief: task.brief,
    said: digest === null ? [last.screen.join('\n')] : messagesOf(digest),
    changedFiles: digest?.changedFiles ?? [],
    errors: digest?.errors ?? [],
  };
}

/** The agent's own: what people said does not say where the work stands. */
function messagesOf({ first, last }: TranscriptDigest): readonly string[] {
  return [...first, ...last]
    .filter(({ by }) => by === 'assistant')
    .map(({ text }) => text)
    .slice(-MESSAGES);
}
