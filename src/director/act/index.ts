export { carryOut, endIdleSession, endOrRelease, type Target } from './carry-out.ts';
export {
  type AskingPorts,
  askPeople,
  askToSend,
  complete,
  completeIfDelivered,
  fail,
} from './change-task.ts';
export { intendSuggestion } from './intend-suggestion.ts';
export { closeSession, settle } from './settle.ts';
