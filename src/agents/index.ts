export type {
  AgentKind,
  Launch,
  LaunchOptions,
  LaunchWord,
  PermissionMode,
  ScreenView,
} from './agent-kind.ts';
export { withEnvironment } from './agent-kind.ts';
export { agentKinds, findAgentKind } from './agent-kinds.ts';
export { type CommandOptions, createCommandKind } from './command.ts';
export { createDemoKind, type DemoOptions } from './demo.ts';
export { observe } from './observe.ts';
export { countAgents } from './process.ts';
export { type Weighed, weigh } from './weigh.ts';
