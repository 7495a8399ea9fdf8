import type { ThreadId } from './ids.ts';
import type { RepoName } from './project.ts';

/** Where a task is told. `messageTs` is the card's own message, null until it is posted. */
export type SlackPlace = { readonly channel: string; readonly messageTs: string | null };
export type IssuePlace = { readonly repo: RepoName; readonly issue: number };

/** The Slack thread and the GitHub conversation of one task (a retry goes on in the thread of the first try). */
export type Thread = {
  readonly id: ThreadId;
  readonly slack: SlackPlace | null;
  readonly issue: IssuePlace | null;
};

export const SURFACES = ['slack', 'github'] as const;
export type Surface = (typeof SURFACES)[number];
