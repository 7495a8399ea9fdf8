export { createModel, type ModelOptions, type SuggestingModel } from './ask.ts';
export type { ModelFailure } from './model-failure.ts';
