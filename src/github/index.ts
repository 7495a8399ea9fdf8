export {
  createGithubClient,
  type GithubAuth,
  type GithubClient,
  type GithubOptions,
  type Self,
} from './client.ts';
export { type CodeOwners, createCodeOwners } from './code-owners.ts';
export { type CommentFailure, createIssueSurface, type IssueSurface } from './issue-comments.ts';
export {
  createRepositories,
  type Repositories,
  type RepositoryAccess,
  type RepositoryFailure,
} from './repositories.ts';
