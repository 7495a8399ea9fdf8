export { createConfiguredModel, type ModelService } from './configured.ts';
export { createModel, type DecidingModel, type ModelOptions } from './create-model.ts';
export type { ModelFailure, ModelOutcome } from './model-failure.ts';
export { estimateTokens, type Prompt, renderPrompt } from './prompt.ts';
export type { Protocol } from './protocol.ts';
export { createScriptedProtocol, type ScriptedReply } from './scripted.ts';
