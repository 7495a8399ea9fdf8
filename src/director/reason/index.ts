export { type Assignment, assign, type HostLoad } from './assign.ts';
export { REASONERS_WITH_MODEL, reason } from './chain.ts';
