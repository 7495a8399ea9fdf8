export {
  type LocalGithub,
  type LocalWorkspace,
  type LocalWorkspaceOptions,
  openLocalWorkspace,
} from './local-workspace.ts';
