import {
  NO_LIMITS,
  type ProjectId,
  type ProjectRules,
  type Task,
  type TaskLimits,
  type ThreadId,
} from '../domain/index.ts';
import { limitsOfTask } from './holds.ts';
import type { LimitTables } from './ports.ts';

/** What is told of a thread, with what limits its latest task. */
export function withLimits<Story extends { readonly tasks: readonly Task[] }>(
  tables: LimitTables & { story(thread: ThreadId): Promise<Story | null> },
  rulesOf: (project: ProjectId) => ProjectRules,
  now: () => Date,
): (thread: ThreadId) => Promise<(Story & { readonly limits: TaskLimits }) | null> {
  return async (thread) => {
    const story = await tables.story(thread);
    if (story === null) return null;
    const task = story.tasks.at(-1);
    const limits =
      task === undefined ? NO_LIMITS : await limitsOfTask(tables, rulesOf(task.project), task, now());
    return { ...story, limits };
  };
}
