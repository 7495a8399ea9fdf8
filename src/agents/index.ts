export type {
  AgentKind,
  Asked,
  HookAnswers,
  Hooks,
  Launch,
  LaunchOptions,
  LaunchPath,
  LaunchWord,
  ScreenView,
  Transcripts,
  TypingRecipe,
} from './agent-kind.ts';
export { takesPermissionMode, usageLimitUntil, withEnvironment } from './agent-kind.ts';
export { agentKinds, findAgentKind } from './agent-kinds.ts';
export { type CommandOptions, createCommandKind } from './command.ts';
export { createDemoKind, type DemoOptions } from './demo.ts';
export { addLines, reportFromLines } from './digest.ts';
export { GUIDED_FILE, payloadFrom } from './hook-report.ts';
export { observe } from './observe.ts';
export { agentProcesses, countAgents, programInFront } from './process.ts';
export { richContext } from './rich-context.ts';
export { analyseTranscripts, type TranscriptAnalysis, withNewStrategies } from './transcript-analysis.ts';
export { type TranscriptStatus, transcriptStatus } from './transcript-status.ts';
export { type Weighed, weigh } from './weigh.ts';
export { agentIn } from './whose.ts';
