import type { TaskId, ThreadId } from './ids.ts';

const SLUG_MAX = 60;

/**
 * `fleet/t12-add-a-health-endpoint-3fa9`: a name git accepts whatever the brief holds. The last part is the thread's, so that
 * two installations that share a repository do not share branches. Source: git-check-ref-format(1).
 */
export function branchName(task: TaskId, thread: ThreadId, brief: string): string {
  const slug = brief
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '');
  return `fleet/t${task}${slug === '' ? '' : `-${slug}`}-${tag(thread)}`;
}

/** The name of a task's tmux session. tmux forbids `.` and `:` in names. */
export function sessionName(task: TaskId, thread: ThreadId): string {
  return `fleet-t${task}-${tag(thread)}`;
}

const tag = (thread: ThreadId): string =>
  thread
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 4)
    .toLowerCase();
