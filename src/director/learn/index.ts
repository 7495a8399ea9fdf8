export { type LimitedSession, rememberLimit } from './account-limit.ts';
export { rememberDecision, rememberReach, rememberSight } from './remember.ts';
