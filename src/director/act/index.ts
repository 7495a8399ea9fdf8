export { carryOut, endIdleSession, type Target } from './carry-out.ts';
export { askPeople, complete, fail } from './change-task.ts';
export { closeSession, settle } from './settle.ts';
