export type {
  Bot,
  WorkspaceComment,
  WorkspaceGithub,
  WorkspaceIssue,
  WorkspacePullRequest,
} from './ports.ts';
export { openWorkspace, type Workspace, type WorkspaceOptions } from './workspace.ts';
