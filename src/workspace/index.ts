export { type DemoGithub, type DemoGithubOptions, openDemoGithub } from './demo-github.ts';
export type {
  Bot,
  WorkspaceComment,
  WorkspaceGithub,
  WorkspaceIssue,
  WorkspacePullRequest,
} from './ports.ts';
export { openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';
