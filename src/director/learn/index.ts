export { rememberDecision, rememberReach, rememberSight } from './remember.ts';
