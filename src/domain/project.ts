import type { ProjectId } from './ids.ts';
import { err, ok, type Result } from './result.ts';

/** `owner/name`, as GitHub writes it. */
export type RepoName = string;

/** A repository the fleet may work on, with its channel and defaults. */
export type Project = {
  readonly id: ProjectId;
  readonly repo: RepoName;
  /** What `git clone` is given on a host: a URL or a path that the host can reach. */
  readonly cloneUrl: string;
  readonly defaultBranch: string;
  /** Slack channel id for tasks that start outside Slack; null: they are told on GitHub only. */
  readonly channel: string | null;
  /** Agent kind when a request names none. */
  readonly agent: string;
};

// GitHub: an owner has letters, digits and single inner hyphens (39 at most), and an account that a company manages an `_` before
// the company's short name; a repository has letters, digits, `.`, `_`, `-` (100 at most).
const REPO = /^[A-Za-z0-9](?:[A-Za-z0-9]|[-_](?=[A-Za-z0-9])){0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

export type RepoFault = { readonly kind: 'not-a-repo'; readonly text: string };

/** Accepts `owner/name` and `https://HOST/owner/name(.git)`. */
export function parseRepo(text: string): Result<RepoName, RepoFault> {
  const path = text
    .trim()
    .replace(/^https?:\/\/[^/]+\//, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return REPO.test(path) ? ok(path) : err({ kind: 'not-a-repo', text });
}

/** Whether a remote, as git has it, is this project's repository: by its clone address, or by its name on whatever server. */
export function sameRepository(project: Pick<Project, 'repo' | 'cloneUrl'>, remote: string): boolean {
  if (plainAddress(remote) === plainAddress(project.cloneUrl)) return true;
  const path = /^(?:[a-z+]+:\/\/[^/]+\/|[^/:]+:)(.+)$/i.exec(remote)?.[1];
  return path !== undefined && plainAddress(path) === project.repo.toLowerCase();
}

function plainAddress(address: string): string {
  return address
    .trim()
    .replace(/^([a-z+]+:\/\/)[^@/]*@/i, '$1')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
