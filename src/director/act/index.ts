export { askPermission, intendAnswer, intendGuiding, intendJudgement, stopGuiding } from './answer-hook.ts';
export type { AskingPorts } from './ask.ts';
export { askToAllow, askToChoose } from './ask-to-allow.ts';
export { carryOut, endIdleSession } from './carry-out.ts';
export {
  askPeople,
  askToEndTurn,
  askToSend,
  askToSpend,
  complete,
  completeIfDelivered,
  fail,
} from './change-task.ts';
export { endOrRelease } from './end-or-release.ts';
export { type Advising, followModel, type ModelDecision } from './follow-model.ts';
export { holdBack } from './hold-back.ts';
export { intendOwn } from './intend-own.ts';
export { type PlacingPorts, placeTask } from './place-task.ts';
export { closeSession, settle } from './settle.ts';
export type { Target } from './target.ts';
