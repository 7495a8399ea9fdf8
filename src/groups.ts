import { err, type RepoName, type Result } from './domain/index.ts';

/** An error is one sentence that says what to do. */
type Members = Promise<Result<readonly string[], string>>;

/** Groups of people where they are kept, as far as that is set up. */
export function groupsOf(
  slack: { membersOf(group: string): Members } | null,
  github: { of(repo: RepoName): Members } | null,
): { slackGroup(group: string): Members; codeOwners(repo: RepoName): Members } {
  return {
    slackGroup: async (group) =>
      slack === null
        ? err(
            `Slack is not set up, and only its group ${group} may answer this. Set it up, or change the rules.`,
          )
        : slack.membersOf(group),
    codeOwners: async (repo) =>
      github === null
        ? err('GitHub is not set up, and only code owners may answer this. Set it up, or change the rules.')
        : github.of(repo),
  };
}
