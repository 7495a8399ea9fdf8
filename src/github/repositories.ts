import {
  cleanTitle,
  err,
  type Objective,
  ok,
  type PullRequest,
  type RepoName,
  type Result,
} from '../domain/index.ts';
import type { GithubClient } from './client.ts';
import { faultOf, type GithubFault } from './fault.ts';

/** Why a repository cannot be looked at, with a sentence that says what to do. */
export type RepositoryFailure = {
  readonly kind: 'not-found' | 'not-allowed' | 'unavailable';
  readonly sentence: string;
};

export type RepositoryAccess = {
  /** As GitHub spells it, which may differ in case or after a rename. */
  readonly repo: RepoName;
  readonly cloneUrl: string;
  readonly defaultBranch: string;
};

export interface Repositories {
  repositoryAccess(repo: RepoName): Promise<Result<RepositoryAccess, RepositoryFailure>>;
  /** The newest pull request from a branch of the repository itself; null: there is none. */
  findPullRequest(repo: RepoName, branch: string): Promise<Result<PullRequest | null, RepositoryFailure>>;
  /** Its open issues with this label. */
  openObjectives(
    repo: RepoName,
    label: string,
  ): Promise<Result<readonly Omit<Objective, 'project'>[], RepositoryFailure>>;
}

/** More open issues with one label than anybody means. */
const OBJECTIVES_MAX = 500;

export function createRepositories(client: GithubClient): Repositories {
  return {
    async repositoryAccess(name) {
      const repository = await client.forRepository(name);
      if (!repository.ok) return err(failureOf(repository.error, name));
      const { octokit, owner, repo } = repository.value;
      try {
        const { data } = await octokit.rest.repos.get({ owner, repo });
        return ok({ repo: data.full_name, cloneUrl: data.clone_url, defaultBranch: data.default_branch });
      } catch (cause) {
        return err(failureOf(expected(cause), name));
      }
    },

    async findPullRequest(name, branch) {
      const repository = await client.forRepository(name);
      if (!repository.ok) return err(failureOf(repository.error, name));
      const { octokit, owner, repo } = repository.value;
      try {
        const { data } = await octokit.rest.pulls.list({
          owner,
          repo,
          head: `${owner}:${branch}`,
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: 1,
        });
        const newest = data[0];
        return ok(
          newest === undefined ? null : { url: newest.html_url, number: newest.number, title: newest.title },
        );
      } catch (cause) {
        return err(failureOf(expected(cause), name));
      }
    },

    async openObjectives(name, label) {
      const repository = await client.forRepository(name);
      if (!repository.ok) return err(failureOf(repository.error, name));
      const { octokit, owner, repo } = repository.value;
      const objectives: Omit<Objective, 'project'>[] = [];
      try {
        const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
          owner,
          repo,
          labels: label,
          state: 'open',
          per_page: 100,
        });
        for await (const { data } of pages) {
          for (const issue of data) {
            // GitHub counts pull requests as issues.
            if (issue.pull_request !== undefined) continue;
            objectives.push({
              issue: issue.number,
              title: cleanTitle(issue.title),
              url: issue.html_url,
              state: 'open',
              changedAt: new Date(issue.updated_at),
            });
          }
          if (objectives.length >= OBJECTIVES_MAX) break;
        }
        return ok(objectives);
      } catch (cause) {
        return err(failureOf(expected(cause), name));
      }
    },
  };
}

function expected(cause: unknown): GithubFault {
  const fault = faultOf(cause);
  if (fault === null) throw cause;
  return fault;
}

function failureOf(fault: GithubFault, repo: RepoName): RepositoryFailure {
  switch (fault.kind) {
    case 'unreachable':
      return { kind: 'unavailable', sentence: 'GitHub does not answer: try again in a minute.' };
    case 'limited':
      return {
        kind: 'unavailable',
        sentence: `GitHub's rate limit is used up: try again in ${Math.ceil(fault.afterMs / 60_000)} min.`,
      };
    case 'answered':
      return answeredFailure(fault.status, repo);
  }
}

function answeredFailure(status: number, repo: RepoName): RepositoryFailure {
  switch (status) {
    case 401:
      return {
        kind: 'not-allowed',
        sentence:
          'GitHub does not accept the credentials: renew GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_PRIVATE_KEY, and start again.',
      };
    case 403:
      return {
        kind: 'not-allowed',
        sentence: `GitHub does not let Fleet Director read ${repo}: give it the permissions “Contents” and “Pull requests”.`,
      };
    case 404:
      return {
        kind: 'not-found',
        sentence: `There is no repository ${repo} that Fleet Director can see: check the name, and install the GitHub App there or use a token that may see it.`,
      };
    default:
      return { kind: 'unavailable', sentence: `GitHub answered ${status} for ${repo}: look at the log.` };
  }
}
