export { type Assignment, assign, type HostLoad } from './assign.ts';
export { reason } from './chain.ts';
