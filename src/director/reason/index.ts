export { type Assignment, assign, type HostLoad } from './assign.ts';
export { RESTS_FOR_MS } from './attention.ts';
export { REASONERS_WITH_MODEL, reason } from './chain.ts';
