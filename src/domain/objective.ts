import type { ProjectId } from './ids.ts';

/** An issue that a project wants to be done with, because people gave it the label of objectives. */
export type Objective = {
  readonly project: ProjectId;
  readonly issue: number;
  /** Cleaned: one line of at most OBJECTIVE_TITLE_MAX characters. */
  readonly title: string;
  readonly url: string;
  /** `dropped`: it has the label no more, or is gone. It is kept, so that older news of it does not bring it back. */
  readonly state: 'open' | 'closed' | 'dropped';
  /** GitHub's time of its last change. */
  readonly changedAt: Date;
};

export const OBJECTIVE_TITLE_MAX = 256;

/** Anybody who can open an issue may write a title, and it is shown beside others and told to a model. */
export function cleanTitle(title: string): string {
  // What has no width may turn the direction of what follows.
  const line = title
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  const letters = Array.from(line);
  return letters.length <= OBJECTIVE_TITLE_MAX
    ? line
    : `${letters.slice(0, OBJECTIVE_TITLE_MAX - 1).join('')}…`;
}

/** `#12 Checkout works without an account`. */
export function objectiveWords({ issue, title }: Pick<Objective, 'issue' | 'title'>): string {
  return `#${issue} ${title}`;
}
