import { gemini } from './agents/gemini.ts';
import type { RecordedAgent } from './scenario.ts';

export const recordedAgents: readonly RecordedAgent[] = [gemini];
