import type { HostId } from './ids.ts';
import type { Step, Task } from './task.ts';

/** What sort of work a brief asks for, by its first telling word. Coarse on purpose: a finer sort would take longer to learn from. */
export type WorkKind = 'fix' | 'test' | 'docs' | 'upkeep' | 'feature' | 'other';

/** How tasks of one sort ended on one host with one agent. */
export type TrackRecord = {
  readonly work: WorkKind;
  readonly host: HostId;
  readonly agent: string;
  readonly succeeded: number;
  readonly failed: number;
};

/** One more end for a record. */
export type Lesson = Pick<TrackRecord, 'work' | 'host' | 'agent'> & { readonly hasSucceeded: boolean };

const TELLING_WORDS: readonly { readonly work: WorkKind; readonly words: RegExp }[] = [
  {
    work: 'fix',
    words: /\b(?:fix(?:es|ed)?|bugs?|repair|crash(?:es)?|broken|fail(?:s|ing|ure)?|regression)\b/,
  },
  { work: 'test', words: /\b(?:tests?|coverage|flaky)\b/ },
  { work: 'docs', words: /\b(?:docs?|document(?:ation)?|readme|changelog|comments?)\b/ },
  {
    work: 'upkeep',
    words: /\b(?:refactor|rename|clean ?up|upgrade|update|bump|migrate|simplify|remove|delete)\b/,
  },
  { work: 'feature', words: /\b(?:add|implement|build|create|support|introduce|write|make)\b/ },
];

export function workKindOf(brief: string): WorkKind {
  const words = brief.toLowerCase();
  const found = TELLING_WORDS.map((each) => ({ work: each.work, at: words.search(each.words) })).filter(
    ({ at }) => at !== -1,
  );
  return found.toSorted((one, other) => one.at - other.at)[0]?.work ?? 'other';
}

/** Null: nothing is learned from it. A cancelled task says nothing of its host. */
export function lessonOf({ next, events }: Step<Task>): Lesson | null {
  const hasEnded = events.some(({ kind }) => kind === 'task-completed' || kind === 'task-failed');
  if (!hasEnded || (next.state !== 'completed' && next.state !== 'failed')) return null;
  return { ...placeOfWork(next, next.host), hasSucceeded: next.state === 'completed' };
}

/** Where a task's work is counted. */
export function placeOfWork(
  { brief, agent }: Pick<Task, 'brief' | 'agent'>,
  host: HostId,
): Pick<TrackRecord, 'work' | 'host' | 'agent'> {
  return { work: workKindOf(brief), host, agent };
}

/** 0 to 1. With nothing known it is a half, and few ends move it little: one success and one failure are thought of from the start. */
export function successRate(
  records: readonly TrackRecord[],
  { work, host, agent }: Pick<TrackRecord, 'work' | 'host' | 'agent'>,
): number {
  const record = records.find((each) => each.work === work && each.host === host && each.agent === agent);
  const { succeeded, failed } = record ?? { succeeded: 0, failed: 0 };
  return (succeeded + 1) / (succeeded + failed + 2);
}
