export { rememberDecision, rememberReach, rememberSight } from './remember.ts';
export { analyseTranscripts, type TranscriptAnalysis, withNewStrategies } from './transcript-analysis.ts';
