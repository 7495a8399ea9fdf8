/**
 * What an agent itself told of what it does: through a hook, a file that it keeps, an escape sequence or its transcript.
 * Unlike a screen it cannot be drawn by what the agent prints, but it can be late, and some moments are never told.
 */
export type Report = {
  readonly channel: 'hook' | 'session-file' | 'terminal' | 'transcript';
  readonly says: ReportedMoment;
  readonly at: Date;
  /** For people: `PermissionRequest Bash: npm test`. */
  readonly detail: string;
};

/**
 * working: a turn began or goes on. tool-began, tool-ended: a program of the agent. asks: it waits for a person's choice.
 * turn-ended: normally, turn-failed: with an error; `backgroundTasks` of it still run. at-prompt: the prompt is free, how the turn ended is not told.
 */
export type ReportedMoment =
  | { readonly kind: 'session-began' | 'session-ended' }
  | { readonly kind: 'working' | 'compacting' | 'at-prompt' }
  | { readonly kind: 'tool-began' | 'tool-ended'; readonly tool: string }
  | {
      readonly kind: 'asks';
      readonly promptKind: 'permission' | 'question' | 'plan_approval';
      readonly question: string;
    }
  | { readonly kind: 'turn-ended'; readonly lastMessage: string | null; readonly backgroundTasks: number }
  | { readonly kind: 'turn-failed'; readonly why: string };

/** The same report, dated by our clock. @param aheadMs how far the clock that it is dated by is ahead of ours */
export function byOurClock(report: Report, aheadMs: number): Report {
  return aheadMs === 0 ? report : { ...report, at: new Date(report.at.getTime() - aheadMs) };
}
