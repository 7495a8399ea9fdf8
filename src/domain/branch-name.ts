import type { TaskId } from './ids.ts';

const SLUG_MAX = 60;

/** `fleet/t12-add-a-health-endpoint`: a name git accepts whatever the brief holds. Source: git-check-ref-format(1). */
export function branchName(task: TaskId, brief: string, attempt: number): string {
  const slug = brief
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '');
  const suffix = attempt === 1 ? '' : `-try-${attempt}`;
  return `fleet/t${task}${slug === '' ? '' : `-${slug}`}${suffix}`;
}
