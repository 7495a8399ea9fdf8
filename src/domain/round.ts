import type { ActorId, RoundId, TaskId, ThreadId } from './ids.ts';
import type { RepoName } from './project.ts';

/**
 * One pass over many sessions that a person asked for.
 *
 * scout: says how each session is and what the director would do. dry-run: the same, and nothing is adopted. advance: carries on with each session,
 * and asks before everything it does. run-once: one cycle of the director for each.
 */
export const ROUND_KINDS = ['scout', 'dry-run', 'advance', 'run-once'] as const;
export type RoundKind = (typeof ROUND_KINDS)[number];

/** Which sessions; null: whichever host, whichever name. */
export type RoundScope = { readonly host: string | null; readonly session: string | null };

/** What came of one session. */
export type RoundEntry = {
  readonly host: string;
  readonly session: string;
  /** Null: nobody adopted it. */
  readonly task: TaskId | null;
  readonly repo: RepoName | null;
  readonly branch: string | null;
  readonly agent: string | null;
  /** An observed state; `unreachable` or `absent` where there is none. */
  readonly state: string;
  /** Why it is believed to be in it: the evidence. */
  readonly evidence: string;
  /** What the director decided, in words that go on after “to”; null: nothing is decided about it. */
  readonly decision: string | null;
  /** 0 to 1; null without a decision. */
  readonly confidence: number | null;
  /** Of the decision, or why there is none. */
  readonly why: string;
  /** Nothing changed since the round before, whose decision this is. */
  readonly isUnchanged: boolean;
  /**
   * would: nothing was done, as was asked for. done: what was decided was done, or it was to wait. asked: a person has to allow it first.
   * skipped: it may not be done. failed: it did not work.
   */
  readonly outcome: 'would' | 'done' | 'asked' | 'skipped' | 'failed';
};

/**
 * running → done. A process that dies leaves it running; another one goes on with it.
 */
export type Round = {
  readonly id: RoundId;
  readonly kind: RoundKind;
  readonly by: ActorId;
  /** Where it is told; null: it was asked for from a shell, which reads it by its number. */
  readonly thread: ThreadId | null;
  readonly scope: RoundScope;
  /** What has not changed keeps its decision. */
  readonly isIncremental: boolean;
  /** Its report is wanted as a file too. */
  readonly isSaved: boolean;
  /** What needs a yes gets that of the one who asked for it, where they may give it. */
  readonly isForced: boolean;
  /** Made tasks by it. */
  readonly adopted: readonly TaskId[];
  readonly entries: readonly RoundEntry[];
  /** What the projects of its sessions want, by project, in words. */
  readonly objectives: readonly { readonly repo: RepoName; readonly open: readonly string[] }[];
  /** How many sessions it is about; null: not counted yet. */
  readonly total: number | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
};

/** How people write and read a round: `R3`. */
export function roundLabel(id: RoundId): string {
  return `R${id}`;
}

/** What is kept and given away as a file: the same for whoever asks. */
export function roundReport(round: Round): string {
  const { id, kind, scope, adopted, entries, objectives, startedAt, endedAt } = round;
  return JSON.stringify(
    { round: roundLabel(id), kind, scope, startedAt, endedAt, adopted, sessions: entries, objectives },
    null,
    2,
  );
}
