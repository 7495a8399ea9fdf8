/** The bot as the workspace needs it: anything that takes a Slack payload and acknowledges it. Bolt's `App` does. */
export interface Bot {
  processEvent(event: {
    body: Record<string, unknown>;
    ack: (response?: unknown) => Promise<void>;
    retryNum?: number;
    retryReason?: string;
  }): Promise<void>;
}

export interface WorkspaceComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface WorkspaceIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  /** Oldest first. */
  readonly comments: readonly WorkspaceComment[];
  readonly createdAt: Date;
}

export interface WorkspacePullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly state: 'open' | 'closed' | 'merged';
  /** The branch with the work. */
  readonly branch: string;
  /** The branch it wants to go to. */
  readonly base: string;
  /** Oldest first. */
  readonly comments: readonly WorkspaceComment[];
  readonly createdAt: Date;
}

/** One emulated GitHub repository, as far as the page shows it. Everything a method returns is untrusted text. */
export interface WorkspaceGithub {
  readonly owner: string;
  readonly repository: string;
  /** The label that hands an issue to the bot: the page offers it as one click. */
  readonly label: string;
  /** Newest first. */
  issues(): Promise<readonly WorkspaceIssue[]>;
  issue(number: number): Promise<WorkspaceIssue | null>;
  createIssue(title: string, body: string): Promise<{ number: number }>;
  addLabel(number: number, label: string): Promise<void>;
  removeLabel(number: number, label: string): Promise<void>;
  /** Comments as the person at the page, on an issue or a pull request. */
  comment(number: number, body: string): Promise<void>;
  /** Newest first. */
  pullRequests(): Promise<readonly WorkspacePullRequest[]>;
  /** With the difference to its base in unified format; an empty text when there is none. */
  pullRequest(number: number): Promise<{ pullRequest: WorkspacePullRequest; diff: string } | null>;
}
